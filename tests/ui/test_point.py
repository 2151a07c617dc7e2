"""A point of the painting or the curve followed through the network, with TensorFlow running."""

from itertools import cycle
from threading import Event

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from cadl_desktop.data.samples import Samples, samples_of
from cadl_desktop.drawing.drawn_network import DrawnColumn, Role
from cadl_desktop.experiment import Experiment, Part, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.session import sample_loading
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.followed_point import place_of
from cadl_desktop.ui.network.layout import PlacedColumn
from cadl_desktop.ui.network.mosaic import Mosaic
from cadl_desktop.ui.network.scene import FollowedPoint, Scene
from cadl_desktop.ui.network.tile_marks import paint_point_end, paint_point_values, point_names
from cadl_desktop.ui.window.main_window import MainWindow
from tests.engine.runs import epochs, small_painting
from tests.settling import until


@pytest.fixture
def experiment() -> Experiment:
    return epochs(small_painting(), 100_000)


def scene(window: MainWindow) -> Scene:
    return window.features.designer.canvas.view._scene()


def move_to(window: MainWindow, widget: QWidget, where: QPoint) -> None:
    QTest.mouseMove(window.windowHandle(), widget.mapTo(window, where))


def rest_on(qtbot: QtBot, window: MainWindow, widget: QWidget) -> None:
    """Moves the mouse about the centre of a widget until the point there is followed."""
    places = cycle((QPoint(0, 0), QPoint(2, 0)))

    def is_followed() -> bool:
        if window.features.point.values is None:
            move_to(window, widget, widget.rect().center() + next(places))
        return window.features.point.values is not None

    until(qtbot, is_followed)


def test_a_pixel_is_followed_held_while_training_and_let_go(qtbot: QtBot, window: MainWindow) -> None:
    point, pane = window.features.point, window.features.views.output.painting.painting
    until(qtbot, lambda: window.features.designer.canvas.view.pictures is not None)
    before = window.features.designer.canvas.grab().toImage()
    rest_on(qtbot, window, pane)
    assert point.place is not None
    assert all(0 < number < 12 for number in point.place)
    until(qtbot, lambda: scene(window).point is not None and scene(window).point.fills(3))
    assert window.features.designer.canvas.grab().toImage() != before
    followed = scene(window).point
    assert followed is not None
    assert not followed.held
    assert not window.frame.actions["hold_point"].isChecked()
    qtbot.keyClick(window, Qt.Key.Key_F8)
    held = point.place
    assert scene(window).point.held
    assert window.frame.actions["hold_point"].isChecked()
    move_to(window, window.features.designer.count, QPoint(2, 2))
    assert point.place == held
    first = point.values
    window.session.train()
    until(qtbot, lambda: window.session.status is Status.TRAINING)
    until(qtbot, lambda: point.values is not None and point.values is not first)
    assert point.values is not None
    assert first is not None
    until(qtbot, lambda: not np.array_equal(point.values[-1], first[-1]))
    qtbot.keyClick(window, Qt.Key.Key_F8)
    assert point.place is None
    assert point.values is None
    assert scene(window).point is None
    assert not window.frame.actions["hold_point"].isChecked()


def test_an_x_of_the_curve_is_followed_and_another_network_forgets_it(
    qtbot: QtBot, window: MainWindow
) -> None:
    curve = replace(preset("lecture-tanh"), layers=preset("lecture-tanh").layers)
    window.session.document.edit("Curve", curve)
    until(qtbot, lambda: not window.features.views.output.is_painting and window.session.samples is not None)
    until(qtbot, lambda: window.features.designer.canvas.view.pictures is not None)
    canvas = window.features.views.output.curve.canvas
    rest_on(qtbot, window, canvas)
    assert window.features.point.place == (pytest.approx(canvas.under_mouse().x()),)
    assert window.features.point.values is not None
    assert [len(column) for column in window.features.point.values] == [1, 10, 1]
    window.features.designer.add_layer(1)
    assert scene(window).point is None
    until(qtbot, lambda: window.features.point.values is not None and len(window.features.point.values) == 4)


