"""Network drawing in the designer: real trainings, inspected by mouse and keyboard."""

from dataclasses import replace as replace_fields
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from cadl_desktop.engine import initial_weights, probe
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.runs.probed_columns import Column, columns_of
from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views import probed_neurons
from cadl_desktop.session.views.checkup import checkup_of
from cadl_desktop.session.views.probed_neurons import Neurons
from cadl_desktop.ui.designer.designer import Designer
from cadl_desktop.ui.network.lines import LEVELS, lines_of_neuron, lines_per_gap, path_shares, strongest_lines
from cadl_desktop.ui.network.neuron_painting import readout_image
from cadl_desktop.ui.network.scene import Highlight
from cadl_desktop.ui.network.view import NetworkView
from cadl_desktop.ui.theme.theme import theme
from cadl_desktop.ui.theme.theme_switch import set_theme
from tests.engine.runs import epochs, small_painting
from tests.settling import process_events, until, wait_for_timers, wait_for_worker
from tests.ui.driving import double_click, show
from tests.ui.test_plots import Paints

LEFT = Qt.MouseButton.LeftButton
WIDE = small_painting(
    layers=(part("layer", "dense", units=40), part("layer", "dense", units=3, activation="tanh"))
)


pytestmark = pytest.mark.usefixtures("light")


@pytest.fixture
def experiment() -> Experiment:
    return epochs(WIDE, 100_000)


@pytest.fixture
def designer(qtbot: QtBot) -> Designer:
    """Designer that shows what the initial weights compute, without a session."""
    set_theme("light")
    designer = Designer(Document(WIDE))
    designer.resize(1200, 480)
    show(qtbot, designer)
    untrained(designer, WIDE)
    return designer


@pytest.fixture
def live(qtbot: QtBot, session: Session) -> Designer:
    """Designer with a session, ready to train."""
    designer = Designer(session.document, Neurons(session))
    designer.resize(1200, 480)
    show(qtbot, designer)
    session.load_samples()
    session.load_tensorflow()
    until(qtbot, lambda: designer.canvas.view.pictures is not None)
    return designer


def view(designer: Designer) -> NetworkView:
    return designer.canvas.view


def move_to(designer: Designer, where: QPointF | QPoint) -> None:
    """Moves the pointer over the designer's canvas through its window, as the system does."""
    point = where.toPoint() if isinstance(where, QPointF) else where
    window = designer.window()
    QTest.mouseMove(window.windowHandle(), designer.canvas.mapTo(window, point))


def cell(designer: Designer, column: int, neuron: int) -> QPoint:
    return view(designer).placed()[column].mosaic.tile(neuron).center().toPoint()


def untrained(designer: Designer, experiment: Experiment) -> None:
    """Shows what an experiment's initial weights compute, without a session."""
    probed = probe(experiment, initial_weights(experiment))
    designer.canvas.show_columns(columns_of(experiment, probed), probed.grid)


# Pictures and lines


def test_neurons_are_empty_until_the_first_probe_and_do_not_move_then(qtbot: QtBot) -> None:
    designer = Designer(Document(WIDE))
    designer.resize(1200, 480)
    show(qtbot, designer)
    middle = cell(designer, 0, 0)
    quiet = designer.canvas.grab().toImage()
    untrained(designer, WIDE)
    before = view(designer).placed()
    untrained(designer, WIDE)
    assert view(designer).placed() == before
    assert quiet.pixelColor(middle) == QColor(theme().raised)
    assert designer.canvas.grab().toImage() != quiet


def drawn(designer: Designer, point: QPoint) -> QColor:
    return designer.canvas.grab().toImage().pixelColor(point)


def test_the_row_s_neuron_goes_from_orange_to_blue(designer: Designer) -> None:
    frame = view(designer).placed()[0].mosaic.tile(0)
    top, bottom = (
        QPoint(int(frame.center().x()), y) for y in (int(frame.top()) + 3, int(frame.bottom()) - 4)
    )
    assert drawn(designer, top).red() > drawn(designer, top).blue()
    assert drawn(designer, bottom).blue() > drawn(designer, bottom).red()


