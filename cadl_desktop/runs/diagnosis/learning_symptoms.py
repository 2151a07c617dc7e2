"""Symptoms of what a network learns: nothing, or only the samples that it sees."""

from collections.abc import Iterator

import numpy as np

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.cost_course import HARDLY_FALLS, ROWS, falls, means
from cadl_desktop.runs.diagnosis import learning_remedies, remedies
from cadl_desktop.runs.diagnosis.evidence import Evidence, Symptom
from cadl_desktop.runs.diagnosis.remedies import Remedy

NOTHING = 0.9
"""Share of the cost of the best constant output from which on a network has learned nothing."""
FAR_BEYOND = 3.0
"""Ratio to that cost from which on a network has learned nothing even if its cost still falls."""
FEW_STEPS = 1000
"""Steps that are too few to learn anything where an epoch has hardly any."""
FEW_STEPS_AN_EPOCH = 2.0
GAP = {"l2": 4.0, "l2-sum": 4.0, "l1": 2.0, "l1-sum": 2.0}
"""Ratio of the held-out cost to that of what is seen, from which on it is much higher: 6 dB in pictures."""
SAME = 1.05
"""Ratio of two held-out costs up to which they count as the same."""
FALLEN = 0.5
"""Share by which the cost has fallen while the held-out one stayed the same or rose."""
LEAST_MEANS, MOST_MEANS = 4, 20
"""How many means of costs are compared, as single measurements jump."""
PENALTY_SHARE = 0.1
"""Share of the held-out cost that the suggested penalty of the present weights is worth."""
PATIENCE = 20


def nothing_learned(evidence: Evidence) -> Iterator[Symptom]:
    """Cost that is no lower than that of the best constant output."""
    constant, costs = evidence.constant_cost, evidence.history.column("cost")
    if constant is None or len(costs) < 2 * ROWS:
        return
    averages = means(costs)
    stands = falls(averages)[-1] < HARDLY_FALLS
    reached = averages[-1] / max(constant, 1e-300)
    words = "The network has learned nothing yet: one value everywhere would come as near to the targets."
    degree = reached / NOTHING if stands else reached / FAR_BEYOND
    yield Symptom("nothing learned", None, degree, words, tuple(_anything(evidence.experiment, evidence)))


def few_steps(evidence: Evidence) -> Iterator[Symptom]:
    """Batches so large that hardly any step is made."""
    constant, history = evidence.constant_cost, evidence.history
    costs, epochs, steps = (history.column(name) for name in ("cost", "epoch", "step"))
    if constant is None or len(costs) < 2 * ROWS or not epochs[-1]:
        return
    each = steps[-1] / epochs[-1]
    cures = learning_remedies.usual_batch(evidence.experiment)
    if each > FEW_STEPS_AN_EPOCH or steps[-1] > FEW_STEPS or not cures:
        return
    words = (
        "The batch holds so many samples that an epoch has hardly any steps, and the network has learned "
        "nothing in so few."
    )
    yield Symptom("few steps", None, means(costs)[-1] / constant / NOTHING, words, tuple(cures))


def _anything(experiment: Experiment, evidence: Evidence) -> list[Remedy]:
    """All that may be wrong, the likeliest first."""
    costs, constant = evidence.history.column("cost"), evidence.constant_cost or 0.0
    layers = learning_remedies.fewer_layers(experiment)
    weights = remedies.initial_weights_everywhere(experiment)
    started_far = costs[0] > 10 * constant
    return [
        *(weights if started_far else layers),
        *(layers if started_far else weights),
        *learning_remedies.as_the_method(experiment),
        *learning_remedies.usual_batch(experiment),
        *(remedies.weaker_penalty()[1:] if experiment.l1 or experiment.l2 else []),
        *remedies.usual_rate(experiment),
        *remedies.adam(experiment, "anew"),
    ]


def overfitting(evidence: Evidence) -> Iterator[Symptom]:
    """Held-out cost that is much higher than that of what is seen, and has gained nothing while that fell."""
    history, kind = evidence.history, evidence.experiment.cost
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
    best = int(np.argmin(apart))
    ratio = apart[-1] / seen[-1]
    words = (
        f"The network learns by heart what it sees: its cost on held-out samples is {_times(ratio)} as high, "
        f"and has not fallen any more since step {steps[len(steps) % rows + rows * (best + 1) - 1]:,.0f}."
    )
    cures = [
        *learning_remedies.patience(evidence.experiment, PATIENCE),
        *learning_remedies.stronger_penalty(evidence.experiment, _penalty(evidence, float(apart[-1]))),
        *learning_remedies.fewer_parameters(evidence.experiment),
    ]
    until = int(steps[len(steps) % rows + rows * best])
    yield Symptom("overfitting", None, degree, words, tuple(cures), sound_until=until)


def _penalty(evidence: Evidence, held_out: float) -> float:
    """L2 penalty that costs the present weights a share of the held-out cost, rounded to a power of ten."""
    weights = evidence.probed.weights if evidence.probed is not None else ()
    squares = sum(float(np.vdot(array, array)) for array in weights or ())
    return float(10.0 ** np.round(np.log10(PENALTY_SHARE * held_out / squares))) if squares else 1e-4


def _times(ratio: float) -> str:
    if ratio < 2.5:
        return "twice"
    return f"{ratio if ratio < 10 else 10 * round(ratio / 10):.0f} times"
