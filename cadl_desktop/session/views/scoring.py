"""The scores of the painting that is shown, worked out off the event loop in a small share of the time."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal

from cadl_desktop.data.samples import Samples
from cadl_desktop.data.scores import Scores, scores
from cadl_desktop.data.subsets import held_out_on_screen
from cadl_desktop.experiment import Experiment
from cadl_desktop.runs.events import Floats
from cadl_desktop.session.asking import OneAtATime, Question
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status

LEAST_SECONDS = 1.0
"""How long scores may be old while a network trains."""
MOST_TIME = 0.02
"""How much of the time scoring may take meanwhile, on a thread of its own: large pictures wait longer."""


class Scoring(QObject):
    """`scores` are those of a painting that was handed in lately, `psnr` what was said of it; None before
    there are any."""

    changed = Signal()
    _painted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.scores: Scores | None = None
        self.psnr: float | None = None
        self._session = session
        self._wanted: _Painting | None = None
        self._asked: _Painting | None = None
        self._imported = False
        # An error says nothing to a person, and the log has it.
        self._asking = OneAtATime(self._question, lambda error: None, self)
        # A turn later: an edit that ends a training forgets its painting, and a picture is drawn first.
        session.status_changed.connect(self._asking.hurry, Qt.ConnectionType.QueuedConnection)
        self._painted.connect(self._asking.look, Qt.ConnectionType.QueuedConnection)

    def look_at(self, painting: Floats, samples: Samples, psnr: float | None) -> None:
        """Scores this painting, (height, width, colours), unless another one comes first. `psnr` is what its
        training says of it, in dB."""
        self._wanted = _Painting(painting, samples, psnr)
        self._painted.emit()

    def forget(self) -> None:
        """There is no painting any more."""
        self._wanted = None
        self._asking.drop()
        self._tell(None, None)

    def _question(self) -> Question | None:
        session, asked = self._session, self._wanted
        experiment = session.document.experiment
        whole = session.samples_of(experiment)
        if asked is None or asked is self._asked or whole is None or asked.samples is not session.samples:
            return None  # of another picture than the document's, whose pixels are about to come
        self._asked = asked
        trains = session.status is Status.TRAINING
        # Beside a training all cores would be too many: a window gets its turns later.
        threads = 1 if trains else None
        score = partial(_scored, experiment, asked.colours, asked.samples, whole, threads)
        ask = partial(session.background.do, score)
        take = partial(self._take, asked.psnr)
        if not trains:
            return Question(ask, take)
        # The first one imports scikit-image, which says nothing about the next.
        rest = 1 / MOST_TIME - 1 if self._imported else 0.0
        return Question(ask, take, rest, LEAST_SECONDS)

    def _take(self, psnr: float | None, found: Scores) -> None:
        self._imported = True
        self._tell(found, psnr)

    def _tell(self, found: Scores | None, psnr: float | None) -> None:
        if (found, psnr) != (self.scores, self.psnr):
            self.scores, self.psnr = found, psnr
            self.changed.emit()


@dataclass(frozen=True, eq=False)
class _Painting:
    colours: Floats
    samples: Samples
    psnr: float | None


def _scored(
    experiment: Experiment, painting: Floats, shown: Samples, whole: Samples, threads: int | None
) -> Scores:
    return scores(painting, shown, held_out_on_screen(experiment, whole), threads)