def test_the_output_has_its_true_colours(designer: Designer) -> None:
    placed, pictures = view(designer).placed()[-1], view(designer).pictures
    assert pictures is not None
    assert not placed.result.isNull()
    image = pictures.result_image()
    assert image is not None
    values = pictures.columns[-1].values[:, 0]
    assert image.pixelColor(0, 0).getRgb()[:3] == tuple(np.clip(values + 0.5, 0, 255).astype(int))


def colour_between(designer: Designer, column: int, before: int, after: int) -> QColor:
    place = designer.canvas.pointing.place_of(Highlight(column, line=(before, after)))
    return drawn(designer, place.topLeft())


@pytest.mark.parametrize("sign", [1, -1])
def test_lines_have_the_colour_of_their_weight_s_sign(qtbot: QtBot, sign: int) -> None:
    set_theme("light")
    experiment = replace(
        preset("lecture-line"), layers=(part("layer", "dense", units=1, activation="linear"),)
    )
    designer = Designer(Document(experiment))
    designer.resize(1000, 400)
    show(qtbot, designer)
    weights = [np.full_like(array, sign) for array in initial_weights(experiment)]
    probed = probe(experiment, weights)
    designer.canvas.show_columns(columns_of(experiment, probed), probed.grid)
    colour = colour_between(designer, 1, 0, 0)
    assert (colour.blue() > colour.red()) == (sign > 0)


def test_the_strongest_influences_are_drawn_and_some_forty_in_all(designer: Designer) -> None:
    pictures = view(designer).pictures
    assert pictures is not None
    most = lines_per_gap(3)
    assert most == 14
    for column in (1, 2, 3):
        lines, weights = pictures.lines(column, most), pictures.columns[column].weights
        assert weights is not None
        assert lines.weights is not None
        given = np.abs(weights) * np.abs(pictures.columns[column - 1].values).mean(axis=1)[:, None]
        expected = np.sort(given.ravel())[-most:]
        assert np.allclose(given[lines.before, lines.after], expected[expected > 0])
        assert (np.sign(lines.levels) == np.sign(lines.weights)).all()
        assert np.abs(lines.levels).max() == abs(lines.levels[-1]) == LEVELS


@pytest.mark.parametrize("usual", [0.0, 1.0, np.nan])
def test_the_few_strongest_stand_out_of_thousands_alike(usual: float) -> None:
    weights = np.full((300, 200), usual, np.float32)
    ends = [(7, 11), (299, 0), (0, 199)]
    for size, end in enumerate(ends):
        weights[end] = -2.0 - size
    source, column = Column(np.ones((300, 4), np.float32)), Column(np.ones((200, 4), np.float32), weights)
    lines = strongest_lines(source, column, 14)
    assert len(lines) == (14 if usual == 1 else 3)
    assert list(zip(lines.before.tolist(), lines.after.tolist(), strict=True))[-3:] == ends
    assert np.isfinite(lines.weights).all()


def test_all_lines_of_a_neuron_are_given_and_the_shares_on_its_path() -> None:
    probed = probe(WIDE, initial_weights(WIDE))
    columns = columns_of(WIDE, probed)
    into, out = lines_of_neuron(columns, 2, 1)
    assert (len(into), len(out)) == (40, 3)
    assert (set(into.after), set(out.before)) == ({1}, {1})
    shares = path_shares(columns, 2, 1)
    assert [len(share) for share in shares] == [2, 40, 3, 3]
    assert shares[2].tolist() == [0, 1, 0]
    weights, values = columns[2].weights, columns[1].values
    assert weights is not None
    given = np.abs(weights[:, 1]) * np.abs(values).mean(axis=1)
    assert np.allclose(shares[1], given / given.max(), atol=1e-5)
    assert shares[0].max() == shares[3].max() == 1


