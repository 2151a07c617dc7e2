"""How a sweep searches, when it ends, and what is to be best."""

from collections.abc import Callable
from typing import Any, cast, get_args

from msgspec.structs import replace
from PySide6.QtWidgets import QWidget

from cadl_desktop.session.sweeps.setup import SweepSetup
from cadl_desktop.sweeps.plan.sweep_check import MOST_SEEDS, MOST_TRIALS
from cadl_desktop.sweeps.plan.sweep_model import Halving, Limit, Measure, Strategy, Sweep
from cadl_desktop.ui.controls.fields import CheckBox, Chooser, Field, describe
from cadl_desktop.ui.controls.layouts import in_column
from cadl_desktop.ui.controls.line_edits import NumberEdit
from cadl_desktop.ui.panels.training_panel import OptionalField
from cadl_desktop.ui.sweeps.words import measure_title
from cadl_desktop.ui.theme.theme import GRID

_SECONDS = (0.001, 1e9)


class HowFields(QWidget):
    """Shows a sweep that is set up, and has it changed."""

    def __init__(self, setup: SweepSetup, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._setup = setup
        self.strategy = Chooser(self._strategies())
        self.seeds = NumberEdit(1, MOST_SEEDS, whole=True)
        self.measure = Chooser([(name, measure_title(name), "") for name in get_args(Measure)])
        self.factor = NumberEdit(2, 100, whole=True)
        self.early = CheckBox("Stop early", self)
        text = "Ends trials, or all of the sweep, by time, by a value that is reached, or by halving."
        describe(self.early, self.early.text(), text)
        self.early.clicked.connect(self._switch_early)
        self._fields: dict[str, Field] = {}
        self._optional: dict[str, OptionalField] = {}
        self._make()
        in_column(*self._ordered(), on=self, apart=GRID)

    def field(self, name: str) -> Field | OptionalField:
        """By the sweep's own name of what it sets: 'limit.trials'."""
        return self._fields.get(name) or self._optional[name]

    def _strategies(self) -> list[tuple[str, str, str]]:
        return [
            ("grid", "Grid", "Every value with every other, in order."),
            ("random", "Random", "Points by chance: with many settings sooner near the best."),
            ("tpe", "TPE", "Learns from earlier trials which values tend to be good."),
            ("cmaes", "CMA-ES", "Moves a cloud of points towards the best; for ranges of numbers."),
        ]

    def _make(self) -> None:
        self._add("strategy", "Strategy", "Which values are tried next.", self.strategy)
        text = "How many times each point is trained, with a seed of its own each time."
        self._add("seeds", "Seeds", text, self.seeds)
        text = "What is to be best, and what the trials are sorted by."
        self._add("objective.measure", "Best is", text, self.measure)
        whole = NumberEdit(1, MOST_TRIALS, whole=True, logarithmic=True)
        seconds = [NumberEdit(*_SECONDS, logarithmic=True) for _ in range(2)]
        for name, title, text, edit, first, never in (
            ("limit.trials", "Trials", "Ends after so many trials.", whole, 24, "all of the grid"),
            (
                "limit.seconds_each",
                "Seconds each",
                "Ends each trial after training for so long.",
                seconds[0],
                30.0,
                "no limit",
            ),
            (
                "limit.seconds_together",
                "Seconds in all",
                "Ends the sweep when its trials have trained for so long together.",
                seconds[1],
                600.0,
                "no limit",
            ),
            (
                "objective.reaches",
                "Until it is",
                "Best is then what comes to this value first; trials end when they do.",
                NumberEdit(-1e9, 1e9),
                0.01,
                "its end",
            ),
            (
                "pruning.least",
                "Prune from epoch",
                "Successive halving: from this epoch on only the best part of the trials goes on.",
                NumberEdit(1, 1_000_000_000, whole=True, logarithmic=True),
                10,
                "not at all",
            ),
        ):
            self._add_optional(name, OptionalField(title, text, edit, first, never, self))
        text = "One of so many trials goes on at each stage."
        self._add("pruning.factor", "One of", text, self.factor)
        self.strategy.chosen.connect(self._choose_strategy)
        self.seeds.value_edited.connect(lambda value: self._setup.change(seeds=value))
        self.measure.chosen.connect(lambda name: self._change_objective(measure=cast(Measure, name)))
        self.factor.value_edited.connect(self._change_factor)

    def _add(self, name: str, title: str, text: str, control: QWidget) -> None:
        self._fields[name] = Field(title, text, control, parent=self)

    def _add_optional(self, name: str, field: OptionalField) -> None:
        changes: dict[str, Callable[[Any], None]] = {
            "objective.reaches": lambda value: self._change_objective(reaches=_as_float(value)),
            "pruning.least": self._change_pruning,
        }
        kind = int if name == "limit.trials" else float
        own = name.partition(".")[2]
        field.value_edited.connect(
            changes.get(name)
            or (lambda value: self._change_limit(own, None if value is None else kind(value)))
        )
        self._optional[name] = field

    def _ordered(self) -> list[QWidget]:
        *first, factor = self._fields.values()
        trials, *stops = self._optional.values()
        return [*first, trials, self.early, *stops, factor]

    def tab_widgets(self) -> list[QWidget]:
        """The controls in the order in which Tab visits them."""
        optional = [control for field in self._optional.values() for control in (field.box, field.number)]
        trials = self._optional["limit.trials"]
        optional.insert(optional.index(trials.number) + 1, self.early)
        return [self.strategy, self.seeds, self.measure, *optional, self.factor]

    def show_sweep(self, sweep: Sweep) -> None:
        """Emits nothing."""
        self.strategy.set_name(sweep.strategy)
        self.seeds.set_value(sweep.seeds)
        self.measure.set_name(sweep.objective.measure)
        for name in ("trials", "seconds_each", "seconds_together"):
            self._optional[f"limit.{name}"].set_value(getattr(sweep.limit, name))
        self._optional["objective.reaches"].set_value(sweep.objective.reaches)
        halving = sweep.pruning
        self._optional["pruning.least"].set_value(halving.least if halving else None)
        self.factor.set_value(halving.factor if halving else 3)
        self.early.setChecked(self.early.isChecked() or sweep != _without_stops(sweep))
        self._show_early()

    def show_problems(self, found: dict[str, str]) -> None:
        """Takes what is said of these fields out of it."""
        for name in (*self._fields, *self._optional):
            self.field(name).show_problem(found.pop(name, ""))

    def _choose_strategy(self, name: str) -> None:
        limit = _with_an_end(self._setup.sweep.limit, name)
        self._setup.change(strategy=cast(Strategy, name), limit=limit)

    def _switch_early(self, on: bool) -> None:
        """Shows the fields of what stops a sweep early; switched off, none of it does."""
        sweep = self._setup.sweep
        if not on:
            plain = _without_stops(sweep)
            limit = _with_an_end(plain.limit, sweep.strategy)
            self._setup.change(limit=limit, objective=plain.objective, pruning=None)
        self._show_early()

    def _show_early(self) -> None:
        on = self.early.isChecked()
        for name, field in self._optional.items():
            field.setVisible(on or name == "limit.trials")
        self._fields["pruning.factor"].setVisible(on and self._setup.sweep.pruning is not None)

    def _change_limit(self, name: str, value: float | None) -> None:
        self._setup.change(limit=replace(self._setup.sweep.limit, **{name: value}))

    def _change_objective(self, **changes: Any) -> None:
        self._setup.change(objective=replace(self._setup.sweep.objective, **changes))

    def _change_pruning(self, least: int | None) -> None:
        factor = self.factor.value
        halving = None if least is None else Halving(least=least, factor=int(factor or 3))
        self._setup.change(pruning=halving)

    def _change_factor(self, factor: int) -> None:
        halving = self._setup.sweep.pruning
        if halving is not None:
            self._setup.change(pruning=replace(halving, factor=factor))


def _without_stops(sweep: Sweep) -> Sweep:
    """The sweep without what stops trials or all of it early."""
    limit = replace(sweep.limit, seconds_each=None, seconds_together=None)
    return replace(sweep, limit=limit, objective=replace(sweep.objective, reaches=None), pruning=None)


def _with_an_end(limit: Limit, strategy: str) -> Limit:
    """The limit with a number of trials where nothing else ends the sweep, as only a grid does by itself."""
    if strategy == "grid" or limit.trials is not None or limit.seconds_together is not None:
        return limit
    return replace(limit, trials=24)


def _as_float(value: float | None) -> float | None:
    return None if value is None else float(value)
