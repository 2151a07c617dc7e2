"""The middle of the window: the network with its output, or a page of a feature, and messages over them."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QSplitter, QStackedWidget, QWidget

from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.controls.layouts import in_column, wide
from cadl_desktop.ui.controls.topics import set_topic
from cadl_desktop.ui.frame.message_bar import MessageBar
from cadl_desktop.ui.theme.theme import GRID

HEIGHTS = (250, 520)
"""Ratio of the heights of network and canvas."""
_MOST_SHARE = 0.45
"""Largest share of the height that the network gets because it asks for it."""


class Page(QObject):
    """Page of the middle, created when it is first shown; the docks are hidden meanwhile.

    make: creates the page's widget, given its parent.
    once_ready: calls its argument when the page can be created.
    of_studio: whether the page is about the open network, whose toolbar and actions then stay.
    manual: place in the manual that tells of it.
    """

    shown = Signal(bool)

    def __init__(
        self,
        make: Callable[[QWidget], QWidget],
        once_ready: Callable[[Callable[[], None]], object] = lambda then: then(),
        *,
        of_studio: bool = False,
        manual: str = "",
    ) -> None:
        super().__init__()
        self._make, self._once_ready = make, once_ready
        self.of_studio, self._manual = of_studio, manual
        self._wanted = False
        self._pages: Pages | None = None
        self.widget: QWidget | None = None

    def attach_to(self, pages: "Pages") -> None:
        """Adds the page to the window's pages; called once."""
        self._pages = pages
        self.setParent(pages)
        if self.widget is not None:
            self._add(self.widget)

    @property
    def is_shown(self) -> bool:
        return self._pages is not None and self._pages.page is self

    @Slot()
    def show(self) -> None:
        if self._pages is None or self.is_shown:
            return
        if self.widget is None:
            self._wanted = True
            self._once_ready(self._create)
        else:
            self._pages.turn_to(self)

    def _create(self) -> None:
        """Creates the page, unless that has been done or it is no longer wanted."""
        if self._pages is not None and self.widget is None and self._wanted:
            self.widget = self._make(self._pages)
            self._add(self.widget)
            self.show()

    def _add(self, widget: QWidget) -> None:
        assert self._pages is not None, "pages are added to a window"
        set_topic(widget, self._manual)
        self._pages.addWidget(widget)

    @Slot(bool)
    def toggle(self, on: bool) -> None:
        if on:
            self.show()
        else:
            self.leave()

    def forget_request(self) -> None:
        """Keeps a page that is still being created from being shown."""
        self._wanted = False

    @Slot()
    def leave(self) -> None:
        self.forget_request()
        if self._pages is not None and self.is_shown:
            self._pages.turn_to(None)


