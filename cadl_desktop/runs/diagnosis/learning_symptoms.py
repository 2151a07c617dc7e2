"""Symptoms of what a network learns: nothing, or only the samples that it sees."""

from collections.abc import Iterator

import numpy as np

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.cost_course import HARDLY_FALLS, ROWS, falls, few_means, means
from cadl_desktop.runs.diagnosis import learning_remedies, remedies
from cadl_desktop.runs.diagnosis.evidence import Evidence, Symptom
from cadl_desktop.runs.diagnosis.learning_remedies import DEEP
from cadl_desktop.runs.diagnosis.remedies import Remedy, method_of
from cadl_desktop.runs.history import History

NOTHING = 0.9
"""Share of the cost of the best constant output from which on a network has learned nothing."""
FAR_BEYOND = 3.0
"""Ratio to that cost from which on a network has learned nothing even if its cost still falls."""
FAR_OFF = 4.0
"""Ratio of the error to that of a good run from which on a network is far from its targets: 6 dB."""
FEW_STEPS = 1000
"""Steps that are too few to learn anything where an epoch has hardly any."""
STANDS = 0.03
"""Fall from one mean of the costs to the next, as a share, below which a network that has learned hardly
anything won't learn."""
FEW_STEPS_AN_EPOCH = 2.0
GAP = {"l2": 4.0, "l2-sum": 4.0, "l1": 2.0, "l1-sum": 2.0}
"""Ratio of the validation cost to the cost, from which on it is much higher: 6 dB in pictures."""
SAME = 1.05
"""Ratio of two validation costs up to which they count as the same."""
FALLEN = 0.3
"""Share by which the cost has fallen while the validation cost stayed the same or rose."""
LEAST_MEANS, MOST_MEANS = 4, 20
"""How many means of costs are compared, as single measurements jump."""
PENALTY_SHARE = 2.0
"""What the suggested penalty of the present weights is, as a multiple of the validation cost: at 2 SIREN's
painting gained 0.8 dB of its validation, at 0.2 nothing, at 20 it lost some."""
PATIENCE, LEAST_PATIENCE = 20, 5
"""Epochs of the suggested patience, and its least measurements where few epochs are measured."""


def nothing_learned(evidence: Evidence) -> Iterator[Symptom]:
    """Cost that is no lower than that of the best constant output."""
    constant, history = evidence.constant_cost, evidence.history
    averages = few_means(history.column("cost"), history.column("step"))
    if constant is None or averages is None:
        return
    stands = falls(averages)[-1] < STANDS
    reached = averages[-1] / max(constant, 1e-300)
    words = "The network has learned nothing yet: one value everywhere would come as near to the targets."
    degree = reached / NOTHING if stands else reached / FAR_BEYOND
    yield Symptom("nothing learned", None, degree, words, tuple(_anything(evidence.experiment)))


def far_off(evidence: Evidence) -> Iterator[Symptom]:
    """Cost that hardly falls any more, far from the targets, in a network unlike that of its method."""
    experiment, history = evidence.experiment, evidence.history
    averages = few_means(history.column("cost"), history.column("step"))
    cures = [
        remedy
        for remedy in learning_remedies.as_the_method(experiment)
        if remedy.change(experiment) != experiment
    ]
    method = method_of(experiment)
    if method is None or not cures or evidence.shortfall is None or averages is None:
        return
    stands = falls(averages)[-1] < STANDS
    words = (
        f"The cost hardly falls any more, far from the targets; {method.name}, which this was, has "
        "others now."
    )
    yield Symptom("far off", None, evidence.shortfall / FAR_OFF if stands else 0.0, words, tuple(cures))


def makes_few_steps(history: History) -> bool:
    """Whether an epoch has hardly any steps."""
    epochs, steps = history.column("epoch"), history.column("step")
    return bool(len(epochs) and epochs[-1] and steps[-1] / epochs[-1] <= FEW_STEPS_AN_EPOCH)


