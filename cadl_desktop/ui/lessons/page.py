"""Page of the lessons in the middle of the window: contents, text and demonstration side by side."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QKeyEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractSlider,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QPushButton,
    QSplitter,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QWidget,
)

from cadl_desktop.sentences import shown
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import in_column, wide
from cadl_desktop.ui.controls.looks import label, toggle
from cadl_desktop.ui.controls.questions import question
from cadl_desktop.ui.lessons.demonstration_view import DemonstrationView
from cadl_desktop.ui.lessons.lessons_model import Chapter, LessonsModel
from cadl_desktop.ui.lessons.text_panel import TextPanel
from cadl_desktop.ui.theme.icons import SIZE, icon
from cadl_desktop.ui.theme.theme import GRID, notifier

_FIGURE_SPACE = "\u2007"


class _TitleDelegate(QStyledItemDelegate):
    """Delegate that wraps titles. Qt ignores the stylesheet's padding when it counts a title's lines."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        narrower = QStyleOptionViewItem(option)
        narrower.rect.setWidth(option.rect.width() - 2 * GRID)
        return super().sizeHint(narrower, index)


class Contents(QListWidget):
    """List of all pages, with a tick where the goal has been reached."""

    def __init__(self, model: LessonsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setWordWrap(True)
        self.setIconSize(QSize(SIZE, SIZE))  # a tick that is larger than no tick would move its row
        self.setItemDelegate(_TitleDelegate(self))
        self.setResizeMode(QListWidget.ResizeMode.Adjust)  # otherwise lines stay broken for the initial width
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        describe(self, "Contents", "All lessons; those with a tick have been reached.")
        self.setToolTip("")
        self.currentItemChanged.connect(self._open_current)
        model.contents_changed.connect(self._fill)
        model.opened.connect(self._select_current)
        model.goals_changed.connect(self._show_ticks)
        notifier().changed.connect(self._show_ticks)
        self._fill()

    def sizeHint(self) -> QSize:
        return QSize(28 * GRID, 60 * GRID)

    @Slot()
    def _fill(self) -> None:
        with QSignalBlocker(self):
            self.clear()
            is_own = False
            for place, chapter in enumerate(self._model.chapters):
                if not chapter.number and not is_own:
                    is_own = True
                    heading = QListWidgetItem("Own lessons", self)
                    heading.setFlags(Qt.ItemFlag.NoItemFlags)
                indent = _FIGURE_SPACE if 0 < chapter.number < 10 else ""
                item = QListWidgetItem(indent + _title(chapter), self)
                item.setData(Qt.ItemDataRole.UserRole, place)
        self._show_ticks()
        self._select_current()

    @Slot()
    def _show_ticks(self) -> None:
        nothing = QPixmap(SIZE, SIZE)
        nothing.fill(Qt.GlobalColor.transparent)
        reached, empty = icon("check", "good"), QIcon(nothing)
        for item in self._items():
            chapter = self._model.chapters[item.data(Qt.ItemDataRole.UserRole)]
            is_reached = chapter.page.name in self._model.reached
            item.setIcon(reached if is_reached else empty)
            title = shown(_title(chapter))
            spoken = f"{title}, goal reached" if is_reached else title
            item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)

    @Slot()
    def _select_current(self) -> None:
        with QSignalBlocker(self):
            for item in self._items():
                if item.data(Qt.ItemDataRole.UserRole) == self._model.place:
                    self.setCurrentItem(item)

    @Slot()
    def _open_current(self) -> None:
        item = self.currentItem()
        if item is not None:
            self._model.open(item.data(Qt.ItemDataRole.UserRole))

    def _items(self) -> list[QListWidgetItem]:
        """Items of pages, without the heading between them."""
        every = (self.item(row) for row in range(self.count()))
        return [item for item in every if item.data(Qt.ItemDataRole.UserRole) is not None]


def _title(chapter: Chapter) -> str:
    return f"{chapter.number} {chapter.page.title}" if chapter.number else chapter.page.title


_SIDE, _WORDS, _FIGURES = 236, 324, 368
"""Least widths in pixels; on a narrower page the contents are hidden."""
_MOST_WORDS = 500
"""Widest text in pixels; longer lines are hard to read."""
_WORDS_SHARE, _MOST_SHARE = 0.26, 0.4
"""Share of the width for the text, and its limit on a narrow page."""


