"""Symptoms of a network, with the measure and threshold of each.

Every function yields symptoms with a `degree`: the measure relative to its threshold, so that a finding
begins at 1.
"""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.presets import PAINTERS, group_title
from cadl_desktop.experiment.registry import ChosenActivation, activation_of
from cadl_desktop.runs.diagnosis import learning_remedies, learning_symptoms, remedies, step_symptoms
from cadl_desktop.runs.diagnosis.evidence import Evidence, Symptom
from cadl_desktop.runs.diagnosis.learning_remedies import DEEP
from cadl_desktop.runs.diagnosis.remedies import Remedy, layer_words, setting
from cadl_desktop.runs.events import Floats, Probed
from cadl_desktop.runs.layer_histograms import Histograms, by_layer, size
from cadl_desktop.runs.probed_columns import Column, saturated
from cadl_desktop.sentences import cost_words

DEAD = 0.6
"""Share of a layer's ReLU neurons that are 0 everywhere, from which on the doctor and the head of the layer
call it dead. Some always are: 'as much as 40 % of your network
can be dead' (Karpathy, CS231n notes on neural networks 1), and the lecture's painting learns well with half
of its last layer dead; see also Lu et al., Dying ReLU and initialization, 2019."""
SATURATED = 0.6
"""Share of a layer's values that are saturated: such layers stalled training in Glorot and Bengio,
Understanding the difficulty of training deep feedforward neural networks, 2010, section 3."""
VANISHING, EXPLODING = 1e-4, 1e5
"""Ratio of the error signal in the first layer to that in the output. It is 1 where each layer keeps its size
(Glorot and Bengio, 2010, section 4.2); the extremes are described by Hochreiter, 1991, and Pascanu et al., On
the difficulty of training recurrent neural networks, 2013. The lecture's painting goes from 0.004 at its
first step to 600 later, and learns."""
GROWTH = 1e3
"""Ratio of exploding gradients to their median size in this run (Pascanu et al., 2013)."""
OUT_OF_REACH = 0.05
"""Share of the targets' range that the output cannot give."""
LOST = 3.0
"""Ratio of the cost to that before a setting was changed by hand."""
LEAST_STEPS = 20
"""Steps below which nothing is reported."""

_EVERYTHING = (-math.inf, math.inf)
_SCALED_TO = {(0.0, 1.0): "unit", (-1.0, 1.0): "signed"}
"""Target scaling for the bounds of an activation."""
MOST_RATIO = 1e9
"""Limit of the ratios shown; larger ones mean no more to a reader."""


def symptoms(evidence: Evidence) -> Iterator[Symptom]:
    """All symptoms, however slight. Consequences of a graver one are left out.

    Weights and steps of a good run may look like those of a bad one: where the network comes near its
    targets, they are no findings. A run that failed has no present error.
    """
    yield from _lost(evidence)
    yield from _reach(evidence)
    yield from learning_symptoms.overfitting(evidence)
    failed = evidence.diverged or evidence.worse
    most = math.inf if evidence.shortfall is None or failed else evidence.shortfall
    found = [*learning_symptoms.few_steps(evidence), *_of_training(evidence)]
    if not any(symptom.degree >= 1 for symptom in found):
        found += learning_symptoms.nothing_learned(evidence)
        found += learning_symptoms.far_off(evidence)
    for symptom in found:
        yield replace(symptom, degree=min(symptom.degree, most))


def _of_training(evidence: Evidence) -> Iterator[Symptom]:
    """Symptoms that show in weights, gradients, steps and costs."""
    penalties = list(step_symptoms.penalty(evidence))
    yield from penalties
    pulled = any(symptom.degree >= 1 for symptom in penalties)
    probed = evidence.probed
    still = _still_layers(evidence.experiment, probed) if probed is not None else []
    layers = list(_layers(evidence, probed)) if probed is not None else []
    if not pulled:
        layers_fail = any(symptom.degree >= 1 for symptom in layers)
        yield from step_symptoms.rate(evidence, layers_fail, bool(still))
    if probed is not None and probed.step >= LEAST_STEPS and not still and not pulled:
        yield from _signal(evidence, probed)
    yield from layers


