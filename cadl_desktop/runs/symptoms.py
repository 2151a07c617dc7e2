"""What the doctor looks for, each with the measure that a network is sick from.

Every function gives symptoms with a `degree`: how far the measure is, 1 where it begins to be a finding.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs import remedies
from cadl_desktop.runs.events import Floats, Probed
from cadl_desktop.runs.histograms import Histograms, by_layer, size
from cadl_desktop.runs.history import History
from cadl_desktop.runs.remedies import Remedy, Words, layer_part, layer_words, setting

Kind = Literal["reach", "rate too large", "rate too small", "exploding", "vanishing", "dead", "saturated"]

DEAD = 0.6
"""Share of a layer's ReLU neurons that are 0 everywhere. Some always are: 'as much as 40 % of your network
can be dead' (Karpathy, CS231n notes on neural networks 1), and the lecture's painting learns well with half
of its last layer dead; see also Lu et al., Dying ReLU and initialization, 2019."""
SATURATED_AT = 0.97
"""The size from which tanh counts as saturated: its slope there is 0.06. The sigmoid is the same curve."""
SATURATED = 0.6
"""Share of a layer's values that are saturated: such layers made training stall in Glorot and Bengio,
Understanding the difficulty of training deep feedforward neural networks, 2010, section 3."""
VANISHING, EXPLODING = 1e-4, 1e5
"""How strong the error's signal is in the first layer, over that in the output. Where each layer keeps its
size it is 1 (Glorot and Bengio, 2010, section 4.2); Hochreiter, 1991, and Pascanu et al., On the difficulty
of training recurrent neural networks, 2013, tell what comes of the extremes.
The lecture's painting goes from 0.004 at its first step to 600 later, and learns."""
GROWTH = 1e3
"""How many times their median size in this run gradients have that explode (Pascanu et al., 2013)."""
OUT_OF_REACH = 0.05
"""Share of the targets' range that the output can't give."""
TINY_STEP = 1e-5
"""Size of a step over that of the weights: about 1e-3 is right (Karpathy, CS231n notes on
neural networks 3)."""
HARDLY_FALLS = 0.01
"""Share of the cost that is too little to fall by within `ROWS` rows."""
STILL_STEEP = 0.3
"""Gradients of at least this share of their first size: the cost could still fall."""
BOUNCES, RISES = 0.2, 0.5
"""Shares of the cost: by which it changes from row to row, or lies above its lowest mean."""
ROWS = 10
"""Rows of the history, usually epochs, that are averaged before costs are compared."""
LEAST_STEPS = 20
"""Nothing is said of a network that has made fewer steps."""
SETTLED_STEPS = 1000
"""Nothing is said of dead neurons before: at first many only wait for others to move, and wake up again."""

MOST_TOLD = 1e9
"""Greater ratios are no more to a reader."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the doctor is shown. `targets` are the lowest and the highest target as the network sees them,
    where they are known; `diverged` says that the run ended at a cost that is no number."""

    experiment: Experiment
    history: History
    histograms: Histograms
    targets: tuple[float, float] | None = None
    probed: Probed | None = None
    diverged: bool = False


@dataclass(frozen=True)
class Symptom:
    """One thing that may be wrong with a layer (None: with the whole network)."""

    kind: Kind
    layer: int | None
    degree: float
    words: Words
    remedies: tuple[Remedy, ...]


def symptoms(evidence: Evidence) -> Iterator[Symptom]:
    """Everything that can be said, however slight; the gravest kinds first."""
    yield from _reach(evidence)
    yield from _rate(evidence)
    probed = evidence.probed
    if probed is not None and probed.step >= LEAST_STEPS:
        yield from _signal(evidence, probed)
        yield from _dead(evidence.experiment, probed)
        yield from _saturated(evidence.experiment, probed)


def _reach(evidence: Evidence) -> Iterator[Symptom]:
    experiment, targets = evidence.experiment, evidence.targets
    low, high = reach(experiment)
    if targets is None or targets[0] == targets[1]:
        return
    beyond = max(0.0, low - targets[0]) + max(0.0, targets[1] - high)
    words = Words(
        "The output can only be {0}, but the targets lie between {1} and {2}: "
        "the network can never come near all of them.",
        (_range_words(low, high), _short(targets[0]), _short(targets[1])),
    )
    cures = remedies.linear_output()
    if setting(experiment.output, "activation") == "sigmoid":
        cures += remedies.scaled_targets(experiment, "unit")
    elif setting(experiment.output, "activation") in ("tanh", "sine"):
        cures += remedies.scaled_targets(experiment, "signed")
    yield Symptom("reach", None, beyond / (targets[1] - targets[0]) / OUT_OF_REACH, words, tuple(cures))


