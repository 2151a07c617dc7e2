"""Conversion of any colours in a picture file to 8 bits of red, green, blue, and transparency."""

import struct
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageCms

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


def to_eight_bit_colours(image: Image.Image) -> Image.Image:
    """Converts an image of any mode to 8-bit RGB, or to RGBA where it is transparent.

    More than 8 bits are scaled, never clipped; a fitting colour profile is applied. Raises ValueError or
    MemoryError for modes that Pillow can't convert.
    """
    if _is_deep(image):
        return _with_transparent_value(_in_eight_bits(image), image)
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


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """Scales deep grey (16 or 32 bits, decimals) to 0..255, which `convert` would clip."""
    return Image.fromarray(
        scale_to_eight_bits(np.asarray(image), 1.0 if image.mode == "F" else 65535.0)
    ).convert("RGB")


def scale_to_eight_bits(values: NDArray[Any], full: float) -> NDArray[np.uint8]:
    """Scales values (height, width) or (height, width, colours) to 0..255: from 0..`full`, or from the least
    to the greatest where some are outside of it. NaN and infinite values become dark."""
    low, high = _range(values, full)
    scaled = np.empty(values.shape, np.uint8)
    for start in range(0, len(values), _ROWS_AT_ONCE):
        rows = values[start : start + _ROWS_AT_ONCE].astype(np.float64)
        known_or_dark = np.where(np.isfinite(rows), rows, low)
        scaled[start : start + _ROWS_AT_ONCE] = np.rint((known_or_dark - low) * (255 / ((high - low) or 1.0)))
    return scaled


def _range(values: NDArray[np.generic], full: float) -> tuple[float, float]:
    """Returns the values that become black and white: 0 and `full`, or the least and the greatest where some
    are outside, since the range is unknown then."""
    low, high = np.inf, -np.inf
    for start in range(0, len(values), _ROWS_AT_ONCE):
        rows = values[start : start + _ROWS_AT_ONCE].astype(np.float64)
        known = rows[np.isfinite(rows)]
        if known.size:
            low, high = min(low, float(known.min())), max(high, float(known.max()))
    return (low, high) if low < 0 or high > full else (0.0, full)


def _with_transparent_value(scaled: Image.Image, deep: Image.Image) -> Image.Image:
    """Applies the transparent value that a deep grey PNG may define."""
    clear = deep.info.get("transparency")
    if not isinstance(clear, int):
        return scaled
    opaque = np.where(np.asarray(deep) == clear, 0, 255).astype(np.uint8)
    scaled.putalpha(Image.fromarray(opaque))
    return scaled


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Converts to RGB by the picture's colour profile, else by Pillow's plain conversion."""
    if profile:
        try:
            return _converted_by_profile(image, profile)
        except (ImageCms.PyCMSError, OSError):  # a damaged profile, or one for another kind of colours
            pass
    return image if image.mode == "RGB" else image.convert("RGB")  # convert would copy


def _converted_by_profile(image: Image.Image, profile: bytes) -> Image.Image:
    source = ImageCms.ImageCmsProfile(BytesIO(profile))
    converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    assert converted is not None  # it is None only when converting in place
    return converted
