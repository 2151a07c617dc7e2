"""What a person can do, said once: menus, keys and buttons are all made from it."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QPushButton, QWidget

from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.tips import wrapped
from cadl_desktop.ui.theme.icons import set_icon

Keys = QKeySequence.StandardKey | Qt.Key | str
Within = Qt.ShortcutContext


@dataclass(frozen=True)
class Action:
    """`calls` is what it does. Of a switch, `checked` says whether it is on at first; `calls` is told whether
    it is now, unless whoever follows the switch does all that there is to do."""

    title: str
    calls: Callable[..., object] = lambda *_: None
    keys: Keys = ""
    tip: str = ""
    icon: str = ""
    possible: Callable[[], bool] = lambda: True
    checked: bool | None = None

    def __call__(self) -> None:
        """Does it, if it is possible."""
        if self.possible():
            self.calls()


def add_action(owner: QWidget, action: Action, within: Within = Within.WindowShortcut) -> QAction:
    """Gives a widget something to do, by its keys wherever `within` says, and by the menus it is put into."""
    made = QAction(action.title, owner)
    made.setData(action.title)  # its text may change with what it would do
    if action.tip:
        made.setToolTip(wrapped(action.tip))
        made.setWhatsThis(action.tip)
    if action.keys:
        made.setShortcut(QKeySequence(action.keys))
        made.setShortcutContext(within)
    if action.icon:
        set_icon(made, action.icon)
    if action.checked is not None:
        made.setCheckable(True)
        made.setChecked(action.checked)
    # Without a lambda around it, which would keep whose method it is from being deleted.
    made.triggered.connect(action.calls)
    made.setEnabled(action.possible())
    owner.addAction(made)
    return made


def button_for(action: Action, name: str = "") -> QPushButton:
    """A button that does it."""
    button = QPushButton(action.title)
    show_on(button, action, name)
    return button


def show_on(button: QAbstractButton, action: Action, name: str = "") -> None:
    """Has a button do it, under another name than the title where a screen reader should say more."""
    describe(button, name or action.title, action.tip)
    if action.icon:
        set_icon(button, action.icon)
    button.clicked.connect(action.calls)
