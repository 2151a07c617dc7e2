"""Which trial of a sweep is looked at, the same in every view of it."""

from PySide6.QtCore import QObject, Signal


class SweepSelection(QObject):
    """One trial by its number, or none; `changed` when it became another."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.number: int | None = None

    def select(self, number: int | None) -> None:
        if number != self.number:
            self.number = number
            self.changed.emit()
