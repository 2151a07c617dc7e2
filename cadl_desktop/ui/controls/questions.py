"""Questions to which a person's answer is waited for."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from cadl_desktop.sentences import filled

Answer = QMessageBox.StandardButton


def question(parent: QWidget, title: str) -> QMessageBox:
    """One that hasn't been asked yet."""
    box = QMessageBox(parent)
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
    if path == typed or not path.exists():
        return True
    box = question(parent, _tr("Replace the file?"))
    box.setText(filled(_tr("“{name}” exists already. Replace it?"), name=path.name))
    answers = {Answer.Yes: _tr("&Replace"), Answer.Cancel: _tr("&Cancel")}
    return answer(box, answers, Answer.Cancel) == Answer.Yes


def _tr(text: str) -> str:
    return QCoreApplication.translate("Questions", text)
