"""From any kind of colours that a picture file can hold to 8 bits of red, green, blue, and transparency."""

import struct
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageCms

_ROWS_AT_ONCE = 256
"""Deep pictures are scaled in decimals, of which a whole large picture would need gigabytes."""
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
    """Turned as the camera was held. Pillow's own `exif_transpose` fails where other metadata is damaged."""
    try:
        orientation = image.getexif().get(ExifTags.Base.Orientation)
    except (SyntaxError, TypeError, ValueError, OSError, struct.error):
        return image  # damaged metadata is no reason to refuse a picture
    turn = _TURNS.get(orientation)
    if turn is None:
        return image
    turned = image.transpose(turn)
    turned.info = image.info
    return turned


def plain(image: Image.Image) -> Image.Image:
    """8-bit RGB of a picture of any mode, or RGBA where it is transparent.

    More than 8 bits are scaled, never clipped; the colour profile is followed where it fits. Raises
    ValueError or MemoryError for modes that Pillow can't convert.
    """
    if _is_deep(image):
        return _with_clear_value(_in_eight_bits(image), image)
    profile = image.info.get("icc_profile")
    if not image.has_transparency_data:
        return _in_srgb(image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB"), profile)
    whole = image if image.mode == "RGBA" else image.convert("RGBA")
    coloured = _in_srgb(whole.convert("RGB"), profile)
    coloured.putalpha(whole.getchannel("A"))
    return coloured


def on_ground(image: Image.Image, colour: str) -> Image.Image:
    """RGB, with what is transparent laid on a colour, '#rrggbb'."""
    if image.mode != "RGBA":
        return image.convert("RGB")
    opaque = Image.new("RGBA", image.size, colour)
    opaque.alpha_composite(image)
    return opaque.convert("RGB")


def _is_deep(image: Image.Image) -> bool:
    return image.mode == "F" or image.mode.startswith("I")


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """Deep grey (16 or 32 bits, decimals) scaled to 0..255, which `convert` would clip."""
    return Image.fromarray(eight_bits(np.asarray(image), 1.0 if image.mode == "F" else 65535.0)).convert(
        "RGB"
    )


def eight_bits(values: NDArray[Any], full: float) -> NDArray[np.uint8]:
    """Values (height, width) or (height, width, colours) as 0..255: from 0 to `full`, or from the darkest to
    the brightest where some lie beyond; what is no number is dark."""
    low, high = _range(values, full)
    scaled = np.empty(values.shape, np.uint8)
    for start in range(0, len(values), _ROWS_AT_ONCE):
        rows = values[start : start + _ROWS_AT_ONCE].astype(np.float64)
        known_or_dark = np.where(np.isfinite(rows), rows, low)
        scaled[start : start + _ROWS_AT_ONCE] = np.rint((known_or_dark - low) * (255 / ((high - low) or 1.0)))
    return scaled


def _range(values: NDArray[np.generic], full: float) -> tuple[float, float]:
    """What becomes black and white: 0 and `full`, or from the darkest to the brightest where some values
    lie beyond, as nobody knows then."""
    low, high = np.inf, -np.inf
    for start in range(0, len(values), _ROWS_AT_ONCE):
        rows = values[start : start + _ROWS_AT_ONCE].astype(np.float64)
        known = rows[np.isfinite(rows)]
        if known.size:
            low, high = min(low, float(known.min())), max(high, float(known.max()))
    return (low, high) if low < 0 or high > full else (0.0, full)


def _with_clear_value(scaled: Image.Image, deep: Image.Image) -> Image.Image:
    """A deep grey PNG may call one of its values clear."""
    clear = deep.info.get("transparency")
    if not isinstance(clear, int):
        return scaled
    opaque = np.where(np.asarray(deep) == clear, 0, 255).astype(np.uint8)
    scaled.putalpha(Image.fromarray(opaque))
    return scaled


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB by the colour profile that came with the picture, else by Pillow's plain conversion."""
    if profile:
        try:
            return _by_profile(image, profile)
        except (ImageCms.PyCMSError, OSError):  # damaged, or of another kind than the picture
            pass
    return image if image.mode == "RGB" else image.convert("RGB")  # which would be a copy


def _by_profile(image: Image.Image, profile: bytes) -> Image.Image:
    source = ImageCms.ImageCmsProfile(BytesIO(profile))
    converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    assert converted is not None  # it is None only when converting in place
    return converted
