"""The main window: settings on the left, network and output in the middle, cost on the right."""

from itertools import chain
from math import inf
from time import monotonic

from PySide6.QtCore import QByteArray, QChildEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QTabBar

from cadl_desktop.sentences import shown
from cadl_desktop.session.session import Session
from cadl_desktop.system.safe_start import is_safe
from cadl_desktop.ui.controls.layouts import scroll_to_focus
from cadl_desktop.ui.frame.actions import Actions, fill_menus
from cadl_desktop.ui.frame.docks import Docks
from cadl_desktop.ui.frame.door import Door
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.frame.messages import Messages, StatusLine
from cadl_desktop.ui.frame.pages import Middle
from cadl_desktop.ui.frame.preload import PRELOAD_DELAY_MS, import_libraries
from cadl_desktop.ui.frame.studio import Studio
from cadl_desktop.ui.settings.settings_table import (
    DOCKS,
    FOLDED,
    GEOMETRY,
    LAYOUT_VERSION,
    MIDDLE,
    remember_layout,
)
from cadl_desktop.ui.theme.icons import application_icon
from cadl_desktop.ui.window.features import Features
from cadl_desktop.ui.window.guide.parts import explain, show_control
from cadl_desktop.ui.window.guide.tour import Tour
from cadl_desktop.ui.window.toolbar import Toolbar

LOAD_MS = 50


