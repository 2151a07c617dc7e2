"""Ways of filling in what is hidden: the offer made when a person begins to hide pixels, and actions."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.experiment import Experiment, Part
from cadl_desktop.experiment.edits import preset_of
from cadl_desktop.experiment.presets import LEARN_IT, PAINTERS, group_title
from cadl_desktop.session.filling_in import FillingIn
from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.frame.frame import Frame

if TYPE_CHECKING:
    from cadl_desktop.data.pictures.filling_choice import FillingChoice

_TEXT = "This network learns what it sees, and may paint anything where pixels are hidden."


class FillInOffer(QObject):
    """Message with one button, once for each picture; further strokes leave it where it is. `actions` fill in
    whenever they are triggered; what suits the picture best is said once it is known."""

    accepted = Signal()

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame.window)
        self._session, self._messages, self._bar = frame.session, frame.messages, frame.messages.bar
        self._filling = FillingIn(frame.session)
        self.guessed = self._filling.guessed
        self._filling.chosen.connect(self._say_choice)
        self._offered: Part | None = None
        self._masked: Experiment | None = None
        self._said = ""

    def is_due(self) -> bool:
        """Tells, before the mask is edited, whether the edit is the first on a picture that is learned, or
        the offer is still open."""
        if self._bar.text == _TEXT:
            return True
        experiment = self._session.document.experiment
        is_first = not experiment.data["mask"] and _picture(experiment) != self._offered
        return is_first and group_title(preset_of(experiment)) in (LEARN_IT, PAINTERS)

    def show(self) -> None:
        """Offers to fill in what the newest edit, and those before it, have hidden."""
        document = self._session.document
        if not document.experiment.data["mask"] or document.problems or self._bar.warns:
            return
        self._offered, self._masked = _picture(document.experiment), document.experiment
        self._bar.say("info", _TEXT)
        tip = (
            "Paints this picture by the method that continues edges and slopes into what is hidden, or "
            "copies what looks alike where that comes nearer; earlier runs stay in the list. Undo takes it "
            "back together with the stroke."
        )
        self._bar.offer([Action("Fill in", lambda: self._fill_in("Fill in"), tip=tip)])

    def actions(self) -> tuple[Action, Action, Action]:
        """Actions that fill in as suits the picture best, smoothly, and by example."""
        best = "Fills in smoothly, from the picture itself, or half by half: as comes nearest on other holes."
        smoothly = "Continues edges and slopes into what is hidden; invents no texture."
        by_example = "Fills in from the picture itself: copies what looks alike, with its texture."
        return (
            self._action("Fill in: best guess", None, best),
            self._action("Fill in smoothly", 0.0, smoothly),
            self._action("Fill in by example", 1.0, by_example),
        )

    def _action(self, title: str, example: float | None, tip: str) -> Action:
        return Action(
            title,
            lambda: self._fill_in(title, example),
            tip=f"{tip} Trains anew; earlier runs stay in the list.",
            possible=self._filling.is_possible,
        )

    def _fill_in(self, label: str, example: float | None = None) -> None:
        joins = self._session.document.experiment == self._masked and label == "Fill in"
        self._filling.fill_in(label, example, joins_newest=joins)
        self.accepted.emit()

    @Slot(object)
    def _say_choice(self, choice: "FillingChoice | None") -> None:
        if choice is None:
            self._bar.settle(self._said)
            return
        self._said = choice_in_words(choice)
        if self._bar.warns:
            self._messages.say("info", self._said)
        else:
            self._bar.say("info", self._said)


def choice_in_words(choice: "FillingChoice") -> str:
    """Returns the sentence that says what was chosen, and why."""
    if not choice.holes:
        return "Filling in smoothly: no hole of this shape could be tried elsewhere in the picture."
    holes = "a hole" if choice.holes == 1 else f"{choice.holes} holes"
    where = f"on {holes} of the same shape elsewhere in it"
    if not choice.example:
        return f"Filling in smoothly: copying from the picture itself came no nearer {where}."
    how = "from the picture itself" if choice.example == 1 else "half smoothly, half from the picture itself"
    nearer = f"came {choice.gain:.1f} dB nearer than smooth filling"
    if choice.gain < 0.05:
        nearer = "kept more of the contrast than smooth filling"
    return f"Filling in {how}, which {nearer} {where}."


def _picture(experiment: Experiment) -> Part:
    """Returns the picture dataset without what is hidden."""
    return experiment.data.has(mask=b"", keep=100.0)