def test_paths_through_a_very_wide_layer_follow_its_strongest_neurons() -> None:
    rng = np.random.default_rng(1)
    counts = (3, 2_000, 900, 2)
    values = [rng.uniform(0.5, 1, (count, 6)).astype(np.float32) for count in counts]
    weights = [rng.normal(size=pair).astype(np.float32) for pair in pairwise(counts)]
    weights[1][400:, :] = weights[0][:, 400:] = 0  # neurons from 400 on lead nowhere
    columns = [Column(values[0]), *map(Column, values[1:], weights)]
    for column, neuron in ((3, 1), (0, 2)):
        shares = path_shares(columns, column, neuron)
        assert [len(share) for share in shares] == list(counts)
        assert [share.max() for share in shares] == pytest.approx([1.0] * 4)
        assert not shares[1][400:].any()
        assert shares[1][:400].all()
    sums = (shares[1] * values[1].mean(axis=1)) @ np.abs(weights[1])
    assert shares[2] == pytest.approx(sums / sums.max(), rel=1e-3)


def test_pictures_follow_the_training_and_stand_still_in_a_pause(
    qtbot: QtBot, session: Session, live: Designer
) -> None:
    def picture() -> QImage:
        return live.canvas.grab().toImage()

    before = picture()
    session.train()
    until(qtbot, lambda: session.status is Status.TRAINING)
    until(qtbot, lambda: picture() != before)
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)
    wait_for_timers(qtbot, session, live)
    paused = picture()
    wait_for_worker(qtbot, session)
    wait_for_timers(qtbot, session, live)
    assert picture() == paused


def test_an_edit_empties_the_cells_at_once_and_undo_fills_them(
    qtbot: QtBot, session: Session, live: Designer
) -> None:
    move_to(live, cell(live, 1, 0))
    live.add_layer(1)
    assert view(live).pictures is None
    assert not live.canvas.pointing.popup.isVisible()
    until(qtbot, lambda: view(live).pictures is not None)
    session.document.undo_stack.undo()
    until(qtbot, lambda: view(live).pictures is not None and len(view(live).pictures.columns) == 4)


# Popup and highlight


def test_hovering_a_neuron_shows_its_figures(qtbot: QtBot, designer: Designer) -> None:
    move_to(designer, cell(designer, 1, 2))
    popup = designer.canvas.pointing.popup
    assert popup.isVisible()
    text = popup.text()
    assert text.startswith("Layer 1, neuron 3; Bias ")
    assert "Mean" in text
    assert "Dead at" in text
    move_to(designer, cell(designer, 2, 0))
    assert "Saturated at" in popup.text()
    move_to(designer, cell(designer, 0, 1))
    assert popup.text().startswith("Input: column; Mean")
    move_to(designer, cell(designer, 3, 2))
    assert popup.text().startswith("Output: blue")
    move_to(designer, designer.canvas.layers[0].geometry().center())
    assert not popup.isVisible()


@pytest.mark.parametrize("factor", [1e-3, 1e7])
def test_figures_of_any_length_fit_into_the_popup(designer: Designer, factor: float) -> None:
    designer.canvas.pointing.walk_to(2, 1)
    probed = probe(WIDE, initial_weights(WIDE))
    longer = replace_fields(probed, columns=tuple(np.float32(factor * 1.2345) * it for it in probed.columns))
    designer.canvas.show_columns(columns_of(WIDE, longer), probed.grid)
    labels = [label for label in designer.canvas.pointing.popup.findChildren(QLabel) if label.isVisible()]
    assert any("…" in label.text() for label in labels)
    for label in labels:
        assert label.width() >= label.fontMetrics().horizontalAdvance(label.text()), label.text()


def test_the_popup_covers_neither_its_neuron_nor_the_output(designer: Designer) -> None:
    output = view(designer).placed()[-1].extent.toAlignedRect()
    for column in range(3):
        for neuron in (0, 1):
            move_to(designer, cell(designer, column, neuron))
            popup = designer.canvas.pointing.popup
            card = QRect(designer.canvas.mapFrom(designer, popup.pos()), popup.size())
            assert designer.rect().contains(popup.geometry())
            assert not card.intersects(output)
            assert not card.contains(cell(designer, column, neuron))


