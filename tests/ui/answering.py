"""Nobody sits before a test: a question that it leaves open is closed, and the test fails."""

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox

PATIENCE_MS = 8_000


class Answers(QObject):
    """Closes a question, also one for a file, that has been open for so many milliseconds, and keeps it."""

    def __init__(self, patience: int = PATIENCE_MS) -> None:
        super().__init__()
        self.unanswered: list[str] = []
        self._seen: QDialog | None = None
        self._timer = QTimer(self, interval=patience)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    @Slot()
    def _look(self) -> None:
        """What is open at two looks in a row has been so for the whole time between."""
        box = QApplication.activeModalWidget()
        asked = box if isinstance(box, QMessageBox | QFileDialog) else None
        if asked is not None and asked is self._seen:
            self.unanswered.append(asked.text() if isinstance(asked, QMessageBox) else asked.windowTitle())
            asked.reject()
            asked = None
        self._seen = asked

    def end(self) -> None:
        self._timer.stop()
        self._seen = None
