"""Drawings shared by window and exports: lines, rows, heights, ranges and colours."""

from typing import get_args

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.data.curves.columns import MOST_LETTERS
from cadl_desktop.drawing.cost_surface import RunSurvey, Scale, dots_of, shares_of
from cadl_desktop.drawing.drawn_network import Role as ColumnRole
from cadl_desktop.drawing.drawn_network import drawn_columns
from cadl_desktop.drawing.lesson_figures import ranges_of, role_colour
from cadl_desktop.drawing.palette import DARK, LIGHT
from cadl_desktop.drawing.plot_data import top_decade
from cadl_desktop.experiment import preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.lessons.cost_plane import PlaneChoice
from cadl_desktop.lessons.figure import Axis, Bars, Figure, Item, Line, Picture, Role
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.layer_histograms import BINS, SIDE


def figure_of(*items: Item, **axes: Axis) -> Figure:
    return Figure("test", "Title", items, **axes)


def test_a_network_has_its_columns_from_left_to_right() -> None:
    columns = drawn_columns(preset("fourier-painting"))
    assert [column.role for column in columns[:2]] == [ColumnRole.INPUT, ColumnRole.FEATURES]
    assert [column.title for column in columns[2:4]] == ["Layer 1", "Layer 2"]
    assert columns[-1].names == ("red", "green", "blue")
    assert columns[-1].has_result


def test_a_curve_s_network_has_the_names_of_its_columns() -> None:
    named = part("dataset", "points", x_name="Time [s]", y_name=f"{'Depth below the ice ' * 5}[cm]")
    columns = drawn_columns(replace(preset("lecture-tanh"), data=named))
    assert columns[0].names == ("Time [s]",)
    (output,) = columns[-1].names
    assert len(output) <= MOST_LETTERS
    assert output.endswith("… [cm]")


def test_rare_values_do_not_extend_the_scale() -> None:
    shares = np.zeros((2, BINS), np.float32)
    shares[:, SIDE + 25], shares[1, -1] = 0.5, 0.001
    assert top_decade(shares) == 4
    assert top_decade(shares, 0.01) == -3


def test_a_moment_whose_cost_is_not_known_lies_on_the_surface() -> None:
    settings = LiveSettings.of(preset("lecture-tanh"))
    weights = np.random.default_rng(2).normal(size=(4, 6)).astype(np.float32)
    states = [RunState(1, 1, 0.1, 0.5, (array,), np.empty(0), settings) for array in weights]
    survey = RunSurvey(PlaneChoice(), states[-1], states, [(6,)])
    places = survey.next_places(7)
    survey.take_costs(places, np.linspace(1, 2, len(places)))
    survey.path = np.array([np.nan, 1.5, np.inf, 1.0])
    scale = Scale.of(survey.values)
    dots = dots_of(survey, scale, scale.heights(survey.values))
    assert dots.known.tolist() == [False, True, True, True]
    assert dots.heights.tolist() == pytest.approx([dots.feet[0], 0.5, 1, 0])
    assert dots.opacities[-1] == pytest.approx(1)


def test_values_are_shares_of_their_range() -> None:
    assert shares_of(np.array([[1.0, 101.0], [51.0, np.nan]])).tolist() == [[0, 1], [0.5, 1]]
    assert shares_of(np.full((2, 2), np.nan)).tolist() == [[1, 1], [1, 1]]


@pytest.mark.parametrize(
    ("item", "x", "y"),
    [
        (Line(np.array([0.0, 10.0]), np.array([1.0, 3.0])), (-0.5, 10.5), (0.9, 3.1)),
        (Bars(np.array([0.0, 1.0, 2.0]), np.array([4.0, 2.0])), (-0.1, 2.1), (0.0, 4.2)),
        (Picture(np.zeros((3, 5, 3), np.uint8)), (0.0, 5.0), (3.0, 0.0)),
        (Line(np.array([1.0]), np.array([np.nan])), (0.0, 2.0), (0.0, 1.0)),
    ],
)
def test_axes_reach_as_far_as_items_need(item: Item, x: tuple[float, float], y: tuple[float, float]) -> None:
    found = ranges_of(figure_of(item))
    assert found[0] == pytest.approx(x)
    assert found[1] == pytest.approx(y)


def test_axes_end_where_the_figure_says() -> None:
    line = Line(np.array([1.0, 100.0]), np.array([-1.0, 100.0]))
    figure = figure_of(line, x=Axis(range=(3.0, 4.0)), y=Axis(logarithmic=True))
    assert ranges_of(figure) == ((3.0, 4.0), (10.0, 1000.0))


def test_every_role_has_its_colour() -> None:
    for colours in (LIGHT, DARK):
        assert len({role_colour(role, colours) for role in get_args(Role)}) == len(get_args(Role))
