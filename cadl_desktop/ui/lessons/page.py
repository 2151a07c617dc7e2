"""The lessons in the middle of the window: contents, words, and figures to play with."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSlider, QMessageBox, QPushButton, QToolButton, QWidget

from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import in_column, wide
from cadl_desktop.ui.controls.looks import label, toggle
from cadl_desktop.ui.lessons.columns import Columns
from cadl_desktop.ui.lessons.contents import Contents
from cadl_desktop.ui.lessons.reader import Reader
from cadl_desktop.ui.lessons.reading import Reading
from cadl_desktop.ui.lessons.stage import Stage
from cadl_desktop.ui.theme.theme import GRID

_SCROLLS: dict[int, QAbstractSlider.SliderAction] = {
    Qt.Key.Key_Up: QAbstractSlider.SliderAction.SliderSingleStepSub,
    Qt.Key.Key_Down: QAbstractSlider.SliderAction.SliderSingleStepAdd,
    Qt.Key.Key_PageUp: QAbstractSlider.SliderAction.SliderPageStepSub,
    Qt.Key.Key_PageDown: QAbstractSlider.SliderAction.SliderPageStepAdd,
}


class LessonsPage(QWidget):
    """Escape leads back to the studio. Keys that no control of it takes scroll its words."""

    left = Signal()
    studio_wanted = Signal()
    control_wanted = Signal(str)
    trial_wanted = Signal(str)

    def __init__(self, reading: Reading, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading = reading
        self.setAccessibleName("Lessons")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        # From outside in: whatever gets another parent is dressed anew, with all that is in it.
        self.splitter = Columns(self)
        in_column(wide(self.splitter), on=self)
        self._side, self.asked = self._make_side(), self._make_asked()
        self.reader, self.stage = Reader(reading, self.splitter), Stage(reading, self.splitter)
        self.splitter.hold(self._side, self.reader, self.stage)
        self._has_contents = True
        self.reader.buttons.insertWidget(1, self.asked)
        self.splitter.narrowed.connect(self._share_room)
        self.asked.toggled.connect(self._share_room)
        reading.opened.connect(self._leave_contents)
        self.reader.have_keys(self)
        self.reader.control_wanted.connect(self.control_wanted)
        for part in (self.reader, self.stage):
            part.trial_wanted.connect(self.trial_wanted)
        self.stage.studio_wanted.connect(self.studio_wanted)

    def show_contents(self, on: bool) -> None:
        """Without them there is more room for the figures."""
        self._has_contents = on
        self._share_room()

    @Slot()
    def _share_room(self) -> None:
        """Where the page is narrow, contents are shown when they are asked for."""
        is_narrow = self.splitter.is_narrow
        self.asked.setVisible(is_narrow and self._has_contents)
        self._side.setVisible(self._has_contents and (self.asked.isChecked() or not is_narrow))
        self.splitter.share()

    @Slot()
    def _leave_contents(self) -> None:
        self.asked.setChecked(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif scroll := _SCROLLS.get(event.key()):
            self.reader.text.verticalScrollBar().triggerAction(scroll)
        else:
            super().keyPressEvent(event)

    def _make_asked(self) -> QToolButton:
        text = "Shows the list of all lessons, for which there is no room beside the words."
        asked = toggle("Contents", text)
        asked.hide()
        return asked

    def _make_side(self) -> QWidget:
        side = QWidget(self.splitter)
        self.contents = Contents(self._reading, side)
        self.studio = _button("Beside the studio", "Shows the network, with these words beside it.")
        self.over = _button("Start over", "Takes all ticks away, and puts every figure back.")
        self.close_button = _button("Go on", "Leaves the lessons and shows the network that is open (Esc).")
        self.studio.clicked.connect(self.studio_wanted)
        self.over.clicked.connect(self._ask_to_start_over)
        self.close_button.clicked.connect(self.left)
        heading = label("Lessons", "heading")
        buttons = (self.studio, self.over, self.close_button)
        in_column(heading, wide(self.contents), *buttons, on=side, margins=GRID)
        return side

    @Slot()
    def _ask_to_start_over(self) -> None:
        question = QMessageBox(self)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.setIcon(QMessageBox.Icon.Question)
        question.setText("Take all ticks away, and put every figure back to where it began?")
        over = question.addButton("Start over", QMessageBox.ButtonRole.AcceptRole)
        question.addButton(QMessageBox.StandardButton.Cancel)
        over.clicked.connect(self._reading.start_over)
        question.open()


def _button(title: str, text: str) -> QPushButton:
    button = QPushButton(title)
    button.setProperty("small", True)
    describe(button, title, text)
    return button