def test_the_neuron_at_pointer_or_keys_is_enlarged_beside_its_tile(qtbot: QtBot, designer: Designer) -> None:
    canvas, pointing, output = designer.canvas, designer.canvas.pointing, view(designer).placed()[-1]
    assert pointing.lens.isHidden()
    for column, neuron in ((0, 1), (1, 2), (1, 39), (2, 0), (3, 1)):
        move_to(designer, cell(designer, column, neuron))
        lens, tile = pointing.lens.geometry(), view(designer).placed()[column].mosaic.tile(neuron).toRect()
        assert pointing.lens.isVisible()
        assert lens.width() == lens.height() == 96 + 4
        assert canvas.rect().contains(lens)
        assert not lens.intersects(tile)
        assert min(abs(lens.left() - tile.right()), abs(tile.left() - lens.right())) <= 10
        assert not lens.intersects(output.result.toRect())
        popup = QRect(canvas.mapFrom(designer, pointing.popup.pos()), pointing.popup.size())
        assert not popup.intersects(lens)
        assert pointing.popup.picture.height() < 96  # the scale alone, as the lens has the picture
    pictures = view(designer).pictures
    assert pictures is not None
    middle = pointing.lens.grab().toImage().pixelColor(50, 50)
    assert middle == pictures.large_image(3, 1, (96, 96)).pixelColor(48, 48)
    move_to(designer, canvas.layers[0].geometry().center())
    assert pointing.lens.isHidden()
    canvas.layers[0].setFocus()
    qtbot.keyClick(canvas.layers[0], Qt.Key.Key_Right)
    assert pointing.lens.isVisible()
    qtbot.keyClick(canvas.layers[0], Qt.Key.Key_Z)  # which makes the tile itself large
    assert pointing.lens.isHidden()
    assert pointing.popup.picture.height() > 96


def on_line(designer: Designer, column: int) -> QPointF:
    """Point on the strongest line between two columns."""
    pictures = view(designer).pictures
    assert pictures is not None
    lines = pictures.lines(column, lines_per_gap(3))
    strongest = int(lines.before[-1]), int(lines.after[-1])
    return QPointF(designer.canvas.pointing.place_of(Highlight(column, line=strongest)).topLeft())


def test_a_network_with_values_beyond_float32_is_drawn(designer: Designer) -> None:
    """Sums of its values, and its weights times these, exceed the range of float32."""
    most = np.finfo(np.float32).max
    pictures = view(designer).pictures
    assert pictures is not None
    columns = [
        replace_fields(
            column,
            values=np.full_like(column.values, most),
            weights=None if column.weights is None else np.full_like(column.weights, most),
        )
        for column in pictures.columns
    ]
    designer.canvas.show_columns(columns, pictures.grid)
    designer.canvas.grab()
    assert all((column.means == most).all() for column in columns)
    assert len(strongest_lines(columns[1], columns[2], 14)) == 14
    into, out = lines_of_neuron(columns, 1, 0)
    assert (len(into), len(out)) == (len(columns[0].values), len(columns[2].values))
    assert all(np.isfinite(shares).all() for shares in path_shares(columns, 2, 0))
    move_to(designer, cell(designer, 1, 2))
    assert designer.canvas.pointing.popup.isVisible()


def test_hovering_a_line_shows_its_weight(designer: Designer) -> None:
    where = on_line(designer, 3)
    move_to(designer, where)
    highlight, pictures = view(designer).highlight, view(designer).pictures
    assert highlight is not None
    assert pictures is not None
    assert highlight.line is not None
    weights = pictures.columns[3].weights
    assert weights is not None
    value = float(weights[highlight.line])
    assert designer.canvas.pointing.popup.text().endswith(f":  {value:+.3g}".replace("-", "−"))
    move_to(designer, QPointF(where.x(), designer.canvas.height() - 3))
    assert not designer.canvas.pointing.popup.isVisible()


def test_later_probes_do_not_bring_back_the_popup_of_an_edited_line(designer: Designer) -> None:
    where = on_line(designer, 3)
    move_to(designer, where)
    highlight, pictures = view(designer).highlight, view(designer).pictures
    popup = designer.canvas.pointing.popup
    assert highlight is not None
    assert highlight.line is not None
    assert pictures is not None
    designer.canvas.pointing.show_line(highlight.column, *highlight.line)
    assert view(designer).highlight == highlight
    designer.canvas.show_columns(pictures.columns, pictures.grid)
    assert not popup.isVisible()
    move_to(designer, cell(designer, 1, 2))
    assert popup.isVisible()


