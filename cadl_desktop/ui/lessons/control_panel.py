"""The controls beside a page's figures, made from what its demonstration says they are."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cadl_desktop.lessons.controls import Button, Choice, Control, Slider, Switch
from cadl_desktop.ui.controls.fields import order_tabs
from cadl_desktop.ui.controls.flow import Flow
from cadl_desktop.ui.controls.layouts import in_column
from cadl_desktop.ui.lessons.control_rows import ChoiceRow, LessonButton, SliderRow, SwitchRow
from cadl_desktop.ui.theme.theme import GRID

PLAY_MS = 40
"""Between two presses of a button that plays."""

Row = SliderRow | ChoiceRow | SwitchRow | LessonButton


class ControlPanel(QWidget):
    """Rows stay the same widgets as long as there are the same controls, so that focus survives."""

    turned = Signal(str, object)
    pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: dict[str, Row] = {}
        self._kinds: list[tuple[type[Control], str]] = []
        self._playing = ""
        self._clock = QTimer(self, interval=PLAY_MS)
        self._clock.timeout.connect(self._play_on)
        self._column: QVBoxLayout = in_column(on=self, apart=GRID)
        self._lines: list[QWidget] = []

    @property
    def playing(self) -> str:
        """The name of the button that plays, if one does."""
        return self._playing

    def show_controls(self, controls: Sequence[Control]) -> None:
        kinds = [(type(control), control.name) for control in controls]
        if kinds != self._kinds:
            self.stop()
            self._build(controls)
            self._kinds = kinds
        for control in controls:
            self.rows[control.name].show_control(control)  # type: ignore[arg-type]
            if isinstance(control, Button) and control.name == self._playing and not control.possible:
                self.stop()

    def stop(self) -> None:
        """Nothing plays any more."""
        self._clock.stop()
        button = self.rows.get(self._playing)
        self._playing = ""
        if isinstance(button, LessonButton):
            button.show_playing(False)

    def tab_widgets(self) -> list[QWidget]:
        found: list[QWidget] = []
        for row in self.rows.values():
            found += [row] if isinstance(row, LessonButton) else row.tab_widgets()
        return found

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.stop()

    def _build(self, controls: Sequence[Control]) -> None:
        for line in self._lines:
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self.rows, self._lines = {}, []
        buttons: Flow | None = None
        for control in controls:
            row = self.rows[control.name] = self._make(control)
            if not isinstance(row, LessonButton):
                self._add(row)
                buttons = None
                continue
            if buttons is None:
                line = QWidget(self)
                buttons = Flow(line)
                self._add(line)
            buttons.addWidget(row)
        order_tabs(self.tab_widgets())

    def _add(self, line: QWidget) -> None:
        self._lines.append(line)
        self._column.addWidget(line)

    def _make(self, control: Control) -> Row:
        match control:
            case Slider():
                row: SliderRow | ChoiceRow | SwitchRow = SliderRow(control, self)
            case Choice():
                row = ChoiceRow(control, self)
            case Switch():
                row = SwitchRow(control, self)
            case Button():
                button = LessonButton(control)
                button.pressed_for.connect(self._press)
                button.played.connect(self._play)
                return button
        row.turned.connect(self.turned)
        return row

    @Slot(str)
    def _press(self, name: str) -> None:
        self.stop()
        self.pressed.emit(name)

    @Slot(str, bool)
    def _play(self, name: str, on: bool) -> None:
        self.stop()
        if on:
            self._playing = name
            button = self.rows[name]
            if isinstance(button, LessonButton):
                button.show_playing(True)
            self._clock.start()
            self._play_on()

    @Slot()
    def _play_on(self) -> None:
        self.pressed.emit(self._playing)
