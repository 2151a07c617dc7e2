"""View of the network's output: a curve or a painting."""

from collections.abc import Callable
from functools import cached_property

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from cadl_desktop.ui.controls.layouts import in_column, in_row, wide
from cadl_desktop.ui.controls.looks import hint_label, label, set_plot_background
from cadl_desktop.ui.painting.painting_switches import PaintingSwitches
from cadl_desktop.ui.painting.painting_view import PaintingView
from cadl_desktop.ui.plots.curve_errors import CurveErrors
from cadl_desktop.ui.plots.curve_plot import CurvePlot
from cadl_desktop.ui.plots.residual_strip import ResidualStrip
from cadl_desktop.ui.theme.theme import GRID


class OutputView(QStackedWidget):
    """Stack of curve and painting views, each created on first use; until then a note that data are being
    read. `make_sign` creates the widget beside each view's name."""

    kind_shown = Signal()

    def __init__(
        self, make_sign: Callable[[], QWidget | None] = lambda: None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._make_sign = make_sign
        self.shown: CurvePlot | PaintingView | None = None
        self._is_painting = False
        self.setAccessibleName("Output")
        waiting = hint_label("Reading the data…")
        set_plot_background(waiting)
        self.addWidget(waiting)
        self.switches = PaintingSwitches(self)
        self._grey_switches()

    @cached_property
    def curve(self) -> CurvePlot:
        made = CurvePlot(self)
        page, name, sign = QWidget(), label(made.accessibleName(), "heading"), self._make_sign()
        signs = [sign] if sign else []
        head = in_row(name, *signs, wide(self.errors), apart=GRID, margins=(GRID, 6, GRID, 0))
        in_column(head, wide(made), on=page, apart=0)
        set_plot_background(page)
        self.addWidget(page)
        return made

    @cached_property
    def residuals(self) -> ResidualStrip:
        return ResidualStrip(self.curve)

    @cached_property
    def errors(self) -> CurveErrors:
        return CurveErrors()

    @cached_property
    def painting(self) -> PaintingView:
        made = PaintingView(self, self.switches, self._make_sign())
        self.addWidget(made)
        return made

    @property
    def is_painting(self) -> bool:
        return self._is_painting

    def show_kind(self, is_painting: bool) -> None:
        """Shows the view of the painting or the curve."""
        self._is_painting = is_painting
        self.shown = self.painting if is_painting else self.curve
        page = self.shown if is_painting else self.shown.parentWidget()
        if page is not None and page is not self.currentWidget():
            self.setCurrentWidget(page)
        self.setAccessibleName("Painting" if is_painting else "Curve")
        self._grey_switches()
        self.kind_shown.emit()

    def copy_picture(self) -> None:
        if self.shown is not None:
            self.shown.copy_picture()

    def reset_zoom(self) -> None:
        if self.shown is not None:
            self.shown.reset_zoom()

    def show_tools(self, on: bool) -> None:
        """Shows or hides the drawing tools on the canvas."""
        if self.is_painting:
            self.painting.tools.setVisible(on)

    def _grey_switches(self) -> None:
        for switch in (self.switches.larger, self.switches.outside):
            switch.setEnabled(self.is_painting)
