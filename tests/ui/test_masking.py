"""Drawing masks on the target by mouse and keys, and the resulting edits."""

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from cadl_desktop.data.pictures.masks import Mask, drawn_pixels
from cadl_desktop.data.scores import Scores
from cadl_desktop.experiment import preset
from cadl_desktop.experiment.edits import with_preset
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.masking.mask_strip import MaskStrip
from cadl_desktop.ui.masking.overlay import PicturePoint, Stroke
from cadl_desktop.ui.masking.tool import ToolKind
from cadl_desktop.ui.painting.canvas_head import score_help, score_text, score_texts
from cadl_desktop.ui.painting.pane import Pane
from cadl_desktop.ui.window.main_window import MainWindow
from tests.settling import WAIT, process_events, until
from tests.ui.driving import tab_walk, type_over, undo_all, unnamed_controls


@pytest.fixture
def window(qtbot: QtBot, window: MainWindow) -> MainWindow:
    """Window with a picture that has been read and shown; its overlay exists earlier."""
    window.session.load_samples()
    window.features.start.leave()
    pane = target(window)
    qtbot.waitUntil(
        lambda: window.features.masking.overlay is not None and not pane.image.isNull(), timeout=WAIT
    )
    qtbot.waitUntil(pane.isVisible, timeout=WAIT)
    process_events(qtbot)
    return window


def target(window: MainWindow) -> Pane:
    return window.features.views.output.painting.target


def strip(window: MainWindow) -> MaskStrip:
    assert window.features.masking.strip is not None
    return window.features.masking.strip


def act(window: MainWindow, title: str) -> None:
    """Triggers the action with this title in the strip's menu."""
    next(action for action in strip(window).actions() if action.text() == title).trigger()


def take(qtbot: QtBot, window: MainWindow, kind: ToolKind) -> None:
    strip(window).tools[kind].click()


def middle_of(window: MainWindow, row: int, column: int) -> QPoint:
    part = QRectF(column / 12, row / 12, 1 / 12, 1 / 12)
    return target(window).to_widget(part).center().toPoint()


def drag(qtbot: QtBot, window: MainWindow, start: tuple[int, int], end: tuple[int, int]) -> None:
    pane = target(window)
    qtbot.mousePress(pane, Qt.MouseButton.LeftButton, pos=middle_of(window, *start))
    qtbot.mouseMove(pane, middle_of(window, *end))
    qtbot.mouseRelease(pane, Qt.MouseButton.LeftButton, pos=middle_of(window, *end))


def drawn(window: MainWindow) -> list[tuple[int, int]]:
    mask = drawn_pixels(window.document.experiment.data, 12, 12)
    return [(int(row), int(column)) for row, column in np.argwhere(mask)]


def test_brush_and_eraser_hide_and_show_pixels(qtbot: QtBot, window: MainWindow) -> None:
    take(qtbot, window, "brush")
    window.features.masking.tool.set_size(1)
    drag(qtbot, window, (2, 1), (2, 6))
    assert drawn(window) == [(2, column) for column in range(1, 7)]

    take(qtbot, window, "eraser")
    drag(qtbot, window, (2, 3), (2, 4))
    assert drawn(window) == [(2, 1), (2, 2), (2, 5), (2, 6)]

    window.document.undo_stack.undo()
    assert len(drawn(window)) == 6
    undo_all(window.document)
    assert drawn(window) == []


def test_a_box_hides_all_from_corner_to_corner(qtbot: QtBot, window: MainWindow) -> None:
    take(qtbot, window, "rectangle")
    drag(qtbot, window, (7, 9), (5, 8))

    assert drawn(window) == [(row, column) for row in (5, 6, 7) for column in (8, 9)]
    assert window.document.undo_stack.undoText() == "Hide a rectangle"


