"""Films into files, frame by frame: GIF, animated WebP and MP4."""

import struct
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import GifImagePlugin, Image

from cadl_desktop.export.refused_places import raise_refusal
from cadl_desktop.storage.atomic import FileError

Pixels = NDArray[np.uint8]
Colour = tuple[int, int, int]

_HUNDREDTH = 10
"""Milliseconds of a GIF's unit of time."""
_MOST_GIF_TIME = 65_535 * _HUNDREDTH
_SHORTEST = 2
"""Such units: what is to stay for one alone, browsers show for ten."""
_MOST_PLAIN, _PLAIN_SHARE = 8, 0.01
"""Colours of a GIF that are kept exactly, each of at least this share of the pixels."""
_TOLD_APART = 8
_MOST_COUNTED = 16_384
"""Pixels that are looked at for that, and for the other colours."""
_LOOP_FOREVER = b"!\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
_COLOURS = "setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=tv"
"""How a film says what its numbers mean: players guess otherwise, and not all of them the same. A filter, as
pictures that say nothing overrule what ffmpeg's options say."""


@dataclass(frozen=True, eq=False)
class Film:
    """`count` pictures, each (height, width, 3), and how many beats of a clock each of them stays."""

    height: int
    width: int
    pictures: Iterator[Pixels]
    beats: tuple[int, ...]
    beats_per_second: float
    quality: int = 90
    lossless: bool = False

    def ends(self, unit: float) -> list[int]:
        """When each picture ends, in whole units of so many milliseconds: rounded anew from the start each
        time, so that what is rounded off never adds up."""
        each = 1000.0 / self.beats_per_second / unit
        return [round(float(end) * each) for end in np.cumsum(self.beats)]


def write_film_file(path: Path, film: Film) -> None:
    """Writes the format of an ending of `ENDINGS`. Raises FileError where what writes it is missing."""
    _WRITERS[path.suffix.lower()](path, film)


def _gif(path: Path, film: Film) -> None:
    """Each picture with a palette of its own, dithered; it starts over for ever. What would go too soon is
    left out, and the next one comes in its place."""
    ends = film.ends(_HUNDREDTH)
    with path.open("wb") as file:
        file.write(b"GIF89a" + struct.pack("<HHBBB", film.width, film.height, 0x70, 0, 0))
        file.write(_LOOP_FOREVER)
        start = 0
        for pixels, end in zip(film.pictures, ends, strict=True):
            if end - start < _SHORTEST and end < ends[-1]:
                continue
            duration = min(max(end - start, _SHORTEST) * _HUNDREDTH, _MOST_GIF_TIME)
            image = with_palette(Image.fromarray(pixels))
            for block in GifImagePlugin.getdata(image, duration=duration, include_color_table=True):
                file.write(block)
            start = end
        file.write(b";")


def with_palette(image: Image.Image) -> Image.Image:
    """The same picture in the 256 colours that suit it best, dithered; exact where it has no more."""
    few = image.getcolors(256)
    if few is not None:
        return image.convert("P", palette=Image.Palette.ADAPTIVE, colors=len(few))
    some = _some_of(np.asarray(image))
    plain = _plain_colours(some)
    # Of all of a megapixel it would take half a second, in which nothing else gets Python's interpreter.
    suiting = Image.fromarray(some[None]).quantize(256 - len(plain), Image.Quantize.MEDIANCUT)
    values = suiting.getpalette() or []
    others = [colour for colour in zip(*[iter(values)] * 3, strict=True) if _is_far(colour, plain)]
    colours = Image.new("P", (1, 1))
    colours.putpalette([value for colour in (*plain, *others) for value in colour])
    return image.quantize(palette=colours, dither=Image.Dither.FLOYDSTEINBERG)


