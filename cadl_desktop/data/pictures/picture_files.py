"""Opening picture files of any kind that is allowed, and refusing everything else in one plain sentence."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

from PIL import Image, UnidentifiedImageError, features

from cadl_desktop.data.foreign_files import foreign_kind, is_avif
from cadl_desktop.data.ordinary_files import no_ordinary_file, unreadable
from cadl_desktop.data.pictures.deep_tiffs import colour_page, image_of, is_tiff
from cadl_desktop.data.pictures.picture_colours import plain, upright
from cadl_desktop.data.samples import DataError
from cadl_desktop.sentences import said

MOST_PIXELS = 100_000_000
"""Of one frame."""
MOST_FRAMES = 1000
"""Of those that there are, so many can be chosen from."""
MOST_FILM_PIXELS = 2_000_000_000
"""An animation's frames build on one another, so a late one costs as much as all before it."""

_FORMATS = ("PNG", "JPEG", "GIF", "TIFF", "BMP", "PPM")
_OPTIONAL_FORMATS = ("WEBP", "AVIF")
_ENOUGH_TO_RECOGNISE = 1024

Source = str | os.PathLike[str] | bytes
"""A file, or what would be in one."""


class PictureError(DataError):
    """A picture that can't be read; the message is one plain sentence with the remedy."""


@dataclass(frozen=True, eq=False)
class PictureFrame:
    """One frame or page of a picture: upright, 8 bits a colour, sRGB, and RGBA where it is transparent."""

    image: Image.Image
    name: str
    number: int = 1
    """Counted from 1."""
    frames: int = 1
    """How many there are to choose from."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.image.size

    @property
    def transparent(self) -> bool:
        return self.image.mode == "RGBA"


def read_frame(source: Source, number: int = 1, name: str = "") -> PictureFrame:
    """One frame of a person's picture. Raises PictureError, which names the file.

    What is too large is refused from its header, before anything is decoded: every frame has its own.
    """
    with _opened(source, name) as (file, shown):
        return _frame(file, shown, number, _formats())


def read_png(png: bytes, name: str) -> Image.Image:
    """The picture in the bytes of a PNG file, as RGB. Raises PictureError."""
    return _frame(BytesIO(png), name, 1, ("PNG",)).image.convert("RGB")


@contextmanager
def _opened(source: Source, name: str) -> Iterator[tuple[IO[bytes], str]]:
    if isinstance(source, bytes):
        if not source:
            raise PictureError("{name} is empty; choose another picture.", name=name)
        yield BytesIO(source), name
        return
    path = Path(source)
    shown = name or f"'{path.name}'"
    try:
        if refusal := no_ordinary_file(path, shown, said("a picture")):
            raise PictureError(refusal)
        with path.open("rb") as file:
            yield file, shown
    except OSError as error:
        raise PictureError(unreadable(error, shown)) from error


def _formats() -> tuple[str, ...]:
    """What may be opened. Pillow knows many more formats, most of them old and seldom looked after."""
    return _FORMATS + tuple(name for name in _OPTIONAL_FORMATS if features.check(name.lower()))


def _frame(file: IO[bytes], name: str, number: int, formats: tuple[str, ...]) -> PictureFrame:
    with warnings.catch_warnings():
        # Pillow warns of odd metadata, and of sizes that are refused here by a limit of our own.
        warnings.simplefilter("ignore")
        image = _recognised(file, name, formats)
        _refuse_too_large(image, name)
        frames = _count(image)
        if not 1 <= number <= frames:
            raise PictureError(
                "{name} has no frame {number} to choose; take one from 1 to {frames}.",
                name=name,
                number=number,
                frames=frames,
            )
        try:
            if number > 1:
                image.seek(number - 1)
                _refuse_too_large(image, name)
            image.load()
        except PictureError:
            raise
        except Image.DecompressionBombError as error:
            raise _too_large(name) from error
        except Exception as error:  # decoders raise nearly anything for damaged data
            raise _damaged(name) from error
        _refuse_too_large(image, name)
        return PictureFrame(_converted(image, name), name, number, frames)


def _recognised(file: IO[bytes], name: str, formats: tuple[str, ...]) -> Image.Image:
    """The picture with nothing but its header read."""
    start = file.read(_ENOUGH_TO_RECOGNISE)
    file.seek(0)
    try:
        return Image.open(file, formats=formats)
    except Image.DecompressionBombError as error:
        raise _too_large(name) from error
    except UnidentifiedImageError as error:
        if is_avif(start) and "AVIF" in formats:
            raise _damaged(name) from error
        if is_tiff(start) and "TIFF" in formats:
            return _deep_colours(file, name)
        kind = foreign_kind(start)
        if kind is None:
            what = said("is not a picture that can be opened")
        else:
            what = said("is {kind}, which can't be opened", kind=kind)
        raise PictureError("{name} {what}; save it as PNG or JPEG.", name=name, what=what) from error
    except Exception as error:
        raise _damaged(name) from error


def _deep_colours(file: IO[bytes], name: str) -> Image.Image:
    """A TIFF that Pillow doesn't know, its first page decoded."""
    page = colour_page(file)
    if page is None:
        raise PictureError("{name} has colours of a rare kind; save it as PNG or JPEG.", name=name)
    try:
        if page.imagewidth * page.imagelength <= MOST_PIXELS:
            return image_of(page)
    except Exception as error:  # as decoders do for damaged data, whose sizes needn't be numbers
        raise _damaged(name) from error
    raise _too_large(name)


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


def _converted(image: Image.Image, name: str) -> Image.Image:
    try:
        return plain(upright(image))
    except (ValueError, MemoryError) as error:
        raise PictureError("{name} has colours of a rare kind; save it as PNG or JPEG.", name=name) from error


def _refuse_too_large(image: Image.Image, name: str) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise _too_large(name)


def _too_large(name: str) -> PictureError:
    most = MOST_PIXELS // 1_000_000
    return PictureError(
        "{name} has more than {most} megapixels; make it smaller and load it again.", name=name, most=most
    )


def _damaged(name: str) -> PictureError:
    return PictureError("{name} is damaged or incomplete; save or download it again.", name=name)
