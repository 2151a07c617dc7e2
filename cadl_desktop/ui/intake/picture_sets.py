"""Several pictures for one network: a selection of files, or a folder of them."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.edits import with_dataset
from cadl_desktop.session.session import Session
from cadl_desktop.ui.window.settings import last_folder, remember_folder

MOST = 1000


class PictureSets(QObject):
    """Makes several picture files the dataset: an ordinary edit that can be undone."""

    message = Signal(str, str)

    def __init__(self, window: QWidget, session: Session) -> None:
        super().__init__(window)
        self._window, self._session = window, session
        self._request = 0

    @Slot(QPoint)
    def ask(self, where: QPoint) -> None:
        """Offers both ways to choose, at a place on the screen."""
        self.menu().popup(where)

    def menu(self) -> QMenu:
        menu = QMenu(self._window)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction(self.tr("Choose pictures…")).triggered.connect(self.ask_for_files)
        menu.addAction(self.tr("Choose a folder…")).triggered.connect(self.ask_for_folder)
        return menu

    @Slot()
    def ask_for_files(self) -> None:
        from cadl_desktop.ui.intake.pictures_in import FILES

        kinds = self.tr("Pictures (%1)").replace("%1", FILES)
        names, _ = QFileDialog.getOpenFileNames(
            self._window, self.tr("Your own pictures"), last_folder(), kinds
        )
        if names:
            self.take([Path(name) for name in names])

    @Slot()
    def ask_for_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self._window, self.tr("A folder of pictures"), last_folder())
        if name:
            self.take([Path(name)])

    def take(self, paths: Sequence[Path]) -> None:
        """Reads files and folders in the background; what is no picture is left out, and said. An answer is
        dropped when others were asked for since, or another experiment was opened."""
        self._request += 1
        mine, opened = self._request, self._session.document.opened

        def work() -> tuple[bytes, int, int]:
            from cadl_desktop.data.pictures.many_pictures import load_pictures

            return load_pictures(paths, MOST)

        def wanted() -> bool:
            return (mine, opened) == (self._request, self._session.document.opened)

        self._session.background.do(
            work,
            lambda read: self._use(paths[0], *read) if wanted() else None,
            lambda error: self.message.emit("error", str(error)) if wanted() else None,
        )

    def _use(self, path: Path, sheet: bytes, count: int, left_out: int) -> None:
        remember_folder(path)
        experiment = self._session.document.experiment
        data = experiment.data if experiment.data.kind == "pictures" else part("dataset", "pictures")
        data = data.has(source="own", image=sheet, count=count)
        label = self.tr("%1 pictures").replace("%1", str(count))
        self._session.document.edit(label, with_dataset(experiment, data))
        if left_out:
            text = self.tr(
                "Pictures taken: %1. Files left out, as they are no pictures that can be read: %2."
            )
            self.message.emit("info", text.replace("%1", str(count)).replace("%2", str(left_out)))
