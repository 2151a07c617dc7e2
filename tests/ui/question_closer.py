"""Closes questions left open by a test, which then fails instead of waiting forever."""

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox

TIMEOUT_MS = 8_000


class QuestionCloser(QObject):
    """Closes message boxes and file dialogs that have been open for `timeout` ms, and lists their texts."""

    def __init__(self, timeout: int = TIMEOUT_MS) -> None:
        super().__init__()
        self.unanswered: list[str] = []
        self._seen: QDialog | None = None
        self._timer = QTimer(self, interval=timeout)
        self._timer.timeout.connect(self._check)
        self._timer.start()

    @Slot()
    def _check(self) -> None:
        """Closes a question that was open at the previous check, too."""
        box = QApplication.activeModalWidget()
        asked = box if isinstance(box, QMessageBox | QFileDialog) else None
        if asked is not None and asked is self._seen:
            self.unanswered.append(asked.text() if isinstance(asked, QMessageBox) else asked.windowTitle())
            asked.reject()
            asked = None
        self._seen = asked

    def stop(self) -> None:
        self._timer.stop()
        self._seen = None
