"""The small drawing of a curve dataset: some of its points, and the truth where that is known."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from cadl_desktop.experiment import Part
from cadl_desktop.experiment.check import check_part
from cadl_desktop.ui.theme.theme import theme

Doubles = NDArray[np.float64]

_MOST = 61
_SHARE = 1 / 1.2
_SCATTERED = ((0, 0.3), (1, 0.75), (2, 0.6), (3, 0.9), (4, 0.35), (5, 0.5), (6, 0.1), (7, 0.25))
"""Own points as long as there are none."""


def small_curve(data: Part) -> tuple[Doubles, Doubles | None]:
    """Points (n, 2) in the order of x, each axis from 0 to 1, and the truth (n, 2) over them or None.

    Raises DataError where the dataset can't be made.
    """
    from cadl_desktop.data.curves.curve_datasets import encode_points
    from cadl_desktop.data.samples import DataError, samples_of

    settings = data.as_dict()
    if "observations" in settings:
        data = data.has(observations=min(_MOST, int(settings["observations"])))
    elif settings.get("points") == b"":
        data = data.has(points=encode_points(_SCATTERED))
    if problems := check_part("data", "dataset", data):
        raise DataError(problems[0].message)  # which what makes samples relies on not to be there
    samples = samples_of(data)
    order = np.argsort(samples.inputs[:, 0], kind="stable")
    order = order[np.linspace(0, len(order) - 1, min(_MOST, len(order))).round().astype(int)]
    x = _from_0_to_1(samples.inputs[order, 0], float(samples.low[0]), float(samples.high[0]))
    edges = samples.target_low, samples.target_high
    points = np.column_stack([x, _from_0_to_1(samples.targets[order, 0], *edges)])
    if samples.truth is None:
        return points, None
    return points, np.column_stack([x, _from_0_to_1(samples.truth[order, 0], *edges)])


def paint_curve(painter: QPainter, frame: QRectF, points: Doubles, truth: Doubles | None) -> None:
    """Paints what `small_curve` gave."""
    shown = points if truth is None else points[::2]
    size = 3.0 if truth is None else 2.0
    painter.setPen(QPen(QColor(theme().points), size, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawPoints(_placed(shown, frame))
    if truth is not None:
        painter.setPen(QPen(QColor(theme().series), 2))
        painter.drawPolyline(_placed(truth, frame))


def _from_0_to_1(values: Doubles, low: float, high: float) -> Doubles:
    return (values - low) / (high - low) if high > low else np.full_like(values, 0.5)


def _placed(points: Doubles, frame: QRectF) -> QPolygonF:
    across = frame.left() + points[:, 0] * frame.width()
    down = frame.center().y() - (points[:, 1] - 0.5) * frame.height() * _SHARE
    return QPolygonF([QPointF(a, d) for a, d in zip(across.tolist(), down.tolist(), strict=True)])
