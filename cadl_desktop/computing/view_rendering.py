"""What a person looks at, rendered where TensorFlow is: earlier moments and other gains at once, other parts
of the plane in pieces that are short enough for training to go on in between."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.frames import WHOLE, Frame
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.shapes import multiplications
from cadl_desktop.runs.events import Floats, Prediction, Probed
from cadl_desktop.runs.gains import NO_GAINS, Gains
from cadl_desktop.system.channel import LocalObject

PIECE_SECONDS = 0.018
"""How long a piece is meant to take; none may keep the worker longer than 25 ms."""
COARSE_ARITHMETIC = 1e9
"""Floating-point operations of the first, coarse picture: some 20 ms."""
PIXEL_ARITHMETIC = 1e4
"""As many more could be done while a pixel is placed, scaled and coloured."""
FINER = 3
"""By how much each picture is finer than the one before it."""


@dataclass(frozen=True, eq=False)
class RenderedNetwork:
    """What the network makes of weights: the output and its PSNR, and every neuron's small picture."""

    prediction: Prediction
    psnr: float | None
    probed: Probed


def render_network(
    experiment: Experiment,
    weights: Sequence[Floats],
    step: int,
    gains: Gains = NO_GAINS,
    coarse: bool = False,
) -> RenderedNetwork:
    """What weights make with gains. Of a large painting, where `coarse` will do, only some rows and columns
    and no PSNR, without gains."""
    from cadl_desktop import engine

    probed = engine.probe(experiment, weights, step, gains)
    if coarse:
        return RenderedNetwork(engine.glimpse(experiment, weights), None, probed)
    return RenderedNetwork(*engine.render(experiment, weights, gains), probed)


def render_picture(
    experiment: Experiment, weights: Sequence[Floats], number: float, side: int, gains: Gains
) -> Floats:
    """One of many pictures by its number, (side, side, 3), or what lies between two."""
    from cadl_desktop import engine

    bands = engine.render_rows(experiment, weights, WHOLE, side, side, gains=gains, picture=number)
    return np.concatenate(list(bands))


@dataclass(frozen=True)
class PictureWanted:
    """A part of the plane, on so many pixels."""

    frame: Frame
    height: int
    width: int


@dataclass(frozen=True)
class CurveWanted:
    """A part of the number line, at so many positions."""

    low: float
    high: float
    count: int


Wanted = PictureWanted | CurveWanted
Predict = Callable[..., Prediction]
RendererOf = Callable[[Experiment], Any]


@dataclass(frozen=True, eq=False)
class PaintedLayer:
    """What the network paints in a frame: `pixels` (height, width, 3) uint8. The `last` one has all the
    pixels that were wanted; of two, the one with more pixels per picture belongs on top."""

    frame: Frame
    pixels: NDArray[np.uint8]
    last: bool

    @property
    def density(self) -> float:
        return float(self.pixels.shape[1] / self.frame.width)


@dataclass(frozen=True, eq=False)
class Curve:
    """What the network makes of `x` (n,), in the dataset's own units."""

    x: NDArray[np.float64]
    y: Prediction


@dataclass(frozen=True, eq=False)
class RenderedPiece:
    """What a moment's work has come to: a whole layer or curve, or None as long as one is being made."""

    made: PaintedLayer | Curve | None
    done: bool
    seconds: float


