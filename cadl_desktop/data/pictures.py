"""Pictures: those that come along, and a person's own, whatever file it comes in."""

import os
import stat
import struct
import warnings
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageCms, UnidentifiedImageError, features

from cadl_desktop.data.samples import Doubles, Samples
from cadl_desktop.experiment.model import Part

Bytes = NDArray[np.uint8]

MOST_PIXELS = 100_000_000
LONGEST_CARRIED = 2048

# Inside scikit-image's own package, so that none of them is ever downloaded.
_FILES = {
    "astronaut": "astronaut.png",
    "cat": "chelsea.png",
    "coffee": "coffee.png",
    "rocket": "rocket.jpg",
    "hubble deep field": "hubble_deep_field.jpg",
    "retina": "retina.jpg",
}
_TURNS: dict[int | None, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_FORMATS = ("PNG", "JPEG", "GIF", "TIFF", "BMP", "PPM")
_OPTIONAL_FORMATS = ("WEBP", "AVIF")


class PictureError(Exception):
    """A picture that can't be read; the message is one plain sentence with the remedy."""


def builtin_names() -> tuple[str, ...]:
    """The pictures that come along."""
    return tuple(_FILES)


def picture(data: Part) -> Samples:
    """From (row, column) of every pixel to its colour, row by row. Raises PictureError.

    Inputs are (height · width, 2), positions in pixels; targets are (height · width, 3), 0 to 255.
    """
    from cadl_desktop.data.masks import hidden_pixels  # which reads masks by this module

    pixels = thumbnail(data, data["longest"])
    height, width = pixels.shape[:2]
    hidden = hidden_pixels(data, height, width)
    return Samples(
        inputs=_positions(height, width),
        targets=pixels.reshape(-1, 3).astype(np.float64),
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
    return _pixels(source, data["image"] if source == "own" else b"", longest)


def decode(png: bytes) -> Bytes:
    """The pixels of a picture that an experiment carries, (height, width, 3), 0 to 255.

    Raises PictureError where the bytes are no picture.
    """
    return np.array(_carried_picture(png))


def load_picture(path: str | os.PathLike[str]) -> bytes:
    """A person's picture file as the PNG that an experiment carries: 8-bit RGB, upright, without metadata.

    Transparency is laid on white, more than 8 bits are scaled down, colours are converted to sRGB, and
    the longer side is reduced to 2048 pixels. Of an animation, the first frame counts. Raises
    PictureError, which names the file.
    """
    path = Path(path)
    name = f"'{path.name}'"
    try:
        _refuse_what_is_no_file(path, name)
        with path.open("rb") as file:
            image = _opened(file, name, _formats())
            return _as_png(_plain(image, name))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PictureError(f"{name} can't be read ({reason}); check the file and try again.") from error


@lru_cache(maxsize=32)
def _pixels(source: str, png: bytes, longest: int) -> Bytes:
    image = _carried_picture(png) if source == "own" else _builtin(source)
    pixels = np.array(_reduced(image, longest))
    pixels.flags.writeable = False  # shared by everybody who asks for it
    return pixels


def _builtin(source: str) -> Image.Image:
    if source not in _FILES:
        raise PictureError(f"There is no picture named '{source}'; choose one of {', '.join(_FILES)}.")
    stored = files("skimage").joinpath("data", _FILES[source]).read_bytes()
    return _opened(BytesIO(stored), f"'{source}'", _FORMATS).convert("RGB")


def _carried_picture(png: bytes) -> Image.Image:
    if not png:
        raise PictureError("No picture has been loaded; load one or choose one of the others.")
    return _opened(BytesIO(png), "The experiment's own picture", ("PNG",)).convert("RGB")


def _positions(height: int, width: int) -> Doubles:
    return np.indices((height, width)).reshape(2, -1).T.astype(np.float64)


def _formats() -> tuple[str, ...]:
    """What may be opened. Pillow knows many more formats, most of them old and seldom looked after."""
    return _FORMATS + tuple(name for name in _OPTIONAL_FORMATS if features.check(name.lower()))


def _refuse_what_is_no_file(path: Path, name: str) -> None:
    """Looks before anything is opened: opening a named pipe would wait for ever."""
    if not path.exists():
        raise PictureError(f"{name} is not there; check its name and folder.")
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise PictureError(f"{name} is a folder; choose a picture in it.")
    if not stat.S_ISREG(status.st_mode):
        raise PictureError(f"{name} is not an ordinary file; choose a picture file.")
    if status.st_size == 0:
        raise PictureError(f"{name} is empty; choose another file.")


def _opened(file: IO[bytes], name: str, formats: tuple[str, ...]) -> Image.Image:
    """The first frame, decoded; refused from its header where it is too large."""
    with warnings.catch_warnings():
        # Pillow warns of odd metadata, and of sizes that are refused here by a limit of our own.
        warnings.simplefilter("ignore")
        try:
            image = Image.open(file, formats=formats)
        except Image.DecompressionBombError as error:
            raise _too_large(name) from error
        except UnidentifiedImageError as error:
            raise PictureError(
                f"{name} is not a picture that can be opened; save it as PNG or JPEG."
            ) from error
        except Exception as error:
            raise _damaged(name) from error
        if image.width * image.height > MOST_PIXELS:
            raise _too_large(name)
        try:
            image.load()
        except Exception as error:  # decoders raise nearly anything for damaged data
            raise _damaged(name) from error
        return _upright(image)


def _too_large(name: str) -> PictureError:
    most = MOST_PIXELS // 1_000_000
    return PictureError(f"{name} has more than {most} megapixels; make it smaller and load it again.")


def _damaged(name: str) -> PictureError:
    return PictureError(f"{name} is damaged or incomplete; save or download it again.")


def _upright(image: Image.Image) -> Image.Image:
    """Turned as the camera was held. Pillow's own `exif_transpose` fails where other metadata is damaged."""
    try:
        orientation = image.getexif().get(ExifTags.Base.Orientation)
    except (SyntaxError, TypeError, ValueError, OSError, struct.error):
        return image  # damaged metadata is no reason to refuse a picture
    turn = _TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)


def _plain(image: Image.Image, name: str) -> Image.Image:
    """8-bit RGB of an upright picture of any mode, reduced to what an experiment carries."""
    profile = image.info.get("icc_profile")
    try:
        reduced = _reduced(_in_plain_mode(image), LONGEST_CARRIED)
        return _in_srgb(_in_eight_bits(reduced), profile)
    except (ValueError, MemoryError) as error:
        raise PictureError(f"{name} has colours of a rare kind; save it as PNG or JPEG.") from error


def _in_plain_mode(image: Image.Image) -> Image.Image:
    """The same picture without transparency and palette: grey, RGB, CMYK, or more than 8 bits of grey."""
    if _is_deep(image):
        return image
    if image.has_transparency_data:
        opaque = Image.new("RGBA", image.size, "white")
        opaque.alpha_composite(image.convert("RGBA"))
        return opaque.convert("RGB")
    return image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB")


def _is_deep(image: Image.Image) -> bool:
    return image.mode == "F" or image.mode.startswith("I")


def _reduced(image: Image.Image, longest: int) -> Image.Image:
    """Bilinear, which Pillow antialiases when it reduces: what the lecture's `imresize` did."""
    factor = longest / max(image.size)
    if factor >= 1:
        return image
    width, height = (max(1, round(side * factor)) for side in image.size)
    return image.resize((width, height), Image.Resampling.BILINEAR)


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """Deep grey (16 or 32 bits, decimals) scaled to 0..255, which `convert` clips; others as they are."""
    if not _is_deep(image):
        return image
    values = np.asarray(image, np.float64)
    known = values[np.isfinite(values)]
    full = 1.0 if image.mode == "F" else 65535.0
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, full)
    if low >= 0 and high <= full:
        low, high = 0.0, full
    # Beyond the usual range nobody knows what is black and white: from the darkest to the brightest.
    known_or_dark = np.where(np.isfinite(values), values, low)
    scaled = (known_or_dark - low) * (255 / ((high - low) or 1.0))
    return Image.fromarray(np.rint(scaled).astype(np.uint8))


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB by the colour profile that came with the picture, else by Pillow's plain conversion."""
    if profile:
        try:
            return _by_profile(image, profile)
        except (ImageCms.PyCMSError, OSError):  # damaged, or of another kind than the picture
            pass
    return image.convert("RGB")


def _by_profile(image: Image.Image, profile: bytes) -> Image.Image:
    source = ImageCms.ImageCmsProfile(BytesIO(profile))
    converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    assert converted is not None  # it is None only when converting in place
    return converted


def _as_png(image: Image.Image) -> bytes:
    """Made of the pixels alone: Pillow would otherwise write profile and resolution along."""
    written = BytesIO()
    Image.fromarray(np.asarray(image)).save(written, "PNG")
    return written.getvalue()
