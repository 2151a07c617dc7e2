"""Help > Report a problem: shows the report, which can be edited and saved. Nothing is sent."""

import platform
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QLabel, QPlainTextEdit, QPushButton, QWidget

from cadl_desktop.requirements import installed_libraries
from cadl_desktop.sentences import sentence_of, shown
from cadl_desktop.session.background import Background, LatestOnly
from cadl_desktop.session.session import Session
from cadl_desktop.storage.atomic import write_bytes
from cadl_desktop.system.machine import free_memory, usable_cores
from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.controls.fields import describe, window_text
from cadl_desktop.ui.controls.layouts import in_column, wide
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.controls.questions import confirm_overwrite, dialog_buttons
from cadl_desktop.ui.intake.file_names import with_ending
from cadl_desktop.ui.manual.dialog_help import help_button
from cadl_desktop.ui.settings.recent_paths import last_folder
from cadl_desktop.ui.settings.settings_table import INTERFACE_SIZE, THEME
from cadl_desktop.ui.theme.theme import GRID
from cadl_desktop.ui.window.about_dialog import version_lines
from cadl_desktop.ui.window.diagnostics.log import last_lines, redact_paths

_SIZE = QSize(760, 620)
_NAME, _ENDING = "cadl_desktop-report.txt", ".txt"
_LINES = 200


def open_report(window: QWidget, session: Session, newest: LatestOnly) -> None:
    """Collects the report and opens the dialog, unless another dialog was requested meanwhile."""
    device, screens = session.device, screens_text()
    session.background.do(
        lambda: report_text(device, screens),
        lambda text: ReportDialog(text, session.background, window).open(),
        session.report_error,
        newest,
    )


def report_text(device: str, screens: str) -> str:
    """Text of the report: versions, machine, screens, and the end of the log; `device` is what training runs
    on. Reads files; may be called on any thread."""
    begin = "What I did, and what happened:"
    log = last_lines(_LINES).rstrip() or "empty"
    about = redact_paths("\n".join([*version_lines(installed_libraries()), *_machine(device), screens]))
    return f"{begin}\n\n\n{about}\n\nThe last {_LINES} lines of the log\n\n{log}\n"


def _machine(device: str) -> Iterator[str]:
    free = free_memory()
    memory = f"{free / 2**30:.1f} GiB free" if free is not None else "unknown"
    yield f"{platform.platform()}, {usable_cores()} cores, memory: {memory}"
    yield f"training on: {device or 'TensorFlow is not loaded yet'}"


def screens_text() -> str:
    """Window system, screens, theme and interface size, as text."""
    lines = [f"window system {QGuiApplication.platformName()}"]
    for screen in QGuiApplication.screens():
        size = screen.size()
        lines.append(f"screen {size.width()} x {size.height()}, {screen.devicePixelRatio():g} pixels a point")
    lines.append(f"theme {THEME.get()}, interface {INTERFACE_SIZE.get()} %")
    return "\n".join(lines)


class ReportDialog(QDialog):
    """Shows a report and saves its text as edited."""

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
        helps = [help_button(self, "window.md#report-a-problem")]
        buttons = dialog_buttons(self.save, [close], helps=helps)
        in_column(about, wide(self.edit), self.outcome, buttons, on=self, apart=2 * GRID, margins=2 * GRID)
        self.resize(_SIZE)

    @Slot()
    def _choose(self) -> None:
        kinds, title = "Text files (*.txt)", "Save the report"
        name = file_dialogs.file_to_save(self, title, str(Path(last_folder()) / _NAME), kinds)
        if name:
            path = with_ending(Path(name), [_ENDING], _ENDING)
            if confirm_overwrite(self, Path(name), path):
                self.save_to(path)

    def save_to(self, path: Path) -> None:
        content = self.edit.toPlainText().encode()
        self._background.do(
            lambda: write_bytes(path, content),
            lambda _: self._show_outcome(f"Saved as {shown(path.name)}."),
            lambda error: self._show_outcome(window_text(sentence_of(error))),
            self._newest,
        )

    def _show_outcome(self, text: str) -> None:
        self.outcome.setText(text)
        self.outcome.show()
