"""Runs that are drawn behind the cost of the shown one."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

NEWEST = 12
"""Number of runs that are drawn at first: as many as can be followed by eye."""


class Eyes(QObject):
    """Choice of the drawn runs: the newest, and those that a person has added, without those taken out."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._chosen: dict[int, bool] = {}
        self._newest: frozenset[int] = frozenset()

    def follow(self, numbers: Sequence[int]) -> None:
        """Takes the numbers of all runs, the oldest first."""
        self._newest = frozenset(numbers[-NEWEST:])
        self._chosen = {number: is_open for number, is_open in self._chosen.items() if number in numbers}

    def is_open(self, number: int) -> bool:
        return self._chosen.get(number, number in self._newest)

    def toggle(self, numbers: Sequence[int]) -> None:
        """Draws runs of which some are not drawn; otherwise draws none of them any more."""
        self._chosen |= dict.fromkeys(numbers, not all(map(self.is_open, numbers)))
        self.changed.emit()
