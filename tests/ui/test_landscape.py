"""Cost landscape: a map and a height field that is read, turned, and adopted from."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from pytestqt.qtbot import QtBot

from cadl_desktop.drawing.cost_surface import RunSurvey, Scale, height_at, resampled
from cadl_desktop.runs.network_weights import flatten
from cadl_desktop.session.session import Session
from cadl_desktop.session.views.landscape_survey import TRAINING_SIDE
from cadl_desktop.session.views.probed_neurons import Neurons
from cadl_desktop.session.views.time_machine import TimeMachine
from cadl_desktop.ui.controls.number_text import cost_text, figure
from cadl_desktop.ui.landscape.panel import LEAST_WIDTH, LandscapePanel
from cadl_desktop.ui.landscape.relief import FROM_ABOVE, FROM_ASIDE, Relief, Viewpoint
from cadl_desktop.ui.theme.theme_switch import set_theme
from tests.session.test_time_machine import record
from tests.settling import until
from tests.ui.driving import choose, show, tab_walk, unnamed_controls

LEFT = Qt.MouseButton.LeftButton

ROOM = 476
"""Height of the dock's content at 1440 x 900, beside the cost and with a tab for the runs."""

pytestmark = pytest.mark.usefixtures("light")


@pytest.fixture
def machine(session: Session) -> TimeMachine:
    machine = TimeMachine(Neurons(session))
    session.load_samples()
    session.load_tensorflow()
    return machine


@pytest.fixture
def panel(qtbot: QtBot, machine: TimeMachine) -> LandscapePanel:
    panel = LandscapePanel(machine)
    panel.resize(LEAST_WIDTH, 640)
    show(qtbot, panel)
    return panel


@pytest.fixture
def filled(
    qtbot: QtBot, session: Session, panel: LandscapePanel, monkeypatch: pytest.MonkeyPatch
) -> LandscapePanel:
    """Panel with the whole landscape of a resting run, as coarse as during training."""
    monkeypatch.setattr("cadl_desktop.session.views.landscape_survey.FINEST", TRAINING_SIDE)
    return fill(qtbot, session, panel)


def fill(qtbot: QtBot, session: Session, panel: LandscapePanel) -> LandscapePanel:
    record(qtbot, session)
    until(qtbot, lambda: panel.landscape.complete)
    return panel


def survey_of(panel: LandscapePanel) -> RunSurvey:
    assert panel.landscape.survey is not None
    return panel.landscape.survey


def state_weights(session: Session) -> np.ndarray:
    assert session.result.state is not None
    return flatten(session.result.state.weights)


@pytest.mark.parametrize("viewpoint", [FROM_ABOVE, FROM_ASIDE, Viewpoint(200.0, 60.0)])
def test_pixels_of_a_place_map_back_to_the_place(viewpoint: Viewpoint) -> None:
    relief, side = Relief(QRectF(10, 20, 300, 240), viewpoint), np.linspace(-1, 1, 13)
    heights = 0.3 + 0.2 * side[:, None] + 0.1 * side[None, :]
    for x, y in ((0.0, 0.0), (0.5, -0.7), (-0.9, 0.8)):
        across, along = np.array([x]), np.array([y])
        pixels = relief.pixels(across, along, height_at(heights, across, along))[0]
        assert relief.place(QPointF(*pixels[:2]), heights) == pytest.approx((x, y), abs=0.02)
    assert relief.place(QPointF(0, 0), heights) is None


def test_the_nearer_of_two_places_behind_one_another_is_found() -> None:
    """A wall in the middle hides what lies behind it."""
    heights = np.zeros((41, 41))
    heights[20] = 1.0
    relief = Relief(QRectF(0, 0, 400, 300), Viewpoint(0.0, 20.0))
    behind = relief.pixels(np.zeros(1), np.array([0.2]), np.zeros(1))[0]
    place = relief.place(QPointF(*behind[:2]), heights)
    assert place is not None
    assert place[1] < 0.05


