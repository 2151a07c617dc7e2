"""The settings of a layer that are seldom needed, in a small window that opens at its card."""

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QWidget

from cadl_desktop.experiment import Part
from cadl_desktop.experiment.catalog import Category
from cadl_desktop.sentences import filled
from cadl_desktop.ui.controls.forms import PartForm
from cadl_desktop.ui.controls.layouts import in_column
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.controls.undo_keys import is_redo
from cadl_desktop.ui.theme.theme import GRID

_WIDTH = 32 * GRID
ON_THE_CARD = frozenset(("units", "activation", "initialiser", "frozen"))


class LayerSettings(QFrame):
    """Applies at once, like every form; a click elsewhere or Escape closes it."""

    edited = Signal(str, object, object)  # label, Part, str | None
    undo_wanted = Signal()
    redo_wanted = Signal()

    def __init__(self, category: Category, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("panel", True)
        self._name = ""
        self._title = label("", "heading")
        self.form = PartForm(category, leave_out=ON_THE_CARD)
        self.form.edited.connect(self._form_edited)
        in_column(self._title, self.form, on=self, margins=(2 * GRID, GRID, 2 * GRID, 2 * GRID))

    def show_part(self, part: Part, name: str) -> None:
        self._name = name
        self._title.setText(name)
        self.setAccessibleName(filled(self.tr("{layer}: settings"), layer=name))
        self.form.show_part(part)
        if self.isVisible():
            self._fit()

    def open_below(self, anchor: QWidget) -> None:
        """Opens at a button, inside its screen, with the first control focused."""
        self._fit()
        self.move(self._place(anchor, self.size()))
        self.show()
        self.focusNextChild()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # While this is open, the main window's shortcuts don't hear the keys.
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo_wanted.emit()
        elif is_redo(event):
            self.redo_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _fit(self) -> None:
        self.setFixedWidth(_WIDTH)
        self.adjustSize()

    def _place(self, anchor: QWidget, size: QSize) -> QPoint:
        screen = anchor.screen().availableGeometry()
        wanted = anchor.mapToGlobal(QPoint(0, anchor.height() + GRID // 2))
        left = min(max(wanted.x(), screen.left()), screen.right() - size.width())
        above = anchor.mapToGlobal(QPoint(0, -size.height() - GRID // 2))
        fits = wanted.y() + size.height() <= screen.bottom()
        return QPoint(left, wanted.y() if fits else max(above.y(), screen.top()))

    @Slot(str, object, object)
    def _form_edited(self, label: str, part: Part, merge_key: str | None) -> None:
        self.edited.emit(f"{self._name}: {label}", part, merge_key)
