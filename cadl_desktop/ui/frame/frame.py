"""The window's services for its features."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QMainWindow, QSplitter, QWidget

from cadl_desktop.session.session import Session
from cadl_desktop.ui.frame.actions import Actions
from cadl_desktop.ui.frame.docks import Docks
from cadl_desktop.ui.frame.messages import Messages
from cadl_desktop.ui.frame.pages import Pages
from cadl_desktop.ui.frame.studio import Studio


@dataclass(frozen=True)
class Frame:
    """Everything that a feature may use of its window.

    window: parent of dialogs.
    work: the middle of the window while no page is shown.
    about_to_close: emitted before unsaved changes are lost; True if the user was asked or all is saved. Slots
        save what they want to keep before they return.
    skip_save_question: makes the window close without asking from now on.
    add_above: inserts a widget between messages and middle.
    show_control: shows and focuses the control that a lesson names; None if this experiment doesn't have it.
    """

    window: QMainWindow
    session: Session
    messages: Messages
    work: QSplitter
    pages: Pages
    docks: Docks
    actions: Actions
    studio: Studio
    about_to_close: SignalInstance
    skip_save_question: Callable[[], None]
    add_above: Callable[[QWidget], None]
    show_control: Callable[[str], QWidget | None]