class MainWindow(QMainWindow):
    """Window of one document and its session. Its content and actions come from the doors of the features;
    the window itself has the frame around them, the toolbar, the layout, and closing."""

    about_to_close = Signal(bool)
    """Emitted before unsaved changes are lost; True if the user was asked or all is saved. Slots save what
    they want to keep before they return."""
    closed = Signal()  # Qt has no such signal for a hidden window

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        session.setParent(self)
        self.document = session.document
        self.setWindowIcon(application_icon())
        self.setMinimumSize(1060, 660)
        self.resize(1440, 900)
        self.asks_to_save = True
        """Whether closing asks to save; not while the system ends its session."""
        self._closing = False
        self.closing_since = inf
        """Time of `monotonic` at which closing began; infinite before."""
        self._shown = False
        self._middle = Middle(session, self)
        self.setCentralWidget(self._middle)
        self.frame = self._make_frame()
        session.message.connect(self.frame.messages.say)
        session.settled.connect(self.frame.messages.settle)
        self.features = Features(self.frame)
        self.tour = Tour(self)
        self._doors = (*self.features.doors, self.tour.door)
        self._install(self._doors)
        explain(self)
        if is_safe():
            self.frame.docks.visibility.take_over()
        else:
            self._restore_layout()
        self.frame.studio.begin((*self._doors, self.toolbar.door))
        for news in (self.document.path_changed, session.file.changed, self.document.changed):
            news.connect(self._show_title)
        self.document.modified_changed.connect(self.setWindowModified)
        self._show_title()

    def _make_frame(self) -> Frame:
        middle, session = self._middle, self.session
        line = StatusLine(self.statusBar(), session)
        docks, actions = Docks(self, session), Actions(self, session)
        return Frame(
            window=self,
            session=session,
            messages=Messages(self.document, middle.message_bar, line),
            work=middle.work,
            pages=middle.pages,
            docks=docks,
            actions=actions,
            studio=Studio(self, self.document, docks, actions),
            about_to_close=self.about_to_close,
            skip_save_question=self._skip_save_question,
            add_above=middle.add_above,
            show_control=lambda name: show_control(self, name),
        )

    def _install(self, doors: tuple[Door, ...]) -> None:
        """Installs what the doors offer: pages, docks, bars, actions and menus."""
        docks, pages, actions = self.frame.docks, self.frame.pages, self.frame.actions
        for page in chain.from_iterable(door.pages for door in doors):
            pages.add(page)
        pages.docks_hidden.connect(docks.hide_for_page)
        self._middle.fill([part for door in doors for part in door.middle])
        docks.fill([dock for door in doors for dock in door.docks])
        docks.were_reset.connect(self._middle.work.share_height)
        actions.add(doors)
        self.toolbar = Toolbar(self.frame, self.features)
        self.addToolBar(self.toolbar)
        pages.studio_hidden.connect(self.toolbar.setHidden)
        pages.studio_hidden.connect(actions.hide_studio)
        for bar in chain.from_iterable(door.bars for door in doors):
            docks.add_bar(bar)
        fill_menus(self, doors, actions, [panel.toggleViewAction() for panel in docks.panels()])

    def _skip_save_question(self) -> None:
        self.asks_to_save = False

    @Slot()
    def _show_title(self) -> None:
        path = self.document.path
        name = shown(path.name if path else self.document.experiment.name)
        if self.session.file.holder:
            name += " (read-only)"
        self.setWindowTitle(f"{name}[*] – cadl_desktop")

    # Qt events

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Moves the focus by Tab to what can be seen, if need be by scrolling."""
        moved = super().focusNextPrevChild(forward)
        while moved and self.frame.docks.is_behind(QApplication.focusWidget()):
            moved = super().focusNextPrevChild(forward)
        scroll_to_focus()
        return moved

    def childEvent(self, event: QChildEvent) -> None:
        super().childEvent(event)
        tabs = event.child()
        if event.polished() and isinstance(tabs, QTabBar):
            self.frame.docks.tab_bars.watch(tabs)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._shown:
            self._shown = True
            self.frame.docks.share_room()
            for door in self._doors:
                door.on_shown()
            # Otherwise the first control in tab order has a focus ring before any key was pressed.
            page = self.frame.pages.shown
            (self if page is None else page).setFocus(Qt.FocusReason.OtherFocusReason)
            preload_timer = QTimer(self, singleShot=True, interval=PRELOAD_DELAY_MS)
            preload_timer.timeout.connect(self._preload)
            preload_timer.start()
        # After the window was painted.
        for load in (self.session.load_samples, self.session.load_tensorflow):
            timer = QTimer(self, singleShot=True, interval=LOAD_MS)
            timer.timeout.connect(load)
            timer.start()

    @Slot()
    def _preload(self) -> None:
        self.session.background.do(import_libraries, lambda _: None, lambda _: None)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.asks_to_save:
            self.close_without_asking()
        if not self._closing:
            event.ignore()
            self.features.intake.saving.ask_to_save(lambda: self._close(asked=True))
            return
        super().closeEvent(event)

    @Slot()
    def close_without_asking(self) -> None:
        """Ends the run and closes; unsaved changes are lost unless a slot of `about_to_close` saves them."""
        self._close(asked=False)

    def _close(self, *, asked: bool) -> None:
        if self._closing:
            return
        self._closing = True
        self.closing_since = monotonic()
        self.about_to_close.emit(asked)
        # Not in `closeEvent`: Qt doesn't call that again when the question it asks leads here.
        self.frame.pages.show_work()
        self.frame.docks.close_borrowing()
        geometry = self.saveGeometry()
        self.hide()
        if not is_safe():
            self._remember_layout(geometry)
        self.session.close()
        self.close()
        self.closed.emit()

    # Layout

    def _remember_layout(self, geometry: QByteArray) -> None:
        docks = self.frame.docks
        docks.column.end()
        docks.visibility.show_wanted()
        remember_layout(
            geometry, self.saveState(LAYOUT_VERSION), self.frame.work.saveState(), self.features.side.folded()
        )

    def _restore_layout(self) -> None:
        if geometry := GEOMETRY.get():
            self.restoreGeometry(geometry)
        if docks := DOCKS.get():
            self.frame.docks.restore(docks)
        self.frame.docks.visibility.take_over()
        if middle := MIDDLE.get():
            self.frame.work.restoreState(middle)
        if (folded := FOLDED.get()) is not None:
            self.features.side.fold(folded)
