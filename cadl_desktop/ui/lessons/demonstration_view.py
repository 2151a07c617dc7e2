"""View of a demonstration: its figures, and below them controls, text and tables."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QPushButton, QStackedLayout, QWidget

from cadl_desktop.lessons.figure import Figure
from cadl_desktop.lessons.page import Trial
from cadl_desktop.sentences import shown
from cadl_desktop.ui.controls.fields import describe, order_tabs
from cadl_desktop.ui.controls.layouts import SPRING, in_column, in_row, remove_widgets, scroll_area, wide
from cadl_desktop.ui.controls.looks import label, set_plot_background
from cadl_desktop.ui.lessons.control_panel import ControlPanel
from cadl_desktop.ui.lessons.figure_view import FigureView
from cadl_desktop.ui.lessons.lessons_model import LessonsModel
from cadl_desktop.ui.lessons.words_view import WordsView
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID

_WIDER = 1.25
"""Ratio of width to height above which more width does not help a figure."""
_SMALL = 17 * GRID
"""Shorter side of figures below which they are too small to be compared."""


class Board(QWidget):
    """Grid of a page's figures, side by side or one below the other, whichever makes them larger.

    If they do not fill their rows, the first row has fewer and wider ones. Views are reused for other pages.
    """

    moved = Signal(str, float, float)  # handle or plane, x, y

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.views: list[FigureView] = []
        self._count, self._comparable = 0, False
        self._rows: list[int] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GRID)

    def show_figures(self, figures: Sequence[Figure]) -> None:
        while len(self.views) < len(figures):
            view = FigureView(self)
            view.moved.connect(self.moved)
            self.views.append(view)
        axes = [(figure.x, figure.y) for figure in figures]
        self._count, self._comparable = len(figures), all(each == axes[0] for each in axes)
        self._arrange()
        for view, figure in zip(self.views, figures, strict=False):
            view.show_figure(figure)

    def reset_rotations(self) -> None:
        for view in self.views:
            view.reset_rotations()

    def tab_widgets(self) -> list[QWidget]:
        return [widget for view in self.views[: self._count] for widget in view.tab_widgets()]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        rows = self._best_rows(self.height())
        if rows == self._rows:
            return
        self._rows = rows
        fewer, columns = min(rows, default=1), max(rows, default=1)
        lines = max(self._grid.columnCount(), self._grid.rowCount(), fewer * columns, len(rows))
        for line in range(lines):
            self._grid.setColumnStretch(line, 1 if line < fewer * columns else 0)
            self._grid.setRowStretch(line, 1 if line < len(rows) else 0)
        for view in self.views:
            self._grid.removeWidget(view)
        left = iter(self.views)
        for row, count in enumerate(rows):
            width = fewer * columns // count
            for column in range(count):
                self._grid.addWidget(next(left), row, column * width, 1, width)
        for place, view in enumerate(self.views):
            view.setVisible(place < self._count)
        self._grid.activate()  # Qt ignores layout changes made during a resize

    def useful_height(self, height: int) -> int:
        """So much of a height as makes figures larger; they grow no more once they are as high as wide."""
        rows = self._best_rows(height)
        each = self.width() / max(rows, default=1) / _WIDER
        return math.ceil(len(rows) * (each + GRID))

    def _best_rows(self, height: int) -> list[int]:
        """Number of figures in each row for the longest shorter side of a cell.

        Figures with equal axes, which are to be compared, get cells of one size, unless these would be small.
        """
        count = self._count
        if not count:
            return []

        def side(columns: int) -> float:
            return min(self.width() / columns / _WIDER, height / -(-count // columns))

        every = range(1, count + 1)
        columns = max(every, key=side)
        same = max((columns for columns in every if count % columns == 0), key=side)
        if self._comparable and side(same) >= _SMALL:
            columns = same
        return [count % columns or columns, *[columns] * (-(-count // columns) - 1)]


_MOST_BELOW, _MOST_STACKED = 0.38, 0.5
"""Largest share of the height for the part below the figures: with two columns, or one."""
_LEAST_BELOW = 15 * GRID
_LEAST_WORDS = 20 * GRID
"""Least width of the text."""


class DemonstrationView(QWidget):
    """View of the demonstration of the open page, or of a hint and trials for pages without one."""

    studio_wanted = Signal()
    trial_wanted = Signal(str)

    def __init__(self, model: LessonsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._stack = QStackedLayout(self)
        self._demonstration_part = self._make_demonstration_part()
        self._studio_part = self._make_studio_part()
        self._stack.addWidget(self._demonstration_part)
        self._stack.addWidget(self._studio_part)
        self._tabs: list[QWidget] = []
        self._trial_lines: list[QWidget] = []
        self._first_height = 0
        """Height of the part below the figures as the page was opened; 0 until then."""
        self.board.moved.connect(model.move)
        self.controls.value_changed.connect(model.set_value)
        self.controls.pressed.connect(model.press)
        self.reset_button.clicked.connect(model.reset_demonstration)
        model.opened.connect(self._open)
        model.changed.connect(self._show)
        self._open()

    def sizeHint(self) -> QSize:
        return QSize(80 * GRID, 70 * GRID)

    def tab_widgets(self) -> list[QWidget]:
        return [*self.board.tab_widgets(), *self.controls.tab_widgets(), self.reset_button, self.words]

    def _make_demonstration_part(self) -> QWidget:
        # Created from the outside in, because reparenting a widget restyles it with all its children.
        part = QWidget(self)
        set_plot_background(part)
        self._below = scroll_area(part)
        below = QWidget(self._below.viewport())
        controls_side = QWidget(below)
        self.board, self.controls, self.words = Board(part), ControlPanel(controls_side), WordsView(below)
        self.reset_button = QPushButton("As at first", controls_side)
        set_icon(self.reset_button, "reset")
        self.reset_button.setProperty("small", True)
        text = "Puts the figure back to where it began; a goal that was reached stays reached."
        describe(self.reset_button, "As at first", text)
        margins = (0, 0, GRID, 0)
        in_column(
            self.controls,
            in_row(self.reset_button, SPRING),
            SPRING,
            on=controls_side,
            margins=margins,
            apart=GRID,
        )
        controls_side.installEventFilter(self)
        self._controls_side = controls_side
        self._parts = in_row(wide(controls_side), wide(self.words), on=below, apart=2 * GRID)
        self._below.setWidget(below)
        in_column(wide(self.board), self._below, on=part, apart=GRID, margins=GRID)
        return part

    def _make_studio_part(self) -> QWidget:
        studio = QWidget(self)
        set_plot_background(studio)
        self.studio_button = QPushButton("Beside the studio")
        self.studio_button.setProperty("primary", True)
        text = "Shows the network, with these words beside it."
        describe(self.studio_button, "Beside the studio", text)
        self.studio_button.clicked.connect(self.studio_wanted)
        self.about = label("", wraps=True)
        self._trials = in_column(apart=GRID)
        box = in_column(self.about, in_row(self.studio_button, SPRING), self._trials, SPRING, apart=2 * GRID)
        in_row(wide(box), on=studio, margins=4 * GRID)
        return studio

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._first_height = 0
        self._arrange_parts()

    @Slot()
    def _open(self) -> None:
        self.controls.stop()
        self.board.reset_rotations()
        page = self._model.page
        part = self._demonstration_part if self._model.demonstration else self._studio_part
        self._stack.setCurrentWidget(part)
        self._show_trials(page.trials if page else ())
        self._show_hint()
        self._first_height = 0
        self._show()
        self._arrange_parts()

    @Slot()
    def _show(self) -> None:
        state = self._model.demonstration
        if state is None:
            self.board.show_figures(())
            return
        self.board.show_figures(state.figures())
        self.controls.show_controls(state.controls())
        words, tables = state.words(), state.tables()
        self.words.show_words(words, tables)
        self.words.setVisible(bool(words or tables))
        tabs = self.tab_widgets()
        if tabs != self._tabs:
            self._tabs = tabs
            order_tabs(tabs)
        self._arrange_parts()

    def _show_hint(self) -> None:
        """Explains a page without figures."""
        is_readable = self._model.is_readable
        in_studio = "This lesson happens in the studio: with the network itself."
        broken = "Once its file has been mended, open it again: it is read anew."
        self.about.setText(in_studio if is_readable else broken)
        self.studio_button.setVisible(is_readable)

    def _show_trials(self, trials: Sequence[Trial]) -> None:
        """Shows a button for each trial of the page."""
        remove_widgets(self._trials, self._trial_lines)
        self._trial_lines = [self._trial_line(trial) for trial in trials]
        for line in self._trial_lines:
            self._trials.addWidget(line)

    def _trial_line(self, trial: Trial) -> QWidget:
        line, title = QWidget(), f"Try: {shown(trial.label)}"
        button = QPushButton(title)
        text = "Makes it the experiment, which Undo takes back; your runs are kept."
        describe(button, title, text)
        button.clicked.connect(lambda: self.trial_wanted.emit(trial.name))
        in_row(button, SPRING, on=line)
        return line

    def _arrange_parts(self) -> None:
        """Sets the height of the part below the figures. Names of controls stand above them where the text
        would have no room beside, and controls and text in one column where even that is too wide."""
        parts, words, width = self._parts, self.words, self._below.viewport().width()
        needed = 0 if words.isHidden() else max(words.least_width(), _LEAST_WORDS)
        left = width - needed - parts.spacing() - GRID  # the margin on the right of the controls
        beside, above = (self.controls.least_width(names_above=on) for on in (False, True))
        is_stacked = max(above, self.reset_button.minimumSizeHint().width()) > left
        self.controls.set_names_above(not is_stacked and beside > left)
        words.setMinimumWidth(0 if is_stacked else needed)
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        parts.setDirection(down if is_stacked else across)
        share = _MOST_STACKED if is_stacked else _MOST_BELOW
        self._below.setFixedHeight(self._height_below(parts.heightForWidth(width), share))

    def _height_below(self, needed: int, share: float) -> int:
        """Height of the part below the figures: what it needs, up to a share of the page at first. It gets
        more only where that makes the figures no smaller, and arranges none anew as its text grows."""
        if not self._first_height:
            self._first_height = max(_LEAST_BELOW, min(needed, round(share * self.height())))
        room = self.height() - 3 * GRID
        spare = room - self.board.useful_height(room - self._first_height)
        return max(self._first_height, min(needed, spare))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Updates the layout after the controls' own, since only then their height is known."""
        if watched is self._controls_side and event.type() == QEvent.Type.LayoutRequest:
            self._first_height = 0
            self._arrange_parts()
        return super().eventFilter(watched, event)
