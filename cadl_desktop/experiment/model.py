"""What is trained: an experiment as frozen plain data, complete on its own."""

from typing import Any

import msgspec

from cadl_desktop.experiment.identity import identity_of
from cadl_desktop.experiment.part import Part
from cadl_desktop.sentences import readable


class Stop(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When training ends by itself: whichever comes first. None is 'never by this rule'."""

    epochs: int | None = 500
    seconds: float | None = None
    change_below: float | None = None
    """Ends when the cost of two measured epochs in a row differs by less than this."""


class Experiment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that one training run depends on. Equal experiments give equal numbers on the same machine.

    The network is `encoding`, then `layers`, then `output`, which turns the last layer's neurons into as
    many numbers as a target has (one for a curve, three for a colour).
    """

    name: str = "Untitled"
    note: str = ""
    seed: int = 1
    data: Part
    validation: float = 0.0
    """Fraction of the samples that is kept from training and only measured, 0 to 0.9."""
    input_scaling: str = "none"
    target_scaling: str = "none"
    encoding: Part
    layers: tuple[Part, ...] = ()
    output: Part
    cost: str = "l1"
    l1: float = 0.0
    """Weight of the sum of |w| over all weights and biases, which each batch's cost is raised by."""
    l2: float = 0.0
    """The same of the sum of w²."""
    smoothness: float = 0.0
    """The same of the mean absolute difference between outputs for neighbouring samples, seen or hidden."""
    bending: float = 0.0
    """The same of the squared second differences between outputs, at hidden samples and around them or, where
    none is hidden, at all: their sum over the number of all samples, hidden and seen."""
    coherence: float = 0.0
    """The same of what `engine.training.penalties.coherence` says of a picture, around hidden pixels or,
    where none is hidden, everywhere: its sum over the number of all samples, in the unit of a squared
    colour."""
    optimizer: Part
    schedule: Part = Part("constant")
    """How the learning rate goes over the epochs: what the optimizer's rate is multiplied by."""
    batch_size: int = 50
    measure_every: int = 1
    """After how many epochs the cost of the whole set is measured; that of the last epoch always is."""
    stop: Stop = Stop()
    method: str = ""
    """Which of `methods` says what the settings of `follows` are; empty where none does."""
    follows: tuple[str, ...] = ()
    """The paths of the settings that change with what is learned: 'encoding.finest', 'layers'."""

    def __post_init__(self) -> None:
        # Half a character, as is left of an emoji that was cut, is in no file that can be read again.
        for name, text in (("name", self.name), ("note", self.note)):
            if (whole := readable(text)) != text:
                msgspec.structs.force_setattr(self, name, whole)


WRITTEN_WHERE_SET = ("coherence", "measure_every", "method", "follows")
"""Fields that files have only where they aren't at their defaults: earlier versions don't know them."""


def structure_of(experiment: Experiment) -> tuple[Any, ...]:
    """What a run can't change while it goes on: when two experiments differ here, training starts anew."""
    return (
        experiment.seed,
        experiment.data,
        experiment.validation,
        experiment.input_scaling,
        experiment.target_scaling,
        *network_of(experiment),
        experiment.optimizer.has(rate=0.0),
    )


def network_of(experiment: Experiment) -> tuple[Any, ...]:
    """What the network computes depends on, but for its weights; which of them learn is no part of it."""
    layers = tuple(map(thawed, experiment.layers))
    return identity_of(experiment.data), experiment.encoding, layers, thawed(experiment.output)


def network_and_cost(experiment: Experiment) -> tuple[Any, ...]:
    """What the costs of samples depend on, but for the samples and the weights."""
    return experiment.data.kind, *network_of(experiment), experiment.cost


def thawed(part: Part) -> Part:
    """The same layer or output with weights that learn."""
    return part.has(frozen=False) if part.as_dict().get("frozen") else part