def test_the_keys_walk_the_neurons_of_a_layer(qtbot: QtBot, designer: Designer) -> None:
    head, pointing = designer.canvas.layers[0], designer.canvas.pointing
    across = view(designer).placed()[1].mosaic.columns
    head.setFocus()
    for key, neuron in (
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Right, 2),
        (Qt.Key.Key_Down, 2 + across),
        (Qt.Key.Key_Left, 1 + across),
        (Qt.Key.Key_Up, 1),
        (Qt.Key.Key_Left, 40),
    ):
        qtbot.keyClick(head, key)
        assert pointing.popup.text().startswith(f"Layer 1, neuron {neuron};")
    qtbot.keyClick(head, Qt.Key.Key_Escape)
    assert not pointing.popup.isVisible()
    qtbot.keyClick(head, Qt.Key.Key_Left)
    assert pointing.popup.text().startswith("Layer 1, neuron 40;")
    designer.canvas.layers[1].setFocus()
    assert not pointing.popup.isVisible()


def test_dead_neurons_are_counted_in_the_head_and_hatched(qtbot: QtBot, live: Designer) -> None:
    head = live.canvas.layers[0]
    until(qtbot, lambda: view(live).pictures is not None)
    weights = initial_weights(WIDE)
    weights[1][:12] = -1e6
    weights[3][:] = 1e6
    probed = probe(WIDE, weights)
    live.canvas.show_columns(columns_of(WIDE, probed), probed.grid)
    assert head.words() == "40 · ReLU, Layer 1"  # unless the doctor finds that too many are
    live.canvas.show_idle_layers({0, 1})
    assert head.words() == "40 · ReLU, 12 dead"
    assert live.canvas.layers[1].words() == "3 · Tanh, 3 saturated"
    assert "12 dead" in head.accessibleDescription()
    tile = view(live).placed()[1].mosaic.tile(0).toAlignedRect().adjusted(2, 2, -2, -2)
    image = live.canvas.grab(tile).toImage()
    colours = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert len(colours) == 2
    assert theme().surface in colours


def test_head_and_doctor_agree_on_dead_layers(qtbot: QtBot, session: Session, live: Designer) -> None:
    sick = WIDE.layers[0].has(bias_start=-100.0)
    session.document.edit("sick", replace(session.document.experiment, layers=(sick, *WIDE.layers[1:])))
    head = live.canvas.layers[0]
    session.train()
    until(qtbot, lambda: head.words() == "40 · ReLU, 40 dead")
    assert ("dead", 0) in {(found.kind, found.layer) for found in checkup_of(session).findings}
    assert len(session.result.history.rows)
    session.reset()
    until(qtbot, lambda: head.words() == "40 · ReLU, Layer 1")
    assert checkup_of(session).findings == ()


# Zoom


def test_the_wheel_zooms_at_the_pointer_and_a_double_click_resets(designer: Designer) -> None:
    canvas = designer.canvas
    before = view(designer).placed()
    where = cell(designer, 1, 7)
    for _ in range(4):
        wheel(designer, where, 1)
    assert view(designer).camera.scale > 2
    assert view(designer).placed()[1].mosaic.neuron_at(QPointF(where)) == 7
    assert designer.bar.fit.isVisible()
    assert designer.bar.zoom_text.text() == "2.4×"
    assert abs(canvas.layers[0].geometry().center().x() - view(designer).placed()[1].extent.center().x()) < 2
    double_click(canvas, where)
    assert view(designer).placed() == before
    wheel(designer, where, -3)
    assert view(designer).placed() == before
    assert not designer.bar.fit.isVisible()


def wheel(designer: Designer, where: QPoint, notches: int) -> None:
    window = designer.window()
    QTest.wheelEvent(window.windowHandle(), designer.canvas.mapTo(window, where), QPoint(0, 120 * notches))