def test_heights_are_logarithmic_for_costs_of_very_different_sizes() -> None:
    near, far = Scale.of(np.array([2.0, 3.0, 4.0])), Scale.of(np.array([1.0, 10.0, 100.0, np.inf]))
    assert near.heights(np.array([2.0, 3.0, 4.0, 9.0])).tolist() == [0, 0.5, 1, 1]
    assert far.heights(np.array([1.0, 10.0, 100.0, np.inf, np.nan])) == pytest.approx([0, 0.5, 1, 1, 1])
    assert not near.logarithmic
    assert far.logarithmic
    assert Scale.of(np.array([5.0, 5.0])).heights(np.array([5.0])).tolist() == [0]


def test_heights_are_interpolated_linearly() -> None:
    side = np.linspace(-1, 1, 7)
    plane = 0.5 + 0.2 * side[:, None] - 0.1 * side[None, :]
    fine = np.linspace(-1, 1, 31)
    assert np.allclose(resampled(plane, 31), 0.5 + 0.2 * fine[:, None] - 0.1 * fine[None, :])
    assert height_at(plane, np.array([0.4, 5.0]), np.array([-0.3, 0.0])) == pytest.approx([0.4, 0.4])


def test_the_empty_state_says_what_is_missing(qtbot: QtBot, session: Session, panel: LandscapePanel) -> None:
    assert panel.empty.text().startswith("Train the network")
    assert not panel.view.isVisible()
    record(qtbot, session, moments=1)
    del session.result.snapshots.states[1:]
    panel.landscape.want(True)
    assert panel.empty.text().startswith("Main directions need three moments")
    choose(qtbot, panel.directions, "random")
    until(qtbot, panel.view.isVisible)
    assert panel.empty.isHidden()


def test_the_key_has_the_ball_s_cost_and_the_shares_of_variance(
    filled: LandscapePanel, session: Session
) -> None:
    survey = survey_of(filled)
    assert session.result.cost is not None
    assert filled.key.text().startswith(f"The ball costs {cost_text(session.result.cost)}, its surroundings")
    assert survey.seen.plane.shares is not None
    first, second = survey.seen.plane.shares
    assert f"hold {100 * first:.0f} % and {100 * second:.0f} % of the variance" in filled.key.text()


def test_the_ball_is_the_current_state(qtbot: QtBot, filled: LandscapePanel, machine: TimeMachine) -> None:
    before, state = filled.view.grab().toImage(), machine.snapshots.states[1]
    machine.go_to_step(state.step)
    until(qtbot, lambda: filled.landscape.complete)
    assert survey_of(filled).ball is state
    assert filled.view.grab().toImage() != before


def test_a_state_s_tooltip_has_its_step_cost_and_distance(filled: LandscapePanel) -> None:
    survey = survey_of(filled)
    places = survey.seen.places
    apart = np.linalg.norm(places[:, np.newaxis] - places, axis=2) + np.diag([np.inf] * len(places))
    alone = int(apart.min(axis=1).argmax())  # two states may share a pixel
    words = filled.view.moment_text_at(filled.view.pixels_of(tuple(places[alone].tolist())).toPoint())
    cost, away = cost_text(float(survey.path[alone])), figure(float(survey.seen.distances[alone]))
    assert words == f"Step {survey.states[alone].step:,}: cost {cost}, {away} away from this plane."
    assert filled.view.moment_text_at(QPoint(0, 0)) == ""


def test_a_click_paints_the_point_and_adopt_can_be_undone(
    qtbot: QtBot, filled: LandscapePanel, session: Session
) -> None:
    survey, before = survey_of(filled), state_weights(session)
    wanted = (0.4 * survey.extent, -0.6 * survey.extent)
    assert not filled.chosen.isVisible()
    qtbot.mouseClick(filled.view, LEFT, pos=filled.view.pixels_of(wanted).toPoint())
    place = filled.point.place_on(survey)
    assert place == pytest.approx(wanted, abs=0.02 * survey.extent)
    until(qtbot, lambda: filled.point.prediction is not None and filled.point.cost is not None)
    assert filled.chosen.isVisible()
    assert filled.heightForWidth(LEAST_WIDTH) <= ROOM
    assert filled.chosen.preview.prediction is filled.point.prediction
    assert filled.chosen.words.text() == f"Cost of this point: {cost_text(filled.point.cost or 0)}."
    vector = filled.point.vector
    assert vector is not None
    qtbot.mouseClick(filled.chosen.adopt, LEFT)
    until(qtbot, lambda: np.array_equal(state_weights(session), vector))
    assert session.document.undo_stack.undoText() == "Adopt a point of the landscape"
    session.document.undo_stack.undo()
    until(qtbot, lambda: np.array_equal(state_weights(session), before))
    qtbot.mouseClick(filled.chosen.leave, LEFT)
    assert not filled.chosen.isVisible()


