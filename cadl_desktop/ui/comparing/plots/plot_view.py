"""Bases of the views that are a plot below a row of choosers, and of their plots."""

from collections.abc import Mapping, Sequence

from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from cadl_desktop.comparing.comparable import comparable
from cadl_desktop.comparing.training import NOUNS, TrainingSet
from cadl_desktop.sentences import counted
from cadl_desktop.session.comparing.comparison import Selection
from cadl_desktop.ui.comparing.view import ComparisonView
from cadl_desktop.ui.controls.fields import Chooser, describe
from cadl_desktop.ui.controls.layouts import SPRING, in_column, in_row, wide
from cadl_desktop.ui.controls.looks import FittingLabel, label
from cadl_desktop.ui.controls.speech import announce
from cadl_desktop.ui.plots.plot import Plot
from cadl_desktop.ui.plots.plot_canvas import DIRECTIONS
from cadl_desktop.ui.theme.theme import GRID

Numbers = tuple[int, ...]
_LETTERS = 12


class TrainingPlot(Plot):
    """Plot in which trainings are chosen by a click, or by arrow keys that walk from one to the next.

    current: numbers from which the keys walk on; empty if no chosen training is shown.
    """

    open_wanted = Signal(int)

    def __init__(self, selection: Selection) -> None:
        super().__init__()
        self.selection = selection
        self.current: Numbers = ()
        self.canvas.scene().sigMouseClicked.connect(self._clicked)
        self.canvas.installEventFilter(self)

    def draw(self) -> None:
        """Draws everything, and sets `current`."""
        raise NotImplementedError

    def numbers_at(self, where: QPointF) -> Numbers:
        """Returns the numbers of the trainings at a point of the plane."""
        raise NotImplementedError

    def in_order(self, *, across: bool) -> Sequence[Numbers] | None:
        """Returns the numbers to walk over from left to right, or from bottom to top; None where these keys
        mean something else."""
        raise NotImplementedError

    def current_words(self) -> str:
        """Returns the name and the values of the current training."""
        raise NotImplementedError

    def show_selection(self) -> None:
        """Draws everything, and shows the values of the current training while nothing else is read."""
        self.draw()
        is_read = self.canvas.cursor.x is not None or self.canvas.under_mouse() is not None
        self.say(self.current_words() if self.current and not is_read else "")
        self.summary.change()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Walks with arrow keys, and opens with Return."""
        if not isinstance(event, QKeyEvent) or event.type() is not QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:  # which all arrows of a Mac have
            return super().eventFilter(watched, event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.selection.number is not None:
                self.open_wanted.emit(self.selection.number)
            return True
        right, up = DIRECTIONS.get(Qt.Key(event.key()), (0, 0))
        order = self.in_order(across=bool(right)) if right or up else None
        if order is None:
            return super().eventFilter(watched, event)
        if order:
            at = order.index(self.current) + right + up if self.current in order else 0
            self.selection.select(*order[min(max(at, 0), len(order) - 1)])
            announce(self.canvas, self.current_words() if self.current else "")
        return True

    @Slot(object)
    def _clicked(self, event: MouseClickEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            numbers = self.numbers_at(self.canvas.getPlotItem().getViewBox().mapSceneToView(event.scenePos()))
            adds = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            if adds and len(numbers) == 1:
                self.selection.toggle(numbers[0])
            elif numbers or not adds:
                self.selection.select(*numbers)


class PlotView(ComparisonView):
    """View of one plot. Of runs it has only those comparable with the shown one, which are `compared`; a note
    has the number of others."""

    def __init__(self, selection: Selection, plot: TrainingPlot, parent: QWidget | None = None) -> None:
        super().__init__(selection, parent)
        self.plot, self.note = plot, FittingLabel()
        self.setFocusProxy(plot)
        plot.open_wanted.connect(self.open_wanted)

    @property
    def measure(self) -> str:
        """Name of the measure that is shown; '' for the objective."""
        return ""

    @property
    def compared(self) -> TrainingSet:
        return comparable(self.trainings, self.measure)

    def lay_out(self, *choosers: tuple[str, str, Chooser], end: Sequence[QWidget] = ()) -> None:
        """Puts the plot below choosers with a title and one sentence of help each, and other controls."""
        cells: list[QWidget] = []
        for title, text, chooser in choosers:
            describe(chooser, title, text)
            chooser.setMinimumContentsLength(_LETTERS)
            sign = label(title, "small", "muted")
            sign.setBuddy(chooser)
            cells += [sign, chooser]
        self.note.setProperty("muted", True)
        margins = (GRID, GRID // 2, GRID * 2, GRID // 2)
        rows = [in_row(*cells, SPRING, *end, margins=margins)] if cells else []
        in_column(*rows, in_row(wide(self.note), margins=margins), wide(self.plot), on=self, apart=0)

    def draw(self) -> None:
        words = left_out_words(self.trainings, self.measure)
        self.note.setVisible(bool(words))
        self.note.show_texts([words, words.partition(" of ")[0]])
        self.plot.show_selection()


def left_out_words(trainings: TrainingSet, measure: str = "") -> str:
    """Returns how many runs a view of a measure leaves out, as a sentence; '' if none."""
    count = len(trainings.trainings) - len(comparable(trainings, measure).trainings)
    are = "are" if count > 1 else "is"
    by_cost = (measure or trainings.objective.measure).endswith("cost")
    other = "other data or cost" if by_cost else "other data"
    return f"{counted(count, 'run')} of {other} {are} left out." if count else ""


def none_yet(trainings: TrainingSet, what: str) -> str:
    """Returns the sentence in place of a plot of a set without trainings, in which `what` will appear."""
    has = "has ended" if trainings.kind == "runs" else "has begun"
    return f"No {NOUNS[trainings.kind]} {has} yet. {what} appear here as soon as one has."


def offer(chooser: Chooser, choices: Mapping[str, str], name: str) -> None:
    """Replaces the choices of a chooser, titles by name, unless they are those that it has, and shows one."""
    if {chooser.itemData(at): chooser.itemText(at) for at in range(chooser.count())} != choices:
        chooser.set_choices([(each, title, "") for each, title in choices.items()])
    chooser.set_name(name)
    chooser.setEnabled(len(choices) > 1)
