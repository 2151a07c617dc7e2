"""Histograms and diagnosis: strips that keep their place, readouts, remedies that are edits."""

import numpy as np
import pytest
from msgspec.structs import replace
from numpy.typing import NDArray
from PySide6.QtCore import QMargins, QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from cadl_desktop.drawing.plot_data import DECADES, SIDE_ROWS, picture_rows, top_decade
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.shapes import weight_shapes
from cadl_desktop.runs.events import EpochEnded, Probed
from cadl_desktop.runs.layer_histograms import BINS, SIDE, Slices, edges
from cadl_desktop.session.session import Session
from cadl_desktop.ui.diagnosis.histogram_strips import (
    RARE,
    ROWS,
    ZERO_ROWS,
    Strips,
    colour_scale,
    row_bounds,
    slice_of_columns,
    strip_image,
)
from cadl_desktop.ui.diagnosis.histograms_panel import LEAST_WIDTH, HistogramsPanel, strip_titles
from cadl_desktop.ui.plots.cost_plot import CostPlot
from cadl_desktop.ui.theme.theme import DARK, GRID, LIGHT
from tests.engine.runs import small_painting
from tests.settling import process_events
from tests.ui.driving import show, tab_walk, unnamed_controls

LEFT = Qt.MouseButton.LeftButton


pytestmark = pytest.mark.usefixtures("light")


@pytest.fixture
def experiment() -> Experiment:
    return small_painting()


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> HistogramsPanel:
    panel = HistogramsPanel(session)
    panel.resize(300, 640)
    show(qtbot, panel)
    return panel


def probed(step: int, dead: int = 0, size: float = 0.5) -> Probed:
    arrays = [
        np.full(shape, size, np.float32) for group in weight_shapes(small_painting()) for shape in group
    ]
    columns = [np.full((width, 9), 0.9, np.float32) for width in (2, 8, 8, 3)]
    columns[1][:dead] = 0
    gradients = tuple(0.01 * array for array in arrays)
    return Probed(step, tuple(columns), (3, 3), tuple(arrays), gradients)


def tell(session: Session, *events: Probed) -> None:
    for event in events:
        session.result.history.add(EpochEnded(1, 9, 0.1, 1.0, None, 0.01))
        session.result.histograms.add(event, session.document.experiment)
    session.updated.emit()


def make_sick(qtbot: QtBot, session: Session, panel: HistogramsPanel) -> None:
    tell(session, probed(2000, dead=8))
    session.status_changed.emit(session.status)
    qtbot.waitUntil(lambda: bool(panel.doctor.cards()))


# The picture


def test_strips_stand_below_the_plots(qtbot: QtBot, session: Session, panel: HistogramsPanel) -> None:
    plot = CostPlot()
    qtbot.addWidget(plot)
    tell(session, probed(1))
    axis, strip = plot.canvas.axis("left").maximumWidth(), panel.strips.strip(0)
    assert axis <= strip.left() <= axis + GRID
    assert strip.top() >= panel.strips.fontMetrics().height() - 1


def uniform() -> NDArray[np.float32]:
    shares = np.zeros((3, BINS), np.float32)
    shares[:, SIDE + 1 :] = np.arange(1, SIDE + 1) / 1e4
    shares[:, :SIDE] = 2 * np.arange(SIDE, 0, -1) / 1e4
    return shares


