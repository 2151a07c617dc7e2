"""Drawing of a network: its texts and table, and the weights that are drawn as lines."""

import csv
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.drawing.drawn_network import Role
from cadl_desktop.drawing.palette import LIGHT
from cadl_desktop.experiment import Experiment, Value, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.shapes import weight_shapes, widths
from cadl_desktop.export.exports import export, export_named, preview
from cadl_desktop.export.plots.network_drawing import Column, columns_of, drawn_connections
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.history import History
from tests.export.networks import NETWORKS, dense, untrained

PAINTING = preset("lecture-painting")
EVERY_LAYER = NETWORKS["every layer"]
LIKE_CURVE = ("far from 0", "unix times", "y far from 0")


def with_weights(experiment: Experiment, number: float) -> Trained:
    """Run with constant weights."""
    shapes = [shape for shapes in weight_shapes(experiment) for shape in shapes]
    weights = tuple(np.full(shape, number, np.float32) for shape in shapes)
    state = RunState(1, 1, 0, 0.1, weights, np.empty((0, 0), np.float32), LiveSettings.of(experiment))
    return Trained(experiment, state, History())


def written(folder: Path, trained: Trained, **options: Value) -> str:
    path = folder / "network.svg"
    export("network", path, trained, export_named("network").job({"recipe": False, **options}))
    return path.read_text(encoding="utf-8")


def words_of(drawing: str) -> list[str]:
    return re.findall(r">([^<>]+)</text>", drawing)


def lines_of(drawing: str, colour: str) -> int:
    """Number of lines of a colour."""
    return len(re.findall(rf"<path [^>]*stroke: {getattr(LIGHT, colour)}", drawing))


@pytest.mark.parametrize("name", [name for name in NETWORKS if name not in LIKE_CURVE])
def test_every_network_can_be_drawn(name: str) -> None:
    wanted = export_named("network")
    job = wanted.job()
    job.ending = ".svg"
    picture = preview(wanted, untrained(NETWORKS[name]), job).picture
    assert picture is not None
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 20


@pytest.mark.parametrize("experiment", NETWORKS.values(), ids=NETWORKS)
def test_columns_are_as_wide_as_the_network(experiment: Experiment) -> None:
    trained = untrained(experiment)
    columns = columns_of(experiment, trained.state.weights)
    encoded, *layers = widths(experiment)
    assert [column.neurons for column in columns[-len(layers) :]] == layers
    assert columns[-len(layers) - 1].neurons == encoded
    assert sum(column.parameters for column in columns) == sum(array.size for array in trained.state.weights)


def test_the_drawing_describes_each_column(tmp_path: Path) -> None:
    layers = (dense(units=7, activation="tanh"), dense(units=1000, activation="leaky relu"))
    words = words_of(written(tmp_path, untrained(replace(PAINTING, name="Mine", layers=layers))))
    assert words[-4] == "Mine: 11,024 parameters"
    said_of_it = {
        *("Input", "Layer 1", "Layer 2", "Output", "Dense", "7 units", "1,000 units", "3 units"),
        *("Tanh", "Leaky ReLU", "row", "column", "red", "green", "blue"),
        *("weight above 0", "weight below 0", "the 200 largest of each layer"),
    }
    assert said_of_it <= set(words)


