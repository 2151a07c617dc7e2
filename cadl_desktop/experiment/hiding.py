"""Whether a dataset hides pixels from the network, as far as its settings alone can say."""

from msgspec.structs import replace

from cadl_desktop.experiment.model import Experiment, structure_of
from cadl_desktop.experiment.part import Part

_HIDING = frozenset({"mask", "keep", "keep_seed"})


def hides_pixels(experiment: Experiment) -> bool:
    """Whether a part of the target is hidden from the network."""
    settings = experiment.data.as_dict()
    return bool(settings.get("mask")) or float(settings.get("keep", 100.0)) < 100.0


def differ_in_hiding_only(before: Part, after: Part) -> bool:
    """Whether two datasets are the same picture, of which other pixels are hidden."""
    one, other = (
        {name: value for name, value in data.settings if name not in _HIDING} for data in (before, after)
    )
    return before != after and before.kind == after.kind and one == other


def same_but_for_hiding(before: Experiment, after: Experiment) -> bool:
    """Whether two experiments differ in structure, but only in which pixels of a picture are hidden."""
    like_after = replace(before, data=after.data)
    return differ_in_hiding_only(before.data, after.data) and structure_of(like_after) == structure_of(after)
