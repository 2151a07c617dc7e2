"""Shows the followed point in the network's drawing; a new point fills the layers one after the other."""

from PySide6.QtCore import QObject, QPointF, QTimer, Slot

from cadl_desktop.data.curves.curve_datasets import curve_positions
from cadl_desktop.data.samples import Samples
from cadl_desktop.session.session import Session
from cadl_desktop.session.views.followed_point import Place, PointProbe
from cadl_desktop.ui.network.scene import FollowedPoint
from cadl_desktop.ui.network.view import NetworkView
from cadl_desktop.ui.settings.settings_table import motion_allowed

_LAYER_MS = 45
"""Time between filling one layer and the next, so that the values are seen to pass through."""


class PointDrawing(QObject):
    """Passes the followed point of a session to one network view."""

    def __init__(self, point: PointProbe, session: Session, view: NetworkView) -> None:
        super().__init__(view)
        self._point, self._session, self._view = point, session, view
        self._filled_layers = 0
        self._timer = QTimer(self, interval=_LAYER_MS)
        self._timer.timeout.connect(self._fill_next_layer)
        point.changed.connect(self._show)

    @Slot()
    def _show(self) -> None:
        values, place, samples = self._point.values, self._point.place, self._session.samples
        if values is None or place is None or samples is None:
            self._filled_layers = 0
            self._timer.stop()
            self._view.show_point(None)
            return
        if not self._filled_layers:
            self._filled_layers = 1 if motion_allowed() else len(values)
            self._timer.start()
        at, held = _share_of_picture(samples, place), self._point.held
        texts = _texts(samples, place)
        self._view.show_point(FollowedPoint(values, texts, at, self._filled_layers, held))

    @Slot()
    def _fill_next_layer(self) -> None:
        self._filled_layers += 1
        self._show()
        if self._point.values is None or self._filled_layers >= len(self._point.values):
            self._timer.stop()


def _texts(samples: Samples, place: Place) -> list[str]:
    """Coordinates of a place as the drawing writes them; a date of a curve's x is a date."""
    numbers = [f"{number:.4g}".replace("-", "−") for number in place]
    x, _ = samples.columns
    return numbers if samples.picture_shape else [x.shown(place[0], lambda _: numbers[0])]


def _share_of_picture(samples: Samples, place: Place) -> QPointF:
    """Position of a place in the output's picture, 0 to 1 from the left and from the top."""
    if samples.picture_shape is None:
        positions = curve_positions(samples)
        low, high = float(positions[0, 0]), float(positions[-1, 0])
        return QPointF((place[0] - low) / ((high - low) or 1.0), 0.5)
    height, width = map(float, samples.high[:2])
    return QPointF((place[1] + 0.5) / width, (place[0] + 0.5) / height)
