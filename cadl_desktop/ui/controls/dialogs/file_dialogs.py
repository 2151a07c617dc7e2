"""The dialogs that ask for files and folders: the system's, or Qt's where it has none."""

from functools import cache

from PySide6.QtCore import QFileInfo
from PySide6.QtGui import QAbstractFileIconProvider, QIcon
from PySide6.QtWidgets import QFileDialog, QFileIconProvider, QWidget

_Accept, _Mode, _Option = QFileDialog.AcceptMode, QFileDialog.FileMode, QFileDialog.Option


def file_to_open(parent: QWidget, title: str, start: str, kinds: str) -> str:
    """The path of a file; empty where none was chosen. `start` is the folder to begin in."""
    return next(iter(_chosen(_dialog(parent, title, start, kinds, _Mode.ExistingFile))), "")


def files_to_open(parent: QWidget, title: str, start: str, kinds: str) -> list[str]:
    """The paths of some files; none where none were chosen."""
    return _chosen(_dialog(parent, title, start, kinds, _Mode.ExistingFiles))


def folder_to_open(parent: QWidget, title: str, start: str) -> str:
    """The path of a folder; empty where none was chosen."""
    dialog = _dialog(parent, title, start, "", _Mode.Directory)
    dialog.setOption(_Option.ShowDirsOnly)
    return next(iter(_chosen(dialog)), "")


def file_to_save(parent: QWidget, title: str, proposed: str, kinds: str, *, confirmed: bool = True) -> str:
    """The path of a file to write; empty where none was chosen. A person is asked about one that is there,
    if that is to be `confirmed`."""
    dialog = _dialog(parent, title, proposed, kinds, _Mode.AnyFile)
    dialog.setAcceptMode(_Accept.AcceptSave)
    dialog.setOption(_Option.DontConfirmOverwrite, not confirmed)
    return next(iter(_chosen(dialog)), "")


def _dialog(parent: QWidget, title: str, start: str, kinds: str, mode: QFileDialog.FileMode) -> QFileDialog:
    dialog = QFileDialog(parent, title, start, kinds)
    dialog.setFileMode(mode)
    dialog.setIconProvider(_looks())
    return dialog


def _chosen(dialog: QFileDialog) -> list[str]:
    chosen = dialog.selectedFiles() if dialog.exec() else []
    dialog.deleteLater()
    return chosen


class _LooksByEnding(QFileIconProvider):
    """Looks up once for each ending what files are drawn and called like. Qt's own looks into each file of a
    folder for it, which held the window up for a tenth of a second where there are some hundred."""

    def __init__(self) -> None:
        super().__init__()
        self._icons: dict[str, QIcon] = {}
        self._names: dict[str, str] = {}

    def icon(self, shown: QAbstractFileIconProvider.IconType | QFileInfo, /) -> QIcon:
        if not isinstance(shown, QFileInfo):
            return super().icon(shown)
        if shown.isDir():
            return super().icon(self.IconType.Folder)
        ending = shown.suffix()
        if ending not in self._icons:
            self._icons[ending] = super().icon(shown)
        return self._icons[ending]

    def type(self, info: QFileInfo, /) -> str:
        ending = "/" if info.isDir() else info.suffix()
        if ending not in self._names:
            self._names[ending] = super().type(info)
        return self._names[ending]


@cache
def _looks() -> _LooksByEnding:
    """Lives for good, as dialogs don't own it."""
    return _LooksByEnding()