@pytest.mark.parametrize("top", [-4, -1, 0, 4])
def test_rows_hold_the_shares_of_the_values_they_are_read_as(top: int) -> None:
    shares, bounds = uniform(), edges()
    rows = picture_rows(shares, top, ZERO_ROWS)
    assert rows.shape == (ROWS, 3)
    assert picture_rows(shares, top).shape == (2 * SIDE_ROWS + 1, 3)  # as in files
    assert rows[:, 0].sum() - (ZERO_ROWS - 1) * rows[SIDE_ROWS, 0] == pytest.approx(shares[0].sum())
    for row in (*range(1, SIDE_ROWS), *range(ROWS - SIDE_ROWS, ROWS - 1)):
        low, high = row_bounds(row, top)
        bin_ = int(np.abs(bounds - low).argmin())
        assert bounds[bin_] == pytest.approx(low)
        assert bounds[bin_ + 1] == pytest.approx(high)
        assert rows[row, 0] == pytest.approx(shares[0, bin_])
    low, high = row_bounds(SIDE_ROWS + ZERO_ROWS // 2, top)
    assert (low, high) == (-(10.0 ** (top - DECADES)), 10.0 ** (top - DECADES))
    inside = (bounds[:-1] >= low * 1.001) & (bounds[1:] <= high * 1.001)
    assert rows[SIDE_ROWS, 0] == pytest.approx(shares[0, inside].sum())


def test_the_scale_ends_at_the_next_power_of_ten() -> None:
    for size, top in ((0.5, 0), (0.05, -1), (7.0, 1), (1e-9, -4), (1e9, 4)):
        slices = Slices()
        slices.add(1, [np.full(10, -size, np.float32)])
        assert top_decade(slices.shares, RARE) == top


def test_columns_show_the_newest_slice_up_to_their_step_and_nothing_beyond() -> None:
    found = slice_of_columns(np.array([10, 20, 40]), 100.0, 10)
    assert found.tolist() == [-1, 0, 1, 1, 2, -1, -1, -1, -1, -1]


def test_darker_is_more() -> None:
    rows = np.zeros((ROWS, 1), np.float32)
    rows[0], rows[1], rows[2] = 0.3, 0.03, 0.0
    for colours in (LIGHT, DARK):
        image = strip_image(rows, np.array([0, -1]), colours)
        paper = QColor(colours.plot_background)
        contrast = [abs(image.pixelColor(0, row).lightness() - paper.lightness()) for row in range(3)]
        assert contrast[0] > contrast[1] > contrast[2] == 0
        assert image.pixelColor(1, 0) == paper
        assert len(colour_scale(colours)) == 256


# Strips


@pytest.fixture
def strips(qtbot: QtBot) -> Strips:
    strips = Strips()
    strips.resize(300, 400)
    show(qtbot, strips)
    return strips


def test_scales_only_grow_while_a_run_goes_on(strips: Strips) -> None:
    slices = Slices()
    slices.add(150, [np.full(9, 0.5, np.float32)])
    strips.show_slices(slices, ["Layer 1 · ReLU"])
    assert (strips.tops, strips.end) == ([0], 150)
    slices.add(151, [np.full(9, 50.0, np.float32)])
    strips.show_slices(slices, ["Layer 1 · ReLU"])
    assert (strips.tops, strips.end) == ([2], 200)
    other = Slices()
    other.add(3, [np.full(9, 0.05, np.float32)])
    strips.show_slices(other, ["Layer 1 · ReLU"])
    assert (strips.tops, strips.end) == ([-1], 100)


def test_the_value_under_the_mouse_is_read_out(qtbot: QtBot, strips: Strips) -> None:
    slices = Slices()
    slices.add(1, [np.full(9, 0.5, np.float32), np.zeros(9, np.float32)])
    slices.add(90, [np.full(9, 0.5, np.float32), np.zeros(9, np.float32)])
    strips.show_slices(slices, ["Layer 1 · ReLU", "Output · Linear"])
    told: list[str] = []
    strips.read.connect(told.append)
    first, second = strips.strip(0), strips.strip(1)
    row = first.height() // ROWS
    qtbot.mouseMove(strips, QPoint(first.left() + first.width() // 2, first.top() + row + row // 2))
    assert told[-1] == "Layer 1 · step 1\n0.398 to 0.631 · 100.0 %"
    assert strips.reading(QPointF(second.center().x(), second.center().y())).startswith(
        "Output · step 1\nbelow"
    )
    assert strips.reading(QPointF(first.right() - 1, first.top() + 2)) == ""
    qtbot.mouseMove(strips, QPoint(1, 1))
    strips.leaveEvent(None)
    assert told[-1] == ""


def test_the_keyboard_reads_too(qtbot: QtBot, strips: Strips) -> None:
    slices = Slices()
    slices.add(1, [np.full(9, 0.5, np.float32)])
    slices.add(99, [np.full(9, 0.5, np.float32)])
    strips.show_slices(slices, ["Layer 1 · ReLU"])
    told: list[str] = []
    strips.read.connect(told.append)
    strips.setFocus()
    qtbot.keyClick(strips, Qt.Key.Key_Right)
    assert "below 0.0001" in told[-1]
    for _ in range(ROWS):
        qtbot.keyClick(strips, Qt.Key.Key_Up)
    assert told[-1] == "" or "0.631 to 1" in told[-1]
    qtbot.keyClick(strips, Qt.Key.Key_Escape)
    assert told[-1] == ""


# The panel


def test_before_training_it_says_what_to_do(qtbot: QtBot, panel: HistogramsPanel, session: Session) -> None:
    assert panel.empty.text() == "Press Train to see how each layer's numbers spread."
    assert panel.doctor.state_text.startswith("Nothing has been measured yet")
    session.document.edit("no batch", replace(session.document.experiment, batch_size=0))
    assert panel.empty.text().startswith("Nothing can be trained yet")
    assert panel.doctor.state_text.startswith("Nothing can be trained yet")


def test_strips_for_every_layer_and_quantity(qtbot: QtBot, panel: HistogramsPanel, session: Session) -> None:
    tell(session, probed(100), probed(200))
    assert panel.strips.strip_count == 3
    assert panel.empty.isHidden()
    assert panel.strips.tops == [0] * 3
    qtbot.mouseClick(panel.buttons["gradients"], LEFT)
    assert panel.quantity == "gradients"
    assert panel.strips.tops == [-2] * 3
    panel.buttons["activations"].setFocus()
    qtbot.keyClick(panel.buttons["activations"], Qt.Key.Key_Space)
    assert panel.quantity == "activations"
    assert strip_titles(session.document.experiment) == [
        "Layer 1 · ReLU",
        "Layer 2 · Tanh",
        "Output · Linear",
    ]
    grid = replace(session.document.experiment, encoding=part("encoding", "hash grid"))
    assert strip_titles(grid, "weights")[:2] == ["Encoding · Hash grid", "Layer 1 · ReLU"]
    assert strip_titles(grid, "gradients") == strip_titles(grid)


def test_nothing_is_drawn_while_hidden(qtbot: QtBot, panel: HistogramsPanel, session: Session) -> None:
    tell(session, probed(100))
    panel.hide()
    tell(session, probed(500))
    assert panel.strips.end == 100
    panel.show()
    assert panel.strips.end == 500


def test_all_well(qtbot: QtBot, panel: HistogramsPanel, session: Session) -> None:
    tell(session, probed(100))
    assert panel.doctor.state_text.startswith("All well")
    assert panel.doctor.cards() == []


def test_all_well_is_not_reported_before_measuring(
    qtbot: QtBot, panel: HistogramsPanel, session: Session
) -> None:
    tell(session, probed(10))
    assert panel.doctor.state_text.startswith("Nothing has been measured yet")
    tell(session, probed(100))
    session.document.edit("name", replace(session.document.experiment, name="Another"))
    process_events(qtbot)
    assert panel.doctor.state_text.startswith("All well")
    session.document.edit("penalty", replace(session.document.experiment, l2=210.0))
    process_events(qtbot)
    assert panel.doctor.state_text.startswith("Nothing has been measured yet")
    session.document.undo_stack.undo()
    process_events(qtbot)
    assert panel.doctor.state_text.startswith("All well")


def test_a_remedy_is_an_edit_that_can_be_undone(
    qtbot: QtBot, panel: HistogramsPanel, session: Session
) -> None:
    make_sick(qtbot, session, panel)
    (card,) = panel.doctor.cards()
    assert card.text.text().startswith("In layer 1, 8 of 8 neurons are 0 everywhere")
    before = session.document.experiment
    button = next(button for button in card.buttons if button.text() == "He initial weights in layer 1")
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert session.document.experiment.layers[0]["initialiser"] == "he"
    assert session.document.undo_stack.undoText() == "He initial weights in layer 1"
    session.document.undo_stack.undo()
    assert session.document.experiment == before


def test_cards_stay_the_same_widgets_while_their_numbers_change(
    qtbot: QtBot, panel: HistogramsPanel, session: Session
) -> None:
    make_sick(qtbot, session, panel)
    (card,) = panel.doctor.cards()
    card.buttons[1].setFocus()
    tell(session, probed(3000, dead=7))
    qtbot.waitUntil(lambda: "7 of 8" in card.text.text())
    assert panel.doctor.cards() == [card]
    assert card.buttons[1].hasFocus()


def test_another_run_starts_with_empty_strips(qtbot: QtBot, panel: HistogramsPanel, session: Session) -> None:
    make_sick(qtbot, session, panel)
    session.reset()
    qtbot.waitUntil(lambda: panel.doctor.cards() == [])
    assert panel.doctor.state_text.startswith("Nothing has been measured yet")
    assert not panel.empty.isHidden()


def test_every_control_has_a_name_and_can_be_reached(
    qtbot: QtBot, panel: HistogramsPanel, session: Session
) -> None:
    make_sick(qtbot, session, panel)
    assert unnamed_controls(panel) == []
    (card,) = panel.doctor.cards()
    qtbot.waitUntil(card.buttons[-1].isVisible)
    # Of three exclusive buttons Tab visits the checked one; arrow keys reach the others.
    wanted = [panel.buttons["weights"], panel.strips, *card.buttons]
    assert [widget for widget in tab_walk(panel) if widget in wanted] == wanted


def test_a_layer_without_weights_says_so(qtbot: QtBot, strips: Strips) -> None:
    slices = Slices()
    slices.add(1, [np.ones(4, np.float32), np.empty(0, np.float32)])
    strips.show_slices(slices, ["Layer 1 · Tanh", "Output · Sum"])
    assert strips.reading(QPointF(strips.strip(1).center())) == ""
    assert not strips.grab().isNull()


def test_replaced_results_are_drawn(qtbot: QtBot, panel: HistogramsPanel, session: Session) -> None:
    tell(session, probed(100))
    session.reset()
    tell(session, probed(40, size=5.0))
    assert panel.strips.tops == [1] * 3


def test_a_run_continued_with_other_layers_is_drawn_as_soon_as_it_is_shown(
    qtbot: QtBot, strips: Strips
) -> None:
    """The slices start over, and the widget may be resized before they are shown."""
    slices, values = Slices(), np.full(4, 0.5, np.float32)
    slices.add(1, [values] * 2)
    strips.show_slices(slices, ["Layer 1", "Output"])
    for layers in (4, 1):
        slices.add(2, [values] * layers)
        strips.resize(strips.size().grownBy(QMargins(0, 0, 5, 5)))
        assert strips.strip_count == 0
        assert strips.reading(QPointF(strips.strip(0).center())) == ""
        assert not strips.grab().isNull()
        strips.show_slices(slices, ["Layer"] * layers)
        assert strips.strip_count == layers


def test_an_output_in_other_units_has_a_scale_of_its_own(strips: Strips) -> None:
    slices, small = Slices(), np.full(4, 0.5, np.float32)
    slices.add(1, [small, small, 500 * small])
    titles = ["Layer 1 · Tanh", "Layer 2 · Tanh", "Output · Linear"]
    strips.show_slices(slices, titles, output_apart=True)
    assert strips.tops == [0, 0, 3]
    strips.show_slices(slices, titles)
    assert strips.tops == [3, 3, 3]


@pytest.mark.parametrize(
    "label", ["Fitting initial weights everywhere", "Xavier initial weights in layer 12"]
)
def test_remedies_are_not_cut_off_in_a_narrow_window(
    qtbot: QtBot, panel: HistogramsPanel, session: Session, label: str
) -> None:
    panel.resize(LEAST_WIDTH, 640)
    make_sick(qtbot, session, panel)
    (card,) = panel.doctor.cards()
    qtbot.waitUntil(card.buttons[0].isVisible)
    card.buttons[0].setText(label)
    assert card.buttons[0].sizeHint().width() <= card.buttons[0].width()
    assert card.mapTo(panel, card.rect().topRight()).x() < panel.width() - GRID
