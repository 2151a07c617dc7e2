"""Actions as data; menus, shortcuts and buttons are made from them."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QPushButton, QWidget

from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.looks import native_keys, wrapped
from cadl_desktop.ui.theme.icons import set_icon

Keys = QKeySequence.StandardKey | Qt.Key | str
Within = Qt.ShortcutContext


@dataclass(frozen=True)
class Action:
    """An action of the user interface.

    title: text of the menu entry or button.
    calls: called when the action is triggered; a switch passes its new state.
    possible: whether the action can be triggered now.
    checked: initial state of a switch; None for an action that isn't a switch.
    """

    title: str
    calls: Callable[..., object] = lambda *_: None
    keys: Keys = ""
    tip: str = ""
    icon: str = ""
    possible: Callable[[], bool] = lambda: True
    checked: bool | None = None

    def __call__(self) -> None:
        """Triggers the action if it is possible."""
        if self.possible():
            self.calls()


def add_action(owner: QWidget, action: Action, within: Within = Within.WindowShortcut) -> QAction:
    """Creates the QAction of `owner`; `within` is the scope of its shortcut."""
    made = QAction(action.title, owner)
    made.setData(action.title)  # the title: the text of some actions changes
    if action.tip:
        describe_action(made, action.tip)
    if action.keys:
        made.setShortcut(QKeySequence(action.keys))
        made.setShortcutContext(within)
    if action.icon:
        set_icon(made, action.icon)
    if action.checked is not None:
        made.setCheckable(True)
        made.setChecked(action.checked)
    # Connected directly: a lambda would keep the object whose method this is alive.
    made.triggered.connect(action.calls)
    made.setEnabled(action.possible())
    owner.addAction(made)
    return made


def describe_action(action: QAction, tip: str) -> None:
    """Sets an action's one-sentence help."""
    action.setToolTip(wrapped(tip))
    action.setWhatsThis(native_keys(tip))


def button_for(action: Action, name: str = "") -> QPushButton:
    """Creates a push button that triggers the action."""
    button = QPushButton(action.title)
    bind_button(button, action, name)
    return button


def bind_button(button: QAbstractButton, action: Action, name: str = "") -> None:
    """Makes a button trigger the action. `name` is its accessible name if that isn't the title."""
    describe(button, name or action.title, action.tip)
    if action.icon:
        set_icon(button, action.icon)
    button.clicked.connect(action.calls)
