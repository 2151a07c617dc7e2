"""Fields of forms: a label, a control with its help, and the problem with its value, if any."""

from collections.abc import Iterable
from itertools import pairwise

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPalette, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QLabel,
    QSizePolicy,
    QSlider,
    QStyle,
    QStyleOptionComboBox,
    QTableView,
    QWidget,
)

from cadl_desktop.experiment import Problem
from cadl_desktop.experiment.catalog import Category, Parameter, entries
from cadl_desktop.sentences import Sentence
from cadl_desktop.ui.controls.follower import FollowRow
from cadl_desktop.ui.controls.layouts import at, form_grid, in_row, wide
from cadl_desktop.ui.controls.line_edits import NumberEdit, is_undo
from cadl_desktop.ui.controls.looks import label, set_look, set_tip, wrapped
from cadl_desktop.ui.settings.preference import Preference, preferences
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID, blend, notifier, theme

LABEL_WIDTH = 12 * GRID
ICON_WIDTH = 4 * GRID
_ICON_GAP = 4  # Qt's gap between the icon of a choice and its title
_LINE = 26  # height of a line edit, for a label at the same height


def window_text(text: str) -> str:
    """Text of an error or a problem for the window, with numbers as in its fields: 2.3e−5."""
    return text.with_numbers_for_people() if isinstance(text, Sentence) else text


def describe(widget: QWidget, name: str, text: str) -> None:
    """Sets a control's accessible name and one-sentence help."""
    widget.setAccessibleName(name)
    set_tip(widget, text)


def describe_corner(table: QTableView) -> None:
    """Gives the button between a table's headers an accessible name and makes it do nothing."""
    table.setCornerButtonEnabled(False)
    for corner in table.findChildren(QAbstractButton):
        describe(corner, "Corner of the table", "Does nothing.")


def tab_start(parent: QWidget) -> QWidget:
    """Hidden widget that marks where the controls of a parent that is rebuilt begin in the tab order.

    Qt orders only widgets that can have the focus, and would take the parent for everything in it.
    """
    start = QWidget(parent)
    start.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    start.hide()
    return start


def order_tabs(order: Iterable[QWidget]) -> None:
    """Makes Tab visit these widgets in this order."""
    for before, after in pairwise(order):
        QWidget.setTabOrder(before, after)


def tab_stops(window: QWidget) -> list[QWidget]:
    """Controls of a window that Tab visits now, in its order."""
    chain = [window]
    while (following := chain[-1].nextInFocusChain()) is not None and following is not window:
        chain.append(following)
    tab = Qt.FocusPolicy.TabFocus
    takes = [widget for widget in chain[1:] if widget.focusPolicy() & tab and widget.focusProxy() is None]
    return [widget for widget in takes if widget.isVisible() and widget.isEnabled()]


def choices_of(category: Category) -> list[tuple[str, str, str]]:
    """Name, title and help of each entry of a category."""
    return [(entry.kind, entry.title, entry.help) for entry in entries(category).values()]


def parameter_choices(parameter: Parameter) -> list[tuple[str, str, str]]:
    """Name, title and help of each choice of a parameter: entries of a category, or plain names."""
    if isinstance(parameter.choices, str):
        return choices_of(parameter.choices)
    return [(name, name.capitalize(), "") for name in parameter.choices]


class Chooser(QComboBox):
    """Combo box of names with titles; `chosen(name)` is emitted for user edits only."""

    chosen = Signal(str)

    def __init__(self, choices: Iterable[tuple[str, str, str]] = ()) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self._shown = ""
        self.set_choices(choices)
        self.activated.connect(self._activated)

    def name(self) -> str:
        """Name of the choice that is shown."""
        return self._shown

    def set_choices(self, choices: Iterable[tuple[str, str, str]]) -> None:
        """Replaces the choices by these: name, title and help of each."""
        self.clear()
        for name, title, text in choices:
            self.addItem(title, name)
            self.setItemData(self.count() - 1, wrapped(text), Qt.ItemDataRole.ToolTipRole)

    def set_name(self, name: str) -> None:
        """Shows a choice; none for a name that isn't among them."""
        self._shown = name
        self.setCurrentIndex(self.findData(name))

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        """Elides a title that is too long; Qt would cut it in the middle of a letter."""
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
            event.ignore()  # QComboBox would search for a choice that begins with this letter
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        # No focus border after a click. A popup that closes returns the focus, and changes nothing.
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
    """Chooser that shows only the icon of its choice; the list has the titles, too."""

    def __init__(self, choices: Iterable[tuple[str, str, str]]) -> None:
        super().__init__(choices)
        self.setProperty("icon", True)
        self.setFixedWidth(ICON_WIDTH)

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        super().initStyleOption(option)
        option.currentText = ""

    def showPopup(self) -> None:
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 2 * GRID)
        super().showPopup()


