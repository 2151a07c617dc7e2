"""Help > Report a problem: what a report contains, to be read, changed and saved. Nothing is sent."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QDialog, QLabel, QPlainTextEdit, QPushButton, QWidget

from cadl_desktop.sentences import sentence_of, shown
from cadl_desktop.session.background import Background, LatestOnly
from cadl_desktop.session.session import Session
from cadl_desktop.storage.atomic import write_bytes
from cadl_desktop.ui.controls.dialogs import file_dialogs
from cadl_desktop.ui.controls.dialogs.dialog_buttons import dialog_buttons
from cadl_desktop.ui.controls.dialogs.questions import may_write
from cadl_desktop.ui.controls.fields import describe, window_text
from cadl_desktop.ui.controls.layouts import in_column, wide
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.intake.file_names import with_ending
from cadl_desktop.ui.settings.recent_paths import last_folder
from cadl_desktop.ui.theme.theme import GRID
from cadl_desktop.ui.window.diagnostics.report import report, screens

_SIZE = QSize(760, 620)
_NAME, _ENDING = "cadl_desktop-report.txt", ".txt"


def open_report(window: QWidget, session: Session, newest: LatestOnly) -> None:
    """Opens the dialog once all of the report is there, unless another was asked for meanwhile."""
    device, shown = session.device, screens()
    session.background.do(
        lambda: report(device, shown),
        lambda text: ReportDialog(text, session.background, window).open(),
        session.report_error,
        newest,
    )


class ReportDialog(QDialog):
    """Saves the text as it stands there then."""

    def __init__(self, text: str, background: Background, parent: QWidget) -> None:
        super().__init__(parent)
        self._background, self._newest = background, LatestOnly()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.finished.connect(self._newest.drop)
        self.setWindowTitle("Report a problem")
        about = label(
            "This is all that the report contains. Change or delete what you like, save it, and send it "
            "to whoever looks after the program; the program itself sends nothing.",
            wraps=True,
        )
        self.edit = QPlainTextEdit(text)
        self.edit.setTabChangesFocus(True)
        describe(self.edit, "Report", "What is saved, word for word.")
        self.outcome: QLabel = label(wraps=True)
        self.outcome.hide()
        self.save = QPushButton("Save…")
        describe(self.save, "Save…", "Writes the report as a text file.")
        self.save.clicked.connect(self._choose)
        close = QPushButton("Close")
        describe(close, "Close", "Leaves the report; nothing is kept of it.")
        close.clicked.connect(self.reject)
        buttons = dialog_buttons(self.save, [close])
        in_column(about, wide(self.edit), self.outcome, buttons, on=self, apart=2 * GRID, margins=2 * GRID)
        self.resize(_SIZE)

    @Slot()
    def _choose(self) -> None:
        kinds, title = "Text files (*.txt)", "Save the report"
        name = file_dialogs.file_to_save(self, title, str(Path(last_folder()) / _NAME), kinds)
        if name:
            path = with_ending(Path(name), [_ENDING], _ENDING)
            if may_write(self, Path(name), path):
                self.save_to(path)

    def save_to(self, path: Path) -> None:
        content = self.edit.toPlainText().encode()
        self._background.do(
            lambda: write_bytes(path, content),
            lambda _: self._tell(f"Saved as {shown(path.name)}."),
            lambda error: self._tell(window_text(sentence_of(error))),
            self._newest,
        )

    def _tell(self, text: str) -> None:
        self.outcome.setText(text)
        self.outcome.show()
