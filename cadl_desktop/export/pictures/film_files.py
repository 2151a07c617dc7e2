"""Writers of films, frame by frame: GIF, animated WebP and MP4."""

import os
import struct
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from shutil import which

import numpy as np
from numpy.typing import NDArray
from PIL import GifImagePlugin, Image

from cadl_desktop.export.job import raise_os_error
from cadl_desktop.export.pictures.picture_writers import xmp_with
from cadl_desktop.storage.atomic import FileError
from cadl_desktop.system.child_process import NO_WINDOW

Pixels = NDArray[np.uint8]
Colour = tuple[int, int, int]

_GIF_UNIT_MS = 10
"""Unit of a GIF's durations."""
_MOST_GIF_MS = 65_535 * _GIF_UNIT_MS
_LEAST_GIF_UNITS = 2
"""Shortest duration: browsers show a frame of one unit for ten."""
_MOST_PLAIN, _PLAIN_SHARE = 8, 0.01
"""Most colours of a GIF that are kept exactly, and the least share of the pixels that each of them has."""
_LEAST_DIFFERENCE = 8
_MOST_COUNTED = 16_384
"""Pixels that are sampled to find these and the other colours of the palette."""
_TOLERANCE = 1.2
"""Multiple of the squared error of a frame's best palette from which on the one before it is given up."""
_LAST_TOLERANCE = 1.05
"""The same for the last frame, which stays longest, so that its colours matter more than a change of them."""
_TURNS = np.array([[0, 2], [3, 1]])
"""Which of a pixel's four colours, the darkest first, is shown at each place of a square of pixels."""
_BRIGHTNESS = np.array([0.299, 0.587, 0.114])
_LOOP_FOREVER = b"!\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
_MACOS_FOLDERS = ("/opt/homebrew/bin", "/usr/local/bin", "/opt/local/bin")
"""Folders of macOS' package managers, on the PATH of a terminal but not on that of a program in the Dock."""
_COLOURS = "setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=tv"
"""Colour space tags of a film, without which players guess, and differ. Given as a filter, because untagged
input frames override ffmpeg's options."""


@dataclass(frozen=True, eq=False)
class Film:
    """Pictures (height, width, 3), and the number of frame periods (`beats`) that each is shown. WebP has
    `recipe` in it, if there is one."""

    height: int
    width: int
    pictures: Iterator[Pixels]
    beats: tuple[int, ...]
    beats_per_second: float
    quality: int = 90
    lossless: bool = False
    recipe: str = ""

    def end_times(self, unit: float) -> list[int]:
        """End of each picture since the start, in whole units of `unit` milliseconds."""
        each = 1000.0 / self.beats_per_second / unit
        return [round(float(end) * each) for end in np.cumsum(self.beats)]


def write_film_file(path: Path, film: Film) -> None:
    """Writes the format of the path's suffix, one of `ENDINGS`. Raises FileError if an encoder is missing."""
    _WRITERS[path.suffix.lower()](path, film)


def _gif(path: Path, film: Film) -> None:
    """Writes a GIF that loops for ever. A picture that would be shown too briefly is left out in favour of
    the next."""
    ends, palette = film.end_times(_GIF_UNIT_MS), _Palette()
    with path.open("wb") as file:
        file.write(b"GIF89a" + struct.pack("<HHBBB", film.width, film.height, 0x70, 0, 0))
        file.write(_LOOP_FOREVER)
        start = 0
        for pixels, end in zip(film.pictures, ends, strict=True):
            if end - start < _LEAST_GIF_UNITS and end < ends[-1]:
                continue
            duration = min(max(end - start, _LEAST_GIF_UNITS) * _GIF_UNIT_MS, _MOST_GIF_MS)
            image = palette.applied_to(pixels, _LAST_TOLERANCE if end == ends[-1] else _TOLERANCE)
            for block in GifImagePlugin.getdata(image, duration=duration, include_color_table=True):
                file.write(block)
            start = end
        file.write(b";")


