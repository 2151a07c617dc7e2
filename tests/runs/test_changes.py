"""Words of a log: finished English, which plots show unchanged."""

import pytest

from cadl_desktop.experiment.shapes import describe_frozen
from cadl_desktop.runs.carry_over import change_in_words
from cadl_desktop.runs.changes import (
    Change,
    branched,
    changed_structure,
    gains_kept,
    in_words,
    layer_resized,
    neuron_left,
    weight_set,
    weights_from,
)
from tests.runs.test_carry_over import SAME


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (weights_from("100 %1 {name} {0}.h5"), "weights from 100 %1 {name} {0}.h5"),
        (weights_from("two\nlines.keras"), "weights from two�lines.keras"),
        (gains_kept(3), "kept gains of 3"),
        (neuron_left(1, 10), "neuron 10 left layer 1"),
        (layer_resized(2, 64, 80), "64 → 80 neurons in layer 2"),
        (branched(None), "branched"),
        (branched(17), "branched from run 17"),
        (weight_set(None, None, 3, -1.5e-7), "bias 3 of the output = -1.5e-07"),
        (weight_set(2, None, 3, 0.25), "bias 3 of layer 2 = 0.25"),
        (weight_set(None, 4, 3, 0.25), "weight 4 → 3 of the output = 0.25"),
        (weight_set(2, 4, 3, 0.25), "weight 4 → 3 of layer 2 = 0.25"),
        (
            change_in_words(*SAME["two new ones and wider"]),
            "12 → 14 neurons in layer 1, new layer 2, new layer 4",
        ),
        (describe_frozen((1, 3, 4), 4), "layer 1, layer 3, output"),
    ],
)
def test_words_of_a_log(words: str, expected: str) -> None:
    assert words == expected


def test_words_of_a_structure_are_shown_as_the_log_has_them() -> None:
    words = "weights from a, new layer 3.npz"
    assert in_words(changed_structure(5, words), "{:g}".format) == words
    assert in_words(changed_structure(5, "of a damaged\n\x01log"), "{:g}".format) == "of a damaged��log"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change(1, "rate", 0.5), "rate 0.5"),
        (Change(1, "smoothness", 2.0), "smoothness 2"),
        (Change(1, "frozen", "layer 1, output"), "frozen: layer 1, output"),
        (Change(1, "schedule", "cosine(epochs=5, floor=0.0)"), "Cosine rate"),
        (Change(1, "cost", "of another package"), "cost of another package"),
    ],
)
def test_a_change_in_words(change: Change, words: str) -> None:
    assert in_words(change, "{:g}".format) == words
