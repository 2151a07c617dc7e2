"""Painting panned and zoomed beyond its frame, and curve beyond its data, by wheel, drag and keys."""

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from cadl_desktop.computing.view_rendering import PaintedLayer
from cadl_desktop.data.frames import WHOLE, Frame
from cadl_desktop.engine import predict
from cadl_desktop.experiment import preset
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.controls.number_text import figure
from cadl_desktop.ui.painting.painting_detail import MOST_LIVE
from cadl_desktop.ui.painting.painting_view import PaintingView
from cadl_desktop.ui.painting.view import LEAST_ZOOM, MOST_ZOOM, View
from cadl_desktop.ui.plots.curve_plot import CurvePlot
from cadl_desktop.ui.theme.theme import LIGHT
from cadl_desktop.ui.window.main_window import MainWindow
from tests.engine.runs import epochs
from tests.settling import until
from tests.ui.driving import show, turn_wheel

RED = np.full((4, 6, 3), (255, 0, 0), np.uint8)


pytestmark = pytest.mark.usefixtures("light")


@pytest.fixture
def view(qtbot: QtBot) -> PaintingView:
    view = PaintingView()
    view.resize(640, 300)
    show(qtbot, view)
    view.show_target(RED)
    view.show_painting(RED.astype(np.float32), 30.0)
    return view


def colour_at(view: PaintingView, x: float, y: float) -> str:
    """Colour of the painting pane at a point of the plane."""
    where = view.painting.to_widget(QRectF(x, y, 0, 0)).topLeft().toPoint()
    return view.grab().toImage().pixelColor(view.painting.mapTo(view, where)).name()


def filled(colour: tuple[int, int, int], frame: Frame, last: bool = True) -> PaintedLayer:
    return PaintedLayer(frame, np.full((50, 50, 3), colour, np.uint8), last)


class TestView:
    def test_a_zoom_out_and_in_leads_back_exactly(self) -> None:
        view = View()
        for factor in (1.25, 0.8, 0.8, 0.8, 1.25, 1.25):
            view.magnify(factor, QPointF(0.13, 0.7))
        assert view.whole

    def test_zooming_keeps_the_point_under_the_cursor(self) -> None:
        view, about = View(), QPointF(1.8, -0.4)
        view.show_around(4.0)
        before = view.part()
        view.magnify(3.0, about)
        after = view.part()
        assert (about.x() - before.x()) / before.width() == pytest.approx(
            (about.x() - after.x()) / after.width()
        )

    def test_the_view_stays_near_the_picture(self) -> None:
        view = View()
        for _ in range(100):
            view.magnify(1.25, QPointF(0.2, 0.2))
        assert view.zoom == MOST_ZOOM
        for _ in range(200):
            view.magnify(0.8, QPointF(0.2, 0.2))
        assert view.zoom == LEAST_ZOOM
        view.move(QPointF(1e6, -1e6))
        assert abs(view.centre.x()) < 20
        view.reset()
        assert view.whole

    def test_a_view_can_be_kept_within_the_picture(self) -> None:
        view = View(within=True)
        view.move(QPointF(0.4, -0.4))
        view.magnify(0.5, QPointF(0.1, 0.1))
        assert view.whole
        view.magnify(4.0, QPointF(1.0, 0.0))
        view.move(QPointF(5.0, 0.0))
        assert view.part() == QRectF(0.75, 0.0, 0.25, 0.25)

    def test_part_is_the_visible_rectangle(self) -> None:
        view = View()
        view.show_around(2.0)
        assert view.part() == QRectF(-0.5, -0.5, 2.0, 2.0)
        view.move(QPointF(0.25, -1.0))
        assert view.part() == QRectF(-0.25, -1.5, 2.0, 2.0)