def few_steps(evidence: Evidence) -> Iterator[Symptom]:
    """Batches so large that hardly any step is made."""
    constant, history = evidence.constant_cost, evidence.history
    costs, epochs, steps = (history.column(name) for name in ("cost", "epoch", "step"))
    if constant is None or len(costs) < 2 * ROWS or not epochs[-1]:
        return
    cures = learning_remedies.usual_batch(evidence.experiment)
    averages = means(costs)
    stands = falls(averages)[-1] < HARDLY_FALLS
    if not makes_few_steps(history) or steps[-1] > FEW_STEPS or not stands or not cures:
        return
    words = (
        "The batch holds so many samples that an epoch has hardly any steps, and the network has learned "
        "nothing in so few."
    )
    yield Symptom("few steps", None, averages[-1] / constant / NOTHING, words, tuple(cures))


def _anything(experiment: Experiment) -> list[Remedy]:
    """All that may be wrong, the likeliest first."""
    layers = learning_remedies.fewer_layers(experiment)
    weights = remedies.initial_weights_everywhere(experiment)
    deep = len(experiment.layers) >= DEEP
    return [
        *(layers if deep else weights),
        *(weights if deep else layers),
        *learning_remedies.as_the_method(experiment),
        *learning_remedies.usual_batch(experiment),
        *(remedies.weaker_penalty()[:1] if experiment.l1 or experiment.l2 else []),
        *remedies.usual_rate(experiment),
        *remedies.adam(experiment, "anew"),
    ]


def overfitting(evidence: Evidence) -> Iterator[Symptom]:
    """Validation cost that is much higher than the cost, and has gained nothing while that fell. A run with
    patience that keeps its best weights ends by itself, with those of before."""
    history, kind, stop = evidence.history, evidence.experiment.cost, evidence.experiment.stop
    if stop.patience is not None and stop.keep_best:
        return
    steps, costs, held_out = (history.column(name) for name in ("step", "cost", "validation_cost"))
    known = np.isfinite(held_out) & (steps > 0)
    steps, costs, held_out = steps[known], costs[known], held_out[known]
    rows = max(1, len(costs) // MOST_MEANS)
    if kind not in GAP or len(costs) < LEAST_MEANS * rows or not evidence.experiment.validation:
        return
    seen, apart = means(costs, rows), means(held_out, rows)
    if len(seen) < LEAST_MEANS or not seen[-1] > 0:
        return
    first = int(np.argmax(apart <= SAME * apart[-1]))
    fallen = 1 - seen[-1] / seen[first]
    degree = min(apart[-1] / seen[-1] / GAP[kind], fallen / FALLEN)
    ratio = apart[-1] / seen[-1]
    since = int(steps[len(steps) % rows + rows * (first + 1) - 1])
    words = (
        "The network learns by heart what it sees: the validation cost is "
        f"{_times(ratio)} as high as the cost, and has hardly fallen any more since step {since:,}."
    )
    every = evidence.experiment.measure_every
    cures = [
        *learning_remedies.patience(evidence.experiment, max(LEAST_PATIENCE, PATIENCE // every)),
        *learning_remedies.stronger_penalty(evidence.experiment, _penalty(evidence, float(apart[-1]))),
        *learning_remedies.fewer_parameters(evidence.experiment),
    ]
    yield Symptom("overfitting", None, degree, words, tuple(cures), sound_until=since)


def _penalty(evidence: Evidence, held_out: float) -> float:
    """L2 penalty that costs the present weights a share of the held-out cost, rounded to a power of ten."""
    weights = evidence.probed.weights if evidence.probed is not None else ()
    squares = sum(float(np.vdot(array, array)) for array in weights or ())
    return float(10.0 ** np.round(np.log10(PENALTY_SHARE * held_out / squares))) if squares else 1e-4


def _times(ratio: float) -> str:
    if ratio < 2.5:
        return "twice"
    return f"{ratio if ratio < 10 else 10 * round(ratio / 10):.0f} times"