def _lost(evidence: Evidence) -> Iterator[Symptom]:
    better = evidence.better
    if better is None:
        return
    words = (
        f"The cost was {cost_words(better.cost)} at step {better.state.step:,}, and what "
        "has been set since then has undone that."
    )
    yield Symptom("lost", None, better.times / LOST, words, (remedies.return_to_moment(better.state),))


def _reach(evidence: Evidence) -> Iterator[Symptom]:
    experiment, targets = evidence.experiment, evidence.targets
    low, high = output_range(experiment)
    if targets is None or targets[0] == targets[1]:
        return
    beyond = max(0.0, low - targets[0]) + max(0.0, targets[1] - high)
    words = (
        f"The output can only be {_range_words(low, high)}, but the targets lie between "
        f"{_short(targets[0])} and {_short(targets[1])}: the network can never come near all "
        "of them."
    )
    chosen = activation_of(experiment.output)
    scaling = _SCALED_TO.get(chosen.bounds) if chosen else None
    cures = remedies.linear_output()
    if scaling is not None:
        cures += remedies.scaled_targets(experiment, scaling)
    yield Symptom("reach", None, beyond / (targets[1] - targets[0]) / OUT_OF_REACH, words, tuple(cures))


def output_range(experiment: Experiment) -> tuple[float, float]:
    """Least and greatest output that is possible with any weights."""
    if experiment.output.kind != "sum":
        return _bounds(experiment.output)
    if not experiment.layers:
        return _EVERYTHING
    last = experiment.layers[-1]
    low, high = _bounds(last)
    units = setting(last, "units") or 1
    return low * units, high * units


def _bounds(layer: Part) -> tuple[float, float]:
    chosen = activation_of(layer)
    return chosen.bounds if chosen else _EVERYTHING


def _signal(evidence: Evidence, probed: Probed) -> Iterator[Symptom]:
    """Change of the error signal on its way from the output back to the first layer."""
    if probed.gradients is None:
        return
    experiment = evidence.experiment
    signals = backward_signals(experiment, probed)
    first, last = min(signals, default=0), max(signals, default=0)
    ratio = signals[first] / signals[last] if first != last and signals[last] > 0 else 1.0
    growth = _growth(evidence.histograms)
    place = layer_words(experiment, first)
    fades = (
        f"The gradients fade on their way back from the output: of the error, {place} hears "
        f"only a {_power(1 / max(ratio, 1e-30))}th part, so it hardly learns."
    )
    layers, weights = (
        learning_remedies.fewer_layers(experiment),
        remedies.initial_weights_everywhere(experiment),
    )
    deep = len(experiment.layers) >= DEEP
    cures = [*(layers if deep else ()), *_bending(experiment), *weights, *layers]
    yield Symptom("vanishing", first, _logarithm(ratio) / math.log(VANISHING), fades, tuple(cures))
    grows = (
        f"The gradients grow {_power(ratio)} times on their way back from the output to "
        f"{place}: no learning rate fits all layers."
    )
    has_grown = (
        f"The gradients are {_power(growth)} times as large as they mostly were: a step "
        "may undo all that was learned."
    )
    degrees = _logarithm(ratio) / math.log(EXPLODING), _logarithm(growth) / math.log(GROWTH)
    cures = [*(layers if deep else ()), *weights, *remedies.lower_rate(experiment), *layers]
    yield Symptom(
        "exploding", None, max(degrees), grows if degrees[0] >= degrees[1] else has_grown, tuple(cures)
    )


