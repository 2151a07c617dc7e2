"""What may be wrong with a network's steps: their length, and the penalties that lead them."""

import math
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import learned_weights
from cadl_desktop.runs.diagnosis import remedies
from cadl_desktop.runs.diagnosis.evidence import Evidence, Symptom
from cadl_desktop.runs.histograms import size, size_of_all

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
OVERSHOOT = 1.0
"""A step over the size of the weights, from which it says more than all that they were."""
PULL = 0.2
"""The slope of the penalties over that of the cost, in one layer: where a network is as good as its penalties
let it be, the two are equal."""
OUTWEIGHS = 3.0
"""The same, in most layers, from which a cost that rises rises for the penalties."""
EMPTIED = 0.1
"""Share of their largest size that is left of a layer's weights where penalties have emptied it: of random
weights, the hundredth part in squares."""


def penalty(evidence: Evidence) -> Iterator[Symptom]:
    """Penalties that pull at the weights more strongly than the cost does."""
    experiment, weights = evidence.experiment, evidence.histograms["weights"].sizes
    in_force = all(_is_in_force(evidence, name, getattr(experiment, name)) for name in ("l1", "l2"))
    if not in_force or not len(weights) or not (experiment.l1 or experiment.l2):
        return
    have = weights.max(0) > 0
    now, most = weights[-1][have], weights.max(0)[have]
    slopes = np.maximum(evidence.histograms["gradients"].sizes[-1][have], 1e-30)
    pull = (experiment.l1 + 2 * experiment.l2 * now) / slopes
    emptied = np.minimum(pull / PULL, EMPTIED * most / np.maximum(now, 1e-30)).max(initial=0.0)
    risen = _rise(evidence.history.column("cost")) / RISES if np.median(pull) >= OUTWEIGHS else 0.0
    words = (
        "The penalties pull at the weights more strongly than the cost does: the weights shrink towards "
        "nothing, and the network loses what it can do."
    )
    yield Symptom("penalty", None, float(max(emptied, risen)), words, tuple(remedies.weaker_penalty()))


def rate(evidence: Evidence, lame: bool, still: bool) -> Iterator[Symptom]:
    """Steps that are too long or too short. `lame`: some layer can hardly learn; `still`: a layer lets no
    gradient through, so that no step is too short."""
    if not _is_in_force(evidence, "rate", evidence.experiment.optimizer["rate"]):
        return
    costs = _costs_of_these_steps(evidence)
    astray = evidence.diverged or evidence.worse
    too_large = float(astray)
    words = "The cost is higher than before the first step: the steps are too long for this network."
    if evidence.diverged:
        words = "The cost grew beyond all bounds: the steps are too long for this network."
    cures = [*remedies.slower(), *remedies.adam(evidence.experiment)]
    if len(costs) >= 2 * ROWS and not astray:
        too_large, words = _restlessness(costs)
    overshoot = _longest_step(evidence) / OVERSHOOT if lame else 0.0
    if overshoot > too_large:
        too_large, words = (
            overshoot,
            (
                "At this learning rate a single step was larger than the weights themselves: it threw them "
                "so far that they hardly learn any more. Start again with a smaller one."
            ),
        )
        cures = [*reversed(remedies.slower()), *remedies.adam(evidence.experiment)]
    if astray:
        cures = [remedies.tamed(evidence.experiment), *cures]
    yield Symptom("rate too large", None, too_large, words, tuple(cures))
    if not still:
        yield from _too_small(evidence, costs)


def _is_in_force(evidence: Evidence, name: str, value: float) -> bool:
    """Whether the experiment's value is the one that was trained with last."""
    values = [change.value for change in evidence.history.changes if change.setting == name]
    return not values or math.isclose(float(values[-1]), value, rel_tol=1e-6)


def _since(evidence: Evidence, *names: str) -> int:
    """The step at which one of these was last changed; -1 of a run whose log doesn't know them."""
    return max((change.step for change in evidence.history.changes if change.setting in names), default=-1)


def _costs_of_these_steps(evidence: Evidence) -> NDArray[np.float64]:
    """The history's costs since what makes the steps was last changed."""
    history = evidence.history
    return history.column("cost")[history.column("step") > _since(evidence, "rate", "l1", "l2")]


def _longest_step(evidence: Evidence) -> float:
    """The size of the longest step at this rate over that of the weights that it found, or of those that the
    run began with, as weights that have vanished tell nothing of a step. The first step at this rate was made
    from what was measured last before."""
    weights, slopes = evidence.histograms["weights"], evidence.histograms["gradients"]
    first = max(int(np.searchsorted(weights.steps, _since(evidence, "rate"), side="right")) - 1, 0)
    have = weights.sizes.max(0, initial=0.0) > 0
    pairs = zip(slopes.sizes[first:, have], weights.sizes[first:, have], strict=True)
    begun = size(weights.sizes[:1, have])
    relative = relative_steps(evidence.experiment)
    steps = [relative(size(slope), max(size(found), begun)) for slope, found in pairs]
    return max((step for step in steps if math.isfinite(step)), default=0.0)


def _restlessness(costs: NDArray[np.float64]) -> tuple[float, str]:
    means = _means(costs)
    falls = means[-1] < 0.98 * means[-2]
    bounce = np.abs(np.diff(costs[-ROWS:])).mean() / max(means[-1], 1e-300)
    degrees = (_rise(costs) / RISES, 0.0 if falls else bounce / BOUNCES)
    if degrees[0] >= degrees[1]:
        return degrees[0], "The cost rises again: the steps are so long that they lead away from the goal."
    return degrees[1], "The cost jumps up and down and falls no more: the steps are too long to settle."


def _means(costs: NDArray[np.float64]) -> NDArray[np.float64]:
    means: NDArray[np.float64] = costs[len(costs) % ROWS :].reshape(-1, ROWS).mean(1)
    return means


def _rise(costs: NDArray[np.float64]) -> float:
    """By which share of its lowest mean the cost lies above that now."""
    means = _means(costs)
    return float(means[-1] / max(means.min(), 1e-300) - 1) if len(means) else 0.0


def _too_small(evidence: Evidence, costs: NDArray[np.float64]) -> Iterator[Symptom]:
    probed = evidence.probed
    if len(costs) < 2 * ROWS or probed is None or probed.gradients is None:
        return
    fall = 1 - costs[-ROWS:].mean() / max(costs[-2 * ROWS : -ROWS].mean(), 1e-300)
    steepness = np.linalg.norm(evidence.histograms["gradients"].sizes, axis=1)
    steep = steepness[-1] >= STILL_STEEP * steepness[0]
    relative = relative_steps(evidence.experiment)
    step = relative(size_of_all(probed.gradients), size_of_all(probed.weights))
    if not (0 < fall < HARDLY_FALLS and step and math.isfinite(step)):
        return
    words = (
        "The cost hardly falls, and a step changes the weights by less than a hundred-thousandth: "
        "the steps are too short to get anywhere."
    )
    degree = math.log(step) / math.log(TINY_STEP)
    yield Symptom("rate too small", None, degree if steep else 0.0, words, tuple(remedies.faster()))


def relative_steps(experiment: Experiment) -> Callable[[float, float], float]:
    """The size of a step over that of the weights, of the gradients' size and the weights'; NaN where the
    optimizer's entry doesn't say."""
    optimizer, weights = experiment.optimizer, learned_weights(experiment)
    step, rate = entry("optimizer", optimizer.kind).step, float(optimizer["rate"])

    def relative(slope: float, found: float) -> float:
        return rate * step(optimizer, slope, weights) / max(found, 1e-30) if step else math.nan

    return relative