class CalmSlider(QSlider):
    """Horizontal slider that leaves the wheel to the panel unless it has the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class CheckBox(QCheckBox):
    """Check box that a click anywhere on its height reaches; Qt's own takes those on box and letters."""

    def hitButton(self, where: QPoint) -> bool:
        return QRect(QPoint(0, 0), self.sizeHint().expandedTo(QSize(0, self.height()))).contains(where)


class PreferenceSwitch(CheckBox):
    """Check box bound to a preference, wherever that is changed."""

    def __init__(self, preference: Preference[bool], title: str) -> None:
        super().__init__(title)
        self._preference = preference
        self.setChecked(preference.get())
        self.clicked.connect(preference.set)
        preferences().changed.connect(self._on_preference_changed)

    @Slot(object)
    def _on_preference_changed(self, preference: Preference[object]) -> None:
        if preference is self._preference:
            self.setChecked(self._preference.get())


class ProblemLine(QWidget):
    """Message of a problem beside a warning sign; hidden when there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        sign, self._text = QLabel(), label("", "small", wraps=True)
        set_icon(sign, "warning", "orange")
        in_row(at(Qt.AlignmentFlag.AlignTop, sign), wide(self._text), on=self, apart=GRID // 2)
        notifier().changed.connect(self._recolour)
        self._recolour()
        self.hide()

    def text(self) -> str:
        """The message that is shown; empty if none is."""
        return self._text.text()

    def show_problem(self, message: str) -> None:
        """Shows a message; an empty one hides the line."""
        text = window_text(message) if message else ""
        self._text.setText(text[:1].upper() + text[1:])
        self.setAccessibleName(self._text.text())
        self.setVisible(bool(message))

    @Slot()
    def _recolour(self) -> None:
        # The sign's orange is too pale for small text on a light background.
        colours = self._text.palette()
        colours.setColor(QPalette.ColorRole.WindowText, blend(theme().orange, theme().text, 0.3))
        self._text.setPalette(colours)


class Field(FollowRow):
    """Label, control, and the problem with the control's value below them. A `label_width` of 0 puts the
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
        grid = form_grid()
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
        """Created for the first problem: most fields never have one, and it is half of a field's widgets."""
        if self._problem is None:
            self._problem = ProblemLine()
            self._grid.addWidget(self._problem, 2, 0, 1, 2)
        return self._problem

    def show_problem(self, message: str) -> None:
        """Shows a problem with the field's value; an empty message clears it."""
        self._update_problem(message or self._refusal)
        if isinstance(self.control, NumberEdit):
            self.control.set_problem(bool(message))
        else:
            set_look(self.control, "problem", bool(message))

    @Slot(str)
    def _show_refusal(self, words: str) -> None:
        if words != self._refusal:
            self._refusal = words
            self._update_problem(words)

    def _update_problem(self, words: str) -> None:
        if words or self._problem is not None:
            self.problem.show_problem(words)

    def _label(self, title: str, text: str) -> QLabel:
        label = QLabel(title, self)
        label.setWordWrap(True)
        set_tip(label, text)
        label.setBuddy(self.control)
        label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        return label


def messages_by_field(problems: Iterable[Problem]) -> dict[str, str]:
    """First message of each field, by the field's path."""
    found: dict[str, str] = {}
    for problem in problems:
        found.setdefault(problem.field, problem.message)
    return found


def problems_of_part(problems: dict[str, str], prefix: str) -> dict[str, str]:
    """Messages of one part, by the names of its settings."""
    start = f"{prefix}."
    return {field.removeprefix(start): text for field, text in problems.items() if field.startswith(start)}
