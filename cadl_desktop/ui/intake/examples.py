"""The shipped experiments as the window opens them: each painting with a picture of its own, so that they can
be told apart at a glance, and a hole where there is one to fill in."""

import numpy as np
from msgspec.structs import replace

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
"""Those that aren't the preset's own, which figures and the command line keep."""
DRAWN_INTO = "inpainting"
"""The method whose pictures want a hole."""
_SIDE, _HOLE = 64, slice(22, 42)


def example(name: str) -> Experiment:
    """Raises KeyError where there is none of this name."""
    shipped = preset(name)
    if name in PICTURES:
        shipped = with_dataset(shipped, shipped.data.has(source=PICTURES[name]))
    return replace(shipped, data=with_hole(name, shipped.data))


def tried_on(experiment: Experiment, name: str) -> Experiment:
    """What an example does, done to the data of an experiment; of a picture that hides nothing, as much is
    hidden as the example wants."""
    tried = with_preset(experiment, name)
    if hides_pixels(tried) or tried.data.kind != "picture":
        return tried
    kept = preset(name).data["keep"]
    return with_dataset(tried, with_hole(name, tried.data.has(keep=kept)))


def can_be_tried_on(experiment: Experiment, name: str) -> bool:
    """Whether there are data of a person's own, of the shape that an example has."""
    return is_own(experiment.data) and name in presets_for(experiment.data)


def is_own(data: Part) -> bool:
    """Whether somebody has opened, drawn or typed what is learned."""
    settings = data.as_dict()
    return settings.get("source") == "own" or bool(settings.get("points")) or data.kind == "function"


def with_hole(name: str, data: Part) -> Part:
    """With a square in the middle hidden, for an example that fills one in."""
    if name != DRAWN_INTO or data["mask"]:
        return data
    from cadl_desktop.data.pictures.masks import mask_to_png  # brings Pillow along

    mask = np.zeros((_SIDE, _SIDE), np.bool_)
    mask[_HOLE, _HOLE] = True
    return data.has(mask=mask_to_png(mask))
