"""Filling in of what a mask hides: smoothly, by example, or as suits the picture best."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.data.pictures.guessed_pixels import GuessedPixels
from cadl_desktop.experiment import Experiment, Part
from cadl_desktop.experiment.edits import filled_in
from cadl_desktop.session.piecewise_request import PiecewiseRequest
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status

if TYPE_CHECKING:
    from cadl_desktop.data.pictures.filling_choice import FillingChoice


class FillingIn(QObject):
    """Fills in by another method, trained from the seed; earlier runs stay in the list.

    Where what suits best is asked for, it begins smoothly and changes over once that is known, unless data,
    method or what is filled in from have been changed meanwhile, or the training was reset. So it does where
    examples are asked for and nothing can be copied: without coherence, nothing would fill in the hole.
    """

    chosen = Signal(object)  # FillingChoice | None: the one before is no longer in force
    guessed = Signal(object)  # GuessesByNow while copies are tried; None where none will be learned

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session, self._document = session, session.document
        self._request = PiecewiseRequest(session, self._take, self._fail, self.guessed.emit)
        self._begun: Experiment | None = None
        self._joins = False
        session.document.changed.connect(self._follow)
        session.status_changed.connect(self._follow_status)

    def is_possible(self) -> bool:
        """Tells whether the mask has holes: pixels kept at random are filled in by another method."""
        data = self._document.experiment.data
        is_drawn = data.kind == "picture" and data["mask"] and data["keep"] == 100
        return bool(is_drawn) and not self._document.problems

    def fill_in(self, label: str, example: float | None = None, *, joins_newest: bool = False) -> None:
        """Trains on this share of guesses by example; None: on the best one."""
        self._drop()
        before = self._document.experiment
        filled = filled_in(before, example or 0.0)
        if filled == before:
            self._session.reset()
        self._document.edit(label, filled, joins_newest=joins_newest, begins_anew=True)
        self._session.train()
        if example != 0 and self.is_possible():
            self._begun = self._document.experiment
            self._joins = self._begun is not before
            asked = "guessed_pixels:search_guesses" if example else "filling_choice:filling_choice"
            self._request.begin(f"cadl_desktop.data.pictures.{asked}", (self._begun,))

    def _take(self, found: "FillingChoice | GuessedPixels") -> None:
        if isinstance(found, GuessedPixels):
            if not len(found.sure):
                self._change_to(0.0)
            return
        self._change_to(found.example)
        self.chosen.emit(found)
        if not found.example:
            self.guessed.emit(None)

    def _change_to(self, example: float) -> None:
        now = self._document.experiment
        joins = self._joins and now is self._begun
        self._begun = None
        self._document.edit("Fill in", filled_in(now, example), joins_newest=joins)
        self._begun = self._document.experiment

    def _fail(self, error: Exception) -> None:
        self.guessed.emit(None)
        self._session.report_error(error)

    @Slot(object)
    def _follow(self, experiment: Experiment) -> None:
        """Drops the choice for another picture, mask or method."""
        if self._begun is not None and _filling(experiment) != _filling(self._begun):
            self._drop()

    @Slot()
    def _follow_status(self) -> None:
        if self._session.status is Status.EMPTY:
            self._drop()

    def _drop(self) -> None:
        if self._begun is not None:
            self._begun = None
            self._request.end()
            self.chosen.emit(None)
            self.guessed.emit(None)


def _filling(experiment: Experiment) -> tuple[str, float, Part]:
    return experiment.method, experiment.example, experiment.data
