"""What the network makes now: a curve or a painting, whichever it learns."""

from functools import cached_property
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from cadl_desktop.ui.painting.painting_switches import PaintingSwitches

if TYPE_CHECKING:
    from cadl_desktop.ui.painting.painting_view import PaintingView
    from cadl_desktop.ui.plots.curve_plot import CurvePlot


class OutputView(QStackedWidget):
    """Shows one of two views, each made when it is first wanted."""

    kind_shown = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Output"))
        self.switches = PaintingSwitches(self)
        self._grey_switches()

    @cached_property
    def curve(self) -> "CurvePlot":
        from cadl_desktop.ui.plots.curve_plot import CurvePlot

        made = CurvePlot(self)
        self.addWidget(made)
        return made

    @cached_property
    def painting(self) -> "PaintingView":
        from cadl_desktop.ui.painting.painting_view import PaintingView

        made = PaintingView(self, self.switches)
        self.addWidget(made)
        return made

    @property
    def shown(self) -> "CurvePlot | PaintingView | None":
        return cast("CurvePlot | PaintingView | None", self.currentWidget())

    @property
    def is_painting(self) -> bool:
        return self.shown is not None and self.shown is self.__dict__.get("painting")

    def show_kind(self, is_painting: bool) -> None:
        """Shows the painting's view or the curve's."""
        self.setCurrentWidget(self.painting if is_painting else self.curve)
        self._grey_switches()
        self.kind_shown.emit()

    def _grey_switches(self) -> None:
        for switch in (self.switches.larger, self.switches.outside):
            switch.setEnabled(self.is_painting)

    def copy_picture(self) -> None:
        """Copies what is shown to the clipboard."""
        if self.shown is not None:
            self.shown.copy_picture()

    def reset_zoom(self) -> None:
        """Shows everything of what is shown."""
        if self.shown is not None:
            self.shown.reset_zoom()
