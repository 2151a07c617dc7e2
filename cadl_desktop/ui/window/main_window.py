"""The window: settings on the left, network and output in the middle, the cost on the right."""

from math import inf
from time import monotonic

from PySide6.QtCore import QByteArray, QChildEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QTabBar, QWidget

from cadl_desktop.experiment import Experiment
from cadl_desktop.sentences import shown
from cadl_desktop.session.session import Session
from cadl_desktop.session.views.neuron_gains import NeuronGains
from cadl_desktop.session.views.neurons import Neurons
from cadl_desktop.session.views.point import Point
from cadl_desktop.session.views.roaming import Roaming
from cadl_desktop.session.views.time_machine import TimeMachine
from cadl_desktop.ui.controls.fields import window_text
from cadl_desktop.ui.controls.layouts import in_column, wide
from cadl_desktop.ui.designer.designer import Designer
from cadl_desktop.ui.export.export_menu import Exports
from cadl_desktop.ui.intake.intake import Intake
from cadl_desktop.ui.luck.luck import Luck
from cadl_desktop.ui.masking.masking import Masking
from cadl_desktop.ui.network.following import PointDrawing
from cadl_desktop.ui.preferences.in_use import PreferencesInUse
from cadl_desktop.ui.runs.panel import RunsPanel
from cadl_desktop.ui.settings.remembered import (
    DOCKS,
    FOLDED,
    GEOMETRY,
    LAYOUT_VERSION,
    MIDDLE,
    remember_layout,
)
from cadl_desktop.ui.start.pages import Pages
from cadl_desktop.ui.theme.icons import application_icon
from cadl_desktop.ui.theme.theme import GRID
from cadl_desktop.ui.timeline.actions import TimelineActions
from cadl_desktop.ui.timeline.badge import MomentBadge
from cadl_desktop.ui.timeline.bar import TimelineBar
from cadl_desktop.ui.window.actions import Actions
from cadl_desktop.ui.window.after_training import AfterTraining
from cadl_desktop.ui.window.bars.menus import Menus
from cadl_desktop.ui.window.bars.message_bar import MessageBar
from cadl_desktop.ui.window.bars.status_line import StatusLine
from cadl_desktop.ui.window.bars.toolbar import Toolbar
from cadl_desktop.ui.window.docking.docks import Docks
from cadl_desktop.ui.window.docking.room import Room
from cadl_desktop.ui.window.docking.side_panel import SidePanel
from cadl_desktop.ui.window.docking.tab_bars import OffTheScreen
from cadl_desktop.ui.window.docking.whole_middle import WholeMiddle
from cadl_desktop.ui.window.first_uses import FirstUses
from cadl_desktop.ui.window.guide.parts import explain
from cadl_desktop.ui.window.guide.tour import Tour
from cadl_desktop.ui.window.lessons import Lessons
from cadl_desktop.ui.window.notices import Notices
from cadl_desktop.ui.window.presentation import Presentation
from cadl_desktop.ui.window.racing import Racing
from cadl_desktop.ui.window.sweeps import Sweeps
from cadl_desktop.ui.window.views.live_views import LiveViews
from cadl_desktop.ui.window.views.point_views import PointViews
from cadl_desktop.ui.window.views.roaming_views import RoamingViews
from cadl_desktop.ui.window.views.run_views import RunViews

LOAD_MS = 50
HEIGHTS = (250, 520)
"""How network and canvas share the height."""


