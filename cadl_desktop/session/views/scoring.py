"""Scores of the shown painting, computed in the background in a small share of the time."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal

from cadl_desktop.data.samples import Samples
from cadl_desktop.data.scores import Scores, scores
from cadl_desktop.data.subsets import held_out_on_screen
from cadl_desktop.experiment import Experiment
from cadl_desktop.runs.events import Floats
from cadl_desktop.session.background import RequestThrottle, ThrottledRequest
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status

LEAST_SECONDS = 1.0
"""Shortest interval between two scorings while a network trains."""
MOST_TIME = 0.02
"""Share of the time that scoring, on its own thread, may take while training; large pictures wait longer."""


class Scoring(QObject):
    """Scores of the painting given to `look_at`: `scores`, and its `psnr` in dB; None until computed."""

    changed = Signal()
    _painted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.scores: Scores | None = None
        self.psnr: float | None = None
        self._session = session
        self._wanted: _Painting | None = None
        self._requested: _Painting | None = None
        self._imported = False
        # Errors are only logged; a person could do nothing about them.
        self._throttle = RequestThrottle(self._next_request, lambda error: None, self)
        # Queued: an edit that ends a training forgets its painting first, and the picture is drawn first.
        session.status_changed.connect(self._throttle.hurry, Qt.ConnectionType.QueuedConnection)
        self._painted.connect(self._throttle.look, Qt.ConnectionType.QueuedConnection)

    def look_at(self, painting: Floats, samples: Samples, psnr: float | None) -> None:
        """Requests the scores of a painting, (height, width, colours), replacing a pending one.

        `psnr` is that of its training, in dB.
        """
        self._wanted = _Painting(painting, samples, psnr)
        self._painted.emit()

    def forget(self) -> None:
        """Forgets painting and scores."""
        self._wanted = None
        self._throttle.drop()
        self._publish(None, None)

    def _next_request(self) -> ThrottledRequest | None:
        session, painting = self._session, self._wanted
        experiment = session.document.experiment
        whole = session.samples_of(experiment)
        if (
            painting is None
            or painting is self._requested
            or whole is None
            or painting.samples is not session.samples
        ):
            return None  # of another picture; the document's samples are still being read
        self._requested = painting
        trains = session.status is Status.TRAINING
        # All cores beside a training would slow the window down.
        threads = 1 if trains else None
        score = partial(_score, experiment, painting.colours, painting.samples, whole, threads)
        ask = partial(session.background.do, score)
        take = partial(self._take, painting)
        if not trains:
            return ThrottledRequest(ask, take)
        # The first scoring imports scikit-image, so that its duration says nothing about the next.
        rest = 1 / MOST_TIME - 1 if self._imported else 0.0
        return ThrottledRequest(ask, take, rest, LEAST_SECONDS)

    def _take(self, painting: "_Painting", found: Scores) -> None:
        self._imported = True
        self._publish(found, painting.psnr)
        session = self._session
        if session.status is Status.RESULT and painting.colours is session.result.prediction:
            session.runs.note_ssim(session.result.run, found.seen_ssim)

    def _publish(self, found: Scores | None, psnr: float | None) -> None:
        if (found, psnr) != (self.scores, self.psnr):
            self.scores, self.psnr = found, psnr
            self.changed.emit()


@dataclass(frozen=True, eq=False)
class _Painting:
    colours: Floats
    samples: Samples
    psnr: float | None


def _score(
    experiment: Experiment, painting: Floats, shown: Samples, whole: Samples, threads: int | None
) -> Scores:
    return scores(painting, shown, held_out_on_screen(experiment, whole), threads)
