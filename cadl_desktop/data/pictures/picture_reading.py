"""Reading of picture files: allowed kinds are decoded in another process, others are refused."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from PIL import Image, features

from cadl_desktop.data.ordinary_files import path_problem, read_problem
from cadl_desktop.data.pictures.picture_decoding import MOST_FRAMES, MOST_PIXELS, frame_of
from cadl_desktop.data.pictures.picture_headers import png_header
from cadl_desktop.data.samples import DataError
from cadl_desktop.decoding.decoder import Take, UndecodableError, decoder
from cadl_desktop.decoding.refusals import RefusedError
from cadl_desktop.system.channel import Array

_FORMATS = ("PNG", "JPEG", "GIF", "TIFF", "BMP", "PPM")
_OPTIONAL_FORMATS = ("WEBP", "AVIF")
_TURNS = {
    1: Image.Transpose.ROTATE_270,  # Pillow counts against the clock
    2: Image.Transpose.ROTATE_180,
    3: Image.Transpose.ROTATE_90,
}
_MODES = {3: "RGB", 4: "RGBA"}
_MOST_BYTES = 4 * MOST_PIXELS + 1024
_DAMAGED = "{name} is damaged or incomplete; save or download it again."

_Made = TypeVar("_Made")
Source = str | os.PathLike[str] | bytes
"""Path of a file, or its content."""


class PictureError(DataError):
    """Error for a picture that can't be read; the message is one plain sentence with the remedy."""


@dataclass(frozen=True, eq=False)
class PictureFrame:
    """Frame or page of a picture: upright, 8 bits a colour, sRGB, and RGBA where it is transparent."""

    image: Image.Image
    name: str
    number: int = 1
    """Number of the frame, counted from 1."""
    frames: int = 1
    """Number of frames to choose from."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.image.size

    @property
    def transparent(self) -> bool:
        return self.image.mode == "RGBA"

    def turned(self, quarters: int) -> "PictureFrame":
        """Returns the frame turned clockwise by so many quarters of a full turn."""
        quarters %= 4
        return replace(self, image=self.image.transpose(_TURNS[quarters])) if quarters else self


def read_frame(source: Source, number: int = 1, name: str = "") -> PictureFrame:
    """Reads one frame of a person's picture, decoded in another process. Raises PictureError."""
    source, name = _readable(source, name)
    return _read(source, number, name, _formats())


def read_squares(source: Source, most: int, side: int) -> list[Image.Image]:
    """Reads the first `most` frames of a person's picture as their middle squares, RGB and at most `side`
    pixels wide, decoded in another process. Raises PictureError."""
    source, name = _readable(source, "The picture")
    squares: list[Image.Image] = []

    def receive(_: str, array: Array) -> None:
        edge = len(array)
        if len(squares) == most or edge > side or array.shape != (edge, edge, 3) or array.dtype != np.uint8:
            raise ValueError("no square of this size was requested")
        squares.append(Image.fromarray(array))

    values = {"most": most, "side": side, "formats": _formats()}
    return _decoded("squares", source, name, receive, values, lambda: squares)


def read_png(png: bytes, name: str) -> Image.Image:
    """Reads the bytes of a PNG file as RGB, decoded in another process. Raises PictureError, also where the
    decoded size differs from the header's, by which it was checked before."""
    image = _read(png, 1, name, ("PNG",)).image
    header = png_header(png)
    if header is None or header[:2] != image.size:
        raise PictureError(_DAMAGED, name=name)
    return image.convert("RGB")


def read_shipped(file: Traversable) -> Image.Image:
    """Reads a shipped picture as RGB, in this process, since its file is trusted."""
    with file.open("rb") as opened:
        return frame_of(opened, 1, _FORMATS)[0].convert("RGB")


def _readable(source: Source, name: str) -> tuple[Path | bytes, str]:
    """Returns a path or a content, and how sentences call it: a file by its name, unless one is given."""
    if not isinstance(source, bytes):
        path = Path(source)
        name = f"'{path.name}'"
        _refuse_unreadable(path, name)
        return path, name
    if not source:
        raise PictureError("{name} is empty; choose another picture.", name=name)
    return source, name


def _refuse_unreadable(path: Path, shown: str) -> None:
    try:
        if refusal := path_problem(path, shown, "a picture"):
            raise PictureError(refusal)
        with path.open("rb"):
            pass
    except OSError as error:
        raise PictureError(read_problem(error, shown)) from error


def _formats() -> tuple[str, ...]:
    """Returns the formats that may be opened. Pillow knows many more, most of them rarely maintained."""
    return _FORMATS + tuple(name for name in _OPTIONAL_FORMATS if features.check(name.lower()))


def _read(source: Path | bytes, number: int, name: str, formats: tuple[str, ...]) -> PictureFrame:
    receiver = _PictureReceiver()
    values = {"number": number, "formats": formats}
    return _decoded("picture", source, name, receiver.receive, values, lambda: receiver.frame(name, number))


def _decoded(
    what: str, source: Path | bytes, name: str, take: Take, values: dict[str, Any], made: Callable[[], _Made]
) -> _Made:
    """Decodes in another process, and returns what was `made` of the arrays that `take` got."""
    try:
        decoder.decode(what, source, take, _MOST_BYTES, values)
        return made()
    except RefusedError as refusal:
        raise PictureError(refusal.naming(name)) from refusal
    except (UndecodableError, KeyError, ValueError) as error:
        raise PictureError(_DAMAGED, name=name) from error


class _PictureReceiver:
    """Assembles what `decoded_picture` yields, row by row, so that a large picture is in memory only once.
    Raises ValueError for anything else."""

    def __init__(self) -> None:
        self._numbers: dict[str, Array] = {}
        self._image: Image.Image | None = None
        self._rows = 0

    def receive(self, name: str, array: Array) -> None:
        if name != "rows":
            self._numbers[name] = array
            return
        image = self._image = self._image or self._blank_image()
        if array.shape[1:] != (image.width, len(image.getbands())) or array.dtype != np.uint8:
            raise ValueError("rows have another size than the picture")
        image.paste(Image.fromarray(array), (0, self._rows))
        self._rows += len(array)

    def frame(self, name: str, number: int) -> PictureFrame:
        frames = self._numbers["frames"].item()
        if self._image is None or self._rows != self._image.height or not 1 <= frames <= MOST_FRAMES:
            raise ValueError("no whole picture came")
        return PictureFrame(self._image, name, number, frames)

    def _blank_image(self) -> Image.Image:
        height, width, colours = self._numbers["shape"].tolist()
        if not (height >= 1 and width >= 1 and height * width <= MOST_PIXELS and colours in _MODES):
            raise ValueError("a picture has no size that it may have")
        return Image.new(_MODES[colours], (width, height), None)