def test_the_height_field_turns_under_the_mouse_and_by_keys(qtbot: QtBot, filled: LandscapePanel) -> None:
    view = filled.view
    above = view.grab().toImage()
    qtbot.mouseClick(filled.turned, LEFT)
    assert not view.viewpoint.is_above
    assert view.grab().toImage() != above
    viewpoint, start = view.viewpoint, view.rect().center()
    qtbot.mousePress(view, LEFT, pos=start)
    qtbot.mouseMove(view, start + QPoint(40, 15))
    qtbot.mouseRelease(view, LEFT, pos=start + QPoint(40, 15))
    assert view.viewpoint == viewpoint.turned(40, 15)
    assert filled.point.vector is None
    viewpoint = view.viewpoint
    qtbot.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert view.viewpoint.around != viewpoint.around
    turned = view.viewpoint
    qtbot.mouseClick(filled.turned, LEFT)
    assert view.viewpoint.is_above
    qtbot.mouseClick(filled.turned, LEFT)
    assert view.viewpoint == turned


def test_a_point_is_read_and_chosen_by_keys_alone(
    qtbot: QtBot, session: Session, panel: LandscapePanel
) -> None:
    fill(qtbot, session, panel)
    survey = survey_of(panel)
    panel.view.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(5):
        qtbot.keyClick(panel.view, Qt.Key.Key_Right)
    assert panel.readout.text() == f"Cost {cost_text(float(survey.values[25, 30]))} here."
    qtbot.keyClick(panel.view, Qt.Key.Key_Return)
    assert panel.point.place_on(survey) == pytest.approx((survey.extent / 5, 0), abs=1e-4 * survey.extent)


def test_the_readout_follows_the_surface_that_is_shown(qtbot: QtBot, filled: LandscapePanel) -> None:
    def read() -> str:
        return f"Cost {cost_text(float(survey_of(filled).values[6, 7]))} here."

    filled.view.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(5):
        qtbot.keyClick(filled.view, Qt.Key.Key_Right)
    first = survey_of(filled)
    assert filled.readout.text() == read()
    choose(qtbot, filled.range, "0.5")
    until(qtbot, lambda: survey_of(filled) is not first and filled.landscape.complete)
    assert filled.readout.text() == read()


def test_another_two_directions_and_another_range(qtbot: QtBot, filled: LandscapePanel) -> None:
    assert not filled.another.isVisible()
    choose(qtbot, filled.directions, "random")
    until(qtbot, lambda: filled.landscape.complete)
    first = survey_of(filled)
    assert "variance" not in filled.key.text()
    qtbot.mouseClick(filled.another, LEFT)
    until(qtbot, lambda: survey_of(filled) is not first)
    assert survey_of(filled).choice.seed == first.choice.seed + 1
    filled.point.choose(survey_of(filled), (0.1, -0.2))
    choose(qtbot, filled.range, "0.5")
    until(qtbot, lambda: survey_of(filled).seen.reach == 0.5)
    assert filled.point.place_on(survey_of(filled)) == pytest.approx((0.1, -0.2), abs=1e-3)
    choose(qtbot, filled.directions, "main")
    until(qtbot, lambda: survey_of(filled).choice.directions == "main")
    assert filled.point.place_on(survey_of(filled)) is None


def test_both_themes_and_names_and_the_order_of_tabs(qtbot: QtBot, filled: LandscapePanel) -> None:
    light = filled.view.grab().toImage()
    set_theme("dark")
    assert filled.view.grab().toImage() != light
    assert unnamed_controls(filled) == []
    assert filled.view.accessibleName()
    filled.point.choose(survey_of(filled), (0.0, 0.0))
    controls = [filled.directions, filled.range, filled.turned, filled.view]
    assert tab_walk(filled) == [*controls, filled.chosen.adopt, filled.chosen.leave]


def test_nothing_is_computed_while_hidden(qtbot: QtBot, filled: LandscapePanel) -> None:
    assert filled.landscape.wanted
    filled.hide()
    assert not filled.landscape.wanted
