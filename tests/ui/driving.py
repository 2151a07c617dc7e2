"""User actions on widgets, and checks of what is on screen, for tests."""

import re

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QDockWidget,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QScrollBar,
    QTableView,
    QToolButton,
    QTreeView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from cadl_desktop.session.document import Document
from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.controls.fields import Chooser
from cadl_desktop.ui.controls.tile_button import TileButton
from cadl_desktop.ui.designer.column_heads import Head
from cadl_desktop.ui.frame.message_bar import MessageBar
from cadl_desktop.ui.panels.data_panel import DataPanel
from cadl_desktop.ui.panels.panels_door import SidePanel
from cadl_desktop.ui.plots.plot import Plot
from cadl_desktop.ui.start.start_tiles import StartTile

OF_THE_WINDOW = Action("Of the window", tip="Is done by the window.")
ICON_ONLY = Qt.ToolButtonStyle.ToolButtonIconOnly
VIEWS = (QListView, QTableView, QTreeView)
CONTROLS = (QAbstractButton, QAbstractSlider, QComboBox, QLineEdit, QPlainTextEdit)


def data_panel(document: Document) -> DataPanel:
    """The data panel alone, without the dialog that crops pictures."""
    return DataPanel(document, OF_THE_WINDOW, OF_THE_WINDOW)


def side_panel(document: Document) -> SidePanel:
    """All settings panels, without a window."""
    return SidePanel(document, OF_THE_WINDOW, OF_THE_WINDOW)


def show(qtbot: QtBot, widget: QWidget) -> None:
    """Shows a widget and waits until it can have the focus."""
    qtbot.addWidget(widget)
    with qtbot.waitExposed(widget):
        widget.show()
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)


def type_over(qtbot: QtBot, edit: QLineEdit, text: str) -> None:
    """Clicks into a field, selects its text, and types over it."""
    qtbot.mouseClick(edit, Qt.MouseButton.LeftButton)
    qtbot.keyClick(edit, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(edit, text)


def choose(qtbot: QtBot, chooser: Chooser, name: str) -> None:
    """Selects a choice with the arrow keys."""
    index = chooser.findData(name)
    assert index >= 0, f"no choice '{name}'"
    chooser.setFocus()
    while chooser.currentIndex() != index:
        down = index > chooser.currentIndex()
        qtbot.keyClick(chooser, Qt.Key.Key_Down if down else Qt.Key.Key_Up)


def turn_wheel(widget: QWidget, notches: int) -> None:
    """Turns the wheel over the middle of a widget; the event goes to its window, as from the system."""
    position = widget.mapTo(widget.window(), widget.rect().center())
    QTest.wheelEvent(widget.window().windowHandle(), position, QPoint(0, 120 * notches))


def double_click(widget: QWidget, where: QPoint | None = None) -> None:
    """Double-clicks and releases the button, which `QTest.mouseDClick` leaves pressed."""
    where = widget.rect().center() if where is None else where
    QTest.mouseDClick(widget, Qt.MouseButton.LeftButton, pos=where)
    QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=where)


def undo_all(document: Document) -> None:
    while document.undo_stack.canUndo():
        document.undo_stack.undo()


def controls_in(widget: QWidget) -> list[QWidget]:
    """Controls in a widget, without internal parts of Qt's own."""
    found = [child for kind in (*CONTROLS, *VIEWS) for child in widget.findChildren(kind)]
    return [child for child in found if not isinstance(child, QScrollBar) and _is_ours(child)]


def unnamed_controls(widget: QWidget) -> list[str]:
    """Controls without an accessible name or without help, which lists may keep to screen readers."""
    return [
        f"{type(control).__name__} '{control.accessibleName()}'"
        for control in controls_in(widget)
        if not control.accessibleName()
        or not (control.accessibleDescription() if isinstance(control, VIEWS) else control.toolTip())
    ]


def pressed_tabs(start: QWidget, count: int) -> list[QWidget]:
    """Focused widget after each of `count` presses of Tab."""
    start.setFocus()
    visited: list[QWidget] = []
    for _ in range(count):
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Tab)
        after = QApplication.focusWidget()
        assert after is not None
        visited.append(after)
    return visited


