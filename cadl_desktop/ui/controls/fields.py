"""What forms are made of: a named control with its help and, when there is one, its problem."""

from collections.abc import Iterable
from itertools import pairwise

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPalette, QWheelEvent
from PySide6.QtWidgets import QComboBox, QLabel, QSizePolicy, QSlider, QStyle, QStyleOptionComboBox, QWidget

from cadl_desktop.experiment.catalog import Category, Parameter, entries
from cadl_desktop.sentences import Sentence
from cadl_desktop.ui.controls.edits.number_edit import NumberEdit
from cadl_desktop.ui.controls.edits.undo_keys import is_undo
from cadl_desktop.ui.controls.following import Follower
from cadl_desktop.ui.controls.layouts import at, in_row, named_grid, wide
from cadl_desktop.ui.controls.looks import label, set_look
from cadl_desktop.ui.controls.tips import set_tip, wrapped
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID, blend, notifier, theme

LABEL_WIDTH = 12 * GRID
ICON_WIDTH = 4 * GRID
_ICON_GAP = 4  # what Qt leaves between the icon of a choice and its title
_LINE = 26  # as high as a line edit, so that its label stands at the same height


def window_text(text: str) -> str:
    """The words of an error or a problem as the window writes them: numbers as in its fields, 2.3e−5."""
    return text.with_numbers_for_people() if isinstance(text, Sentence) else text


def describe(widget: QWidget, name: str, text: str) -> None:
    """Gives a control its name for a screen reader and its one-sentence help."""
    widget.setAccessibleName(name)
    set_tip(widget, text)


def tab_start(parent: QWidget) -> QWidget:
    """A widget that nobody sees: where the controls of a parent that changes start in the tab order.

    Qt orders only what can have the focus, and it would take the parent itself for all that it contains.
    """
    start = QWidget(parent)
    start.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    start.hide()
    return start


def order_tabs(order: Iterable[QWidget]) -> None:
    """Lets Tab visit these one after the other."""
    for before, after in pairwise(order):
        QWidget.setTabOrder(before, after)


def choices_of(category: Category) -> list[tuple[str, str, str]]:
    """Name, title and help of everything that can be chosen."""
    known = entries(category).values()
    return [(entry.kind, entry.title, entry.help) for entry in known]


def parameter_choices(parameter: Parameter) -> list[tuple[str, str, str]]:
    """The same for a parameter, whose choices may be names that stand for themselves."""
    if isinstance(parameter.choices, str):
        return choices_of(parameter.choices)
    return [(name, name.capitalize(), "") for name in parameter.choices]


class Chooser(QComboBox):
    """A combo box of names with titles; `chosen(name)` is emitted for what a person does."""

    chosen = Signal(str)

    def __init__(self, choices: Iterable[tuple[str, str, str]] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self._shown = ""
        self.set_choices(choices)
        self.activated.connect(self._activated)

    def name(self) -> str:
        """What is shown."""
        return self._shown

    def set_choices(self, choices: Iterable[tuple[str, str, str]]) -> None:
        """Other choices: name, title and help of each."""
        self.clear()
        for name, title, text in choices:
            self.addItem(title, name)
            self.setItemData(self.count() - 1, wrapped(text), Qt.ItemDataRole.ToolTipRole)

    def set_name(self, name: str) -> None:
        """Shows a choice; one that the catalog doesn't know shows as nothing chosen."""
        self._shown = name
        self.setCurrentIndex(self.findData(name))

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        """Shortens a title that is longer than the room, which Qt would cut in the middle of a letter."""
        super().initStyleOption(option)
        control, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(control, option, part, self).width()
        if not option.currentIcon.isNull():
            room -= self.iconSize().width() + _ICON_GAP
        option.currentText = self.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, room
        )

    def title(self, name: str) -> str:
        index = self.findData(name)
        return self.itemText(index) if index >= 0 else name

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_undo(event):
            event.ignore()  # a combo box would look for a choice that begins with this letter
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        # Who has clicked here knows where the keys go; a list that closes gives the focus back.
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            set_look(self, "clicked", event.reason() == Qt.FocusReason.MouseFocusReason)
        super().focusInEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()  # the panel scrolls

    @Slot(int)
    def _activated(self, index: int) -> None:
        name = self.itemData(index)
        if name != self._shown:
            self._shown = name
            self.chosen.emit(name)


