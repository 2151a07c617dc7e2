"""Pictures: those that come along, and a person's own, whatever file it comes in."""

from functools import lru_cache
from importlib.resources import files
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cadl_desktop.data.pictures.cropping import Cut, carried_picture, reduced
from cadl_desktop.data.pictures.masks import hidden_pixels
from cadl_desktop.data.pictures.picture_files import (
    PictureError,
    PictureFrame,
    Source,
    read_frame,
    read_png,
    read_shipped,
)
from cadl_desktop.data.pictures.png_header import COLOURS, is_nothing_but_pixels, png_header
from cadl_desktop.data.samples import Doubles, PixelPositions, Samples
from cadl_desktop.experiment.catalog.datasets import PICTURES, trained_size
from cadl_desktop.experiment.catalog.large_pictures import is_large
from cadl_desktop.experiment.part import Part

Bytes = NDArray[np.uint8]

_READING = Lock()


def picture(data: Part) -> Samples:
    """From (row, column) of every pixel to its colour, row by row. Raises PictureError.

    Inputs are (height · width, 2), positions in pixels; targets are (height · width, 3), 0 to 255. Both are
    float64; of a large picture positions are made when they are asked for, and targets stay bytes.
    """
    pixels = thumbnail(data, data["longest"])
    height, width = pixels.shape[:2]
    hidden = hidden_pixels(data, height, width)
    large = is_large(height, width)
    colours = pixels.reshape(-1, 3)
    return Samples(
        inputs=PixelPositions(np.arange(height), np.arange(width)) if large else _positions(height, width),
        targets=colours if large else colours.astype(np.float64),
        low=np.zeros(2),
        high=np.array([height, width], np.float64),
        target_low=0.0,
        target_high=255.0,
        picture_shape=(height, width),
        hidden=None if hidden is None else hidden.ravel(),
    )


def thumbnail(data: Part, longest: int) -> Bytes:
    """A picture dataset's picture with its longer side reduced to `longest` pixels; never enlarged.

    (height, width, 3), 0 to 255, read-only. Raises PictureError.
    """
    source = data["source"]
    # Only the person's own picture depends on the setting, which may still hold one that isn't chosen.
    wanted = source, data["image"] if source == "own" else b"", longest
    large = source in (*PICTURES, "own") and is_large(*trained_size(data.has(longest=longest)))
    if not large:
        return _pixels(*wanted)
    with _READING:  # or two threads that ask at the same time would each have all of its pixels
        return _large_pixels(*wanted)


def decode(png: bytes) -> Bytes:
    """The pixels of a picture that an experiment carries, (height, width, 3), 0 to 255.

    Raises PictureError where the bytes are no picture.
    """
    return np.array(_carried_picture(png))


def load_picture(source: Source, cut: Cut | None = None, frame: int = 1) -> bytes:
    """A person's picture file as the PNG that an experiment carries: 8-bit RGB or grey, upright, no metadata.

    More than 8 bits are scaled down, colours are converted to sRGB, more than 8,192 pixels along a side or
    24 megapixels are reduced; `cut` says what else is made of it. Of an animation or a file of several
    pages, one `frame` counts, from 1. Raises PictureError, which names the file.
    """
    return carried_picture(read_frame(source, frame), cut or Cut())


def carried_as_it_is(data: Part) -> bytes | None:
    """The PNG that an experiment carries, where its pixels are those of the picture dataset to the bit; None
    where it carries none, or the dataset reduces it."""
    if data.kind != "picture" or data["source"] != "own" or not data["image"]:
        return None
    png: bytes = data["image"]
    header = png_header(png)
    # With a profile or a sense of what is up, its pixels would not be what is painted.
    plain = header is not None and header[2:] == (8, COLOURS, 0, 0, 0) and is_nothing_but_pixels(png)
    return png if header and plain and header[:2] == trained_size(data)[::-1] else None


def frame_in_use(data: Part) -> PictureFrame:
    """The whole picture of a picture dataset, to be cut anew. Raises PictureError."""
    own = data["source"] == "own"
    image = _carried_picture(data["image"]) if own else _builtin(data["source"])
    return PictureFrame(image, "own" if own else data["source"])


@lru_cache(maxsize=32)
def _pixels(source: str, png: bytes, longest: int) -> Bytes:
    return _read(source, png, longest)


@lru_cache(maxsize=1)
def _large_pixels(source: str, png: bytes, longest: int) -> Bytes:
    return _read(source, png, longest)


def _read(source: str, png: bytes, longest: int) -> Bytes:
    image = _carried_picture(png) if source == "own" else _builtin(source)
    pixels = np.array(reduced(image, longest))
    pixels.flags.writeable = False  # shared by everybody who asks for it
    return pixels


def _builtin(source: str) -> Image.Image:
    if source not in PICTURES:
        raise PictureError(
            "There is no picture named '{source}'; choose one of {names}.",
            source=source,
            names=", ".join(PICTURES),
        )
    # Inside scikit-image's own package, so that none of them is ever downloaded.
    return read_shipped(files("skimage").joinpath("data", PICTURES[source].file))


def _carried_picture(png: bytes) -> Image.Image:
    if not png:
        raise PictureError("No picture has been loaded; load one or choose one of the others.")
    return read_png(png, "The experiment's own picture")


def _positions(height: int, width: int) -> Doubles:
    return np.indices((height, width)).reshape(2, -1).T.astype(np.float64)
