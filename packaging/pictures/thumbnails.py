"""Makes the start page's pictures anew, by training every preset, in resources/thumbnails.

Run it with the project's environment: .venv/bin/python packaging/pictures/thumbnails.py [PRESET ...]

A painting is one file, rendered finer than its target; where pixels are hidden, its left half shows what is
seen of the target. A curve is drawn in both themes.
"""

import os
import sys
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(CHECKOUT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter, QPen, QPolygonF

from cadl_desktop.data.curves.curve_datasets import curve_positions
from cadl_desktop.data.samples import Samples, samples_of
from cadl_desktop.engine import predict, render, train
from cadl_desktop.experiment import Experiment, preset_names
from cadl_desktop.runs.events import Finished, Floats, RunState
from cadl_desktop.ui.intake.examples import example
from cadl_desktop.ui.theme.theme import DARK, LIGHT, Theme

FOLDER = CHECKOUT / "resources" / "thumbnails"
LONGEST = 224
"""Pixels along a painting's longer side."""
CURVE = (336, 224)
"""Pixels of a curve, two for each of the tile's at its usual size."""
SCALE = 2
HIDDEN = 96.0
"""The grey of a pixel that is hidden."""
_POINTS = 240
MOST_STEPS = 20_000
"""A person who tries a preset looks at it for less; one of 800,000 steps would take ten minutes."""


def trained(experiment: Experiment, samples: Samples) -> RunState:
    """The weights at the end of the preset's own training, or after the epoch of `MOST_STEPS`."""
    most = max(1, MOST_STEPS * experiment.batch_size // len(samples.inputs))
    epochs = min(most, experiment.stop.epochs or most)
    for event in train(replace(experiment, stop=replace(experiment.stop, epochs=epochs))):
        if isinstance(event, Finished):
            return event.state
    raise RuntimeError("a training ended without its last event")


def painting(experiment: Experiment, state: RunState, samples: Samples) -> QImage:
    """Painting of the network with as many pixels as the tile can show; a montage in its own pixels."""
    if samples.places is not None:
        return image_of(render(experiment, state.weights)[0])
    height, width = samples.picture_shape or (1, 1)
    scale = LONGEST / max(height, width)
    rows, columns = round(height * scale), round(width * scale)
    # The same frame as the samples': from half a pixel before the first to half a pixel after the last.
    down = (np.arange(rows) + 0.5) / scale - 0.5
    across = (np.arange(columns) + 0.5) / scale - 0.5
    places = np.stack(np.meshgrid(down, across, indexing="ij"), axis=-1).reshape(-1, 2)
    colours = predict(experiment, state.weights, places).reshape(rows, columns, 3)
    if samples.hidden is not None:
        seen = np.where(samples.hidden[:, None], HIDDEN, samples.targets).reshape(height, width, 3)
        near = np.ix_(np.rint(down).astype(int), np.rint(across[: columns // 2]).astype(int))
        colours[:, : columns // 2] = seen[near]
    return image_of(colours)


def image_of(colours: Floats) -> QImage:
    pixels: NDArray[np.uint8] = np.ascontiguousarray(np.clip(np.rint(colours), 0, 255).astype(np.uint8))
    rows, columns = pixels.shape[:2]
    image = QImage(pixels.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888)
    return image.copy()  # which outlives the array


def curve(samples: Samples, positions: NDArray[np.float64], fit: Floats, colours: Theme) -> QImage:
    """Points, truth and fit in a theme's colours, as the curve plot draws them."""
    image = QImage(*CURVE, QImage.Format.Format_RGB32)
    image.fill(QColor(colours.plot_background))
    frame = QRectF(image.rect()).adjusted(8 * SCALE, 6 * SCALE, -8 * SCALE, -6 * SCALE)
    place = _Placed(frame, samples)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    faint = QColor(colours.points)
    faint.setAlphaF(0.55)
    every = max(1, len(samples.inputs) // _POINTS)
    painter.setPen(QPen(faint, 1.5 * SCALE, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawPoints(place.points(samples.inputs[::every, 0], samples.targets[::every, 0]))
    if samples.truth is not None:
        order = np.argsort(samples.inputs[:, 0])
        painter.setPen(QPen(QColor(colours.truth), 1 * SCALE, Qt.PenStyle.DashLine))
        painter.drawPolyline(place.points(samples.inputs[order, 0], samples.truth[order, 0]))
    inside = (positions[:, 0] >= samples.low[0]) & (positions[:, 0] <= samples.high[0])
    painter.setPen(QPen(QColor(colours.series), 2 * SCALE))
    painter.drawPolyline(place.points(positions[inside, 0], fit[inside]))
    painter.end()
    return image


class _Placed:
    """From a curve's own units to pixels."""

    def __init__(self, frame: QRectF, samples: Samples) -> None:
        self._frame = frame
        self._left, self._right = float(samples.low[0]), float(samples.high[0])
        self._low, self._high = float(samples.targets.min()), float(samples.targets.max())

    def points(self, x: NDArray[np.floating], y: NDArray[np.floating]) -> QPolygonF:
        frame = self._frame
        across = frame.left() + (x - self._left) / (self._right - self._left) * frame.width()
        down = frame.bottom() - (y - self._low) / (self._high - self._low) * frame.height()
        return QPolygonF([QPointF(float(a), float(d)) for a, d in zip(across, down, strict=True)])


def make(name: str) -> None:
    experiment = example(name)
    began = time.monotonic()
    samples = samples_of(experiment.data)
    state = trained(experiment, samples)
    if samples.picture_shape is not None:
        files = {f"{name}.png": painting(experiment, state, samples)}
    else:
        positions = curve_positions(samples)
        fit = predict(experiment, state.weights, positions)[:, 0]
        files = {
            f"{name}-light.png": curve(samples, positions, fit, LIGHT),
            f"{name}-dark.png": curve(samples, positions, fit, DARK),
        }
    for file, image in files.items():
        image.save(str(FOLDER / file))
    print(f"{name}: {', '.join(files)} after {time.monotonic() - began:.0f} s")


def main() -> None:
    app = QGuiApplication(sys.argv[:1])
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or preset_names():
        make(name)
    app.quit()


if __name__ == "__main__":
    main()
