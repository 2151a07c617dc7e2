"""Field for the size of the network that a method makes, as a share of the picture's numbers."""

from math import log

from PySide6.QtCore import QSignalBlocker, Signal, Slot

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.check import LEAST_SHARE, MOST_SHARE, allowed_parameters
from cadl_desktop.experiment.effort import single_picture_numbers
from cadl_desktop.experiment.methods.following import sizes_network
from cadl_desktop.experiment.methods.rules import FIRST_SHARE
from cadl_desktop.experiment.setting_descriptions import TITLES
from cadl_desktop.ui.controls.fields import CalmSlider, Field, describe
from cadl_desktop.ui.controls.line_edits import NumberEdit
from cadl_desktop.ui.controls.looks import FittingLabel, set_tip
from cadl_desktop.ui.controls.number_text import Number, grouped

_PER_CENT = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 120, 150)
STOPS = tuple(stop / 100 for stop in _PER_CENT)
"""Shares at which the slider stops, each about a quarter larger than the one before."""
_SLIDER_ROW = 3
"""Row of the field's grid below that of a problem."""
_DOUBLING = 3
"""Stops from a share to twice that share."""
_HELP = (
    "How many parameters the network may have, as a share of the picture's numbers: pixels times colours. "
    "Page keys double it and halve it."
)
_OWN_HELP = (
    "The network is your own design now. It has this size again once its layers and its encoding are "
    "automatic, by the buttons beside them."
)


class NetworkSizeField(Field):
    """Slider and number of the network's size, and how many parameters that allows. Hidden where the method
    doesn't look at it, and disabled where a person has designed the network."""

    value_edited = Signal(float)

    def __init__(self) -> None:
        self.number = NumberEdit(LEAST_SHARE, MOST_SHARE, logarithmic=True, hundred=1.0)
        super().__init__(TITLES["parameters"], _HELP, self.number)
        self.slider = CalmSlider(self)
        self.slider.setRange(0, len(STOPS) - 1)
        self.slider.setPageStep(_DOUBLING)
        describe(self.slider, f"{TITLES['parameters']} slider", _HELP)
        self.share = FittingLabel(self)
        for row, widget in enumerate((self.slider, self.share), _SLIDER_ROW):
            self._grid.addWidget(widget, row, 0, 1, 2)
        self.slider.valueChanged.connect(lambda place: self.value_edited.emit(STOPS[place]))
        self.number.value_edited.connect(self._typed)

    def show_experiment(self, experiment: Experiment) -> None:
        self.setVisible(sizes_network(experiment))
        if self.isHidden():
            return
        share = FIRST_SHARE if experiment.parameters is None else experiment.parameters
        self.number.set_value(share)
        with QSignalBlocker(self.slider):
            self.slider.setValue(_nearest(share))
        self._show_share(share, single_picture_numbers(experiment))
        follows = {"layers", "encoding.kind"} <= set(experiment.follows)
        for control in (self.slider, self.number, self.share):
            control.setEnabled(follows)
            set_tip(control, _HELP if follows else _OWN_HELP)

    def _show_share(self, share: float, numbers: int | None) -> None:
        self.share.setVisible(numbers is not None)
        if numbers is not None:
            allowed = grouped(allowed_parameters(numbers, share))
            self.share.show_texts((f"at most {allowed} parameters", f"at most {allowed}"))

    @Slot(object)
    def _typed(self, share: Number) -> None:
        self.value_edited.emit(float(share))


def _nearest(share: float) -> int:
    """Returns the number of the stop that is nearest to a share."""
    return min(range(len(STOPS)), key=lambda place: abs(log(STOPS[place] / max(share, LEAST_SHARE))))
