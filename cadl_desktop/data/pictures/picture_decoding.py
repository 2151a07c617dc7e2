"""What is done with a picture file in the process that decodes; of pictures that come along, in any."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import IO

import numpy as np
from PIL import Image, UnidentifiedImageError

from cadl_desktop.data.foreign_files import foreign_kind, is_avif
from cadl_desktop.data.pictures.deep_tiffs import colour_page, image_of, is_tiff
from cadl_desktop.data.pictures.picture_colours import plain, upright
from cadl_desktop.data.pictures.webp_header import webp_canvas
from cadl_desktop.decoding.refusals import THE_FILE, RefusedError
from cadl_desktop.system.channel import Array

MOST_PIXELS = 100_000_000
"""Of one frame."""
MOST_SIDE = 2**18
"""Pixels: a thousand pictures of 256, one below the other, are the longest that are meant."""
MOST_FRAMES = 1000
"""Of those that there are, so many can be chosen from."""
MOST_FILM_PIXELS = 2_000_000_000
"""An animation's frames build on one another, so a late one costs as much as all before it."""

_ENOUGH_TO_RECOGNISE = 1024
_BYTES_AT_ONCE = 2**22


def decoded_picture(file: IO[bytes], number: int, formats: Sequence[str]) -> Iterator[tuple[str, Array]]:
    """One frame of a picture: its 'shape' (height, width, 3, or 4 where it is transparent), how many 'frames'
    there are to choose from, and its 'rows' from top to bottom, some at a time, (rows, width, 3 or 4).

    What is too large is refused from its header, before anything is decoded: every frame has its own. Raises
    RefusedError.
    """
    image, frames = frame_of(file, number, formats)
    colours = len(image.getbands())
    yield "shape", np.array([image.height, image.width, colours])
    yield "frames", np.array(frames)
    at_once = max(1, _BYTES_AT_ONCE // (image.width * colours))
    for top in range(0, image.height, at_once):
        bottom = min(top + at_once, image.height)
        yield "rows", np.asarray(image.crop((0, top, image.width, bottom)))


def frame_of(file: IO[bytes], number: int, formats: Sequence[str]) -> tuple[Image.Image, int]:
    """One frame, counted from 1: upright, 8 bits a colour, sRGB, and RGBA where it is transparent; and how
    many there are. Raises RefusedError."""
    with warnings.catch_warnings():
        # Pillow warns of odd metadata, and of sizes that are refused here by a limit of our own.
        warnings.simplefilter("ignore")
        image = _recognised(file, formats)
        _refuse_too_large(*image.size)
        frames = _count(image)
        if not 1 <= number <= frames:
            raise RefusedError(
                "{name} has no frame {number} to choose; take one from 1 to {frames}.",
                name=THE_FILE,
                number=number,
                frames=frames,
            )
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
        return _converted(image), frames


def _recognised(file: IO[bytes], formats: Sequence[str]) -> Image.Image:
    """The picture with nothing but its header read."""
    start = file.read(_ENOUGH_TO_RECOGNISE)
    file.seek(0)
    # Pillow makes room for the whole canvas of a WebP as it opens it.
    _refuse_too_large(*webp_canvas(start))
    try:
        return Image.open(file, formats=tuple(formats))
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except UnidentifiedImageError as error:
        if is_avif(start) and "AVIF" in formats:
            raise _damaged() from error
        if is_tiff(start) and "TIFF" in formats:
            return _deep_colours(file)
        kind = foreign_kind(start)
        what = "is not a picture that can be opened" if kind is None else f"is {kind}, which can't be opened"
        raise RefusedError("{name} {what}; save it as PNG or JPEG.", name=THE_FILE, what=what) from error
    except MemoryError:
        raise
    except Exception as error:
        raise _damaged() from error


def _deep_colours(file: IO[bytes]) -> Image.Image:
    """A TIFF that Pillow doesn't know, its first page decoded."""
    page = colour_page(file)
    if page is None:
        raise _rare_colours()
    try:
        if page.imagewidth * page.imagelength <= MOST_PIXELS:
            return image_of(page)
    except MemoryError:
        raise
    except Exception as error:  # as decoders do for damaged data, whose sizes needn't be numbers
        raise _damaged() from error
    raise _too_large()


def _count(image: Image.Image) -> int:
    """How many frames can be chosen from. Where they can't be counted the first is there all the same."""
    try:
        if image.format == "TIFF":
            return _count_pages(image)
        frames = int(getattr(image, "n_frames", 1))
    except Exception:
        return 1
    affordable = MOST_FILM_PIXELS // max(1, image.width * image.height)
    return max(1, min(frames, MOST_FRAMES, affordable))


def _count_pages(image: Image.Image) -> int:
    """Pages don't build on one another, but each has to be looked for: no further than is offered.

    One by one, as Pillow takes the last page for the one that was asked for. A damaged page ends them; the
    picture is at its first one afterwards.
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
        return plain(upright(image))
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
