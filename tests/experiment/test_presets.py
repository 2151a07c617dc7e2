"""Presets equal the lecture's and the homework's experiments, number by number."""

import msgspec
import pytest

from cadl_desktop.experiment import Experiment, Part, Stop, check, preset, preset_names
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.presets import (
    DEFAULT_CURVE,
    DEFAULT_PAINTING,
    LEARN_IT,
    PAINTERS,
    experiment_as_plain,
    group_title,
    preset_groups,
)
from cadl_desktop.resources import resource

SINE = part("dataset", "sine", observations=1000, low=-3.0, high=3.0, noise=0.5)
AS_IT_IS = part("encoding", "none")
SUM = part("output", "sum")


def dense(units: int, activation: str, initialiser: str, **settings: float) -> Part:
    return part("layer", "dense", units=units, activation=activation, initialiser=initialiser, **settings)


def linear(initialiser: str = "normal", **settings: float) -> Part:
    return part("output", "dense", activation="linear", initialiser=initialiser, **settings)


def descent(rate: float) -> Part:
    return part("optimizer", "gradient descent", rate=rate)


ADAM = part("optimizer", "adam", rate=0.001, beta1=0.9, beta2=0.999)


def curve(**settings: object) -> Experiment:
    """Uses the lecture's defaults: 100 iterations, batch 200, rate 0.02, gradient descent, L1."""
    defaults = {
        "data": SINE,
        "encoding": AS_IT_IS,
        "output": SUM,
        "cost": "l1",
        "optimizer": descent(0.02),
        "batch_size": 200,
        "stop": Stop(epochs=100),
    }
    return Experiment(**(defaults | settings))


def painting(**settings: object) -> Experiment:
    return Experiment(encoding=AS_IT_IS, **settings)


def astronaut(longest: int) -> Part:
    return part("dataset", "picture", source="astronaut", longest=longest)


POLYNOMIAL_OUTPUT = linear(spread=0.1, bias_start=0.0, bias_spread=1.0)
LINE = {
    "output": linear(spread=0.1, bias_start=1.0),
    "optimizer": descent(0.01),
    "batch_size": 1000,
}
EXPECTED = {
    "lecture-line": curve(**LINE, stop=Stop(epochs=500, change_below=1e-6)),
    "lecture-minibatch": curve(**LINE, stop=Stop(epochs=500)),
    "lecture-100-neurons": curve(layers=(dense(100, "linear", "normal", spread=0.1),)),
    "lecture-polynomial-1": curve(
        encoding=part("encoding", "polynomial", degree=1), output=POLYNOMIAL_OUTPUT
    ),
    "lecture-polynomial-3": curve(
        encoding=part("encoding", "polynomial", degree=3), output=POLYNOMIAL_OUTPUT
    ),
    "lecture-polynomial-4": curve(
        encoding=part("encoding", "polynomial", degree=4), output=POLYNOMIAL_OUTPUT
    ),
    "lecture-tanh": curve(layers=(dense(10, "tanh", "normal", spread=1.0),)),
    "lecture-painting": painting(
        data=astronaut(64),
        input_scaling="standardised",
        target_scaling="none",
        layers=(dense(64, "relu", "normal", spread=0.1),) * 6,
        output=linear(spread=0.1),
        cost="l1-sum",
        optimizer=ADAM,
        batch_size=50,
        stop=Stop(epochs=500),
    ),
    "homework-painting": painting(
        data=astronaut(100),
        input_scaling="standardised",
        target_scaling="unit",
        layers=(dense(20, "relu", "xavier"),) * 6,
        output=linear("xavier"),
        cost="l1-sum",
        optimizer=ADAM,
        batch_size=100,
        stop=Stop(epochs=1000),
    ),
    "homework-many-pictures": painting(
        data=part("dataset", "pictures", source="faces", count=100, longest=25, identity="number"),
        input_scaling="standardised per column",
        target_scaling="signed",
        layers=(dense(30, "relu", "xavier"),) * 10,
        output=part("output", "dense", activation="tanh", initialiser="xavier"),
        cost="l2-sum",
        optimizer=part("optimizer", "adam", rate=0.0001, beta1=0.9, beta2=0.999),
        batch_size=200,
        stop=Stop(epochs=1000),
    ),
    "karpathy-painting": painting(
        data=astronaut(200),
        input_scaling="centred",
        target_scaling="unit",
        layers=(dense(20, "relu", "he", bias_start=0.1),) * 7,
        output=linear("he", bias_start=0.1),
        cost="l2-sum",
        optimizer=part("optimizer", "momentum", rate=0.01, momentum=0.9),
        batch_size=5,
        stop=Stop(epochs=100),
    ),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_the_numbers_are_the_lectures(name: str) -> None:
    shipped = preset(name)

    assert msgspec.structs.replace(shipped, name="Untitled", note="") == EXPECTED[name]


@pytest.mark.parametrize("name", preset_names())
def test_presets_can_be_trained_and_have_name_and_note(name: str) -> None:
    shipped = preset(name)

    assert check(shipped) == []
    assert shipped.name != "Untitled"
    assert shipped.note.endswith(".")


@pytest.mark.parametrize("name", preset_names())
def test_preset_files_contain_every_setting(name: str) -> None:
    """No preset depends on defaults of the catalog."""
    written = msgspec.json.decode(resource("presets", f"{name}.json").read_bytes())

    assert written == experiment_as_plain(preset(name))


def test_every_preset_file_is_listed_in_the_order() -> None:
    files = {path.stem for path in resource("presets").glob("*.json")}

    assert set(preset_names()) == files - {"order"}
    assert len(set(preset_names())) == len(preset_names())
    assert {DEFAULT_CURVE, DEFAULT_PAINTING} <= files


def test_groups_begin_with_learning_and_end_with_the_course() -> None:
    titles = [group.title for group in preset_groups()]
    assert titles == [LEARN_IT, PAINTERS, "Copy it exactly", "Fill in", "From the course"]
    assert preset_groups()[0].presets[0] == "learned-painting"
    course = [name for name in preset_names() if name.startswith(("lecture-", "homework-", "karpathy-"))]
    assert list(preset_groups()[-1].presets) == course
    assert group_title("sharp-painting") == "Copy it exactly"
    assert group_title("nothing") == ""


@pytest.mark.parametrize("name", ["order", "nothing", "../presets/lecture-line"])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(KeyError, match=name.split("/")[-1]):
        preset(name)
