"""Views of a network, rendered in the computing process: earlier moments and other gains in one call, other
parts of the plane in pieces short enough for training to continue in between."""

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
"""Target duration of a piece; none may block the process for more than 25 ms."""
COARSE_OPERATIONS = 1e9
"""Floating-point operations of the first, coarse picture: some 20 ms."""
PIXEL_OPERATIONS = 1e4
"""Operations that could be done in the time that placing, scaling and colouring a pixel takes."""
FINER = 3
"""Factor of the resolution between successive pictures."""


@dataclass(frozen=True, eq=False)
class RenderedNetwork:
    """Network with given weights: its output with PSNR or `fitted`, as in `Progressed`, and a small picture
    of every neuron."""

    prediction: Prediction
    psnr: float | None
    probed: Probed
    fitted: Prediction | None = None


def render_network(
    experiment: Experiment,
    weights: Sequence[Floats],
    step: int,
    gains: Gains = NO_GAINS,
    coarse: bool = False,
) -> RenderedNetwork:
    """Renders a network with weights and gains. With `coarse`, a large painting has only some rows and
    columns, no PSNR, and no gains."""
    from cadl_desktop import engine

    probed = engine.probe(experiment, weights, step, gains)
    if coarse:
        return RenderedNetwork(engine.glimpse(experiment, weights), None, probed)
    fitted = engine.fitted(experiment, weights, gains)
    return RenderedNetwork(*engine.render(experiment, weights, gains), probed, fitted)


def render_picture(
    experiment: Experiment, weights: Sequence[Floats], number: float, side: int, gains: Gains
) -> Floats:
    """Picture of a number among many, (side, side, 3); a fraction lies between two of them."""
    from cadl_desktop import engine

    bands = engine.render_rows(experiment, weights, WHOLE, side, side, gains=gains, picture=number)
    return np.concatenate(list(bands))


@dataclass(frozen=True)
class PictureRequest:
    """Part of the plane, and the number of its pixels."""

    frame: Frame
    height: int
    width: int


@dataclass(frozen=True)
class CurveRequest:
    """Part of the number line, and the number of its positions."""

    low: float
    high: float
    count: int


Wanted = PictureRequest | CurveRequest
Predict = Callable[..., Prediction]
RendererOf = Callable[[Experiment], Any]


@dataclass(frozen=True, eq=False)
class PaintedLayer:
    """Picture of a frame: `pixels` (height, width, 3) uint8. The `last` one has the requested resolution; of
    two layers the one of higher `density` belongs on top."""

    frame: Frame
    pixels: NDArray[np.uint8]
    last: bool

    @property
    def density(self) -> float:
        """Pixels per unit of the plane."""
        return float(self.pixels.shape[1] / self.frame.width)


@dataclass(frozen=True, eq=False)
class Curve:
    """Output of the network at `x` (n,), in the units of the dataset."""

    x: NDArray[np.float64]
    y: Prediction


@dataclass(frozen=True, eq=False)
class RenderedPiece:
    """Result of a piece of work: a complete layer or curve, or None while one is being made."""

    made: PaintedLayer | Curve | None
    done: bool
    seconds: float


class ViewRendering:
    """Rendering of a request with given weights. `go_on` is called in the computing process until it is
    done."""

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
            reductions(experiment, wanted, coarse_first) if isinstance(wanted, PictureRequest) else []
        )
        self._painting: Any = None
        self._bands: list[Floats] = []
        self._row = 0
        self._per_second = 0.0

    def go_on(self, predict: Predict, renderer_of: RendererOf) -> RenderedPiece:
        """Does the next piece. The arguments are the engine's `predict` and `Renderer`."""
        began = time.perf_counter()
        if isinstance(self.wanted, CurveRequest):
            made: PaintedLayer | Curve | None = self._curve(predict, self.wanted)
        else:
            made = self._paint_some(renderer_of, self.wanted)
        done = made is not None and not self._reductions
        return RenderedPiece(made, done, time.perf_counter() - began)

    def _curve(self, predict: Predict, wanted: CurveRequest) -> Curve:
        x = np.linspace(wanted.low, wanted.high, wanted.count)
        y = predict(self._experiment, self.weights, x[:, np.newaxis], self.gains)
        return Curve(x, y[:, 0])

    def _paint_some(self, renderer_of: RendererOf, wanted: PictureRequest) -> PaintedLayer | None:
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

    def _begin(self, renderer: Any, wanted: PictureRequest) -> None:
        reduction = self._reductions[0]
        self._painting = renderer.painting(
            self.weights,
            wanted.frame,
            max(1, wanted.height // reduction),
            max(1, wanted.width // reduction),
            self.gains,
            # A coarse picture must not wait for the network's compilation.
            compiled=reduction == 1 and renderer.compiles_quickly,
        )
        self._bands, self._row = [], 0

    def _rows_of_a_piece(self) -> int:
        pixels = self._per_second * PIECE_SECONDS or self._painting.pixels_at_once
        return max(1, int(pixels / self._painting.width))


def render_piece(rendering: ViewRendering) -> tuple[RenderedPiece, LocalObject]:
    """Does the next piece of a rendering; the rendering itself stays in this process."""
    from cadl_desktop import engine

    return rendering.go_on(engine.predict, engine.Renderer), LocalObject(rendering)


def reductions(experiment: Experiment, wanted: PictureRequest, coarse_first: bool) -> list[int]:
    """Reduction of each side for every picture of a rendering, as 8, 3, and at last 1."""
    reduction = 1
    if coarse_first:
        whole = operations_per_pixel(experiment) * wanted.height * wanted.width
        while whole / reduction**2 > COARSE_OPERATIONS and reduction < max(wanted.height, wanted.width):
            reduction *= 2
    found = [reduction]
    while found[-1] > 1:
        found.append(max(1, round(found[-1] / FINER)))
    return found


def limit_resolution(experiment: Experiment, wanted: PictureRequest, most: float) -> PictureRequest:
    """The request with its resolution reduced to at most so many floating-point operations."""
    whole = operations_per_pixel(experiment) * wanted.height * wanted.width
    share = min(1.0, math.sqrt(most / whole))
    height, width = (max(1, int(share * side)) for side in (wanted.height, wanted.width))
    return PictureRequest(wanted.frame, height, width)


def operations_per_pixel(experiment: Experiment) -> float:
    """Floating-point operations per pixel, its placing, scaling and colouring included."""
    return 2 * multiplications(experiment) + PIXEL_OPERATIONS


def _colours(painted: Floats) -> NDArray[np.uint8]:
    finite = np.nan_to_num(painted, nan=0.0, posinf=255.0, neginf=0.0)
    return (np.clip(finite, 0, 255) + np.float32(0.5)).astype(np.uint8)
