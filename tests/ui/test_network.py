"""The network drawing in the designer: real trainings, looked at by mouse and keyboard."""

from collections.abc import Callable, Iterator
from dataclasses import replace as replace_fields

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from cadl_desktop.engine import initial_weights, probe
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.runs.neurons import columns_of
from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.neurons import Neurons
from cadl_desktop.ui.designer.designer import Designer
from cadl_desktop.ui.network.contact_sheet import ContactSheet
from cadl_desktop.ui.network.layout import DrawnColumn, Placed, place
from cadl_desktop.ui.network.lines import FEW, LEVELS, lines_into
from cadl_desktop.ui.network.view import NetworkView
from cadl_desktop.ui.theme.choosing import set_theme
from cadl_desktop.ui.theme.theme import theme
from tests.engine.runs import epochs, small_painting
from tests.settling import put_off_is_done, worker_has_answered
from tests.ui.driving import choose, show, unnamed_controls

WAIT = 30_000
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
    """A designer whose neurons show what the first weights compute, without a session."""
    set_theme("light")
    designer = Designer(Document(WIDE))
    designer.resize(1200, 480)
    show(qtbot, designer)
    untrained(designer, WIDE)
    return designer


@pytest.fixture
def live(qtbot: QtBot, session: Session) -> Designer:
    """The same with a session, ready to train."""
    designer = Designer(session.document, Neurons(session))
    designer.resize(1200, 480)
    show(qtbot, designer)
    session.load_samples()
    session.load_tensorflow()
    until(qtbot, lambda: designer.canvas.view.look is not None)
    return designer


def until(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=WAIT)


def view(designer: Designer) -> NetworkView:
    return designer.canvas.view


def move_to(designer: Designer, where: QPointF | QPoint) -> None:
    """Moves the pointer over the designer's canvas, by way of its window, as the system does."""
    point = where.toPoint() if isinstance(where, QPointF) else where
    window = designer.window()
    QTest.mouseMove(window.windowHandle(), designer.canvas.mapTo(window, point))


def cell(designer: Designer, column: int, neuron: int) -> QPoint:
    return view(designer).placed()[column].cells[neuron].center().toPoint()


def untrained(designer: Designer, experiment: Experiment) -> None:
    """Shows what an experiment's first weights compute, without a session."""
    probed = probe(experiment, initial_weights(experiment))
    designer.canvas.show_columns(columns_of(experiment, probed), probed.grid)


# Where neurons stand


@pytest.mark.parametrize("height", [60, 130, 200, 300, 600])
@pytest.mark.parametrize("neurons", [1, 2, 3, 6, 9, 64, 128])
def test_neurons_stand_inside_their_column_and_apart(height: int, neurons: int) -> None:
    column = DrawnColumn(QRectF(0, 0, 152, height + 100), QRectF(8, 92, 136, height), neurons)
    placed = place(column)
    boxes = [*placed.cells, *([] if placed.rest.isNull() else [placed.rest])]
    assert placed.cells
    assert placed.rest.isNull() == (len(placed.cells) == neurons)
    assert all(column.area.contains(box) for box in boxes)
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])
    tops = [box.top() for box in placed.cells]
    assert tops == sorted(tops)


def test_a_layer_of_64_shows_the_first_dozen_in_the_usual_window() -> None:
    placed = place(DrawnColumn(QRectF(0, 0, 152, 400), QRectF(8, 130, 136, 258), 64))
    assert len(placed.cells) == 12


# Pictures and lines


def test_neurons_are_empty_until_something_is_known_and_nothing_moves_then(qtbot: QtBot) -> None:
    designer = Designer(Document(WIDE))
    designer.resize(1200, 480)
    show(qtbot, designer)
    before = [placed.cells for placed in view(designer).placed()]
    quiet = designer.canvas.grab().toImage()
    untrained(designer, WIDE)
    assert [placed.cells for placed in view(designer).placed()] == before
    middle = cell(designer, 0, 0)
    assert quiet.pixelColor(middle) == QColor(theme().raised)
    assert designer.canvas.grab().toImage() != quiet


def drawn(designer: Designer, point: QPoint) -> QColor:
    return designer.canvas.grab().toImage().pixelColor(point)


