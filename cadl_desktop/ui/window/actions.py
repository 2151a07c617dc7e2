"""Every command of the window, once: menus, toolbar and the list of shortcuts are all made from it."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QWhatsThis

from cadl_desktop.session.asking import Newest
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.neuron_gains import NeuronGains
from cadl_desktop.session.views.point import Point
from cadl_desktop.ui.controls.action import Action, add_action
from cadl_desktop.ui.controls.edits.undo_keys import redo_keys
from cadl_desktop.ui.designer.gains_bar import keep_gains, reset_gains
from cadl_desktop.ui.export.export_menu import Exports
from cadl_desktop.ui.intake.intake import Intake
from cadl_desktop.ui.luck.luck import Luck
from cadl_desktop.ui.preferences.restart import Restart
from cadl_desktop.ui.start.pages import Pages
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.timeline.actions import TimelineActions
from cadl_desktop.ui.window.docking.docks import Docks
from cadl_desktop.ui.window.docking.side_panel import SidePanel
from cadl_desktop.ui.window.presentation import Presentation
from cadl_desktop.ui.window.racing import Racing
from cadl_desktop.ui.window.sweeps import Sweeps
from cadl_desktop.ui.window.views.live_views import LiveViews
from cadl_desktop.ui.window.views.point_views import hold_point

Keys = QKeySequence.StandardKey


class Actions(QObject):
    """The window's actions as attributes, in the order in which the shortcuts are listed."""

    trained = Signal()
    """Somebody has begun or resumed training by its action."""
    copies_wanted = Signal()
    """Somebody wants to see copies for recovery again that were skipped."""

    def __init__(
        self,
        window: QMainWindow,
        session: Session,
        *,
        intake: Intake,
        exports: Exports,
        pages: Pages,
        side: SidePanel,
        views: LiveViews,
        neuron_gains: NeuronGains,
        luck: Luck,
        point: Point,
        timeline: TimelineActions,
        docks: Docks,
        racing: Racing,
        presentation: Presentation,
        begin_tour: Callable[[], None],
        sweeps: Sweeps,
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._views = window, session, views
        self._made: list[tuple[QAction, Action]] = []
        self.restart = Restart(window, session, lambda: racing.is_going or bool(luck.shown))
        self._newest = Newest()  # of the dialogs that come when what they show was found
        self._make_files(intake, exports, pages)
        self._make_training(side)
        self.race = self._add(racing.action)
        self._make_sweeps(sweeps, pages)
        self._make_pictures(intake, views)
        self.was_it_luck = self._add(luck.of_now)
        self.keep_gains = self._add(keep_gains(neuron_gains))
        self.reset_gains = self._add(reset_gains(neuron_gains))
        self.hold_point = self._add(hold_point(point))
        point.changed.connect(lambda: self.hold_point.setChecked(point.held))
        self._make_timeline(timeline)
        self._make_view(views, pages, docks)
        self.presentation = self._adopt(presentation.switch)
        self._make_help(pages, begin_tour)
        self._make_undo()
        for news in (
            session.status_changed,
            session.updated,
            session.document.changed,
            neuron_gains.changed,
            timeline.machine.changed,
            timeline.machine.recorded,
        ):
            news.connect(self.refresh)
        self.refresh()

    def all(self) -> list[QAction]:
        """In the order in which they were made."""
        return [value for value in vars(self).values() if isinstance(value, QAction)]

    @Slot()
    def refresh(self) -> None:
        """Says what Train would do now, and greys what can't be done."""
        going_on = self._session.status in (Status.PAUSED, Status.RESULT)
        title = "Pause" if self._running() else "Continue" if going_on else "Train"
        if self.train.text() != title:
            self.train.setText(title)
            set_icon(self.train, "pause" if self._running() else "play", "on_accent")
        for made, action in self._made:
            made.setEnabled(action.possible())

    def _make_files(self, intake: Intake, exports: Exports, pages: Pages) -> None:
        add, projects, saving = self._add, intake.projects, intake.saving
        text = "Shows the experiments to begin with, as pictures."
        self.new = add(Action("New…", pages.show_start_page, Keys.New, text, "new"))
        text = "Starts over with the noisy sine."
        self.new_curve = add(Action("New curve", projects.begin_curve, "Ctrl+Alt+N", text, "curve"))
        text = "Starts over with a picture to paint."
        self.new_painting = add(
            Action("New painting", projects.begin_painting, "Ctrl+Shift+N", text, "picture")
        )
        text = "Opens a project, a picture or a table of points."
        self.open = add(Action("Open…", intake.choose, Keys.Open, text, "open"))
        text = "Saves experiment, weights and history in one file."
        self.save = add(Action("Save", saving.save, Keys.Save, text, "save"))
        text = "Saves everything under another name."
        self.save_as = add(Action("Save as…", saving.save_as, "Ctrl+Shift+S", text))
        text = "Takes what was learned home as files (Ctrl+E)."
        self.export = add(Action("Export…", exports.open, "Ctrl+E", text, "export", lambda: exports.possible))
        text = "Goes on with weights from a file that fit this network; it can be undone."
        self.import_weights = add(
            Action("Import weights…", intake.weights.choose, "Ctrl+I", text, possible=self._can_train)
        )
        text = "Offers copies again that were skipped after a crash; each is kept for 30 days."
        self.recover = add(Action("Recover…", self.copies_wanted.emit, tip=text))
        text = "Closes the window; asks before anything is lost."
        self.close = add(Action("Quit", self._window.close, "Ctrl+Q", text))

    def _make_training(self, side: SidePanel) -> None:
        add, session = self._add, self._session
        text = "Starts training, or pauses it (F5)."
        can_do = self._can_train_or_pause
        self.train = add(Action("Train", self._train_or_pause, "F5", text, possible=can_do))
        set_icon(self.train, "play", "on_accent")
        text = "Makes a single optimizer step (F10)."
        self.step = add(Action("Step", session.step, "F10", text, "step", self._can_step))
        text = "Ends the run; what was learned stays (Shift+F5)."
        self.stop = add(Action("Stop", session.stop, "Shift+F5", text, possible=self._can_stop))
        text = "Forgets what was learned: the seed's first weights again (Ctrl+R)."
        self.reset = add(Action("Reset", session.reset, "Ctrl+R", text, "reset", self._can_reset))
        self.new_seed = add(side.run.new_seed)

    def _make_sweeps(self, sweeps: Sweeps, pages: Pages) -> None:
        add = self._add
        text = "Trains this experiment many times, with several values of some settings (F6)."
        self.sweep = add(Action("Sweep…", sweeps.set_up, "F6", text, "sweep"))
        text = "Shows what the trials of a sweep make, while they train and afterwards."
        self.trials = add(Action("Trials of the sweep", pages.toggle_sweep, "Shift+F6", text, checked=False))
        pages.sweep_shown.connect(self.trials.setChecked)
        text = "Shows a sweep that was made earlier, or elsewhere."
        self.open_sweep = add(Action("Open a sweep's folder…", sweeps.choose_folder, tip=text))

    def _make_pictures(self, intake: Intake, views: LiveViews) -> None:
        add = self._add
        text = "Paints the picture on the clipboard, or its file."
        self.paste = add(Action("Paste picture", intake.paste, Keys.Paste, text))
        self.crop = add(intake.pictures.crop)
        text = "Puts what the network makes now on the clipboard."
        self.copy_output = add(
            Action("Copy painting or curve", views.output.copy_picture, "Ctrl+Shift+C", text, "copy")
        )
        text = "Puts the cost plot on the clipboard."
        self.copy_cost = add(Action("Copy cost plot", views.cost.copy_picture, "Ctrl+Alt+C", text, "copy"))

    def _make_timeline(self, timeline: TimelineActions) -> None:
        self.earlier = self._add(timeline.earlier)
        self.later = self._add(timeline.later)
        self.now = self._add(timeline.now)
        self.replay = self._add(timeline.replay)
        self.branch = self._add(timeline.branch)

    def _make_view(self, views: LiveViews, pages: Pages, docks: Docks) -> None:
        add = self._add
        text = "Shows the whole picture and all plots again."
        self.reset_zoom = add(Action("Reset zoom", views.reset_zoom, "Ctrl+0", text, "zoom-reset"))
        self.painting_larger = self._adopt(views.output.switches.larger)
        self.painting_outside = self._adopt(views.output.switches.outside)
        self.logarithmic = self._adopt(views.cost.log_axis)
        text = "Shows the experiments that come along in place of the network."
        self.start_page = add(Action("Start page", pages.toggle_start_page, tip=text, checked=False))
        pages.start_page_shown.connect(self.start_page.setChecked)
        text = "Puts every panel back where a first start has it."
        self.reset_layout = add(Action("Reset layout", docks.reset, tip=text))
        text = "Finds every command by some letters of its name."
        self.palette = add(Action("Commands…", self._show_palette, "Ctrl+Shift+P", text))
        text = "Theme, size, folders, and what is drawn while training."
        self.preferences = add(Action("Preferences…", self._show_preferences, "Ctrl+,", text))

    def _make_help(self, pages: Pages, begin_tour: Callable[[], None]) -> None:
        add = self._add
        text = "From one error to a painted picture: pages to play with, each with a figure and a goal."
        self.lessons = add(Action("Lessons", pages.toggle_lessons, "F1", text, checked=False))
        pages.lessons_shown.connect(self.lessons.setChecked)
        text = "Five steps on this window: bring, train, look, look back, take home."
        self.tour = add(Action("Tour", begin_tour, tip=text))
        self.shortcuts = add(Action("Shortcuts", self._show_shortcuts, "Ctrl+/", "Lists every key.", "info"))
        text = "Says what a part of the window shows: click on it."
        self.whats_this = add(
            Action("What is this?", QWhatsThis.enterWhatsThisMode, "Shift+F1", text, "info")
        )
        text = "Shows what a report would contain, to be saved as a file; nothing is sent."
        self.report = add(Action("Report a problem…", self._show_report, tip=text))
        self.about = add(Action("About", self._show_about, tip="Version and licences."))

    def _make_undo(self) -> None:
        stack = self._session.document.undo_stack
        self.undo = self._undo_action(stack.createUndoAction, "Undo", "undo")
        self.undo.setShortcut(QKeySequence(Keys.Undo))
        self.redo = self._undo_action(stack.createRedoAction, "Redo", "redo")
        self.redo.setShortcuts(redo_keys())

    def _undo_action(self, create: Callable[..., QAction], title: str, icon: str) -> QAction:
        made = create(self._window, title)
        made.setData(title)  # its own text changes with what it would undo
        set_icon(made, icon)
        return self._adopt(made)

    def _add(self, action: Action) -> QAction:
        made = add_action(self._window, action)
        self._made.append((made, action))
        return made

    def _adopt(self, made: QAction) -> QAction:
        """Has its keys work in all of the window."""
        self._window.addAction(made)
        return made

    # What they call

    def _running(self) -> bool:
        return self._session.status in (Status.PREPARING, Status.TRAINING)

    def _can_train(self) -> bool:
        return not self._session.document.problems

    def _can_train_or_pause(self) -> bool:
        return self._running() or self._can_train()

    def _can_step(self) -> bool:
        return self._can_train() and not self._running()

    def _can_stop(self) -> bool:
        return self._session.status.live

    def _can_reset(self) -> bool:
        return self._session.status is not Status.EMPTY

    def _train_or_pause(self) -> None:
        if self._running():
            self._session.pause()
        else:
            self._session.train()
            self.trained.emit()

    def _show_shortcuts(self) -> None:
        from cadl_desktop.ui.window.help import shortcuts_dialog

        shortcuts_dialog(self.all(), self._window).open()

    def _show_palette(self) -> None:
        from cadl_desktop.ui.preferences.commands import commands_of
        from cadl_desktop.ui.preferences.palette import Palette

        views = self._views.cost, self._views.output
        palette = Palette(commands_of(self._window, views), self._window)
        self._window.tabifiedDockWidgetActivated.connect(palette.leave)
        palette.open()

    def _show_preferences(self) -> None:
        from cadl_desktop.ui.preferences.dialog import PreferencesDialog

        PreferencesDialog(self.restart, self._window).open()

    def _show_report(self) -> None:
        from cadl_desktop.ui.window.diagnostics.report_dialog import open_report

        open_report(self._window, self._session, self._newest)

    def _show_about(self) -> None:
        from cadl_desktop.ui.window.help import about_dialog, versions

        session = self._session
        session.background.do(
            versions,
            lambda found: about_dialog(found, self._window).open(),
            session.tell_error,
            self._newest,
        )
