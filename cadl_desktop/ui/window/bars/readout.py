"""The figures of a run beside its buttons: epoch, speed, PSNR, time left."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel, QWidget

from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.runs.events import Progressed
from cadl_desktop.runs.time_left import seconds_left
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.time_machine import TimeMachine
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.figures import NOTHING, clock_text, cost_text, own_locale
from cadl_desktop.ui.controls.layouts import in_column, in_row
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.theme.theme import GRID, tabular_font


class Readout(QWidget):
    """Shows what the session tells; figures of equal width in places of their own, so that nothing jumps."""

    def __init__(self, machine: TimeMachine, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._machine, self._session = machine, machine.session
        session = self._session
        self._names: list[QLabel] = []
        self._figures: list[QLabel] = []
        self._left_out = 0
        self._epoch = self._figure("Epoch", "000,000 / 000,000")
        self._cost = self._figure("Cost", "00,000.0")
        self._psnr = self._figure("PSNR", "000.0 dB")
        self._speed = self._figure("Steps/s", "000,000")
        self._left = self._figure("Time left", "00:00:00")
        figures = zip(self._names, self._figures, strict=True)
        columns = (in_column(name, figure, apart=0) for name, figure in figures)
        in_row(*columns, on=self, apart=2 * GRID, margins=(GRID, 0, GRID, 0))
        machine.changed.connect(self.refresh)
        session.updated.connect(self.refresh)
        session.samples_changed.connect(self._say_of_what)
        session.status_changed.connect(self.refresh)
        session.document.changed.connect(self.refresh)
        session.document.changed.connect(self._say_of_what)
        self.refresh()
        self._say_of_what()

    def _figure(self, name: str, widest: str) -> QLabel:
        value = QLabel(NOTHING)
        value.setFont(tabular_font())
        value.setAccessibleName(name)
        value.setMinimumWidth(value.fontMetrics().horizontalAdvance(widest))
        value.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self._figures.append(value)
        self._names.append(label(name, "small", "muted"))
        return value

    def leave_out(self, count: int) -> None:
        """Leaves out so many figures, where room is short: how fast it is, how long it takes, the cost, how
        near it is, and which epoch."""
        self._left_out = count
        self._choose_figures()

    def _choose_figures(self) -> None:
        has_psnr = is_painting(self._session.document.experiment)
        order = (self._speed, self._left, self._cost, self._psnr, self._epoch)
        for place, figure in enumerate(order):
            is_shown = place >= self._left_out and (figure is not self._psnr or has_psnr)
            for part in (figure, self._names[self._figures.index(figure)]):
                part.setVisible(is_shown)

    @Slot()
    def refresh(self) -> None:
        """Writes the newest figures, or those of the earlier moment that is looked at."""
        moment = self._machine.moment
        self._choose_figures()
        if moment is None:
            result = self._session.result
            progress, state = result.progress, result.state
            epoch = progress.epoch if progress else state.epoch if state else 0
            self._write(epoch, result.cost, result.psnr)
        else:
            shown = self._machine.shown
            self._write(moment.epoch, self._machine.cost, shown.psnr if shown else None)
        going = moment is None and self._session.status is Status.TRAINING
        self._write_pace(self._session.result.progress if going else None)

    def _write(self, epoch: int, cost: float | None, psnr: float | None) -> None:
        epochs, locale = self._session.document.experiment.stop.epochs, own_locale()
        limit = locale.toString(_next_end(epoch, epochs)) if epochs else "∞"
        self._epoch.setText(f"{locale.toString(epoch)} / {limit}")
        self._cost.setText(NOTHING if cost is None else cost_text(cost, locale))
        self._psnr.setText(NOTHING if psnr is None else locale.toString(psnr, "f", 1) + " dB")

    def _write_pace(self, going: Progressed | None) -> None:
        locale = own_locale()
        speed = going.steps_per_second if going else 0.0
        self._speed.setText(locale.toString(round(speed)) if speed else NOTHING)
        left = seconds_left(going, self._session.document.experiment.stop) if going else None
        self._left.setText(NOTHING if left is None else clock_text(left))

    @Slot()
    def _say_of_what(self) -> None:
        """Which pixels the PSNR is of."""
        samples, experiment = self._session.samples, self._session.document.experiment
        if (samples is None or samples.hidden is None) and not experiment.validation:
            text = "How near the whole painting is to its target, which it has seen: higher is nearer."
        else:
            text = (
                "How near the painting is to its target at the pixels that it learns from: higher is nearer. "
                "The line above the painting tells of those that are hidden or held out as well."
            )
        describe(self._psnr, self._psnr.accessibleName(), text)


def _next_end(epoch: int, epochs: int) -> int:
    """A run that goes on beyond its epochs is granted as many again."""
    return max(1, -(-epoch // epochs)) * epochs
