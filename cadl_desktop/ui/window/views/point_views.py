"""Tells the session's point what the mouse is at: a pixel of the painting, or an x of the curve."""

from PySide6.QtCore import QObject, Slot

from cadl_desktop.session.views.followed_point import PointProbe
from cadl_desktop.ui.plots.output_view import OutputView


class PointViews(QObject):
    """Stands between the views of the output, each made when it is first needed, and the point."""

    def __init__(self, point: PointProbe, output: OutputView) -> None:
        super().__init__(output)
        self._point, self._output = point, output
        self._attached: set[bool] = set()
        output.kind_shown.connect(self._attach)
        self._attach()

    @Slot()
    def _attach(self) -> None:
        shown, is_painting = self._output.shown, self._output.is_painting
        if shown is None or is_painting in self._attached:
            return
        self._attached.add(is_painting)
        if not is_painting:
            self._output.curve.canvas.mouse_moved.connect(self._look_at_curve)
            return
        for pane in self._output.painting.panes():
            pane.hovered.connect(self._point.look_at_pixel)
            pane.left.connect(self._point.leave)

    @Slot()
    def _look_at_curve(self) -> None:
        where = self._output.curve.canvas.under_mouse()
        self._point.look_at(None if where is None else (where.x(),))