class Pages(QStackedWidget):
    """Stack of the network view and the pages. The page is left when an edit or a training begins."""

    docks_hidden = Signal(bool)
    """Whether the docks are hidden for a page."""
    studio_hidden = Signal(bool)
    """Whether the toolbar and the actions of the studio are hidden, too."""
    turned = Signal(object)
    """Page | None: another page, or the network, is shown."""

    def __init__(self, work: QWidget, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._work, self._document, self._status = work, session.document, session.status
        self._pages: list[Page] = []
        self.page: Page | None = None
        """The page that is shown; None for the network."""
        self.addWidget(work)
        session.document.changed.connect(self.show_work)
        session.status_changed.connect(self._leave_for_training)

    def add(self, page: Page) -> None:
        self._pages.append(page)
        page.attach_to(self)

    @property
    def shown(self) -> QWidget | None:
        """Widget of the page that is shown; None for the network."""
        return self.page.widget if self.page else None

    @Slot()
    def show_work(self) -> None:
        """Leaves the page that is shown."""
        for page in self._pages:
            page.leave()

    def turn_to(self, page: Page | None) -> None:
        """Shows another page, or the network. Between two pages docks and toolbar stay as they are, as
        showing them takes as long as showing a page."""
        for other in self._pages:
            other.forget_request()
        before, self.page = self.page, page
        focused = QApplication.focusWidget()
        here = focused is not None and self.isAncestorOf(focused)
        self.setCurrentWidget(self.shown or self._work)
        self.turned.emit(page)
        if (before is None) != (page is None):
            self.docks_hidden.emit(page is not None)
        if _hides_studio(before) != _hides_studio(page):
            self.studio_hidden.emit(_hides_studio(page))
        if before is not None:
            before.shown.emit(False)
        if self.shown is not None:
            self.shown.setFocus(Qt.FocusReason.OtherFocusReason)
        elif here:  # Qt would pass the focus to the next control
            self.window().setFocus(Qt.FocusReason.OtherFocusReason)
        if page is not None:
            page.shown.emit(True)

    @Slot(object)
    def _leave_for_training(self, status: Status) -> None:
        """Leaves the page when training begins or is resumed, unless the program trains to show something; a
        page that is opened during training stays."""
        before, self._status = self._status, status
        if self._document.is_shown_only:
            return
        if status is Status.PREPARING or (before is Status.PAUSED and status is Status.TRAINING):
            self.show_work()


def _hides_studio(page: Page | None) -> bool:
    return page is not None and not page.of_studio


class Work(QSplitter):
    """Network above the canvas. The network has its share of the height, or as much more as its size hint
    asks for, until the handle between them is moved."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.setChildrenCollapsible(False)
        self.is_moved = False
        self.splitterMoved.connect(self._keep_heights)

    @Slot()
    def _keep_heights(self) -> None:
        self.is_moved = True

    @Slot()
    def share_height(self) -> None:
        """Shares the height anew, wherever the handle was moved to."""
        self.is_moved = False
        self._share()

    def saveState(self) -> QByteArray:
        """State of a handle that was moved; empty if it wasn't."""
        return super().saveState() if self.is_moved else QByteArray()

    def restoreState(self, state: QByteArray | bytes | bytearray | memoryview) -> bool:
        self.is_moved = super().restoreState(state)
        if not self.is_moved:
            self._share()
        return self.is_moved

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self.is_moved:
            super().resizeEvent(event)
        else:
            self._share()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and not self.is_moved:
            self._share()
        return done

    def _share(self) -> None:
        room = self.height() - self.handleWidth()
        network = round(room * HEIGHTS[0] / sum(HEIGHTS))
        if (part := self.widget(0)) is not None:
            network = max(network, min(part.sizeHint().height(), round(_MOST_SHARE * room)))
        self.setSizes([network, room - network])


class Middle(QWidget):
    """Central widget: `work` or a page, with messages over the bottom of `work`, so that nothing moves where
    one comes, and no header or switch is covered; a page makes room for them above it.

    Created empty and filled afterwards, as Qt applies the stylesheet again to everything in a widget that
    gets a parent.
    """

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.message_bar = MessageBar(self)
        self.work = Work()
        self.pages = Pages(self.work, session, self)
        self._column = in_column(wide(self.pages), on=self, apart=GRID // 2)
        self.message_bar.lie_over(self.pages)
        self.pages.docks_hidden.connect(self._make_room)
        self.pages.turned.connect(self.message_bar.turn_to)

    def fill(self, parts: Sequence[QWidget]) -> None:
        """Adds widgets to `work`, from top to bottom."""
        for part in parts:
            self.work.addWidget(part)
        self.work.share_height()

    def add_above(self, card: QWidget) -> None:
        """Inserts a widget above the network."""
        self._column.insertWidget(0, card)

    @Slot(bool)
    def _make_room(self, on: bool) -> None:
        """Puts messages above the page, or over it again."""
        if on:
            self._column.insertWidget(self._column.indexOf(self.pages), self.message_bar)
        else:
            self._column.removeWidget(self.message_bar)
        self.message_bar.lie_over(None if on else self.pages)
