"""Runs are named by the settings in which they differ."""

from typing import Any

import pytest
from msgspec.structs import replace

from cadl_desktop.experiment import Experiment, Stop, preset, preset_names
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.edits import with_layer_changed, with_layer_removed
from cadl_desktop.experiment.methods.following import followed
from cadl_desktop.experiment.setting_descriptions import (
    describe_settings,
    explicit_settings,
    have_comparable_costs,
    names_by_difference,
    number_files,
    short_names,
)

PAINTING = preset("lecture-painting")
CURVE = preset("lecture-tanh")


def layer_changed(index: int, **settings: Any) -> Experiment:
    return with_layer_changed(PAINTING, index, PAINTING.layers[index].has(**settings))


def names(*experiments: Experiment) -> list[str]:
    settings = number_files([describe_settings(each) for each in experiments])
    pairs = zip(experiments, settings, strict=True)
    return names_by_difference([explicit_settings(*pair) for pair in pairs])


@pytest.mark.parametrize(
    ("after", "name"),
    [
        (layer_changed(1, units=32, activation="tanh"), "32 units in layer 2, Tanh in layer 2"),
        (layer_changed(0, initialiser="he"), "initial weights He in layer 1"),
        (layer_changed(0, frozen=True), "frozen on in layer 1"),
        (replace(layer_changed(1, units=32), seed=7), "seed 7, 32 units in layer 2"),
        (with_layer_removed(PAINTING, 5), "5 layers"),
        (with_layer_removed(with_layer_removed(PAINTING, 5), 4), "4 layers"),
        (replace(PAINTING, optimizer=part("optimizer", "adam", rate=0.0025)), "rate 0.0025"),
        (replace(PAINTING, cost="l2"), "cost L2"),
        (replace(PAINTING, batch_size=100, validation=0.1), "batch size 100, held out 10 %"),
        (replace(PAINTING, coherence=0.5), "coherence 0.5"),
        (replace(PAINTING, stop=Stop(epochs=None, seconds=2.5)), "epochs no limit, seconds 2.5"),
        (replace(PAINTING, data=PAINTING.data.has(source="cat", longest=32)), "Cat, longest side 32"),
        (replace(PAINTING, data=PAINTING.data.has(keep=25.0)), "pixels used 25 %"),
        (replace(PAINTING, name="Other", note="other"), ""),
    ],
)
def test_each_difference_has_its_phrase(after: Experiment, name: str) -> None:
    assert names(PAINTING, after)[1] == name


def test_settings_that_do_not_matter_are_not_mentioned() -> None:
    he = layer_changed(0, initialiser="he")
    assert names(he, with_layer_changed(he, 0, he.layers[0].has(spread=3.0))) == ["", ""]


def test_settings_that_follow_are_left_out_of_names() -> None:
    own = preset("own-painting")
    smaller = followed(own, replace(own, data=own.data.has(longest=32)))
    assert smaller.encoding != own.encoding
    typed = followed(own, replace(own, batch_size=64))
    assert names(own, smaller, typed) == [
        "longest side 64",
        "longest side 32",
        "longest side 64, batch size 64",
    ]


def test_any_two_presets_have_names_of_their_own() -> None:
    found = names(*map(preset, preset_names()))
    assert all(found)
    assert len(set(found)) == len(found)


def test_designs_have_short_names_independent_of_their_seeds() -> None:
    assert short_names([PAINTING, replace(PAINTING, seed=7, batch_size=100)]) == [
        "batch size 50",
        "batch size 100",
    ]
    other = replace(layer_changed(1, units=32, activation="tanh"), batch_size=100, cost="l2")
    assert short_names([PAINTING, other])[1] == "cost L2, batch size 100, 32 units in layer 2…"
    assert short_names([PAINTING, replace(PAINTING, seed=7)]) == ["", ""]


def test_methods_are_named_first() -> None:
    learned, siren = preset("learned-painting"), preset("siren-painting")
    found = names(PAINTING, *(replace(each, data=PAINTING.data) for each in (learned, siren)))
    assert [name.partition(",")[0] for name in found[1:]] == ["Learned painting", "SIREN painting"]


def test_costs_are_comparable_where_they_are_measured_alike() -> None:
    assert have_comparable_costs(PAINTING, layer_changed(0, units=3))
    assert not have_comparable_costs(PAINTING, replace(PAINTING, cost="l2"))
    assert not have_comparable_costs(PAINTING, replace(PAINTING, target_scaling="unit"))
    assert not have_comparable_costs(PAINTING, CURVE)


def with_picture(image: bytes, mask: bytes = b"") -> Experiment:
    return replace(PAINTING, data=PAINTING.data.has(source="own", image=image, mask=mask))


def test_pictures_masks_and_points_are_numbered() -> None:
    drawn = replace(CURVE, data=part("dataset", "points", points=b"some"))
    assert names(drawn, replace(drawn, data=drawn.data.has(points=b"more"))) == ["points 1", "points 2"]
    one, other, masked = with_picture(b"1"), with_picture(b"2"), with_picture(b"2", b"mask")
    assert names(one, other, one) == ["Own picture 1", "Own picture 2", "Own picture 1"]
    assert names(PAINTING, one) == ["Astronaut", "Own picture"]
    assert names(other, masked) == ["mask none", "mask 1"]
