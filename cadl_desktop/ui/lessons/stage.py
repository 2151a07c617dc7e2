"""What a page plays with: its figures, the controls beside them, and what there is to say of them."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QPushButton, QStackedLayout, QWidget

from cadl_desktop.lessons.page import Trial
from cadl_desktop.sentences import shown
from cadl_desktop.ui.controls.fields import describe, order_tabs
from cadl_desktop.ui.controls.layouts import SPRING, in_column, in_row, scroll_area, wide
from cadl_desktop.ui.controls.looks import label, paper
from cadl_desktop.ui.lessons.control_panel import ControlPanel
from cadl_desktop.ui.lessons.figures.board import Board
from cadl_desktop.ui.lessons.reading import Reading
from cadl_desktop.ui.lessons.text_view import WordsView
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID

_MOST_BELOW, _MOST_STACKED = 0.38, 0.5
"""Of the height, for what stands below the figures: side by side, or one below the other."""
_LEAST_BELOW = 15 * GRID
_LEAST_WORDS = 20 * GRID
"""In which lines of words can be read."""


class Stage(QWidget):
    """Shows the reading's demonstration, and tells the reading what a hand does."""

    studio_wanted = Signal()
    trial_wanted = Signal(str)

    def __init__(self, reading: Reading, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading = reading
        self._stack = QStackedLayout(self)
        self._played, self._studio = self._make_played(), self._make_studio()
        self._stack.addWidget(self._played)
        self._stack.addWidget(self._studio)
        self._tabs: list[QWidget] = []
        self._offered: list[QWidget] = []
        self.board.moved.connect(reading.move)
        self.controls.turned.connect(reading.turn)
        self.controls.pressed.connect(reading.press)
        self.again.clicked.connect(reading.begin_again)
        reading.opened.connect(self._open)
        reading.changed.connect(self._show)
        self._open()

    def sizeHint(self) -> QSize:
        return QSize(80 * GRID, 70 * GRID)

    def tab_widgets(self) -> list[QWidget]:
        return [*self.board.tab_widgets(), *self.controls.tab_widgets(), self.again, self.words]

    def _make_played(self) -> QWidget:
        # From outside in: whatever gets another parent is dressed anew, with all that is in it.
        played = QWidget(self)
        paper(played)
        self._below = scroll_area(played)
        below = QWidget(self._below.viewport())
        hands = QWidget(below)
        self.board, self.controls, self.words = Board(played), ControlPanel(hands), WordsView(below)
        self.again = QPushButton("As at first", hands)
        set_icon(self.again, "reset")
        self.again.setProperty("small", True)
        text = "Puts the figure back to where it began; a goal that was reached stays reached."
        describe(self.again, "As at first", text)
        margins = (0, 0, GRID, 0)
        in_column(self.controls, in_row(self.again, SPRING), SPRING, on=hands, margins=margins, apart=GRID)
        hands.installEventFilter(self)
        self._hands = hands
        self._parts = in_row(wide(hands), wide(self.words), on=below, apart=2 * GRID)
        self._below.setWidget(below)
        in_column(wide(self.board), self._below, on=played, apart=GRID, margins=GRID)
        return played

    def _make_studio(self) -> QWidget:
        studio = QWidget(self)
        paper(studio)
        self.go = QPushButton("Beside the studio")
        self.go.setProperty("primary", True)
        text = "Shows the network, with these words beside it."
        describe(self.go, "Beside the studio", text)
        self.go.clicked.connect(self.studio_wanted)
        self.about = label("", wraps=True)
        self._trials = in_column(apart=GRID)
        box = in_column(self.about, in_row(self.go, SPRING), self._trials, SPRING, apart=2 * GRID)
        in_row(wide(box), on=studio, margins=4 * GRID)
        return studio

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    @Slot()
    def _open(self) -> None:
        self.controls.stop()
        self.board.forget_looks()
        page = self._reading.page
        self._stack.setCurrentWidget(self._played if self._reading.demonstration else self._studio)
        self._offer(page.trials if page else ())
        self._say_what_it_is()
        self._show()
        self._share_room()

    @Slot()
    def _show(self) -> None:
        state = self._reading.demonstration
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
            self._share_room()

    def _say_what_it_is(self) -> None:
        """Of a lesson without figures."""
        is_readable = self._reading.is_readable
        in_studio = "This lesson happens in the studio: with the network itself."
        broken = "Once its file has been mended, open it again: it is read anew."
        self.about.setText(in_studio if is_readable else broken)
        self.go.setVisible(is_readable)

    def _offer(self, trials: Sequence[Trial]) -> None:
        """A button for each, in place of those of another page."""
        for line in self._offered:
            self._trials.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._offered = [self._trial_line(trial) for trial in trials]
        for line in self._offered:
            self._trials.addWidget(line)

    def _trial_line(self, trial: Trial) -> QWidget:
        line, title = QWidget(), f"Try: {shown(trial.label)}"
        button = QPushButton(title)
        text = "Makes it the experiment, which Undo takes back; your runs are kept."
        describe(button, title, text)
        button.clicked.connect(lambda: self.trial_wanted.emit(trial.name))
        in_row(button, SPRING, on=line)
        return line

    def _share_room(self) -> None:
        """What stands below the figures takes what it needs, but not most of the height. Controls and words
        without the width that both need are in one column."""
        parts, words, width = self._parts, self.words, self._below.viewport().width()
        needed = 0 if words.isHidden() else max(words.least_width(), _LEAST_WORDS)
        is_stacked = self._hands.minimumSizeHint().width() + parts.spacing() + needed > width
        words.setMinimumWidth(0 if is_stacked else needed)
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        parts.setDirection(down if is_stacked else across)
        share = _MOST_STACKED if is_stacked else _MOST_BELOW
        most = max(_LEAST_BELOW, round(share * self.height()))
        self._below.setFixedHeight(min(max(parts.heightForWidth(width), _LEAST_BELOW), most))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Controls of another page know their height only after they have been laid out."""
        if watched is self._hands and event.type() == QEvent.Type.LayoutRequest:
            self._share_room()
        return super().eventFilter(watched, event)
