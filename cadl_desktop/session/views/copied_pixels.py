"""Places that hidden pixels are copied from, for a view that outlines them."""

from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.data.pictures.guessed_pixels import GuessedPixels, GuessesByNow
from cadl_desktop.experiment import Part
from cadl_desktop.experiment.model import hides_pixels
from cadl_desktop.session.piecewise_request import PiecewiseRequest
from cadl_desktop.session.session import Session


class CopiedPixels(QObject):
    """Asks where the picture's hidden pixels are copied from, as often as that changes."""

    found = Signal(object)
    """GuessedPixels; None until they are known, and where nothing is learned by example."""
    guessed = Signal(object)
    """GuessesByNow while they are searched in a run; None at the end."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        # Errors are only logged: the run that learns the guesses reports them.
        self._request = PiecewiseRequest(session, self._take, self._end, self._take_by_now)
        self._wanted: tuple[int, Part] | None = None
        session.samples_changed.connect(self._follow)
        session.document.changed.connect(self._follow)

    @Slot()
    def _follow(self) -> None:
        experiment, problems = self._session.document.experiment, self._session.document.problems
        is_wanted = experiment.example > 0 and hides_pixels(experiment) and not problems
        wanted = (experiment.seed, experiment.data) if is_wanted else None
        if wanted == self._wanted:
            return
        before, self._wanted = self._wanted, wanted
        self._request.end()
        self.found.emit(None)
        if before is not None:
            self.guessed.emit(None)
        if wanted is not None:
            self._request.begin("cadl_desktop.data.pictures.guessed_pixels:search_guesses", (experiment,))

    def _take_by_now(self, guesses: GuessesByNow) -> None:
        if self._session.status.live:
            self.guessed.emit(guesses)

    def _take(self, guessed: GuessedPixels) -> None:
        self.found.emit(guessed)
        self.guessed.emit(None)

    def _end(self, _: Exception) -> None:
        self.guessed.emit(None)
