"""The painting's canvas: panes change places, are compared, zoomed and copied."""

import tracemalloc

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QHelpEvent, QImage
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from cadl_desktop.ui.painting.canvas_head import zoom_text
from cadl_desktop.ui.painting.painting_view import PaintingView
from cadl_desktop.ui.theme.theme import GRID
from tests.ui.driving import show

pytestmark = pytest.mark.usefixtures("light")

RED, BLUE, GREEN = ((255, 0, 0), (0, 0, 255), (0, 255, 0))


def plain(colour: tuple[int, int, int], shape: tuple[int, int] = (4, 6)) -> np.ndarray:
    return np.full((*shape, 3), colour, np.uint8)


@pytest.fixture
def view(qtbot: QtBot) -> PaintingView:
    """A red target, painted blue."""
    view = PaintingView()
    view.resize(900, 440)
    show(qtbot, view)
    view.show_target(plain(RED))
    view.show_painting(plain(BLUE).astype(np.float32), 3.0)
    return view


def colour_at(view: PaintingView, x: float, y: float) -> str:
    """Colour of the large picture at a point of the plane."""
    pane = view.stage.main
    where = pane.to_widget(QRectF(x, y, 0, 0)).topLeft().toPoint()
    return view.grab().toImage().pixelColor(pane.mapTo(view, where)).name()


def rectangles(view: PaintingView) -> list[QRectF]:
    return [QRectF(pane.geometry()) for pane in (view.stage.main, *small(view))]


def small(view: PaintingView) -> list[QWidget]:
    return [pane for pane in view.panes() if pane.small]


@pytest.mark.parametrize("size", [(560, 300), (893, 455), (1400, 620)])
@pytest.mark.parametrize("shape", [(4, 6), (64, 64), (200, 2000), (2000, 200), (2, 2)])
def test_the_large_picture_is_larger_than_the_others_together(
    view: PaintingView, shape: tuple[int, int], size: tuple[int, int]
) -> None:
    view.resize(*size)
    view.show_target(plain(RED, shape))
    view.layout().activate()
    large, *others = [pane.frame().size() for pane in (view.stage.main, *small(view))]
    assert large.width() * large.height() > 2 * sum(each.width() * each.height() for each in others)
    places = rectangles(view)
    assert not any(one.intersects(other) for at, one in enumerate(places) for other in places[:at])
    assert all(QRectF(view.stage.rect()).contains(place) for place in places)


def test_marks_are_where_the_pixels_of_a_larger_picture_are_shown(view: PaintingView) -> None:
    view.show_target(plain(RED), (40, 60))
    view.show_batch(np.array([[25, 35], [39, 59]], np.int32))
    assert view.painting._marks is not None
    assert view.painting._marks.tolist() == [[2, 3], [3, 5]]


def test_a_click_and_keys_change_places(qtbot: QtBot, view: PaintingView) -> None:
    places = rectangles(view)
    qtbot.mouseClick(view.target, Qt.MouseButton.LeftButton, pos=QPoint(20, 40))
    assert view.stage.main is view.target
    assert view.head.name.text() == "Target"
    assert colour_at(view, 0.5, 0.5) == "#ff0000"
    assert {(place.x(), place.y()) for place in rectangles(view)} == {(p.x(), p.y()) for p in places}
    qtbot.mouseClick(view.painting, Qt.MouseButton.LeftButton, pos=QPoint(20, 40))
    assert view.stage.main is view.painting
    view.error.setFocus()
    qtbot.keyClick(view.error, Qt.Key.Key_Return)
    assert view.stage.main is view.error
    assert view.head.scale.isVisible()
    for key, main in (("e", view.painting), ("t", view.target), ("t", view.painting), ("e", view.error)):
        qtbot.keyClick(view.error, key)
        assert view.stage.main is main
    assert [pane for pane in view.panes() if not pane.small] == [view.error]


def test_small_pictures_outline_the_part_that_the_large_one_shows(qtbot: QtBot, view: PaintingView) -> None:
    before = view.target.grab().toImage()
    view.head.zoom.closer.click()
    assert view.head.zoom.text.text() == "1.2×"
    assert view.target.grab().toImage() != before
    assert view.target.cell(view.target.frame().topLeft()) == (0, 0)
    view.head.zoom.fit.click()
    assert view.head.zoom.text.text() == ""
    assert view.target.grab().toImage() == before
    view.head.zoom.out.click()
    assert view.view.zoom < 1
    view.stage.main.setFocus()
    qtbot.keyClick(view.stage.main, Qt.Key.Key_Home)
    assert view.view.whole