def test_the_row_s_neuron_goes_from_orange_to_blue(designer: Designer) -> None:
    frame = view(designer).placed()[0].cells[0]
    top, bottom = (
        QPoint(int(frame.center().x()), y) for y in (int(frame.top()) + 3, int(frame.bottom()) - 4)
    )
    assert drawn(designer, top).red() > drawn(designer, top).blue()
    assert drawn(designer, bottom).blue() > drawn(designer, bottom).red()


def test_the_output_stands_in_its_true_colours(designer: Designer) -> None:
    placed, look = view(designer).placed()[-1], view(designer).look
    assert look is not None
    assert not placed.result.isNull()
    image = look.result()
    assert image is not None
    values = look.columns[-1].values[:, 0]
    assert image.pixelColor(0, 0).getRgb()[:3] == tuple(np.clip(values + 0.5, 0, 255).astype(int))


def colour_between(designer: Designer, column: int, before: int, after: int) -> QColor:
    placed = view(designer).placed()
    start, end = placed[column - 1].cells[before], placed[column].cells[after]
    where = QPointF((start.right() + end.left()) / 2, (start.center().y() + end.center().y()) / 2)
    return drawn(designer, where.toPoint())


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


def test_a_wide_layer_draws_the_strongest_lines_of_each_neuron(designer: Designer) -> None:
    look = view(designer).look
    assert look is not None
    shown = [len(placed.cells) for placed in view(designer).placed()]
    lines = look.lines(2, shown[1], shown[2])
    weights = look.columns[2].weights
    assert weights is not None
    assert lines.weights is not None
    for neuron in range(shown[2]):
        own = np.abs(lines.weights[lines.after == neuron])
        expected = np.sort(np.abs(weights[: shown[1], neuron]))[::-1][:FEW]
        assert np.allclose(np.sort(own)[::-1], expected)


def test_levels_follow_sign_and_size(designer: Designer) -> None:
    look = view(designer).look
    assert look is not None
    lines = lines_into(look.columns[3], 3, 3)
    assert lines.weights is not None
    strongest = int(np.abs(lines.weights).argmax())
    assert (np.sign(lines.levels) == np.sign(lines.weights)).all()
    assert np.abs(lines.levels).max() <= LEVELS
    assert lines.levels[strongest] != 0


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
    put_off_is_done(qtbot, session, live)
    paused = picture()
    worker_has_answered(qtbot, session)
    put_off_is_done(qtbot, session, live)
    assert picture() == paused


def test_an_edit_empties_the_cells_at_once_and_undo_fills_them(
    qtbot: QtBot, session: Session, live: Designer
) -> None:
    move_to(live, cell(live, 1, 0))
    live.add_layer(1)
    assert view(live).look is None
    assert not view(live).popup.isVisible()
    until(qtbot, lambda: view(live).look is not None)
    session.document.undo_stack.undo()
    until(qtbot, lambda: view(live).look is not None and len(view(live).look.columns) == 4)


# Looking closer


def test_hovering_a_neuron_tells_its_figures(qtbot: QtBot, designer: Designer) -> None:
    move_to(designer, cell(designer, 1, 2))
    popup = view(designer).popup
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
    move_to(designer, designer.canvas.layers[0].head.geometry().center() + designer.canvas.layers[0].pos())
    assert not popup.isVisible()


@pytest.mark.parametrize("factor", [1e-3, 1e7])
def test_figures_of_any_length_have_their_room_in_the_popup(designer: Designer, factor: float) -> None:
    view(designer).walk_to(2, 1)
    probed = probe(WIDE, initial_weights(WIDE))
    longer = replace_fields(probed, columns=tuple(np.float32(factor * 1.2345) * it for it in probed.columns))
    designer.canvas.show_columns(columns_of(WIDE, longer), probed.grid)
    labels = [label for label in view(designer).popup.findChildren(QLabel) if label.isVisible()]
    assert any("…" in label.text() for label in labels)
    for label in labels:
        assert label.width() >= label.fontMetrics().horizontalAdvance(label.text()), label.text()


def test_the_popup_stays_inside_the_window(designer: Designer) -> None:
    for column, placed in enumerate(view(designer).placed()):
        move_to(designer, cell(designer, column, len(placed.cells) - 1))
        popup = view(designer).popup
        assert designer.window().rect().contains(popup.geometry())


