"""Dialogs that ask for files and folders: the system's, or Qt's where there are none."""

from functools import cache

from PySide6.QtCore import QFileInfo
from PySide6.QtGui import QAbstractFileIconProvider, QIcon
from PySide6.QtWidgets import QFileDialog, QFileIconProvider, QWidget

_Accept, _Mode, _Option = QFileDialog.AcceptMode, QFileDialog.FileMode, QFileDialog.Option


def file_to_open(parent: QWidget, title: str, start: str, kinds: str) -> str:
    """Asks for an existing file, beginning in the folder `start`; empty if the dialog was cancelled."""
    return next(iter(_chosen(_dialog(parent, title, start, kinds, _Mode.ExistingFile))), "")


def files_to_open(parent: QWidget, title: str, start: str, kinds: str) -> list[str]:
    """Asks for existing files; an empty list if the dialog was cancelled."""
    return _chosen(_dialog(parent, title, start, kinds, _Mode.ExistingFiles))


def folder_to_open(parent: QWidget, title: str, start: str) -> str:
    """Asks for a folder; empty if the dialog was cancelled."""
    dialog = _dialog(parent, title, start, "", _Mode.Directory)
    dialog.setOption(_Option.ShowDirsOnly)
    return next(iter(_chosen(dialog)), "")


def file_to_save(parent: QWidget, title: str, proposed: str, kinds: str, *, confirmed: bool = True) -> str:
    """Asks for the path of a file to write; empty if the dialog was cancelled. With `confirmed` the dialog
    asks before an existing file is chosen."""
    dialog = _dialog(parent, title, proposed, kinds, _Mode.AnyFile)
    dialog.setAcceptMode(_Accept.AcceptSave)
    dialog.setOption(_Option.DontConfirmOverwrite, not confirmed)
    return next(iter(_chosen(dialog)), "")


def _dialog(parent: QWidget, title: str, start: str, kinds: str, mode: QFileDialog.FileMode) -> QFileDialog:
    dialog = QFileDialog(parent, title, start, kinds)
    dialog.setFileMode(mode)
    dialog.setIconProvider(_cached_icons())
    return dialog


def _chosen(dialog: QFileDialog) -> list[str]:
    chosen = dialog.selectedFiles() if dialog.exec() else []
    dialog.deleteLater()
    return chosen


class _CachedIcons(QFileIconProvider):
    """Icon provider that looks up icon and type name once per file extension. Qt's own opens every file,
    which blocked the window for 0.1 s in a folder of some hundred files."""

    def __init__(self) -> None:
        super().__init__()
        self._icons: dict[str, QIcon] = {}
        self._names: dict[str, str] = {}

    def icon(self, shown: QAbstractFileIconProvider.IconType | QFileInfo, /) -> QIcon:
        if not isinstance(shown, QFileInfo):
            return super().icon(shown)
        if shown.isDir():
            return super().icon(self.IconType.Folder)
        extension = shown.suffix()
        if extension not in self._icons:
            self._icons[extension] = super().icon(shown)
        return self._icons[extension]

    def type(self, info: QFileInfo, /) -> str:
        extension = "/" if info.isDir() else info.suffix()
        if extension not in self._names:
            self._names[extension] = super().type(info)
        return self._names[extension]


@cache
def _cached_icons() -> _CachedIcons:
    """The one icon provider; kept forever, as dialogs don't own theirs."""
    return _CachedIcons()
