"""How often the picture is magnified, and buttons to look closer, from further away, or at all of it."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QToolButton, QWidget

from cadl_desktop.ui.controls.action import Action, show_on
from cadl_desktop.ui.controls.layouts import in_row
from cadl_desktop.ui.controls.looks import small_label
from cadl_desktop.ui.painting.pane import ZOOM_STEP
from cadl_desktop.ui.painting.view import View


class ZoomBar(QWidget):
    """Follows a view and moves it."""

    def __init__(self, view: View, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self.text = small_label()
        self.text.setAccessibleName("Zoom")
        self.text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.text.setMinimumWidth(self.text.fontMetrics().horizontalAdvance("0,000×"))
        self.out = self._button(Action("Zoom out", self._go_out, tip="Shows more (−).", icon="minus"))
        self.closer = self._button(
            Action("Zoom in", self._go_in, tip="Shows less, and larger (+).", icon="plus")
        )
        text = "Shows the whole picture, as large as there is room for (Home, or a double click)."
        self.fit = self._button(Action("Fit", view.reset, tip=text, icon="zoom-reset"))
        in_row(self.text, self.out, self.closer, self.fit, on=self, apart=0)
        view.changed.connect(self._show)
        self._show()

    def _button(self, action: Action) -> QToolButton:
        button = QToolButton(self)
        show_on(button, action)
        return button

    @Slot()
    def _show(self) -> None:
        self.text.setText(f"{zoom_text(self._view.zoom)}×")

    @Slot()
    def _go_out(self) -> None:
        self._view.magnify(1 / ZOOM_STEP, self._view.centre)

    @Slot()
    def _go_in(self) -> None:
        self._view.magnify(ZOOM_STEP, self._view.centre)


def zoom_text(zoom: float) -> str:
    """A magnification in two figures: 0.13, 1, 2.4, 98, 1,024."""
    decimals = 0 if zoom >= 9.95 else 1 if zoom >= 0.995 else 2
    return f"{zoom:,.{decimals}f}".removesuffix(".0")
