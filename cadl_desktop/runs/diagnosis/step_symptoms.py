"""Symptoms of a network's steps: their length, and penalties that dominate them."""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.samples import Doubles
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import learned_weights
from cadl_desktop.runs.cost_course import HARDLY_FALLS, ROWS, falls, few_means, means, rise
from cadl_desktop.runs.diagnosis import learning_remedies, remedies
from cadl_desktop.runs.diagnosis.evidence import Evidence, Symptom
from cadl_desktop.runs.diagnosis.learning_remedies import USUAL_BATCH
from cadl_desktop.runs.diagnosis.remedies import Remedy
from cadl_desktop.runs.layer_histograms import size, size_of_all

TINY_STEP = 1e-5
"""Size of a step relative to the weights that is too small; about 1e-3 is right (Karpathy, CS231n notes on
neural networks 3)."""
STILL_STEEP = 0.3
"""Share of their first size above which gradients show that the cost could still fall."""
BOUNCES, RISES = 0.2, 0.5
"""Shares of the cost: its mean change from row to row, and its rise above the lowest mean."""
OVERSHOOT = 1.0
"""Size of a step relative to the weights from which on it outweighs them."""
PULL = 0.2
"""Gradient of the penalties over that of the cost, in one layer. The two are equal in a network that is as
good as its penalties allow."""
OUTWEIGHS = 3.0
"""Ratio of PULL in most layers, from which on a rise of the cost is due to the penalties."""
SMALLEST = 1e-12
"""Share of their largest size below which weights count as 0."""
EMPTIED = 0.1
"""Share of their largest size that is left of weights that penalties have emptied: a hundredth in squares."""


def penalty(evidence: Evidence) -> Iterator[Symptom]:
    """Penalties that keep the weights too small for what is to be learned."""
    experiment, weights = evidence.experiment, evidence.histograms["weights"].sizes
    in_force = all(_is_in_force(evidence, name, getattr(experiment, name)) for name in ("l1", "l2"))
    if not in_force or not len(weights) or not (experiment.l1 or experiment.l2):
        return
    have = weights.max(0) > 0
    now, most = weights[-1][have], weights.max(0)[have]
    slopes = np.maximum(evidence.histograms["gradients"].sizes[-1][have], 1e-30)
    # Weights that have become exactly 0 have neither a gradient nor a pull.
    held = np.maximum(now, SMALLEST * most)
    pull = (experiment.l1 + 2 * experiment.l2 * held) / slopes
    emptied = np.minimum(pull / PULL, EMPTIED * most / held).max(initial=0.0)
    risen = rise(evidence.history.column("cost")) / RISES if np.median(pull) >= OUTWEIGHS else 0.0
    words = (
        "The penalties pull the weights towards nothing, and the network can't come near its targets with "
        "weights as small as that."
    )
    # One that was there from the start has spoilt every moment.
    cures = remedies.weaker_penalty("before" if _since(evidence, "l1", "l2") > 0 else "anew")
    yield Symptom("penalty", None, float(max(emptied, risen)), words, tuple(cures))


def rate(evidence: Evidence, layers_fail: bool, is_blocked: bool) -> Iterator[Symptom]:
    """Steps that are too long or too short. `layers_fail`: some layer can hardly learn; `is_blocked`: a layer
    passes no gradient, so that steps are not reported as too short."""
    if not _is_in_force(evidence, "rate", evidence.experiment.optimizer["rate"]):
        return
    history = evidence.history
    since = history.column("step") > _since(evidence, "rate", "optimizer", "l1", "l2")
    costs = history.column("cost")[since]
    averages = few_means(costs, history.column("step")[since])
    failed = evidence.diverged or evidence.worse
    too_large = float(failed)
    words = "The cost is higher than before the first step: the steps are too long for this network."
    if evidence.diverged:
        words = "The cost grew beyond all bounds: the steps are too long for this network."
    cures = [*remedies.lower_rate(evidence.experiment), *remedies.adam(evidence.experiment)]
    if averages is not None and not failed:
        too_large, words, rises = _restlessness(costs, averages)
        if not rises:  # nothing is damaged
            cures = [
                *_larger_batch(evidence.experiment),
                *remedies.lower_rate(evidence.experiment, "now"),
                *remedies.adam(evidence.experiment, "now"),
            ]
    overshoot = _longest_step(evidence) / OVERSHOOT if layers_fail else 0.0
    if overshoot > too_large:
        too_large = overshoot
        words = (
            "At this learning rate a single step was larger than the weights themselves: it threw them "
            "so far that they hardly learn any more. Start again with a smaller one."
        )
        cures = [*remedies.lower_rate(evidence.experiment, most=0.1), *remedies.adam(evidence.experiment)]
    if failed:
        cures = [remedies.restart_rate(evidence.experiment), *cures]
    yield Symptom("rate too large", None, too_large, words, tuple(cures))
    if not is_blocked:
        yield from _too_small(evidence, costs)


