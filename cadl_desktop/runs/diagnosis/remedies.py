"""Remedies for findings: each is an edit of the experiment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from cadl_desktop.experiment.catalog import entry, part
from cadl_desktop.experiment.edits import part_of_kind, with_layer_changed
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.presets import preset, preset_names
from cadl_desktop.experiment.registry import activation_of
from cadl_desktop.experiment.shapes import learned_weights
from cadl_desktop.runs.events import RunState


@dataclass(frozen=True)
class Remedy:
    """Label of a button and the edit that it makes, or the `moment` from which a new run begins instead."""

    label: str
    change: Callable[[Experiment], Experiment] = field(compare=False)
    moment: RunState | None = field(default=None, compare=False)


def layer_words(experiment: Experiment, index: int) -> str:
    """Name of a layer in a sentence; the output comes after the last layer."""
    if index >= len(experiment.layers):
        return "the output"
    return f"layer {index + 1}"


def layer_part(experiment: Experiment, index: int) -> Part:
    """A layer, or the output after the last one."""
    return experiment.output if index >= len(experiment.layers) else experiment.layers[index]


def return_to_moment(state: RunState) -> Remedy:
    """New run from an earlier state, with the settings of then."""
    label = f"Go back to step {state.step:,}"
    return Remedy(label, state.settings.into, moment=state)


def setting(chosen: Part, name: str) -> Any:
    """Value of a setting; None where the part does not have it."""
    return chosen.as_dict().get(name)


def initial_weights(experiment: Experiment, index: int) -> list[Remedy]:
    """Initial weights that suit the layer's activation, where it has others."""
    chosen = layer_part(experiment, index)
    kind = _fitting(chosen)
    if setting(chosen, "initialiser") in (None, kind):
        return []
    title = entry("initialiser", kind).title
    label = f"{title} initial weights in {layer_words(experiment, index)}"
    return [Remedy(label, lambda e: _with(e, index, initialiser=kind))]


def initial_weights_everywhere(experiment: Experiment) -> list[Remedy]:
    """Suitable initial weights for the whole network at once."""

    def change(edited: Experiment) -> Experiment:
        for index in range(len(edited.layers) + 1):
            chosen = layer_part(edited, index)
            if setting(chosen, "initialiser") is not None:
                edited = _with(edited, index, initialiser=_fitting(chosen))
        return edited

    if change(experiment) == experiment:
        return []
    return [Remedy("Fitting initial weights everywhere", change)]


def biases_from_zero(experiment: Experiment, index: int) -> list[Remedy]:
    """Initial biases of 0, for a layer whose biases start below."""
    if (setting(layer_part(experiment, index), "bias_start") or 0.0) >= 0:
        return []
    label = f"Biases of {layer_words(experiment, index)} start at 0"
    return [Remedy(label, lambda e: _with(e, index, bias_start=0.0))]


def activation(experiment: Experiment, indices: Sequence[int], kind: str) -> list[Remedy]:
    """Another activation in one layer, or in several at once."""
    wrong = [i for i in indices if setting(layer_part(experiment, i), "activation") not in (None, kind)]
    if not wrong:
        return []

    def change(edited: Experiment) -> Experiment:
        for index in wrong:
            edited = _with(edited, index, activation=kind)
        return edited

    name = layer_words(experiment, wrong[0])
    one, many = {
        "relu": (f"ReLU in {name}", "ReLU in every layer"),
        "tanh": (f"Tanh in {name}", "Tanh in every layer"),
    }[kind]
    return [Remedy(one if len(indices) == 1 else many, change)]


def linear_output() -> list[Remedy]:
    """Linear output with one neuron for each number of the target, which can have any value."""

    def change(edited: Experiment) -> Experiment:
        output = edited.output if setting(edited.output, "activation") else part("output", "dense")
        return replace(edited, output=output.has(activation="linear"))

    return [Remedy("Linear output", change)]


def scaled_targets(experiment: Experiment, scaling: str) -> list[Remedy]:
    if experiment.target_scaling == scaling:
        return []
    label = "Scale the targets to 0 to 1" if scaling == "unit" else "Scale the targets to −1 to 1"
    return [Remedy(label, lambda e: replace(e, target_scaling=scaling))]


def standardised_inputs(experiment: Experiment) -> list[Remedy]:
    if experiment.input_scaling != "none":
        return []
    return [Remedy("Standardise the inputs", lambda e: replace(e, input_scaling="standardised"))]


def lower_rate() -> list[Remedy]:
    return [
        Remedy("Halve the learning rate", lambda e: _times_rate(e, 0.5)),
        Remedy("A tenth of the learning rate", lambda e: _times_rate(e, 0.1)),
    ]


def restart_rate(experiment: Experiment) -> Remedy:
    """Learning rate for a new run after a failed one: the usual one of the method or else the optimizer, or a
    tenth of the present one where that is no larger."""
    rate = experiment.optimizer["rate"]
    usual = _usual_rate(experiment)
    wanted = usual if usual < rate else _with_rate(experiment, 0.1 * rate).optimizer["rate"]
    label = f"Learning rate {wanted:g}"
    return Remedy(label, lambda e: _with_rate(e, wanted))


def _usual_rate(experiment: Experiment) -> float:
    kind, shipped = experiment.optimizer.kind, experiment.method
    if shipped in preset_names() and preset(shipped).optimizer.kind == kind:
        return float(preset(shipped).optimizer["rate"])
    return float(entry("optimizer", kind).parameter("rate").default)


def higher_rate() -> list[Remedy]:
    return [
        Remedy("10 × the learning rate", lambda e: _times_rate(e, 10.0)),
        Remedy("100 × the learning rate", lambda e: _times_rate(e, 100.0)),
    ]


def weaker_penalty() -> list[Remedy]:
    return [
        Remedy("A tenth of the penalty", lambda e: _times_penalty(e, 0.1)),
        Remedy("No penalty", lambda e: _times_penalty(e, 0.0)),
    ]


def adam(experiment: Experiment) -> list[Remedy]:
    """Adam in place of an optimizer whose steps are proportional to the gradients."""
    step, weights = entry("optimizer", experiment.optimizer.kind).step, learned_weights(experiment)
    if step is None or step(experiment.optimizer, 1.0, weights) == step(experiment.optimizer, 2.0, weights):
        return []
    return [
        Remedy("Use Adam", lambda e: replace(e, optimizer=part_of_kind("optimizer", e.optimizer, "adam")))
    ]


def _times_rate(experiment: Experiment, factor: float) -> Experiment:
    return _with_rate(experiment, experiment.optimizer["rate"] * factor)


def _with_rate(experiment: Experiment, rate: float) -> Experiment:
    slowest = entry("optimizer", experiment.optimizer.kind).parameter("rate").minimum or 0.0
    return replace(experiment, optimizer=experiment.optimizer.has(rate=max(slowest, _readable(rate))))


def _times_penalty(experiment: Experiment, factor: float) -> Experiment:
    l1, l2 = _readable(experiment.l1 * factor), _readable(experiment.l2 * factor)
    return replace(experiment, l1=l1, l2=l2)


def _readable(number: float) -> float:
    """Number rounded to two digits."""
    return float(f"{number:.2g}")


def _with(experiment: Experiment, index: int, **settings: Any) -> Experiment:
    changed = layer_part(experiment, index).has(**settings)
    if index >= len(experiment.layers):
        return replace(experiment, output=changed)
    return with_layer_changed(experiment, index, changed)


def _fitting(chosen: Part) -> str:
    """Initialiser that suits the part's activation."""
    activation = activation_of(chosen)
    return activation.declared.initialiser if activation else "xavier"
