"""Main toolbar: files, undo, training, the figures of the run, and export."""

from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QLabel, QLayout, QSizePolicy, QToolBar, QToolButton, QWidget

from cadl_desktop.runs.events import Progressed
from cadl_desktop.runs.time_left import seconds_left
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.checkup import checkup_of
from cadl_desktop.session.views.time_machine import TimeMachine
from cadl_desktop.ui.controls.layouts import in_column, in_row
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.controls.number_text import NO_VALUE, clock_text, cost_text, user_locale
from cadl_desktop.ui.controls.topics import set_topic
from cadl_desktop.ui.diagnosis.doctor_chip import DoctorChip
from cadl_desktop.ui.export.export_menu import Exports
from cadl_desktop.ui.frame.actions import TrainButton
from cadl_desktop.ui.frame.door import Door, Hideable
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.theme.theme import GRID, tabular_font
from cadl_desktop.ui.window.features import Features
from cadl_desktop.ui.window.speeds import SpeedButton

_EPOCH, _SLOWED_EPOCH = "Epoch", "Epoch, slowed"
_SPEED, _SLOWED = "Steps/s", "Steps/s, slowed"
_FEW_STEPS = 10
"""Steps a second of a slowed run below which a decimal is shown."""


class Readout(QWidget):
    """Figures of the run: epoch, cost, speed, time left. Widths are fixed, so that nothing jumps."""

    def __init__(self, machine: TimeMachine) -> None:
        super().__init__()
        self._machine, self._session = machine, machine.session
        session = self._session
        self._names: list[QLabel] = []
        self._figures: list[QLabel] = []
        self._left_out = 0
        self._epoch = self._figure(_EPOCH, "000,000 / 000,000")
        self._cost = self._figure("Cost", "00,000.0")
        self._speed = self._figure(_SPEED, "000,000")
        name = self._name_of(self._speed)
        name.setMinimumWidth(name.fontMetrics().horizontalAdvance(_SLOWED))
        self._left = self._figure("Time left", "00:00:00")
        figures = zip(self._names, self._figures, strict=True)
        columns = (in_column(name, figure, apart=0) for name, figure in figures)
        in_row(*columns, on=self, apart=2 * GRID, margins=(GRID, 0, GRID, 0))
        machine.changed.connect(self.refresh)
        session.updated.connect(self.refresh)
        session.stood_still.connect(self.refresh)
        session.status_changed.connect(self.refresh)
        session.document.changed.connect(self.refresh)
        self.refresh()

    def _figure(self, name: str, widest: str) -> QLabel:
        value = QLabel(NO_VALUE)
        value.setFont(tabular_font())
        value.setAccessibleName(name)
        value.setMinimumWidth(value.fontMetrics().horizontalAdvance(widest))
        value.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self._figures.append(value)
        self._names.append(label(name, "small", "muted"))
        return value

    def hideables(self) -> tuple[Hideable, ...]:
        """What Simple may leave out: each figure with its name above it."""
        parts = {"figures": (self._epoch, self._cost, self._speed), "time-left": (self._left,)}
        return tuple(
            Hideable(name, partial(list, [*figures, *map(self._name_of, figures)]))
            for name, figures in parts.items()
        )

    def leave_out(self, count: int) -> None:
        """Hides so many figures in a narrow toolbar: speed, time left, cost, and epoch, in this order."""
        self._left_out = count
        for place, figure in enumerate((self._speed, self._left, self._cost, self._epoch)):
            for part in (figure, self._name_of(figure)):
                part.setVisible(place >= count)

    def _name_of(self, figure: QLabel) -> QLabel:
        return self._names[self._figures.index(figure)]

    @Slot()
    def refresh(self) -> None:
        """Shows the newest figures, or those of the earlier moment on display."""
        moment, final = self._machine.moment, self._machine.final
        if moment is None:
            result = self._session.result
            progress, state = result.progress, result.state
            epoch = progress.epoch if progress and not final else state.epoch if state else 0
            self._write(epoch, result.cost)
        else:
            self._write(moment.epoch, self._machine.cost)
        going = moment is None and self._session.status is Status.TRAINING and not self._session.stands_still
        self._write_pace(self._session.result.progress if going else None)

    def _write(self, epoch: int, cost: float | None) -> None:
        epochs, locale = self._session.document.experiment.stop.epochs, user_locale()
        limit = locale.toString(_next_end(epoch, epochs)) if epochs else "∞"
        self._epoch.setText(f"{locale.toString(epoch)} / {limit}")
        self._cost.setText(NO_VALUE if cost is None else cost_text(cost))

    def _write_pace(self, going: Progressed | None) -> None:
        locale = user_locale()
        speed = going.steps_per_second if going else 0.0
        slowed = going is not None and going.slowed
        decimals = 1 if slowed and speed < _FEW_STEPS else 0
        self._speed.setText(locale.toString(speed, "f", decimals) if speed else NO_VALUE)
        self._name_of(self._speed).setText(_SLOWED if slowed else _SPEED)
        told_elsewhere, late = not slowed or self._left_out == 0, self._session.late_rate
        name = _EPOCH if told_elsewhere else _SLOWED_EPOCH
        if self._machine.final and self._machine.moment is None:
            name = "Best epoch"
        self._name_of(self._epoch).setText(name if late is None else f"Goes on at rate {late:g}")
        left = seconds_left(going, self._session.document.experiment.stop) if going else None
        self._left.setText(NO_VALUE if left is None else clock_text(left))


