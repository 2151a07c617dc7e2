"""Crop dialog between a picture and the experiment: which part, how large, on which background."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QCloseEvent, QTransform
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QToolButton, QVBoxLayout, QWidget

from cadl_desktop.data.pictures.cropping import Box, Cut, painted_picture, preview_picture
from cadl_desktop.data.pictures.picture_reading import PictureFrame
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.sentences import sentence_of
from cadl_desktop.session.background import Background, RequestThrottle, ThrottledRequest
from cadl_desktop.ui.controls.action import Action, bind_button, button_for
from cadl_desktop.ui.controls.colour_button import ColourButton
from cadl_desktop.ui.controls.fields import Chooser, Field, ProblemLine, describe
from cadl_desktop.ui.controls.layouts import SPRING, in_column, in_row, wide
from cadl_desktop.ui.controls.line_edits import NumberEdit
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.controls.questions import dialog_buttons
from cadl_desktop.ui.intake.crop_choices import CropChoices, Size
from cadl_desktop.ui.intake.crop_view import CropPreview, CropView
from cadl_desktop.ui.intake.size_buttons import Seconds, SizeButtons, about
from cadl_desktop.ui.manual.dialog_help import help_button
from cadl_desktop.ui.painting.images import image_of
from cadl_desktop.ui.theme.theme import GRID


class CropControls(QWidget):
    """Fields of the dialog. `edited(choices)` emits changed choices."""

    edited = Signal(object)  # CropChoices
    frame_wanted = Signal(int)  # counted from 1

    def __init__(self, frames: int) -> None:
        super().__init__()
        self._choices: CropChoices | None = None
        self._column = in_column(on=self)
        self.frame_edit = NumberEdit(1, frames, whole=True)
        self.shape = Chooser(self._shapes())
        self.sizes = SizeButtons()
        self.longest, self.width_edit, self.height_edit = (_side() for _ in range(3))
        self.ground = ColourButton()
        several = self._field(
            f"Frame of {frames:,}",
            "Which picture of an animation, or page of a document, is taken.",
            self.frame_edit,
        )
        several.setVisible(frames > 1)
        self._field("Shape", "What shape the part keeps while it is sized.", self.shape)
        self._column.addWidget(self.sizes)
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
        self.time = label("", "muted", "small")
        self._column.addWidget(self.time)
        self._connect()

    def show_choices(self, choices: CropChoices, frame: PictureFrame, seconds: Seconds) -> None:
        """Shows choices, and the seconds that runs take, without emitting `edited`."""
        self._choices = choices
        self.frame_edit.set_value(frame.number)
        free = choices.shape == "free"
        self.shape.set_name(choices.shape)
        self.sizes.show_choices(choices, seconds)
        width, height = choices.painted_size
        self.longest.set_value(choices.longest)
        self.width_edit.set_value(width)
        self.height_edit.set_value(height)
        self.ground.set_colour(choices.ground)
        time = about(seconds.get(choices.painted_size))
        self.time.setText(f"A run takes {time}." if time else "")
        self.sizes.setVisible(not free)
        self._longest_field.setVisible(not free)
        self._width_field.setVisible(free)
        self._height_field.setVisible(free)
        self._ground_field.setVisible(frame.transparent)

    def _shapes(self) -> list[tuple[str, str, str]]:
        """Shapes with titles and tips. 'Free', which leaves the part as it is, stands in the middle, as arrow
        keys pass through it."""
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
        self.sizes.chosen.connect(partial(self._edit, CropChoices.with_longest))
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
    """Field for a side, within the limits of the dataset's setting."""
    longest = entry("dataset", "picture").parameter("longest")
    return NumberEdit(int(longest.minimum or 1), int(longest.maximum or 1), whole=True)


SHOWN = 1200
"""Longest side of the shown picture, in pixels."""
CONTROLS_WIDTH = 30 * GRID

ReadFrame = Callable[[int], PictureFrame]
Estimate = Callable[[PictureFrame, Size], float | None]
"""Estimates the seconds of a run with a frame at a width and height."""


