"""Loading of a document's training samples in the background."""

from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.data.samples import Samples, samples_of
from cadl_desktop.data.subsets import on_screen
from cadl_desktop.experiment import Experiment, Part
from cadl_desktop.sentences import sentence_of
from cadl_desktop.session.background import Background, LatestOnly
from cadl_desktop.session.document import Document

_STILL_SHOWN = frozenset({"data.mask", "data.keep"})
"""Fields whose problems prevent training, but not showing the picture."""


class SampleLoader(QObject):
    """Reads the dataset whenever it changes, dropping answers for an older one.

    `samples` are those for display: a large picture is reduced to the resolution of a screen.
    """

    changed = Signal()
    message = Signal(str, object)  # kind, str

    def __init__(self, document: Document, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self.samples: Samples | None = None
        self._all: Samples | None = None
        self._document = document
        self._background = background
        self._newest = LatestOnly()
        self._wanted: Part | None = None
        self._read: Part | None = None
        document.changed.connect(self._follow)

    def begin(self) -> None:
        """Starts the first read."""
        if self._wanted is None:
            self._start(self._document.experiment.data)

    def samples_of(self, experiment: Experiment) -> Samples | None:
        """All training samples of the experiment, if they have been read already."""
        return self._all if self._read == experiment.data else None

    @Slot(object)
    def _follow(self, experiment: Experiment) -> None:
        if experiment.data != self._wanted:
            self._start(experiment.data)

    def _start(self, data: Part) -> None:
        self._wanted = data
        self._newest.drop()
        fields = {problem.field for problem in self._document.problems} - _STILL_SHOWN
        if any(field.startswith("data") for field in fields):
            return
        self._background.do(
            lambda: _read(data),
            lambda samples: self._on_read(data, *samples),
            lambda error: self.message.emit("error", sentence_of(error)),
            self._newest,
        )

    def _on_read(self, data: Part, samples: Samples, shown: Samples) -> None:
        self._all, self.samples, self._read = samples, shown, data
        self.changed.emit()


def _read(data: Part) -> tuple[Samples, Samples]:
    samples = samples_of(data)
    return samples, on_screen(samples)
