"""Every way in which a person's picture becomes the dataset.

What reads pictures, and the dialog, are imported when the first one comes: the window is on screen sooner.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMimeData, QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from cadl_desktop.experiment import Experiment, Part
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.edits import with_dataset
from cadl_desktop.session.session import Session
from cadl_desktop.ui.intake.clipboard import files_in, has_picture, picture_in
from cadl_desktop.ui.intake.opened_notice import say_taken_in
from cadl_desktop.ui.window.settings import last_folder, remember_folder

if TYPE_CHECKING:
    from cadl_desktop.data.pictures.cropping import Cut
    from cadl_desktop.data.pictures.picture_files import Frame, Source
    from cadl_desktop.ui.intake.crop_dialog import BringDialog

FILES = "*.png *.jpg *.jpeg *.gif *.webp *.tif *.tiff *.bmp *.ppm *.pgm *.avif"

Read = Callable[[Callable[[], Any], Callable[[Any], None]], None]


class PicturesIn(QObject):
    """Reads a picture in the background, shows the step that crops and sizes it, and makes one edit.

    `read(work, done)` does work in the background; its answer is dropped when something newer was opened.
    """

    message = Signal(str, str)
    files_dropped = Signal(object)  # list of Paths: whatever they are, they are to be opened
    opened = Signal()  # a picture could be read

    def __init__(self, window: QWidget, session: Session, read: Read) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._document = session.document
        self._read = read
        self.dialog: BringDialog | None = None
        """The step that is shown now."""

    @Slot()
    def choose(self) -> None:
        """Asks for a picture file."""
        pictures = self.tr("Pictures (%1)").replace("%1", FILES)
        name, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Your own picture"), last_folder(), pictures
        )
        if name:
            self.bring_file(Path(name))

    @Slot()
    def paste(self) -> None:
        """Takes what is on the clipboard: a file, or a picture itself."""
        text = self.tr("There is no picture on the clipboard; copy a picture or its file first.")
        self._bring_data(QGuiApplication.clipboard().mimeData(), self.tr("The copied picture"), text)

    def can_take(self, data: QMimeData) -> bool:
        """Whether this can be dropped here."""
        return bool(files_in(data)) or has_picture(data)

    def drop(self, data: QMimeData) -> None:
        """Takes what was dropped: a file, or a picture itself."""
        text = self.tr("That is no picture; drop a picture or its file.")
        self._bring_data(data, self.tr("The dropped picture"), text)

    def bring_file(self, path: Path) -> None:
        """Shows the step for a picture file."""
        self._bring(lambda: path, path.name, folder_of=path)

    @Slot()
    def crop(self) -> None:
        """Shows the step again for the picture in use."""
        data = self._document.experiment.data
        if data.kind != "picture":
            return
        label = self.tr("Crop and size")

        def work() -> "Frame":
            from cadl_desktop.data.pictures.pictures import frame_in_use

            return frame_in_use(data)

        self._read(work, lambda frame: self._show(frame, lambda _: frame, label))

    def take(self, image: bytes, longest: int, label: str) -> None:
        """Makes a picture the dataset: an ordinary edit that can be undone."""
        experiment = self._document.experiment
        data = _picture_part(experiment).has(source="own", image=image, longest=longest)
        self._document.edit(label, with_dataset(experiment, data))

    def _bring_data(self, data: QMimeData, name: str, otherwise: str) -> None:
        if paths := files_in(data):
            self.files_dropped.emit(paths)
        elif has_picture(data):
            self._bring(picture_in(data), name)
        else:
            self.message.emit("warning", otherwise)

    def _bring(self, source: "Callable[[], Source]", name: str, folder_of: Path | None = None) -> None:
        shown = "" if folder_of else name
        label = self.tr("Picture %1").replace("%1", name) if folder_of else name
        reading = self.tr("Reading %1…").replace("%1", name) if folder_of else self.tr("Reading the picture…")
        self.message.emit("info", reading)

        def read(number: int) -> "Frame":
            from cadl_desktop.data.pictures.picture_files import read_frame

            return read_frame(source(), number, shown)

        def show(frame: "Frame") -> None:
            if folder_of:
                remember_folder(folder_of)
            self._show(frame, read, label, file=name if folder_of else "")

        self._read(lambda: read(1), show)

    def _show(self, frame: "Frame", read: "Callable[[int], Frame]", label: str, file: str = "") -> None:
        """`file` is the name of the one that was opened, if one was."""
        from cadl_desktop.ui.intake.crop_choices import Choices
        from cadl_desktop.ui.intake.crop_dialog import BringDialog

        if self.dialog is not None:
            self.dialog.reject()
        choices = Choices.at_first(frame.size, _picture_part(self._document.experiment)["longest"])
        self.dialog = BringDialog(frame, choices, read, self._session.background, self._window)
        self.dialog.wanted.connect(lambda frame, cut: self._make(frame, cut, label, file))
        self.dialog.finished.connect(self._forget)
        self.dialog.open()
        self.opened.emit()

    def _make(self, frame: "Frame", cut: "Cut", label: str, file: str) -> None:
        def work() -> bytes:
            from cadl_desktop.data.pictures.cropping import carried_picture

            return carried_picture(frame, cut)

        def done(image: bytes) -> None:
            self.take(image, cut.painted_longest, label)
            if file and (said := say_taken_in(file, self._document)):
                self.message.emit("info", said)

        self._read(work, done)

    @Slot()
    def _forget(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None


def _picture_part(experiment: Experiment) -> Part:
    """The picture dataset with the settings that there are already."""
    return experiment.data if experiment.data.kind == "picture" else part("dataset", "picture")
