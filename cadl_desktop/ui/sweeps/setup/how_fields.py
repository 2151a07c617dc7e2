"""Fields of a sweep's strategy, its limits and its objective."""

from typing import Any

from msgspec.structs import replace
from PySide6.QtWidgets import QWidget

from cadl_desktop.session.sweeps.setup import SweepSetup
from cadl_desktop.sweeps.plan.sweep_check import MOST_SEEDS, MOST_TRIALS
from cadl_desktop.sweeps.plan.sweep_model import Halving, Sweep
from cadl_desktop.ui.comparing.words import MEASURES
from cadl_desktop.ui.controls.fields import Chooser, Field
from cadl_desktop.ui.controls.layouts import in_column
from cadl_desktop.ui.controls.line_edits import NumberEdit
from cadl_desktop.ui.controls.number_text import Number
from cadl_desktop.ui.controls.section import Section
from cadl_desktop.ui.panels.training_panel import OptionalField
from cadl_desktop.ui.theme.theme import GRID

_STRATEGIES = (
    ("grid", "Grid", "Every value with every other, in order."),
    ("random", "Random", "Points by chance: with many settings sooner near the best."),
    ("tpe", "TPE", "Learns from earlier trials which values tend to be good."),
    ("cmaes", "CMA-ES", "Moves a cloud of points towards the best; for ranges of numbers."),
)
_MOST_EPOCHS, _SECONDS = 1_000_000_000, (0.001, 1e9)
_TRIALS, _FACTOR = 24, 3


class HowFields(QWidget):
    """Shows these settings of the sweep that is set up, and changes them. Fields have the paths of their
    settings in the sweep: 'limit.trials'."""

    def __init__(self, setup: SweepSetup, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._setup = setup
        self._fields: dict[str, Field | OptionalField] = {}
        self._parent: QWidget = self
        """Parent of further fields; a field that gets another one is styled anew."""
        self.strategy = Chooser(_STRATEGIES)
        self.seeds = NumberEdit(1, MOST_SEEDS, whole=True)
        self.measure = Chooser([(name, title, "") for name, title in MEASURES.items()])
        self.factor = NumberEdit(2, 100, whole=True)
        self._add("strategy", "Strategy", "Which values are tried next.", self.strategy)
        text = "What is to be best, and what the trials are sorted by."
        self._add("objective.measure", "Best is", text, self.measure)
        edit = NumberEdit(1, MOST_TRIALS, whole=True, logarithmic=True)
        text = "Ends after so many trials."
        self._add_optional("limit.trials", "Trials", text, edit, _TRIALS, "all of the grid")
        text = "With how many seeds each point is trained: it is shown and ranked by their mean."
        self._add("seeds", "Seeds", text, self.seeds)
        at_hand = list(self._fields.values())
        stops = self._parent = QWidget()
        self.early = Section("Stop early", stops, folded=True, parent=self)
        edit = NumberEdit(*_SECONDS, logarithmic=True)
        text = "Ends the sweep when its trials have trained for so long together, by the clock."
        self._add_optional("limit.seconds_together", "Seconds in all", text, edit, 600.0, "no limit")
        text = "Best is then what comes to this value first; trials end when they do."
        self._add_optional("objective.reaches", "Until it is", text, NumberEdit(-1e9, 1e9), 0.01, "its end")
        edit = NumberEdit(1, _MOST_EPOCHS, whole=True, logarithmic=True)
        text = "Successive halving: from this epoch on only the best part of the trials goes on."
        self._add_optional("pruning.least", "Prune from epoch", text, edit, 10, "not at all")
        text = "One of so many trials goes on at each stage."
        self._add("pruning.factor", "One of", text, self.factor)
        in_column(*list(self._fields.values())[len(at_hand) :], on=stops, apart=GRID)
        in_column(*at_hand, self.early, on=self, apart=GRID)

    def field(self, path: str) -> Field | OptionalField:
        """Field of a setting. Raises KeyError."""
        return self._fields[path]

    def _add(self, path: str, title: str, text: str, control: Chooser | NumberEdit) -> None:
        self._fields[path] = Field(title, text, control, parent=self._parent)
        edited = control.chosen if isinstance(control, Chooser) else control.value_edited
        edited.connect(lambda value: self._change(path, value))

    def _add_optional(
        self, path: str, title: str, text: str, edit: NumberEdit, first: Number, never: str
    ) -> None:
        field = self._fields[path] = OptionalField(title, text, edit, first, never, self._parent)
        field.value_edited.connect(lambda value: self._change(path, value))

    def show_sweep(self, sweep: Sweep) -> None:
        """Shows a sweep's settings, without emitting anything."""
        self.strategy.set_name(sweep.strategy)
        self.seeds.set_value(sweep.seeds)
        self.measure.set_name(sweep.objective.measure)
        self.factor.set_value(sweep.pruning.factor if sweep.pruning else _FACTOR)
        for path, field in self._fields.items():
            if isinstance(field, OptionalField):
                head, name = path.split(".")
                field.set_value(getattr(getattr(sweep, head), name, None))
        self.field("pruning.factor").setVisible(sweep.pruning is not None)

    def show_problems(self, found: dict[str, str]) -> None:
        """Shows problems at their fields, by path, and removes them from `found`."""
        for path, field in self._fields.items():
            message = found.pop(path, "")
            field.show_problem(message)
            if message and self.early.content.isAncestorOf(field):
                self.early.set_folded(False)  # a problem is never hidden

    def _change(self, path: str, value: Any) -> None:
        """Sets a setting of the sweep, and what follows from it."""
        sweep = self._setup.sweep
        head, _, name = path.partition(".")
        if path == "pruning.least":
            value = Halving(least=value, factor=int(self.factor.value or _FACTOR)) if value else None
        elif name:
            value = replace(getattr(sweep, head), **{name: value})
        changes = {head: value}
        has_end = sweep.limit.trials is not None or sweep.limit.seconds_together is not None
        if path == "strategy" and value != "grid" and not has_end:
            changes["limit"] = replace(sweep.limit, trials=_TRIALS)  # a grid ends by itself
        self._setup.change(**changes)
