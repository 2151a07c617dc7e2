"""Optimizer panel: cost, optimizer, learning rate and schedule, batches, penalties, stop rules."""

import math
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QWidget

from cadl_desktop.experiment import Experiment, Part
from cadl_desktop.experiment.check import MOST_COUNT
from cadl_desktop.experiment.edits import part_of_kind
from cadl_desktop.experiment.live_settings import PENALTIES
from cadl_desktop.experiment.setting_descriptions import TITLES
from cadl_desktop.ui.controls.fields import (
    CalmSlider,
    CheckBox,
    Chooser,
    Field,
    ProblemLine,
    choices_of,
    describe,
    problems_of_part,
)
from cadl_desktop.ui.controls.follower import FollowRow
from cadl_desktop.ui.controls.forms import PartForm
from cadl_desktop.ui.controls.layouts import form_grid, in_column, in_row, wide
from cadl_desktop.ui.controls.line_edits import NumberEdit
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.controls.number_text import Number, plain_number
from cadl_desktop.ui.controls.section import Section
from cadl_desktop.ui.panels.panel import Panel
from cadl_desktop.ui.panels.schedule_editor import ScheduleEditor
from cadl_desktop.ui.theme.theme import GRID

_BOX_WIDTH = 15 * GRID


class OptionalField(FollowRow):
    """Field with a check box. `value_edited` emits the number, or None when it is switched off."""

    value_edited = Signal(object)  # int | float | None

    def __init__(
        self,
        title: str,
        text: str,
        number: NumberEdit,
        first: Number,
        never: str,
        parent: QWidget | None = None,
    ) -> None:
        row = in_row(wide(number), apart=GRID // 2)
        super().__init__(number, row, parent)
        self.number = number
        self.box = CheckBox(title, self)
        self.problem = ProblemLine(self)
        self._first = first
        describe(self.box, title, text)
        describe(number, title, text)
        number.setPlaceholderText(never)
        self.box.setMinimumWidth(_BOX_WIDTH)
        self.box.clicked.connect(self._switched)
        number.value_edited.connect(self.value_edited)
        number.refused.connect(self.problem.show_problem)
        grid = form_grid()
        grid.addWidget(self.box, 0, 0)
        grid.addLayout(row, 0, 1)
        grid.addWidget(self.problem, 1, 0, 1, 2)
        self.setLayout(grid)

    def set_value(self, value: Number | None) -> None:
        self.box.setChecked(value is not None)
        self.number.setEnabled(value is not None)
        self.number.set_value(value)

    def show_problem(self, message: str) -> None:
        self.problem.show_problem(message)
        self.number.set_problem(bool(message))

    @Slot(bool)
    def _switched(self, on: bool) -> None:
        self.value_edited.emit(self._first if on else None)


_DECADES = (-6, 1)
_PER_DECADE = 20
_STEPS = (_DECADES[1] - _DECADES[0]) * _PER_DECADE


def rate_at(position: int) -> float:
    """Learning rate at a slider position, 0 to 140: 1e-6 to 10, to two digits."""
    return float(f"{10 ** (position / _PER_DECADE + _DECADES[0]):.1e}")


def position_of(rate: float) -> int:
    """Slider position of a rate, clamped to its ends."""
    if not rate > 0:
        return 0
    return min(max(round((math.log10(rate) - _DECADES[0]) * _PER_DECADE), 0), _STEPS)


class TrainingPanel(Panel):
    """Panel of the training. All settings apply to a running training."""

    title = "Optimizer"
    manual = "training.md#optimizer-rate-and-cost"

    def _build(self) -> None:
        self._build_choices()
        self._build_rate()
        self.schedule = ScheduleEditor(self.document.experiment)
        self.schedule.edited.connect(self._schedule_edited)
        self._build_penalties()
        self.form = PartForm("optimizer", leave_out=("rate",))
        self.form.edited.connect(self._form_edited)
        self.batch = NumberEdit(1, MOST_COUNT, whole=True, logarithmic=True)
        self.batch.value_edited.connect(self._batch_edited)
        batch_help = "How many samples each step looks at."
        self._batch_field = Field(TITLES["batch_size"], batch_help, self.batch)
        self.measure_every = NumberEdit(1, MOST_COUNT, whole=True, logarithmic=True)
        self.measure_every.value_edited.connect(self._measure_every_edited)
        text = "After how many epochs the cost of all samples is taken: rows and plots have these."
        self._measure_field = Field(TITLES["measure_every"], text, self.measure_every)
        self._build_stop_rules()
        self.more = Section("More", self._make_more())
        first = self._cost_field, self._kind_field, self._rate_field, self.slider, self.stop["epochs"]
        for widget in (*first, self.more):
            self.column.addWidget(widget)

    def _make_more(self) -> QWidget:
        more = QWidget()
        in_column(
            self.schedule,
            self._batch_field,
            self._measure_field,
            *self._penalty_fields.values(),
            self.form,
            label("Stop after", "heading"),
            self.stop["steps"],
            self.stop["seconds"],
            self.stop["processor_seconds"],
            self.stop["change_below"],
            self.stop["patience"],
            self.keep_best,
            on=more,
        )
        return more

    def _build_choices(self) -> None:
        self.cost = Chooser(choices_of("cost"))
        self.cost.chosen.connect(self._cost_chosen)
        text = "What training makes as small as it can."
        self._cost_field = Field(TITLES["cost"], text, self.cost)
        self.kind = Chooser(choices_of("optimizer"))
        self.kind.chosen.connect(self._kind_chosen)
        text = (
            "How each step is made from the gradient. Another one takes over what was learned, and begins "
            "anew with what it remembers."
        )
        self._kind_field = Field(TITLES["optimizer.kind"], text, self.kind)

    def _build_rate(self) -> None:
        text = "How far each step goes along the negative gradient."
        self.rate = NumberEdit(1e-8, 1000.0, logarithmic=True)
        self.rate.value_edited.connect(self._rate_edited)
        self._rate_field = Field(TITLES["optimizer.rate"], text, self.rate)
        self.slider = CalmSlider()
        self.slider.setRange(0, _STEPS)
        self.slider.setPageStep(_PER_DECADE)
        self.slider.valueChanged.connect(self._slid)
        describe(self.slider, "Learning rate slider", text)

    def _build_penalties(self) -> None:
        self.penalties: dict[str, NumberEdit] = {}
        self._penalty_fields: dict[str, Field] = {}
        for name, penalty in PENALTIES.items():
            number = self.penalties[name] = NumberEdit(0.0, penalty.most, logarithmic=True)
            number.value_edited.connect(lambda value, name=name: self._penalty_edited(name, value))
            self._penalty_fields[name] = Field(penalty.title, penalty.help, number)

    def _build_stop_rules(self) -> None:
        rules = (
            (
                "epochs",
                "Ends after this many passes over the training samples.",
                NumberEdit(1, 1_000_000_000, whole=True, logarithmic=True),
                500,
            ),
            (
                "steps",
                "Ends after this many steps of the optimizer.",
                NumberEdit(1, 2**53, whole=True, logarithmic=True),
                10_000,
            ),
            (
                "seconds",
                "Ends after training for so long by the clock: how far that is depends on what else runs.",
                NumberEdit(0.001, 1e9, logarithmic=True),
                60.0,
            ),
            (
                "processor_seconds",
                "Ends when the steps alone have taken so many seconds of processors.",
                NumberEdit(0.001, 1e9, logarithmic=True),
                60.0,
            ),
            (
                "change_below",
                "Ends when the cost of two measured epochs in a row differs by less than this.",
                NumberEdit(0.0, 1e9, logarithmic=True),
                1e-6,
            ),
            (
                "patience",
                "Ends when the validation cost has not improved for so many measured epochs.",
                NumberEdit(1, 1_000_000_000, whole=True, logarithmic=True),
                20,
            ),
        )
        self.stop: dict[str, OptionalField] = {}
        for name, text, number, first in rules:
            self.stop[name] = OptionalField(TITLES[f"stop.{name}"], text, number, first, "no limit")
            self.stop[name].value_edited.connect(lambda value, name=name: self._stop_edited(name, value))
        self.keep_best = CheckBox(TITLES["stop.keep_best"])
        self.keep_best.clicked.connect(self._keep_best_edited)
        text = (
            "Shows and exports the weights of the best measured epoch once the run has ended: by the "
            "validation cost where there is one. Training goes on from the newest."
        )
        describe(self.keep_best, TITLES["stop.keep_best"], text)

    def controls(self) -> dict[str, QWidget]:
        return super().controls() | {"stop.keep_best": self.keep_best}

    def _followers(self) -> Mapping[str, FollowRow]:
        return {
            "cost": self._cost_field,
            "optimizer.kind": self._kind_field,
            "optimizer.rate": self._rate_field,
            "schedule.kind": self.schedule.kind_field,
            "batch_size": self._batch_field,
            "measure_every": self._measure_field,
            **self._penalty_fields,
            **{f"stop.{name}": field for name, field in self.stop.items()},
        }

    def _forms(self) -> Mapping[str, PartForm]:
        return {"optimizer": self.form, "schedule": self.schedule.form}

    def _redraw(self, experiment: Experiment) -> None:
        optimizer = experiment.optimizer
        self.cost.set_name(experiment.cost)
        self.kind.set_name(optimizer.kind)
        self._show_rate(optimizer)
        self.form.show_part(optimizer)
        self.form.setVisible(not self.form.is_empty())
        self.schedule.show_experiment(experiment)
        self.batch.set_value(experiment.batch_size)
        self.measure_every.set_value(experiment.measure_every)
        for name, number in self.penalties.items():
            number.set_value(getattr(experiment, name))
        for name, field in self.stop.items():
            field.set_value(getattr(experiment.stop, name))
        self.keep_best.setChecked(experiment.stop.keep_best)

    def _show_rate(self, optimizer: Part) -> None:
        rate = optimizer.as_dict().get("rate")
        known = isinstance(rate, int | float)
        self._rate_field.setVisible(known)
        self.slider.setVisible(known)
        if isinstance(rate, int | float):
            self.rate.set_value(rate)
            with QSignalBlocker(self.slider):
                self.slider.setValue(position_of(rate))

    def _show_problems(self, problems: dict[str, str]) -> None:
        of_optimizer = problems_of_part(problems, "optimizer")
        self._cost_field.show_problem(problems.get("cost", ""))
        self._kind_field.show_problem(of_optimizer.get("kind", ""))
        self._rate_field.show_problem(of_optimizer.get("rate", ""))
        self.form.show_problems(of_optimizer)
        self._batch_field.show_problem(problems.get("batch_size", ""))
        self._measure_field.show_problem(problems.get("measure_every", ""))
        self.schedule.show_problems(problems_of_part(problems, "schedule"))
        for name, penalty in self._penalty_fields.items():
            penalty.show_problem(problems.get(name, ""))
        for name, field in self.stop.items():
            field.show_problem(problems.get(f"stop.{name}", ""))
        at_hand = ("cost", "optimizer.kind", "optimizer.rate", "stop.epochs")
        if self.controls().keys() & (problems.keys() - set(at_hand)):
            self.more.set_folded(False)  # a problem is never hidden

    def _set_rate(self, rate: float) -> None:
        label = f"Learning rate {plain_number(rate)}"
        self._edit(label, "optimizer.rate", optimizer=self.document.experiment.optimizer.has(rate=rate))

    @Slot(object)
    def _rate_edited(self, rate: Number) -> None:
        self._set_rate(float(rate))

    @Slot(int)
    def _slid(self, position: int) -> None:
        self._set_rate(rate_at(position))

    @Slot(str)
    def _cost_chosen(self, name: str) -> None:
        self._edit(f"Cost: {self.cost.title(name)}", cost=name)

    @Slot(str)
    def _kind_chosen(self, kind: str) -> None:
        label = f"Optimizer: {self.kind.title(kind)}"
        optimizer = part_of_kind("optimizer", self.document.experiment.optimizer, kind)
        self._edit(label, "optimizer.kind", optimizer=optimizer)  # arrow keys pass others

    @Slot(str, object, object)
    def _form_edited(self, label: str, optimizer: Part, merge_key: str | None) -> None:
        self._edit(label, merge_key and f"optimizer.{merge_key}", optimizer=optimizer)

    @Slot(object)
    def _batch_edited(self, size: int) -> None:
        self._edit(f"Batch size {size}", "batch_size", batch_size=size)

    @Slot(object)
    def _measure_every_edited(self, epochs: int) -> None:
        label = f"Measured every {epochs} epochs" if epochs > 1 else "Measured every epoch"
        self._edit(label, "measure_every", measure_every=epochs)

    @Slot(str, object, object)
    def _schedule_edited(self, label: str, schedule: Part, merge_key: str | None) -> None:
        self._edit(label, merge_key and f"schedule.{merge_key}", schedule=schedule)

    def _penalty_edited(self, name: str, value: Number) -> None:
        label = f"{PENALTIES[name].title} {plain_number(value)}"
        self._edit(label, name, **{name: float(value)})

    @Slot(bool)
    def _keep_best_edited(self, on: bool) -> None:
        label = "Keep the best weights" if on else "Keep the newest weights"
        self._edit(label, stop=replace(self.document.experiment.stop, keep_best=on))

    def _stop_edited(self, name: str, value: Any) -> None:
        title = self.stop[name].box.text()
        if value is None:
            label, key = f"No stop by: {title}", None
        else:
            label, key = f"Stop after: {title} {plain_number(value)}", f"stop.{name}"
        self._edit(label, key, stop=replace(self.document.experiment.stop, **{name: value}))
