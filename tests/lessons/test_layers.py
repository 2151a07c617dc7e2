"""Page 12, played as a person would."""

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.engine import operations
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.lessons.demonstrations.networks.layers import Layers
from cadl_desktop.lessons.figure import Line, Points, Table
from cadl_desktop.lessons.networks import layers
from cadl_desktop.lessons.pages import PAINTING


def built(first: int, second: int) -> Layers:
    return Layers().turned("first", first).turned("rows", first).turned("second", second)


def table(page: Layers, name: str) -> Table:
    return next(known for known in page.tables() if known.name == name)


@pytest.mark.parametrize(("first", "second"), [(9, 11), (3, 23), (22, 4)])
def test_the_goal_is_reached_by_another_network_of_as_many(first: int, second: int) -> None:
    page = built(first, second)
    assert not page.reached()
    assert page.pressed("claim").reached()
    assert page.pressed("claim").turned("first", 5).reached()


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (Layers(), "the lecture's own"),
        (built(9, 12), "not 186"),
        (built(9, 11).turned("rows", 10), "make it fit"),
    ],
)
def test_other_networks_reach_nothing(page: Layers, why: str) -> None:
    claimed = page.pressed("claim")
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


def test_only_the_layer_that_is_looked_at_stands_out() -> None:
    drawing, product = Layers().turned("layer", "1").figures()
    assert [item.role for item in drawing.items if isinstance(item, Line)] == ["muted", "series", "muted"]
    x, w, b, result = (item for item in product.items if isinstance(item, Line))
    strokes = [int(np.isnan(item.x).sum()) for item in (x, w, b, result)]
    assert strokes == [6 + 11, 11 + 11, 2 + 11, 6 + 11]


@pytest.mark.parametrize("rows", [8, 13])
def test_sizes_that_do_not_match_give_nothing(rows: int) -> None:
    page = Layers().turned("rows", rows).turned("layer", "1")
    with pytest.raises(ValueError, match="matmul"):
        np.ones((5, page.first)) @ np.ones((page.rows, page.second))
    assert "Nothing comes out" in page.words()[0]
    assert "as-one" not in [known.name for known in page.tables()]
    alone = [item for item in page.figures()[0].items if isinstance(item, Points) and item.role == "negative"]
    assert [len(item.x) for item in alone] == [abs(rows - 10)]
    assert table(page, "operations").rows[-1][1] == "impossible"


def test_one_matrix_does_what_three_linear_layers_do() -> None:
    sizes = (2, 10, 10, 3)
    random = np.random.default_rng(5)
    arrays = [random.normal(size=array.shape) for array in layers.weights(sizes)]
    x = random.normal(size=(7, 2))
    matrix, bias = layers.as_one(arrays)
    assert (matrix.shape, bias.shape) == ((2, 3), (3,))
    np.testing.assert_allclose(x @ matrix + bias, layers.network(sizes).outputs(arrays, x))


def test_operations_have_the_names_and_shapes_that_the_studio_lists() -> None:
    hidden = part("layer", "dense", units=10, activation="linear")
    experiment = replace(PAINTING.experiment(), layers=(hidden, hidden))
    studio = {f"{found.scope}/{found.name}": found.shape for found in operations(experiment) if found.scope}
    (_, listed) = Layers().numbers()
    shown = {str(name): str(shape) for name, shape in listed.rows}
    assert set(shown) == set(studio)
    for name, shape in studio.items():
        assert shown[name] == " × ".join("n" if size is None else str(size) for size in shape)


def test_what_can_be_tried_has_as_many_parameters_as_the_page_says() -> None:
    assert parameter_count(PAINTING.experiment()) == 21_187
