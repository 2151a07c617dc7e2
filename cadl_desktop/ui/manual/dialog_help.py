"""Help of dialogs: a button, and Ctrl+F1, that open the manual in a window of its own beside them."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from cadl_desktop.manual.pages import manual
from cadl_desktop.ui.controls.action import Action, add_action, button_for
from cadl_desktop.ui.controls.layouts import in_column, wide
from cadl_desktop.ui.theme.theme import GRID


def help_button(dialog: QDialog, place: str) -> QPushButton:
    """Creates the Help button of a dialog, which the caller puts into its layout."""
    text = "Opens the manual where it tells of this, in a window of its own (Ctrl+F1)."
    action = Action("Help", partial(open_beside, dialog, place), "Ctrl+F1", text)
    add_action(dialog, action)
    button = button_for(action)
    button.setAutoDefault(False)
    return button


def open_beside(dialog: QDialog, place: str) -> None:
    """Opens the manual in a window that belongs to the dialog, and closes with it.

    A window of the main window couldn't be used while a modal dialog is open.
    """
    from cadl_desktop.ui.manual.reader import Reader

    reader = dialog.findChild(Reader)
    if reader is None:
        window = QWidget(dialog, Qt.WindowType.Window)
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window.setWindowTitle("Manual")
        window.resize(120 * GRID, 90 * GRID)
        reader = Reader(manual(), window)
        in_column(wide(reader), on=window)
        reader.left.connect(window.close)
        reader.control_wanted.connect(reader.say_covered)
        dialog.finished.connect(window.close)
    reader.open(place)
    reader.window().show()
    reader.window().raise_()
    reader.window().activateWindow()
    reader.setFocus(Qt.FocusReason.OtherFocusReason)