def on_line(designer: Designer, column: int) -> QPointF:
    """A point on the strongest line between two columns, near enough to the gap's middle to be bare."""
    placed, look = view(designer).placed(), view(designer).look
    assert look is not None
    lines = look.lines(column, len(placed[column - 1].cells), len(placed[column].cells))
    assert lines.weights is not None
    strongest = int(np.abs(lines.weights).argmax())
    before, after = int(lines.before[strongest]), int(lines.after[strongest])
    start, end = placed[column - 1].cells[before], placed[column].cells[after]
    return QPointF((start.right() + end.left()) / 2, (start.center().y() + end.center().y()) / 2)


def test_hovering_a_line_tells_its_weight(designer: Designer) -> None:
    where = on_line(designer, 3)
    move_to(designer, where)
    pointed, look = view(designer).pointed, view(designer).look
    assert pointed is not None
    assert look is not None
    assert pointed.line is not None
    weights = look.columns[3].weights
    assert weights is not None
    value = float(weights[pointed.line])
    assert view(designer).popup.text().endswith(f":  {value:+.3g}".replace("-", "−"))
    move_to(designer, QPointF(where.x(), designer.canvas.height() - 3))
    assert not view(designer).popup.isVisible()


def test_no_news_bring_back_what_was_told_of_a_line_that_is_edited(designer: Designer) -> None:
    where = on_line(designer, 3)
    move_to(designer, where)
    pointed, look, popup = view(designer).pointed, view(designer).look, view(designer).popup
    assert pointed is not None
    assert pointed.line is not None
    assert look is not None
    view(designer).show_line(pointed.column, *pointed.line)
    assert view(designer).pointed == pointed
    designer.canvas.show_columns(look.columns, look.grid)
    assert not popup.isVisible()
    move_to(designer, cell(designer, 1, 2))
    assert popup.isVisible()


def test_the_keys_walk_the_neurons_of_a_layer(qtbot: QtBot, designer: Designer) -> None:
    card = designer.canvas.layers[1]
    card.setFocus()
    qtbot.keyClick(card, Qt.Key.Key_Down)
    assert view(designer).popup.text().startswith("Layer 2, neuron 1")
    qtbot.keyClick(card, Qt.Key.Key_Down)
    assert view(designer).popup.text().startswith("Layer 2, neuron 2")
    for _ in range(2):
        qtbot.keyClick(card, Qt.Key.Key_Up)
    assert view(designer).popup.text().startswith("Layer 2, neuron 3")
    qtbot.keyClick(card, Qt.Key.Key_Escape)
    assert not view(designer).popup.isVisible()
    qtbot.keyClick(card, Qt.Key.Key_Up)
    designer.canvas.layers[0].setFocus()
    assert not view(designer).popup.isVisible()


def test_the_keys_reach_neurons_that_are_not_shown(qtbot: QtBot, designer: Designer) -> None:
    card = designer.canvas.layers[0]
    card.setFocus()
    qtbot.keyClick(card, Qt.Key.Key_Up)
    assert view(designer).popup.text().startswith("Layer 1, neuron 40")
    assert view(designer).popup.isVisible()


def test_a_screen_reader_is_told_of_dead_neurons(qtbot: QtBot, live: Designer) -> None:
    card = live.canvas.layers[0]
    until(qtbot, lambda: card.accessibleDescription().startswith("40 neurons"))
    weights = initial_weights(WIDE)
    weights[1][:12] = -1e6
    probed = probe(WIDE, weights)
    live.canvas.show_columns(columns_of(WIDE, probed), probed.grid)
    until(qtbot, lambda: card.accessibleDescription().startswith("40 neurons, 12 dead. Drag"))


# The contact sheet


def rest(designer: Designer, column: int) -> Placed:
    return view(designer).placed()[column]


@pytest.fixture
def sheet(qtbot: QtBot, live: Designer) -> Iterator[ContactSheet]:
    """Opened by a click on '+28'."""
    qtbot.mouseClick(live.canvas.layers[0], LEFT, pos=in_card(live, rest(live, 1).rest.center()))
    assert live.sheet is not None
    until(qtbot, live.sheet.isVisible)
    yield live.sheet
    if live.sheet is not None:
        live.sheet.close()


def in_card(designer: Designer, where: QPointF) -> QPoint:
    return designer.canvas.layers[0].mapFrom(designer.canvas, where.toPoint())