class TestPaintingView:
    def test_at_rest_the_whole_picture_is_requested_at_screen_resolution(self, view: PaintingView) -> None:
        wanted = view.wanted()
        assert wanted is not None
        assert wanted.frame is WHOLE
        seen = view.painting.frame()
        assert (wanted.height, wanted.width) == (seen.height(), seen.width())
        assert view.interpolation.text() == "interpolated"
        view.show_layers([PaintedLayer(WHOLE, np.full((2, 3, 3), 255, np.uint8), False)])
        assert colour_at(view, 0.5, 0.5) == "#ff0000"  # a coarser layer is not drawn
        fine = np.full((wanted.height, wanted.width, 3), (0, 0, 255), np.uint8)
        view.show_layers([PaintedLayer(WHOLE, fine, True)])
        assert colour_at(view, 0.5, 0.5) == "#0000ff"
        assert view.interpolation.text() == ""
        view.copy_picture()
        assert QGuiApplication.clipboard().image().width() == 6
        view.show_hidden(np.zeros((4, 6), bool))
        view.composite.setChecked(True)
        assert view.wanted() is None

    def test_while_it_trains_the_whole_picture_is_interpolated(self, view: PaintingView) -> None:
        view.show_live(True)
        assert view.wanted() is None
        assert view.interpolation.text() == "interpolated"
        view.show_outside()
        wanted = view.wanted()
        assert wanted is not None
        assert wanted.height * wanted.width <= 1.01 * MOST_LIVE
        view.reset_zoom()
        view.show_target(RED, montage=True)
        view.show_painting(RED.astype(np.float32), 30.0)
        assert view.interpolation.text() == ""  # montages are not interpolated
        view.show_target(np.zeros((2000, 2000, 3), np.uint8))
        view.show_painting(np.zeros((2000, 2000, 3), np.float32), 30.0)
        assert view.interpolation.text() == ""
        view.show_live(False)
        assert view.wanted() is None

    def test_the_wheel_zooms_out_and_requests_the_visible_part(
        self, qtbot: QtBot, view: PaintingView
    ) -> None:
        looks: list[object] = []
        view.look_changed.connect(lambda: looks.append(view.wanted()))
        turn_wheel(view.painting, -3)
        wanted = view.wanted()
        assert looks[-1] == wanted
        assert wanted is not None
        assert view.view.zoom < 1
        assert wanted.frame.width > 1
        assert wanted.frame.left < 0
        seen = view.painting.size()
        assert (wanted.height, wanted.width) == (seen.height(), seen.width())

    def test_a_drag_moves_the_picture_out_of_the_view(self, qtbot: QtBot, view: PaintingView) -> None:
        pane = view.painting
        qtbot.mousePress(pane, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
        qtbot.mouseMove(pane, QPoint(70, 40))
        qtbot.mouseMove(pane, QPoint(71, 41))
        qtbot.mouseRelease(pane, Qt.MouseButton.LeftButton, pos=QPoint(71, 41))
        part, wanted = view.view.part(), view.wanted()
        assert part.left() == pytest.approx(-61 / pane.frame().width())
        assert part.top() == pytest.approx(-31 / pane.frame().height())
        assert wanted is not None
        assert wanted.frame.left <= part.left()
        assert colour_at(view, -0.1, 0.5) == LIGHT.plot_background
        assert colour_at(view, 0.4, 0.4) == "#ff0000"

    def test_keys_go_out_and_home(self, qtbot: QtBot, view: PaintingView) -> None:
        for key in (Qt.Key.Key_Minus, Qt.Key.Key_Minus, Qt.Key.Key_Left, Qt.Key.Key_Up):
            qtbot.keyClick(view.painting, key)
        wanted = view.wanted()
        assert wanted is not None
        assert wanted.frame.left < (1 - wanted.frame.width) / 2
        assert wanted.frame.top < (1 - wanted.frame.height) / 2
        qtbot.keyClick(view.painting, Qt.Key.Key_Home)
        assert view.view.whole

    def test_the_frame_is_drawn_where_a_picture_is_large(self, view: PaintingView) -> None:
        view.show_outside()
        for pane in view.panes():
            view.stage.make_large(pane)
            picture = pane.grab().toImage()
            edge = pane.to_widget(QRectF(0, 0, 1, 1)).toRect()
            above = {
                picture.pixelColor(x, y).name()
                for x in range(edge.left(), edge.right())
                for y in (edge.top() - 1, edge.top())
            }
            assert LIGHT.text in above
        view.reset_zoom()
        view.stage.make_large(view.painting)
        picture, frame = view.painting.grab().toImage(), view.painting.frame().toRect()
        inside = range(frame.left() + 1, frame.left() + 100)
        assert {picture.pixelColor(x, frame.top() + 1).name() for x in inside} == {"#ff0000"}

    def test_layers_are_drawn_where_they_lie(self, view: PaintingView) -> None:
        view.show_outside()
        coarse = filled((0, 0, 255), Frame(-0.5, -0.5, 2.0, 2.0), last=False)
        view.show_layers([coarse, filled((0, 255, 0), Frame(0.0, 0.0, 0.5, 0.5))])
        assert colour_at(view, -0.3, -0.3) == "#0000ff"
        assert colour_at(view, 0.25, 0.25) == "#00ff00"
        assert colour_at(view, 0.75, 0.75) == "#0000ff"
        view.show_layers([])
        assert colour_at(view, 0.25, 0.25) == "#ff0000"

    def test_layers_stay_when_training_paints_anew(self, view: PaintingView) -> None:
        view.show_outside()
        view.show_layers([filled((0, 0, 255), Frame(-0.5, -0.5, 2.0, 2.0))])
        wanted = view.wanted()
        view.show_painting(np.zeros((4, 6, 3), np.float32), 12.0)
        assert view.wanted() == wanted
        assert colour_at(view, 0.5, 0.5) == "#0000ff"

    @pytest.mark.parametrize("zooms", [40, -40])
    def test_any_zoom_can_be_drawn(self, view: PaintingView, zooms: int) -> None:
        for _ in range(abs(zooms)):
            turn_wheel(view.painting, 1 if zooms > 0 else -1)
        wanted = view.wanted()
        assert wanted is not None
        view.show_layers([filled((0, 0, 255), wanted.frame)])
        middle = view.painting.frame().center().toPoint()
        assert view.painting.grab().toImage().pixelColor(middle).name() == "#0000ff"

    def test_the_cursor_reads_pixels_outside_the_frame(self, qtbot: QtBot, view: PaintingView) -> None:
        view.show_outside()
        view.show_layers([filled((1, 2, 3), Frame(-0.5, -0.5, 2.0, 2.0))])
        where = view.painting.to_widget(QRectF(-0.2, 0.1, 0, 0)).topLeft().toPoint()
        qtbot.mouseMove(view.painting, where + QPoint(1, 0))
        qtbot.mouseMove(view.painting, where)
        assert view.readout.text() == "row 0, column −2  ·  outside the frame  ·  painted 1 2 3"
        inside = view.painting.to_widget(QRectF(0.5, 0.5, 0, 0)).topLeft().toPoint()
        qtbot.mouseMove(view.painting, inside)
        assert view.readout.text().startswith("row 2, column 3  ·  target 255 0 0  ·  painted 255 0 0")

    def test_four_times_as_large(self, view: PaintingView) -> None:
        view.larger.trigger()
        wanted = view.wanted()
        assert wanted is not None
        assert (wanted.frame, wanted.height, wanted.width) == (WHOLE, 16, 24)
        view.show_layers([PaintedLayer(WHOLE, np.full((16, 24, 3), (9, 8, 7), np.uint8), True)])
        view.copy_picture()
        copied = QGuiApplication.clipboard().image()
        assert (copied.width(), copied.height()) == (24, 16)
        assert copied.pixelColor(3, 3) == QColor(9, 8, 7)
        view.larger.trigger()
        wanted = view.wanted()
        assert wanted is not None
        assert wanted.width == view.painting.frame().width()

    def test_nothing_is_requested_before_there_is_a_painting(self, view: PaintingView) -> None:
        """An untrained network's output is mostly black."""
        view.larger.trigger()
        looks: list[object] = []
        view.look_changed.connect(lambda: looks.append(view.wanted()))
        view.clear_painting()
        assert looks[-1] is None
        view.show_painting(RED.astype(np.float32), 30.0)
        assert looks[-1] is not None

    def test_the_menu_has_both_switches(self, view: PaintingView) -> None:
        texts = [action.text() for action in view.menu().actions()]
        assert texts[-2:] == ["Painting at 4×", "Outside the frame"]

    def test_another_target_resets_the_zoom(self, view: PaintingView) -> None:
        view.show_outside()
        view.show_target(RED[:3])
        assert view.wanted() is None


@pytest.fixture
def window(qtbot: QtBot, window: MainWindow) -> MainWindow:
    """Window ready to train."""
    until(qtbot, lambda: window.session.samples is not None and bool(window.session.device))
    return window


def train(qtbot: QtBot, window: MainWindow) -> None:
    window.session.train()
    until(qtbot, lambda: window.session.status is Status.TRAINING)


def drawn(window: MainWindow) -> QImage:
    return window.features.views.output.painting.painting.grab().toImage()


def until_news(qtbot: QtBot, window: MainWindow) -> None:
    before = window.features.roaming.roaming.layers
    until(qtbot, lambda: window.features.roaming.roaming.layers is not before)


def test_the_window_shows_what_lies_outside_while_it_trains(qtbot: QtBot, window: MainWindow) -> None:
    train(qtbot, window)
    painting, actions = window.features.views.output.painting, window.frame.actions
    actions["painting_outside"].trigger()
    until(
        qtbot,
        lambda: (
            bool(window.features.roaming.roaming.layers) and window.features.roaming.roaming.layers[0].last
        ),
    )
    corner = drawn(window).pixelColor(3, 3)
    assert corner != QColor(LIGHT.plot_background)
    # The timeline appears with the first snapshot and takes some of the painting's room.
    until(qtbot, lambda: window.session.result.snapshots.states)
    until_news(qtbot, window)
    wanted = painting.wanted()
    until_news(qtbot, window)
    assert painting.wanted() == wanted
    assert window.session.status is Status.TRAINING
    actions["reset_zoom"].trigger()
    until(qtbot, lambda: not window.features.roaming.roaming.layers)


def test_a_reset_amid_a_training_leaves_nothing_of_it_on_the_painting(
    qtbot: QtBot, window: MainWindow
) -> None:
    painting, neurons = window.features.views.output.painting.painting, window.features.neurons
    until(qtbot, lambda: neurons.probed is not None)
    before = neurons.probed
    assert before is not None
    assert painting.empty_text
    train(qtbot, window)
    until(qtbot, lambda: window.session.result.step > 100 and not painting.empty_text)
    window.frame.actions["reset"].trigger()
    until(qtbot, lambda: neurons.probed is not None and neurons.probed.step == 0 and painting.empty_text)
    assert all(map(np.array_equal, neurons.probed.weights, before.weights))


def test_the_menu_and_the_painting_agree(qtbot: QtBot, window: MainWindow) -> None:
    train(qtbot, window)
    actions, painting = window.frame.actions, window.features.views.output.painting
    actions["painting_larger"].trigger()
    assert painting.larger.isChecked()
    until(qtbot, lambda: bool(window.features.roaming.roaming.layers))
    assert window.features.roaming.roaming.layers[0].pixels.shape == (48, 48, 3)
    painting.larger.trigger()
    assert not actions["painting_larger"].isChecked()
    until(qtbot, lambda: not window.features.roaming.roaming.layers)


def test_another_method_resets_the_zoom(window: MainWindow) -> None:
    painting, document = window.features.views.output.painting, window.document
    painting.view.magnify(9.3, QPointF(0.3, 0.3))
    document.edit("seed", replace(document.experiment, seed=7))
    assert painting.view.zoom == 9.3
    document.edit("method", replace(document.experiment, method="sharp-painting"))
    assert painting.view.whole


def test_outside_is_a_switch_that_follows_the_view(qtbot: QtBot, window: MainWindow) -> None:
    actions, painting = window.frame.actions, window.features.views.output.painting
    both = (actions["painting_outside"], painting.outside)
    actions["painting_outside"].trigger()
    assert painting.view.zoom == 0.5
    assert all(action.isChecked() for action in both)
    painting.outside.trigger()
    assert painting.view.zoom == 1
    assert not any(action.isChecked() for action in both)
    actions["painting_outside"].trigger()
    qtbot.keyClick(painting.painting, Qt.Key.Key_Plus)
    assert not any(action.isChecked() for action in both)
    actions["painting_outside"].trigger()
    assert painting.view.zoom == 0.5
    actions["painting_outside"].trigger()
    assert painting.view.zoom == 1


def test_a_curve_extends_to_the_visible_range(qtbot: QtBot, window: MainWindow) -> None:
    window.document.open(epochs(replace(preset("lecture-tanh"), batch_size=100), 100_000), None)
    until(qtbot, lambda: not window.features.views.output.is_painting)
    assert not window.frame.actions["painting_outside"].isEnabled()
    train(qtbot, window)
    plot = window.features.views.output.curve
    for _ in range(8):
        qtbot.keyClick(plot.canvas, Qt.Key.Key_Minus)
    (low, high), _ = plot.canvas.getPlotItem().getViewBox().viewRange()
    assert high > 10
    until(qtbot, lambda: ends(plot) == (low, high))
    assert np.isfinite(plot.outside_item.yData[[0, -1]]).all()
    assert np.isnan(plot.fit_item.yData[[0, -1]]).all()
    shown = plot.outside_item.yData
    until(qtbot, lambda: plot.outside_item.yData is not shown)
    plot.reset_zoom()
    until(qtbot, lambda: plot.outside_item.xData is not None and ends(plot)[1] < 5)


def test_a_trained_curve_shows_how_far_it_is_from_points_and_truth(qtbot: QtBot, window: MainWindow) -> None:
    window.document.open(preset("lecture-tanh"), None)
    until(qtbot, lambda: not window.features.views.output.is_painting)
    window.session.train()
    until(qtbot, lambda: window.session.status is Status.RESULT)
    output, state, samples = window.features.views.output, window.session.result.state, window.session.samples
    errors, strip = output.errors, output.residuals
    assert state is not None
    assert samples is not None
    expected = samples.targets - predict(window.document.experiment, state.weights, samples.inputs)
    rms = float(np.sqrt(np.mean(expected**2)))
    until(
        qtbot,
        lambda: (
            f"RMS {figure(rms)} · largest error {figure(np.abs(expected).max())}" in errors.accessibleName()
        ),
    )
    assert f"R² {1 - rms**2 / np.var(samples.targets):.4f} · " in errors.accessibleName()
    assert np.allclose(strip.residuals[1], expected[:, 0], atol=1e-5)
    truth = float(errors.accessibleName().rpartition("· ")[2].split()[0])
    assert 0 < truth < 0.15
    window.document.open(preset("own-curve"), None)
    until(qtbot, lambda: not errors.text())


def ends(plot: CurvePlot) -> tuple[float, float]:
    """Start and end of the dashes beyond the data; (0, 0) before there are any."""
    x = plot.outside_item.xData
    return (0.0, 0.0) if x is None or not len(x) else (x[0], x[-1])
