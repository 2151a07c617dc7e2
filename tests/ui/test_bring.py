"""A person's picture comes in: by file, drop and clipboard, through the step that crops and sizes it."""

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QColorDialog
from pytestqt.qtbot import QtBot

from cadl_desktop.data.pictures.cropping import Box
from cadl_desktop.data.pictures.picture_dataset import decode
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.session.session import Session
from cadl_desktop.ui.controls.fields import Field
from cadl_desktop.ui.intake.crop_dialog import CropDialog
from cadl_desktop.ui.window.main_window import MainWindow
from tests.engine.runs import small_painting
from tests.settling import until
from tests.ui.driving import choose, tab_walk, type_over, unnamed_controls

LEFT = Qt.MouseButton.LeftButton
Key, Modifier = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def experiment() -> Experiment:
    return replace(small_painting(), data=part("dataset", "picture"))


@pytest.fixture
def session(session: Session) -> Session:
    """TensorFlow is never asked for, not by painters of the picture either."""
    session.load_tensorflow = lambda: None
    session.race = lambda request: None
    return session


def gradient(width: int, height: int) -> Image.Image:
    """Red grows to the right, green downwards."""
    rows, columns = np.indices((height, width))
    colours = np.stack([columns * 255 // width, rows * 255 // height, np.full_like(rows, 40)], axis=-1)
    return Image.fromarray(colours.astype(np.uint8))


def saved(image: Image.Image, path: Path, **options: object) -> Path:
    image.save(path, **options)
    return path


def settled(qtbot: QtBot, window: MainWindow) -> CropDialog:
    """The step, when everything in it has been drawn."""
    until(qtbot, lambda: window.features.intake.pictures.dialog is not None)
    dialog = window.features.intake.pictures.dialog
    assert dialog is not None
    until(qtbot, lambda: dialog.settled)
    return dialog


def opened(qtbot: QtBot, window: MainWindow, path: Path) -> CropDialog:
    window.features.intake.take([path])
    return settled(qtbot, window)


def used(qtbot: QtBot, window: MainWindow, dialog: CropDialog) -> np.ndarray:
    """Bytes of the picture that the experiment carries after Enter."""
    before = window.document.experiment
    qtbot.keyClick(dialog, Key.Key_Return)
    until(qtbot, lambda: window.document.experiment != before)
    assert window.features.intake.pictures.dialog is None
    return decode(window.document.experiment.data["image"])


def drag(qtbot: QtBot, dialog: CropDialog, start: tuple[float, float], end: tuple[float, float]) -> None:
    """From one point of the picture to another, in its pixels."""
    view = dialog.view
    qtbot.mousePress(view, LEFT, pos=view.place(*start).toPoint())
    qtbot.mouseMove(view, view.place(*end).toPoint())
    qtbot.mouseRelease(view, LEFT, pos=view.place(*end).toPoint())


def near(box: Box, expected: Box, tolerance: int = 2) -> bool:
    """Screen pixels are coarser than the picture's."""
    return all(abs(a - b) <= tolerance for a, b in zip(box, expected, strict=True))


class TestWaysIn:
    def test_enter_takes_the_whole_picture_at_the_usual_size(
        self, qtbot: QtBot, window: MainWindow, tmp_path: Path
    ) -> None:
        picture = gradient(90, 60)
        before = window.document.experiment
        dialog = opened(qtbot, window, saved(picture, tmp_path / "mine.png"))
        assert (dialog.preview.image.width(), dialog.preview.image.height()) == (90, 60)
        assert np.array_equal(used(qtbot, window, dialog), np.asarray(picture))
        data = window.document.experiment.data
        assert (data["source"], data["longest"]) == ("own", 256)
        assert window.document.undo_stack.undoText() == "Picture mine.png"
        window.document.undo_stack.undo()
        assert window.document.experiment == before

    def test_an_own_picture_takes_its_method_and_another_crop_changes_what_follows(
        self, qtbot: QtBot, window: MainWindow, tmp_path: Path
    ) -> None:
        window.document.open(preset("lecture-painting"), None)
        used(qtbot, window, opened(qtbot, window, saved(gradient(90, 60), tmp_path / "mine.png")))
        taken = window.document.experiment
        assert (taken.method, taken.data["longest"]) == ("learned-painting", 256)
        assert window.frame.messages.line.words.text().startswith("Learned painting: ")

        window.features.intake.pictures.crop()
        dialog = settled(qtbot, window)
        drag(qtbot, dialog, (90, 60), (45, 30))
        used(qtbot, window, dialog)
        assert window.document.experiment.method == "learned-painting"
        assert parameter_count(window.document.experiment) < parameter_count(taken)
        assert window.document.experiment.data["longest"] == taken.data["longest"]
        window.document.undo_stack.undo()
        assert window.document.experiment == taken
        window.document.undo_stack.undo()
        assert window.document.experiment == preset("lecture-painting")

    def test_a_picture_taken_into_a_project_is_an_edit_of_it_and_says_so(
        self, qtbot: QtBot, window: MainWindow, tmp_path: Path
    ) -> None:
        said: list[str] = []
        window.features.intake.pictures.message.connect(lambda kind, text: said.append(text))
        window.document.open(window.document.experiment, tmp_path / "mine.cadl")
        used(qtbot, window, opened(qtbot, window, saved(gradient(90, 60), tmp_path / "mine.png")))
        assert window.document.path == tmp_path / "mine.cadl"
        assert window.document.modified
        assert said[-1].startswith("“mine.png” is part of “mine.cadl” now")

    @pytest.mark.parametrize("how", ["button", "escape", "close"])
    def test_cancel_changes_nothing(self, qtbot: QtBot, window: MainWindow, tmp_path: Path, how: str) -> None:
        before = window.document.experiment
        dialog = opened(qtbot, window, saved(gradient(90, 60), tmp_path / "mine.png"))
        qtbot.keyClick(dialog.view, Key.Key_Minus)
        if how == "button":
            qtbot.mouseClick(dialog.cancel_button, LEFT)
        elif how == "escape":
            qtbot.keyClick(dialog, Key.Key_Escape)
        else:
            dialog.close()
        assert window.features.intake.pictures.dialog is None
        assert window.document.experiment == before
        assert not window.document.undo_stack.canUndo()

    def test_a_picture_is_pasted(self, qtbot: QtBot, window: MainWindow) -> None:
        image = QImage(30, 20, QImage.Format.Format_RGB32)
        image.fill(QColor(200, 40, 90))
        QGuiApplication.clipboard().setImage(image)
        window.setFocus()
        qtbot.keyClick(window, Key.Key_V, Modifier.ControlModifier)
        assert window.frame.messages.line.words.text() == "Reading the picture…"
        dialog = settled(qtbot, window)
        assert "Reading" not in window.frame.messages.line.words.text()
        pixels = used(qtbot, window, dialog)
        assert pixels.shape == (20, 30, 3)
        assert pixels[3, 3].tolist() == [200, 40, 90]
        assert window.document.undo_stack.undoText() == "The copied picture"

    def test_a_transparent_picture_stays_transparent_on_its_way(
        self, qtbot: QtBot, window: MainWindow
    ) -> None:
        image = QImage(30, 20, QImage.Format.Format_ARGB32)
        image.fill(QColor(0, 0, 0, 0))
        QGuiApplication.clipboard().setImage(image)
        window.frame.actions["paste"].trigger()
        assert settled(qtbot, window).frame.transparent

    def test_a_copied_file_is_pasted(self, qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
        copied = QMimeData()
        copied.setUrls([QUrl.fromLocalFile(str(saved(gradient(30, 20), tmp_path / "mine.png")))])
        QGuiApplication.clipboard().setMimeData(copied)
        window.frame.actions["paste"].trigger()
        assert used(qtbot, window, settled(qtbot, window)).shape == (20, 30, 3)

    @pytest.mark.parametrize("text", ["", "some words"])
    def test_nothing_to_paste_is_said(self, qtbot: QtBot, window: MainWindow, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        window.frame.actions["paste"].trigger()
        assert "no picture on the clipboard" in window.frame.messages.bar.text

    def test_text_fields_keep_their_own_paste(self, qtbot: QtBot, window: MainWindow) -> None:
        QGuiApplication.clipboard().setText("24")
        field = window.features.side.data.form.field("longest")
        assert field is not None
        type_over(qtbot, field.control, "")
        qtbot.keyClick(field.control, Key.Key_V, Modifier.ControlModifier)
        assert window.document.experiment.data["longest"] == 24
        assert not window.frame.messages.bar.text

    def test_pixels_are_dropped(self, qtbot: QtBot, window: MainWindow) -> None:
        mime = QMimeData()
        mime.setImageData(QImage(12, 10, QImage.Format.Format_RGB32))
        where, copy = QPoint(400, 300), Qt.DropAction.CopyAction
        enter = QDragEnterEvent(where, copy, mime, LEFT, Modifier.NoModifier)
        QApplication.sendEvent(window, enter)
        assert enter.isAccepted()
        QApplication.sendEvent(window, QDropEvent(QPointF(where), copy, mime, LEFT, Modifier.NoModifier))
        assert used(qtbot, window, settled(qtbot, window)).shape == (10, 12, 3)

    def test_a_link_to_another_machine_is_not_taken(self, qtbot: QtBot, window: MainWindow) -> None:
        mime = QMimeData()
        mime.setUrls([QUrl("https://example.org/cat.png")])
        enter = QDragEnterEvent(QPoint(400, 300), Qt.DropAction.CopyAction, mime, LEFT, Modifier.NoModifier)
        enter.ignore()
        QApplication.sendEvent(window, enter)
        assert not enter.isAccepted()

    def test_a_damaged_picture_is_refused_and_opens_nothing(
        self, qtbot: QtBot, window: MainWindow, tmp_path: Path
    ) -> None:
        path = saved(gradient(90, 60), tmp_path / "half.png")
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        window.features.intake.take([path])
        until(qtbot, lambda: "'half.png' is damaged" in window.frame.messages.bar.text)
        assert window.features.intake.pictures.dialog is None

    def test_the_picture_in_use_is_cropped_again(self, qtbot: QtBot, window: MainWindow) -> None:
        assert window.features.side.data.crop.isVisible()
        qtbot.mouseClick(window.features.side.data.crop, LEFT)
        dialog = settled(qtbot, window)
        assert dialog.choices.longest == window.document.experiment.data["longest"]
        assert dialog.choices.picture == (512, 512)
        type_over(qtbot, dialog.controls.longest, "16")
        qtbot.keyClick(dialog.view, Key.Key_Minus)
        pixels = used(qtbot, window, dialog)
        assert pixels.shape == (502, 502, 3)
        assert window.document.experiment.data["longest"] == 16
        window.frame.actions["crop"].trigger()
        assert settled(qtbot, window).choices.picture == (502, 502)

    def test_without_a_picture_there_is_nothing_to_crop(self, window: MainWindow) -> None:
        window.features.intake.projects.begin_curve()
        assert not window.frame.actions["crop"].isEnabled()
        assert window.features.side.data.crop.isHidden()


class TestCropping:
    @pytest.fixture
    def dialog(self, qtbot: QtBot, window: MainWindow, tmp_path: Path) -> CropDialog:
        dialog = opened(qtbot, window, saved(gradient(300, 200), tmp_path / "mine.png"))
        dialog.resize(900, 640)
        return dialog

    def test_a_corner_is_dragged_in_the_pictures_shape(
        self, qtbot: QtBot, window: MainWindow, dialog: CropDialog
    ) -> None:
        drag(qtbot, dialog, (300, 200), (150, 100))
        assert near(dialog.choices.box, Box(0, 0, 150, 100))
        drag(qtbot, dialog, (75, 50), (175, 150))
        assert near(dialog.choices.box, Box(100, 100, 150, 100))
        left, top, width, height = dialog.choices.box
        pixels = used(qtbot, window, dialog)
        assert np.array_equal(pixels, np.asarray(gradient(300, 200))[top : top + height, left : left + width])

    def test_keys_move_and_size_it(self, qtbot: QtBot, dialog: CropDialog) -> None:
        dialog.view.setFocus()
        for _ in range(10):
            qtbot.keyClick(dialog.view, Key.Key_Left, Modifier.ShiftModifier)
        assert dialog.choices.box == Box(0, 0, 270, 180)
        qtbot.keyClick(dialog.view, Key.Key_Right)
        qtbot.keyClick(dialog.view, Key.Key_Down, Modifier.ControlModifier)
        assert dialog.choices.box == Box(3, 1, 270, 180)
        qtbot.keyClick(dialog.view, Key.Key_Plus)
        assert dialog.choices.box == Box(0, 0, 276, 184)
        qtbot.keyClick(dialog.view, Key.Key_Home)
        assert dialog.choices.box == Box(0, 0, 300, 200)

    def test_a_square_stays_square(self, qtbot: QtBot, window: MainWindow, dialog: CropDialog) -> None:
        choose(qtbot, dialog.controls.shape, "square")
        assert dialog.choices.box == Box(50, 0, 200, 200)
        drag(qtbot, dialog, (250, 200), (170, 150))
        assert dialog.choices.box.width == dialog.choices.box.height
        type_over(qtbot, dialog.controls.longest, "32")
        assert dialog.choices.painted_size == (32, 32)
        until(qtbot, lambda: dialog.settled)
        assert (dialog.preview.image.width(), dialog.preview.image.height()) == (32, 32)
        assert dialog._size.text() == "32 × 32 pixels, 1,024 samples"

    def test_sizes_are_offered_with_the_seconds_of_a_run(
        self, qtbot: QtBot, window: MainWindow, tmp_path: Path
    ) -> None:
        window.document.open(preset("own-painting"), None)
        dialog = opened(qtbot, window, saved(gradient(600, 400), tmp_path / "mine.png"))
        buttons = dialog.controls.sizes.buttons

        def checked() -> list[str]:
            return [name for name, button in buttons.items() if button.isChecked()]

        assert (checked(), dialog.choices.painted_size) == (["Medium"], (256, 171))
        sizes, times = zip(*(button.text().split("\n") for button in buttons.values()), strict=True)
        assert sizes == ("Small, 64", "Medium, 256", "Large, 512", "Original, 600")
        assert all(time.startswith("about ") for time in times)
        assert dialog.controls.time.text() == f"A run takes {times[1]}."
        qtbot.mouseClick(buttons["Small"], LEFT)
        assert (checked(), dialog.choices.longest) == (["Small"], 64)
        type_over(qtbot, dialog.controls.longest, "100")
        until(qtbot, lambda: dialog.settled)
        assert checked() == []
        assert dialog.controls.time.text().startswith("A run takes about ")
        drag(qtbot, dialog, (600, 400), (150, 100))
        assert not buttons["Large"].isEnabled()
        qtbot.mouseClick(buttons["Original"], LEFT)
        assert checked() == ["Original"]
        assert near(dialog.choices.box, Box(0, 0, *dialog.choices.painted_size), 0)

    def test_a_single_pixel_is_one_sample(self, qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
        dialog = opened(qtbot, window, saved(gradient(1, 1), tmp_path / "pixel.png"))
        assert dialog._size.text() == "1 × 1 pixels, 1 sample"
        dialog.reject()

    def test_a_free_part_may_be_stretched(self, qtbot: QtBot, window: MainWindow, dialog: CropDialog) -> None:
        assert not dialog.controls.width_edit.isVisible()
        choose(qtbot, dialog.controls.shape, "free")
        drag(qtbot, dialog, (300, 100), (100, 100))
        assert near(dialog.choices.box, Box(0, 0, 100, 200))
        assert dialog.choices.painted_size[1] == 200
        type_over(qtbot, dialog.controls.width_edit, "48")
        type_over(qtbot, dialog.controls.height_edit, "16")
        assert "stretched" in dialog._size.text()
        assert used(qtbot, window, dialog).shape == (16, 48, 3)
        assert window.document.experiment.data["longest"] == 48

    def test_sizes_beyond_the_limits_are_the_limits(self, qtbot: QtBot, dialog: CropDialog) -> None:
        type_over(qtbot, dialog.controls.longest, "99999")
        field = dialog.controls.longest.parent()
        assert isinstance(field, Field)
        assert field.problem.text() == "99999 is too large: 8192 at most."
        dialog.view.setFocus()
        assert dialog.choices.longest == 8192
        assert field.problem.text() == "99999 is too large: 8192 at most."

    def test_the_preview_is_the_very_picture_that_is_painted(
        self, qtbot: QtBot, window: MainWindow, dialog: CropDialog
    ) -> None:
        qtbot.keyClick(dialog.view, Key.Key_Minus)
        type_over(qtbot, dialog.controls.longest, "20")
        until(qtbot, lambda: dialog.settled)
        image = dialog.preview.image.convertToFormat(QImage.Format.Format_RGB888)
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
        used(qtbot, window, dialog)
        from cadl_desktop.data.pictures.picture_dataset import thumbnail

        painted = thumbnail(window.document.experiment.data, 20)
        assert np.array_equal(rows[:, : 3 * image.width()].reshape(painted.shape), painted)

    def test_a_turned_picture_takes_the_part_along(
        self, qtbot: QtBot, window: MainWindow, dialog: CropDialog
    ) -> None:
        drag(qtbot, dialog, (300, 200), (150, 100))
        left, top, width, height = dialog.choices.box
        part = np.asarray(gradient(300, 200))[top : top + height, left : left + width]
        qtbot.mouseClick(dialog.right_button, LEFT)
        until(qtbot, lambda: dialog.settled)
        assert (dialog.choices.picture, dialog.choices.box[2:]) == ((200, 300), (height, width))
        dialog.activateWindow()
        until(qtbot, dialog.isActiveWindow)
        for picture in ((300, 200), (200, 300)):
            qtbot.keyClick(dialog, Key.Key_L, Modifier.ControlModifier)
            until(qtbot, lambda picture=picture: dialog.choices.picture == picture and dialog.settled)
        assert np.array_equal(used(qtbot, window, dialog), np.rot90(part))

    def test_everything_is_named_and_reached_by_tab(self, qtbot: QtBot, dialog: CropDialog) -> None:
        assert unnamed_controls(dialog) == []
        walk = tab_walk(dialog)
        controls = dialog.controls
        for widget in (dialog.view, dialog.right_button, controls.shape, controls.longest, dialog.use_button):
            assert widget in walk
        assert walk.index(dialog.view) < walk.index(controls.shape) < walk.index(dialog.use_button)


class TestFramesAndGround:
    def film(self, path: Path) -> Path:
        frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "lime", "blue")]
        return saved(frames[0], path, save_all=True, append_images=frames[1:])

    def test_a_frame_is_chosen(self, qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
        dialog = opened(qtbot, window, self.film(tmp_path / "film.gif"))
        assert dialog.controls.frame_edit.isVisible()
        qtbot.mouseClick(dialog.left_button, LEFT)
        type_over(qtbot, dialog.controls.frame_edit, "3")
        until(qtbot, lambda: dialog.frame.number == 3 and dialog.settled)
        pixels = used(qtbot, window, dialog)
        assert (pixels.shape, pixels[5, 5].tolist()) == ((40, 30, 3), [0, 0, 255])

    def test_a_file_that_vanishes_is_said_and_the_frame_stays(
        self, qtbot: QtBot, window: MainWindow, tmp_path: Path
    ) -> None:
        path = self.film(tmp_path / "film.gif")
        dialog = opened(qtbot, window, path)
        path.unlink()
        type_over(qtbot, dialog.controls.frame_edit, "2")
        until(qtbot, lambda: "is not there" in dialog.problem.text())
        assert dialog.frame.number == 1
        assert used(qtbot, window, dialog)[5, 5].tolist() == [255, 0, 0]

    def test_pages_of_another_size_begin_as_a_whole(
        self, qtbot: QtBot, window: MainWindow, tmp_path: Path
    ) -> None:
        pages = [gradient(40, 30), gradient(20, 50)]
        dialog = opened(
            qtbot, window, saved(pages[0], tmp_path / "pages.tif", save_all=True, append_images=pages[1:])
        )
        qtbot.keyClick(dialog.view, Key.Key_Minus)
        type_over(qtbot, dialog.controls.frame_edit, "2")
        until(qtbot, lambda: dialog.frame.number == 2)
        assert dialog.choices.box == Box(0, 0, 20, 50)

    def test_one_picture_has_no_frames_to_choose_and_no_ground(
        self, qtbot: QtBot, window: MainWindow, tmp_path: Path
    ) -> None:
        dialog = opened(qtbot, window, saved(gradient(40, 30), tmp_path / "mine.png"))
        assert not dialog.controls.frame_edit.isVisible()
        assert not dialog.controls.ground.isVisible()

    def test_a_ground_is_chosen_for_what_is_transparent(
        self, qtbot: QtBot, window: MainWindow, tmp_path: Path
    ) -> None:
        dialog = opened(qtbot, window, saved(Image.new("RGBA", (40, 30)), tmp_path / "clear.png"))
        assert QColor(dialog.view.image.pixel(5, 5)).name() == "#ffffff"
        qtbot.mouseClick(dialog.controls.ground, LEFT)
        colours = dialog.findChild(QColorDialog)
        assert isinstance(colours, QColorDialog)
        colours.setCurrentColor(QColor("#204060"))
        until(qtbot, lambda: dialog.settled)
        assert QColor(dialog.view.image.pixel(5, 5)).name() == "#204060"
        colours.accept()
        assert used(qtbot, window, dialog)[5, 5].tolist() == [0x20, 0x40, 0x60]