def test_the_table_has_a_row_for_each_column(tmp_path: Path) -> None:
    path = tmp_path / "network.csv"
    export("network", path, untrained(EVERY_LAYER))
    with path.open(newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["column", "kind", "units", "activation", "parameters"]
    assert [row[1] for row in rows] == [
        *("a pixel's place", "Dense", "Dropout", "Skip", "Layer norm", "Dense", "Dense")
    ]
    assert [row[2] for row in rows] == ["2", "6", "6", "8", "8", "6", "3"]
    assert sum(int(row[4]) for row in rows) == 18 + 16 + 54 + 21


def test_the_largest_weights_are_lines() -> None:
    weights = np.random.default_rng(3).normal(size=(40, 30)).astype(np.float32)
    column = Column(Role.LAYER, 30, weights=weights)
    drawn = drawn_connections(40, column, 50)
    assert drawn.weights is not None
    np.testing.assert_array_equal(drawn.weights, weights[drawn.before, drawn.after])
    np.testing.assert_array_equal(np.abs(drawn.weights), np.sort(np.abs(weights), axis=None)[-50:])
    assert len(drawn_connections(40, column, 5000).before) == 1200
    assert len(drawn_connections(40, column, 0).before) == 0


def test_zero_and_nan_weights_are_not_drawn() -> None:
    weights = np.array([[0.0, np.nan], [0.5, 0.0]], np.float32)
    drawn = drawn_connections(2, Column(Role.LAYER, 2, weights=weights), 10)
    assert (drawn.before.tolist(), drawn.after.tolist()) == ([1], [0])


def test_neurons_with_a_single_input_have_one_line_each() -> None:
    drawn = drawn_connections(6, Column(Role.LAYER, 8, paired=True), 100)
    assert drawn.weights is None
    assert drawn.before.tolist() == drawn.after.tolist() == list(range(6))


@pytest.mark.parametrize(("number", "colour", "other"), [(0.5, "blue", "orange"), (-0.5, "orange", "blue")])
def test_colours_show_the_sign(tmp_path: Path, number: float, colour: str, other: str) -> None:
    drawing = written(tmp_path, with_weights(replace(PAINTING, layers=(dense(units=5),)), number))
    assert lines_of(drawing, colour) == 2 * 5 + 5 * 3 + 1  # and the key's
    assert lines_of(drawing, other) == 1


def test_the_number_of_lines_can_be_chosen(tmp_path: Path) -> None:
    trained = with_weights(replace(PAINTING, layers=(dense(units=50),)), 0.5)
    assert lines_of(written(tmp_path, trained, lines=20), "blue") == 2 * 20 + 1
    assert lines_of(written(tmp_path, trained, lines=0), "blue") == 1


def test_a_skip_is_joined_to_the_encoded_inputs(tmp_path: Path) -> None:
    without = replace(EVERY_LAYER, layers=tuple(each for each in EVERY_LAYER.layers if each.kind != "skip"))
    drawings = [written(tmp_path, with_weights(network, 0.5)) for network in (EVERY_LAYER, without)]
    first, second = (lines_of(drawing, "muted") for drawing in drawings)
    assert first == second + 2


def test_twenty_wide_layers_stay_a_small_file(tmp_path: Path) -> None:
    wide = part("layer", "dense", units=1024, activation="relu")
    trained = with_weights(replace(PAINTING, layers=(wide,) * 20), 0.1)
    drawing = written(tmp_path, trained)
    assert {"Layer", "20", "1,024"} <= {word for line in words_of(drawing) for word in line.split()}
    assert len(drawing) < 2_000_000


def test_a_name_that_looks_like_a_formula_is_text(tmp_path: Path) -> None:
    trained = untrained(replace(PAINTING, name=r"Costs $\qq{$ 5"))
    assert r"Costs $\qq{$ 5: 21,187 parameters" in words_of(written(tmp_path, trained))


def test_a_long_name_is_shortened_in_the_title(tmp_path: Path) -> None:
    """The full name would push the drawing off its sheet."""
    trained = untrained(replace(PAINTING, name="m" * 400))
    assert "m" * 48 + "…: 21,187 parameters" in words_of(written(tmp_path, trained))


def test_a_right_to_left_name_stays_before_the_count(tmp_path: Path) -> None:
    """Unmarked, it would reverse the line: 'painting: 21,187 parameters', then the name's first words."""
    trained = untrained(replace(PAINTING, name="שלום painting"))
    title = next(word for word in words_of(written(tmp_path, trained)) if "parameters" in word)
    assert title == "\u2068שלום painting\u2069: 21,187 parameters"


def test_a_name_without_valid_characters_is_drawn(tmp_path: Path) -> None:
    drawing = written(tmp_path, untrained(replace(PAINTING, name="\ufffe & \uffff")))
    assert ElementTree.fromstring(drawing) is not None
