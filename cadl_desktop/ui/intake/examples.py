"""Examples: presets as the window opens them, with pictures that tell them apart and a hole to fill in."""

import numpy as np
from msgspec.structs import replace

from cadl_desktop.data.pictures.masks import mask_to_png
from cadl_desktop.experiment import Experiment, Part, preset
from cadl_desktop.experiment.edits import presets_for, with_dataset, with_preset
from cadl_desktop.experiment.model import hides_pixels

PICTURES = {
    "karpathy-painting": "cat",
    "homework-painting": "rocket",
    "sharp-painting": "motorcycle",
    "fourier-painting": "hubble deep field",
    "siren-painting": "retina",
    "inpainting": "cat",
    "sparse-inpainting": "coffee",
}
"""Pictures of examples where they differ from the preset's, which figures and command line use."""
DRAWN_INTO = "inpainting"
"""Preset that a hole is drawn into."""
_SIDE, _HOLE = 64, slice(22, 42)


def example(name: str) -> Experiment:
    """Example of a preset's name. Raises KeyError."""
    shipped = preset(name)
    if name in PICTURES:
        shipped = with_dataset(shipped, shipped.data.has(source=PICTURES[name]))
    return replace(shipped, data=with_hole(name, shipped.data))


def tried_on(experiment: Experiment, name: str) -> Experiment:
    """Experiment with an example's method on its own data. Of an unmasked picture as much is hidden at random
    as of the example's."""
    tried = with_preset(experiment, name)
    if hides_pixels(tried) or tried.data.kind != "picture":
        return tried
    kept = preset(name).data["keep"]
    return with_dataset(tried, with_hole(name, tried.data.has(keep=kept)))


def can_be_tried_on(experiment: Experiment, name: str) -> bool:
    """Whether the experiment has a person's own data, of the kind that the example has."""
    return is_own(experiment.data) and name in presets_for(experiment.data)


def is_own(data: Part) -> bool:
    """Whether the data were opened, drawn or typed by a person."""
    settings = data.as_dict()
    return settings.get("source") == "own" or bool(settings.get("points")) or data.kind == "function"


def with_hole(name: str, data: Part) -> Part:
    """Data with a square hole in the middle, if the example fills one in."""
    if name != DRAWN_INTO or data["mask"]:
        return data
    mask = np.zeros((_SIDE, _SIDE), np.bool_)
    mask[_HOLE, _HOLE] = True
    return data.has(mask=mask_to_png(mask))
