"""The buttons of a dialog, in the order that the system's own dialogs have them."""

from collections.abc import Sequence

from PySide6.QtWidgets import QDialogButtonBox, QPushButton

from cadl_desktop.ui.controls.looks import make_primary

_Role = QDialogButtonBox.ButtonRole


def dialog_buttons(
    act: QPushButton, leave: Sequence[QPushButton], others: Sequence[QPushButton] = ()
) -> QDialogButtonBox:
    """`act` is what Enter does, as Qt has it of the first that accepts; each of `leave` leaves things as they
    are."""
    box = QDialogButtonBox()
    make_primary(act)
    box.addButton(act, _Role.AcceptRole)
    for buttons, role in ((leave, _Role.RejectRole), (others, _Role.ActionRole)):
        for button in buttons:
            button.setAutoDefault(False)
            box.addButton(button, role)
    return box