class MainWindow(QMainWindow):
    """One document, its session, and everything that shows them."""

    about_to_close = Signal(bool)
    """What isn't saved is about to be lost; True where nobody minds: the person has been asked, or all is
    saved. Whoever keeps it has done so on return."""
    closed = Signal()  # Qt itself says nothing when a hidden window is closed

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        session.setParent(self)
        self.document = session.document
        self.setWindowIcon(application_icon())
        self.setMinimumSize(1060, 660)
        self.resize(1440, 900)
        self.intake = Intake(self, session)
        self._make_middle()
        self._data = self.document.experiment.data
        neurons = Neurons(session)
        PreferencesInUse(self, neurons)
        self.neuron_gains = NeuronGains(neurons)
        self.designer = Designer(self.document, neurons, self.neuron_gains, self.splitter)
        self.machine = TimeMachine(neurons)
        self.views = LiveViews(session, self.neuron_gains, self.machine, self.splitter)
        self.exports = Exports(self, self.neuron_gains, self.machine, self.views.looked_at)
        roaming = Roaming(session, self.neuron_gains)
        self.roaming = RoamingViews(roaming, self.machine, self.views.output)
        self.point = Point(self.neuron_gains)
        PointDrawing(self.point, session, self.designer.canvas.view)
        PointViews(self.point, self.views.output)
        self.runs = RunsPanel(session)
        self.racing = Racing(self, session, self.runs)
        self.luck = Luck(self, session)
        self.masking = Masking(self, session, self.views.output)
        self.side = SidePanel(self.document, self.intake.pictures.crop)
        self.asks_to_save = True
        """Whether closing asks; not while the system ends its session."""
        self._off_the_screen = OffTheScreen(self)
        self._closing = False
        self.closing_since = inf
        """When it began to close, as `monotonic` tells it; infinite before."""
        self._shown = False
        self._fill_middle()
        self.room = Room(session)
        self.docks = Docks(
            self,
            session,
            self.room,
            self.side,
            self.views.cost,
            self.runs,
            self.lessons.make_dock,
            self.sweeps.make_panel,
            self.machine,
        )
        self.docks.were_reset.connect(self._share_height)
        self._build_bars()
        self.status_line = StatusLine(self.statusBar(), session)
        session.samples_changed.connect(self._tell_of_samples)
        self._connect_parts()
        self._connect_news()
        self.after_training = AfterTraining(session, self.message_bar, self)
        Notices(session, self.message_bar, self.say, self)
        self._restore_layout()
        self._show_title()

    # Parts

    def _make_middle(self) -> None:
        """From outside in, and empty: a part that is put into another has the style sheet looked up for all
        that is in it."""
        middle = QWidget(self)
        self.setCentralWidget(middle)
        self.message_bar = MessageBar(middle)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        self.lessons = Lessons(self)
        self.sweeps = Sweeps(self)
        self.pages = Pages(
            self.splitter,
            self.session,
            self.intake,
            self.lessons.make_page,
            self.lessons.once_loaded,
            self.sweeps.make_page,
            middle,
        )
        self._column = in_column(self.message_bar, wide(self.pages), on=middle, apart=GRID // 2)

    def _fill_middle(self) -> None:
        self.designer.add_sign(MomentBadge(self.machine))
        self.splitter.addWidget(self.designer)
        self.splitter.addWidget(self.views.output)
        for place, share in enumerate(HEIGHTS):
            self.splitter.setStretchFactor(place, share)
        self._share_height()
        self._first_uses = FirstUses(self.session, self.views.first_uses(), self)
        middle_alone = WholeMiddle(self)
        self.pages.lessons_shown.connect(middle_alone.share_room)
        self.pages.sweep_shown.connect(middle_alone.share_room)

    def _build_bars(self) -> None:
        timeline = TimelineActions(self.machine)
        self.presentation = Presentation(self)
        self.tour = Tour(self)
        self.tour.begun.connect(self.presentation.leave)
        self.tour.ended.connect(self.room.share)  # the timeline was shown before there was anything in it
        self.actions_ = Actions(
            self,
            self.session,
            intake=self.intake,
            exports=self.exports,
            pages=self.pages,
            side=self.side,
            views=self.views,
            neuron_gains=self.neuron_gains,
            luck=self.luck,
            point=self.point,
            timeline=timeline,
            docks=self.docks,
            racing=self.racing,
            presentation=self.presentation,
            begin_tour=self.tour.begin,
            sweeps=self.sweeps,
        )
        self.toolbar = Toolbar(self, self.machine, self.actions_, self.exports)
        self.addToolBar(self.toolbar)
        self.timeline = TimelineBar(self.machine, timeline)
        self.addToolBar(Qt.ToolBarArea.BottomToolBarArea, self.timeline)
        self.room.keep(self.timeline, lambda: self.machine.has_moments)
        self.menus = Menus(self, self.actions_, self.intake, self.exports)
        for dock in self.docks:
            self.menus.add_view(dock.toggleViewAction())
        self.menus.add_view(self.timeline.toggleViewAction())
        explain(self)

    def _connect_parts(self) -> None:
        """What one part of the window asks of another."""
        data = self.side.data
        self.pages.preset_opened.connect(self._await_train)
        RunViews(self.session, self.runs, self.views.cost, self.views.output)
        self.runs.luck_wanted.connect(self.luck.ask_of_runs)
        self.luck.message.connect(self.say)
        self.about_to_close.connect(self.luck.end)
        self.intake.projects.brush_wanted.connect(self.masking.take_brush)
        self.actions_.trained.connect(self.masking.show_painting)
        # Qt brings the dock before what lies over the window.
        self.tabifiedDockWidgetActivated.connect(self.designer.beside.shut)
        data.gallery.picture_wanted.connect(self.intake.pictures.choose)
        data.gallery.pictures_wanted.connect(self.intake.picture_sets.offer)
        data.gallery.points_wanted.connect(self.intake.tables.choose)

    def _connect_news(self) -> None:
        intake = self.intake
        for teller in (self.session, intake, intake.saving, self.exports, self.masking, self.racing):
            teller.message.connect(self.say)
        for reader in intake.readers:
            reader.message.connect(self.say)
            reader.opened.connect(self.message_bar.hide)
        intake.saving.settled.connect(lambda said: self.message_bar.settle(window_text(said)))
        intake.pictures.opened.connect(self.status_line.show_status)
        self.session.updated.connect(self._show_place)
        self.views.output.kind_shown.connect(self._place_readout)
        self.document.path_changed.connect(self._show_title)
        self.session.file.changed.connect(self._show_title)
        self.document.changed.connect(self._show_title)
        self.document.changed.connect(self._forget_message)
        self.document.modified_changed.connect(self.setWindowModified)

    def add_above(self, card: QWidget) -> None:
        """Puts something between messages and the drawing."""
        self._column.insertWidget(1, card)

    # Slots

    @Slot(str, object)
    def say(self, kind: str, sentence: str) -> None:
        """News goes by in the status bar; a warning or an error stands above the drawing until closed."""
        text = window_text(sentence)
        if kind == "info":
            self.status_line.say(text)
        else:
            self.status_line.show_status()  # what was going on is over
            self._data = self.document.experiment.data
            self.message_bar.say(kind, text)

    @Slot(object)
    def _forget_message(self, experiment: Experiment) -> None:
        """What was said while other data were in use is settled."""
        if experiment.data != self._data:
            self._data = experiment.data
            self.message_bar.hide()

    @Slot()
    def _tell_of_samples(self) -> None:
        self.side.data.show_samples(self.session.samples)

    @Slot()
    def _show_place(self) -> None:
        result = self.session.result
        epoch, step = (result.progress.epoch, result.progress.step) if result.progress else (0, 0)
        self.side.training.schedule.drawing.show_place(epoch, result.history.share_done(step))

    @Slot()
    def _place_readout(self) -> None:
        output = self.views.output
        if output.is_painting:
            self.status_line.show_beside(output.painting.readout)

    @Slot()
    def _await_train(self) -> None:
        """What was just opened is trained by the space bar."""
        self.toolbar.train_button.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def _show_title(self) -> None:
        path = self.document.path
        name = shown(path.name if path else self.document.experiment.name)
        if self.session.file.holder:
            name += " (read-only)"
        self.setWindowTitle(f"{name}[*] – cadl_desktop")

    @Slot()
    def _share_height(self) -> None:
        self.splitter.setSizes(list(HEIGHTS))

    # What Qt calls

    def childEvent(self, event: QChildEvent) -> None:
        super().childEvent(event)
        tabs = event.child()
        if event.polished() and isinstance(tabs, QTabBar):  # of docks, made whenever some become tabs
            tabs.setUsesScrollButtons(False)  # which would have no tooltip; long titles are shortened
            tabs.setAccessibleName("Panels")
            self._off_the_screen.watch(tabs)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._shown:
            self._shown = True
            self.docks.share_room()
            self.sweeps.look_for_running()
            # Otherwise the first control in tab order wears a focus ring before anybody has touched a key.
            first = self.pages.start if self.pages.on_start_page else self
            first.setFocus(Qt.FocusReason.OtherFocusReason)
            self._first_uses.begin()
        # The window is drawn first.
        for load in (self.session.load_samples, self.session.load_tensorflow):
            timer = QTimer(self, singleShot=True, interval=LOAD_MS)
            timer.timeout.connect(load)
            timer.start()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.asks_to_save:
            self.close_without_asking()
        if not self._closing:
            event.ignore()
            self.intake.saving.ask_to_save(lambda: self._close(asked=True))
            return
        super().closeEvent(event)

    @Slot()
    def close_without_asking(self) -> None:
        """Ends the run and closes; what isn't saved is lost unless `about_to_close` has it kept."""
        self._close(asked=False)

    def _close(self, *, asked: bool) -> None:
        if self._closing:
            return
        self._closing = True
        self.closing_since = monotonic()
        self.about_to_close.emit(asked)
        # Not in `closeEvent`, which doesn't come again where it has asked and is what calls this.
        self.presentation.leave()
        self.pages.leave_lessons()
        self.pages.leave_sweep()
        self.docks.sweep.close()  # which gives back what it has borrowed
        geometry = self.saveGeometry()
        self.hide()
        self._remember_layout(geometry)
        self.session.close()
        self.close()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.presentation.on:
            self.presentation.switch.trigger()
        else:
            super().keyPressEvent(event)

    # Layout

    def _remember_layout(self, geometry: QByteArray) -> None:
        self.docks.column.end()
        self.room.show_wanted()
        remember_layout(
            geometry, self.saveState(LAYOUT_VERSION), self.splitter.saveState(), self.side.folded()
        )

    def _restore_layout(self) -> None:
        if geometry := GEOMETRY.get():
            self.restoreGeometry(geometry)
        if docks := DOCKS.get():
            self.docks.restore(docks)
        self.room.take_over()
        if middle := MIDDLE.get():
            self.splitter.restoreState(middle)
        if (folded := FOLDED.get()) is not None:
            self.side.fold(folded)
