"""Formulas, in numbers, of the step that the optimizer takes with a weight."""

from collections.abc import Callable
from dataclasses import dataclass
from math import floor, isfinite, log10, sqrt

from cadl_desktop.experiment import Experiment, Part
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.shapes import frozen_columns, is_encoded, learned_weights
from cadl_desktop.runs.events import BackwardPass
from cadl_desktop.runs.network_weights import by_column, weights_of
from cadl_desktop.ui.controls.number_text import figure, signed, wants_exponent

Rows = list[tuple[str, str]]
"""Names and formulas."""
_EXPONENTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_MOST_PLACES = 9


@dataclass(frozen=True)
class WeightStep:
    """A weight's step: `memories` are the optimizer's of this weight before it, `count` is its number and
    `rate` its learning rate. A `hidden` weight belongs to a matrix (inputs, outputs) between two layers."""

    weight: float
    gradient: float
    penalty: float | None
    after: float
    memories: tuple[float, ...]
    count: int
    rate: float
    hidden: tuple[int, ...] | None = None

    @property
    def slope(self) -> float:
        """Gradient that the optimizer gets."""
        return self.gradient + (self.penalty or 0.0)

    @property
    def size(self) -> float:
        """What is subtracted from the weight."""
        return self.weight - self.after


def step_formula(optimizer: Part, step: WeightStep, *, frozen: bool = False) -> Rows:
    """Formula of a weight's step, from its gradient to the new weight. Only the step itself of an optimizer
    from another package."""
    rows = [("Weight", signed(step.weight, 4)), ("Gradient g", _gradient(step))]
    if frozen:
        return [*rows, ("Step", "none: the layer is frozen")]
    known = _FORMULAS.get(optimizer.kind)
    if known is not None:
        rows += known(optimizer, step)
    return [*rows, ("New weight", _difference(step))]


def _gradient(step: WeightStep) -> str:
    if step.penalty is None:
        return signed(step.gradient)
    return f"{_plain(step.gradient)} + {_plain(step.penalty)} of penalties = {figure(step.slope)}"


def _gradient_descent(optimizer: Part, step: WeightStep) -> Rows:
    return [("Step", f"{_plain(step.rate)} · {_plain(step.slope)} = {figure(step.size)}")]


def _momentum(optimizer: Part, step: WeightStep) -> Rows:
    kept, before = float(optimizer["momentum"]), step.memories[0]
    speed = kept * before + step.slope
    return [
        ("Speed u", f"{_plain(kept)} · {_plain(before)} + {_plain(step.slope)} = {figure(speed)}"),
        ("Step", f"{_plain(step.rate)} · {_plain(speed)} = {figure(step.size)}"),
    ]


def _rmsprop(optimizer: Part, step: WeightStep) -> Rows:
    name, text, square = _mean_square(float(optimizer["decay"]), step.memories[0], step.slope)
    formula = f"{_plain(step.rate)} · {_plain(step.slope)} / √({_plain(square)} + 1e−10)"
    return [(name, text), ("Step", f"{formula} = {figure(step.size)}")]


def _adagrad(optimizer: Part, step: WeightStep) -> Rows:
    before = step.memories[0]
    total = before + step.slope**2
    return [
        ("Squares v", f"{_plain(before)} + {_plain(step.slope)}² = {figure(total)}"),
        ("Step", f"{_plain(step.rate)} · {_plain(step.slope)} / √{_plain(total)} = {figure(step.size)}"),
    ]


def _adam(optimizer: Part, step: WeightStep) -> Rows:
    return _adam_rows(float(optimizer["beta1"]), float(optimizer["beta2"]), step, step.rate)


def _adamw(optimizer: Part, step: WeightStep) -> Rows:
    decay = float(optimizer["decay"])
    *rows, (name, formula) = _adam(optimizer, step)
    decayed = f"{_plain(step.rate)} · {_plain(decay)} · {_plain(step.weight)}"
    by_adam, _, size = formula.rpartition(" = ")
    return [*rows, (name, f"{by_adam} + {decayed} = {size}")]


def _adam_rows(beta1: float, beta2: float, step: WeightStep, rate: float) -> Rows:
    mean_name, mean_text, mean = _mean(beta1, step.memories[0], step.slope)
    square_name, square_text, square = _mean_square(beta2, step.memories[1], step.slope)
    power = str(step.count).translate(_EXPONENTS)
    size = rate * sqrt(1 - beta2**step.count) / (1 - beta1**step.count)
    corrected = f"{_plain(rate)} · √(1 − {beta2:g}{power}) / (1 − {beta1:g}{power})"
    formula = f"{_plain(size)} · {_plain(mean)} / (√{_plain(square)} + 1e−8)"
    return [
        (mean_name, mean_text),
        (square_name, square_text),
        ("Rate", f"{corrected} = {figure(size)}"),
        ("Step", f"{formula} = {figure(step.size)}"),
    ]