class IconChooser(Chooser):
    """Shows the icon of what is chosen; names stand in the list."""

    def __init__(self, choices: Iterable[tuple[str, str, str]] = (), parent: QWidget | None = None) -> None:
        super().__init__(choices, parent)
        self.setProperty("icon", True)
        self.setFixedWidth(ICON_WIDTH)

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        super().initStyleOption(option)
        option.currentText = ""

    def showPopup(self) -> None:
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 2 * GRID)
        super().showPopup()


class CalmSlider(QSlider):
    """A horizontal slider that leaves the wheel to the panel unless it has the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ProblemLine(QWidget):
    """One problem in plain words beside a warning sign; takes no room when there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        sign, self._text = QLabel(), label("", "small", wraps=True)
        set_icon(sign, "warning", "orange")
        in_row(at(Qt.AlignmentFlag.AlignTop, sign), wide(self._text), on=self, apart=GRID // 2)
        notifier().changed.connect(self._recolour)
        self._recolour()
        self.hide()

    def text(self) -> str:
        """What is shown; empty when nothing is."""
        return self._text.text()

    def show_problem(self, message: str) -> None:
        """Shows a problem's message; an empty one clears it."""
        text = window_text(message) if message else ""
        self._text.setText(text[:1].upper() + text[1:])
        self.setAccessibleName(self._text.text())
        self.setVisible(bool(message))

    @Slot()
    def _recolour(self) -> None:
        # The sign's orange alone is too pale for small letters on a light ground.
        colours = self._text.palette()
        colours.setColor(QPalette.ColorRole.WindowText, blend(theme().orange, theme().text, 0.3))
        self._text.setPalette(colours)


class Field(Follower):
    """A label, the control it names, and below them the control's problem. A `label_width` of 0 puts the
    label above the control."""

    def __init__(
        self,
        title: str,
        text: str,
        control: QWidget,
        extra: QWidget | None = None,
        parent: QWidget | None = None,
        label_width: int = LABEL_WIDTH,
    ) -> None:
        row = in_row(wide(control), *([extra] if extra else []), apart=GRID // 2)
        super().__init__(control, row, parent)
        self._refusal = ""
        self._problem: ProblemLine | None = None
        describe(control, title, text)
        if isinstance(control, NumberEdit):
            control.refused.connect(self._show_refusal)
        grid = named_grid()
        label = self._label(title, text)
        if label_width:
            label.setFixedWidth(label_width)
            label.setMinimumHeight(_LINE)
            grid.addWidget(label, 0, 0, Qt.AlignmentFlag.AlignTop)
            grid.addLayout(row, 0, 1)
        else:
            grid.setVerticalSpacing(0)
            label.setProperty("small", True)
            label.setProperty("muted", True)
            grid.addWidget(label, 0, 0, 1, 2)
            grid.addLayout(row, 1, 0, 1, 2)
        self.setLayout(grid)
        self._grid = grid

    @property
    def problem(self) -> ProblemLine:
        """Made for the first problem: most fields never have one, and it is half of what they are made of."""
        if self._problem is None:
            self._problem = ProblemLine()
            self._grid.addWidget(self._problem, 2, 0, 1, 2)
        return self._problem

    def show_problem(self, message: str) -> None:
        """Shows what is wrong with this field's value; an empty message clears it."""
        self._say_problem(message or self._refusal)
        if isinstance(self.control, NumberEdit):
            self.control.set_problem(bool(message))
        else:
            set_look(self.control, "problem", bool(message))

    @Slot(str)
    def _show_refusal(self, words: str) -> None:
        if words != self._refusal:
            self._refusal = words
            self._say_problem(words)

    def _say_problem(self, words: str) -> None:
        if words or self._problem is not None:
            self.problem.show_problem(words)

    def _label(self, title: str, text: str) -> QLabel:
        label = QLabel(title, self)
        label.setWordWrap(True)
        set_tip(label, text)
        label.setBuddy(self.control)
        label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        return label
