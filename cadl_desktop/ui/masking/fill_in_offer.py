"""Offer of the method that fills in what is hidden, made when a person begins to hide pixels."""

from PySide6.QtCore import QObject, Signal

from cadl_desktop.experiment import Experiment, Part
from cadl_desktop.experiment.edits import preset_of, with_preset
from cadl_desktop.experiment.presets import LEARN_IT, group_title
from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.frame.frame import Frame

FILLING_IN = "inpainting"
"""Preset that the offer switches to."""
_TEXT = "This network learns what it sees, and may paint anything where pixels are hidden."


class FillInOffer(QObject):
    """Message with one button, once for each picture; further strokes leave it where it is."""

    accepted = Signal()

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame.window)
        self._session, self._bar = frame.session, frame.messages.bar
        self._offered: Part | None = None
        self._masked: Experiment | None = None

    def is_due(self) -> bool:
        """Tells, before the mask is edited, whether the edit is the first on a picture that is learned, or
        the offer is still open."""
        if self._bar.text == _TEXT:
            return True
        experiment = self._session.document.experiment
        is_first = not experiment.data["mask"] and _picture(experiment) != self._offered
        return is_first and group_title(preset_of(experiment)) == LEARN_IT

    def show(self) -> None:
        """Offers to fill in what the newest edit, and those before it, have hidden."""
        document = self._session.document
        if not document.experiment.data["mask"] or document.problems or self._bar.warns:
            return
        self._offered, self._masked = _picture(document.experiment), document.experiment
        self._bar.say("info", _TEXT)
        tip = (
            "Paints this picture by the method that continues edges and slopes into what is hidden; "
            "earlier runs stay in the list. Undo takes it back together with the stroke."
        )
        self._bar.offer([Action("Fill in", self._fill_in, tip=tip)])

    def _fill_in(self) -> None:
        document = self._session.document
        filled = with_preset(document.experiment, FILLING_IN)
        joins = document.experiment == self._masked
        document.edit("Fill in", filled, joins_newest=joins, begins_anew=True)
        self._session.train()
        self.accepted.emit()


def _picture(experiment: Experiment) -> Part:
    """Returns the picture dataset without what is hidden."""
    return experiment.data.has(mask=b"", keep=100.0)
