"""Filling in of a hole in a pattern: the best guess, smoothly, by example, and where it is copied from."""

import re
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QAction, QColor
from pytestqt.qtbot import QtBot

from cadl_desktop.data.frames import Frame
from cadl_desktop.data.pictures.cropping import image_to_png
from cadl_desktop.data.pictures.filling_choice import FillingChoice
from cadl_desktop.data.pictures.guessed_pixels import GuessedPixels, GuessesByNow
from cadl_desktop.data.pictures.masks import mask_to_png
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.edits import with_preset
from cadl_desktop.session.filling_in import FillingIn
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.masking.fill_in_offer import choice_in_words
from cadl_desktop.ui.painting.painting_view import PaintingView
from cadl_desktop.ui.painting.pane import Pane
from cadl_desktop.ui.theme.theme_switch import set_theme
from cadl_desktop.ui.window.main_window import MainWindow
from tests.engine.runs import small_painting
from tests.settling import process_events, until, wait_for_worker

SIDE = 24
HOLE = range(9, 15)
MASKED = np.isin(np.arange(SIDE), HOLE)[:, np.newaxis] & np.isin(np.arange(SIDE), HOLE)
WITHIN = 11, 12
BEST, SMOOTHLY, BY_EXAMPLE = "Fill in: best guess", "Fill in smoothly", "Fill in by example"


def checks(side: int) -> np.ndarray:
    rows, columns = np.indices((side, side)) // 2 % 2
    return np.where((rows ^ columns)[..., np.newaxis], [230, 200, 40], [20, 60, 160]).astype(np.uint8)


@pytest.fixture
def experiment() -> Experiment:
    """Checks of 2 x 2 pixels, learned by a network that trains for as long as it is let."""
    painting = small_painting()
    data = painting.data.has(source="own", image=image_to_png(Image.fromarray(checks(SIDE))), longest=SIDE)
    return with_preset(replace(painting, data=data), "siren-painting")