def test_strokes_are_drawn_by_keys(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    take(qtbot, window, "brush")
    window.features.masking.tool.set_size(1)
    qtbot.waitUntil(target(window).hasFocus)
    pane = target(window)
    qtbot.keyClick(pane, Qt.Key.Key_Space)
    qtbot.keyClick(pane, Qt.Key.Key_Right)
    qtbot.keyClick(pane, Qt.Key.Key_Space)
    assert drawn(window) == [(6, 6), (6, 7)]

    take(qtbot, window, "rectangle")
    qtbot.keyClick(pane, Qt.Key.Key_Space)
    qtbot.keyClick(pane, Qt.Key.Key_Down)
    qtbot.keyClick(pane, Qt.Key.Key_Escape)
    assert len(drawn(window)) == 2  # the stroke was cancelled
    qtbot.keyClick(pane, Qt.Key.Key_Space)
    qtbot.keyClick(pane, Qt.Key.Key_Down)
    qtbot.keyClick(pane, Qt.Key.Key_Space)
    assert drawn(window) == [(6, 6), (6, 7), (7, 7), (8, 7)]

    qtbot.keyClick(pane, Qt.Key.Key_Escape)
    assert window.features.masking.tool.kind == ""


def test_escape_drops_the_tool_wherever_the_focus_is(qtbot: QtBot, window: MainWindow) -> None:
    for widget in (
        strip(window).menu_button,
        strip(window).diameter,
        window.features.views.output.painting.error,
    ):
        take(qtbot, window, "brush")
        widget.setFocus()
        qtbot.keyClick(widget, Qt.Key.Key_Escape)
        assert window.features.masking.tool.kind == ""
        assert not strip(window).tools["brush"].isChecked()


def test_the_target_is_large_while_a_tool_is_selected(qtbot: QtBot, window: MainWindow) -> None:
    painting = window.features.views.output.painting
    painting.stage.make_large(painting.error)
    take(qtbot, window, "brush")
    assert painting.stage.main is painting.target
    take(qtbot, window, "eraser")
    take(qtbot, window, "eraser")  # drops the tool
    assert painting.stage.main is painting.error
    take(qtbot, window, "brush")
    qtbot.mouseClick(painting.painting, Qt.MouseButton.LeftButton)
    assert painting.stage.main is painting.painting
    take(qtbot, window, "brush")
    assert painting.stage.main is painting.painting


def test_training_shows_the_painting_and_keeps_the_brush(qtbot: QtBot, window: MainWindow) -> None:
    painting, train = window.features.views.output.painting, window.frame.actions["train"]
    window.session.train = lambda: None
    take(qtbot, window, "brush")
    window.features.masking.tool.set_size(1)
    drag(qtbot, window, (2, 1), (2, 2))
    assert painting.stage.main is painting.target
    train.trigger()
    assert painting.stage.main is painting.painting

    qtbot.mouseClick(painting.target, Qt.MouseButton.LeftButton)
    assert (painting.stage.main, window.features.masking.tool.kind) == (painting.target, "brush")
    drag(qtbot, window, (4, 1), (4, 2))
    assert drawn(window) == [(2, 1), (2, 2), (4, 1), (4, 2)]
    assert painting.stage.main is painting.target  # a stroke does not bring the painting
    take(qtbot, window, "brush")
    assert painting.stage.main is painting.painting  # it was large before


def test_without_a_tool_training_leaves_the_large_picture(window: MainWindow) -> None:
    painting = window.features.views.output.painting
    window.session.train = lambda: None
    painting.stage.make_large(painting.target)
    window.frame.actions["train"].trigger()
    assert painting.stage.main is painting.target


def test_without_a_tool_a_drag_moves_the_picture(qtbot: QtBot, window: MainWindow) -> None:
    drag(qtbot, window, (2, 1), (2, 6))

    assert drawn(window) == []


def test_hidden_pixels_are_hatched(qtbot: QtBot, window: MainWindow) -> None:
    pane = target(window)
    window.features.views.output.painting.stage.make_large(pane)
    before = pane.grab().toImage()
    take(qtbot, window, "rectangle")
    drag(qtbot, window, (0, 0), (11, 5))
    take(qtbot, window, "rectangle")  # drops the tool
    qtbot.waitUntil(lambda: _hidden(window) is not None, timeout=WAIT)
    after = pane.grab().toImage()

    left, right = middle_of(window, 6, 2), middle_of(window, 6, 9)
    around = [QPoint(left.x() + dx, left.y()) for dx in range(-6, 7)]
    assert any(QColor(before.pixel(at)) != QColor(after.pixel(at)) for at in around)
    assert before.pixel(right) == after.pixel(right)


def _hidden(window: MainWindow) -> Mask | None:
    samples = window.session.samples
    return None if samples is None else samples.hidden


def test_the_last_painting_stays_until_the_first_one_after_a_stroke(qtbot: QtBot, window: MainWindow) -> None:
    session, painting = window.session, window.features.views.output.painting
    window.features.designer.keep.click()
    session.train()
    qtbot.waitUntil(lambda: not painting.painting.image.isNull(), timeout=WAIT)
    blank: list[bool] = []
    session.updated.connect(lambda: blank.append(painting.painting.image.isNull()))
    painted: dict[Status, bool] = {}
    session.status_changed.connect(
        lambda: painted.setdefault(session.status, session.result.prediction is not None)
    )
    take(qtbot, window, "rectangle")
    drag(qtbot, window, (0, 0), (11, 5))
    qtbot.waitUntil(lambda: Status.PREPARING in painted, timeout=WAIT)
    qtbot.waitUntil(lambda: session.result.prediction is not None, timeout=WAIT)
    process_events(qtbot)
    assert not painted[Status.PREPARING]
    before = session.result.prediction
    window.document.undo_stack.undo()
    qtbot.waitUntil(lambda: session.status is Status.TRAINING, timeout=WAIT)
    qtbot.waitUntil(lambda: session.result.prediction is not before, timeout=WAIT)
    process_events(qtbot)
    assert not any(blank)
    session.reset()
    process_events(qtbot)
    assert painting.painting.image.isNull()


def test_a_painting_without_any_pixel_to_learn_from_is_cleared(qtbot: QtBot, window: MainWindow) -> None:
    session, painting = window.session, window.features.views.output.painting
    session.train()
    qtbot.waitUntil(lambda: not painting.painting.image.isNull(), timeout=WAIT)
    act(window, "Invert mask")
    qtbot.waitUntil(lambda: painting.painting.image.isNull(), timeout=WAIT)
    assert session.status is Status.EMPTY


def test_a_stroke_during_training_continues_without_the_pixels(qtbot: QtBot, window: MainWindow) -> None:
    session = window.session
    session.train()
    qtbot.waitUntil(lambda: session.status is Status.TRAINING, timeout=WAIT)
    take(qtbot, window, "rectangle")
    drag(qtbot, window, (0, 0), (11, 5))
    painting = window.features.views.output.painting

    qtbot.waitUntil(lambda: "hidden" in painting.head.score.text(), timeout=WAIT)
    qtbot.waitUntil(lambda: session.status is Status.TRAINING, timeout=WAIT)
    assert painting.composite.isVisible()
    take(qtbot, window, "rectangle")  # drops the tool
    assert painting.head.name.text() == "Painting"
    assert painting.composite.text() == "Composite"
    place, room = painting.composite.pos(), painting.painting.geometry()
    painting.stage.make_large(painting.error)
    painting.composite.click()
    assert painting.head.name.text() == "Composite"
    painting.layout().activate()
    assert painting.composite.pos() == place
    assert painting.comparison.swipe.left_name == "Composite"
    assert painting.painting.geometry() == room
    session.stop()
    qtbot.waitUntil(lambda: session.status is Status.RESULT, timeout=WAIT)
    composed, seen = painting.painting.image, painting.target.image
    assert all(
        composed.pixel(column, row) == seen.pixel(column, row) for row in range(12) for column in range(6, 12)
    )
    assert any(
        composed.pixel(column, row) != seen.pixel(column, row) for row in range(12) for column in range(6)
    )


def test_an_undo_in_the_middle_of_a_stroke_ends_it(qtbot: QtBot, window: MainWindow) -> None:
    take(qtbot, window, "rectangle")
    drag(qtbot, window, (0, 0), (1, 1))
    pane, undo_stack = target(window), window.document.undo_stack
    qtbot.mousePress(pane, Qt.MouseButton.LeftButton, pos=middle_of(window, 5, 5))
    qtbot.mouseMove(pane, middle_of(window, 6, 6))
    undo_stack.undo()
    qtbot.mouseMove(pane, middle_of(window, 7, 7))
    qtbot.mouseRelease(pane, Qt.MouseButton.LeftButton, pos=middle_of(window, 7, 7))
    assert drawn(window) == []
    undo_stack.redo()
    assert drawn(window) == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_the_first_stroke_on_a_picture_that_is_learned_offers_to_fill_in(
    qtbot: QtBot, window: MainWindow
) -> None:
    document, bar, trained = window.document, window.frame.messages.bar, list[bool]()
    window.session.train = lambda: trained.append(True)
    take(qtbot, window, "rectangle")
    drag(qtbot, window, (0, 0), (1, 1))
    assert bar.text == ""  # the lecture's network isn't said to learn it

    undo_all(document)
    document.edit("Method", with_preset(document.experiment, "siren-painting"))
    learned = document.experiment
    drag(qtbot, window, (0, 0), (1, 1))
    assert [button.text() for button in bar.buttons] == ["Fill in"]
    assert unnamed_controls(bar) == []
    drag(qtbot, window, (5, 5), (6, 6))
    assert [button.text() for button in bar.buttons] == ["Fill in"]  # until it is answered
    document.undo_stack.undo()
    drag(qtbot, window, (5, 5), (6, 6))
    assert bar.text == ""
    undo_all(document)

    other = replace(learned, data=learned.data.has(source="cat"))
    document.edit("Picture", other)
    drag(qtbot, window, (0, 0), (1, 1))
    painting = window.features.views.output.painting
    window.features.masking.tool.take("")
    painting.stage.make_large(painting.target)
    qtbot.mouseClick(bar.buttons[0], Qt.MouseButton.LeftButton)
    assert bar.isHidden()
    assert trained
    assert (document.experiment.method, len(drawn(window))) == ("inpainting", 4)
    assert painting.stage.main is painting.painting
    assert document.undo_stack.undoText() == "Fill in"
    document.undo_stack.undo()
    assert document.experiment == other


def test_invert_and_clear(qtbot: QtBot, window: MainWindow) -> None:
    clear = strip(window).actions()[-1]
    assert not clear.isEnabled()
    take(qtbot, window, "rectangle")
    drag(qtbot, window, (0, 0), (11, 5))
    act(window, "Invert mask")
    assert len(drawn(window)) == 72
    assert drawn(window)[0] == (0, 6)
    assert clear.isEnabled()
    clear.trigger()
    assert window.document.experiment.data["mask"] == b""


def test_hiding_everything_is_reported_and_can_be_undone(qtbot: QtBot, window: MainWindow) -> None:
    act(window, "Invert mask")

    assert [problem.field for problem in window.document.problems] == ["data.mask"]
    assert window.features.views.output.painting.problem.isVisible()
    act(window, "Clear mask")
    assert window.document.problems == ()


def test_only_some_percent_are_kept(qtbot: QtBot, window: MainWindow) -> None:
    field, choice = (strip(window).form.field(name) for name in ("keep", "keep_seed"))
    assert choice is not None
    assert not choice.isVisible()
    assert field is not None
    type_over(qtbot, field.control, "25")
    qtbot.keyClick(field.control, Qt.Key.Key_Return)

    assert window.document.experiment.data["keep"] == 25.0
    assert choice.isVisible()
    qtbot.waitUntil(lambda: (hidden := _hidden(window)) is not None and hidden.sum() == 108, timeout=WAIT)


def test_a_picture_file_becomes_the_mask(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    light = np.zeros((24, 24), np.uint8)
    light[:, 12:] = 250
    Image.fromarray(light).save(tmp_path / "half.png")
    monkeypatch.setattr(file_dialogs, "file_to_open", lambda *arguments: str(tmp_path / "half.png"))
    act(window, "Load mask")
    qtbot.waitUntil(lambda: len(drawn(window)) == 72, timeout=WAIT)
    assert drawn(window)[0] == (0, 6)
    assert window.document.undo_stack.undoText() == "Mask half.png"

    (tmp_path / "half.png").write_bytes(b"no picture")
    act(window, "Load mask")
    qtbot.waitUntil(window.frame.messages.bar.isVisible, timeout=WAIT)
    assert len(drawn(window)) == 72


def test_a_mask_read_for_other_data_is_rejected_with_a_message(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "circle.png"
    Image.fromarray(np.full((4, 4), 255, np.uint8)).save(path)
    window.features.masking.take_file(path)
    data = window.document.experiment.data
    window.document.edit_data("Longest side", data.has(longest=data["longest"] + 1))
    until(qtbot, lambda: "hides nothing" in window.frame.messages.bar.text)
    assert not window.document.experiment.data["mask"]


def test_an_action_cancelled_by_a_stroke_is_reported(qtbot: QtBot, window: MainWindow) -> None:
    window.frame.messages.bar.say("error", "About other data.")
    window.session.train()
    qtbot.waitUntil(lambda: window.session.status is Status.TRAINING, timeout=WAIT)
    window.session.with_state(lambda result: None)  # as Save and Export do
    window.features.masking.tool.take("rectangle")
    drag(qtbot, window, (2, 2), (6, 6))
    assert window.frame.messages.bar.text.startswith("Not done: ")


def test_a_curve_has_nothing_to_hide(qtbot: QtBot, window: MainWindow) -> None:
    take(qtbot, window, "brush")
    window.document.open(preset("lecture-line"), None)

    assert not strip(window).isVisible()
    assert window.features.masking.tool.kind == ""


def test_tab_order_follows_the_layout_of_the_canvas(window: MainWindow) -> None:
    painting = window.features.views.output.painting
    walk = [each.accessibleName() for each in tab_walk(window) if painting.isAncestorOf(each)]
    above = ["Swipe", "Zoom out", "Zoom in", "Fit"]
    tools = ["Brush", "Size", "Pixels used", "Mask"]  # arrow keys go from the brush to the other tools
    assert walk == [*above, *tools, "Painting", "Target", "Error"]


def test_every_control_of_the_strip_has_a_name_and_a_tooltip(window: MainWindow) -> None:
    assert unnamed_controls(window.features.views.output.painting) == []


def test_discs_leave_no_gap_and_reach_as_far_as_their_size() -> None:
    stroke = Stroke(np.zeros((20, 40), np.bool_), "brush", 6, PicturePoint(10, 5))
    stroke.extend(PicturePoint(10, 35))

    rows, columns = np.nonzero(stroke.mask)
    assert (rows.min(), rows.max()) == (7, 12)
    assert (columns.min(), columns.max()) == (2, 37)
    assert stroke.mask[7:13, 5:35].all()


def test_a_slanted_stroke_hides_exactly_its_discs() -> None:
    start, end = PicturePoint(3.3, 2.7), PicturePoint(31.1, 44.9)
    stroke = Stroke(np.zeros((30, 50), np.bool_), "brush", 7, start)
    stroke.extend(end)

    rows, columns = np.mgrid[0:30, 0:50] + 0.5
    expected = np.zeros((30, 50), np.bool_)
    for share in np.linspace(0, 1, 86):  # two per pixel of the longer axis
        row, column = (one + (other - one) * share for one, other in zip(start, end, strict=True))
        expected |= (rows - row) ** 2 + (columns - column) ** 2 <= 3.5**2
    assert (stroke.mask == expected).all()


def test_a_stroke_off_the_picture_changes_nothing() -> None:
    stroke = Stroke(np.zeros((8, 8), np.bool_), "brush", 3, PicturePoint(-40, -40))
    stroke.extend(PicturePoint(-40, 60))

    assert not stroke.mask.any()


@pytest.mark.parametrize(
    ("psnr", "scores", "said"),
    [
        (24.314, None, "PSNR 24.31 dB"),
        (24.314, Scores(24.314, None, 0.713, None), "PSNR 24.31 dB · SSIM 0.71"),
        (20.0, Scores(21.26, 15.94, 0.8, 0.4), "PSNR 21.3 dB seen · 15.9 hidden"),
        (20.0, Scores(float("inf"), 15.94, 0.8, 0.4), "PSNR ∞ dB seen · 15.9 hidden"),
        (20.0, Scores(21.26, None, 0.8, None, 18.04, 0.7), "PSNR 21.3 dB seen · 18.0 held out"),
        (20.0, Scores(21.26, 15.94, 0.8, 0.4, 18.04), "PSNR 21.3 dB seen · 18.0 held out · 15.9 hidden"),
        (float("inf"), None, ""),
        (None, None, ""),
    ],
)
def test_scores_are_written_beside_the_painting(psnr: float | None, scores: Scores | None, said: str) -> None:
    assert score_text(psnr, scores) == said


def test_scores_become_shorter_where_there_is_little_room() -> None:
    scores = Scores(21.26, 15.94, 0.8, 0.4)
    assert score_texts(20.0, scores) == (
        "PSNR 21.3 dB seen · 15.9 hidden",
        "21.3 dB seen · 15.9 hidden",
        "21.3 seen · 15.9 hidden",
        "21.3 · 15.9 hidden",
    )
    assert score_text(24.314, None, in_part=True) == "PSNR 24.31 dB seen"
    assert score_texts(24.314, Scores(24.314, None, 0.713, None))[-1] == "24.31 dB"
    assert score_texts(None, None) == ("", "", "", "")


def test_the_tooltip_says_which_pixels_were_seen() -> None:
    assert "Held-out" not in score_help(Scores(21.26, 15.94, 0.8, 0.4))
    said = score_help(Scores(21.26, None, 0.8, None, 18.04, 0.7))
    assert "Seen pixels are those that the network learns from. Held-out pixels are kept" in said
    assert "SSIM of held-out pixels: 0.700." in said
