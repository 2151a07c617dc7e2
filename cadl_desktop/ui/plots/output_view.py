"""What the network makes now: a curve or a painting, whichever it learns."""

from functools import cached_property

from PySide6.QtWidgets import QStackedWidget, QWidget

from cadl_desktop.ui.plots.curve_plot import CurvePlot
from cadl_desktop.ui.plots.painting_view import PaintingView


class OutputView(QStackedWidget):
    """Shows one of two views, each made when it is first wanted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Output"))

    @cached_property
    def curve(self) -> CurvePlot:
        made = CurvePlot(self)
        self.addWidget(made)
        return made

    @cached_property
    def painting(self) -> PaintingView:
        made = PaintingView(self)
        self.addWidget(made)
        return made

    @property
    def is_painting(self) -> bool:
        return isinstance(self.currentWidget(), PaintingView)

    def show_kind(self, is_painting: bool) -> None:
        """Shows the painting's view or the curve's."""
        self.setCurrentWidget(self.painting if is_painting else self.curve)

    def copy_picture(self) -> None:
        """Copies what is shown to the clipboard."""
        shown = self.currentWidget()
        if isinstance(shown, CurvePlot | PaintingView):
            shown.copy_picture()

    def reset_zoom(self) -> None:
        """Shows everything of what is shown."""
        shown = self.currentWidget()
        if isinstance(shown, CurvePlot | PaintingView):
            shown.reset_zoom()
