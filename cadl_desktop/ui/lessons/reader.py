"""A page's text with its goal below it, and the way to the pages before and after."""

from PySide6.QtCore import QPoint, QRect, QSize, Signal, Slot
from PySide6.QtWidgets import QWidget

from cadl_desktop.ui.controls.action import Action, Within, add_action, button_for
from cadl_desktop.ui.controls.layouts import SPRING, in_column, in_row, wide
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.lessons.glossary import GlossaryPopup, glossary_word
from cadl_desktop.ui.lessons.reading import Reading
from cadl_desktop.ui.lessons.text_view import TextView
from cadl_desktop.ui.lessons.tick import Tick
from cadl_desktop.ui.theme.theme import GRID

CONTROL, TRIAL = "control:", "try:"
_PAGE = ".md"


class Reader(QWidget):
    """Stands on the page and in the dock beside the studio alike."""

    control_wanted = Signal(str)
    trial_wanted = Signal(str)

    def __init__(self, reading: Reading, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading = reading
        self.text = TextView()
        self.tick, self.goal = Tick(), label("", wraps=True)
        text = "Opens the page before this one (Alt+Left)."
        before = Action("Back", self._go_back, "Alt+Left", text, "left")
        text = "Opens the page after this one (Alt+Right)."
        after = Action("Next", self._go_on, "Alt+Right", text, "right")
        self.ways = before, after
        self.before, self.after = button_for(before), button_for(after)
        self._goal_row = QWidget()
        in_row(self.tick, wide(self.goal), on=self._goal_row, margins=(2 * GRID, 0, 2 * GRID, 0))
        self.buttons = in_row(self.before, SPRING, self.after, margins=(2 * GRID, 0, 2 * GRID, GRID))
        in_column(wide(self.text), self._goal_row, self.buttons, on=self, apart=GRID)
        self.text.followed.connect(self._follow)
        reading.opened.connect(self._show)
        reading.contents_changed.connect(self._show_way)
        reading.goals_changed.connect(self._show_goal)
        self._show()

    def sizeHint(self) -> QSize:
        return QSize(46 * GRID, 60 * GRID)

    @Slot()
    def _show(self) -> None:
        self.text.show_text(self._reading.text)
        self._show_goal()
        self._show_way()

    def have_keys(self, owner: QWidget) -> None:
        """Has the keys of both ways work in a widget and all that is in it."""
        for way in self.ways:
            add_action(owner, way, Within.WidgetWithChildrenShortcut)

    @Slot()
    def _go_back(self) -> None:
        self._reading.open(self._reading.place - 1)

    @Slot()
    def _go_on(self) -> None:
        self._reading.open(self._reading.place + 1)

    @Slot()
    def _show_way(self) -> None:
        place, count = self._reading.place, len(self._reading.chapters)
        self.before.setEnabled(place > 0)
        self.after.setEnabled(place < count - 1)

    @Slot()
    def _show_goal(self) -> None:
        page, reached = self._reading.page, self._reading.is_reached
        goal = page.goal if page else ""
        self._goal_row.setVisible(bool(goal))
        self.tick.set_reached(reached)
        self.goal.setText(f"Goal reached: {goal}" if reached else f"Goal: {goal}")
        self.goal.setAccessibleName(self.goal.text())

    @Slot(str)
    def _follow(self, link: str) -> None:
        if link.startswith(CONTROL):
            self.control_wanted.emit(link.removeprefix(CONTROL))
        elif link.startswith(TRIAL):
            self.trial_wanted.emit(link.removeprefix(TRIAL))
        elif word := glossary_word(link):
            GlossaryPopup(self).show_word(word, self._word_place())
        elif link.startswith("#"):
            self.text.show_anchor(link[1:])
        else:
            self._reading.open_named(link.partition("#")[0].removesuffix(_PAGE))

    def _word_place(self) -> QRect:
        """Where the link stands on the screen that was just followed."""
        cursor = self.text.textCursor()
        place = self.text.cursorRect(cursor)
        return QRect(self.text.viewport().mapToGlobal(place.topLeft() + QPoint(GRID, 0)), place.size())