class CropDialog(QDialog):
    """Dialog that shows a `frame` and what would be painted of it; 'Use picture' emits `wanted(frame, cut)`.

    `read` gives another frame of the same file by its number, and `estimate` the seconds of a run; both are
    called in the background.
    """

    wanted = Signal(object, object)  # PictureFrame, Cut

    def __init__(
        self,
        frame: PictureFrame,
        choices: CropChoices,
        read: ReadFrame,
        estimate: Estimate,
        background: Background,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.frame, self.choices, self._read, self._estimate = frame, choices, read, estimate
        self._background = background
        self._drawn: tuple[PictureFrame, str] | None = None
        self._previewed: tuple[PictureFrame, Cut] | None = None
        self._seconds: dict[Size, float | None] = {}
        self._number: int | None = None
        self._turned = self._quarters = 0  # by which the frame is turned, and by which it is to be
        self._drawing = RequestThrottle(self._drawing_wanted, self._show_failure, self)
        self._previewing = RequestThrottle(self._preview_wanted, self._show_failure, self)
        self._estimating = RequestThrottle(self._estimates_wanted, self._show_failure, self)
        self._reading = RequestThrottle(self._frame_wanted, self._show_failure, self)
        self.setWindowTitle("Crop and size")
        self._build()
        self.finished.connect(self._close_work)
        self._show()

    @property
    def settled(self) -> bool:
        """Whether everything shown belongs to the current choices."""
        return not any(work.busy for work in self._work())

    def _work(self) -> tuple[RequestThrottle, ...]:
        return self._drawing, self._previewing, self._estimating, self._reading

    # Parts

    def _build(self) -> None:
        self.view = CropView()
        describe(
            self.view,
            "Part of the picture",
            "Drag the frame or its edges; arrow keys move it, with Shift they size it, Home takes it all.",
        )
        self.view.box_edited.connect(self._take_box)
        self._place, self._size = (label("", "muted", "small") for _ in range(2))
        self.controls = CropControls(self.frame.frames)
        self.controls.edited.connect(self._take)
        self.controls.frame_wanted.connect(self._ask_frame)
        self.preview = CropPreview()
        text = "The picture as the network will see it, pixel by pixel."
        describe(self.preview, "What the network will paint", text)
        self.problem = ProblemLine()
        self.left_button = self._turn_button("left", -1, "Ctrl+L")
        self.right_button = self._turn_button("right", 1, "Ctrl+R")
        below = in_row(wide(self._place), self.left_button, self.right_button)
        left = in_column(wide(self.view), below)
        upper = in_row(wide(left), self._right(), apart=2 * GRID)
        in_column(wide(upper), self._make_buttons(), on=self, apart=2 * GRID, margins=2 * GRID)

    def _right(self) -> QVBoxLayout:
        heading = label("What the network will paint", "heading")
        parts = (heading, self.preview, self._size, self.controls, self.problem)
        for part in parts:
            part.setFixedWidth(CONTROLS_WIDTH)
        return in_column(*parts, SPRING)

    def _turn_button(self, way: str, quarters: int, keys: str) -> QToolButton:
        tip = f"Turns the picture to the {way}, with the part that is taken ({keys})."
        button = QToolButton()
        turn = Action(f"Turn {way}", partial(self._turn, quarters), tip=tip, icon=f"turn-{way}")
        bind_button(button, turn)
        button.setShortcut(keys)
        return button

    def _make_buttons(self) -> QDialogButtonBox:
        text = "Leaves everything as it was (Esc)."
        self.cancel_button = button_for(Action("Cancel", self.reject, tip=text))
        text = "Paints this part of the picture; it can be undone (Enter)."
        self.use_button = button_for(Action("Use picture", self._use, tip=text))
        helps = [help_button(self, "data.md#crop-and-size-a-picture")]
        return dialog_buttons(self.use_button, [self.cancel_button], helps=helps)

    # What a person does

    @Slot(object)
    def _take(self, choices: CropChoices) -> None:
        self.choices = choices
        self._show()

    @Slot(object)
    def _take_box(self, box: Box) -> None:
        self._take(self.choices.with_box(box))

    @Slot(int)
    def _ask_frame(self, number: int) -> None:
        self._number = number
        self._reading.look()
        self._show_buttons()

    def _turn(self, quarters: int, *_: object) -> None:
        self._quarters += quarters
        self._reading.look()
        self._show_buttons()

    @Slot()
    def _use(self) -> None:
        if self._reading.busy:
            return  # Enter was pressed before the requested frame arrived
        self.accept()
        self.wanted.emit(self.frame, self.choices.cut)

    @Slot()
    def _close_work(self) -> None:
        for work in self._work():
            work.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._close_work()
        super().closeEvent(event)

    # What is shown

    def _show(self) -> None:
        choices = self.choices
        self.view.show_box(choices.box, choices.picture, choices.ratio)
        self.controls.show_choices(choices, self.frame, self._seconds)
        left, top, width, height = choices.box
        wide, high = choices.picture
        self._place.setText(f"{width:,} × {height:,} of {wide:,} × {high:,} pixels, from {left:,}, {top:,}")
        self._show_size()
        self._show_buttons()
        self._drawing.look()
        self._previewing.look()
        self._estimating.look()

    def _drawing_wanted(self) -> ThrottledRequest | None:
        frame, ground = wanted = self.frame, self.choices.ground
        if wanted == self._drawn:
            return None
        self._drawn = wanted
        whole = Cut(longest=SHOWN, ground=ground)
        return self._question(lambda: image_of(painted_picture(frame, whole)), self.view.show_image)

    def _preview_wanted(self) -> ThrottledRequest | None:
        frame, cut = wanted = self.frame, self.choices.cut
        if wanted == self._previewed:
            return None
        self._previewed = wanted
        return self._question(lambda: image_of(preview_picture(frame, cut, SHOWN)), self.preview.show_image)

    def _estimates_wanted(self) -> ThrottledRequest | None:
        frame, choices = self.frame, self.choices
        offered = [choices.with_longest(longest).painted_size for longest in choices.sizes.values()]
        unknown = {size for size in (*offered, choices.painted_size) if size not in self._seconds}
        if not unknown:
            return None
        return self._question(
            lambda: {size: self._estimate(frame, size) for size in unknown}, self._show_seconds
        )

    def _frame_wanted(self) -> ThrottledRequest | None:
        number, self._number = self._number, None
        frame, quarters, turned = self.frame, self._quarters, self._turned
        if number is None and quarters == turned:
            return None

        def work() -> PictureFrame:
            if number is None:
                return frame.turned(quarters - turned)
            return self._read(number).turned(quarters)

        return self._question(work, lambda shown: self._show_frame(shown, quarters))

    def _question(self, work: Callable[[], object], done: Callable[[Any], None]) -> ThrottledRequest:
        return ThrottledRequest(partial(self._background.do, work), done)

    def _show_size(self) -> None:
        width, height = self.choices.painted_size
        count = width * height
        samples = "1 sample" if count == 1 else f"{count:,} samples"
        text = f"{width:,} × {height:,} pixels, {samples}"
        self._size.setText(f"{text}; stretched" if self.choices.stretched else text)

    def _show_seconds(self, seconds: Seconds) -> None:
        self._seconds |= seconds
        self.controls.show_choices(self.choices, self.frame, self._seconds)

    def _show_buttons(self) -> None:
        self.use_button.setEnabled(not self._reading.busy)

    def _show_frame(self, frame: PictureFrame, quarters: int) -> None:
        """Shows a frame that is turned by so many quarters of a full turn."""
        by, self._turned = quarters - self._turned, quarters
        self.frame, self._seconds = frame, {}
        self._estimating.drop()
        self.problem.show_problem("")
        if by:  # until the turned frame is drawn
            self.view.show_image(self.view.image.transformed(QTransform().rotate(90 * by)))
        self._take(self.choices.turned(by).for_picture(frame.size))

    def _show_failure(self, error: Exception) -> None:
        """Shows an error, and that the current frame stays."""
        self._quarters = self._turned
        self.problem.show_problem(sentence_of(error))
        self._show()