def _some_of(pixels: Pixels) -> Pixels:
    """Colours of pixels (n, 3), from everywhere in a picture."""
    every = pixels.reshape(-1, 3)
    return np.ascontiguousarray(every[:: 1 + len(every) // _MOST_COUNTED])


def _plain_colours(few: Pixels) -> list[Colour]:
    """The colours of large even areas: a white that is nearly white is seen at once."""
    colours, counts = np.unique(few, axis=0, return_counts=True)
    found: list[Colour] = []
    for index in np.argsort(counts)[::-1][:_MOST_PLAIN]:
        red, green, blue = colours[index].tolist()
        if counts[index] > _PLAIN_SHARE * len(few) and _is_far((red, green, blue), found):
            found.append((red, green, blue))
    return found


def _is_far(colour: Colour, from_all: Iterable[Colour]) -> bool:
    """Whether Pillow can tell a colour from each of others: it drops the last two bits of each."""
    return all(
        max(abs(a - b) for a, b in zip(colour, other, strict=True)) >= _TOLD_APART for other in from_all
    )


def _webp(path: Path, film: Film) -> None:
    durations = np.diff(film.ends(1), prepend=0).tolist()
    asked = {"quality": film.quality, "lossless": film.lossless, "method": 4}
    _Frames(film).save(path, "WEBP", save_all=True, duration=durations, loop=0, **asked)


class _Frames(Image.Image):
    """A film as Pillow saves one, whose pictures are made when they are asked for, in their order."""

    def __init__(self, film: Film) -> None:
        super().__init__()
        self._size, self._mode = (film.width, film.height), "RGB"
        self._pictures = film.pictures
        self._at = -1
        self.n_frames = len(film.beats)
        self.seek(0)

    def seek(self, frame: int) -> None:
        if frame > self._at:
            self._at = frame
            self.im = Image.fromarray(next(self._pictures)).im

    def tell(self) -> int:
        return self._at


def _mp4(path: Path, film: Film) -> None:
    """H.264 as every player wants it: even sizes, colours at half the resolution, and as BT.709 has them."""
    across, down = film.width % 2, film.height % 2
    taken = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{film.width + across}x{film.height + down}"]
    taken += ["-r", f"{film.beats_per_second:g}", "-i", "-"]
    given = ["-vf", f"scale=out_color_matrix=bt709:out_range=tv,{_COLOURS}", "-pix_fmt", "yuv420p"]
    given += ["-c:v", "libx264", "-crf", str(_crf(film.quality)), "-movflags", "+faststart"]
    command = [_ffmpeg(), "-loglevel", "error", "-y", *taken, *given, str(path)]
    beats = _on_every_beat(film)
    # Nothing is started before there is one: ffmpeg writes a film of none when this process is killed.
    even = (_grown(pixels, down, across) for pixels in chain([next(beats)], beats))
    # A file could not take what it says where the disk is full, and a pipe that nobody reads only some of it.
    with (
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            restore_signals=False,  # where files may not grow, it says so, and doesn't end by a signal
        ) as process,
        ThreadPoolExecutor(1) as listening,
    ):
        assert process.stdin
        assert process.stderr
        heard = listening.submit(process.stderr.read)
        with suppress(BrokenPipeError), process.stdin:  # a broken pipe: it has ended, and said why
            _feed(process, even)
    if process.returncode:
        lines = heard.result().decode(errors="replace").strip().splitlines()
        raise_refusal("\n".join(lines))
        reason = lines[-1] if lines else f"code {process.returncode}"
        raise FileError(
            "ffmpeg could not write the film ({reason}); choose another size or place.", reason=reason
        )


def _grown(pixels: Pixels, down: int, across: int) -> Pixels:
    """With the last row, the last column or both once more."""
    return np.pad(pixels, ((0, down), (0, across), (0, 0)), "edge")


def _feed(process: "subprocess.Popen[bytes]", pictures: Iterable[Pixels]) -> None:
    assert process.stdin
    try:
        for pixels in pictures:
            process.stdin.write(pixels.tobytes())
            process.stdin.flush()  # closing it after a kill would, and raise in place of what led to the kill
    except BrokenPipeError:
        raise  # it is about to end, and still says why
    except BaseException:
        process.kill()
        raise


def _ffmpeg() -> str:
    try:
        from imageio_ffmpeg import get_ffmpeg_exe

        return str(get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        raise FileError(
            "A film as .mp4 needs ffmpeg, which is not installed; install it with 'pip install "
            "cadl-desktop[film]', or choose .gif or .webp."
        ) from None


def default_ending() -> str:
    """MP4 where it can be written: of the same film it is a tenth as large as a GIF, in half the time."""
    return ".mp4" if find_spec("imageio_ffmpeg") else ".gif"


def _crf(quality: int) -> int:
    """x264's measure of what is lost, 0 nothing to 51, of a quality from 1 to 100."""
    return round(51 * (1 - quality / 100) ** 0.55) if quality < 100 else 1


def _on_every_beat(film: Film) -> Iterator[Pixels]:
    for pixels, beats in zip(film.pictures, film.beats, strict=True):
        for _ in range(beats):
            yield pixels


_WRITERS: Mapping[str, Callable[[Path, Film], None]] = {".gif": _gif, ".webp": _webp, ".mp4": _mp4}
ENDINGS = tuple(_WRITERS)
