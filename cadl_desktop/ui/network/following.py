"""Brings the point that is followed into the network's drawing, layer after layer when it comes anew."""

from PySide6.QtCore import QObject, QPointF, QTimer, Slot

from cadl_desktop.data.curves.curve_datasets import curve_positions
from cadl_desktop.data.samples import Samples
from cadl_desktop.session.session import Session
from cadl_desktop.session.views.followed_point import Place, PointProbe
from cadl_desktop.ui.network.point_marks import FollowedPoint
from cadl_desktop.ui.network.view import NetworkView
from cadl_desktop.ui.settings.remembered import motion_wanted

_LAYER_MS = 45
"""How long one layer is filled before the next, so that one sees it go through."""


class PointDrawing(QObject):
    """Draws one point in one view."""

    def __init__(self, point: PointProbe, session: Session, view: NetworkView) -> None:
        super().__init__(view)
        self._point, self._session, self._view = point, session, view
        self._reached = 0
        self._timer = QTimer(self, interval=_LAYER_MS)
        self._timer.timeout.connect(self._go_on)
        point.changed.connect(self._show)

    @Slot()
    def _show(self) -> None:
        values, place, samples = self._point.values, self._point.place, self._session.samples
        if values is None or place is None or samples is None:
            self._reached = 0
            self._timer.stop()
            self._view.show_point(None)
            return
        if not self._reached:
            self._reached = 1 if motion_wanted() else len(values)
            self._timer.start()
        at, held = _at(samples, place), self._point.held
        self._view.show_point(FollowedPoint(values, place, at, self._reached, held))

    @Slot()
    def _go_on(self) -> None:
        self._reached += 1
        self._show()
        if self._point.values is None or self._reached >= len(self._point.values):
            self._timer.stop()


def _at(samples: Samples, place: Place) -> QPointF:
    """Where a place lies in the output's picture, 0 to 1 from left and top."""
    if samples.picture_shape is None:
        positions = curve_positions(samples)
        low, high = float(positions[0, 0]), float(positions[-1, 0])
        return QPointF((place[0] - low) / ((high - low) or 1.0), 0.5)
    height, width = map(float, samples.high[:2])
    return QPointF((place[1] + 0.5) / width, (place[0] + 0.5) / height)