def tab_walk(widget: QWidget) -> list[QWidget]:
    """Widgets of a window in tab order."""
    walk: list[QWidget] = []
    current = widget.nextInFocusChain()
    while current is not None and current is not widget:
        if (
            current.focusPolicy() & Qt.FocusPolicy.TabFocus
            and current.focusProxy() is None  # its focus goes to another widget
            and current.isVisibleTo(widget)
            and current.isEnabled()
        ):
            walk.append(current)
        current = current.nextInFocusChain()
    return walk


def shown_words(window: QWidget) -> list[str]:
    """Words on screen of labels, buttons, tiles, column heads and titles of docks; not those of menus, tips,
    fields and axes, and what is scrolled away."""
    texts = [dock.windowTitle() for dock in window.findChildren(QDockWidget) if dock.isVisible()]
    axes = {title for plot in window.findChildren(Plot) for title in plot.titles}
    for widget in window.findChildren(QWidget):
        if (
            widget.isVisible()
            and not widget.visibleRegion().isEmpty()
            and (text := _shown_text(widget)) not in axes
        ):
            texts.append(text)
    words = re.sub("<[^>]*>", " ", " ".join(texts)).split()
    return [word for word in words if any(letter.isalnum() for letter in word)]


def _shown_text(widget: QWidget) -> str:
    match widget:
        case QToolButton() if widget.toolButtonStyle() == ICON_ONLY and not widget.icon().isNull():
            return ""
        case StartTile() if widget.large:
            return f"{widget.text()} {widget.note}"
        case Head():
            return widget.words()
        case QLabel() | QAbstractButton():
            return widget.text()
    return ""


def cut_texts(window: QWidget) -> list[str]:
    """Texts of buttons and one-line labels that are cut off."""
    labelled = [*window.findChildren(QAbstractButton), *window.findChildren(QLabel)]
    return [
        f"{type(widget).__name__} '{widget.text()}'"
        for widget in labelled
        if widget.isVisible()
        and not (isinstance(widget, QLabel) and (widget.wordWrap() or "<" in widget.text()))
        and not isinstance(widget, TileButton)  # it elides its text
        and not (isinstance(widget, QToolButton) and widget.toolButtonStyle() == ICON_ONLY)
        and (
            widget.fontMetrics().horizontalAdvance(widget.text().replace("&", "")) > widget.width() + 1
            or (widget.text() and widget.fontMetrics().height() > widget.height() + 1)
        )
    ]


def overlapping(window: QWidget) -> list[str]:
    """Pairs of controls, labels and column heads that overlap, but for what a message lies over."""
    kinds = (*CONTROLS, QLabel, Head)
    seen = [
        (each, seen_part(each, window)) for each in window.findChildren(QWidget) if isinstance(each, kinds)
    ]
    shown = [(each, where) for each, where in seen if each.isVisible() and not where.isEmpty()]
    return [
        f"{_name_of(one)} and {_name_of(other)}"
        for at, (one, here) in enumerate(shown)
        for other, there in shown[:at]
        if not one.isAncestorOf(other) and not other.isAncestorOf(one)
        if _is_of_message(one) == _is_of_message(other)
        if min((here & there).width(), (here & there).height()) > 1
    ]


def _is_of_message(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    return isinstance(widget, MessageBar) or (parent is not None and _is_of_message(parent))


def seen_part(widget: QWidget, window: QWidget) -> QRect:
    """Visible part of a widget, in window coordinates."""
    where = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
    parent = widget.parentWidget()
    while parent is not None:
        where &= QRect(parent.mapTo(window, QPoint(0, 0)), parent.size())
        if parent is window:
            break
        parent = parent.parentWidget()
    return where


def _name_of(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton | QLabel) else ""
    return f"{type(widget).__name__} '{widget.accessibleName() or text}'"


def _is_ours(child: QWidget) -> bool:
    """Whether a widget isn't an internal part of a Qt control, such as a combo box's list."""
    parent = child.parentWidget()
    while parent is not None:
        if isinstance(parent, QComboBox | QPlainTextEdit) or parent.objectName() == "qt_scrollarea_viewport":
            return not isinstance(parent, QComboBox | QPlainTextEdit)
        parent = parent.parentWidget()
    return True
