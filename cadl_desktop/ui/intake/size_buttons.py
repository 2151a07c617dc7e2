"""Buttons for the sizes that a new picture is offered, each with the seconds that its training takes."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.looks import toggle
from cadl_desktop.ui.controls.number_text import duration_text, grouped
from cadl_desktop.ui.intake.crop_choices import EXACT, SIZES, CropChoices, Size
from cadl_desktop.ui.theme.theme import GRID

Seconds = Mapping[Size, float | None]
"""Estimated seconds of a run by the picture's width and height; None where they can't be estimated."""
_IN_ROW = 2
_WHOLE, _BY_FIVE = 10, 90


def about(seconds: float | None) -> str:
    """Returns seconds as an estimate is said: 'about 20 s'; empty where there is none."""
    if seconds is None:
        return ""
    coarse = 5 * round(seconds / 5) if _WHOLE < seconds < _BY_FIVE else seconds
    return f"about {duration_text(coarse)}"


class SizeButtons(QWidget):
    """Button for each size; the one that is chosen is checked, and those that would enlarge the part of the
    picture are disabled. `chosen` emits pixels along the longer side."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.buttons = {name: toggle(name, "") for name in (*SIZES, EXACT)}
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(GRID)
        for place, button in enumerate(self.buttons.values()):
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            grid.addWidget(button, place // _IN_ROW, place % _IN_ROW)
        self.setLayout(grid)
        for name, button in self.buttons.items():
            button.clicked.connect(partial(self._choose, name))
        self._sizes: dict[str, int] = {}

    def show_choices(self, choices: CropChoices, seconds: Seconds) -> None:
        self._sizes = choices.sizes
        for name, longest in self._sizes.items():
            button = self.buttons[name]
            time = about(seconds.get(choices.with_longest(longest).painted_size))
            button.setText(f"{name}, {grouped(longest)}\n{time}")
            button.setChecked(name == choices.chosen_size)
            button.setEnabled(name == EXACT or longest < self._sizes[EXACT])
            takes = f"; a run takes {time}" if time else ""
            tip = f"{grouped(longest)} pixels along the longer side{takes}."
            describe(button, f"{name}: {tip}", tip if button.isEnabled() else "The part is not that large.")

    def _choose(self, name: str) -> None:
        self.chosen.emit(self._sizes[name])
