"""The window: settings on the left, network and output in the middle, the cost on the right."""

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QSplitter,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from cadl_desktop.experiment import Experiment
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.neuron_gains import Instruments
from cadl_desktop.session.views.neurons import Neurons
from cadl_desktop.session.views.roaming import Roaming
from cadl_desktop.session.views.time_machine import TimeMachine
from cadl_desktop.ui.designer.designer import Designer
from cadl_desktop.ui.designer.gains_bar import connect_gains
from cadl_desktop.ui.intake.document_files import Files
from cadl_desktop.ui.intake.own_points import OwnPoints
from cadl_desktop.ui.intake.picture_sets import PictureSets
from cadl_desktop.ui.masking.masking import Masking
from cadl_desktop.ui.runs.panel import RunsPanel
from cadl_desktop.ui.start.pages import Pages
from cadl_desktop.ui.theme.icons import application_icon
from cadl_desktop.ui.theme.theme import GRID, Choice, set_theme
from cadl_desktop.ui.timeline.badge import MomentBadge
from cadl_desktop.ui.timeline.bar import TimelineBar, connect_timeline
from cadl_desktop.ui.window.actions import Actions
from cadl_desktop.ui.window.docks import Docks
from cadl_desktop.ui.window.live_views import LiveViews
from cadl_desktop.ui.window.menus import Menus
from cadl_desktop.ui.window.message_bar import MessageBar
from cadl_desktop.ui.window.roaming_views import RoamingViews
from cadl_desktop.ui.window.settings import (
    LAYOUT_VERSION,
    remember_layout,
    remember_theme,
    remembered_layout,
)
from cadl_desktop.ui.window.side_panel import SidePanel
from cadl_desktop.ui.window.status_line import StatusLine
from cadl_desktop.ui.window.toolbar import Toolbar

TENSORFLOW_MS = 600


