"""Parts of the window that take room only when there is something in them, or when a person asks for them."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QDockWidget, QToolBar

from cadl_desktop.session.session import Session

Panel = QDockWidget | QToolBar
APART_MS = 40
"""From news, which the plots and then the neurons draw, to a panel that comes, and from it to the next."""


@dataclass
class _Place:
    panel: Panel
    has_content: Callable[[], bool]
    wanted: bool = True
    """Whether a person wants to see it, once there is something in it."""
    filled: bool = False


class Room(QObject):
    """What has come stays until another document is opened, so that nothing jumps while somebody works."""

    appeared = Signal(object)  # Panel

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._document = session.document
        self._opened = self._document.opened
        self._places: list[_Place] = []
        self._held = False
        # A document that is opened has its results a moment later.
        self._soon = QTimer(self, singleShot=True, interval=APART_MS)
        self._soon.timeout.connect(self.share)
        for news in (session.status_changed, session.updated, session.runs.changed, session.document.changed):
            news.connect(self._share_soon)

    def keep(self, panel: Panel, has_content: Callable[[], bool]) -> None:
        """Gives this panel room by these rules from now on."""
        place = _Place(panel, has_content)
        self._places.append(place)
        panel.installEventFilter(self)
        panel.toggleViewAction().triggered.connect(lambda on: self._want(place, on))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Close:
            for place in self._places:
                if place.panel is watched:
                    place.wanted = False
        return False

    def hold(self, on: bool) -> None:
        """Leaves everything as it is for a while."""
        self._held = on
        self.share()

    @Slot()
    def _share_soon(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    @Slot()
    def share(self) -> None:
        """Hides what has nothing to show, and shows what there is something in, one after the other."""
        if self._held:
            return
        if self._document.opened != self._opened:
            self._opened = self._document.opened
            for place in self._places:
                place.filled = False
        for place in self._places:
            place.filled = place.filled or place.has_content()
            if not (place.wanted and place.filled):
                self._show(place, False)
        self._show_next()

    def _show_next(self) -> None:
        """One, and the others in turn: for each of them the whole window is laid out and painted anew."""
        coming = [place for place in self._places if place.wanted and place.filled and place.panel.isHidden()]
        for place in coming[:1]:
            self._show(place, True)
        if len(coming) > 1:
            self._share_soon()

    def take_over(self) -> None:
        """After a layout was restored: what is hidden in it isn't wanted."""
        for place in self._places:
            place.wanted = not place.panel.isHidden()
        self.share()

    def want_all(self) -> None:
        """Nobody has closed anything."""
        for place in self._places:
            place.wanted = True
        self.share()

    def show_wanted(self) -> None:
        """Before a layout is kept: it tells what a person wants to see, and not what is empty now."""
        for place in self._places:
            place.panel.setVisible(place.wanted)

    def _want(self, place: _Place, on: bool) -> None:
        place.wanted = place.filled = on
        self._show(place, on)

    def _show(self, place: _Place, on: bool) -> None:
        if place.panel.isHidden() != (not on):
            place.panel.setVisible(on)
            if on:
                self.appeared.emit(place.panel)