def backward_signals(experiment: Experiment, probed: Probed) -> dict[int, float]:
    """Size of the error signal at each layer with weights, by its index.

    A weight's gradient is the layer's input times the signal, so that the signal is the gradient's size over
    the input's.
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
        i for i, layer in enumerate(experiment.layers) if (chosen := activation_of(layer)) and chosen.ends
    ]
    return remedies.activation(experiment, flat, "relu") if flat else []


def _growth(histograms: Histograms) -> float:
    """Size of all gradients relative to their median over the run."""
    sizes = np.linalg.norm(histograms["gradients"].sizes, axis=1)
    usual = float(np.median(sizes)) if len(sizes) else 0.0
    return float(sizes[-1]) / usual if usual > 0 else 1.0


def _layers(evidence: Evidence, probed: Probed) -> Iterator[Symptom]:
    """Symptoms of single layers: dead neurons from the first measured epoch on, as an untrained network may
    begin with many."""
    if evidence.history.is_measured(probed.step):
        yield from _dead(evidence, probed)
    # A painter's look may be made of neurons that are on or off.
    if probed.step >= LEAST_STEPS and group_title(evidence.experiment.method) != PAINTERS:
        yield from _saturated(evidence.experiment, probed)


def _dead(evidence: Evidence, probed: Probed) -> Iterator[Symptom]:
    experiment = evidence.experiment
    few = learning_symptoms.makes_few_steps(evidence.history)
    for index, values, chosen in _hidden(experiment, probed):
        if not chosen.declared.dies:
            continue
        dead, neurons = Column(values, activation=chosen).always_idle, len(values)
        words = (
            f"In {layer_words(experiment, index)}, {dead} of {neurons} neurons are 0 "
            "everywhere: no gradient reaches them any more, so they can't learn."
        )
        cures = [
            *remedies.biases_from_zero(experiment, index),
            *(learning_remedies.usual_batch(experiment) if few else ()),
            *remedies.initial_weights(experiment, index),
            *remedies.activation(experiment, [index], "tanh"),
            *remedies.lower_rate(experiment)[:1],
        ]
        yield Symptom("dead", index, dead / neurons / DEAD, words, tuple(cures))


def _still_layers(experiment: Experiment, probed: Probed) -> list[int]:
    """Layers of activations that can die which pass neither a value nor a gradient: no step revives them."""
    gradients, found = by_layer(experiment, probed.gradients or ()), []
    for index, values, chosen in _hidden(experiment, probed):
        moves = index < len(gradients) and any(slope.any() for slope in gradients[index])
        if chosen.declared.dies and not values.any() and not moves:
            found.append(index)
    return found


def _saturated(experiment: Experiment, probed: Probed) -> Iterator[Symptom]:
    for index, values, chosen in _hidden(experiment, probed):
        if chosen.ends is None:
            continue
        share = float(np.mean(saturated(values, chosen.ends)))
        words = (
            f"In {layer_words(experiment, index)}, {5 * round(20 * share)} % of the values "
            f"lie at the ends of {chosen.title.lower()}, where its slope is almost 0: it "
            "learns very slowly."
        )
        first = remedies.standardised_inputs(experiment) if index == 0 else []
        cures = [
            *remedies.biases_from_zero(experiment, index),
            *first,
            *remedies.initial_weights(experiment, index),
            *remedies.activation(experiment, [index], "relu"),
            *remedies.lower_rate(experiment)[:1],
        ]
        yield Symptom("saturated", index, share / SATURATED, words, tuple(cures))


def _hidden(experiment: Experiment, probed: Probed) -> Iterator[tuple[int, Floats, ChosenActivation]]:
    """Index, values (neurons, places) and activation of each hidden layer that has one."""
    columns = probed.columns[-(len(experiment.layers) + 1) : -1]
    for index, (layer, values) in enumerate(zip(experiment.layers, columns, strict=True)):
        if chosen := activation_of(layer):
            yield index, values, chosen


def _logarithm(ratio: float) -> float:
    return math.log(min(max(ratio, 1e-30), 1e30))


def _power(ratio: float) -> str:
    """Ratio rounded to a power of ten, so that the sentence stays the same while the number varies."""
    return f"{10 ** round(math.log10(min(max(ratio, 1.0), MOST_RATIO))):,}"


def _range_words(low: float, high: float) -> str:
    if math.isinf(high):
        return f"{_short(low)} or more"
    return f"between {_short(low)} and {_short(high)}"


def _short(number: float) -> str:
    return f"{number:.3g}".replace("-", "−")