class MainWindow(QMainWindow):
    """One document, its session, and everything that shows them."""

    closed = Signal()  # Qt itself says nothing when a hidden window is closed

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        session.setParent(self)
        self.document = session.document
        self.setWindowIcon(application_icon())
        self.setAcceptDrops(True)
        self.setMinimumSize(1060, 660)
        self.resize(1440, 900)
        self.actions_ = Actions(self, session)
        self.files = Files(self, session)
        self.picture_sets = PictureSets(self, session)
        self.own_points = OwnPoints(self, session)
        self.message_bar = MessageBar()
        self._data = self.document.experiment.data
        neurons = Neurons(session)
        self.instruments = Instruments(neurons)
        self.designer = Designer(self.document, neurons, self.instruments)
        self.machine = TimeMachine(neurons)
        self.files.moment = lambda: self.machine.moment
        self.views = LiveViews(session, self.instruments, self.machine)
        self.files.looked_at = self.views.looked_at
        self.roaming = RoamingViews(
            Roaming(session, self.instruments),
            self.views.output,
            self.actions_.painting_larger,
            self.actions_.painting_outside,
        )
        self.runs = RunsPanel(session)
        self.side = SidePanel(self.document)
        self._closing = False
        self._shown = False
        self._build_middle()
        self.docks = Docks(self, session, self.side, self.views.cost, self.runs)
        self._build_bars()
        self.status_line = StatusLine(self.statusBar(), session)
        session.samples_changed.connect(self._tell_of_samples)
        self.masking = Masking(self, session, self.views.output, self.side.data.masks)
        self._connect_actions()
        self._connect_parts()
        self._connect_news()
        self._restore_layout()
        self._show_title()

    # Parts

    def _build_middle(self) -> None:
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(_titled(self.tr("Network"), self.designer, MomentBadge(self.machine)))
        self._splitter.addWidget(_titled(self.tr("Output"), self.views.output, MomentBadge(self.machine)))
        self._splitter.setSizes([460, 340])
        self.pages = Pages(self._splitter, self.session, self.files)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addWidget(self.message_bar)
        column.addWidget(self.pages, 1)
        self.setCentralWidget(middle)

    def _build_bars(self) -> None:
        self.toolbar = Toolbar(self, self.session, self.actions_, self.files)
        self.addToolBar(self.toolbar)
        self.timeline = TimelineBar(self.machine)
        self.addToolBar(Qt.ToolBarArea.BottomToolBarArea, self.timeline)
        self.menus = Menus(self, self.actions_, self.files)
        for dock in self.docks:
            self.menus.add_view(dock.toggleViewAction())
        self.menus.add_view(self.timeline.toggleViewAction())
        self.menus.theme_chosen.connect(self.choose_theme)

    def _connect_actions(self) -> None:
        actions, files, session = self.actions_, self.files, self.session
        actions.new.triggered.connect(self.pages.show_start_page)
        actions.start_page.triggered.connect(self._toggle_start_page)
        self.pages.start_page_shown.connect(actions.start_page.setChecked)
        actions.new_curve.triggered.connect(files.new_curve)
        actions.new_painting.triggered.connect(files.new_painting)
        actions.open.triggered.connect(files.open)
        actions.save.triggered.connect(files.save)
        actions.save_as.triggered.connect(files.save_as)
        actions.import_weights.triggered.connect(files.import_weights)
        actions.export.triggered.connect(lambda: files.export())
        actions.close.triggered.connect(self.close)
        actions.train.triggered.connect(self._train_or_pause)
        actions.step.triggered.connect(session.step)
        actions.stop.triggered.connect(session.stop)
        actions.reset.triggered.connect(session.reset)
        actions.new_seed.triggered.connect(self.side.run.dice.click)
        actions.paste.triggered.connect(files.pictures.paste)
        actions.crop.triggered.connect(files.pictures.crop)
        actions.copy_output.triggered.connect(self.views.output.copy_picture)
        actions.copy_cost.triggered.connect(self.views.cost.copy_picture)
        connect_gains(actions, self.instruments)
        connect_timeline(actions, self.machine, self.timeline)
        actions.reset_zoom.triggered.connect(self.views.reset_zoom)
        actions.logarithmic.toggled.connect(self.views.cost.set_logarithmic)
        self.views.cost.logarithmic_changed.connect(actions.logarithmic.setChecked)
        actions.shortcuts.triggered.connect(self._show_shortcuts)
        actions.about.triggered.connect(self._show_about)

    def _connect_parts(self) -> None:
        """What one part of the window asks of another."""
        data = self.side.data
        self.pages.preset_opened.connect(self._await_train)
        self.runs.selected.connect(self.views.choose_run)
        self.designer.keep.toggled.connect(self._keep_learned)
        self._keep_learned(self.designer.keep.isChecked())
        data.picture_wanted.connect(self.files.pictures.choose)
        data.crop_wanted.connect(self.files.pictures.crop)
        data.pictures_wanted.connect(self.picture_sets.ask)
        data.points_wanted.connect(self.own_points.ask)
        self.files.table_wanted.connect(self.own_points.take)
        self.files.set_wanted.connect(self.picture_sets.take)

    def _connect_news(self) -> None:
        for teller in (self.session, self.files, self.picture_sets, self.own_points, self.masking):
            teller.message.connect(self.say)
        for opener in (self.files, self.own_points):
            opener.opened.connect(self.message_bar.hide)
        self.files.pictures.opened.connect(self.status_line.show_status)
        self.session.updated.connect(self._show_place)
        self.document.path_changed.connect(self._show_title)
        self.document.changed.connect(self._show_title)
        self.document.changed.connect(self._forget_message)
        self.document.modified_changed.connect(self.setWindowModified)

    # Slots

    @Slot(str, str)
    def say(self, kind: str, text: str) -> None:
        """News goes by in the status bar; a warning or an error stands above the drawing until closed."""
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
        progress = self.session.result.progress
        self.side.training.schedule.drawing.show_epoch(progress.epoch if progress else None)

    @Slot()
    def _show_shortcuts(self) -> None:
        from cadl_desktop.ui.window.help import shortcuts_dialog

        shortcuts_dialog(self.actions_, self).open()

    @Slot()
    def _show_about(self) -> None:
        from cadl_desktop.ui.window.help import about_dialog

        about_dialog(self).open()

    @Slot(bool)
    def _keep_learned(self, on: bool) -> None:
        self.session.keep_learned = on

    @Slot()
    def _train_or_pause(self) -> None:
        if self.session.status in (Status.PREPARING, Status.TRAINING):
            self.session.pause()
        else:
            self.session.train()

    @Slot(bool)
    def _toggle_start_page(self, on: bool) -> None:
        if on:
            self.pages.show_start_page()
        else:
            self.pages.leave_start_page()

    @Slot()
    def _await_train(self) -> None:
        """What was just opened is trained by the space bar."""
        self.toolbar.train_button.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def _show_title(self) -> None:
        path = self.document.path
        name = path.name if path else self.document.experiment.name
        self.setWindowTitle(f"{name}[*] – cadl_desktop")

    def choose_theme(self, choice: Choice) -> None:
        remember_theme(choice)
        set_theme(choice)

    # What Qt calls

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._shown:
            self._shown = True
            self.docks.share_room()
            for tabs in self.findChildren(QTabBar):
                tabs.setUsesScrollButtons(False)  # which would have no tooltip; long titles are shortened
            # Otherwise the first control in tab order wears a focus ring before anybody has touched a key.
            first = self.pages.start if self.pages.on_start_page else self
            first.setFocus(Qt.FocusReason.OtherFocusReason)
        # Both hold the interpreter for moments: the window is drawn first, and the import comes when the
        # gallery has its pictures, so that they don't stall the window together.
        for milliseconds, load in (
            (50, self.session.load_samples),
            (TENSORFLOW_MS, self.session.load_tensorflow),
        ):
            QTimer(self, singleShot=True, interval=milliseconds, timeout=load).start()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.files.pictures.can_take(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.files.pictures.drop(event.mimeData())

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._closing:
            event.ignore()
            self.files.ask_to_save(self.close_without_asking)
            return
        super().closeEvent(event)

    @Slot()
    def close_without_asking(self) -> None:
        """Ends the run and the thread, and closes; what isn't saved is lost."""
        self._closing = True
        # Not in `closeEvent`, which doesn't come again where it has asked and is what calls this.
        self._remember_layout()
        self.hide()
        self.session.close()
        self.close()
        self.closed.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._show_title()

    # Layout

    def _remember_layout(self) -> None:
        remember_layout(self.saveGeometry(), self.saveState(LAYOUT_VERSION), self.side.folded())

    def _restore_layout(self) -> None:
        geometry, docks, folded = remembered_layout()
        if geometry:
            self.restoreGeometry(geometry)
        if docks:
            self.docks.restore(docks)
        if folded is not None:
            self.side.fold(folded)


def _titled(title: str, content: QWidget, sign: QWidget) -> QWidget:
    """A part of the middle with the same heading as a dock's, and a sign beside that."""
    box = QWidget()
    heading = QLabel(title)
    heading.setProperty("heading", True)
    heading.setContentsMargins(GRID, 6, GRID, 6)
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    row = QHBoxLayout()
    row.setSpacing(0)
    row.addWidget(heading)
    row.addWidget(sign, 0, Qt.AlignmentFlag.AlignVCenter)
    row.addStretch(1)
    column.addLayout(row)
    column.addWidget(content, 1)
    return box