class ViewRendering:
    """Something wanted of some weights. `go_on` is called where TensorFlow is until it is done."""

    def __init__(
        self,
        experiment: Experiment,
        weights: Sequence[Floats],
        gains: Gains,
        wanted: Wanted,
        coarse_first: bool,
    ) -> None:
        self.weights, self.gains, self.wanted = weights, gains, wanted
        self._experiment = experiment
        self._reductions = (
            reductions(experiment, wanted, coarse_first) if isinstance(wanted, PictureWanted) else []
        )
        self._painting: Any = None
        self._bands: list[Floats] = []
        self._row = 0
        self._per_second = 0.0

    def go_on(self, predict: Predict, renderer_of: RendererOf) -> RenderedPiece:
        """Works for a moment; the two are the engine's `predict` and `Renderer`."""
        began = time.perf_counter()
        if isinstance(self.wanted, CurveWanted):
            made: PaintedLayer | Curve | None = self._curve(predict, self.wanted)
        else:
            made = self._paint_some(renderer_of, self.wanted)
        done = made is not None and not self._reductions
        return RenderedPiece(made, done, time.perf_counter() - began)

    def _curve(self, predict: Predict, wanted: CurveWanted) -> Curve:
        x = np.linspace(wanted.low, wanted.high, wanted.count)
        y = predict(self._experiment, self.weights, x[:, np.newaxis], self.gains)
        return Curve(x, y[:, 0])

    def _paint_some(self, renderer_of: RendererOf, wanted: PictureWanted) -> PaintedLayer | None:
        if self._painting is None:
            self._begin(renderer_of(self._experiment), wanted)
        painting = self._painting
        end = min(painting.height, self._row + self._rows_of_a_piece())
        began = time.perf_counter()
        self._bands.append(painting.band(self._row, end))
        self._per_second = (end - self._row) * painting.width / (time.perf_counter() - began)
        self._row = end
        if end < painting.height:
            return None
        self._painting = None
        reduction = self._reductions.pop(0)
        return PaintedLayer(wanted.frame, _colours(np.concatenate(self._bands)), reduction == 1)

    def _begin(self, renderer: Any, wanted: PictureWanted) -> None:
        reduction = self._reductions[0]
        self._painting = renderer.painting(
            self.weights,
            wanted.frame,
            max(1, wanted.height // reduction),
            max(1, wanted.width // reduction),
            self.gains,
            # A coarse picture must not wait until the network has been compiled.
            compiled=reduction == 1 and renderer.compiles_quickly,
        )
        self._bands, self._row = [], 0

    def _rows_of_a_piece(self) -> int:
        pixels = self._per_second * PIECE_SECONDS or self._painting.pixels_at_once
        return max(1, int(pixels / self._painting.width))


def render_piece(rendering: ViewRendering) -> tuple[RenderedPiece, LocalObject]:
    """The next piece of a rendering, and the rendering itself, which stays here."""
    from cadl_desktop import engine

    return rendering.go_on(engine.predict, engine.Renderer), LocalObject(rendering)


def reductions(experiment: Experiment, wanted: PictureWanted, coarse_first: bool) -> list[int]:
    """Of how many pixels, each way, every picture of a rendering paints one: 8, 3 and in the end 1."""
    reduction = 1
    if coarse_first:
        whole = arithmetic(experiment) * wanted.height * wanted.width
        while whole / reduction**2 > COARSE_ARITHMETIC and reduction < max(wanted.height, wanted.width):
            reduction *= 2
    found = [reduction]
    while found[-1] > 1:
        found.append(max(1, round(found[-1] / FINER)))
    return found


def within_arithmetic(experiment: Experiment, wanted: PictureWanted, most: float) -> PictureWanted:
    """The same part of the plane, on no more pixels than so many floating-point operations paint."""
    whole = arithmetic(experiment) * wanted.height * wanted.width
    share = min(1.0, math.sqrt(most / whole))
    height, width = (max(1, int(share * side)) for side in (wanted.height, wanted.width))
    return PictureWanted(wanted.frame, height, width)


def arithmetic(experiment: Experiment) -> float:
    """What a pixel takes, as floating-point operations."""
    return 2 * multiplications(experiment) + PIXEL_ARITHMETIC


def _colours(painted: Floats) -> NDArray[np.uint8]:
    finite = np.nan_to_num(painted, nan=0.0, posinf=255.0, neginf=0.0)
    return (np.clip(finite, 0, 255) + np.float32(0.5)).astype(np.uint8)
