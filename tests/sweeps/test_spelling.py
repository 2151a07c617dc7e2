"""Spelling of varied settings: as with `--set`; invalid texts are refused in one sentence."""

import pytest

from cadl_desktop.experiment import preset
from cadl_desktop.experiment.paths import PathError
from cadl_desktop.sweeps import Choices, Networks, Range, Varied, varied_of
from cadl_desktop.sweeps.plan.spelling import SpellingError

PAINTING = preset("lecture-painting")


@pytest.mark.parametrize(
    ("text", "among"),
    [
        ("optimizer.rate=0.0001..0.1", Range(0.0001, 0.1)),
        ("optimizer.rate = 1e-4 .. 1e-1 , log", Range(0.0001, 0.1, logarithmic=True)),
        ("optimizer.rate=1e-4..0.1,log,7", Range(0.0001, 0.1, logarithmic=True, steps=7)),
        ("layers.0.units=8..64,4", Range(8, 64, steps=4)),
        ("stop.epochs=10..20", Range(10, 20)),
        ("validation=10%..0.3", Range(0.1, 0.3)),
        ("validation=10..30", Range(0.1, 0.3)),
        ("layers.all.units=8..64,4", Range(8, 64, steps=4)),
        ("layers.0.activation=relu|tanh", Choices(("relu", "tanh"))),
        ("batch_size= 16 | 100 ", Choices(("16", "100"))),
        ("stop.change_below=none|1e-3", Choices(("none", "1e-3"))),
        ("optimizer.kind=adam", Choices(("adam",))),
        ("preset=lecture-painting|siren-painting", Choices(("lecture-painting", "siren-painting"))),
    ],
)
def test_valid_spellings(text: str, among: Range | Choices) -> None:
    assert varied_of(text, PAINTING) == Varied(text.partition("=")[0].strip(), among)


def test_networks_have_layers_like_the_base() -> None:
    found = varied_of("layers=64|7,9", PAINTING)
    first = PAINTING.layers[0]
    wanted = ((first.has(units=64),), (first.has(units=7), PAINTING.layers[1].has(units=9)))
    assert found == Varied("layers", Networks(wanted))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("optimizer.rate", "'optimizer.rate' is not of the form PATH=LOW..HIGH or PATH=a|b|c."),
        ("=1..2", "'=1..2' is not of the form"),
        ("l1=1..2,ln", "l1: 'ln' says nothing of a range; it can be log, or the number of steps of a grid."),
        ("cost=l1..l2", "cost: is no number; name choices as a|b|c."),
        ("layers=64|wide", "layers: 'wide' are no numbers of neurons"),
    ],
)
def test_invalid_spellings_are_refused(text: str, message: str) -> None:
    with pytest.raises(SpellingError) as refused:
        varied_of(text, PAINTING)
    assert str(refused.value).startswith(message)


def test_the_ends_of_a_range_are_values_of_the_setting() -> None:
    with pytest.raises(PathError, match=r"batch_size: '1\.5' is not a whole number\."):
        varied_of("batch_size=1.5..9", PAINTING)
    with pytest.raises(PathError, match=r"optimizer\.rat: there is no setting of this name"):
        varied_of("optimizer.rat=1..9", PAINTING)
