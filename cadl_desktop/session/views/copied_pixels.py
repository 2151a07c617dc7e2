"""Places that hidden pixels are copied from, for a view that outlines them."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.experiment import Part
from cadl_desktop.session.piecewise_request import PiecewiseRequest
from cadl_desktop.session.session import Session

if TYPE_CHECKING:
    from cadl_desktop.data.pictures.filling_in import ExampleSources


class CopiedPixels(QObject):
    """Places of the picture that its hidden pixels are copied from; `sources` is None until they are known,
    and where nothing is learned by example."""

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.sources: ExampleSources | None = None
        self._session = session
        # Errors are only logged: the run that learns the guesses reports them.
        self._request = PiecewiseRequest(session, self._show, lambda _: None)
        self._wanted: tuple[int, Part] | None = None
        session.samples_changed.connect(self._follow)
        session.document.changed.connect(self._follow)

    @Slot()
    def _follow(self) -> None:
        document = self._session.document
        experiment = document.experiment
        by_example = experiment.example > 0 and bool(experiment.data.as_dict().get("mask"))
        wanted = (experiment.seed, experiment.data) if by_example and not document.problems else None
        if wanted == self._wanted:
            return
        self._wanted = wanted
        self._request.end()
        if self.sources is not None:
            self._show(None)
        if wanted is not None:
            self._request.begin("cadl_desktop.data.pictures.filling_in:example_sources", (experiment,))

    def _show(self, sources: "ExampleSources | None") -> None:
        self.sources = sources
        self.changed.emit()
