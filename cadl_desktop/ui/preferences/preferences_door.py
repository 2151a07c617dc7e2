"""Door of the preferences: their dialog, the theme menu, and the command palette."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from cadl_desktop.session.views.probed_neurons import Neurons
from cadl_desktop.system.machine import limit_cores
from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.frame.door import Door, MenuEntry
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.panels.panel import Panel
from cadl_desktop.ui.preferences.restart import Restart
from cadl_desktop.ui.settings.preference import Preference, preferences
from cadl_desktop.ui.settings.settings_table import DRAW_NEURONS, THEME, THREADS
from cadl_desktop.ui.theme.theme_switch import set_theme


class Preferences(QObject):
    """Applies preferences at the start and when they change, and offers dialog and palette. Preferences of
    dialogs are read there; the theme of the first window is set once its widgets are created.

    views: the palette also lists actions of those that are visible.
    trains_beside: whether something is trained besides the window's own network.
    """

    def __init__(
        self, frame: Frame, neurons: Neurons, views: Sequence[QWidget], trains_beside: Callable[[], bool]
    ) -> None:
        super().__init__(frame.window)
        self._window, self._pages, self._neurons, self._views = frame.window, frame.pages, neurons, views
        self.restart = Restart(frame.window, frame.session, trains_beside)
        preferences().changed.connect(self._apply)
        self._apply(THREADS)
        self._apply(DRAW_NEURONS)
        text = "Finds every command and setting by some letters of its name."
        palette = Action("Commands…", self._show_palette, "Ctrl+Shift+P", text)
        text = "Theme, size, folders, and what is drawn while training."
        dialog = Action("Preferences…", self._show_preferences, "Ctrl+,", text)
        self.door = Door(
            entries=(
                MenuEntry("palette", palette, "view", order=-1, anywhere=True),
                MenuEntry("preferences", dialog, "edit", 4, anywhere=True),
                MenuEntry("theme", self._theme_menu, "view", 2, order=1, anywhere=True),
            )
        )

    @Slot(object)
    def _apply(self, preference: Preference[Any]) -> None:
        if preference is THEME:
            set_theme(THEME.get())
        elif preference is THREADS:
            limit_cores(THREADS.get())
        elif preference is DRAW_NEURONS:
            self._neurons.follow_training = DRAW_NEURONS.get()

    @Slot()
    def _show_palette(self) -> None:
        from cadl_desktop.ui.preferences.command_palette import CommandPalette, commands_of

        panels = self._window.findChildren(Panel) if self._pages.shown is None else []
        palette = CommandPalette(commands_of(self._window, self._views, panels), self._window)
        self._window.tabifiedDockWidgetActivated.connect(palette.leave)
        palette.open()

    @Slot()
    def _show_preferences(self) -> None:
        from cadl_desktop.ui.preferences.preferences_dialog import PreferencesDialog

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
