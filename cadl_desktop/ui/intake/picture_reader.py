"""Own pictures as the dataset: files, sets of files, the clipboard and drops."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QPoint, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMenu, QWidget

from cadl_desktop.data.pictures.cropping import Cut, carried_picture, first_longest, stand_in
from cadl_desktop.data.pictures.many_pictures import load_pictures, taken_note
from cadl_desktop.data.pictures.picture_dataset import frame_in_use
from cadl_desktop.data.pictures.picture_reading import PictureFrame, read_frame
from cadl_desktop.experiment import Experiment, Part
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.catalog.dataset_entries import MOST_PICTURES
from cadl_desktop.experiment.edits import preset_of, with_opened_data
from cadl_desktop.experiment.presets import preset
from cadl_desktop.experiment.run_time import estimated_seconds
from cadl_desktop.runs.time_left import slowness
from cadl_desktop.sentences import SentenceError, shown
from cadl_desktop.session.background import LatestOnly
from cadl_desktop.session.session import Session
from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.intake.crop_choices import CropChoices
from cadl_desktop.ui.intake.crop_dialog import CropDialog
from cadl_desktop.ui.intake.file_names import patterns
from cadl_desktop.ui.intake.reader import Reader
from cadl_desktop.ui.settings.recent_paths import last_folder, remember_folder

_FORMATS = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/tiff", "image/bmp")
_UNCOMPRESSED = 100


def files_in(data: QMimeData) -> list[Path]:
    """Local files in drag or clipboard data."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def has_picture(data: QMimeData) -> bool:
    return data.hasImage() or any(data.hasFormat(name) for name in _FORMATS)


def picture_in(data: QMimeData) -> Callable[[], bytes]:
    """Function that returns the bytes of a picture file; slow for raw pixels, and callable on any thread."""
    for name in _FORMATS:
        if data.hasFormat(name):
            held = data.data(name).data()
            return lambda: bytes(held)
    image = QImage(data.imageData())
    return lambda: _as_png(image)


def _as_png(image: QImage) -> bytes:
    written = QByteArray()
    buffer = QBuffer(written)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG", _UNCOMPRESSED)  # type: ignore[call-overload]
    return bytes(written.data())


PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".tif", ".tiff", ".bmp", ".ppm", ".pgm", ".avif")


