"""Questions to which a person's answer is waited for."""

import os
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMessageBox, QWidget

from cadl_desktop.sentences import shown

Answer = QMessageBox.StandardButton


class Question(QMessageBox):
    """Hears a letter of its answers with Alt alone: it may come up while somebody types."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not event.text().isalpha() or event.modifiers() & Qt.KeyboardModifier.AltModifier:
            super().keyPressEvent(event)


def question(parent: QWidget, title: str) -> Question:
    """One that hasn't been asked yet."""
    box = Question(parent)
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setTextFormat(Qt.TextFormat.PlainText)  # names of files may look like HTML
    box.setWindowTitle(title)
    return box


def answer(box: QMessageBox, answers: Mapping[Answer, str], default: Answer) -> Answer:
    """Asks, with a letter for Alt in each of the answers: Qt's own have them in some desktops only."""
    for button, title in answers.items():
        box.addButton(button).setText(title)
    box.setDefaultButton(default)
    return QMessageBox.StandardButton(box.exec())


def may_write(parent: QWidget, typed: Path, path: Path) -> bool:
    """Whether a file may be written. A dialog has asked about one of the typed name only, without the ending
    that was added to it."""
    # Path.exists raises for names that are too long, and where a folder may not be looked into.
    if path == typed or not os.path.exists(path):
        return True
    box = question(parent, "Replace the file?")
    box.setText(f"“{shown(path.name)}” exists already. Replace it?")
    answers = {Answer.Yes: "&Replace", Answer.Cancel: "&Cancel"}
    return answer(box, answers, Answer.Cancel) == Answer.Yes
