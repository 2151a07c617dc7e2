"""Pictures of all trainings: walked and chosen, as differences, one over the other, alone, and live."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from cadl_desktop.comparing.training import Setting, Training, TrainingSet
from cadl_desktop.data.samples import Samples, samples_of
from cadl_desktop.experiment.presets import preset
from cadl_desktop.runs.events import Floats
from cadl_desktop.session.comparing.comparison import Selection
from cadl_desktop.sweeps.plan.sweep_model import Choices
from cadl_desktop.ui.comparing.pictures.sheet import ContactSheet
from cadl_desktop.ui.comparing.pictures.view import PicturesView
from cadl_desktop.ui.theme.theme import theme
from tests.comparing.sets import ACTIVATION, a_set
from tests.settling import process_events
from tests.ui.driving import double_click, show, tab_walk, unnamed_controls

LEFT, CTRL, SHIFT = (
    Qt.MouseButton.LeftButton,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
ROOM = 790, 600
WHOLE = (96, 128, 3)


@pytest.fixture(scope="module")
def samples() -> Samples:
    return samples_of(preset("lecture-tanh").data)


def whole(training: Training, done: Callable[[Floats], None]) -> None:
    """All of a painting, in one colour."""
    done(np.full(WHOLE, 10.0 * training.number, np.float32))


@pytest.fixture
def view(qtbot: QtBot) -> PicturesView:
    made = PicturesView(Selection(), whole)
    made.resize(*ROOM)
    show(qtbot, made)
    return made


def picture(view: PicturesView, number: int) -> QImage:
    """Tile of a training as it is seen."""
    sheet = view.sheet
    return sheet.viewport().grab(QRect(*sheet.tiles.tiles[number])).toImage()


def middle_of(sheet: ContactSheet, number: int) -> QPoint:
    return QRect(*sheet.tiles.tiles[number]).center() - QPoint(0, sheet.verticalScrollBar().value())


def test_keys_and_clicks_choose_trainings_set_the_baseline_and_open_one(
    qtbot: QtBot, view: PicturesView
) -> None:
    view.show_trainings(a_set(8, paints=True), None)
    sheet, selection, opened = view.sheet, view.selection, list[int]()
    view.open_wanted.connect(opened.append)
    assert unnamed_controls(view) == []
    # It can be seen that the keys are here before any training is chosen.
    sheet.setFocus()
    assert sheet.viewport().grab().toImage().pixelColor(QPoint(0, 60)) == QColor(theme().accent)
    qtbot.keyClick(sheet, Qt.Key.Key_Right)
    qtbot.keyClick(sheet, Qt.Key.Key_Right)
    assert [*selection.numbers] == [2]
    assert sheet.accessibleDescription().startswith("Trial 2")
    qtbot.keyClick(sheet, Qt.Key.Key_Right, SHIFT)
    assert [*selection.numbers] == [3, 2]
    qtbot.keyClick(sheet, Qt.Key.Key_B)
    assert ([*selection.numbers], selection.baseline) == ([3, 2], 3)
    qtbot.keyClick(sheet, Qt.Key.Key_Return)
    qtbot.keyClick(sheet, Qt.Key.Key_Home)
    qtbot.keyClick(sheet, Qt.Key.Key_Down)
    assert selection.number == 1 + sheet.tiles.across
    qtbot.mouseClick(sheet.viewport(), LEFT, pos=middle_of(sheet, 6))
    qtbot.mouseClick(sheet.viewport(), LEFT, CTRL, middle_of(sheet, 4))
    assert [*selection.numbers] == [4, 6]
    qtbot.mouseClick(sheet.viewport(), LEFT, SHIFT, middle_of(sheet, 7))
    assert sorted(selection.numbers) == [4, 5, 6, 7]
    double_click(sheet.viewport(), middle_of(sheet, 5))
    assert opened == [3, 5]
    walked = tab_walk(view)
    assert [each for each in walked if each is not view.overlay.pane][-2:] == [view.differences, sheet]


def test_chosen_ones_alone_are_large_and_walked_without_losing_the_others(
    qtbot: QtBot, view: PicturesView
) -> None:
    view.show_trainings(a_set(64, paints=True), None)
    sheet, selection = view.sheet, view.selection
    small = sheet.tiles.tiles[3].width
    assert len(sheet.tiles.tiles) == 64
    assert sheet.verticalScrollBar().maximum() == 0
    assert not view.only.isEnabled()
    selection.select(40, 3, 5)
    qtbot.mouseClick(view.only, LEFT)
    assert sheet.tiles.order == [3, 5, 40]
    assert sheet.tiles.tiles[3].width > 3 * small
    sheet.setFocus()
    qtbot.keyClick(sheet, Qt.Key.Key_Left)
    assert (selection.number, sorted(selection.numbers)) == (5, [3, 5, 40])
    # Few pictures are drawn from whole outputs, and the best of all is still named.
    assert picture(view, 5).pixelColor(60, 60) == QColor(50, 50, 50)
    selection.select(3)
    assert len(sheet.tiles.tiles) == 64


def test_differences_are_from_the_baseline_or_the_best(
    qtbot: QtBot, view: PicturesView, samples: Samples
) -> None:
    trainings = a_set(8, paints=True)
    alike = replace(trainings.trainings[1], made=trainings.trainings[0].made)
    trainings = replace(trainings, trainings=(trainings.trainings[0], alike, *trainings.trainings[2:]))
    assert trainings.best is not None
    view.show_trainings(trainings, None)
    qtbot.mouseClick(view.differences, LEFT)
    assert view.caption.text().startswith(f"Differences from Trial {trainings.best.number}, the best one")
    view.selection.set_baseline(1)
    assert view.caption.text().startswith("Differences from Trial 1, the baseline")
    seen = picture(view, 3).pixelColor(60, 60)
    assert seen.blue() > seen.red()  # the third whole output is brighter by 20
    view.selection.set_baseline(5)
    assert picture(view, 3).pixelColor(60, 60).red() != seen.red()
    curves = a_set(8)
    view.show_trainings(curves, samples)
    assert "above is more" in view.caption.text()
    live = replace(
        curves, trainings=tuple(replace(it, is_over=False) for it in curves.trainings), name="live"
    )
    view.selection.set_baseline(None)
    view.show_trainings(live, samples)
    assert "B makes the current one the baseline" in view.caption.text()


def test_two_are_laid_over_one_another(qtbot: QtBot, view: PicturesView, samples: Samples) -> None:
    view.show_trainings(a_set(8, paints=True), None)
    assert not view.swipe.isEnabled()
    view.selection.select(5, 3)
    qtbot.mouseClick(view.swipe, LEFT)
    overlay = view.overlay
    assert overlay.isVisible()
    assert unnamed_controls(view) == []
    assert {overlay.pane, overlay.swipe.handle} <= {*tab_walk(view)}
    assert (overlay.pane.accessibleName(), overlay.swipe.name) == ("Trial 3", "Trial 5")
    seen = overlay.pane.grab().toImage()
    left, right = (seen.pixelColor(share * seen.width() // 4, seen.height() // 2) for share in (1, 3))
    assert (left, right) == (QColor(30, 30, 30), QColor(50, 50, 50))
    view.selection.select(3)
    assert view.sheet.isVisible()
    # A pair is laid over one another at once, and stay live.
    pair = a_set(2, (), kind="seeds", live=2)
    view.show_trainings(pair, samples)
    assert view.swipe.text() == "Overlay"
    assert view.curves.isVisible()
    assert unnamed_controls(view) == []
    before, _ = view.curves.readout_at(QPointF(0.5, 0.0))
    assert [words.split()[0] for words in before.split(" · ")][:3] == ["x", "Trial", "Trial"]
    newer = replace(pair.trainings[1], made=np.zeros(128, np.float32))
    view.show_trainings(replace(pair, trainings=(pair.trainings[0], newer)), samples)
    after, _ = view.curves.readout_at(QPointF(0.5, 0.0))
    assert after.split(" · ")[:2] == before.split(" · ")[:2]
    assert "Trial 2: 0" in after.split(" · ")


def test_news_of_a_pair_keep_the_place_of_the_swipe(qtbot: QtBot, view: PicturesView) -> None:
    pair = a_set(2, (), paints=True, kind="seeds", live=2)

    def tell_news() -> None:
        for step in range(3):
            made = np.full((24, 32, 3), 50 * step, np.uint8)
            newer = tuple(replace(each, made=made, step=step) for each in pair.trainings)
            view.show_trainings(replace(pair, trainings=newer), None)
            process_events(qtbot)

    view.show_trainings(pair, None)
    swipe, pane = view.overlay.swipe, view.overlay.pane
    assert swipe.isVisible()
    process_events(qtbot)
    qtbot.keyClick(swipe.handle, Qt.Key.Key_Right)
    qtbot.keyClick(pane, Qt.Key.Key_Plus)
    share, seen = swipe.share, pane.drawn_area()
    assert share > 0.5
    tell_news()
    assert (swipe.share, pane.drawn_area()) == (share, seen)
    assert pane.image.pixelColor(0, 0) == QColor(100, 100, 100)
    # Who has turned it off isn't asked again.
    qtbot.mouseClick(view.swipe, LEFT)
    tell_news()
    assert view.sheet.isVisible()


def test_a_hidden_view_draws_when_it_is_shown(view: PicturesView) -> None:
    view.show_trainings(a_set(8, paints=True), None)
    view.selection.select(2)
    view.hide()
    before = view.sheet.accessibleDescription()
    view.selection.select(7)
    view.show_trainings(a_set(9, paints=True), None)
    assert (view.sheet.accessibleDescription(), len(view.sheet.tiles.tiles)) == (before, 8)
    view.show()
    assert view.sheet.accessibleDescription().startswith("Trial 7")
    assert len(view.sheet.tiles.tiles) == 9


def test_news_of_a_live_set_repaint_what_has_changed_and_nothing_else(
    qtbot: QtBot, view: PicturesView, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainings = replace(a_set(30, paints=True, live=2), coming={31: (), 32: ()})
    view.show_trainings(trainings, None)
    process_events(qtbot)
    painted = list[int]()
    paint_tile = ContactSheet._paint_tile

    def noted(sheet: ContactSheet, painter: QPainter, room: QRect, number: int) -> None:
        painted.append(number)
        paint_tile(sheet, painter, room, number)

    monkeypatch.setattr(ContactSheet, "_paint_tile", noted)

    def after(news: TrainingSet) -> set[int]:
        painted.clear()
        view.show_trainings(news, None)
        process_events(qtbot)
        return set(painted)

    second = replace(trainings.trainings[1], value=7.0)
    assert after(replace(trainings)) == set()
    newer = replace(trainings, trainings=(trainings.trainings[0], second, *trainings.trainings[2:]))
    assert after(newer) == {2}
    assert 0 < len(view.sheet.tiles.tiles) == 32


def test_a_grid_of_settings_has_columns_and_rows(qtbot: QtBot, view: PicturesView) -> None:
    units = Setting("layers.0.units", "Units", Choices(tuple("abcdefghijkl")))
    cells = [(a, b) for a in ("tanh", "relu", "sine") for b in "abcdefghijkl"]
    rows = [
        replace(each, point=((ACTIVATION.path, a), (units.path, b)))
        for each, (a, b) in zip(a_set(36, paints=True).trainings, cells, strict=True)
    ]
    view.show_trainings(replace(a_set(36), trainings=tuple(rows), settings=(ACTIVATION, units)), None)
    arrangement = view.sheet.tiles.arrangement
    assert (arrangement.across, arrangement.down) == (units, ACTIVATION)
    # A place behind a label can't be hit.
    qtbot.mouseClick(view.sheet.viewport(), LEFT, pos=QPoint(5, 200))
    assert view.selection.number is None
    qtbot.mouseClick(view.sheet.viewport(), LEFT, pos=middle_of(view.sheet, 15))
    assert view.selection.number == 15


def test_pictures_that_brushes_hide_are_left_out(view: PicturesView) -> None:
    view.selection.kept = frozenset((2, 3))
    view.show_trainings(a_set(8, paints=True), None)
    assert view.sheet.tiles.order == [2, 3]
    view.selection.keep(())  # another set is shown
    view.refresh()
    assert len(view.sheet.tiles.tiles) == 8


def test_an_empty_set_tells_what_to_do_and_a_failed_training_why(qtbot: QtBot, view: PicturesView) -> None:
    for kind in ("runs", "sweep", "seeds"):
        assert view.obstacle(TrainingSet(kind, "none")).endswith(".")
    trainings = a_set(2, paints=True)
    bad = replace(trainings.trainings[1], state="failed", made=None, message="There is no file “cat.png”.")
    trainings = replace(trainings, trainings=(trainings.trainings[0], bad))
    assert view.obstacle(trainings) == ""
    view.show_trainings(trainings, None)
    view.selection.select(2)
    assert "failed" in view.sheet.accessibleDescription()
    assert "There is no file “cat.png”." in view.sheet.accessibleDescription()
