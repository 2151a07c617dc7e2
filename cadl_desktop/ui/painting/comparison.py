"""The switch that lays a divider over the painting, and what is to the right of it."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from cadl_desktop.ui.controls.looks import toggle
from cadl_desktop.ui.painting.images import Pixels, image_of
from cadl_desktop.ui.painting.pane import Pane
from cadl_desktop.ui.painting.swipe import Swipe
from cadl_desktop.ui.painting.view import View


class Comparison(QObject):
    """With the target, unless another painting of the same picture was given."""

    wanted = Signal()
    """A person wants to see it."""

    def __init__(self, pane: Pane, target_name: str, view: View) -> None:
        super().__init__(pane)
        self.swipe = Swipe(pane, view)
        text = "Lays a divider over the painting: right of it is the target, or another painting."
        self.switch = toggle("Swipe", text)
        self._target: tuple[Pixels | None, str] = (None, target_name)
        self._other: tuple[Pixels, str] | None = None
        self._is_painted = False
        self.switch.toggled.connect(self._show)
        self.switch.clicked.connect(self._tell)

    def show_target(self, target: Pixels) -> None:
        """Compares with another target."""
        self._target, self._other = (target, self._target[1]), None
        self._show()

    def compare_with(self, picture: Pixels | None, name: str) -> None:
        """Compares with a painting of another run, at once; None goes back to the target."""
        self._other = None if picture is None else (picture, name)
        if picture is not None and not self.switch.isChecked():
            self.switch.setChecked(True)
            self.wanted.emit()
        self._show()

    def set_painted(self, painted: bool) -> None:
        """Whether there is something to compare."""
        if painted != self._is_painted:
            self._is_painted = painted
            self._show()

    @Slot(bool)
    def _tell(self, on: bool) -> None:
        if on:
            self.wanted.emit()

    @Slot()
    def _show(self) -> None:
        pixels, name = self._other or self._target
        if pixels is None or not self._is_painted or not self.switch.isChecked():
            self.swipe.show_image(QImage())
        else:
            self.swipe.show_image(image_of(pixels), name, is_painting=self._other is not None)