def test_no_network_is_evaluated_at_a_point_of_other_data(
    qtbot: QtBot, window: MainWindow, experiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, read = window.session, Event()
    session.document.edit("Curve", preset("lecture-tanh"))
    until(qtbot, lambda: not window.features.views.output.is_painting and session.samples is not None)
    until(qtbot, lambda: window.features.designer.canvas.view.pictures is not None)
    window.features.point.hold()
    until(qtbot, lambda: window.features.point.values is not None)
    said: list[str] = []
    session.message.connect(lambda kind, sentence: said.append(kind))

    def read_later(data: Part) -> Samples:
        read.wait()
        return samples_of(data)

    monkeypatch.setattr(sample_loading, "samples_of", read_later)
    session.document.edit("Painting", experiment)
    until(qtbot, lambda: window.features.point._neurons.plain is not None)
    values: list[object] = []
    # This request is answered after the earlier one.
    session.ask("cadl_desktop.engine:probe", (experiment, None), values.append)
    until(qtbot, lambda: values)
    read.set()
    until(qtbot, lambda: window.features.point.place is None)
    assert said == []


def test_the_mark_on_a_curve_ends_at_its_frame() -> None:
    area = QRectF(4, 4, 60, 40)
    placed = PlacedColumn(DrawnColumn(Role.OUTPUT, 1), area, Mosaic(area, 1, 1), QRectF())
    image = QImage(80, 60, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    paint_point_end(painter, placed, FollowedPoint([np.zeros(1)], ("0",), QPointF(0.2, 0.5), 1))
    painter.end()
    below = int(placed.mosaic.tile(0).bottom())
    drawn = [y for y in range(60) if any(image.pixelColor(x, y) != QColor("white") for x in range(30))]
    assert drawn == list(range(4, below))


@pytest.mark.parametrize(("right", "least"), [(300, 120), (140, 90), (90, 50)])
def test_a_date_below_the_input_ends_before_the_next_tiles(right: int, least: int) -> None:
    area = QRectF(4, 4, 44, 60)
    placed = PlacedColumn(
        DrawnColumn(Role.INPUT, 1, names=("date",)), area, Mosaic(area, 1, 1, name_room=16), QRectF()
    )
    image = QImage(400, 80, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    names = point_names(placed, ["2024-04-01 22:16"])
    assert names == [("date 2024-04-01 22:16", "2024-04-01 22:16", "2024-04-01")]
    paint_point_values(painter, placed, np.zeros(1, np.float32), names, right)
    painter.end()
    drawn = [x for x in range(400) if any(image.pixelColor(x, y) != QColor("white") for y in range(80))]
    assert least < len(drawn) <= max(drawn) + 1 <= right


def test_a_colour_close_to_zero_is_not_written_as_minus_zero() -> None:
    def drawn(value: float) -> QImage:
        area = QRectF(4, 4, 60, 40)
        column = DrawnColumn(Role.OUTPUT, 1, has_result=True)
        image = QImage(80, 60, QImage.Format.Format_RGB32)
        image.fill(QColor("white"))
        painter = QPainter(image)
        placed = PlacedColumn(column, area, Mosaic(area, 1, 1), area)
        paint_point_end(painter, placed, FollowedPoint([np.full(1, value)], ("0",), QPointF(0.2, 0.5), 1))
        painter.end()
        return image

    assert drawn(-0.3) == drawn(0.3)
    assert drawn(-0.7) != drawn(0.3)


def test_the_centre_is_held_without_a_mouse(qtbot: QtBot, window: MainWindow) -> None:
    until(qtbot, lambda: window.features.designer.canvas.view.pictures is not None)
    qtbot.keyClick(window, Qt.Key.Key_F8)
    assert window.features.point.place == (6, 6)
    until(qtbot, lambda: window.features.point.values is not None)


def test_a_pixel_of_a_montage_is_one_of_its_picture() -> None:
    samples = samples_of(preset("homework-many-pictures").data)
    assert samples.places is not None
    place = place_of(samples, 30, 60)
    assert place is not None
    index = int(np.nonzero(samples.places == 30 * 250 + 60)[0][0])
    assert place == tuple(samples.inputs[index])
    assert place_of(samples, -1, 3) is None
    one = samples_of(part("dataset", "picture", source="astronaut", longest=8))
    assert place_of(one, 3, 5) == (3, 5)
    assert place_of(one, -2, 9) == (-2, 9)


def test_releasing_a_point_emits_one_change(qtbot: QtBot, window: MainWindow) -> None:
    point = window.features.point
    until(qtbot, lambda: window.features.designer.canvas.view.pictures is not None)
    point.look_at((3.0, 4.0))
    until(qtbot, lambda: point.values is not None)
    point.hold()
    told: list[object] = []
    point.changed.connect(lambda: told.append(point.values))
    point.hold()
    assert told == [None]
    assert point.place is None
