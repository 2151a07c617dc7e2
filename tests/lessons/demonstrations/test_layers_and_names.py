"""Page 12: goal, sizes, drawings and operations."""

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.engine import operations
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.lessons.demonstrations import layers_and_names
from cadl_desktop.lessons.demonstrations.layers_and_names import Layers
from cadl_desktop.lessons.figure import Line, Points, Table
from cadl_desktop.lessons.page_list import PAINTING


def built(first: int, second: int) -> Layers:
    return Layers().with_value("first", first).with_value("rows", first).with_value("second", second)


def table(page: Layers, name: str) -> Table:
    return next(found for found in page.tables() if found.name == name)


@pytest.mark.parametrize(("first", "second"), [(9, 11), (3, 23), (22, 4)])
def test_the_goal_is_reached_by_another_network_of_as_many(first: int, second: int) -> None:
    page = built(first, second)
    assert not page.reached()
    assert page.after_press("claim").reached()
    assert page.after_press("claim").with_value("first", 5).reached()


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (Layers(), "the lecture's own"),
        (built(9, 12), "not 186"),
        (built(9, 11).with_value("rows", 10), "make it fit"),
    ],
)
def test_other_networks_do_not_reach_the_goal(page: Layers, why: str) -> None:
    claimed = page.after_press("claim")
    assert not claimed.reached()
    assert why in claimed.words()[1]


def test_parameters_and_shapes_are_those_of_the_lecture() -> None:
    rows = table(Layers(), "layers").rows
    assert [(str(row[1]), row[3]) for row in rows] == [("2 × 10", 30), ("10 × 10", 110), ("10 × 3", 33)]


def test_the_drawing_has_a_dot_for_each_unit_and_a_line_for_each_weight() -> None:
    drawing, _ = Layers().figures()
    dots = [item for item in drawing.items if isinstance(item, Points)]
    lines = [item for item in drawing.items if isinstance(item, Line)]
    assert [len(item.x) for item in dots] == [2, 10, 10, 3]
    assert [int(np.isnan(item.x).sum()) for item in lines] == [20, 100, 30]


def test_only_the_chosen_layer_is_highlighted() -> None:
    drawing, product = Layers().with_value("layer", "1").figures()
    assert [item.role for item in drawing.items if isinstance(item, Line)] == ["muted", "series", "muted"]
    x, w, b, result = (item for item in product.items if isinstance(item, Line))
    strokes = [int(np.isnan(item.x).sum()) for item in (x, w, b, result)]
    assert strokes == [6 + 11, 11 + 11, 2 + 11, 6 + 11]


@pytest.mark.parametrize("rows", [8, 13])
def test_mismatched_sizes_give_no_result(rows: int) -> None:
    page = Layers().with_value("rows", rows).with_value("layer", "1")
    with pytest.raises(ValueError, match="matmul"):
        np.ones((5, page.first)) @ np.ones((page.rows, page.second))
    assert "Nothing comes out" in page.words()[0]
    assert "as-one" not in [found.name for found in page.tables()]
    alone = [item for item in page.figures()[0].items if isinstance(item, Points) and item.role == "negative"]
    assert [len(item.x) for item in alone] == [abs(rows - 10)]
    assert table(page, "operations").rows[-1][1] == "impossible"


def test_one_matrix_does_what_three_linear_layers_do() -> None:
    sizes = (2, 10, 10, 3)
    random = np.random.default_rng(5)
    arrays = [random.normal(size=array.shape) for array in layers_and_names.first_layer_weights(sizes)]
    x = random.normal(size=(7, 2))
    matrix, bias = layers_and_names.combine_layers(arrays)
    assert (matrix.shape, bias.shape) == ((2, 3), (3,))
    np.testing.assert_allclose(x @ matrix + bias, layers_and_names.linear_network(sizes).outputs(arrays, x))


def test_operations_have_the_names_and_shapes_that_the_studio_lists() -> None:
    hidden = part("layer", "dense", units=10, activation="linear")
    experiment = replace(PAINTING.experiment(), layers=(hidden, hidden))
    studio = {f"{found.scope}/{found.name}": found.shape for found in operations(experiment) if found.scope}
    (_, listed) = Layers().numbers()
    shown = {str(name): str(shape) for name, shape in listed.rows}
    assert set(shown) == set(studio)
    for name, shape in studio.items():
        assert shown[name] == " × ".join("n" if size is None else str(size) for size in shape)


def test_trial_has_as_many_parameters_as_the_page_says() -> None:
    assert parameter_count(PAINTING.experiment()) == 21_187
