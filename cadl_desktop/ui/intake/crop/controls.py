"""The fields of the crop-and-size step."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cadl_desktop.data.pictures.picture_reading import PictureFrame
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.ui.controls.colour_button import ColourButton
from cadl_desktop.ui.controls.fields import Chooser, Field
from cadl_desktop.ui.controls.layouts import in_column
from cadl_desktop.ui.controls.line_edits import NumberEdit
from cadl_desktop.ui.intake.crop.choices import CropChoices


class CropControls(QWidget):
    """Shows choices; `edited(choices)` says which ones a person wants instead."""

    edited = Signal(object)  # CropChoices
    frame_wanted = Signal(int)  # counted from 1

    def __init__(self, frames: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices: CropChoices | None = None
        self._column = in_column(on=self)
        self.frame_edit = NumberEdit(1, frames, whole=True)
        self.shape = Chooser(self._shapes())
        self.longest, self.width_edit, self.height_edit = (_side() for _ in range(3))
        self.ground = ColourButton()
        several = self._field(
            f"Frame of {frames:,}",
            "Which picture of an animation, or page of a document, is taken.",
            self.frame_edit,
        )
        several.setVisible(frames > 1)
        self._field("Shape", "What shape the part keeps while it is sized.", self.shape)
        self._longest_field = self._field(
            "Longest side",
            "How many pixels the longer side is reduced to; a smaller picture is not enlarged.",
            self.longest,
        )
        self._width_field = self._field(
            "Width", "How many pixels wide it becomes, stretched where it has to be.", self.width_edit
        )
        self._height_field = self._field(
            "Height",
            "How many pixels high it becomes, stretched where it has to be.",
            self.height_edit,
        )
        self._ground_field = self._field("Background", "The colour behind what is transparent.", self.ground)
        self._connect()

    def show_choices(self, choices: CropChoices, frame: PictureFrame) -> None:
        """Shows these; emits nothing."""
        self._choices = choices
        self.frame_edit.set_value(frame.number)
        free = choices.shape == "free"
        self.shape.set_name(choices.shape)
        width, height = choices.painted_size
        self.longest.set_value(choices.longest)
        self.width_edit.set_value(width)
        self.height_edit.set_value(height)
        self.ground.set_colour(choices.ground)
        self._longest_field.setVisible(not free)
        self._width_field.setVisible(free)
        self._height_field.setVisible(free)
        self._ground_field.setVisible(frame.transparent)

    def _shapes(self) -> list[tuple[str, str, str]]:
        """In such an order that nobody walks through one that changes the part on the way to another."""
        return [
            ("picture", "Like the picture", "As wide for its height as the whole picture."),
            ("free", "Free", "Any width and height."),
            ("square", "Square", "As wide as it is high."),
        ]

    def _field(self, title: str, text: str, control: QWidget) -> Field:
        field = Field(title, text, control)
        self._column.addWidget(field)
        return field

    def _connect(self) -> None:
        self.frame_edit.value_edited.connect(lambda number: self.frame_wanted.emit(number))
        self.shape.chosen.connect(partial(self._edit, CropChoices.with_shape))
        self.ground.colour_edited.connect(partial(self._edit, CropChoices.with_ground))
        for field, change in (
            (self.longest, CropChoices.with_longest),
            (self.width_edit, CropChoices.with_width),
            (self.height_edit, CropChoices.with_height),
        ):
            field.value_edited.connect(partial(self._edit, change))

    def _edit(self, change: Callable[[CropChoices, Any], CropChoices], value: Any) -> None:
        if self._choices:
            self.edited.emit(change(self._choices, value))


def _side() -> NumberEdit:
    """Within the limits of the dataset's own setting."""
    longest = entry("dataset", "picture").parameter("longest")
    return NumberEdit(int(longest.minimum or 1), int(longest.maximum or 1), whole=True)