def reach(experiment: Experiment) -> tuple[float, float]:
    """The least and the greatest number that the output can give, whatever its weights are."""
    bounds = {"relu": (0.0, math.inf), "sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0), "sine": (-1.0, 1.0)}
    everything = (-math.inf, math.inf)
    if experiment.output.kind != "sum":
        return bounds.get(setting(experiment.output, "activation"), everything)
    if not experiment.layers:
        return everything
    last = experiment.layers[-1]
    low, high = bounds.get(setting(last, "activation"), everything)
    units = setting(last, "units") or 1
    return low * units, high * units


def _rate(evidence: Evidence) -> Iterator[Symptom]:
    costs = _costs_at_this_rate(evidence)
    if costs is None:
        return
    too_large = float(evidence.diverged)
    words = Words("The cost grew beyond all numbers: the steps are too long for this network.")
    if len(costs) >= 2 * ROWS and not evidence.diverged:
        too_large, words = _restlessness(costs)
    cures = (*remedies.slower(), *remedies.adam(evidence.experiment))
    yield Symptom("rate too large", None, too_large, words, cures)
    yield from _too_small(evidence, costs)


def _costs_at_this_rate(evidence: Evidence) -> NDArray[np.float64] | None:
    """The history's costs since the rate was last changed; None where it isn't the experiment's any more."""
    history = evidence.history
    changes = [change for change in history.changes if change.setting == "rate"]
    if changes and not math.isclose(
        float(changes[-1].value), evidence.experiment.optimizer["rate"], rel_tol=1e-6
    ):
        return None
    costs = history.column("cost")
    return costs[history.column("step") > changes[-1].step] if changes else costs


def _restlessness(costs: NDArray[np.float64]) -> tuple[float, Words]:
    means = costs[len(costs) % ROWS :].reshape(-1, ROWS).mean(1)
    rise = means[-1] / max(means.min(), 1e-300) - 1
    falls = means[-1] < 0.98 * means[-2]
    bounce = np.abs(np.diff(costs[-ROWS:])).mean() / max(means[-1], 1e-300)
    degrees = (rise / RISES, 0.0 if falls else bounce / BOUNCES)
    if degrees[0] >= degrees[1]:
        return degrees[0], Words(
            "The cost rises again: the steps are so long that they lead away from the goal."
        )
    return degrees[1], Words(
        "The cost jumps up and down and falls no more: the steps are too long to settle."
    )


def _too_small(evidence: Evidence, costs: NDArray[np.float64]) -> Iterator[Symptom]:
    probed = evidence.probed
    if len(costs) < 2 * ROWS or probed is None or probed.gradients is None:
        return
    fall = 1 - costs[-ROWS:].mean() / costs[-2 * ROWS : -ROWS].mean()
    steepness = np.linalg.norm(evidence.histograms["gradients"].sizes, axis=1)
    steep = steepness[-1] >= STILL_STEEP * steepness[0]
    step = relative_step(evidence.experiment, probed.gradients, probed.weights)
    if not (0 < fall < HARDLY_FALLS and step and math.isfinite(step)):
        return
    words = Words(
        "The cost hardly falls, and a step changes the weights by less than a hundred-thousandth: "
        "the steps are too short to get anywhere."
    )
    degree = math.log(step) / math.log(TINY_STEP)
    yield Symptom("rate too small", None, degree if steep else 0.0, words, tuple(remedies.faster()))


def relative_step(experiment: Experiment, gradients: Sequence[Floats], weights: Sequence[Floats]) -> float:
    """How large a step is, over the size of the weights; NaN for an optimizer that isn't known here."""
    optimizer, slope = experiment.optimizer, size(_joined(gradients))
    size_of_step = {
        "gradient descent": slope,
        "momentum": slope / (1 - (setting(optimizer, "momentum") or 0.0)),
        # These divide by the gradient's own size.
        "rmsprop": 1.0,
        "adam": 1.0,
    }.get(optimizer.kind, math.nan)
    return float(optimizer["rate"]) * size_of_step / max(size(_joined(weights)), 1e-30)


def _signal(evidence: Evidence, probed: Probed) -> Iterator[Symptom]:
    """How the error's signal changes on its way from the output back to the first layer."""
    if probed.gradients is None:
        return
    experiment = evidence.experiment
    signals = backward_signals(experiment, probed)
    first, last = min(signals, default=0), max(signals, default=0)
    ratio = signals[first] / signals[last] if first != last and signals[last] > 0 else 1.0
    growth = _growth(evidence.histograms)
    place = layer_words(experiment, first)
    fades = Words(
        "The gradients fade on their way back from the output: of the error, {0} hears only a {1}th part, "
        "so it hardly learns.",
        (place, _power(1 / max(ratio, 1e-30))),
    )
    cures = [*_bending(experiment), *remedies.initial_weights_everywhere(experiment)]
    yield Symptom("vanishing", first, _logarithm(ratio) / math.log(VANISHING), fades, tuple(cures))
    grows = Words(
        "The gradients grow {0} times on their way back from the output to {1}: "
        "no learning rate fits all layers.",
        (_power(ratio), place),
    )
    has_grown = Words(
        "The gradients are {0} times as large as they mostly were: a step may undo all that was learned.",
        (_power(growth),),
    )
    degrees = _logarithm(ratio) / math.log(EXPLODING), _logarithm(growth) / math.log(GROWTH)
    cures = [*remedies.initial_weights_everywhere(experiment), *remedies.slower()]
    yield Symptom(
        "exploding", None, max(degrees), grows if degrees[0] >= degrees[1] else has_grown, tuple(cures)
    )


def backward_signals(experiment: Experiment, probed: Probed) -> dict[int, float]:
    """The size of the error's signal at each layer that has weights, by its index.

    A weight's gradient is what comes in, times that signal; so its size over that of what comes in.
    """
    columns = probed.columns[-(len(experiment.layers) + 2) :]
    found = {}
    for index, arrays in enumerate(by_layer(experiment, probed.gradients or ())):
        comes_in = size(columns[index])
        if arrays and arrays[0].ndim == 2 and comes_in > 0:
            found[index] = size(arrays[0]) / comes_in
    return found


def _bending(experiment: Experiment) -> list[Remedy]:
    flat = [
        i for i, layer in enumerate(experiment.layers) if setting(layer, "activation") in ("sigmoid", "tanh")
    ]
    return remedies.activation(experiment, flat, "relu") if flat else []


def _growth(histograms: Histograms) -> float:
    """The size of all gradients now, over what it mostly was."""
    sizes = np.linalg.norm(histograms["gradients"].sizes, axis=1)
    usual = float(np.median(sizes)) if len(sizes) else 0.0
    return float(sizes[-1]) / usual if usual > 0 else 1.0


def _dead(experiment: Experiment, probed: Probed) -> Iterator[Symptom]:
    if probed.step < SETTLED_STEPS:
        return
    for index, values in _columns_with(experiment, probed, ("relu",)):
        dead, neurons = int((values == 0).all(1).sum()), len(values)
        words = Words(
            "In {0}, {1} of {2} neurons are 0 everywhere: no gradient reaches them any more, "
            "so they can't learn.",
            (layer_words(experiment, index), dead, neurons),
        )
        cures = [
            *remedies.biases_from_zero(experiment, index),
            *remedies.initial_weights(experiment, index),
            *remedies.activation(experiment, [index], "tanh"),
            *remedies.slower()[:1],
        ]
        yield Symptom("dead", index, dead / neurons / DEAD, words, tuple(cures))


def _saturated(experiment: Experiment, probed: Probed) -> Iterator[Symptom]:
    for index, values in _columns_with(experiment, probed, ("tanh", "sigmoid")):
        kind = setting(layer_part(experiment, index), "activation")
        bent = np.abs(values if kind == "tanh" else 2 * values - 1)
        share = float(np.mean(bent >= SATURATED_AT))
        words = Words(
            "In {0}, {1} % of the values lie at the ends of {2}, where its slope is almost 0: "
            "it learns very slowly.",
            (layer_words(experiment, index), 5 * round(20 * share), kind),
        )
        first = remedies.standardised_inputs(experiment) if index == 0 else []
        cures = [
            *first,
            *remedies.initial_weights(experiment, index),
            *remedies.activation(experiment, [index], "relu"),
            *remedies.slower()[:1],
        ]
        yield Symptom("saturated", index, share / SATURATED, words, tuple(cures))


def _columns_with(
    experiment: Experiment, probed: Probed, kinds: Sequence[str]
) -> Iterator[tuple[int, Floats]]:
    """The values (neurons, places) of the hidden layers that have one of these activations."""
    columns = probed.columns[-(len(experiment.layers) + 1) : -1]
    for index, (layer, values) in enumerate(zip(experiment.layers, columns, strict=True)):
        if setting(layer, "activation") in kinds:
            yield index, values


def _joined(arrays: Sequence[Floats]) -> NDArray[Any]:
    return np.concatenate([array.ravel() for array in arrays]) if arrays else np.empty(0)


def _logarithm(ratio: float) -> float:
    return math.log(min(max(ratio, 1e-30), 1e30))


def _power(ratio: float) -> str:
    """A round power of ten, so that a sentence stands still while the number moves."""
    return f"{10 ** round(math.log10(min(max(ratio, 1.0), MOST_TOLD))):,}"


def _range_words(low: float, high: float) -> Words:
    if math.isinf(high):
        return Words("{0} or more", (_short(low),))
    return Words("between {0} and {1}", (_short(low), _short(high)))


def _short(number: float) -> str:
    return f"{number:.3g}".replace("-", "−")