class PictureReader(Reader):
    """Reads a picture in the background, shows the crop dialog, and makes one edit."""

    taken = Signal()  # a picture was made the dataset
    brought = Signal()  # the same, after `taken`, of one that was not the dataset before

    def __init__(self, window: QWidget, session: Session, newest: LatestOnly) -> None:
        super().__init__(window, session, newest)
        self.dialog: CropDialog | None = None
        """Open crop dialog."""
        text = "Chooses which part of the picture is painted, and how large."
        self.crop = Action("Crop and size…", self._crop, "Ctrl+Shift+X", text, "crop", self._has_picture)

    @Slot()
    def choose(self) -> None:
        """Shows a file dialog for a picture."""
        kinds = f"Pictures ({patterns(PICTURES)})"
        if path := self._ask_for_file("Your own picture", kinds):
            self.read(path)

    def read(self, path: Path) -> None:
        """Shows the crop dialog for a picture file."""
        self.message.emit("info", f"Reading {shown(path.name)}…")
        label = f"Picture {shown(path.name)}"

        def read(number: int) -> PictureFrame:
            return read_frame(path, number)

        def show(frame: PictureFrame) -> None:
            remember_folder(path)
            self._show(frame, read, label, file=path.name)

        self._background.do(lambda: read(1), show, self._say_error, self._newest)

    def read_data(self, data: QMimeData, name: str) -> None:
        """Shows the crop dialog for picture data, under a name."""
        self.message.emit("info", "Reading the picture…")
        source = picture_in(data)

        def read(number: int) -> PictureFrame:
            return read_frame(source(), number, name)

        self._background.do(
            lambda: read(1), lambda frame: self._show(frame, read, name), self._say_error, self._newest
        )

    @Slot()
    def _crop(self) -> None:
        """Shows the crop dialog for the current picture."""
        data = self._document.experiment.data

        def work() -> PictureFrame:
            return frame_in_use(data)

        self._background.do(
            work,
            lambda frame: self._show(frame, lambda _: frame, "Crop and size", is_new=False),
            self._say_error,
            self._newest,
        )

    def _has_picture(self) -> bool:
        return self._document.experiment.data.kind == "picture"

    def take(self, image: bytes, longest: int, label: str, title: str = "") -> None:
        """Makes a picture the dataset, as one edit; a new one has a title."""
        self._document.edit_own(label, _own_picture(self._document.experiment, image, longest), title)

    def _show(
        self,
        frame: PictureFrame,
        read: Callable[[int], PictureFrame],
        label: str,
        file: str = "",
        *,
        is_new: bool = True,
    ) -> None:
        """Shows the crop dialog; `file` is the name of the opened file, if any."""
        if self.dialog is not None:
            self.dialog.reject()
        experiment = self._document.experiment
        longest = first_longest(frame.size) if is_new else experiment.data["longest"]
        choices = CropChoices.at_first(frame.size, longest)
        result = self._session.result
        estimate = partial(_seconds_of, experiment, slowness(result.trained, result.progress))
        self.dialog = CropDialog(frame, choices, read, estimate, self._background, self._window)
        title = label if is_new else ""
        self.dialog.wanted.connect(lambda frame, cut: self._make(frame, cut, label, file, title))
        self.dialog.finished.connect(self._forget)
        self.dialog.open()
        self.opened.emit()

    def _make(self, frame: PictureFrame, cut: Cut, label: str, file: str, title: str) -> None:
        def work() -> bytes:
            return carried_picture(frame, cut)

        def done(image: bytes) -> None:
            before = self._document.experiment.method
            self.take(image, cut.painted_longest, label, shown(Path(file).stem) if file else title)
            self.taken.emit()
            if file and self._document.path is not None:
                self._say_part_of_project(file)
            elif self._document.experiment.method != before:
                self._say_method()
            if title:
                self.brought.emit()

        self._background.do(work, done, self._say_error, self._newest)

    def _say_method(self) -> None:
        """Says by which method the picture is painted, and where others are."""
        if name := preset_of(self._document.experiment):
            method = preset(name)
            text = f"{method.name}: {method.note} The lecture's network and others are under Method."
            self.message.emit("info", text)

    @Slot()
    def _forget(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None


def _own_picture(experiment: Experiment, image: bytes, longest: int) -> Part:
    return _picture_part(experiment).has(source="own", image=image, longest=longest)


def _seconds_of(
    experiment: Experiment, slowness: float, frame: PictureFrame, size: tuple[int, int]
) -> float | None:
    """Estimates the seconds of a run with a frame of this width and height in place of the experiment's data;
    None where there is no estimate, or no network for it."""
    data = _own_picture(experiment, stand_in(frame, size), max(size))
    try:
        return estimated_seconds(with_opened_data(experiment, data), slowness)
    except SentenceError:
        return None


def _picture_part(experiment: Experiment) -> Part:
    """Picture dataset with its current settings."""
    return experiment.data if experiment.data.kind == "picture" else part("dataset", "picture")


class PictureSetReader(Reader):
    """Makes several picture files the dataset, as one edit."""

    @Slot(QPoint)
    def offer(self, where: QPoint) -> None:
        """Shows a menu with both ways to choose, at a position on the screen."""
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
        """Reads files and folders; says which files were left out."""

        def work() -> tuple[bytes, int, int]:
            return load_pictures(paths, MOST_PICTURES)

        self._background.do(work, lambda read: self._use(paths[0], *read), self._say_error, self._newest)

    def _use(self, path: Path, sheet: bytes, count: int, left_out: int) -> None:
        remember_folder(path)
        data = self._document.experiment.data
        data = data if data.kind == "pictures" else part("dataset", "pictures")
        label = "1 picture" if count == 1 else f"{count} pictures"
        self._document.edit_own(label, data.has(source="own", image=sheet, count=count))
        if left_out:
            self.message.emit("info", taken_note(count, left_out))
