"""What differs between two experiments is said in plain words, all of them translatable."""

from typing import Any

import pytest
from msgspec.structs import replace

from cadl_desktop.experiment import Experiment, Stop, preset, preset_names
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.differences import comparable, differences
from cadl_desktop.experiment.edits import with_layer_added, with_layer_changed, with_layer_removed

PAINTING = preset("lecture-painting")
CURVE = preset("lecture-tanh")


def layer_changed(index: int, **settings: Any) -> Experiment:
    return with_layer_changed(PAINTING, index, PAINTING.layers[index].has(**settings))


def optimizer(kind: str, **settings: Any) -> Experiment:
    return replace(PAINTING, optimizer=part("optimizer", kind, **settings))


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (layer_changed(1, units=32, activation="tanh"), "layer 2: 32 units, ReLU → Tanh"),
        (layer_changed(0, initialiser="he"), "layer 1: initial weights Normal → He"),
        (layer_changed(0, spread=0.25), "layer 1: spread 0.25"),
        (layer_changed(0, frozen=True), "layer 1: frozen"),
        (layer_changed(0, bias=False), "layer 1: bias off"),
        (replace(layer_changed(1, units=32), seed=7), "layer 2: 32 units; seed 7"),
        (with_layer_removed(PAINTING, 5), "layer 6 removed"),
        (
            with_layer_added(PAINTING, 2, part("layer", "dense", units=9, activation="sine")),
            "layer 3 added: Dense, 9 units, Sine",
        ),
        (with_layer_changed(PAINTING, 0, part("layer", "sum")), "layer 1: Dense → Sum"),
        (optimizer("adam", rate=0.0025), "learning rate 0.0025"),
        (optimizer("gradient descent", rate=0.5), "Adam → Gradient descent, learning rate 0.5"),
        (replace(PAINTING, cost="l2"), "cost L1, summed → L2"),
        (replace(PAINTING, input_scaling="centred"), "input scaling Standardised → Centred"),
        (replace(PAINTING, batch_size=100, validation=0.1), "held back 0.1; batch size 100"),
        (replace(PAINTING, stop=Stop(epochs=None, seconds=2.5)), "epochs no limit; seconds 2.5"),
        (
            replace(PAINTING, data=PAINTING.data.has(source="cat", longest=32)),
            "data: Astronaut → Cat, longest side 32",
        ),
        (
            replace(PAINTING, data=PAINTING.data.has(source="own", image=b"x")),
            "data: Astronaut → Own, another picture",
        ),
        (
            replace(PAINTING, encoding=part("encoding", "polynomial", degree=5)),
            "encoding: None → Polynomial, degree 5",
        ),
        (replace(PAINTING, name="Other", note="other"), ""),
    ],
)
def test_each_difference_has_its_words(after: Experiment, words: str) -> None:
    assert differences(PAINTING, after) == words


def test_settings_that_do_not_matter_are_not_mentioned() -> None:
    he = layer_changed(0, initialiser="he")
    assert differences(he, with_layer_changed(he, 0, he.layers[0].has(spread=3.0))) == ""


def test_any_two_presets_can_be_compared() -> None:
    for one in preset_names():
        for other in preset_names():
            unnamed = replace(preset(one), name=preset(other).name, note=preset(other).note)
            assert (differences(preset(one), preset(other)) == "") == (unnamed == preset(other))


def test_every_word_goes_through_the_translation() -> None:
    after = replace(layer_changed(1, units=32, activation="tanh"), seed=7)
    words = differences(PAINTING, after, lambda text: f"<{text}>")
    assert words == "<layer 2>: <32 units>, <ReLU> → <Tanh>; <Seed> 7"


def test_costs_are_comparable_where_they_are_measured_alike() -> None:
    assert comparable(PAINTING, layer_changed(0, units=3))
    assert not comparable(PAINTING, replace(PAINTING, cost="l2"))
    assert not comparable(PAINTING, replace(PAINTING, target_scaling="unit"))
    assert not comparable(PAINTING, CURVE)


def test_functions_and_points_are_told() -> None:
    typed = replace(preset("lecture-tanh"), data=part("dataset", "function"))
    drawn = replace(typed, data=part("dataset", "points", points=b"some"))

    assert "y = cos(x)" in differences(typed, replace(typed, data=typed.data.has(expression="cos(x)")))
    assert differences(drawn, replace(drawn, data=drawn.data.has(points=b"more"))) == "data: other points"
