"""Edits that change several fields leave an experiment that can be trained."""

import pytest
from msgspec.structs import replace
from PIL import Image

from cadl_desktop.data.pictures.cropping import image_to_png
from cadl_desktop.experiment import Experiment, check, preset, preset_names
from cadl_desktop.experiment.catalog import entries, part
from cadl_desktop.experiment.edits import (
    part_of_kind,
    suggested_layer,
    title_of,
    with_dataset,
    with_layer_added,
    with_layer_changed,
    with_layer_duplicated,
    with_layer_moved,
    with_layer_removed,
    with_opened_data,
    with_preset,
)
from cadl_desktop.experiment.methods.following import follow_all
from cadl_desktop.experiment.shapes import parameter_count, with_frozen

CURVE, PICTURE = part("dataset", "sine"), part("dataset", "picture", source="cat")


def redesigned(experiment: Experiment) -> Experiment:
    """Returns the experiment with a network that no preset has."""
    return with_layer_changed(experiment, 0, experiment.layers[0].has(units=17))


@pytest.mark.parametrize("name", preset_names())
@pytest.mark.parametrize("data", [CURVE, PICTURE], ids=["curve", "picture"])
def test_any_preset_stays_trainable_with_any_dataset(name: str, data: object) -> None:
    chosen = with_dataset(preset(name), data)
    assert check(chosen) == []
    assert chosen.data == data


def test_the_same_kind_of_data_changes_nothing_else() -> None:
    painting = redesigned(preset("lecture-painting"))
    assert with_dataset(painting, PICTURE) == replace(painting, data=PICTURE)


def test_an_unchanged_preset_is_replaced_by_the_other_default() -> None:
    painting = with_dataset(replace(preset("lecture-tanh"), seed=9, validation=0.2), PICTURE)
    assert painting == replace(preset("lecture-painting"), data=PICTURE, seed=9, validation=0.2)


def test_a_linear_network_is_replaced_by_the_default() -> None:
    line = replace(preset("lecture-100-neurons"), name="Mine")
    line = with_layer_changed(line, 0, line.layers[0].has(units=3))
    painting = with_dataset(line, PICTURE)
    assert painting.layers == preset("lecture-painting").layers
    assert painting.name == "Mine"


def test_an_own_network_is_kept_and_can_paint() -> None:
    mine = redesigned(preset("lecture-tanh"))
    painting = with_dataset(mine, PICTURE)
    assert painting.layers == mine.layers
    assert painting.output.kind == "dense"
    assert painting.optimizer.kind == "adam"
    assert (painting.input_scaling, painting.cost) == ("standardised", "l1-sum")
    assert check(painting) == []


def test_an_own_painting_network_is_kept_for_a_curve() -> None:
    mine = redesigned(preset("lecture-painting"))
    mine = replace(mine, optimizer=mine.optimizer.has(rate=0.005))
    curve = with_dataset(mine, CURVE)
    assert (curve.layers, curve.output, curve.optimizer) == (mine.layers, mine.output, mine.optimizer)
    assert check(curve) == []


def test_layers_are_added_moved_changed_and_removed() -> None:
    experiment = preset("lecture-tanh")
    first, added = experiment.layers[0], part("layer", "sum")
    two = with_layer_added(experiment, 1, added)
    assert two.layers == (first, added)
    assert with_layer_moved(two, 0, 1).layers == (added, first)
    assert with_layer_moved(two, 1, 0).layers == (added, first)
    assert with_layer_changed(two, 1, first).layers == (first, first)
    assert with_layer_removed(two, 0).layers == (added,)
    assert experiment.layers == (first,)


def test_a_duplicate_of_a_frozen_layer_learns() -> None:
    experiment = with_frozen(redesigned(preset("lecture-painting")), (1,))
    layers = with_layer_duplicated(experiment, 0).layers
    assert layers[0] == experiment.layers[0]
    assert layers[1] == layers[0].has(frozen=False)
    assert layers[2:] == experiment.layers[1:]
    assert suggested_layer(experiment, 1) == layers[1]


def test_a_new_layer_is_like_its_neighbour() -> None:
    experiment = redesigned(preset("lecture-painting"))
    assert suggested_layer(experiment, 1)["units"] == 17
    assert suggested_layer(experiment, 6)["units"] == 64
    assert suggested_layer(replace(experiment, layers=()), 0)["units"] == 64
    assert suggested_layer(preset("lecture-line"), 0)["activation"] == "tanh"


def test_another_kind_keeps_changed_settings_and_resets_defaults() -> None:
    descent = part("optimizer", "gradient descent")
    assert part_of_kind("optimizer", descent, "adam") == part("optimizer", "adam")
    assert part_of_kind("optimizer", descent.has(rate=0.3), "adam")["rate"] == 0.3
    assert part_of_kind("layer", part("layer", "dense"), "sum").settings == ()


@pytest.mark.parametrize("kind", entries("optimizer"))
def test_every_optimizer_can_be_chosen(kind: str) -> None:
    experiment = preset("lecture-tanh")
    optimizer = part_of_kind("optimizer", experiment.optimizer, kind)
    assert check(replace(experiment, optimizer=optimizer)) == []