def test_a_click_on_the_rest_opens_all_neurons(sheet: ContactSheet) -> None:
    assert not sheet.isModal()
    assert sheet.which.currentText() == "Layer 1"
    assert sheet.count.text().startswith("40 neurons")
    assert sheet.grid.order == list(range(40))
    assert unnamed_controls(sheet) == []


def test_enter_opens_them_too_and_escape_closes(qtbot: QtBot, live: Designer) -> None:
    card = live.canvas.layers[1]
    card.setFocus()
    qtbot.keyClick(card, Qt.Key.Key_Return)
    assert live.sheet is not None
    assert live.sheet.which.currentText() == "Layer 2"
    qtbot.keyClick(live.sheet, Qt.Key.Key_Escape)
    assert live.sheet is None


def test_a_click_on_a_neuron_opens_nothing(qtbot: QtBot, live: Designer) -> None:
    where = rest(live, 1).cells[0].center()
    qtbot.mouseClick(live.canvas.layers[0], LEFT, pos=in_card(live, where))
    assert live.sheet is None


def test_sorted_by_mean_activity(qtbot: QtBot, live: Designer, sheet: ContactSheet) -> None:
    choose(qtbot, sheet.order, "mean")
    look = view(live).look
    assert look is not None
    means = look.columns[1].values.mean(axis=1)[sheet.grid.order]
    assert (np.diff(means) <= 0).all()


def test_sorted_by_importance_when_it_is_known(qtbot: QtBot, sheet: ContactSheet) -> None:
    choose(qtbot, sheet.order, "importance")
    assert "Measuring" in sheet.news.text()
    until(qtbot, lambda: sheet._rises is not None)
    assert sheet._rises is not None
    assert (np.diff(sheet._rises[sheet.grid.order]) <= 0).all()
    sheet.grid.select(sheet.grid.order[0])
    assert "Importance" in sheet.portrait.text()


def test_the_order_stays_while_training_goes_on(qtbot: QtBot, session: Session, sheet: ContactSheet) -> None:
    choose(qtbot, sheet.order, "mean")
    order = list(sheet.grid.order)
    before = sheet.grid.grab().toImage()
    session.train()
    until(qtbot, lambda: session.status is Status.TRAINING)
    until(qtbot, lambda: sheet.grid.grab().toImage() != before)
    assert sheet.grid.order == order


def test_the_keys_walk_the_sheet(qtbot: QtBot, sheet: ContactSheet) -> None:
    grid = sheet.grid
    grid.setFocus()
    assert sheet.portrait.text().startswith("Layer 1, neuron 1;")
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    assert grid.at == 1 + grid.per_row()
    qtbot.keyClick(grid, Qt.Key.Key_End)
    assert grid.at == 39


def test_another_column_is_chosen_in_the_sheet(qtbot: QtBot, sheet: ContactSheet) -> None:
    choose(qtbot, sheet.which, "3")
    assert sheet.grid.order == [0, 1, 2]
    choose(qtbot, sheet.order, "importance")
    assert "hidden layers" in sheet.news.text()


def test_the_sheet_follows_a_wider_layer_and_closes_with_its_columns(
    qtbot: QtBot, session: Session, live: Designer, sheet: ContactSheet
) -> None:
    layers = session.document.experiment.layers
    wider = replace(session.document.experiment, layers=(layers[0].has(units=50), layers[1]))
    session.document.edit("wider", wider)
    until(qtbot, lambda: len(sheet.grid.order) == 50)
    live.add_layer(1)
    until(qtbot, lambda: live.sheet is None)


def test_nothing_is_painted_while_hidden(qtbot: QtBot, designer: Designer) -> None:
    designer.hide()
    look = view(designer).look
    assert look is not None
    untrained(designer, WIDE)
    fresh = view(designer).look
    assert fresh is not None
    assert fresh is not look
    put_off_is_done(qtbot, designer)
    assert not fresh._made


def test_lines_come_with_the_first_pictures(qtbot: QtBot) -> None:
    designer = Designer(Document(WIDE))
    designer.resize(1200, 480)
    show(qtbot, designer)
    put_off_is_done(qtbot, designer)
    untrained(designer, WIDE)
    assert view(designer)._ground is None  # all of it is painted again, and not the pictures alone
