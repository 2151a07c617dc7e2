"""Thumbnails: of datasets, computed on a thread of their own, and of presets, which come along as files."""

import logging
from collections.abc import Iterable
from pathlib import Path
from threading import Event, Thread
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from cadl_desktop.data.curves.curve_datasets import encode_points
from cadl_desktop.data.pictures.many_pictures import preview
from cadl_desktop.data.pictures.picture_dataset import thumbnail
from cadl_desktop.data.pictures.picture_reading import PictureError
from cadl_desktop.data.samples import DataError, samples_of
from cadl_desktop.experiment import Part
from cadl_desktop.experiment.check import check_part
from cadl_desktop.experiment.model import has_many_pictures
from cadl_desktop.resources import resource
from cadl_desktop.system.machine import lower_thread_priority
from cadl_desktop.ui.theme.theme import theme

LONGEST = 160

W = TypeVar("W")


class Loader(QObject, Generic[W]):
    """Loads items one after the other on a thread; subclasses define `load` and emit results.

    It has no Qt parent, as the thread may hold it longer than its widget exists. `stop` ends the thread after
    the item that is being loaded.
    """

    def __init__(self) -> None:
        super().__init__()
        self._stopped = Event()

    def ask(self, wanted: Iterable[W]) -> None:
        """Loads these items and abandons earlier ones."""
        self._stopped.set()
        self._stopped = Event()
        Thread(target=self._load_all, args=(list(wanted), self._stopped), name="thumbnails").start()

    def stop(self) -> None:
        self._stopped.set()

    def load(self, one: W) -> None:
        raise NotImplementedError

    def _load_all(self, wanted: list[W], stopped: Event) -> None:
        lower_thread_priority()
        for one in wanted:
            if stopped.is_set():
                return
            try:
                self.load(one)
            except RuntimeError:  # Qt was destroyed at the program's end
                return


def small_picture(data: Part, longest: int) -> NDArray[np.uint8]:
    """Thumbnail of a picture dataset, an array (height, width, 3). Raises PictureError."""
    return (preview if has_many_pictures(data) else thumbnail)(data, longest)


class Thumbnails(Loader[tuple[str, Part]]):
    """Thumbnails of picture datasets for the gallery, by key."""

    ready = Signal(str, object)  # key, uint8 array (height, width, 3), or None where it can't be read

    def load(self, one: tuple[str, Part]) -> None:
        key, data = one
        try:
            self.ready.emit(key, small_picture(data, LONGEST))
        except PictureError as error:
            logging.getLogger(__name__).info("no thumbnail of %s: %s", key, error)
            self.ready.emit(key, None)


Doubles = NDArray[np.float64]

_MOST = 61
_SHARE = 1 / 1.2
_SCATTERED = ((0, 0.3), (1, 0.75), (2, 0.6), (3, 0.9), (4, 0.35), (5, 0.5), (6, 0.1), (7, 0.25))
"""Points on the tile of a person's own points while there are none."""


def small_curve(data: Part) -> tuple[Doubles, Doubles | None]:
    """Points of a curve dataset, (n, 2), sorted by x and scaled to 0..1, and its true curve, (n, 2), or None.

    Raises DataError where the dataset can't be made.
    """
    settings = data.as_dict()
    if "observations" in settings:
        data = data.has(observations=min(_MOST, int(settings["observations"])))
    elif settings.get("points") == b"":
        data = data.has(points=encode_points(_SCATTERED))
    if problems := check_part("data", "dataset", data):
        raise DataError(problems[0].message)  # `samples_of` relies on checked data
    samples = samples_of(data)
    order = np.argsort(samples.inputs[:, 0], kind="stable")
    order = order[np.linspace(0, len(order) - 1, min(_MOST, len(order))).round().astype(int)]
    x = _from_0_to_1(samples.inputs[order, 0], float(samples.low[0]), float(samples.high[0]))
    edges = samples.target_low, samples.target_high
    points = np.column_stack([x, _from_0_to_1(samples.targets[order, 0], *edges)])
    if samples.truth is None:
        return points, None
    return points, np.column_stack([x, _from_0_to_1(samples.truth[order, 0], *edges)])


def paint_curve(
    painter: QPainter, frame: QRectF, points: Doubles, truth: Doubles | None, scale: float = 1.0
) -> None:
    """Paints the result of `small_curve` into a frame, with points and lines larger by `scale`."""
    shown = points if truth is None else points[::2]
    size = scale * (3.0 if truth is None else 2.0)
    painter.setPen(QPen(QColor(theme().points), size, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawPoints(_placed(shown, frame))
    if truth is not None:
        painter.setPen(QPen(QColor(theme().series), 2 * scale))
        painter.drawPolyline(_placed(truth, frame))


def _from_0_to_1(values: Doubles, low: float, high: float) -> Doubles:
    return (values - low) / (high - low) if high > low else np.full_like(values, 0.5)


def _placed(points: Doubles, frame: QRectF) -> QPolygonF:
    across = frame.left() + points[:, 0] * frame.width()
    down = frame.center().y() - (points[:, 1] - 0.5) * frame.height() * _SHARE
    return QPolygonF([QPointF(a, d) for a, d in zip(across.tolist(), down.tolist(), strict=True)])


def thumbnail_file(name: str, *, dark: bool) -> Path:
    """Path of a preset's thumbnail: one for a painting, one for each theme for a curve. It may not exist."""
    painting = resource("thumbnails", f"{name}.png")
    if painting.exists():
        return painting
    return resource("thumbnails", f"{name}-{'dark' if dark else 'light'}.png")
