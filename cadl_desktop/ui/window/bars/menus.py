"""The menu bar: every command under the heading where people look for it."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget

from cadl_desktop.experiment.presets import preset, preset_names
from cadl_desktop.ui.controls.tips import wrapped
from cadl_desktop.ui.export.export_menu import Exports
from cadl_desktop.ui.intake.intake import Intake
from cadl_desktop.ui.settings.recent_paths import recent_files
from cadl_desktop.ui.settings.remembered import RECENT, THEME
from cadl_desktop.ui.window.actions import Actions


class Menus(QObject):
    """Fills a window's menu bar."""

    def __init__(self, window: QMainWindow, actions: Actions, intake: Intake, exports: Exports) -> None:
        super().__init__(window)
        self._actions, self._intake, self._exports = actions, intake, exports
        bar = window.menuBar()
        self._fill_file(bar.addMenu("&File"))
        edit = bar.addMenu("&Edit")
        edit.addActions([actions.undo, actions.redo])
        edit.addSeparator()
        edit.addActions([actions.keep_gains, actions.reset_gains])
        edit.addSeparator()
        edit.addActions([actions.paste, actions.crop])
        edit.addSeparator()
        edit.addActions([actions.copy_output, actions.copy_cost])
        edit.addSeparator()
        edit.addAction(actions.preferences)
        run = bar.addMenu("&Run")
        run.addActions([actions.train, actions.step, actions.stop, actions.reset])
        run.addSeparator()
        run.addActions([actions.new_seed, actions.race, actions.was_it_luck])
        run.addSeparator()
        run.addActions([actions.sweep, actions.trials, actions.open_sweep])
        run.addSeparator()
        run.addActions([actions.replay, actions.earlier, actions.later, actions.now, actions.branch])
        view = bar.addMenu("&View")
        view.addActions([actions.palette, actions.start_page, actions.reset_zoom, actions.logarithmic])
        view.addSeparator()
        view.addActions([actions.painting_larger, actions.painting_outside, actions.hold_point])
        view.addSeparator()
        view.addActions([actions.reset_layout, actions.presentation])
        self._view, self._before_layout = view, actions.reset_layout
        view.addMenu(self._theme_menu(view))
        help_menu = bar.addMenu("&Help")
        help_menu.addActions([actions.lessons, actions.tour])
        help_menu.addSeparator()
        help_menu.addActions([actions.whats_this, actions.shortcuts, actions.report, actions.about])

    def add_view(self, action: QAction) -> None:
        """Adds a switch that shows and hides a part of the window."""
        self._view.insertAction(self._before_layout, action)

    def _fill_file(self, menu: QMenu) -> None:
        actions = self._actions
        menu.addActions([actions.new, actions.new_curve, actions.new_painting])
        examples = menu.addMenu("Examples")
        # Not at the start: every preset is read for it.
        examples.aboutToShow.connect(lambda: self.fill_examples(examples))
        menu.addSeparator()
        menu.addAction(actions.open)
        recent = menu.addMenu("Open recent")
        recent.aboutToShow.connect(lambda: self.fill_recent(recent))
        menu.addSeparator()
        menu.addActions([actions.save, actions.save_as, actions.recover])
        menu.addSeparator()
        menu.addAction(actions.import_weights)
        menu.addAction(actions.export)
        menu.addMenu(self._exports.menu(menu))
        menu.addSeparator()
        menu.addAction(actions.close)

    def fill_examples(self, menu: QMenu) -> None:
        """The presets, each with its sentence as a tooltip."""
        menu.clear()
        menu.setToolTipsVisible(True)
        for name in preset_names():
            experiment = preset(name)
            action = menu.addAction(experiment.name)
            action.setToolTip(wrapped(experiment.note))
            action.triggered.connect(lambda _=False, chosen=name: self._intake.projects.begin(chosen))

    def fill_recent(self, menu: QMenu) -> None:
        menu.clear()
        menu.setToolTipsVisible(True)
        for path in recent_files():
            action = menu.addAction(path.name)
            action.setToolTip(wrapped(str(path)))
            action.triggered.connect(lambda _=False, chosen=path: self._intake.take([chosen]))
        if menu.isEmpty():
            menu.addAction("No recent files").setEnabled(False)
            return
        menu.addSeparator()
        menu.addAction("Forget these").triggered.connect(lambda: RECENT.set([]))

    def _theme_menu(self, parent: QWidget) -> QMenu:
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