def _muon(optimizer: Part, step: WeightStep) -> Rows:
    if step.hidden is None:
        adam = part("optimizer", "adam")
        rate = float(optimizer["share"]) * step.rate
        return _adam_rows(float(adam["beta1"]), float(adam["beta2"]), step, rate)
    name, text, mean = _mean(float(optimizer["momentum"]), step.memories[0], step.slope)
    kept = float(optimizer["momentum"])
    ahead = kept * mean + (1 - kept) * step.slope
    before, after = step.hidden
    factor = step.rate * sqrt(max(1.0, after / before))
    turned = step.size / factor if factor else 0.0
    return [
        (name, text),
        ("Ahead", f"{kept:g} · {_plain(mean)} + {1 - kept:.3g} · {_plain(step.slope)} = {figure(ahead)}"),
        ("Made even", f"{_plain(turned)}, with all of the layer's weights"),
        ("Step", f"{_plain(factor)} · {_plain(turned)} = {figure(step.size)}"),
    ]


_FORMULAS: dict[str, Callable[[Part, WeightStep], Rows]] = {
    "gradient descent": _gradient_descent,
    "momentum": _momentum,
    "rmsprop": _rmsprop,
    "adagrad": _adagrad,
    "adam": _adam,
    "adamw": _adamw,
    "muon": _muon,
}


def _mean(kept: float, before: float, slope: float) -> tuple[str, str, float]:
    mean = kept * before + (1 - kept) * slope
    text = f"{kept:g} · {_plain(before)} + {1 - kept:.3g} · {_plain(slope)} = {figure(mean)}"
    return "Mean m", text, mean


def _mean_square(kept: float, before: float, slope: float) -> tuple[str, str, float]:
    square = kept * before + (1 - kept) * slope**2
    text = f"{kept:g} · {_plain(before)} + {1 - kept:.3g} · {_plain(slope)}² = {figure(square)}"
    return "Square v", text, square


def _plain(value: float) -> str:
    """Number as it stands in a formula: a negative one in parentheses."""
    return f"({figure(value)})" if value < 0 else figure(value)


def _difference(step: WeightStep) -> str:
    """The subtraction, with as many decimal places as show the step."""
    size = abs(step.size)
    if size == 0 or not isfinite(size):
        return f"{figure(step.after, 4)}, as before" if size == 0 else figure(step.after)
    places = min(max(2 - floor(log10(size)), 0), _MOST_PLACES)
    numbers = [f"{value:.{places}f}".replace("-", "−") for value in (step.weight, step.size, step.after)]
    if wants_exponent(size):
        numbers[1] = figure(step.size)
    sign = f"({numbers[1]})" if step.size < 0 else numbers[1]
    return f"{numbers[0]} − {sign} = {numbers[2]}"


class StepFormulas:
    """Formulas of one backward pass, by the columns of the drawing."""

    def __init__(self, experiment: Experiment, backward: BackwardPass) -> None:
        self._first = int(is_encoded(experiment))
        self._backward = backward
        self._optimizer = backward.settings.whole_optimizer
        self._frozen = frozen_columns(backward.settings.into(experiment))
        self._weights = by_column(experiment, backward.weights)
        self._gradients = by_column(experiment, backward.gradients)
        self._penalties = by_column(experiment, backward.penalties) if backward.penalties else None
        self._after = by_column(experiment, backward.after)
        self._memories = by_column(experiment, weights_of(experiment, backward.slots))
        self._roles = by_column(experiment, [weight.role for weight in learned_weights(experiment)])

    def rows(self, column: int, source: int, neuron: int) -> Rows:
        """Formula of the weight from neuron `source` of the column before, which has one."""
        own, place = column - self._first, (source, neuron)
        weights = self._weights[own][0]
        step = WeightStep(
            weight=float(weights[place]),
            gradient=float(self._gradients[own][0][place]),
            penalty=float(self._penalties[own][0][place]) if self._penalties else None,
            after=float(self._after[own][0][place]),
            memories=tuple(map(float, self._memories[own][0][:, source, neuron])),
            count=self._backward.count,
            rate=self._backward.rate,
            hidden=weights.shape if self._roles[own][0] == "hidden" else None,
        )
        return step_formula(self._optimizer, step, frozen=own in self._frozen)