class _Palette:
    """Colours of a GIF's frames. They are kept from frame to frame for as long as they suit, since other
    colours would make a picture flicker where nothing happens in it."""

    def __init__(self) -> None:
        self._colours: Image.Image | None = None

    def applied_to(self, pixels: Pixels, tolerance: float) -> Image.Image:
        """Frame with at most 256 colours, dithered; exact if it has no more. The colours are kept up to this
        multiple of the least squared error."""
        image = Image.fromarray(pixels)
        few = image.getcolors(256)
        if few is not None:
            return image.convert("P", palette=Image.Palette.ADAPTIVE, colors=len(few))
        sample = _sampled_colours(pixels)
        best = _suiting_colours(sample)
        if self._colours is None or _error(sample, self._colours) > tolerance * _error(sample, best):
            self._colours = best
        return _dithered(pixels, self._colours)


def _dithered(pixels: Pixels, palette: Image.Image) -> Image.Image:
    """Picture in a palette's colours, which are ordered by brightness; squares of 2 x 2 pixels have the right
    mean.

    A pixel depends on its own colour and place only (Knoll's pattern dithering). Where errors are passed on
    to neighbours, a slight change anywhere moves every dot below it.
    """
    colours = np.asarray(palette.getpalette(), np.uint8).reshape(-1, 3)
    missing = np.zeros(pixels.shape, np.int16)
    candidates = []
    for _ in range(_TURNS.size):
        wanted = np.clip(pixels + missing, 0, 255).astype(np.uint8)
        candidates.append(_nearest(wanted, palette))
        missing += pixels
        missing -= colours[candidates[-1]]
    by_brightness = np.sort(candidates, axis=0)
    dithered = np.empty_like(by_brightness[0])
    for (row, column), turn in np.ndenumerate(_TURNS):
        dithered[row::2, column::2] = by_brightness[turn, row::2, column::2]
    image = Image.fromarray(dithered).convert("P")
    image.putpalette(colours.tobytes())
    return image


def _nearest(pixels: Pixels, palette: Image.Image) -> Pixels:
    """Index of each pixel's nearest colour, (height, width)."""
    return np.asarray(Image.fromarray(pixels).quantize(palette=palette, dither=Image.Dither.NONE))


def _error(sample: Pixels, palette: Image.Image) -> float:
    """Mean squared distance of colours (n, 3) from the nearest ones of a palette."""
    colours = np.asarray(palette.getpalette(), np.float32).reshape(-1, 3)
    return float(np.square(colours[_nearest(sample[np.newaxis], palette)[0]] - sample).mean())


def _suiting_colours(sample: Pixels) -> Image.Image:
    """Palette of 256 colours for pixels (n, 3), the darkest first."""
    plain = _plain_colours(sample)
    # All pixels of a megapixel would take half a second, during which Pillow holds the interpreter lock.
    suiting = Image.fromarray(sample[np.newaxis]).quantize(256 - len(plain), Image.Quantize.MEDIANCUT)
    values = suiting.getpalette() or []
    others = [colour for colour in zip(*[iter(values)] * 3, strict=True) if _is_distinct(colour, plain)]
    colours = np.array([*plain, *others], np.uint8)
    palette = Image.new("P", (1, 1))
    palette.putpalette(colours[np.argsort(colours @ _BRIGHTNESS)].tobytes())
    return palette


