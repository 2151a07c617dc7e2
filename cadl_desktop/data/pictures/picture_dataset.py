"""Dataset of a single picture: a shipped one, or a person's own, from whatever file."""

from functools import lru_cache
from importlib.resources import files
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cadl_desktop.data.pictures.cropping import Cut, carried_picture, reduced
from cadl_desktop.data.pictures.masks import hidden_pixels
from cadl_desktop.data.pictures.picture_headers import RGB_COLOURS, has_only_pixel_chunks, png_header
from cadl_desktop.data.pictures.picture_reading import (
    PictureError,
    PictureFrame,
    Source,
    read_frame,
    read_png,
    read_shipped,
)
from cadl_desktop.data.samples import Doubles, PixelPositions, Samples
from cadl_desktop.experiment.catalog.dataset_entries import PICTURES, is_large, trained_size
from cadl_desktop.experiment.part import Part

Bytes = NDArray[np.uint8]

_LARGE_PICTURE_LOCK = Lock()


def picture(data: Part) -> Samples:
    """Makes the samples of the dataset 'picture' (loaded by name, `experiment/catalog/dataset_entries.py`).

    Inputs are (height · width, 2), row and column in pixels, in row order; targets are the colours (height ·
    width, 3), 0 to 255. Both are float64; for a large picture positions are computed when they are needed,
    and targets stay bytes. Raises PictureError.
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
    """Returns the dataset's picture with its longer side reduced to `longest` pixels; never enlarged.

    (height, width, 3), 0 to 255, read-only. Raises PictureError.
    """
    source = data["source"]
    # The setting may still hold an own picture where a shipped one is chosen; then it is no part of the key.
    wanted = source, data["image"] if source == "own" else b"", longest
    large = source in (*PICTURES, "own") and is_large(*trained_size(data.has(longest=longest)))
    if not large:
        return _pixels(*wanted)
    with _LARGE_PICTURE_LOCK:  # else two threads could each hold all of its pixels
        return _large_pixels(*wanted)


def decode(png: bytes) -> Bytes:
    """Decodes a picture that an experiment holds, (height, width, 3), 0 to 255.

    Raises PictureError where the bytes are no picture.
    """
    return np.array(_carried_picture(png))


def load_picture(source: Source, cut: Cut | None = None, frame: int = 1) -> bytes:
    """Reads a picture file as the PNG that an experiment holds: 8-bit RGB or grey, upright, no metadata.

    More than 8 bits are scaled down, colours are converted to sRGB, more than 8,192 pixels along a side or 24
    megapixels are reduced; `cut` crops and resizes. `frame` selects the frame of an animation or the page of
    a file, from 1. Raises PictureError, which names the file.
    """
    return carried_picture(read_frame(source, frame), cut or Cut())


def unchanged_png(data: Part) -> bytes | None:
    """Returns the PNG that an experiment holds where its pixels are exactly those of the picture dataset;
    None where it holds none, or the dataset reduces it."""
    if data.kind != "picture" or data["source"] != "own" or not data["image"]:
        return None
    png: bytes = data["image"]
    header = png_header(png)
    # With a colour profile or an orientation its pixels would differ from those that are learned.
    plain = header is not None and header[2:] == (8, RGB_COLOURS, 0, 0, 0) and has_only_pixel_chunks(png)
    return png if header and plain and header[:2] == trained_size(data)[::-1] else None


def frame_in_use(data: Part) -> PictureFrame:
    """Returns the whole picture of a picture dataset, for cropping it again. Raises PictureError."""
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
    pixels.flags.writeable = False  # shared by all callers through the cache
    return pixels


def _builtin(source: str) -> Image.Image:
    if source not in PICTURES:
        raise PictureError(
            "There is no picture named '{source}'; choose one of {names}.",
            source=source,
            names=", ".join(PICTURES),
        )
    # Read from scikit-image's package directly: its loader might download them.
    return read_shipped(files("skimage").joinpath("data", PICTURES[source].file))


def _carried_picture(png: bytes) -> Image.Image:
    if not png:
        raise PictureError("No picture has been loaded; load one or choose one of the others.")
    return read_png(png, "The experiment's own picture")


def _positions(height: int, width: int) -> Doubles:
    return np.indices((height, width)).reshape(2, -1).T.astype(np.float64)