@pytest.fixture
def masked(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> MainWindow:
    """Window in which the hole has just been hidden."""
    window.session.load_samples()
    window.features.start.leave()
    until(qtbot, lambda: window.features.masking.strip)
    Image.fromarray(MASKED).save(tmp_path / "hole.png")
    window.features.masking.take_file(tmp_path / "hole.png")
    until(qtbot, lambda: window.frame.messages.bar.buttons)
    return window


def action(window: MainWindow, title: str) -> QAction:
    strip = window.features.masking.strip
    assert strip is not None
    return next(action for action in strip.actions() if action.text() == title)


def view(window: MainWindow) -> PaintingView:
    return window.features.views.output.painting


def hover(qtbot: QtBot, window: MainWindow, row: int, column: int) -> str:
    """Moves the mouse over a pixel of the painting, and returns what the readout says."""
    pane = view(window).painting
    part = QRectF(column / SIDE, row / SIDE, 1 / SIDE, 1 / SIDE)
    qtbot.mouseMove(pane, pane.to_widget(part).center().toPoint())
    return view(window).readout.text()


def is_outlined(pane: Pane, row: int, column: int) -> bool:
    """Whether the patch around a pixel has a white outline, of which one side at least is on screen."""
    top, left, bottom, right = (
        edge / SIDE
        for edge in (max(row - 3, 0), max(column - 3, 0), min(row + 4, SIDE), min(column + 4, SIDE))
    )
    patch, image = pane.to_widget(QRectF(QPointF(left, top), QPointF(right, bottom))), pane.grab().toImage()
    middles = (
        QPointF(patch.left(), patch.center().y()),
        QPointF(patch.right(), patch.center().y()),
        QPointF(patch.center().x(), patch.top()),
        QPointF(patch.center().x(), patch.bottom()),
    )
    return any(
        QColor(image.pixel(QPoint(round(middle.x()) + across, round(middle.y()) + down))) == QColor("white")
        for middle in middles
        for across in (-1, 0, 1)
        for down in (-1, 0, 1)
        if pane.rect().adjusted(2, 2, -2, -2).contains(middle.toPoint())
    )


def test_a_pattern_is_filled_in_from_itself_which_is_said_and_undone(
    qtbot: QtBot, masked: MainWindow
) -> None:
    document, bar = masked.document, masked.frame.messages.bar
    hidden = document.experiment
    before = replace(hidden, data=hidden.data.has(mask=b""))
    qtbot.mouseClick(bar.buttons[0], Qt.MouseButton.LeftButton)
    assert (document.experiment.method, document.experiment.example) == ("inpainting", 0)

    until(qtbot, lambda: document.experiment.example)
    assert document.experiment.example == 1
    assert document.experiment.data == hidden.data
    assert re.match(
        r"Filling in from the picture itself, which came \d+\.\d dB nearer .* on 4 holes", bar.text
    )
    assert not bar.buttons
    until(qtbot, lambda: masked.session.status is Status.TRAINING)
    assert document.undo_stack.undoText() == "Fill in"
    document.undo_stack.undo()
    assert document.experiment == before
    assert bar.text == ""


def test_guesses_cover_the_hole_while_they_are_tried(qtbot: QtBot, masked: MainWindow) -> None:
    painting, document = view(masked), masked.document
    large = image_to_png(Image.fromarray(checks(3 * SIDE)))
    data = document.experiment.data.has(image=large, longest=3 * SIDE)
    document.edit("Larger", replace(document.experiment, data=data))
    until(qtbot, lambda: (painting.target.image.width(), document.problems) == (3 * SIDE, ()))
    filling = masked.session.findChild(FillingIn)
    assert filling is not None
    shown = list[tuple[object, QColor, str]]()

    def look(guesses: GuessesByNow | None) -> None:
        middle = painting.painting.to_widget(QRectF(0.5, 0.5, 0, 0)).topLeft().toPoint()
        seen = QColor(painting.painting.grab().toImage().pixel(middle))
        at = None if guesses is None else [side // 2 for side in guesses.pixels.shape[:2]]
        wanted = None if guesses is None or at is None else QColor(*guesses.pixels[*at, :3].tolist())
        shown.append((wanted, seen, painting.interpolation.text()))

    filling.guessed.connect(look)
    action(masked, BEST).trigger()
    until(qtbot, lambda: document.experiment.example)
    covers = [each for each in shown if each[0] is not None]
    assert covers
    for wanted, seen, words in covers:
        assert (seen, "guesses" in words) == (wanted, True)
    until(qtbot, lambda: "guesses" not in painting.interpolation.text())


def test_guesses_that_were_found_stay_until_something_is_painted(masked: MainWindow) -> None:
    painting = view(masked)
    guesses = GuessesByNow(np.full((6, 6, 4), 255, np.uint8), Frame(9 / 24, 9 / 24, 6 / 24, 6 / 24))
    painted = np.zeros((SIDE, SIDE, 3), np.float32)

    def state() -> tuple[str, bool]:
        return painting.interpolation.text(), painting.painting.image.isNull()

    for found, after in (
        (None, ("", True)),
        (GuessedPixels(), ("target, with guesses to be learned", False)),
    ):
        painting.show_sources(None)
        painting.show_guesses(guesses)
        assert state() == ("target, with guesses being searched…", False)
        painting.show_sources(found)
        painting.show_guesses(None)
        assert state() == after
    painting.show_painting(painted, None)
    assert "guesses" not in painting.interpolation.text()
    painting.show_sources(None)
    painting.show_guesses(guesses)
    assert state() == ("hole: guesses being searched…", False)
    painting.clear_painting()
    assert state() == ("", True)


def test_the_best_guess_gives_way_to_a_later_choice_and_to_a_reset(qtbot: QtBot, masked: MainWindow) -> None:
    document, bar = masked.document, masked.frame.messages.bar
    action(masked, BEST).trigger()
    action(masked, SMOOTHLY).trigger()
    wait_for_worker(qtbot, masked.session)
    assert (document.experiment.example, "Filling" in bar.text) == (0, False)

    action(masked, BEST).trigger()
    masked.frame.actions["reset"].trigger()
    wait_for_worker(qtbot, masked.session)
    assert (document.experiment.example, "Filling" in bar.text) == (0, False)


def test_what_was_changed_meanwhile_stays_as_it_is(qtbot: QtBot, masked: MainWindow) -> None:
    document, bar = masked.document, masked.frame.messages.bar
    action(masked, BEST).trigger()
    action(masked, "Invert mask").trigger()
    wait_for_worker(qtbot, masked.session)
    action(masked, BEST).trigger()
    document.undo_stack.undo()
    wait_for_worker(qtbot, masked.session)
    process_events(qtbot)
    assert document.experiment.example == 0
    assert "illed in" not in bar.text

    action(masked, BEST).trigger()
    slower = document.experiment.optimizer.has(rate=0.01)
    document.edit("Rate", replace(document.experiment, optimizer=slower))
    until(qtbot, lambda: document.experiment.example)
    document.undo_stack.undo()
    assert (document.experiment.example, document.experiment.optimizer["rate"]) == (0, 0.01)
    assert "illed in" not in bar.text


def test_each_way_of_filling_in_is_trained_from_the_seed(qtbot: QtBot, masked: MainWindow) -> None:
    document, session = masked.document, masked.session
    ways = [action(masked, title) for title in (BEST, SMOOTHLY, BY_EXAMPLE)]
    assert all(way.isEnabled() and way.toolTip() for way in ways)
    document.edit("Kept", replace(document.experiment, data=document.experiment.data.has(keep=50.0)))
    assert not any(way.isEnabled() for way in ways)
    document.undo_stack.undo()
    action(masked, "Clear mask").trigger()
    assert not any(way.isEnabled() for way in ways)
    document.undo_stack.undo()

    for title, example in ((SMOOTHLY, 0), (BY_EXAMPLE, 1), (SMOOTHLY, 0), (SMOOTHLY, 0)):
        listed = len(session.runs.others())
        action(masked, title).trigger()
        assert (document.experiment.method, document.experiment.example) == ("inpainting", example)
        until(qtbot, lambda: session.status is Status.TRAINING and session.result.step)
        process_events(qtbot)
        assert len(session.runs.others()) == listed + (listed > 0 or title == BY_EXAMPLE)


def test_where_nothing_can_be_copied_examples_give_way_to_smooth_filling(
    qtbot: QtBot, masked: MainWindow
) -> None:
    document, said = masked.document, list[str]()
    dotted = document.experiment.data.has(mask=mask_to_png((np.indices((SIDE, SIDE)) % 5 == 0).all(axis=0)))
    document.edit("Dots", replace(document.experiment, data=dotted))
    before = document.experiment
    masked.session.message.connect(lambda _, text: said.append(text))
    action(masked, BY_EXAMPLE).trigger()
    assert (document.experiment.example, document.experiment.coherence) == (1, 0)
    until(qtbot, lambda: document.experiment.coherence)
    assert (document.experiment.method, document.experiment.example) == ("inpainting", 0)
    until(qtbot, lambda: [text for text in said if "Nothing in this picture can be copied" in text])
    document.undo_stack.undo()
    assert document.experiment == before


def test_the_place_that_a_pixel_was_copied_from_is_outlined(
    qtbot: QtBot, masked: MainWindow, light: None
) -> None:
    painting = view(masked)
    action(masked, BY_EXAMPLE).trigger()
    until(qtbot, lambda: not painting.painting.image.isNull())
    until(qtbot, lambda: "copied from" in hover(qtbot, masked, *WITHIN))
    masked.session.stop()
    until(qtbot, lambda: masked.session.status is Status.RESULT)
    process_events(qtbot)

    found = re.search(r"hidden  ·  guess copied from row (\d+), column (\d+)", hover(qtbot, masked, *WITHIN))
    assert found is not None
    source = int(found[1]), int(found[2])
    assert not MASKED[source]
    assert painting.target.image.pixel(*source[::-1]) == painting.target.image.pixel(*WITHIN[::-1])
    for theme in ("light", "dark"):
        set_theme(theme)
        assert is_outlined(painting.painting, *source)
        assert not is_outlined(painting.target, *source)
    painting.view.magnify(1.5, QPointF(source[1] / SIDE, source[0] / SIDE))
    hover(qtbot, masked, *WITHIN)
    assert is_outlined(painting.painting, *source)
    assert is_outlined(painting.target, *source)  # small, but whole
    assert "copied from" not in hover(qtbot, masked, 0, 0)
    assert not is_outlined(painting.painting, *source)

    hover(qtbot, masked, *WITHIN)
    action(masked, "Invert mask").trigger()
    assert not is_outlined(painting.painting, *source)
    masked.document.undo_stack.undo()
    until(qtbot, lambda: is_outlined(painting.painting, *source))
    masked.document.undo_stack.undo()
    assert not is_outlined(painting.painting, *source)


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (FillingChoice(1.0, 2.13, 4), ("from the picture itself", "2.1 dB", "4 holes")),
        (FillingChoice(0.01, 0.6, 1), ("half smoothly, half from the picture itself", "0.6 dB", "a hole")),
        (FillingChoice(1.0, -0.2, 3), ("from the picture itself", "more of the contrast", "3 holes")),
        (FillingChoice(0.0, 0.0, 4), ("smoothly", "no nearer", "4 holes")),
        (FillingChoice(0.0, 0.0, 0), ("smoothly", "no hole")),
    ],
)
def test_what_was_chosen_is_said_with_its_reason(choice: FillingChoice, words: tuple[str, ...]) -> None:
    sentence = choice_in_words(choice)
    assert [each in sentence for each in words] == [True] * len(words)
