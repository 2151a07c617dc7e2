"""Runs side by side: what each has made, and a table of the settings that differ."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QRect, QSize, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QLabel, QSizePolicy, QWidget

from cadl_desktop.data.samples import as_pixels
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.record import RunRecord
from cadl_desktop.session.session import Session
from cadl_desktop.ui.controls.action import Action, button_for
from cadl_desktop.ui.controls.differences import DifferenceTable, differing
from cadl_desktop.ui.controls.layouts import in_column, in_row, wide
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.controls.number_text import NO_VALUE
from cadl_desktop.ui.runs.delegate import colour_of
from cadl_desktop.ui.runs.model import COST, PSNR, SPEED, TIME, VALIDATION, RunRow, RunsModel, figure_of
from cadl_desktop.ui.runs.pictures import Frame, draw_made, frame_of
from cadl_desktop.ui.theme.theme import GRID, text_font, theme

_SWATCH = 3


class Comparison(QDialog):
    """A window of its own, which stays open while others are chosen; it asks for pictures one by one.
    `race_wanted(numbers)` says that the two that are compared are to be raced."""

    race_wanted = Signal(list)

    def __init__(self, session: Session, model: RunsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._model = session, model
        self._opened = session.document.opened
        self.setWindowTitle("Runs side by side")
        self.panes: list[RunPane] = []
        self._pictures = in_row(apart=GRID)
        self.settings = DifferenceTable("A row for each setting that differs, and for what each run came to.")
        heading = label("What differs", "heading")
        text = "Trains both anew from the same seed, side by side."
        self.race_button = button_for(Action("Race these two…", self._race, tip=text))
        head = in_row(wide(heading), self.race_button)
        in_column(wide(self._pictures, 3), head, wide(self.settings, 2), on=self, margins=2 * GRID)
        self.resize(112 * GRID, 80 * GRID)
        session.document.changed.connect(self._leave_another)

    def compare(self, numbers: Sequence[int | None]) -> None:
        """Shows these runs, that of the window first and then from the oldest to the newest."""
        self._opened = self._session.document.opened
        known = [self._model.row(index) for index in range(self._model.rowCount())]
        rows = [row for row in reversed(known) if row.record.number in numbers]
        rows.sort(key=lambda row: not row.is_shown)
        for pane in self.panes:
            self._pictures.removeWidget(pane)
            pane.hide()
            pane.deleteLater()
        self.panes = [RunPane(row, self._frame(row)) for row in rows]
        for pane in self.panes:
            self._pictures.addWidget(pane, 1)
            self._ask(pane)
        self._show_settings(rows)
        self.race_button.setVisible(len(rows) == 2)
        self.show()
        self.raise_()
        self.activateWindow()
        self.settings.setFocus()

    @Slot()
    def _leave_another(self) -> None:
        """Another project has runs of the same numbers, which would be raced."""
        if self._session.document.opened != self._opened:
            self.close()

    @Slot()
    def _race(self) -> None:
        self.race_wanted.emit([pane.row.record.number for pane in self.panes])

    def _frame(self, row: RunRow) -> Frame | None:
        """What a curve was to follow, where that has been read."""
        samples = self._session.samples_of(row.record.experiment)
        return None if samples is None or samples.picture_shape is not None else frame_of(samples)

    def _ask(self, pane: "RunPane") -> None:
        """For all of what the run's weights make; until then its thumbnail stands there."""
        record, shown = pane.row.record, self._session.result.prediction
        if pane.row.is_shown and shown is not None:
            pane.show_made(shown)
        elif record.state is not None:
            arguments = record.experiment, record.state.weights
            take = partial(self._take, record)
            self._session.ask("cadl_desktop.engine:render", arguments, take)

    def _take(self, record: RunRecord, shown: tuple[Floats, float | None]) -> None:
        """Others may be compared by now."""
        for pane in self.panes:
            if pane.row.record is record:
                pane.show_made(shown[0])

    def _show_settings(self, rows: list[RunRow]) -> None:
        lines = differing([row.settings for row in rows])
        titles = self._model.titles()
        for column in (COST, VALIDATION, PSNR, SPEED, TIME):
            values = [figure_of(row, column) for row in rows]
            lines += [(titles[column], values)] if set(values) != {NO_VALUE} else []
        self.settings.show_lines([row.name for row in rows], lines)


class RunPane(QWidget):
    """What one run has made, with its name below it."""

    def __init__(self, row: RunRow, frame: Frame | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row, self.over = row, frame
        self.made = row.record.thumbnail
        self.picture = _Picture(self)
        self._name = QLabel(row.name)
        self._name.setFont(text_font())
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._name.setToolTip(row.name)
        figures = label(figure_of(row, COST), "small", "muted")
        if row.record.psnr is not None:
            figures.setText(f"{figure_of(row, COST)} · {figure_of(row, PSNR)} dB")
        in_column(wide(self.picture), self._name, figures, on=self, apart=GRID // 2)
        self.setAccessibleName(row.name)

    def show_made(self, made: Floats) -> None:
        """All of it, at its own size."""
        self.made = made if made.ndim == 1 else as_pixels(made)
        self.picture.update()


class _Picture(QWidget):
    def __init__(self, pane: RunPane) -> None:
        super().__init__(pane)
        self._pane = pane
        self.setMinimumSize(QSize(16 * GRID, 16 * GRID))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colour = colour_of(self._pane.row)
        painter.fillRect(QRect(0, 0, self.width(), _SWATCH), QColor(colour))
        room = self.rect().adjusted(0, _SWATCH + GRID // 2, 0, 0)
        painter.fillRect(room, QColor(theme().plot_background))
        draw_made(painter, room, self._pane.made, colour, self._pane.over)
        painter.end()