class _Columns(QSplitter):
    """Splitter for contents, text and demonstration. Widths set by the user are kept."""

    narrowed = Signal(bool)  # True when there is no room for the contents

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setChildrenCollapsible(False)
        self._side: QWidget | None = None
        self._is_moved = self.is_narrow = False
        self.splitterMoved.connect(self._remember_moved)

    def add_parts(self, side: QWidget, words: QWidget, figures: QWidget) -> None:
        """Adds the parts, from left to right."""
        self._side = side
        for place, part in enumerate((side, words, figures)):
            self.addWidget(part)
            self.setStretchFactor(place, 1 if part is figures else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.share()

    @Slot()
    def share(self) -> None:
        """Gives every part its standard width."""
        is_narrow = self.width() < _SIDE + _WORDS + _FIGURES
        if is_narrow != self.is_narrow:
            self.is_narrow = is_narrow
            self.narrowed.emit(is_narrow)
        if not self._is_moved:
            side = 0 if self._side is None or self._side.isHidden() else _SIDE
            words = min(max(_WORDS, round(_WORDS_SHARE * self.width())), _MOST_WORDS)
            words = min(words, round(_MOST_SHARE * self.width()))
            self.setSizes([side, words, max(self.width() - side - words, 1)])

    @Slot()
    def _remember_moved(self) -> None:
        self._is_moved = True


_SCROLLS: dict[int, QAbstractSlider.SliderAction] = {
    Qt.Key.Key_Up: QAbstractSlider.SliderAction.SliderSingleStepSub,
    Qt.Key.Key_Down: QAbstractSlider.SliderAction.SliderSingleStepAdd,
    Qt.Key.Key_PageUp: QAbstractSlider.SliderAction.SliderPageStepSub,
    Qt.Key.Key_PageDown: QAbstractSlider.SliderAction.SliderPageStepAdd,
}


class LessonsPage(QWidget):
    """Page of the lessons. Escape leads back to the studio; other unhandled keys scroll the text."""

    left = Signal()
    studio_wanted = Signal()
    control_wanted = Signal(str)
    trial_wanted = Signal(str)

    def __init__(self, model: LessonsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setAccessibleName("Lessons")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        # Created from the outside in, because reparenting a widget restyles it with all its children.
        self.splitter = _Columns(self)
        in_column(wide(self.splitter), on=self)
        self._side, self.contents_button = self._make_side_panel(), self._make_contents_button()
        self.text_panel, self.stage = TextPanel(model, self.splitter), DemonstrationView(model, self.splitter)
        self.splitter.add_parts(self._side, self.text_panel, self.stage)
        self._has_contents = True
        self.text_panel.buttons.insertWidget(1, self.contents_button)
        self.splitter.narrowed.connect(self._update_contents)
        self.contents_button.toggled.connect(self._update_contents)
        model.opened.connect(self._hide_contents)
        self.text_panel.add_shortcuts(self)
        self.text_panel.control_wanted.connect(self.control_wanted)
        for part in (self.text_panel, self.stage):
            part.trial_wanted.connect(self.trial_wanted)
        self.stage.studio_wanted.connect(self.studio_wanted)

    def show_contents(self, on: bool) -> None:
        """Shows or hides the contents; without them there is more room for the figures."""
        self._has_contents = on
        self._update_contents()

    @Slot()
    def _update_contents(self) -> None:
        """Shows the contents, on a narrow page only while the button for them is checked."""
        is_narrow = self.splitter.is_narrow
        self.contents_button.setVisible(is_narrow and self._has_contents)
        self._side.setVisible(self._has_contents and (self.contents_button.isChecked() or not is_narrow))
        self.splitter.share()

    @Slot()
    def _hide_contents(self) -> None:
        self.contents_button.setChecked(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif scroll := _SCROLLS.get(event.key()):
            self.text_panel.text.verticalScrollBar().triggerAction(scroll)
        else:
            super().keyPressEvent(event)

    def _make_contents_button(self) -> QToolButton:
        text = "Shows the list of all lessons, for which there is no room beside the words."
        button = toggle("Contents", text)
        button.hide()
        return button

    def _make_side_panel(self) -> QWidget:
        side = QWidget(self.splitter)
        self.contents = Contents(self._model, side)
        self.studio_button = _button("Beside the studio", "Shows the network, with these words beside it.")
        self.start_over_button = _button("Start over", "Takes all ticks away, and puts every figure back.")
        self.close_button = _button("Close", "Leaves the lessons and shows the network that is open (Esc).")
        self.studio_button.clicked.connect(self.studio_wanted)
        self.start_over_button.clicked.connect(self._ask_to_start_over)
        self.close_button.clicked.connect(self.left)
        heading = label("Lessons", "heading")
        buttons = (self.studio_button, self.start_over_button, self.close_button)
        in_column(heading, wide(self.contents), *buttons, on=side, margins=GRID)
        return side

    @Slot()
    def _ask_to_start_over(self) -> None:
        box = question(self, "Start over?")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setText("Take all ticks away, and put every figure back to where it began?")
        over = box.addButton("Start over", QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        over.clicked.connect(self._model.start_over)
        box.open()


def _button(title: str, text: str) -> QPushButton:
    button = QPushButton(title)
    button.setProperty("small", True)
    describe(button, title, text)
    return button
