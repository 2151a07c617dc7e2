"""The menu bar: every command under the heading where people look for it."""

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget

from cadl_desktop.ui.intake.document_files import Files
from cadl_desktop.ui.theme.theme import Choice
from cadl_desktop.ui.window.actions import Actions
from cadl_desktop.ui.window.settings import theme_choice


class Menus(QObject):
    """Fills a window's menu bar."""

    theme_chosen = Signal(str)  # a theme.Choice

    def __init__(self, window: QMainWindow, actions: Actions, files: Files) -> None:
        super().__init__(window)
        self._actions = actions
        bar = window.menuBar()
        self._fill_file(bar.addMenu(self.tr("&File")), files)
        edit = bar.addMenu(self.tr("&Edit"))
        edit.addActions([actions.undo, actions.redo])
        edit.addSeparator()
        edit.addActions([actions.keep_gains, actions.reset_gains])
        edit.addSeparator()
        edit.addActions([actions.paste, actions.crop])
        edit.addSeparator()
        edit.addActions([actions.copy_output, actions.copy_cost])
        run = bar.addMenu(self.tr("&Run"))
        run.addActions([actions.train, actions.step, actions.stop, actions.reset])
        run.addSeparator()
        run.addAction(actions.new_seed)
        run.addSeparator()
        run.addActions([actions.replay, actions.earlier, actions.later, actions.now, actions.branch])
        view = bar.addMenu(self.tr("&View"))
        view.addActions([actions.start_page, actions.reset_zoom, actions.logarithmic])
        view.addSeparator()
        view.addActions([actions.painting_larger, actions.painting_outside])
        view.addSeparator()
        self._view, self._themes = view, view.addMenu(self._theme_menu(view))
        bar.addMenu(self.tr("&Help")).addActions([actions.shortcuts, actions.about])

    def add_view(self, action: QAction) -> None:
        """Adds a switch that shows and hides a part of the window."""
        self._view.insertAction(self._themes, action)

    def _fill_file(self, menu: QMenu, files: Files) -> None:
        actions = self._actions
        menu.addActions([actions.new, actions.new_curve, actions.new_painting])
        files.fill_examples(menu.addMenu(self.tr("Examples")))
        menu.addSeparator()
        menu.addAction(actions.open)
        recent = menu.addMenu(self.tr("Open recent"))
        recent.aboutToShow.connect(lambda: files.fill_recent(recent))
        menu.addSeparator()
        menu.addActions([actions.save, actions.save_as])
        menu.addSeparator()
        menu.addAction(actions.import_weights)
        menu.addAction(actions.export)
        menu.addMenu(export_menu(menu, files))
        menu.addSeparator()
        menu.addAction(actions.close)

    def _theme_menu(self, parent: QWidget) -> QMenu:
        menu = QMenu(self.tr("Theme"), parent)
        group = QActionGroup(menu)
        choices: tuple[tuple[Choice, str], ...] = (
            ("system", self.tr("As the system")),
            ("light", self.tr("Light")),
            ("dark", self.tr("Dark")),
        )
        for choice, title in choices:
            action = QAction(title, menu, checkable=True, checked=choice == theme_choice())
            action.triggered.connect(lambda _=False, chosen=choice: self.theme_chosen.emit(chosen))
            group.addAction(action)
            menu.addAction(action)
        return menu


def export_menu(parent: QWidget, files: Files) -> QMenu:
    """What can be taken home now; filled anew whenever it opens."""
    menu = QMenu(QCoreApplication.translate("Menus", "Export as"), parent)
    menu.aboutToShow.connect(lambda: files.fill_exports(menu))
    return menu
