"""How a network's inputs and outputs are scaled: numbers and words for files that hold arrays alone."""

from cadl_desktop.data.samples import Doubles
from cadl_desktop.data.scaling import input_scaling, target_scaling
from cadl_desktop.export.trained import Trained

SCALING = (
    "The scaled input x is (input - x_offset) / x_scale, computed in float64 and only then cut to float32. "
    "An input is the x of a curve, or the row and column of a pixel, of many pictures with their number "
    "behind. What the last layer gives, times y_scale plus y_offset, is in the target's own units."
)


def scaled(trained: Trained) -> dict[str, Doubles]:
    """Numbers by name, each (1,) or (columns,). Raises `data.samples.DataError`."""
    x = input_scaling(trained.experiment, trained.samples)
    y = target_scaling(trained.experiment, trained.samples)
    return {"x_offset": x.offset, "x_scale": x.scale, "y_offset": y.offset, "y_scale": y.scale}