def _next_end(epoch: int, epochs: int) -> int:
    """Number of epochs at which the run ends: a run continued beyond its epochs gets as many again."""
    return max(1, -(-epoch // epochs)) * epochs


class Toolbar(QToolBar):
    """Main toolbar; it can't be moved or hidden."""

    def __init__(self, frame: Frame, features: Features) -> None:
        super().__init__(frame.window)
        actions, machine = frame.actions, features.machine
        set_topic(self, "training.md#train-pause-step")
        self.setWindowTitle("Main toolbar")
        self._text_buttons: list[QToolButton] = []
        self.setObjectName("toolbar")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.addActions([actions["new"], actions["open"], actions["save"]])
        self.addSeparator()
        self.addActions([actions["undo"], actions["redo"]])
        self.addSeparator()
        self.train_button = TrainButton(actions["train"])
        self.addWidget(self.train_button)
        self.speed_button = SpeedButton(features.training.speeds)
        self._text_buttons.append(self.speed_button)
        speed = self.addWidget(self.speed_button)
        self.doctor = DoctorChip(machine.session)
        self._sweep_button = self._text_button(actions["sweep"])
        sweep, doctor = self.addWidget(self._sweep_button), self.addWidget(self.doctor)
        self.step_button = self._text_button(actions["step"])
        self.reset_button = self._text_button(actions["reset"])
        step, reset = self.addWidget(self.step_button), self.addWidget(self.reset_button)
        self.addSeparator()
        self._readout = Readout(machine)
        self.addWidget(self._readout)
        self._add_space()
        self.export_button = self._export_button(actions["export"], features.exports)
        export = self.addWidget(self.export_button)
        self._put_buttons_in_tab_order()
        checkup = checkup_of(machine.session)
        buttons = {"speed": speed, "sweep": sweep, "step": step, "reset": reset, "export": export}
        self.door = Door(
            hideables=(
                *(Hideable(name, partial(list, [button])) for name, button in buttons.items()),
                Hideable("doctor", lambda: [doctor], lambda: checkup.verdict in ("ill", "diverged")),
                *self._readout.hideables(),
            ),
            news=(checkup.changed,),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Fits a narrow toolbar: hides the texts of buttons with icons, then the figures of time, then the
        doctor's text, then the cost, which its plot shows, too, and then the epoch."""
        words, icons = Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly
        for style, chip, left_out in (
            (words, words, 0),
            (icons, words, 0),
            (icons, words, 2),
            (icons, icons, 2),
            (icons, icons, 3),
            (icons, icons, 4),
        ):
            for button in self._text_buttons:
                button.setToolButtonStyle(style)
            self.doctor.setToolButtonStyle(chip)
            self._readout.leave_out(left_out)
            for part in (self.doctor, self._readout, self):
                _invalidate_layout(part)
            if self.sizeHint().width() <= self.width():
                return

    def _text_button(self, action: QAction) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setAccessibleName(action.iconText())
        button.setAccessibleDescription(action.whatsThis())
        self._text_buttons.append(button)
        return button

    def _add_space(self) -> None:
        space = QWidget()
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(space)

    def _export_button(self, export: QAction, exports: Exports) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(export)
        button.setText("Export")
        button.setAccessibleName("Export")
        self._text_buttons.append(button)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        button.setMenu(exports.menu(button))
        return button

    def _put_buttons_in_tab_order(self) -> None:
        for action in self.actions():
            button = self.widgetForAction(action)
            if isinstance(button, QToolButton):
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
                button.setAccessibleName(button.accessibleName() or action.iconText())


def _invalidate_layout(widget: QWidget) -> None:
    """Invalidates the cached size hints of a widget's layouts. Qt does so for visible widgets only."""
    layout = widget.layout()
    for each in (*layout.findChildren(QLayout), layout) if layout is not None else ():
        each.invalidate()
    widget.updateGeometry()
