"""A person's own picture as the dataset: out of a file, the clipboard or a drop.

What reads pictures, and the dialog, are imported when the first one comes: the window is on screen sooner.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Slot
from PySide6.QtWidgets import QWidget

from cadl_desktop.experiment import Experiment, Part
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.edits import preset_of
from cadl_desktop.experiment.presets import preset
from cadl_desktop.sentences import shown
from cadl_desktop.session.background import LatestOnly
from cadl_desktop.session.session import Session
from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.intake.clipboard import picture_in
from cadl_desktop.ui.intake.file_names import patterns
from cadl_desktop.ui.intake.reader import Reader
from cadl_desktop.ui.settings.recent_paths import remember_folder

if TYPE_CHECKING:
    from cadl_desktop.data.pictures.cropping import Cut
    from cadl_desktop.data.pictures.picture_reading import PictureFrame, Source
    from cadl_desktop.ui.intake.crop.dialog import CropDialog

PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".tif", ".tiff", ".bmp", ".ppm", ".pgm", ".avif")


class PictureReader(Reader):
    """Reads a picture in the background, shows the step that crops and sizes it, and makes one edit."""

    def __init__(self, window: QWidget, session: Session, newest: LatestOnly) -> None:
        super().__init__(window, session, newest)
        self.dialog: CropDialog | None = None
        """The step that is shown now."""
        text = "Chooses which part of the picture is painted, and how large."
        self.crop = Action("Crop and size…", self._crop, "Ctrl+Shift+X", text, "crop", self._has_picture)

    @Slot()
    def choose(self) -> None:
        """Asks for a picture file."""
        kinds = f"Pictures ({patterns(PICTURES)})"
        if path := self._ask_for_file("Your own picture", kinds):
            self.read(path)

    def read(self, path: Path) -> None:
        """Shows the step for a picture file."""
        self.message.emit("info", f"Reading {shown(path.name)}…")
        label = f"Picture {shown(path.name)}"

        def read(number: int) -> "PictureFrame":
            return _read_frame(path, number)

        def show(frame: "PictureFrame") -> None:
            remember_folder(path)
            self._show(frame, read, label, file=path.name)

        self._background.do(lambda: read(1), show, self._say_error, self._newest)

    def read_data(self, data: QMimeData, name: str) -> None:
        """Shows the step for a picture that is no file, under a name for it."""
        self.message.emit("info", "Reading the picture…")
        source = picture_in(data)

        def read(number: int) -> "PictureFrame":
            return _read_frame(source(), number, name)

        self._background.do(
            lambda: read(1), lambda frame: self._show(frame, read, name), self._say_error, self._newest
        )

    @Slot()
    def _crop(self) -> None:
        """Shows the step again for the picture in use."""
        data = self._document.experiment.data

        def work() -> "PictureFrame":
            from cadl_desktop.data.pictures.picture_dataset import frame_in_use

            return frame_in_use(data)

        self._background.do(
            work,
            lambda frame: self._show(frame, lambda _: frame, "Crop and size", is_new=False),
            self._say_error,
            self._newest,
        )

    def _has_picture(self) -> bool:
        return self._document.experiment.data.kind == "picture"

    def take(self, image: bytes, longest: int, label: str) -> None:
        """Makes a picture the dataset: an ordinary edit that can be undone."""
        data = _picture_part(self._document.experiment)
        self._document.edit_own(label, data.has(source="own", image=image, longest=longest))

    def _show(
        self,
        frame: "PictureFrame",
        read: "Callable[[int], PictureFrame]",
        label: str,
        file: str = "",
        *,
        is_new: bool = True,
    ) -> None:
        """`file` is the name of the one that was opened, if one was."""
        from cadl_desktop.data.pictures.cropping import first_longest
        from cadl_desktop.ui.intake.crop.choices import CropChoices
        from cadl_desktop.ui.intake.crop.dialog import CropDialog

        if self.dialog is not None:
            self.dialog.reject()
        data = _picture_part(self._document.experiment)
        longest = first_longest(data, frame.size) if is_new else data["longest"]
        choices = CropChoices.at_first(frame.size, longest)
        self.dialog = CropDialog(frame, choices, read, self._background, self._window)
        self.dialog.wanted.connect(lambda frame, cut: self._make(frame, cut, label, file))
        self.dialog.finished.connect(self._forget)
        self.dialog.open()
        self.opened.emit()

    def _make(self, frame: "PictureFrame", cut: "Cut", label: str, file: str) -> None:
        def work() -> bytes:
            from cadl_desktop.data.pictures.cropping import carried_picture

            return carried_picture(frame, cut)

        def done(image: bytes) -> None:
            before = self._document.experiment.method
            self.take(image, cut.painted_longest, label)
            if file and self._document.path is not None:
                self._say_part_of_project(file)
            elif self._document.experiment.method != before:
                self._say_method()

        self._background.do(work, done, self._say_error, self._newest)

    def _say_method(self) -> None:
        """How it is going to be painted, in a word, and where there is another way."""
        if name := preset_of(self._document.experiment):
            method = preset(name)
            text = f"{method.name}: {method.note} The lecture's network and others are under Method."
            self.message.emit("info", text)

    @Slot()
    def _forget(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None


def _read_frame(source: "Source", number: int, name: str = "") -> "PictureFrame":
    from cadl_desktop.data.pictures.picture_reading import read_frame

    return read_frame(source, number, name)


def _picture_part(experiment: Experiment) -> Part:
    """The picture dataset with the settings that there are already."""
    return experiment.data if experiment.data.kind == "picture" else part("dataset", "picture")