def test_keys_zoom_in_and_out_and_bring_neurons_into_view(qtbot: QtBot, designer: Designer) -> None:
    first, second = designer.canvas.layers
    area = view(designer).area()
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Right)
    qtbot.keyClick(first, Qt.Key.Key_Z)
    tile = view(designer).placed()[1].mosaic.tile(0)
    assert area.contains(tile)
    assert tile.height() > 0.5 * area.height()
    qtbot.keyClick(first, Qt.Key.Key_Left)  # to the last neuron, which is out of view
    assert area.contains(view(designer).placed()[1].mosaic.tile(39).center())
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    assert second.hasFocus()
    assert area.intersects(view(designer).placed()[2].extent)
    qtbot.keyClick(second, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    closer = view(designer).camera.scale
    qtbot.keyClick(second, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert view(designer).camera.scale == pytest.approx(1.25 * closer)
    qtbot.keyClick(second, Qt.Key.Key_Home)
    assert view(designer).camera.shows_all


def test_a_drag_pans_a_zoomed_view(designer: Designer) -> None:
    view(designer).zoom_to(1, 20)
    where, before = cell(designer, 1, 20), view(designer).placed()[1].mosaic.tile(20)
    QTest.mousePress(designer.canvas, LEFT, pos=where)
    QTest.mouseMove(designer.canvas, where + QPoint(15, 0))
    QTest.mouseMove(designer.canvas, where + QPoint(40, 0))
    QTest.mouseRelease(designer.canvas, LEFT, pos=where + QPoint(40, 0))
    assert view(designer).placed()[1].mosaic.tile(20).left() == before.left() + 40


def test_contrast_is_that_of_the_layer_or_of_each_tile(qtbot: QtBot, designer: Designer) -> None:
    pictures = view(designer).pictures
    assert pictures is not None
    assert len(set(pictures.limits(1).tolist())) == 1
    qtbot.mouseClick(designer.bar.contrast, LEFT)
    own = view(designer).pictures
    assert own is not None
    assert np.array_equal(own.limits(1), own.columns[1].peaks)
    again = Designer(Document(WIDE))
    qtbot.addWidget(again)
    assert again.bar.contrast.isChecked()


def test_the_most_important_neurons_come_first_and_stay_there(
    qtbot: QtBot, session: Session, live: Designer
) -> None:
    live.bar.importance.click()
    until(qtbot, lambda: len(live.ordering.orders) == 2)
    rises = live.ordering.rises[1]
    mosaic = view(live).placed()[1].mosaic
    assert mosaic.order is not None
    assert (np.diff(rises[list(mosaic.order)]) <= 0).all()
    assert view(live).facts(1, mosaic.order[0])[0][0] == "Importance"
    head = live.canvas.layers[0]
    head.setFocus()
    qtbot.keyClick(head, Qt.Key.Key_Right)
    assert live.canvas.pointing.walked == Highlight(1, neuron=mosaic.order[0])
    before = live.canvas.grab().toImage()
    session.train()
    until(qtbot, lambda: session.status is Status.TRAINING)
    until(qtbot, lambda: live.canvas.grab().toImage() != before)
    assert view(live).placed()[1].mosaic.order == mosaic.order
    live.add_layer(1)
    until(qtbot, lambda: len(live.ordering.orders) == 3)
    live.bar.importance.click()
    assert view(live).placed()[1].mosaic.order is None


@pytest.mark.parametrize("at_once", [False, True])
def test_the_importance_in_another_network_of_the_same_size_is_measured_again(
    qtbot: QtBot, session: Session, live: Designer, at_once: bool
) -> None:
    live.bar.importance.click()
    until(qtbot, lambda: at_once or len(live.ordering.orders) == 2)
    before, experiment = live.ordering.rises, session.document.experiment
    first, second = experiment.layers
    layers = (first.has(activation="sine"), second)
    session.document.edit("Sine", replace(experiment, layers=layers))
    until(qtbot, lambda: live.ordering.rises is not before and len(live.ordering.orders) == 2)
    told: list[np.ndarray[Any, Any]] = []
    now = session.document.experiment
    session.ask("cadl_desktop.engine:importance", (now, initial_weights(now), 0), told.append)
    until(qtbot, lambda: bool(told))
    np.testing.assert_array_equal(live.ordering.rises[1], told[0])


# Captions


def test_closed_captions_never_return(qtbot: QtBot, designer: Designer) -> None:
    texts = {
        "tiles": ("Each tile is one neuron.", "Each tile is a gradient."),
        "lines": ("Lines are the strongest influences.", "Lines are the largest gradients."),
    }
    designer.captions.add(texts)
    first, second = designer.captions.captions
    assert first.isVisible()
    assert second.isVisible()
    qtbot.mouseClick(first.close_button, LEFT)
    assert not first.isVisible()
    again = Designer(Document(WIDE))
    again.captions.add(texts)
    show(qtbot, again)
    assert [caption.name for caption in again.captions.captions] == ["lines"]
    qtbot.mouseClick(again.captions.captions[0].close_button, LEFT)
    assert not again.captions.isVisible()


def test_nothing_is_painted_while_hidden(qtbot: QtBot, designer: Designer) -> None:
    designer.hide()
    pictures = view(designer).pictures
    assert pictures is not None
    untrained(designer, WIDE)
    fresh = view(designer).pictures
    assert fresh is not None
    assert fresh is not pictures
    wait_for_timers(qtbot, designer)
    assert not fresh._cache
    assert not fresh._mosaics


def test_lines_come_with_the_first_pictures(qtbot: QtBot) -> None:
    designer = Designer(Document(WIDE))
    designer.resize(1200, 480)
    show(qtbot, designer)
    wait_for_timers(qtbot, designer)
    untrained(designer, WIDE)
    assert view(designer)._background is None  # everything is repainted, not only the pictures


def test_tiles_that_stay_empty_are_not_painted_again(qtbot: QtBot) -> None:
    designer = Designer(Document(WIDE))
    show(qtbot, designer)
    wait_for_timers(qtbot, designer)
    paints = Paints()
    designer.canvas.installEventFilter(paints)
    designer.canvas.show_columns([], None)
    process_events(qtbot)
    assert paints.count == 0
    untrained(designer, WIDE)
    until(qtbot, lambda: paints.count)


def test_zooming_to_a_layer_enlarges_it_even_if_it_fills_the_height(designer: Designer) -> None:
    designer.resize(900, 420)
    before = view(designer).placed()[1].mosaic
    assert before.pitch.width() < 48
    view(designer).zoom_to(1)
    after = view(designer).placed()[1]
    assert after.mosaic.pitch.width() > 40
    assert view(designer).area().left() <= after.extent.left()
    assert after.extent.right() <= view(designer).area().right()


def test_readouts_at_the_end_of_training_are_not_delayed(
    qtbot: QtBot, session: Session, live: Designer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probed_neurons, "REST", 1e6)
    live.bar.readouts.click()
    until(qtbot, lambda: live.readouts.readouts is not None)
    before = live.readouts.readouts
    session.train()
    until(qtbot, lambda: live.readouts.readouts is not before)
    early, step = live.readouts.readouts, session.result.step
    until(qtbot, lambda: session.result.step > step + 1)  # there are newer weights than those read out
    session.stop()
    until(qtbot, lambda: live.readouts.readouts is not early)
    live.bar.readouts.click()


def test_readouts_of_another_picture_are_not_drawn(live: Designer) -> None:
    pictures = view(live).pictures
    assert pictures is not None
    assert pictures.grid == (12, 12)
    room = QRectF(0, 0, 20, 20)
    assert readout_image(np.zeros((3, 144), np.float32), pictures, room) is not None
    assert readout_image(np.zeros((3, 36), np.float32), pictures, room) is None


def test_the_readout_of_each_layer_stands_below_it(qtbot: QtBot, session: Session, live: Designer) -> None:
    before = view(live).placed()
    assert before[1].readout.isNull()
    live.bar.readouts.click()
    placed = view(live).placed()
    assert placed[-1].result == before[-1].result
    for one in placed[1:-1]:
        assert not one.readout.isNull()
        assert one.readout.top() >= one.mosaic.area.bottom()
        assert view(live).area().contains(one.readout)
    until(qtbot, lambda: live.readouts.readouts is not None)
    first = live.readouts.readouts
    assert first is not None
    assert [outputs.shape for outputs in first.outputs] == [(3, 144), (3, 144)]
    session.train()
    until(qtbot, lambda: live.readouts.readouts is not first)
    live.bar.readouts.click()
    assert live.readouts.readouts is None
    assert view(live).placed() == before
