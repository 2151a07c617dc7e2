"""What the network makes now: a curve or a painting, whichever it learns."""

from PySide6.QtWidgets import QStackedWidget, QWidget

from cadl_desktop.ui.plots.curve_plot import CurvePlot
from cadl_desktop.ui.plots.painting_view import PaintingView


class OutputView(QStackedWidget):
    """Holds both views and shows one of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.curve, self.painting = CurvePlot(self), PaintingView(self)
        self.addWidget(self.curve)
        self.addWidget(self.painting)
        self.setAccessibleName(self.tr("Output"))

    @property
    def is_painting(self) -> bool:
        return self.currentWidget() is self.painting

    def show_kind(self, is_painting: bool) -> None:
        """Shows the painting's view or the curve's."""
        self.setCurrentWidget(self.painting if is_painting else self.curve)
