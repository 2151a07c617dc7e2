"""Message boxes that ask a question, and the button rows of dialogs."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QInputDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QSpinBox,
    QWidget,
)

from cadl_desktop.sentences import shown
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.looks import make_primary, set_look
from cadl_desktop.ui.theme.theme import GRID

Answer = QMessageBox.StandardButton


class Question(QMessageBox):
    """Message box whose mnemonics need Alt, as it may appear while somebody types."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not event.text().isalpha() or event.modifiers() & Qt.KeyboardModifier.AltModifier:
            super().keyPressEvent(event)


def question(parent: QWidget, title: str) -> Question:
    """Creates a question that isn't shown yet."""
    box = Question(parent)
    # macOS' own has neither our keys nor our looks, and in macOS 26 buttons that can't be pressed.
    box.setOption(QMessageBox.Option.DontUseNativeDialog)
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setTextFormat(Qt.TextFormat.PlainText)  # file names may look like HTML
    box.setWindowTitle(title)
    return box


def answer(box: QMessageBox, answers: Mapping[Answer, str], default: Answer) -> Answer:
    """Shows the question and returns the answer. `answers` have mnemonics, which Qt's own titles have on some
    desktops only."""
    for button, title in answers.items():
        box.addButton(button).setText(title)
    box.setDefaultButton(default)
    return QMessageBox.StandardButton(box.exec())


def confirm_overwrite(parent: QWidget, typed: Path, path: Path) -> bool:
    """Asks before `path` is overwritten, and returns whether it may be. Where no extension was added to the
    `typed` name, the file dialog has asked already."""
    # Path.exists raises where the name is too long or the folder is not readable.
    if path == typed or not os.path.exists(path):
        return True
    return _may_replace(parent, f"“{shown(path.name)}” exists already. Replace it?")


def confirm_replacing_others(parent: QWidget, path: Path) -> bool:
    """Asks before a file is replaced that isn't known as the program's own, and returns whether it may be."""
    words = "exists already, and nothing tells that this program has written it. Replace it?"
    return _may_replace(parent, f"“{shown(path.name)}” {words}")


def _may_replace(parent: QWidget, text: str) -> bool:
    box = question(parent, "Replace the file?")
    box.setText(text)
    answers = {Answer.Yes: "&Replace", Answer.Cancel: "&Cancel"}
    return answer(box, answers, Answer.Cancel) == Answer.Yes


def ask_text(
    parent: QWidget, title: str, words: str, name: str, text: str, act: str, done: Callable[[str], object]
) -> QLineEdit:
    """Opens a dialog with a field of this name that has `text` at first. The button `act` calls `done` with
    what was typed. Returns the field."""
    dialog = QInputDialog(parent)
    dialog.setTextValue(text)
    dialog.textValueSelected.connect(done)
    return _open(dialog, title, words, name, act)


def ask_count(
    parent: QWidget,
    title: str,
    words: str,
    name: str,
    count: int,
    bounds: tuple[int, int],
    act: str,
    done: Callable[[int], object],
) -> None:
    """Opens a dialog as `ask_text` does, for a whole number within bounds, without which `act` is off."""
    dialog = QInputDialog(parent)
    dialog.setInputMode(QInputDialog.InputMode.IntInput)
    dialog.setIntRange(*bounds)
    dialog.setIntValue(count)
    dialog.intValueSelected.connect(done)
    _open(dialog, title, words, name, act)


def _open(dialog: QInputDialog, title: str, words: str, name: str, act: str) -> QLineEdit:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    dialog.setLabelText(words)
    dialog.setOkButtonText(act)
    (label,), (edit,) = dialog.findChildren(QLabel), dialog.findChildren(QLineEdit)
    label.setWordWrap(True)
    label.setMinimumWidth(46 * GRID)
    for control in (*dialog.findChildren(QSpinBox), edit):
        describe(control, name, words)
    accept, cancel = dialog.findChildren(QPushButton)
    describe(accept, act, words)
    describe(cancel, cancel.text().replace("&", ""), "Changes nothing.")
    set_look(accept, "primary", True)
    dialog.open()
    return edit


_Role = QDialogButtonBox.ButtonRole


def dialog_buttons(
    act: QPushButton,
    leave: Sequence[QPushButton],
    others: Sequence[QPushButton] = (),
    helps: Sequence[QPushButton] = (),
) -> QDialogButtonBox:
    """Arranges the buttons of a dialog in the system's order.

    act: the primary button, which Enter triggers.
    leave: buttons that close the dialog without doing anything.
    helps: buttons that open the manual.
    """
    box = QDialogButtonBox()
    make_primary(act)
    box.addButton(act, _Role.AcceptRole)
    roles = (leave, _Role.RejectRole), (others, _Role.ActionRole), (helps, _Role.HelpRole)
    for buttons, role in roles:
        for button in buttons:
            button.setAutoDefault(False)
            box.addButton(button, role)
    return box
