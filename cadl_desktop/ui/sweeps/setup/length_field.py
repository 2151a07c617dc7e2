"""Field of the length of a sweep's trials, in epochs, steps or seconds."""

from msgspec.structs import replace
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from cadl_desktop.experiment.model import Stop
from cadl_desktop.session.sweeps.setup import SweepSetup
from cadl_desktop.sweeps.plan.sweep_model import LENGTH_UNITS, Length, LengthUnit, Sweep
from cadl_desktop.sweeps.plan.trials import stop_of_trial
from cadl_desktop.ui.comparing.words import LENGTHS, USUAL_LENGTHS
from cadl_desktop.ui.controls.fields import Chooser, ProblemLine, describe
from cadl_desktop.ui.controls.layouts import in_column, in_row, wide
from cadl_desktop.ui.controls.line_edits import NumberEdit
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.controls.number_text import Number
from cadl_desktop.ui.theme.theme import GRID

_CLOCK = (
    "How many epochs a trial gets in seconds by the clock depends on what else runs. "
    "Epochs and steps don't; processor seconds do much less."
)


class LengthField(QWidget):
    """Shows and changes how long each trial is: what the sweep says, or else the experiment."""

    def __init__(self, setup: SweepSetup, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._setup = setup
        title, text = "Trial length", "How long each trial trains, in place of what the experiment says."
        self.whole = NumberEdit(1, 1_000_000_000, whole=True, logarithmic=True)
        self.seconds = NumberEdit(0.001, 1e9, logarithmic=True)
        self.problem = ProblemLine()
        self.unit = Chooser([(name, *words) for name, words in LENGTHS.items()])
        describe(self.unit, "Unit of the trial length", "What the length of trials is measured in.")
        self.clock = label(_CLOCK, "muted", wraps=True)
        row = in_row(wide(self.whole), wide(self.seconds), wide(self.unit, 2), apart=GRID // 2)
        in_column(label(title, "heading"), row, self.problem, self.clock, on=self, apart=GRID // 2)
        for edit in (self.whole, self.seconds):
            describe(edit, title, text)
            edit.value_edited.connect(self._set_count)
            edit.refused.connect(self.problem.show_problem)
        self.unit.chosen.connect(self._set_unit)

    def show_sweep(self, sweep: Sweep) -> None:
        """Shows the length of a sweep's trials, without emitting anything."""
        stop = stop_of_trial(sweep.base.stop, sweep.limit)
        unit = _unit_of(stop)
        self.unit.set_name(unit)
        self._edit(unit).set_value(getattr(stop, unit))
        for edit in (self.whole, self.seconds):
            edit.setVisible(edit is self._edit(unit))
        self.clock.setVisible(stop.seconds is not None)

    def show_problem(self, message: str) -> None:
        """Shows a problem with the length; an empty message clears it."""
        self.problem.show_problem(message)
        for edit in (self.whole, self.seconds):
            edit.set_problem(bool(message))

    def _edit(self, unit: LengthUnit) -> NumberEdit:
        return self.whole if unit in ("epochs", "steps") else self.seconds

    @Slot(object)
    def _set_count(self, count: Number) -> None:
        self._set(count, _unit_of(stop_of_trial(self._setup.sweep.base.stop, self._setup.sweep.limit)))

    @Slot(str)
    def _set_unit(self, unit: LengthUnit) -> None:
        """Measures trials in another unit, at first by the experiment's own limit or a usual one."""
        self._set(getattr(self._setup.sweep.base.stop, unit) or USUAL_LENGTHS[unit], unit)

    def _set(self, count: Number, unit: LengthUnit) -> None:
        """Sets the length; none of the sweep's own where it is the experiment's."""
        sweep = self._setup.sweep
        limit = replace(sweep.limit, length=Length(count, unit))
        if stop_of_trial(sweep.base.stop, limit) == sweep.base.stop:
            limit = replace(limit, length=None)
        self._setup.change(limit=limit)


def _unit_of(stop: Stop) -> LengthUnit:
    """First unit in which stop rules say how long a training is; epochs where none does."""
    return next((unit for unit in LENGTH_UNITS if getattr(stop, unit) is not None), "epochs")