def _sampled_colours(pixels: Pixels) -> Pixels:
    """Colours (n, 3) of pixels sampled evenly from a picture."""
    every = pixels.reshape(-1, 3)
    return np.ascontiguousarray(every[:: 1 + len(every) // _MOST_COUNTED])


def _plain_colours(sample: Pixels) -> list[Colour]:
    """Colours of large even areas, where a slight deviation would be visible."""
    colours, counts = np.unique(sample, axis=0, return_counts=True)
    found: list[Colour] = []
    for index in np.argsort(counts)[::-1][:_MOST_PLAIN]:
        red, green, blue = colours[index].tolist()
        if counts[index] > _PLAIN_SHARE * len(sample) and _is_distinct((red, green, blue), found):
            found.append((red, green, blue))
    return found


def _is_distinct(colour: Colour, others: Iterable[Colour]) -> bool:
    """Whether Pillow, which drops the last two bits of a channel, can tell a colour from all others."""
    return all(
        max(abs(a - b) for a, b in zip(colour, other, strict=True)) >= _LEAST_DIFFERENCE for other in others
    )


def _webp(path: Path, film: Film) -> None:
    durations = np.diff(film.end_times(1), prepend=0).tolist()
    options = {"quality": film.quality, "lossless": film.lossless, "method": 4, "xmp": xmp_with(film.recipe)}
    _Frames(film).save(path, "WEBP", save_all=True, duration=durations, loop=0, **options)


class _Frames(Image.Image):
    """Film in the form that Pillow saves: an image whose frames are made on demand, in order."""

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
    """Writes H.264 for all players: even sizes, chroma at half the resolution, BT.709 colours."""
    across, down = film.width % 2, film.height % 2
    source = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{film.width + across}x{film.height + down}"]
    source += ["-r", f"{film.beats_per_second:g}", "-i", "-"]
    target = ["-vf", f"scale=out_color_matrix=bt709:out_range=tv,{_COLOURS}", "-pix_fmt", "yuv420p"]
    target += ["-c:v", "libx264", "-crf", str(_crf(film.quality)), "-movflags", "+faststart"]
    command = [_ffmpeg(), "-loglevel", "error", "-y", *source, *target, str(path)]
    frames = _repeated(film)
    # ffmpeg starts when the first frame is there: killed without any, it would write an empty film.
    even = (_padded(pixels, down, across) for pixels in chain([next(frames)], frames))
    # Its messages are read on a thread: a file could not hold them on a full disk, and an unread pipe blocks.
    with (
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            creationflags=NO_WINDOW,
            restore_signals=False,  # SIGXFSZ stays ignored, so that a file size limit is reported as an error
        ) as process,
        ThreadPoolExecutor(1) as reader,
    ):
        assert process.stdin
        assert process.stderr
        messages = reader.submit(process.stderr.read)
        with suppress(BrokenPipeError), process.stdin:  # a broken pipe: ffmpeg has ended and reported why
            _send(process, even)
    if process.returncode:
        lines = messages.result().decode(errors="replace").strip().splitlines()
        raise_os_error("\n".join(lines))
        reason = lines[-1] if lines else f"code {process.returncode}"
        raise FileError(
            "ffmpeg could not write the film ({reason}); choose another size or place.", reason=reason
        )


def _padded(pixels: Pixels, down: int, across: int) -> Pixels:
    """Repeats the last row, the last column or both."""
    return np.pad(pixels, ((0, down), (0, across), (0, 0)), "edge")


def _send(process: "subprocess.Popen[bytes]", pictures: Iterable[Pixels]) -> None:
    assert process.stdin
    try:
        for pixels in pictures:
            process.stdin.write(pixels.tobytes())
            process.stdin.flush()  # else closing would flush after a kill, and hide the real error
    except BrokenPipeError:
        raise  # ffmpeg is about to end, and reports why
    except BaseException:
        process.kill()
        raise


def _ffmpeg() -> str:
    with suppress(ImportError, RuntimeError):
        from imageio_ffmpeg import get_ffmpeg_exe

        return str(get_ffmpeg_exe())
    of_system = _system_ffmpeg()
    if of_system is None:
        raise FileError(
            "A film as .mp4 needs ffmpeg, which is not installed; install it, or choose .gif or .webp."
        )
    return of_system


def _system_ffmpeg() -> str | None:
    """Path of the system's ffmpeg, None without one. Windows looks into the working folder first, which may
    be that of a stranger's project: such an ffmpeg isn't taken."""
    path = os.environ.get("PATH", os.defpath)
    if sys.platform == "darwin":
        path = os.pathsep.join((path, *_MACOS_FOLDERS))
    found = which("ffmpeg", path=path)
    return found if found and os.path.isabs(found) else None


def default_ending() -> str:
    """'.mp4' if it can be written: the same film is a tenth as large as a GIF, and takes half the time."""
    return ".mp4" if find_spec("imageio_ffmpeg") or _system_ffmpeg() else ".gif"


def _crf(quality: int) -> int:
    """x264's rate factor, 0 (lossless) to 51, for a quality from 1 to 100."""
    return round(51 * (1 - quality / 100) ** 0.55) if quality < 100 else 1


def _repeated(film: Film) -> Iterator[Pixels]:
    """Picture of each frame period."""
    for pixels, beats in zip(film.pictures, film.beats, strict=True):
        for _ in range(beats):
            yield pixels


_WRITERS: Mapping[str, Callable[[Path, Film], None]] = {".gif": _gif, ".webp": _webp, ".mp4": _mp4}
ENDINGS = tuple(_WRITERS)