def _is_in_force(evidence: Evidence, name: str, value: float) -> bool:
    """Whether the experiment's value is the one last trained with."""
    values = [change.value for change in evidence.history.changes if change.setting == name]
    return not values or math.isclose(float(values[-1]), value, rel_tol=1e-6)


def _since(evidence: Evidence, *names: str) -> int:
    """Step of the last change of one of these settings; -1 where the log does not have them."""
    return max((change.step for change in evidence.history.changes if change.setting in names), default=-1)


def _longest_step(evidence: Evidence) -> float:
    """Longest step at this rate relative to the weights before it, or to the initial weights, as vanished
    weights say nothing about a step. The first step at this rate is computed from the last measurement before
    it."""
    weights, slopes = evidence.histograms["weights"], evidence.histograms["gradients"]
    since = _since(evidence, "rate", "optimizer")
    first = max(int(np.searchsorted(weights.steps, since, side="right")) - 1, 0)
    have = weights.sizes.max(0, initial=0.0) > 0
    pairs = zip(slopes.sizes[first:, have], weights.sizes[first:, have], strict=True)
    initial_size = size(weights.sizes[:1, have])
    relative = relative_steps(evidence.experiment)
    steps = [relative(size(slope), max(size(found), initial_size)) for slope, found in pairs]
    return max((step for step in steps if math.isfinite(step)), default=0.0)


def _restlessness(costs: Doubles, averages: Doubles) -> tuple[float, str, bool]:
    """Degree, words, and whether the cost rises."""
    bounce = np.abs(np.diff(costs[-ROWS:])).mean() / max(averages[-1], 1e-300)
    degrees = (rise(costs) / RISES, 0.0 if falls(averages)[-1] > 0.02 else bounce / BOUNCES)
    if degrees[0] >= degrees[1]:
        words = "The cost rises again: the steps are so long that they lead away from the goal."
        return degrees[0], words, True
    words = "The cost jumps up and down and falls no more: the steps are too long to settle."
    return degrees[1], words, False


def _larger_batch(experiment: Experiment) -> list[Remedy]:
    """The usual batch size, where the present one is far below it: a small batch makes costs jump."""
    usual = learning_remedies.usual_batch(experiment)
    return [replace(each, start="now") for each in usual if experiment.batch_size < USUAL_BATCH]


def _too_small(evidence: Evidence, costs: NDArray[np.float64]) -> Iterator[Symptom]:
    probed = evidence.probed
    if len(costs) < 2 * ROWS or probed is None or probed.gradients is None:
        return
    fall = falls(means(costs))[-1]
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
    cures = remedies.higher_rate(evidence.experiment)
    yield Symptom("rate too small", None, degree if steep else 0.0, words, tuple(cures))


def relative_steps(experiment: Experiment) -> Callable[[float, float], float]:
    """Function of the sizes of gradients and weights that gives the size of a step relative to the weights;
    NaN where the optimizer's entry does not define steps."""
    optimizer, weights = experiment.optimizer, learned_weights(experiment)
    step, rate = entry("optimizer", optimizer.kind).step, float(optimizer["rate"])

    def relative(slope: float, found: float) -> float:
        return rate * step(optimizer, slope, weights) / max(found, 1e-30) if step else math.nan

    return relative
