"""The pages that features show in the middle of the window, in place of the network and what it makes."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.theme.turns import NEXT_TURN_MS


class Page(QObject):
    """A page of the middle, made when it is first shown. `make` is given its parent; `once_ready` calls its
    argument when the page can be made. `takes_docks` says whether the docks make room for it."""

    shown = Signal(bool)

    def __init__(
        self,
        make: Callable[[QWidget], QWidget],
        once_ready: Callable[[Callable[[], None]], object] = lambda then: then(),
        *,
        takes_docks: bool = True,
    ) -> None:
        super().__init__()
        self._make, self._once_ready = make, once_ready
        self.takes_docks = takes_docks
        self._wanted = False
        self._pages: Pages | None = None
        self.widget: QWidget | None = None

    def stand_in(self, pages: "Pages") -> None:
        """Takes its place among the pages of the window; called once."""
        self._pages = pages
        self.setParent(pages)
        if self.widget is not None:
            pages.addWidget(self.widget)

    @property
    def is_shown(self) -> bool:
        return (
            self._pages is not None and self.widget is not None and self._pages.currentWidget() is self.widget
        )

    # What is made when it is first asked for is shown in the next turn: to make it and to draw it together
    # take a tenth of a second beside a training.

    @Slot()
    def show(self) -> None:
        if self._pages is None or self.is_shown:
            return
        if self.widget is None:
            self._wanted = True
            self._once_ready(self._begin)
            return
        if not self.takes_docks and self._pages.has_taken_docks:
            # To give the room back to the docks takes as long as to show the page.
            self._pages.show_work()
            QTimer.singleShot(NEXT_TURN_MS, self, self.show)
            return
        self._pages.show_work()
        self._pages.setCurrentWidget(self.widget)
        self.widget.setFocus(Qt.FocusReason.OtherFocusReason)
        self.shown.emit(True)

    def _begin(self) -> None:
        """Makes it, unless it has been made by now, or another thing is looked at."""
        if self._pages is not None and self.widget is None and self._wanted:
            self.widget = self._make(self._pages)
            self._pages.addWidget(self.widget)
            QTimer.singleShot(NEXT_TURN_MS, self, self.show)

    @Slot(bool)
    def toggle(self, on: bool) -> None:
        if on:
            self.show()
        else:
            self.leave()

    @Slot()
    def leave(self) -> None:
        self._wanted = False
        if self._pages is not None and self.is_shown:
            self._pages.show_middle()
            self.shown.emit(False)


class Pages(QStackedWidget):
    """Leaves whatever page is shown when anything is begun, here or elsewhere."""

    docks_taken = Signal(bool)
    """A page is shown that all docks make room for, or is left."""

    def __init__(self, work: QWidget, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._work, self._status = work, session.status
        self._pages: list[Page] = []
        self.addWidget(work)
        session.document.changed.connect(self.show_work)
        session.status_changed.connect(self._leave_for_training)

    def add(self, page: Page) -> None:
        """Takes a page in."""
        self._pages.append(page)
        page.stand_in(self)
        if page.takes_docks:
            page.shown.connect(self.docks_taken)

    @property
    def shown(self) -> QWidget | None:
        """The page that is shown in place of the network."""
        return next((page.widget for page in self._pages if page.is_shown), None)

    @property
    def has_taken_docks(self) -> bool:
        """Whether a page is shown that has all of the room."""
        return any(page.is_shown for page in self._pages if page.takes_docks)

    @Slot()
    def show_work(self) -> None:
        """Leaves whatever stands in place of the network."""
        for page in self._pages:
            page.leave()

    def show_middle(self) -> None:
        """Shows the network again; Qt would give the focus to whichever control comes next."""
        focused = QApplication.focusWidget()
        here = focused is not None and self.isAncestorOf(focused)
        self.setCurrentWidget(self._work)
        if here:
            self.window().setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _leave_for_training(self, status: Status) -> None:
        """When it begins, or goes on after a pause; a page that is opened meanwhile stays."""
        before, self._status = self._status, status
        if status is Status.PREPARING or (before is Status.PAUSED and status is Status.TRAINING):
            self.show_work()
