"""Problems of experiments: each kind is found, names its field, and says what to do."""

from typing import Any

import pytest
from msgspec.structs import replace

from cadl_desktop.experiment import Experiment, Part, Problem, Stop, check, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.shapes import with_frozen

LINE, PAINTING = preset("lecture-line"), preset("lecture-painting")
DENSE = part("layer", "dense")


def fields(experiment: Experiment) -> list[str]:
    found = check(experiment)
    for problem in found:
        assert problem.message.endswith(".")
        assert str(problem) == f"{problem.field}: {problem.message}"
    return [problem.field for problem in found]


def message(experiment: Experiment) -> str:
    (problem,) = check(experiment)
    return problem.message


@pytest.mark.parametrize(
    ("part_name", "settings", "words"),
    [
        ("data", {"observations": 1}, "1 is too small; choose 2 or more."),
        ("data", {"observations": 100_001}, "100001 is too large; choose 100000 or less."),
        ("data", {"observations": 10**400}, "is too large; choose 100000 or less."),
        ("data", {"observations": 10.0}, "10.0 is not a whole number."),
        ("data", {"observations": True}, "True is not a whole number."),
        ("data", {"seed": 2**31}, "choose 2147483647 or less."),
        ("data", {"noise": "much"}, "'much' is not a number."),
        ("data", {"noise": True}, "True is not a number."),
        ("data", {"noise": None}, "None is not a number."),
        ("data", {"noise": float("nan")}, "nan is not a finite number; choose another."),
        ("data", {"noise": float("inf")}, "inf is not a finite number; choose another."),
        ("data", {"noise": -0.1}, "-0.1 is too small; choose 0 or more."),
        ("data", {"colour": 1}, "Noisy sine has no setting of this name; remove it."),
        ("data", {"high": -3.0}, "Noisy sine must end at a larger x than it starts from (-3)."),
        ("output", {"bias": 1}, "1 is neither true nor false."),
        (
            "output",
            {"activation": "cosine"},
            "choose linear, tanh, sigmoid, relu, sine, gelu, elu, leaky relu, swish or finer.",
        ),
        ("output", {"activation": ["relu"]}, "is not known; choose"),
        ("output", {"initialiser": "zero"}, "choose normal, xavier, he, siren, zeros or finer first."),
        ("optimizer", {"rate": 0.0}, "0 is too small; choose 1e-08 or more."),
        ("optimizer", {"momentum": 0.5}, "Gradient descent has no setting of this name; remove it."),
        ("encoding", {"degree": 3}, "None has no setting of this name; remove it."),
    ],
)
def test_a_setting(part_name: str, settings: dict[str, Any], words: str) -> None:
    changed = replace(LINE, **{part_name: getattr(LINE, part_name).has(**settings)})

    assert fields(changed) == [f"{part_name}.{next(iter(settings))}"]
    assert words in message(changed)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"seed": -1}, "seed", "too small"),
        ({"seed": 2**31}, "seed", "too large"),
        ({"validation": 0.95}, "validation", "choose 90 % or less"),
        ({"validation": float("nan")}, "validation", "not a finite number"),
        ({"batch_size": 0}, "batch_size", "choose 1 or more"),
        ({"batch_size": 1_000_001}, "batch_size", "choose 1000000 or less"),
        ({"stop": Stop(epochs=0)}, "stop.epochs", "choose 1 or more"),
        ({"stop": Stop(seconds=0.0)}, "stop.seconds", "choose 0.001 or more"),
        ({"stop": Stop(change_below=-1.0)}, "stop.change_below", "choose 0 or more"),
        ({"stop": Stop(patience=0), "validation": 0.2}, "stop.patience", "choose 1 or more"),
        ({"stop": Stop(patience=5)}, "stop.patience", "set Held out"),
        ({"cost": "l3"}, "cost", "choose l1, l2, l1-sum or l2-sum"),
        ({"l1": -0.1}, "l1", "choose 0 or more"),
        ({"l2": 2000.0}, "l2", "choose 1000 or less"),
        ({"smoothness": 2000.0}, "smoothness", "choose 1000 or less"),
        ({"bending": 2000.0}, "bending", "choose 1000 or less"),
        ({"example": 1.5}, "example", "choose 1 or less"),
        ({"l2": float("nan")}, "l2", "not a finite number"),
        ({"schedule": Part("wave")}, "schedule.kind", "choose constant, cosine, step or exponential"),
        ({"schedule": part("schedule", "cosine", floor=2.0)}, "schedule.floor", "choose 100 % or less"),
        (
            {"schedule": Part("step", (("over", "epochs"), ("every", 2), ("falls", 3)))},
            "schedule.factor",
            "is missing",
        ),
        ({"input_scaling": "unit"}, "input_scaling", "'unit' is not known; choose none, standardised"),
        ({"target_scaling": "centred"}, "target_scaling", "choose none, unit, signed or standardised"),
        ({"data": Part("cosine")}, "data.kind", "'cosine' is not known; choose sine"),
        ({"encoding": Part("wave")}, "encoding.kind", "is not known"),
        ({"output": Part("wave")}, "output.kind", "choose dense or sum"),
        ({"optimizer": Part("wave")}, "optimizer.kind", "is not known"),
        (
            {"layers": (DENSE, Part("wave"))},
            "layers.1.kind",
            "choose dense, sum, dropout, layer normalisation or skip",
        ),
        ({"layers": (DENSE, DENSE.has(units=0))}, "layers.1.units", "choose 1 or more"),
        (
            {"layers": (DENSE.has(activation="elu", alpha=-5.0),)},
            "layers.0.alpha",
            "-5 is too small; choose 0.01 or more",
        ),
        ({"layers": (DENSE,) * 65}, "layers", "65 layers are too many; 64 are possible"),
        ({"layers": (DENSE.has(units=4096),) * 3}, "layers", "33,574,913 weights are too many"),
        ({"output": part("output", "sum")}, "layers", "no weight that could learn; add a dense layer"),
    ],
)
def test_a_field(change: dict[str, Any], field: str, words: str) -> None:
    changed = replace(LINE, **change)

    assert fields(changed) == [field]
    assert words in message(changed)


