"""Text of a page with its goal below, buttons to the previous and next page, and the glossary popup."""

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from cadl_desktop.lessons.texts import GLOSSARY, TextError, shipped_text
from cadl_desktop.markdown import Text, plain
from cadl_desktop.ui.controls.action import Action, Within, add_action, button_for
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import SPRING, in_column, in_row, wide
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.controls.small_popup import SmallPopup
from cadl_desktop.ui.lessons.lessons_model import LessonsModel
from cadl_desktop.ui.lessons.words_view import BlocksView
from cadl_desktop.ui.texts.formulas import typeset
from cadl_desktop.ui.texts.text_view import CONTROL, TextView
from cadl_desktop.ui.theme.icons import icon
from cadl_desktop.ui.theme.theme import GRID, theme

_SIZE = 18


class GoalTick(QWidget):
    """Circle that is filled and ticked once the goal is reached; the label beside it says so in words."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_reached(self, reached: bool) -> None:
        self.reached = reached
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_SIZE, _SIZE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        circle = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        painter.setPen(QPen(QColor(theme().good if self.reached else theme().muted), 1.5))
        painter.setBrush(QColor(theme().good) if self.reached else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(circle)
        if self.reached:
            icon("check", "surface").paint(painter, self.rect().adjusted(3, 3, -3, -3))
        painter.end()


_WIDTH = 40 * GRID


class GlossaryPopup(SmallPopup):
    """Popup with a glossary entry, whose links lead to other entries; Escape or a click elsewhere closes
    it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._glossary = _glossary()
        self._view: BlocksView | None = None
        self._place = QRect()

    def show_word(self, anchor: str, place: QRect) -> None:
        """Opens beside `place` on the screen, or closes if the glossary does not have the word."""
        blocks = self._glossary.section(anchor) if self._glossary else ()
        if not blocks:
            self.close()
            return
        self._place = place
        if self._view is not None:
            self.rows.removeWidget(self._view)
            self._view.deleteLater()
        view = self._view = BlocksView(blocks[1:], _WIDTH)
        view.followed.connect(self._follow)
        self.rows.addWidget(view)
        self.setFocusProxy(view)
        self.open_at(place, plain(blocks[0].spans))
        view.setFocus(Qt.FocusReason.PopupFocusReason)

    def _follow(self, link: str) -> None:
        if anchor := glossary_word(link):
            self.show_word(anchor, self._place)


def glossary_word(link: str) -> str:
    """Glossary anchor of a link; empty if it leads elsewhere."""
    page, _, anchor = link.partition("#")
    return anchor if page == f"{GLOSSARY}.md" else ""


def _glossary() -> Text | None:
    try:
        return shipped_text(GLOSSARY)
    except TextError:
        return None


TRIAL = "try:"
"""Scheme of links that open an experiment to try."""


class TextPanel(QWidget):
    """Panel with a page's text and goal, for the lessons page and its dock."""

    control_wanted = Signal(str)
    trial_wanted = Signal(str)

    def __init__(self, model: LessonsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.text = TextView()
        self.tick, self.goal = GoalTick(), label("", wraps=True)
        text = "Opens the page before this one (Alt+Left)."
        before = Action("Back", self._go_back, "Alt+Left", text, "left")
        text = "Opens the page after this one (Alt+Right)."
        after = Action("Next", self._go_forward, "Alt+Right", text, "right")
        self._page_actions = before, after
        self.before, self.after = button_for(before), button_for(after)
        self._goal_row = QWidget()
        self.hint, self.hint_button = label("", "muted", wraps=True), QPushButton()
        self.hint_button.setProperty("small", True)
        row = in_row(self.tick, wide(self.goal), self.hint_button, apart=GRID)
        in_column(row, self.hint, on=self._goal_row, margins=(2 * GRID, 0, 2 * GRID, 0), apart=GRID)
        self.buttons = in_row(self.before, SPRING, self.after, margins=(2 * GRID, 0, 2 * GRID, GRID))
        in_column(wide(self.text), self._goal_row, self.buttons, on=self, apart=GRID)
        self.text.followed.connect(self._follow)
        self.hint_button.clicked.connect(model.give_hint)
        model.opened.connect(self._show)
        model.contents_changed.connect(self._update_buttons)
        model.goals_changed.connect(self._show_goal)
        for following in (model.changed, model.progress.changed):
            following.connect(self._show_hint)
        self._show()

    def sizeHint(self) -> QSize:
        return QSize(46 * GRID, 60 * GRID)

    @Slot()
    def _show(self) -> None:
        self.text.show_text(self._model.text)
        self._show_goal()
        self._update_buttons()

    def add_shortcuts(self, owner: QWidget) -> None:
        """Makes the shortcuts of Back and Next work in a widget and its children."""
        for action in self._page_actions:
            add_action(owner, action, Within.WidgetWithChildrenShortcut)

    @Slot()
    def _go_back(self) -> None:
        self._model.open(self._model.place - 1)

    @Slot()
    def _go_forward(self) -> None:
        self._model.open(self._model.place + 1)

    @Slot()
    def _update_buttons(self) -> None:
        place, count = self._model.place, len(self._model.chapters)
        self.before.setEnabled(place > 0)
        self.after.setEnabled(place < count - 1)

    @Slot()
    def _show_goal(self) -> None:
        page, reached = self._model.page, self._model.is_reached
        goal = page.goal if page else ""
        self._goal_row.setVisible(bool(goal))
        self.tick.set_reached(reached)
        self.goal.setText(f"Goal reached: {goal}" if reached else f"Goal: {goal}")
        self.goal.setAccessibleName(self.goal.text())
        self._show_hint()

    @Slot()
    def _show_hint(self) -> None:
        """Shows the hint that was given, which follows what is tried, and the button for the next one."""
        hint, left = self._model.hint, self._model.hints_left
        self.hint.setText(typeset(f"Hint: {hint}"))
        self.hint.setVisible(bool(hint))
        if not left and self.hint_button.hasFocus():
            self.text.setFocus()  # Qt would give it to Back, on which the next Space would leave the page
        self.hint_button.setVisible(left > 0)
        if hint:
            describe(self.hint_button, "Tell me", "Says what to set, so that the goal is reached.")
        else:
            describe(self.hint_button, "Hint", "Says what to look at next; one more hint says what to set.")
        self.hint_button.setText(self.hint_button.accessibleName())

    @Slot(str)
    def _follow(self, link: str) -> None:
        if link.startswith(CONTROL):
            self.control_wanted.emit(link.removeprefix(CONTROL))
        elif link.startswith(TRIAL):
            self.trial_wanted.emit(link.removeprefix(TRIAL))
        elif word := glossary_word(link):
            GlossaryPopup(self).show_word(word, self._followed_link_place())
        elif link.startswith("#"):
            self.text.scrollToAnchor(link[1:])
        else:
            self._model.open_named(link.partition("#")[0].removesuffix(".md"))

    def _followed_link_place(self) -> QRect:
        """Place on the screen of the link that was just followed."""
        cursor = self.text.textCursor()
        place = self.text.cursorRect(cursor)
        return QRect(self.text.viewport().mapToGlobal(place.topLeft() + QPoint(GRID, 0)), place.size())