def test_a_long_name_beside_the_divider_ends_within_the_picture(qtbot: QtBot, view: PaintingView) -> None:
    view.comparison.switch.click()
    swipe, picture = view.comparison.swipe, QImage(4, 4, QImage.Format.Format_RGB32)
    picture.fill(0xFF0000)
    corner = QRect(swipe.width() - GRID // 2, 0, GRID // 2, 3 * GRID)
    swipe.show_image(picture, "")
    without = swipe.grab(corner).toImage()
    swipe.show_image(picture, "units 32, rate 0.005, a cosine schedule and much more " * 4)
    assert swipe.grab(corner).toImage() == without


def test_a_divider_lies_between_painting_and_target(qtbot: QtBot, view: PaintingView) -> None:
    view.stage.make_large(view.error)
    qtbot.keyClick(view.error, "s")
    assert view.comparison.switch.isChecked()
    assert view.stage.main is view.painting
    assert colour_at(view, 0.25, 0.8) == "#0000ff"
    assert colour_at(view, 0.75, 0.8) == "#ff0000"
    handle = view.comparison.swipe.handle
    handle.setFocus()
    for _ in range(20):
        qtbot.keyClick(handle, Qt.Key.Key_Left)
    assert colour_at(view, 0.25, 0.8) == "#ff0000"
    qtbot.mousePress(handle, Qt.MouseButton.LeftButton, pos=QPoint(8, 30))
    qtbot.mouseMove(handle, QPoint(view.painting.width(), 30))
    qtbot.mouseRelease(handle, Qt.MouseButton.LeftButton)
    assert view.comparison.swipe.share == 1
    assert view.view.whole
    view.stage.make_large(view.target)
    assert not handle.isVisible()
    view.stage.make_large(view.painting)
    view.comparison.switch.click()
    assert not handle.isVisible()
    assert colour_at(view, 0.75, 0.8) == "#0000ff"


def test_the_divider_compares_with_the_painting_of_another_run(view: PaintingView) -> None:
    view.stage.make_large(view.target)
    view.compare_with(plain(GREEN), "Run 2")
    assert view.stage.main is view.painting
    assert colour_at(view, 0.75, 0.8) == "#00ff00"
    view.compare_with(None)
    assert colour_at(view, 0.75, 0.8) == "#ff0000"
    view.compare_with(plain(GREEN), "Run 2")
    view.show_target(plain(RED, (6, 6)))
    view.show_painting(plain(BLUE, (6, 6)).astype(np.float32), 3.0)
    assert colour_at(view, 0.75, 0.8) == "#ff0000"  # the other run painted another picture


def test_two_paintings_under_the_divider_are_equally_smooth(view: PaintingView) -> None:
    halves = plain(GREEN)
    halves[:2] = 0
    view.compare_with(halves, "Run 2")
    assert colour_at(view, 0.75, 0.5) not in ("#00ff00", "#000000")


def test_the_large_picture_is_copied(qtbot: QtBot, view: PaintingView) -> None:
    for pane, colour in ((view.painting, "#0000ff"), (view.target, "#ff0000")):
        view.stage.make_large(pane)
        pane.setFocus()
        qtbot.keyClick(pane, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        copied = QGuiApplication.clipboard().image()
        assert (copied.width(), copied.height()) == (6, 4)
        assert copied.pixelColor(2, 2).name() == colour


def test_the_divider_has_a_name_and_a_tooltip(view: PaintingView) -> None:
    view.comparison.switch.click()
    assert view.comparison.swipe.handle.accessibleName()
    assert view.comparison.swipe.handle.toolTip()


@pytest.mark.parametrize(
    ("zoom", "said"),
    [(1.0, "1"), (2.44, "2.4"), (0.5, "0.50"), (9.96, "10"), (97.7, "98"), (4096.0, "4,096")],
)
def test_a_zoom_is_written_in_two_digits(zoom: float, said: str) -> None:
    assert zoom_text(zoom) == said


def test_no_float_copy_of_a_painting_is_kept(view: PaintingView) -> None:
    target = np.zeros((256, 256, 3), np.uint8)
    painting = np.full(target.shape, 20, np.float32)
    view.show_target(target)
    view.show_painting(painting, None)
    tracemalloc.start()
    try:
        view.clear_painting()
        view.show_painting(painting.copy(), None)
        held, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # The painting, its bytes, and at most the error image while these are made.
    assert held < 1.4 * painting.nbytes
    assert most < 2.2 * painting.nbytes


def test_the_tip_of_the_large_picture_stands_below_it(qtbot: QtBot, view: PaintingView) -> None:
    pane = view.stage.main
    middle = pane.rect().center()
    QApplication.sendEvent(pane, QHelpEvent(QEvent.Type.ToolTip, middle, pane.mapToGlobal(middle)))
    assert QToolTip.text() == pane.toolTip()
    tip = next(each for each in QApplication.topLevelWidgets() if each.inherits("QTipLabel"))
    assert tip.y() >= pane.mapToGlobal(pane.rect().bottomLeft()).y()
    QToolTip.hideText()
