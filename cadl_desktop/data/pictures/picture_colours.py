"""Conversion of any colours in a picture file to 8 bits of red, green, blue, and transparency."""

import struct
from contextlib import suppress
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

from cadl_desktop.decoding.refusals import THE_FILE, RefusedError

GDAL_NODATA = 42113
"""TIFF tag with the number, as text, that stands for none; of GDAL, which most maps and heights come from."""
_BEYOND_NUMBERS = 3.4e38
"""Numbers of this size and more stand for none: many programs take the least or the largest float32."""
_ROWS_AT_ONCE = 256
"""Rows that are scaled at a time: as float64 a whole large picture would need gigabytes."""
_TURNS: dict[int | None, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def upright(image: Image.Image) -> Image.Image:
    """Rotates an image as the camera was held. Pillow's `exif_transpose` fails for damaged metadata."""
    try:
        orientation = image.getexif().get(ExifTags.Base.Orientation)
    except (SyntaxError, TypeError, ValueError, OSError, struct.error):
        return image  # damaged metadata doesn't make the pixels unusable
    turn = _TURNS.get(orientation)
    if turn is None:
        return image
    turned = image.transpose(turn)
    turned.info = image.info
    return turned


def to_eight_bit_colours(image: Image.Image, no_data: float | None = None) -> Image.Image:
    """Converts an image of any mode to 8-bit RGB, or to RGBA where it is transparent.

    More than 8 bits are scaled, never clipped; deep grey is transparent where it is `no_data` or no number. A
    fitting colour profile is applied. Raises ValueError or MemoryError for modes that Pillow can't convert,
    and RefusedError if there is no number at all.
    """
    if _is_deep(image):
        clear = image.info.get("transparency")  # of a PNG
        full = 1.0 if image.mode == "F" else 65535.0
        return scaled_image(np.asarray(image), full, clear if isinstance(clear, int) else no_data)
    profile = image.info.get("icc_profile")
    if not image.has_transparency_data:
        return _in_srgb(image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB"), profile)
    whole = image if image.mode == "RGBA" else image.convert("RGBA")
    coloured = _in_srgb(whole.convert("RGB"), profile)
    coloured.putalpha(whole.getchannel("A"))
    return coloured


def flattened(image: Image.Image, colour: str) -> Image.Image:
    """Converts to RGB, with transparent pixels laid on a colour, '#rrggbb'."""
    if image.mode != "RGBA":
        return image.convert("RGB")
    opaque = Image.new("RGBA", image.size, colour)
    opaque.alpha_composite(image)
    return opaque.convert("RGB")


def _is_deep(image: Image.Image) -> bool:
    return image.mode == "F" or image.mode.startswith("I")


def no_data_number(tag: object) -> float | None:
    """Number of a tag `GDAL_NODATA`; None without one."""
    with suppress(ValueError):
        return float(str(tag).strip("\0 "))
    return None


def scaled_image(values: NDArray[Any], full: float, no_data: float | None) -> Image.Image:
    """Image of values (height, width) or (height, width, 3), scaled to 0..255: from 0..`full`, or from the
    least to the greatest where some are outside of it. RGBA, and transparent there, if some are `no_data`,
    infinite or no number. Raises RefusedError if all are."""
    low, high = _range(values, full, no_data)
    scaled, opaque = np.empty(values.shape, np.uint8), np.empty(values.shape[:2], np.uint8)
    for start in range(0, len(values), _ROWS_AT_ONCE):
        rows = values[start : start + _ROWS_AT_ONCE]
        known = _known(rows, no_data)
        rows = np.where(known, rows.astype(np.float64), low)
        scaled[start : start + _ROWS_AT_ONCE] = np.rint((rows - low) * (255 / ((high - low) or 1.0)))
        opaque[start : start + _ROWS_AT_ONCE] = 255 * (known.all(axis=2) if known.ndim > 2 else known)
    del values  # as large as what is made next
    image = Image.fromarray(scaled).convert("RGB")
    if not opaque.all():
        image.putalpha(Image.fromarray(opaque))
    return image


def _known(rows: NDArray[Any], no_data: float | None) -> NDArray[np.bool_]:
    """Whether each value is a number, and none that stands for no number. `no_data` is compared in the
    precision of the values: float32 has no -9999.9."""
    known: NDArray[np.bool_] = np.abs(rows) < _BEYOND_NUMBERS
    return known if no_data is None else known & (rows != no_data)


def _range(values: NDArray[np.generic], full: float, no_data: float | None) -> tuple[float, float]:
    """Returns the values that become black and white: 0 and `full`, or the least and the greatest where some
    are outside, since the range is unknown then."""
    low, high = np.inf, -np.inf
    for start in range(0, len(values), _ROWS_AT_ONCE):
        rows = values[start : start + _ROWS_AT_ONCE]
        known = rows[_known(rows, no_data)]
        if known.size:
            low, high = min(low, float(known.min())), max(high, float(known.max()))
    if low > high:
        raise RefusedError("{name} has no pixel with a number; choose another picture.", name=THE_FILE)
    return (low, high) if low < 0 or high > full else (0.0, full)


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Converts to RGB by the picture's colour profile, else by Pillow's plain conversion."""
    if profile:
        from PIL import ImageCms  # a library of its own, for few pictures

        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
            assert converted is not None  # it is None only when converting in place
            return converted
        except (ImageCms.PyCMSError, OSError):  # a damaged profile, or one for another kind of colours
            pass
    return image if image.mode == "RGB" else image.convert("RGB")  # convert would copy
