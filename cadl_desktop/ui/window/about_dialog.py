"""Help > About: version and licence of the program, and of every library with the text of its licence."""

import platform
from collections.abc import Sequence
from pathlib import Path

import PySide6
from PySide6.QtCore import QEvent, QModelIndex, QObject, QSize, Qt, Slot, qVersion
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from cadl_desktop.requirements import Library
from cadl_desktop.sentences import shown
from cadl_desktop.ui.controls.fields import describe, order_tabs
from cadl_desktop.ui.controls.layouts import in_column, in_row, wide
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.manual.dialog_help import help_button
from cadl_desktop.ui.theme.icons import application_icon
from cadl_desktop.ui.theme.theme import GRID

_SIZE = QSize(1040, 660)
_ICON = 56
_LIST_WIDTH, _NAME_WIDTH = 370, 210
_TITLE = "font-size: 18px; font-weight: 600"
_SEPARATOR = "\n\n\n"
_LIST_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


def version_lines(libraries: Sequence[Library]) -> list[str]:
    """Versions of the program, of Python with Qt, and of all libraries, as three lines of a report."""
    program, python, _, *others = libraries
    return [
        f"cadl_desktop {program.version}",
        f"Python {python.version}, Qt {qVersion()}",
        ", ".join(f"{each.name} {each.version}" for each in others),
    ]


class AboutDialog(QDialog):
    """Lists the libraries beside the licence text of the chosen one; the first is the program itself."""

    def __init__(self, libraries: Sequence[Library], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("About cadl_desktop")
        self._libraries = libraries
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search")
        describe(self.search, "Search", "Shows the libraries whose name or licence has these letters.")
        self._rows = [_row(library) for library in libraries]
        self.list = self._make_list()
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setUndoRedoEnabled(False)
        self.text.setTabChangesFocus(True)
        describe(self.text, "Licence", "Licence text of the chosen library.")
        self.text.setToolTip("")  # it would cover the text
        self.copy = QPushButton("Copy")
        describe(self.copy, "Copy", "Copies the versions of everything, for a report.")
        self.copy.setAutoDefault(False)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        self.helps = help_button(self, "licences.md#exchange-qt")
        buttons.addButton(self.helps, QDialogButtonBox.ButtonRole.HelpRole)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        describe(close, "Close", "Closes this window (Esc).")
        close.setAutoDefault(False)
        self.search.installEventFilter(self)
        self.search.textChanged.connect(self._find)
        self.list.currentItemChanged.connect(self._show)
        self.copy.clicked.connect(self._copy)
        buttons.rejected.connect(self.reject)
        content = in_row(in_column(self.search, wide(self.list)), wide(self.text), apart=GRID)
        folder = shown(Path(PySide6.__file__).parent)
        note = label(
            f"Qt is used under the LGPL. Its libraries are separate files in {folder}, and can be exchanged: "
            "Help says how.",
            "small",
            "muted",
            wraps=True,
        )
        note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        in_column(self._heading(), wide(content), note, buttons, on=self, apart=2 * GRID, margins=2 * GRID)
        order_tabs((self.search, self.list, self.text, self.copy, close, self.helps))
        self.resize(_SIZE.boundedTo(parent.size() - QSize(4 * GRID, 4 * GRID)))
        self.list.setCurrentItem(self._rows[0])
        self.search.setFocus()

    def _heading(self) -> QWidget:
        program, python, _, *others = self._libraries
        picture = QLabel()
        picture.setPixmap(application_icon().pixmap(_ICON, _ICON))
        title = label(f"<span style='{_TITLE}'>cadl_desktop {program.version}</span>")
        title.setTextFormat(Qt.TextFormat.RichText)
        licence = f"{program.licence} licence. Built on Python {python.version}, Qt {qVersion()}"
        lines = in_column(
            title,
            label("Design small neural networks, watch them learn, and take the results home."),
            label(f"{licence} and {len(others)} libraries.", "muted"),
            apart=GRID // 2,
        )
        heading = QWidget()
        in_row(picture, wide(lines), on=heading, apart=2 * GRID)
        return heading

    def _make_list(self) -> QTreeWidget:
        made = QTreeWidget()
        made.setFixedWidth(_LIST_WIDTH)
        made.setHeaderLabels(["Library", "Licence"])
        made.setRootIsDecorated(False)
        describe(made, "Libraries", "The program and what it is built on, with versions and licences.")
        made.setToolTip("")  # it would cover the rows
        made.addTopLevelItems(self._rows)
        made.setColumnWidth(0, _NAME_WIDTH)
        return made

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Moves through the list while the search field has the focus."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in _LIST_KEYS
        ):
            self.list.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    @Slot(str)
    def _find(self, typed: str) -> None:
        words = typed.lower().split()
        for row in self._rows:
            text = f"{row.text(0)} {row.text(1)}".lower()
            row.setHidden(not all(word in text for word in words))
        found = [row for row in self._rows if not row.isHidden()]
        if not found:
            self.list.setCurrentIndex(QModelIndex())
        elif self.list.currentItem() not in found:
            self.list.setCurrentItem(found[0])
        else:
            self.list.scrollTo(self.list.currentIndex())

    @Slot(QTreeWidgetItem)
    def _show(self, row: QTreeWidgetItem | None) -> None:
        if row is None:
            text = "No library is called that."
        else:
            text = _SEPARATOR.join(row.data(0, Qt.ItemDataRole.UserRole).texts)
        self.text.setPlainText(text or "No licence text came with this library.")

    @Slot()
    def _copy(self) -> None:
        lines = [*version_lines(self._libraries), platform.platform()]
        QGuiApplication.clipboard().setText("\n".join(lines))
        self.copy.setText("Copied")


def _row(library: Library) -> QTreeWidgetItem:
    made = QTreeWidgetItem([f"{library.name} {library.version}", library.licence or "see its text"])
    made.setToolTip(1, library.licence)
    made.setData(0, Qt.ItemDataRole.UserRole, library)
    return made
