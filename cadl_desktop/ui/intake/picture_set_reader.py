"""Several pictures for one network: a selection of files, or a folder of them."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, Slot
from PySide6.QtWidgets import QMenu

from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.catalog.dataset_entries import MOST_PICTURES
from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.intake.file_names import patterns
from cadl_desktop.ui.intake.picture_reader import PICTURES
from cadl_desktop.ui.intake.reader import Reader
from cadl_desktop.ui.settings.recent_paths import last_folder, remember_folder


class PictureSetReader(Reader):
    """Makes several picture files the dataset: an ordinary edit that can be undone."""

    @Slot(QPoint)
    def offer(self, where: QPoint) -> None:
        """Offers both ways to choose, at a place on the screen."""
        self.menu().popup(where)

    def menu(self) -> QMenu:
        menu = QMenu(self._window)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction("Choose pictures…").triggered.connect(self.choose_files)
        menu.addAction("Choose a folder…").triggered.connect(self.choose_folder)
        return menu

    @Slot()
    def choose_files(self) -> None:
        kinds = f"Pictures ({patterns(PICTURES)})"
        names = file_dialogs.files_to_open(self._window, "Your own pictures", last_folder(), kinds)
        if names:
            self.read([Path(name) for name in names])

    @Slot()
    def choose_folder(self) -> None:
        name = file_dialogs.folder_to_open(self._window, "A folder of pictures", last_folder())
        if name:
            self.read([Path(name)])

    def read(self, paths: Sequence[Path]) -> None:
        """Takes files and folders; what is no picture is left out, and said."""

        def work() -> tuple[bytes, int, int]:
            from cadl_desktop.data.pictures.many_pictures import load_pictures

            return load_pictures(paths, MOST_PICTURES)

        self._background.do(work, lambda read: self._use(paths[0], *read), self._say_error, self._newest)

    def _use(self, path: Path, sheet: bytes, count: int, left_out: int) -> None:
        remember_folder(path)
        data = self._document.experiment.data
        data = data if data.kind == "pictures" else part("dataset", "pictures")
        label = "1 picture" if count == 1 else f"{count} pictures"
        self._document.edit_own(label, data.has(source="own", image=sheet, count=count))
        if left_out:
            without = f"Files left out, as they are no pictures that can be read: {left_out}."
            self.message.emit("info", f"Pictures taken: {count}. {without}")
