"""What a log says is finished English in files, and a sentence again where it is shown."""

import ast
import inspect
import re
from types import ModuleType

import pytest

from cadl_desktop.experiment import freezing
from cadl_desktop.experiment.freezing import frozen_in_words
from cadl_desktop.runs import changes
from cadl_desktop.runs.carry_over import change_in_words
from cadl_desktop.runs.changes import (
    OTHER_SETTINGS,
    PIXELS_SHOWN,
    Change,
    branched,
    changed_structure,
    gains_kept,
    in_words,
    layer_added,
    layer_resized,
    neuron_left,
    said_again,
    weight_set,
    weights_from,
)
from cadl_desktop.sentences import Sentence
from tests.runs.test_carry_over import SAME

NAMES = ("other.npz", "a, new layer 3.npz", "100 %1 {name} {0}.h5", "two\nlines.keras", "nothing")
LOGGED = [
    PIXELS_SHOWN,
    OTHER_SETTINGS,
    layer_added(12),
    layer_resized(2, 64, 80),
    neuron_left(1, 10),
    gains_kept(3),
    branched(None),
    branched(17),
    *(weight_set(layer, source, 3, -1.5e-7) for layer in (None, 2) for source in (None, 4)),
    *map(weights_from, NAMES),
]


@pytest.mark.parametrize("words", LOGGED)
def test_words_from_a_file_are_the_sentence_that_they_were(words: Sentence) -> None:
    change = changed_structure(5, words)
    assert type(change.value) is str
    again = said_again(change.value)
    assert again == words
    assert again.template == words.template
    assert all(str(words.values[name]) == value for name, value in again.values.items())


@pytest.mark.parametrize("module", [changes, freezing])
def test_every_template_of_a_log_is_found_again(module: ModuleType) -> None:
    """But for those that plots say of a change, which no log holds."""
    shown = {"in_words", "_named", "said_again", "_title"}
    said_there = ast.parse(inspect.getsource(module)).body
    functions = [each for each in said_there if getattr(each, "name", "") not in shown]
    calls = [each for function in functions for each in ast.walk(function) if isinstance(each, ast.Call)]
    templates = [call.args[0] for call in calls if ast.unparse(call.func) == "said"]
    assert templates
    for template in templates:
        assert isinstance(template, ast.Constant)
        words = re.sub(r"\{\w+\}", "7", str(template.value))
        assert said_again(words).template == template.value


@pytest.mark.parametrize(
    ("words", "templates"),
    [
        (
            change_in_words(*SAME["two new ones and wider"]),
            ["{was} → {now} neurons in layer {number}", "new layer {number}", "new layer {number}"],
        ),
        (frozen_in_words((1, 3, 4), 4), ["layer {number}", "layer {number}", "output"]),
    ],
)
def test_of_several_each_is_found(words: Sentence, templates: list[str]) -> None:
    again = said_again(str(words))
    assert again == words
    assert [part.template for part in again.values.values() if isinstance(part, Sentence)] == templates


@pytest.mark.parametrize("words", ["", "64 layers {number}, twice", ", ", "branched from run x", "new layer"])
def test_words_of_another_version_stand_for_themselves(words: str) -> None:
    assert said_again(words) == words


@pytest.mark.parametrize(
    ("change", "words", "template"),
    [
        (Change(1, "rate", 0.5), "rate 0.5", "rate {value}"),
        (Change(1, "smoothness", 2.0), "smoothness 2", "{setting} {value}"),
        (Change(1, "frozen", "layer 1, output"), "frozen: layer 1, output", "frozen: {layers}"),
        (Change(1, "schedule", "cosine(epochs=5, floor=0.0)"), "Cosine rate", "{schedule} rate"),
        (Change(1, "cost", "of another package"), "cost of another package", "cost {cost}"),
    ],
)
def test_a_change_in_words(change: Change, words: str, template: str) -> None:
    sentence = in_words(change, "{:g}".format)
    assert (sentence, sentence.template) == (words, template)
