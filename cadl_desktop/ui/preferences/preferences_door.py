"""Preferences, the theme, and the command palette."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from cadl_desktop.session.views.neurons import Neurons
from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.frame.door import Door, Entry
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.preferences.in_use import PreferencesInUse
from cadl_desktop.ui.preferences.restart import Restart
from cadl_desktop.ui.settings.remembered import THEME


class Preferences(QObject):
    """The palette also finds what only the seen `views` can do. `trains_beside` says whether something is
    trained beside the window's own network."""

    def __init__(
        self, frame: Frame, neurons: Neurons, views: Sequence[QWidget], trains_beside: Callable[[], bool]
    ) -> None:
        super().__init__(frame.window)
        self._window, self._views = frame.window, views
        self.restart = Restart(frame.window, frame.session, trains_beside)
        PreferencesInUse(frame.window, neurons)
        text = "Finds every command by some letters of its name."
        palette = Action("Commands…", self._show_palette, "Ctrl+Shift+P", text)
        text = "Theme, size, folders, and what is drawn while training."
        preferences = Action("Preferences…", self._show_preferences, "Ctrl+,", text)
        self.door = Door(
            entries=(
                Entry("palette", palette, "view", order=-1),
                Entry("preferences", preferences, "edit", 4),
                Entry("theme", self._theme_menu, "view", 2, order=1),
            )
        )

    @Slot()
    def _show_palette(self) -> None:
        from cadl_desktop.ui.preferences.commands import commands_of
        from cadl_desktop.ui.preferences.palette import Palette

        palette = Palette(commands_of(self._window, self._views), self._window)
        self._window.tabifiedDockWidgetActivated.connect(palette.leave)
        palette.open()

    @Slot()
    def _show_preferences(self) -> None:
        from cadl_desktop.ui.preferences.dialog import PreferencesDialog

        PreferencesDialog(self.restart, self._window).open()

    def _theme_menu(self, parent: QMenu) -> QMenu:
        menu = QMenu(THEME.title, parent)
        group = QActionGroup(menu)
        for choice, title in THEME.choices.items():
            action = QAction(title, menu, checkable=True)
            action.setData(choice)
            action.triggered.connect(lambda _=False, chosen=choice: THEME.set(chosen))
            group.addAction(action)
            menu.addAction(action)
        menu.aboutToShow.connect(lambda: _check(menu, THEME.get()))
        return menu


def _check(menu: QMenu, choice: str) -> None:
    for action in menu.actions():
        action.setChecked(action.data() == choice)
