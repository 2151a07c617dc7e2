"""Experiment: everything that one training run depends on, as frozen plain data.

Also tells which changes of it start a new run.
"""

from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec.structs import replace

from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import Category, entries, entry
from cadl_desktop.sentences import readable


@dataclass(frozen=True)
class Identity:
    """Vector that identifies one of many pictures: one-hot where `dimensions` is None, else learned.

    The last input of a dataset of many pictures is the picture's number, counted from 0. It enters the
    network either as that number, scaled like the other inputs, or as such a vector: then only positions are
    scaled and encoded, and the vector is concatenated to them. A number between two pictures blends their
    vectors, which turns one picture into the other.
    """

    pictures: int
    dimensions: int | None = None

    @property
    def width(self) -> int:
        """Length of the vector."""
        return self.pictures if self.dimensions is None else self.dimensions

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        """Shapes of the learned vectors: none for one-hot, else one table (pictures, dimensions)."""
        return [] if self.dimensions is None else [(self.pictures, self.dimensions)]


def identity_of(data: Part) -> Identity | None:
    """Returns the identity vector of a dataset of many pictures; None for any other dataset, and where the
    picture's number is an ordinary input."""
    match data.as_dict().get("identity"):
        case "one-hot":
            return Identity(picture_count(data))
        case "embedding":
            return Identity(picture_count(data), int(data["dimensions"]))
    return None


def has_many_pictures(data: Part) -> bool:
    return entry("dataset", data.kind).makes == "pictures"


def picture_count(data: Part) -> int:
    """Returns how many pictures are learned. The dataset has to hold many pictures."""
    pictures = entry("dataset", data.kind).pictures
    assert pictures is not None, "check has_many_pictures first"
    return pictures(data)