def test_own_points_are_scaled_and_nothing_else_of_a_curve_changes() -> None:
    line = preset("lecture-line")
    points = part("dataset", "points", points=b"points")
    taken = with_dataset(line, points)

    assert (line.input_scaling, line.target_scaling) == ("none", "none")
    assert taken == replace(line, data=points, input_scaling="standardised", target_scaling="standardised")
    unscaled = replace(taken, input_scaling="none")
    assert with_dataset(unscaled, points.has(points=b"others")).input_scaling == "none"
    assert with_dataset(preset("lecture-painting"), points).input_scaling == "standardised"
    assert with_dataset(preset("lecture-painting"), points).layers == preset("lecture-tanh").layers
    assert with_dataset(line, part("dataset", "function")) == replace(line, data=part("dataset", "function"))


IMAGE = image_to_png(Image.new("RGB", (128, 128)))
OWN_PICTURE = part("dataset", "picture", source="own", image=IMAGE, longest=64)
OWN_POINTS = part("dataset", "points", points=b"points")


EXAMPLES = [
    "lecture-painting",
    "karpathy-painting",
    "siren-painting",
    "inpainting",
    "lecture-tanh",
    "own-curve",
]


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_own_picture_gets_its_method_where_no_network_was_designed(name: str) -> None:
    opened = replace(preset(name), seed=7, stop=replace(preset(name).stop, epochs=20))
    painting = with_opened_data(opened, OWN_PICTURE)

    assert painting == follow_all(replace(preset("learned-painting"), data=OWN_PICTURE, seed=7))
    assert parameter_count(painting) <= 0.1 * 64 * 64 * 3


def test_the_title_of_own_points_is_the_name_until_a_person_gives_one() -> None:
    opened = with_opened_data(preset("lecture-painting"), OWN_POINTS, "weather")
    assert (opened.method, opened.name, opened.note) == ("own-curve", "weather", "Points of weather.")
    assert with_preset(opened, "lecture-tanh").name == "weather"
    others = OWN_POINTS.has(points=b"others")
    assert with_opened_data(opened, others, "tides").name == "tides"
    assert with_opened_data(replace(opened, name="Mine"), others, "tides").name == "Mine"
    painting = with_opened_data(opened, preset("lecture-painting").data)
    assert painting.name == preset("learned-painting").name


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("Any picture", "What your own pictures are painted with; the method follows the picture."),
        ("Exact copy", "Knows every pixel by heart: the network is about as large as the picture."),
    ],
)
def test_a_name_that_a_preset_had_before_goes_with_its_method(name: str, note: str) -> None:
    saved = replace(preset("own-painting"), name=name, note=note)
    assert with_preset(saved, "siren-painting").name == preset("siren-painting").name
    assert with_preset(replace(saved, name="Mine"), "siren-painting").name == "Mine"


def test_own_points_get_their_method_too() -> None:
    for name in ("lecture-tanh", "lecture-painting", "sharp-painting", "homework-many-pictures"):
        assert with_opened_data(preset(name), OWN_POINTS).method == "own-curve"


def test_a_designed_network_is_kept_for_an_own_picture() -> None:
    designed = redesigned(preset("lecture-painting"))
    assert with_opened_data(designed, OWN_PICTURE) == with_dataset(designed, OWN_PICTURE)
    curve = redesigned(preset("lecture-tanh"))
    assert with_opened_data(curve, OWN_PICTURE) == with_dataset(curve, OWN_PICTURE)


def test_an_exact_copy_and_a_changed_method_are_kept_for_an_own_picture() -> None:
    exact = preset("own-painting")
    assert with_opened_data(exact, OWN_PICTURE) == follow_all(replace(exact, data=OWN_PICTURE))
    siren = redesigned(preset("siren-painting"))
    assert with_opened_data(siren, OWN_PICTURE) == with_dataset(siren, OWN_PICTURE)


def test_another_own_picture_or_another_crop_changes_no_network() -> None:
    painting = with_preset(replace(preset("own-painting"), data=OWN_PICTURE), "lecture-painting")
    assert painting == replace(preset("lecture-painting"), data=OWN_PICTURE)
    cut = OWN_PICTURE.has(image=image_to_png(Image.new("RGB", (40, 40))), longest=32)
    assert with_opened_data(painting, cut) == replace(painting, data=cut)


def test_many_own_pictures_have_no_method_of_their_own() -> None:
    sheet = part("dataset", "pictures", source="own", image=b"sheet")
    assert with_opened_data(preset("lecture-painting"), sheet) == with_dataset(
        preset("lecture-painting"), sheet
    )


@pytest.mark.parametrize("name", ["sharp-painting", "siren-painting", "homework-painting"])
def test_a_preset_is_applied_to_other_data(name: str) -> None:
    data = part("dataset", "picture", source="cat", longest=256)
    done = with_preset(replace(preset("lecture-painting"), data=data, seed=4), name)

    assert (done.data, done.seed, done.layers) == (data, 4, preset(name).layers)
    assert done.name == preset(name).name
    if name == "sharp-painting":
        assert done.encoding["finest"] == 256


def test_an_experiment_is_called_by_its_name_else_by_what_it_learns() -> None:
    painting, curve = preset("lecture-painting"), preset("lecture-tanh")
    assert title_of(replace(painting, data=painting.data.has(source="coffee"))) == "coffee"
    assert title_of(replace(painting, name="Study in blue")) == "Study in blue"
    assert title_of(preset("homework-many-pictures")) == "faces"
    function = part("dataset", "function", expression="2*x + 1")
    assert title_of(replace(curve, data=function)) == "2*x + 1"
    assert title_of(curve) == "10 tanh neurons"
    assert title_of(with_opened_data(curve, part("dataset", "points"), "weather")) == "weather"
