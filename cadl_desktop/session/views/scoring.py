"""The scores of the painting that is shown, worked out off the event loop in a small share of the time."""

from time import monotonic

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cadl_desktop.data.samples import Samples
from cadl_desktop.data.scores import Scores, scores
from cadl_desktop.runs.events import Floats
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status

LEAST_SECONDS = 1.0
"""How long scores may be old while a network trains."""
MOST_TIME = 0.02
"""How much of the time scoring may take meanwhile, on a thread of its own: large pictures wait longer."""


class Scoring(QObject):
    """`scores` are those of a painting that was handed in lately; None before there are any."""

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.scores: Scores | None = None
        self._session = session
        self._wanted: tuple[Floats, Samples] | None = None
        self._under_way = self._imported = False
        self._next = 0.0
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._begin)
        session.status_changed.connect(self._hurry)

    def look_at(self, painting: Floats, samples: Samples) -> None:
        """Scores this painting, (height, width, colours), unless another one comes first."""
        self._wanted = painting, samples
        if not self._under_way and not self._timer.isActive():
            training = self._session.status is Status.TRAINING
            self._timer.start(max(0, round(1000 * (self._next - monotonic()))) if training else 0)

    def forget(self) -> None:
        """There is no painting any more."""
        self._wanted = None
        self._timer.stop()
        self._tell(None)

    @Slot()
    def _hurry(self) -> None:
        """Where training waits or has ended, nothing newer will come."""
        if self._timer.isActive() and self._session.status is not Status.TRAINING:
            self._timer.start(0)

    @Slot()
    def _begin(self) -> None:
        if self._wanted is None or self._under_way:
            return
        wanted, self._under_way = self._wanted, True
        painting, samples = wanted
        began = monotonic()

        def done(found: Scores) -> None:
            self._under_way = False
            # The first one has imported scikit-image, which says nothing about the next.
            rest = (monotonic() - began) / MOST_TIME if self._imported else 0.0
            self._imported, self._next = True, began + max(LEAST_SECONDS, rest)
            if self._wanted is None:
                return
            self._tell(found)
            if self._wanted is not wanted:
                self.look_at(*self._wanted)

        def failed(error: Exception) -> None:
            self._under_way = False

        self._session.background.do(lambda: scores(painting, samples), done, failed)

    def _tell(self, found: Scores | None) -> None:
        if found != self.scores:
            self.scores = found
            self.changed.emit()