class Stop(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rules that end training: whichever is met first. None switches a rule off. And which weights count."""

    epochs: int | None = 500
    steps: int | None = None
    seconds: float | None = None
    """By the clock, so that it depends on the machine, and on what else runs there."""
    processor_seconds: float | None = None
    """Seconds that processors spend on the steps alone (`RunState.processor_seconds`)."""
    change_below: float | None = None
    """Ends when the costs of two consecutive measured epochs differ by less than this."""
    patience: int | None = None
    """Ends when the validation cost has not improved for so many measured epochs."""
    keep_best: bool = False
    """Whether a run's result is the weights of its best measured epoch, by the validation cost where there is
    one, else by the cost. Training always goes on from the newest ones."""


class Experiment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that one training run depends on. Equal experiments give equal numbers on the same machine.

    The network is `encoding`, then `layers`, then `output`, which turns the last layer's neurons into as many
    numbers as a target has (one for a curve, three for a colour).
    """

    name: str = "Untitled"
    note: str = ""
    seed: int = 1
    data: Part
    validation: float = 0.0
    """Fraction of the samples, 0 to 0.9, that is held out of training and only measured."""
    input_scaling: str = "none"
    target_scaling: str = "none"
    encoding: Part
    layers: tuple[Part, ...] = ()
    output: Part
    cost: str = "l1"
    l1: float = 0.0
    """Weight of the L1 penalty: the sum of |w| over all weights and biases, added to each batch's cost."""
    l2: float = 0.0
    """Weight of the L2 penalty: the sum of w²."""
    smoothness: float = 0.0
    """Weight of the mean absolute difference between outputs for neighbouring samples, seen or hidden."""
    bending: float = 0.0
    """Weight of the squared second differences between outputs, summed over hidden samples and those around
    them (over all samples where none is hidden) and divided by the number of all samples."""
    coherence: float = 0.0
    """Weight of the coherence (`engine.training.picture_penalties`), summed around hidden pixels (over the
    whole picture where none is hidden), divided by the number of all samples, as a squared colour."""
    example: float = 0.0
    """Weight, 0 to 1, of hidden pixels filled in from the picture itself (`data.pictures.guessed_pixels`): at
    1 the network learns each of them like a seen pixel, as far as its guess is sure."""
    optimizer: Part
    schedule: Part = Part("constant")
    """Factor on the optimizer's learning rate over the epochs or over the run."""
    batch_size: int = 50
    measure_every: int = 1
    """Epochs between two measurements of the whole set's cost; the last epoch is always measured."""
    stop: Stop = Stop()
    parameters: float | None = None
    """How many parameters a method may give the network, as a share of the picture's numbers: its pixels,
    hidden ones included, times its colours."""
    method: str = ""
    """Name in `methods.rules.METHODS` of the method that sets the settings in `follows`; may be empty."""
    follows: tuple[str, ...] = ()
    """Paths of the settings that the method updates when the data change: 'encoding.finest', 'layers'."""

    def __post_init__(self) -> None:
        # A lone surrogate, as a truncated emoji leaves, could be written to a file but not read again.
        for name, text in (("name", self.name), ("note", self.note)):
            if (whole := readable(text)) != text:
                msgspec.structs.force_setattr(self, name, whole)

    def set(self, path: str, value: object) -> "Experiment":
        """Returns a copy with another value of the setting at a path, as `--set` reads it, with all that
        follows: `set("optimizer.rate", 0.01)`, `set("cost", "l2")`, `set("stop.epochs", None)`.

        Raises `paths.PathError` where there is no such setting, or the value is none of its type; limits are
        left to `check`.
        """
        # For scripts. Settings that follow others are found above this module.
        from cadl_desktop.experiment.methods.following import with_setting

        return with_setting(self, path, value)


OMITTED_AT_DEFAULT = ("coherence", "example", "measure_every", "parameters", "method", "follows")
"""Fields that files omit at their defaults, since earlier versions of the program don't know them."""
STOP_OMITTED_AT_DEFAULT = ("steps", "processor_seconds", "patience", "keep_best")
"""The same for `Stop`."""


def learned_data(data: Part) -> Part:
    """Returns a dataset without the settings that only say what its numbers mean. Where two datasets are
    equal in that, the same is learned."""
    known = entries("dataset").get(data.kind)
    said = {each.name for each in known.parameters if each.describes} if known else set()
    return Part(data.kind, tuple(each for each in data.settings if each[0] not in said)) if said else data


def structure_of(experiment: Experiment) -> tuple[Any, ...]:
    """Returns everything that a run can't change. Where two experiments differ in it, training starts
    over."""
    return (
        experiment.seed,
        learned_data(experiment.data),
        experiment.validation,
        experiment.input_scaling,
        experiment.target_scaling,
        experiment.encoding,
        tuple(map(unfrozen, experiment.layers)),
        unfrozen(experiment.output),
    )


def network_of(experiment: Experiment) -> tuple[Any, ...]:
    """Returns everything that determines the network's function except weights, frozen or not."""
    layers = tuple(_function_of("layer", layer) for layer in experiment.layers)
    output = _function_of("output", experiment.output)
    return identity_of(experiment.data), experiment.encoding, layers, output


def _function_of(category: Category, part: Part) -> Part:
    """Returns a layer or output without the settings that only its initial weights depend on."""
    known = entries(category).get(part.kind)
    initial = {each.name for each in known.parameters if each.initial_only} if known else set()
    settings = tuple(setting for setting in unfrozen(part).settings if setting[0] not in initial)
    return Part(part.kind, settings)


def network_and_cost(experiment: Experiment) -> tuple[Any, ...]:
    """Returns everything that the costs of samples depend on except the samples and the weights."""
    return experiment.data.kind, *network_of(experiment), experiment.cost


def unfrozen(part: Part) -> Part:
    """Returns the same layer or output with weights that learn."""
    return part.has(frozen=False) if part.as_dict().get("frozen") else part


_HIDING = frozenset({"mask", "keep", "keep_seed"})
"""Settings that decide which pixels of a picture are hidden."""


def hides_pixels(experiment: Experiment) -> bool:
    """Tells from the settings alone whether a dataset hides part of the target from the network."""
    settings = experiment.data.as_dict()
    return bool(settings.get("mask")) or float(settings.get("keep", 100.0)) < 100.0


def data_differ_only_in_hiding(before: Part, after: Part) -> bool:
    """Tells whether two datasets are the same picture with different pixels hidden."""
    one, other = (
        {name: value for name, value in data.settings if name not in _HIDING} for data in (before, after)
    )
    return learned_data(before) != learned_data(after) and before.kind == after.kind and one == other


def differ_only_in_hiding(before: Experiment, after: Experiment) -> bool:
    """Tells whether two experiments differ in structure, and only in which pixels are hidden."""
    like_after = replace(before, data=after.data)
    return data_differ_only_in_hiding(before.data, after.data) and structure_of(like_after) == structure_of(
        after
    )
