"""Remedies for findings: each is an edit of the experiment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as replace_fields
from typing import Any, Literal

from msgspec.structs import replace

from cadl_desktop.experiment.catalog import entry, part
from cadl_desktop.experiment.edits import with_layer_changed
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.presets import preset, preset_names
from cadl_desktop.experiment.registry import activation_of
from cadl_desktop.experiment.shapes import learned_weights
from cadl_desktop.runs.events import RunState

Start = Literal["now", "before", "anew"]
"""Where a remedy takes effect: in the run as it is, before its damage (anew where no moment of that is kept,
or it had learned nothing by then), or in a new run from the first step."""


FAR = 0.3
"""Ratio of two learning rates below which they are far apart."""


@dataclass(frozen=True)
class Remedy:
    """Label of a button and the edit that it makes. The edited experiment is trained from `moment` on where
    there is one, from its first step with the start `anew`, and otherwise in the present run."""

    label: str
    change: Callable[[Experiment], Experiment] = field(compare=False)
    start: Start = "anew"
    moment: RunState | None = None

    def begun_at(self, state: RunState | None) -> "Remedy":
        """The same remedy where `state` is the newest one before the damage."""
        if self.start != "before" or self.moment is not None:
            return self
        if state is None:
            return replace_fields(self, start="anew")
        return replace_fields(self, moment=state)


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
    return Remedy(label, state.settings.into, "before", state)


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


def lower_rate(experiment: Experiment, start: Start = "before", *, most: float = 0.5) -> list[Remedy]:
    """Smaller learning rates: the usual one where it is far below the present one, and shares of that, the
    largest of which is `most`."""
    found = [
        Remedy("A tenth of the learning rate", lambda e: _times_rate(e, 0.1), start),
        Remedy("A hundredth of the learning rate", lambda e: _times_rate(e, 0.01), start),
    ]
    if most == 0.5:
        found.insert(0, Remedy("Halve the learning rate", lambda e: _times_rate(e, 0.5), start))
    return [*_usual_rate_if(experiment, lambda share: share < FAR, start), *found]


def restart_rate(experiment: Experiment) -> Remedy:
    """Learning rate for a new run after a failed one: the usual one of the method or else the optimizer, or a
    tenth of the present one where that is no larger."""
    rate = experiment.optimizer["rate"]
    usual = _usual_rate(experiment)
    return _exact_rate(usual if usual < rate else _with_rate(experiment, 0.1 * rate).optimizer["rate"])


def _exact_rate(rate: float, start: Start = "before") -> Remedy:
    return Remedy(f"Learning rate {rate:g}", lambda e: _with_rate(e, rate), start)


def usual_rate(experiment: Experiment) -> list[Remedy]:
    """The usual learning rate, from the first step on, where the present one is far from it."""
    return _usual_rate_if(experiment, lambda share: not FAR < share < 1 / FAR, "anew")


def _usual_rate_if(experiment: Experiment, is_wanted: Callable[[float], bool], start: Start) -> list[Remedy]:
    """The usual learning rate, if its ratio to the present one is as wanted."""
    usual = _usual_rate(experiment)
    return [_exact_rate(usual, start)] if is_wanted(usual / experiment.optimizer["rate"]) else []


def _usual_rate(experiment: Experiment) -> float:
    kind, shipped = experiment.optimizer.kind, method_of(experiment)
    if shipped is not None and shipped.optimizer.kind == kind:
        return float(shipped.optimizer["rate"])
    return float(entry("optimizer", kind).parameter("rate").default)


def method_of(experiment: Experiment) -> Experiment | None:
    """Preset of the experiment's method; None without one."""
    return preset(experiment.method) if experiment.method in preset_names() else None


def higher_rate(experiment: Experiment) -> list[Remedy]:
    return [
        *_usual_rate_if(experiment, lambda share: share > 1 / FAR, "now"),
        Remedy("10 × the learning rate", lambda e: _times_rate(e, 10.0), "now"),
        Remedy("100 × the learning rate", lambda e: _times_rate(e, 100.0), "now"),
    ]


def weaker_penalty(start: Start = "anew") -> list[Remedy]:
    return [
        Remedy("No penalty", lambda e: _times_penalty(e, 0.0), start),
        Remedy("A tenth of the penalty", lambda e: _times_penalty(e, 0.1), start),
    ]


def adam(experiment: Experiment, start: Start = "before") -> list[Remedy]:
    """Adam in place of an optimizer whose steps are proportional to the gradients."""
    step, weights = entry("optimizer", experiment.optimizer.kind).step, learned_weights(experiment)
    if step is None or step(experiment.optimizer, 1.0, weights) == step(experiment.optimizer, 2.0, weights):
        return []
    return [
        # At its own rate: one that ruins gradient descent would ruin Adam, too.
        Remedy("Use Adam", lambda e: replace(e, optimizer=part("optimizer", "adam")), start)
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
