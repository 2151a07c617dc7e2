"""The window: settings on the left, network and output in the middle, the cost on the right."""

from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QDockWidget,
    QLabel,
    QMainWindow,
    QMenu,
    QSizePolicy,
    QSplitter,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cadl_desktop.session.session import Session, Status
from cadl_desktop.ui.actions import Actions
from cadl_desktop.ui.designer import Designer
from cadl_desktop.ui.files import Files
from cadl_desktop.ui.help import about_dialog, shortcuts_dialog
from cadl_desktop.ui.icons import application_icon, set_icon
from cadl_desktop.ui.live_views import LiveViews
from cadl_desktop.ui.message_bar import MessageBar
from cadl_desktop.ui.readout import Readout
from cadl_desktop.ui.settings import (
    LAYOUT_VERSION,
    remember_layout,
    remember_theme,
    remembered_layout,
    theme_choice,
)
from cadl_desktop.ui.side_panel import SidePanel
from cadl_desktop.ui.theme import GRID, Choice, set_theme

NEWS_MS = 6000
TENSORFLOW_MS = 600
SETTINGS_WIDTH = 288


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
        self.message_bar = MessageBar()
        self.designer = Designer(self.document)
        self.views = LiveViews(session)
        self.side = SidePanel(self.document)
        self._closing = False
        self._laid_out = self._shown = False
        self._build_middle()
        self._build_docks()
        self._build_toolbar()
        self._build_menus()
        self._build_status_bar()
        self._connect()
        self._restore_layout()
        self._show_title()

    # Parts

    def _build_middle(self) -> None:
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(_titled(self.tr("Network"), self.designer))
        self._splitter.addWidget(_titled(self.tr("Output"), self.views.output))
        self._splitter.setSizes([400, 400])
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addWidget(self.message_bar)
        column.addWidget(self._splitter, 1)
        self.setCentralWidget(middle)

    def _build_docks(self) -> None:
        self.setDockOptions(QMainWindow.DockOption.AllowNestedDocks | QMainWindow.DockOption.AllowTabbedDocks)
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        self._settings_dock = self._dock("settings", self.tr("Experiment"), self.side, left)
        self._cost_dock = self._dock("cost", self.tr("Cost"), self.views.cost, right)

    def _dock(self, name: str, title: str, content: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setWidget(content)
        self.addDockWidget(area, dock)
        return dock

    def _build_toolbar(self) -> None:
        bar = QToolBar(self.tr("Main toolbar"), self)
        bar.setObjectName("toolbar")
        bar.setMovable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        actions = self.actions_
        bar.addActions([actions.new_curve, actions.open, actions.save])
        bar.addSeparator()
        bar.addActions([actions.undo, actions.redo])
        bar.addSeparator()
        bar.addWidget(self._train_button())
        for action in (actions.step, actions.reset):
            bar.addAction(action)
            button = bar.widgetForAction(action)
            if isinstance(button, QToolButton):
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        bar.addSeparator()
        bar.addWidget(Readout(self.session))
        space = QWidget()
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(space)
        bar.addWidget(self._export_button())
        for action in bar.actions():
            button = bar.widgetForAction(action)
            if isinstance(button, QToolButton):
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
                button.setAccessibleName(button.accessibleName() or action.iconText())
        self.addToolBar(bar)

    def _train_button(self) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(self.actions_.train)
        button.setProperty("primary", True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        # Wide enough for each of its three texts, so that nothing moves when it changes.
        button.setFixedSize(QSize(128, 32))
        set_icon(self.actions_.train, "play", "on_accent")
        self.train_button = button
        return button

    def _export_button(self) -> QToolButton:
        button = QToolButton()
        button.setText(self.tr("Export"))
        button.setToolTip(self.tr("Takes weights, plots and pictures home."))
        button.setAccessibleName(self.tr("Export"))
        set_icon(button, "export")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(self._export_menu(button))
        return button

    def _export_menu(self, parent: QWidget) -> QMenu:
        menu = QMenu(self.tr("Export"), parent)
        menu.aboutToShow.connect(lambda: self.files.fill_exports(menu))
        return menu

    def _build_menus(self) -> None:
        actions, bar = self.actions_, self.menuBar()
        file = bar.addMenu(self.tr("&File"))
        file.addActions([actions.new_curve, actions.new_painting])
        self.files.fill_examples(file.addMenu(self.tr("Examples")))
        file.addSeparator()
        file.addAction(actions.open)
        recent = file.addMenu(self.tr("Open recent"))
        recent.aboutToShow.connect(lambda: self.files.fill_recent(recent))
        file.addSeparator()
        file.addActions([actions.save, actions.save_as])
        file.addMenu(self._export_menu(file))
        file.addSeparator()
        file.addAction(actions.close)
        edit = bar.addMenu(self.tr("&Edit"))
        edit.addActions([actions.undo, actions.redo])
        edit.addSeparator()
        edit.addActions([actions.copy_output, actions.copy_cost])
        run = bar.addMenu(self.tr("&Run"))
        run.addActions([actions.train, actions.step, actions.stop, actions.reset])
        run.addSeparator()
        run.addAction(actions.new_seed)
        view = bar.addMenu(self.tr("&View"))
        view.addActions([actions.reset_zoom, actions.logarithmic])
        view.addSeparator()
        view.addActions([self._settings_dock.toggleViewAction(), self._cost_dock.toggleViewAction()])
        view.addMenu(self._theme_menu(view))
        help_menu = bar.addMenu(self.tr("&Help"))
        help_menu.addActions([actions.shortcuts, actions.about])

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
            action.triggered.connect(lambda _=False, chosen=choice: self.choose_theme(chosen))
            group.addAction(action)
            menu.addAction(action)
        return menu

    def _build_status_bar(self) -> None:
        self._status = QLabel(self.tr("Loading TensorFlow…"))
        self._status.setContentsMargins(GRID, 0, GRID, 0)
        self._news = QTimer(self, singleShot=True, interval=NEWS_MS)
        self._news.timeout.connect(self._show_status)
        self._device = QLabel()
        self._device.setContentsMargins(GRID, 0, GRID, 0)
        self._device.setToolTip(self.tr("What training runs on."))
        self.statusBar().addWidget(self._status)
        self.statusBar().addPermanentWidget(self._device)

    def _connect(self) -> None:
        actions, files = self.actions_, self.files
        actions.new_curve.triggered.connect(files.new_curve)
        actions.new_painting.triggered.connect(files.new_painting)
        actions.open.triggered.connect(files.open)
        actions.save.triggered.connect(files.save)
        actions.save_as.triggered.connect(files.save_as)
        actions.close.triggered.connect(self.close)
        actions.train.triggered.connect(self._train_or_pause)
        actions.step.triggered.connect(self.session.step)
        actions.stop.triggered.connect(self.session.stop)
        actions.reset.triggered.connect(self.session.reset)
        actions.new_seed.triggered.connect(self.side.run.dice.click)
        actions.copy_output.triggered.connect(self.views.copy_output)
        actions.copy_cost.triggered.connect(self.views.cost.copy_picture)
        actions.reset_zoom.triggered.connect(self.views.reset_zoom)
        actions.logarithmic.toggled.connect(self.views.cost.set_logarithmic)
        self.views.cost.logarithmic_changed.connect(actions.logarithmic.setChecked)
        actions.shortcuts.triggered.connect(lambda: shortcuts_dialog(actions, self).open())
        actions.about.triggered.connect(lambda: about_dialog(self).open())
        self.side.data.picture_wanted.connect(files.open_picture)
        files.message.connect(self.say)
        files.opened.connect(self.message_bar.hide)
        self.session.message.connect(self.say)
        self.session.device_changed.connect(self._device.setText)
        self.session.device_changed.connect(self._show_status)
        self.session.status_changed.connect(self._show_status)
        self.document.path_changed.connect(self._show_title)
        self.document.changed.connect(self._show_title)
        self.document.modified_changed.connect(self.setWindowModified)

    # Slots

    @Slot(str, str)
    def say(self, kind: str, text: str) -> None:
        """News goes by in the status bar; a warning or an error stands above the drawing until closed."""
        if kind == "info":
            self._status.setText(text)
            self._news.start()
        else:
            self.message_bar.say(kind, text)

    @Slot()
    def _train_or_pause(self) -> None:
        if self.session.status in (Status.PREPARING, Status.TRAINING):
            self.session.pause()
        else:
            self.session.train()

    @Slot()
    def _show_status(self) -> None:
        texts = {
            Status.EMPTY: self.tr("Ready"),
            Status.PREPARING: self.tr("Preparing the network…"),
            Status.TRAINING: self.tr("Training"),
            Status.PAUSED: self.tr("Paused"),
            Status.RESULT: self.tr("Ready to go on"),
        }
        self._news.stop()
        loading = not self.session.device and self.session.status in (Status.EMPTY, Status.PREPARING)
        self._status.setText(self.tr("Loading TensorFlow…") if loading else texts[self.session.status])

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
        if not self._laid_out:
            self._laid_out = True
            self._share_width()
        if not self._shown:
            self._shown = True
            # Otherwise the first control in tab order wears a focus ring before anybody has touched a key.
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        # Both hold the interpreter for moments: the window is drawn first, and the import comes when the
        # gallery has its pictures, so that they don't stall the window together.
        QTimer.singleShot(50, self.session.load_samples)
        QTimer.singleShot(TENSORFLOW_MS, self.session.load_tensorflow)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            # Asking to save would keep the program that the drag came from waiting.
            QTimer.singleShot(0, lambda: self.files.open_path(paths[0]))

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._closing:
            event.ignore()
            self.files.ask_to_save(self.close_without_asking)
            return
        self._remember_layout()
        super().closeEvent(event)

    @Slot()
    def close_without_asking(self) -> None:
        """Ends the run and the thread, and closes; what isn't saved is lost."""
        self._closing = True
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

    def _share_width(self) -> None:
        """At first the middle gets most of the window, whatever its size."""
        cost = max(232, round(0.22 * self.width()))
        docks = [self._settings_dock, self._cost_dock]
        self.resizeDocks(docks, [SETTINGS_WIDTH, cost], Qt.Orientation.Horizontal)

    def _restore_layout(self) -> None:
        geometry, docks, folded = remembered_layout()
        if geometry:
            self.restoreGeometry(geometry)
        if docks:
            self._laid_out = self.restoreState(docks, LAYOUT_VERSION)
        if folded is not None:
            self.side.fold(folded)


def _titled(title: str, content: QWidget) -> QWidget:
    """A part of the middle with the same heading as a dock's."""
    box = QWidget()
    heading = QLabel(title)
    heading.setProperty("heading", True)
    heading.setContentsMargins(GRID, 6, GRID, 6)
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(heading)
    column.addWidget(content, 1)
    return box