def test_missing_settings_are_named() -> None:
    assert fields(replace(LINE, optimizer=Part("momentum"))) == ["optimizer.rate", "optimizer.momentum"]
    assert fields(replace(LINE, data=Part("picture"))) == [
        f"data.{name}" for name in ("source", "image", "longest", "mask", "keep", "keep_seed")
    ]


def test_all_problems_are_found_at_once_and_always_in_the_same_order() -> None:
    changed = replace(
        LINE,
        batch_size=0,
        data=LINE.data.has(zebra=1, noise=-1.0, ant=1),
        layers=(DENSE.has(units=0), DENSE, DENSE.has(spread=-1.0)),
        cost="l3",
    )

    assert fields(changed) == [
        "data.ant",
        "data.zebra",
        "data.noise",
        "layers.0.units",
        "layers.2.spread",
        "cost",
        "batch_size",
    ]


def test_a_sum_cannot_give_a_colour() -> None:
    summed = replace(PAINTING, output=part("output", "sum"))

    assert check(summed) == [Problem("output.kind", "gives 1 number but a target has 3; choose Dense.")]


def test_every_stop_rule_may_be_off() -> None:
    assert check(replace(LINE, stop=Stop(epochs=None))) == []


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"source": "own"}, ["data.image"]),
        ({"source": "own", "image": b"whatever this is"}, []),  # noticed when samples are made
        ({"source": "own", "image": "/home/me/photo.png"}, ["data.image"]),
        ({"source": "mars"}, ["data.source"]),
        ({"longest": 1}, ["data.longest"]),
        ({"longest": 10_000}, ["data.longest"]),
    ],
)
def test_pictures(settings: dict[str, Any], expected: list[str]) -> None:
    assert fields(replace(PAINTING, data=PAINTING.data.has(**settings))) == expected


def test_freezing_every_layer_is_a_problem() -> None:
    last = len(PAINTING.layers) + 1
    assert check(with_frozen(PAINTING, range(1, last))) == []
    assert "unfreeze one" in message(with_frozen(PAINTING, range(1, last + 1)))


def test_a_setting_of_an_activation_no_longer_chosen_is_no_problem() -> None:
    """A form hides such settings, which nobody could correct then."""
    layer = DENSE.has(activation="elu", alpha=-5.0)
    assert check(replace(LINE, layers=(layer.has(activation="swish"),))) == []
