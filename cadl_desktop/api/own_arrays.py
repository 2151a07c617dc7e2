"""Own arrays as the data of an experiment, without a file: pictures, masks and points."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from cadl_desktop.data.curves.curve_datasets import LARGEST, encode_points
from cadl_desktop.data.pictures.cropping import Cut, carried_picture
from cadl_desktop.data.pictures.masks import mask_to_png
from cadl_desktop.data.pictures.picture_decoding import MOST_PIXELS
from cadl_desktop.data.pictures.picture_reading import PictureFrame
from cadl_desktop.data.samples import DataError
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.catalog.dataset_entries import MOST_SIDE
from cadl_desktop.experiment.edits import with_dataset
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.other_data import without_what_followed


def with_picture(experiment: Experiment, colours: ArrayLike) -> Experiment:
    """Returns the experiment with a picture of one's own: (height, width, 3), or (height, width) for a grey
    one. Whole numbers are colours from 0 to 255, others from 0 to 1, as in matplotlib.

    The whole picture is learned, pixel by pixel; one longer than 'data.longest' allows is reduced. A curve's
    network is replaced by one that paints. Raises DataError.
    """
    colours = _as_bytes(np.asarray(colours))
    image = carried_picture(PictureFrame(Image.fromarray(colours).convert("RGB"), "The array"), Cut())
    longest = min(max(2, *colours.shape[:2]), MOST_SIDE)
    before = experiment.data if experiment.data.kind == "picture" else part("dataset", "picture")
    data = before.has(source="own", image=image, longest=longest)
    return with_dataset(experiment, without_what_followed(experiment, data))


def with_mask(experiment: Experiment, hidden: ArrayLike) -> Experiment:
    """Returns the experiment with the pixels hidden where `hidden` (height, width) is true; any other size
    than the picture's is stretched over it. Raises DataError."""
    mask = np.asarray(hidden)
    if experiment.data.kind != "picture":
        raise DataError(
            "'{name}' doesn't paint one picture; a mask hides pixels of one.", name=experiment.name
        )
    if mask.ndim != 2 or mask.dtype != np.bool_ or not mask.size or max(mask.shape) > MOST_SIDE:
        raise DataError(
            "A mask has rows and columns of True and False, at most {most:,} of each; this array is "
            "{shape} of {kind}.",
            most=MOST_SIDE,
            shape=str(mask.shape),
            kind=str(mask.dtype),
        )
    return with_dataset(experiment, experiment.data.has(mask=mask_to_png(mask)))


def with_points(experiment: Experiment, x: ArrayLike, y: ArrayLike) -> Experiment:
    """Returns the experiment with points of one's own: `x` and `y` (points,) each. A painting's network is
    replaced by one that fits curves. Raises DataError."""
    columns = [np.asarray(each) for each in (x, y)]
    shapes = [each.shape for each in columns]
    if shapes[0] != shapes[1] or len(shapes[0]) != 1 or not shapes[0][0]:
        raise DataError(
            "x and y have one number for each point; these arrays are {x} and {y}.",
            x=str(shapes[0]),
            y=str(shapes[1]),
        )
    if not all(each.dtype.kind in "biuf" and (np.abs(each) <= LARGEST).all() for each in columns):
        raise DataError("Some points are not finite or no numbers; leave them out of both arrays.")
    data = part("dataset", "points", points=encode_points(np.stack(columns, axis=1)))
    return with_dataset(experiment, data)


def _as_bytes(colours: NDArray[Any]) -> NDArray[np.uint8]:
    """Colours as bytes. Raises DataError for an array that is no picture."""
    is_grey, is_coloured = colours.ndim == 2, colours.ndim == 3 and colours.shape[2] == 3
    if not (is_grey or is_coloured) or not colours.size:
        raise DataError(
            "A picture is an array (height, width, 3), or (height, width) of greys; this one is {shape}.",
            shape=str(colours.shape),
        )
    if colours.shape[0] * colours.shape[1] > MOST_PIXELS:
        raise DataError(
            "The picture has more than the {most:,} pixels that are possible; reduce it.", most=MOST_PIXELS
        )
    if colours.dtype.kind not in "biuf":
        raise DataError("The picture's array holds no numbers; give it as numbers from 0 to 255.")
    is_whole = colours.dtype.kind in "iu"
    least, most = float(colours.min()), float(colours.max())
    if not 0 <= least <= most <= (255 if is_whole else 1):  # also where some are NaN
        raise DataError(
            "Whole numbers of a picture are from 0 to 255, others from 0 to 1; these are from {least:g} to "
            "{most:g}.",
            least=least,
            most=most,
        )
    scaled = colours if is_whole else np.rint(colours * np.float64(255))
    return np.ascontiguousarray(scaled, np.uint8)
