"""Decoding of picture files. Runs in the decoding process, except for shipped pictures."""

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import IO, Any

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError

from cadl_desktop.data.pictures.picture_colours import (
    GDAL_NODATA,
    flattened,
    no_data_number,
    scaled_image,
    to_eight_bit_colours,
    upright,
)
from cadl_desktop.data.pictures.picture_headers import is_avif, unsupported_kind, webp_canvas
from cadl_desktop.decoding.refusals import THE_FILE, RefusedError
from cadl_desktop.system.channel import Array

MOST_PIXELS = 100_000_000
"""Most pixels of one frame."""
MOST_SIDE = 2**18
"""Most pixels along a side, enough for a thousand pictures of 256, one below the other."""
MOST_FRAMES = 1000
"""Most frames that can be chosen from."""
MOST_FILM_PIXELS = 2_000_000_000
"""Most pixels in all frames of an animation up to the chosen one. Frames depend on earlier ones, so that a
late one costs as much as all before it."""

_ENOUGH_TO_RECOGNISE = 1024
_BYTES_AT_ONCE = 2**22
_TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_COLOURS, _MOST_CHANNELS = 3, 4


def decoded_picture(file: IO[bytes], number: int, formats: Sequence[str]) -> Iterator[tuple[str, Array]]:
    """Decodes one frame of a picture. Loaded by name, as 'picture' in `decoding/decoding_worker.py`.

    Yields its 'shape' (height, width, 3, or 4 where it is transparent), the number of 'frames' to choose
    from, and its 'rows' from top to bottom, some at a time, (rows, width, 3 or 4). A frame that is too large
    is refused by its own header, before it is decoded. Raises RefusedError.
    """
    image, frames = frame_of(file, number, formats)
    colours = len(image.getbands())
    yield "shape", np.array([image.height, image.width, colours])
    yield "frames", np.array(frames)
    at_once = max(1, _BYTES_AT_ONCE // (image.width * colours))
    for top in range(0, image.height, at_once):
        bottom = min(top + at_once, image.height)
        yield "rows", np.asarray(image.crop((0, top, image.width, bottom)))


def decoded_squares(
    file: IO[bytes], most: int, side: int, formats: Sequence[str]
) -> Iterator[tuple[str, Array]]:
    """Decodes the first `most` frames of a picture in one pass. Loaded by name, as 'squares' in
    `decoding/decoding_worker.py`.

    Yields the middle 'square' of each, on white and reduced to at most `side` pixels, (side, side, 3). Raises
    RefusedError.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        image, frames = _counted(file, formats)
        for number in range(1, min(frames, most) + 1):
            yield "square", np.asarray(middle_square(_frame(image, number), side))


def middle_square(image: Image.Image, side: int) -> Image.Image:
    """Returns an image's middle square on white, reduced to at most `side` pixels."""
    edge = min(image.size)
    left, top = (image.width - edge) // 2, (image.height - edge) // 2
    square = flattened(image.crop((left, top, left + edge, top + edge)), "#ffffff")
    return square if edge <= side else square.resize((side, side), Image.Resampling.BILINEAR)


def frame_of(file: IO[bytes], number: int, formats: Sequence[str]) -> tuple[Image.Image, int]:
    """Returns a frame, counted from 1, and the number of frames. It is upright, 8 bits a colour, sRGB, and
    RGBA where it is transparent. Raises RefusedError."""
    with warnings.catch_warnings():
        # Pillow warns of odd metadata, and of sizes that are refused here by our own limit.
        warnings.simplefilter("ignore")
        image, frames = _counted(file, formats)
        if not 1 <= number <= frames:
            raise RefusedError(
                "{name} has no frame {number} to choose; take one from 1 to {frames}.",
                name=THE_FILE,
                number=number,
                frames=frames,
            )
        return _frame(image, number), frames


def _counted(file: IO[bytes], formats: Sequence[str]) -> tuple[Image.Image, int]:
    """Opens a picture, and returns it with the number of frames that can be chosen."""
    image = _opened(file, formats)
    _refuse_too_large(*image.size)
    return image, _frame_count(image)


def _frame(image: Image.Image, number: int) -> Image.Image:
    """Decodes one frame of an opened picture."""
    try:
        if number > 1:
            image.seek(number - 1)
            _refuse_too_large(*image.size)
        image.load()
    except (RefusedError, MemoryError):
        raise
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except Exception as error:  # decoders raise nearly anything for damaged data
        raise _damaged() from error
    _refuse_too_large(*image.size)
    return _converted(image)


def _opened(file: IO[bytes], formats: Sequence[str]) -> Image.Image:
    """Opens a picture, reading only its header."""
    start = file.read(_ENOUGH_TO_RECOGNISE)
    file.seek(0)
    # Pillow allocates the whole canvas of a WebP when it opens the file.
    _refuse_too_large(*webp_canvas(start))
    try:
        return Image.open(file, formats=tuple(formats))
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except UnidentifiedImageError as error:
        if is_avif(start) and "AVIF" in formats:
            raise _damaged() from error
        if start.startswith(_TIFF_STARTS) and "TIFF" in formats:
            return _deep_tiff(file)
        kind = unsupported_kind(start)
        what = "is not a picture that can be opened" if kind is None else f"is {kind}, which can't be opened"
        raise RefusedError("{name} {what}; save it as PNG or JPEG.", name=THE_FILE, what=what) from error
    except MemoryError:
        raise
    except Exception as error:
        raise _damaged() from error


def _deep_tiff(file: IO[bytes]) -> Image.Image:
    """Decodes the first page of a TIFF that Pillow doesn't know."""
    page = _colour_page(file)
    if page is None:
        raise _rare_colours()
    try:
        if page.imagewidth * page.imagelength <= MOST_PIXELS:
            return _page_image(page)
    except (RefusedError, MemoryError):
        raise
    except Exception as error:  # damaged data, in which even sizes may not be numbers
        raise _damaged() from error
    raise _too_large()


def _frame_count(image: Image.Image) -> int:
    """Returns how many frames can be chosen from; 1 where they can't be counted."""
    try:
        if image.format == "TIFF":
            return _page_count(image)
        frames = int(getattr(image, "n_frames", 1))
    except Exception:
        return 1
    affordable = MOST_FILM_PIXELS // max(1, image.width * image.height)
    return max(1, min(frames, MOST_FRAMES, affordable))


def _page_count(image: Image.Image) -> int:
    """Returns how many pages can be chosen from, up to `MOST_FRAMES`. Unlike frames they are independent.

    Pages are visited one by one, since Pillow returns the last page where a later one is requested. A damaged
    page ends the count. The image is at its first page afterwards.
    """
    pages = 1
    with suppress(Exception):
        while pages < MOST_FRAMES:
            image.seek(pages)
            pages += 1
    image.seek(0)
    return pages


def _converted(image: Image.Image) -> Image.Image:
    try:
        tags = getattr(image, "tag_v2", {})  # of a TIFF
        return to_eight_bit_colours(upright(image), no_data_number(tags.get(GDAL_NODATA)))
    except ValueError as error:
        raise _rare_colours() from error


def _refuse_too_large(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise _too_large()
    if max(width, height) > MOST_SIDE:
        raise RefusedError(
            "{name} is more than {most:,} pixels long; make it smaller and load it again.",
            name=THE_FILE,
            most=MOST_SIDE,
        )


def _too_large() -> RefusedError:
    most = MOST_PIXELS // 1_000_000
    return RefusedError(
        "{name} has more than {most} megapixels; make it smaller and load it again.", name=THE_FILE, most=most
    )


def _damaged() -> RefusedError:
    return RefusedError("{name} is damaged or incomplete; save or download it again.", name=THE_FILE)


def _rare_colours() -> RefusedError:
    return RefusedError("{name} has colours of a rare kind; save it as PNG or JPEG.", name=THE_FILE)


def _colour_page(file: IO[bytes]) -> Any | None:
    """Returns tifffile's header of the first page where its samples are colours; else None. Such TIFFs have
    more than 8 bits or decimals, which Pillow doesn't know."""
    import tifffile

    # tifffile logs damaged files to the terminal; the person gets a sentence instead.
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


def _page_image(page: Any) -> Image.Image:
    """Returns the page's pixels with 8 bits a colour, scaled and never clipped, without its transparency, but
    clear where they are no numbers.

    Raises whatever tifffile does for damaged pages and unknown compressions.
    """
    import tifffile

    values = page.asarray()
    if page.planarconfig == tifffile.PLANARCONFIG.SEPARATE:
        values = np.moveaxis(values, 0, -1)
    full = 1.0 if values.dtype.kind == "f" else float(np.iinfo(values.dtype).max)
    tag = page.tags.get(GDAL_NODATA)
    image = scaled_image(values[..., :_COLOURS], full, no_data_number(tag and tag.value))
    orientation = page.tags.get("Orientation")
    if orientation is not None:
        image.getexif()[ExifTags.Base.Orientation] = int(orientation.value)
    return image
