"""Parallel coordinates of a sweep: which values go together with which results."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QStackedLayout, QWidget

from cadl_desktop.session.sweeps.chosen_trial import SweepSelection
from cadl_desktop.sweeps.plan.sweep_model import Sweep
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.sweeps.records.sweep_status import SweepStatus
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import in_column, in_row, wide
from cadl_desktop.ui.controls.looks import FittingLabel, hint_label, set_plot_background
from cadl_desktop.ui.controls.number_text import NO_VALUE, grouped
from cadl_desktop.ui.sweeps.axes.canvas import Canvas
from cadl_desktop.ui.sweeps.axes.scale import LineMaker
from cadl_desktop.ui.sweeps.words import objective_text, settings_of, trials_text
from cadl_desktop.ui.theme.theme import GRID


class ParallelCoordinates(QWidget):
    """`open_wanted(number)` says that a trial is to be the window's run. `kept_changed(numbers)` says which
    trials pass through all that is brushed, None where nothing is."""

    open_wanted = Signal(int)
    kept_changed = Signal(object)  # frozenset of int, or None

    def __init__(self, selection: SweepSelection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._selection = selection
        self._sweep: Sweep | None = None
        self._standing = SweepStatus()
        self._maker: LineMaker | None = None
        self.setAccessibleName("Parallel coordinates")
        set_plot_background(self)
        self.canvas = Canvas(self._texts)
        text = (
            "A line for each trial: click one to choose it, drag along an axis to keep what passes there. "
            "Left and right go to another axis, up and down to the next trial along it; with Shift and with "
            "Ctrl they move the ends of what is kept. Delete and Esc keep all again, Enter makes a trial the "
            "run of the window."
        )
        describe(self.canvas, "Parallel coordinates", text)
        self.readout, self.clear_button = FittingLabel(), QPushButton("Keep all")
        self.clear_button.setProperty("small", True)
        describe(self.clear_button, "Keep all trials", "Takes away what is brushed (Esc).")
        self.clear_button.clicked.connect(self.canvas.clear_brushes)
        self.empty = hint_label("Each trial becomes a line here, over an axis for each setting that varies.")
        page = QWidget()
        foot = in_row(wide(self.readout), self.clear_button, margins=(GRID, 0, GRID, GRID))
        in_column(wide(self.canvas), foot, on=page, margins=(0, GRID, 0, 0))
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(page)
        self.canvas.chosen.connect(selection.select)
        self.canvas.brushed.connect(self._brushed)
        self.canvas.open_wanted.connect(self._open)
        selection.changed.connect(self._follow_selection)
        self._refresh()

    def show_sweep(self, sweep: Sweep, standing: SweepStatus, folder: SweepFolder) -> None:
        """How the sweep stands now."""
        is_new = sweep is not self._sweep
        if self._maker is None or is_new:
            self._maker = LineMaker(sweep)
            self._settings = {each.path: each for each in settings_of(sweep)}
        self._sweep, self._standing = sweep, standing
        kept = self._kept()
        self.canvas.show_lines(self._maker.lines(standing), are_other_axes=is_new)
        self._stack.setCurrentIndex(1 if standing.trials else 0)
        self._follow_selection()
        if self._kept() != kept:
            self.kept_changed.emit(self._kept())

    def _kept(self) -> frozenset[int] | None:
        lines = self.canvas.lines
        if lines is None or not self.canvas.brushes.spans:
            return None
        return frozenset(lines.numbers[self.canvas.kept].tolist())

    @Slot()
    def _brushed(self) -> None:
        self._refresh()
        self.kept_changed.emit(self._kept())

    @Slot()
    def _follow_selection(self) -> None:
        self.canvas.show_chosen(self._selection.number)
        self._refresh()

    @Slot()
    def _open(self) -> None:
        if self._selection.number is not None:
            self.open_wanted.emit(self._selection.number)

    def _refresh(self) -> None:
        """What is chosen, in words, or else how many are kept."""
        number, kept = self._selection.number, self._kept()
        texts = self._texts(number) if number in self._standing.trials and number is not None else []
        count = trials_text(len(self._standing.trials))
        if kept is not None:
            count = f"{grouped(len(kept))} of {grouped(len(self._standing.trials))} trials kept"
        self.clear_button.setVisible(kept is not None)
        titles = ["", *(axis.title for axis in self.canvas.lines.axes)] if self.canvas.lines else []
        told = [f"{title} {text}".strip() for title, text in zip(titles, texts, strict=False)]
        told = [*told[:1], *told[-1:], *told[1:-1]]
        shown = [" · ".join([count, *told[:most]]) for most in range(len(told), -1, -1)]
        self.readout.show_texts(shown)

    def _texts(self, number: int) -> list[str]:
        """A trial's number and its values on all axes, in words."""
        trial = self._standing.trials[number]
        assert self._sweep is not None
        values = [self._settings[path].text(value) for path, value in trial.point]
        value = trial.value
        last = NO_VALUE if value is None else objective_text(self._sweep.objective, value)
        return [f"Trial {number}", *values, last]
