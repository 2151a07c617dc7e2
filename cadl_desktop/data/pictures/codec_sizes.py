"""Bytes that JPEG and WebP take for a picture, to compare a network's with."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cadl_desktop.data.samples import as_pixels, samples_of
from cadl_desktop.data.scores import decibels, sample_groups
from cadl_desktop.data.subsets import split
from cadl_desktop.experiment.model import Experiment

FIRST_QUALITIES = (5, 15, 30, 50, 70, 85, 95)
"""Qualities that are always tried, as points of a plot."""
WORST, BEST = 1, 100
LOSSLESS_EFFORT = 90
"""Effort of lossless WebP, given in place of a quality. The greatest, 100, takes twenty times as long (18 s
for two million pixels), for files that are 0 to 0.3 % smaller."""
Options = dict[str, Any]


@dataclass(frozen=True, order=True)
class CodecPoint:
    """Size of a file, and the PSNR in dB of the picture in it; infinite for a lossless one."""

    bytes: int
    psnr: float


@dataclass(frozen=True)
class CodecSizes:
    """Sizes and PSNR that a codec reaches on a picture, compared with a network of some bytes and PSNR.

    `points` are files that are neither larger nor worse than another one, from small to large. `bytes` is the
    size of the smallest file with at least that PSNR, `psnr` the greatest PSNR of at most that many bytes;
    None where there is no such file.
    """

    points: tuple[CodecPoint, ...]
    bytes: int | None
    psnr: float | None


@dataclass(frozen=True)
class CodecComparison:
    """Sizes of an experiment's picture as JPEG (the better one of 4:2:0 and 4:4:4) and as WebP (lossy, or
    lossless where that is smaller)."""

    jpeg: CodecSizes
    webp: CodecSizes


def codec_comparison(
    experiment: Experiment, psnr: float, size: int
) -> Generator[None, None, CodecComparison]:
    """Compares JPEG and WebP with a network that paints an experiment's picture with this PSNR in this many
    bytes. Yields None after each file, and returns the result.

    The whole picture is written, also what is hidden from the network; the PSNR is that of the pixels which
    the network learns from. Raises `data.samples.DataError`.
    """
    samples = samples_of(experiment.data)
    pixels = as_pixels(samples.as_picture(samples.targets))
    seen = sample_groups(samples, split(experiment, samples)[1])[0].reshape(pixels.shape[:2])
    jpeg = yield from _sizes(pixels, seen, _jpeg_options(pixels), psnr, size)
    webp = yield from _sizes(pixels, seen, _WEBP_OPTIONS, psnr, size)
    return CodecComparison(jpeg, webp)


_WEBP_OPTIONS: list[Options] = [
    {"format": "WEBP", "method": 6},
    {"format": "WEBP", "method": 6, "lossless": True},
]


def _jpeg_options(pixels: NDArray[np.uint8]) -> list[Options]:
    sampled: list[Options] = (
        [{}] if _is_grey(pixels) else [{"subsampling": "4:2:0"}, {"subsampling": "4:4:4"}]
    )
    return [{"format": "JPEG", "optimize": True} | each for each in sampled]


def _is_grey(pixels: NDArray[np.uint8]) -> bool:
    return bool((pixels == pixels[..., :1]).all())


def _sizes(
    pixels: NDArray[np.uint8], seen: NDArray[np.bool_], variants: list[Options], psnr: float, size: int
) -> Generator[None, None, CodecSizes]:
    found: list[CodecPoint] = []
    for options in variants:
        for point in _files(_Encoder(pixels, seen, options), psnr, size):
            found.append(point)
            yield None
    return CodecSizes(
        points=tuple(_best(found)),
        bytes=min((point.bytes for point in found if point.psnr >= psnr), default=None),
        psnr=max((point.psnr for point in found if point.bytes <= size), default=None),
    )


def _best(found: list[CodecPoint]) -> Iterator[CodecPoint]:
    """Yields the files that are better than any smaller one."""
    reached = -np.inf
    for point in sorted(found, key=lambda point: (point.bytes, -point.psnr)):
        if point.psnr > reached:
            reached = point.psnr
            yield point


class _Encoder:
    """Writes a picture with one choice of options, and any quality."""

    def __init__(self, pixels: NDArray[np.uint8], seen: NDArray[np.bool_], options: Options) -> None:
        as_grey = options["format"] == "JPEG" and _is_grey(pixels)
        self._image = Image.fromarray(pixels[..., 0] if as_grey else pixels)
        self._pixels, self._seen, self._options = pixels, seen, options
        self.is_lossless = "lossless" in options

    def point(self, quality: int) -> CodecPoint:
        file = BytesIO()
        self._image.save(file, quality=quality, **self._options)
        with Image.open(file) as read:
            shown = np.asarray(read.convert("RGB"), np.float32)
        errors = np.square(shown[self._seen] - self._pixels[self._seen])
        return CodecPoint(len(file.getvalue()), decibels(float(errors.mean(dtype=np.float64))))


def _files(encoder: _Encoder, psnr: float, size: int) -> Iterator[CodecPoint]:
    """Yields files of the first qualities, then of those nearest to the wanted PSNR and to the wanted
    size."""
    if encoder.is_lossless:
        yield encoder.point(LOSSLESS_EFFORT)
        return
    tried: dict[int, CodecPoint] = {}
    for quality in FIRST_QUALITIES:
        tried[quality] = encoder.point(quality)
        yield tried[quality]
    yield from _bisected(encoder, tried, lambda point: point.psnr >= psnr)
    yield from _bisected(encoder, tried, lambda point: point.bytes > size)


def _bisected(
    encoder: _Encoder, tried: dict[int, CodecPoint], reaches: Callable[[CodecPoint], bool]
) -> Iterator[CodecPoint]:
    """Yields files up to the two neighbouring qualities of which only the better one reaches something."""
    low = max((quality for quality, point in tried.items() if not reaches(point)), default=WORST - 1)
    high = min((quality for quality, point in tried.items() if reaches(point)), default=BEST + 1)
    while high - low > 1:
        quality = (low + high) // 2
        tried[quality] = encoder.point(quality)
        yield tried[quality]
        low, high = (low, quality) if reaches(tried[quality]) else (quality, high)
