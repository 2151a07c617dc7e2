"""What the window lends its features."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QMainWindow, QSplitter, QWidget

from cadl_desktop.session.session import Session
from cadl_desktop.ui.frame.actions import Actions
from cadl_desktop.ui.frame.docks import Docks
from cadl_desktop.ui.frame.messages import Messages
from cadl_desktop.ui.frame.pages import Pages


@dataclass(frozen=True)
class Frame:
    """All that a feature may know of its window.

    window: the parent of dialogs.
    work: the middle, where no page stands in its place.
    about_to_close: what isn't saved is about to be lost; True where nobody minds. Whoever keeps it has done
        so on return.
    ask_no_more: has the window close without a question from now on.
    add_above: puts something between messages and the middle.
    show_control: shows the control that lessons call by a name, and gives it the keys; None where this
        experiment has none.
    """

    window: QMainWindow
    session: Session
    messages: Messages
    work: QSplitter
    pages: Pages
    docks: Docks
    actions: Actions
    about_to_close: SignalInstance
    ask_no_more: Callable[[], None]
    add_above: Callable[[QWidget], None]
    show_control: Callable[[str], QWidget | None]
