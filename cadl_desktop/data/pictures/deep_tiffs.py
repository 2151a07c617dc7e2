"""Colour TIFFs of more than 8 bits or of decimals, which Pillow doesn't know; tifffile does."""

import logging
from typing import IO, Any

import numpy as np
from PIL import Image

from cadl_desktop.data.pictures.picture_colours import eight_bits

_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_COLOURS, _MOST_CHANNELS = 3, 4
_ORIENTATION = 0x0112


def is_tiff(start: bytes) -> bool:
    """Whether a file that begins like this says that it is a TIFF."""
    return start.startswith(_STARTS)


def colour_page(file: IO[bytes]) -> Any | None:
    """The first page's header, as tifffile has it, where its samples are colours; else None."""
    import tifffile

    # It writes remarks on damaged files into the terminal; what they come to is told in a sentence.
    logging.getLogger("tifffile").setLevel(logging.CRITICAL)
    file.seek(0)
    try:
        page = tifffile.TiffFile(file).pages[0]
    except Exception:  # decoders raise nearly anything for damaged data
        return None
    if not isinstance(page, tifffile.TiffPage) or page.dtype is None or page.imagedepth != 1:
        return None
    colours = page.photometric == tifffile.PHOTOMETRIC.RGB and page.dtype.kind in "uf"
    return page if colours and _COLOURS <= page.samplesperpixel <= _MOST_CHANNELS else None


def image_of(page: Any) -> Image.Image:
    """The page's pixels with 8 bits a colour, scaled and never clipped, without its transparency.

    Raises whatever tifffile does for damaged pages, and for compressions that it doesn't know.
    """
    import tifffile

    values = page.asarray()
    if page.planarconfig == tifffile.PLANARCONFIG.SEPARATE:
        values = np.moveaxis(values, 0, -1)
    full = 1.0 if values.dtype.kind == "f" else float(np.iinfo(values.dtype).max)
    image = Image.fromarray(eight_bits(values[..., :_COLOURS], full))
    orientation = page.tags.get("Orientation")
    if orientation is not None:
        image.getexif()[_ORIENTATION] = int(orientation.value)
    return image
