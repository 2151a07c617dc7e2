"""The experiment as frozen data, its JSON form, the catalog behind it, and the imports of lower layers."""

import pkgutil
import subprocess
import sys
from itertools import pairwise
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cadl_desktop
from cadl_desktop.data.curves.curve_datasets import encode_points
from cadl_desktop.data.samples import samples_of
from cadl_desktop.experiment import Experiment, Part, Stop, check, preset, preset_names
from cadl_desktop.experiment.catalog import Category, Entry, Parameter, entries, entry, part, register
from cadl_desktop.experiment.model import data_differ_only_in_hiding, learned_data, structure_of
from cadl_desktop.experiment.presets import experiment_as_plain, experiment_from
from cadl_desktop.experiment.setting_descriptions import describe_settings
from cadl_desktop.experiment.shapes import is_painting, parameter_count, weight_shapes, widths
from cadl_desktop.runs.carry_over import keeps_cost

CATEGORIES: tuple[Category, ...] = get_args(Category)
EVERY_ENTRY = [(category, kind) for category in CATEGORIES for kind in entries(category)]


def values_of(parameter: Parameter) -> st.SearchStrategy[Any]:
    """Returns any value that a form could give this parameter, except pictures, masks and points."""
    low, high = parameter.minimum, parameter.maximum
    match parameter.kind:
        case "int":
            assert low is not None
            assert high is not None
            return st.integers(int(low), int(high))
        case "float":
            return st.floats(low, high)
        case "bool":
            return st.booleans()
        case "choice":
            return st.sampled_from(parameter.choice_names())
        case "text":
            return st.text(max_size=None if parameter.maximum is None else int(parameter.maximum))
        case "picture" | "mask" | "points":
            return st.just(b"")


def parts_of(category: Category) -> st.SearchStrategy[Part]:
    return st.sampled_from(list(entries(category).values())).flatmap(
        lambda known: st.fixed_dictionaries(
            {parameter.name: values_of(parameter) for parameter in known.parameters}
        ).map(lambda chosen: known.part(**chosen))
    )


EXPERIMENTS = st.builds(
    Experiment,
    name=st.text(max_size=20),
    note=st.text(max_size=20),
    seed=st.integers(0, 2**31 - 1),
    data=parts_of("dataset"),
    validation=st.floats(0.01, 0.9),  # patience needs some
    input_scaling=st.sampled_from(list(entries("input_scaling"))),
    target_scaling=st.sampled_from(list(entries("target_scaling"))),
    encoding=parts_of("encoding"),
    layers=st.lists(parts_of("layer"), max_size=4).map(tuple),
    output=parts_of("output"),
    cost=st.sampled_from(list(entries("cost"))),
    optimizer=parts_of("optimizer"),
    batch_size=st.integers(1, 1_000_000),
    stop=st.builds(
        Stop,
        epochs=st.none() | st.integers(1, 10**9),
        seconds=st.none() | st.floats(0.001, 1e9),
        change_below=st.none() | st.floats(0, 1e9),
        patience=st.none() | st.integers(1, 10**9),
        keep_best=st.booleans(),
    ),
)


@settings(max_examples=200, deadline=None)
@given(EXPERIMENTS)
def test_every_experiment_survives_json(experiment: Experiment) -> None:
    text = msgspec.json.encode(experiment_as_plain(experiment))

    assert experiment_from(msgspec.json.decode(text)) == experiment


@settings(max_examples=100, deadline=None)
@given(EXPERIMENTS)
def test_settings_within_the_limits_of_forms_are_valid(experiment: Experiment) -> None:
    # Problems of several settings together, and of texts with a grammar, are allowed.
    combined = ("image", "high", "keep", "expression", "points", "x_counts", "y_counts")
    whole = {"layers", "output.kind", *(f"data.{name}" for name in combined)}

    assert {problem.field for problem in check(experiment)} <= whole


@settings(max_examples=100, deadline=None)
@given(EXPERIMENTS)
def test_weights_connect_one_width_to_the_next(experiment: Experiment) -> None:
    columns, shapes = widths(experiment), weight_shapes(experiment)

    assert len(columns) == len(shapes) == len(experiment.layers) + 2
    for (before, after), layer in zip(pairwise(columns), shapes[1:], strict=True):
        assert layer in ([], [(before, after)], [(before, after), (after,)], [(after,), (after,)])
    assert is_painting(experiment) == (experiment.data.kind in ("picture", "pictures"))


def test_a_picture_stays_bytes_and_an_empty_one_is_left_out() -> None:
    painting = preset("lecture-painting")
    own = msgspec.structs.replace(painting, data=painting.data.has(source="own", image=b"\x89PNG"))

    assert "image" not in experiment_as_plain(painting)["data"]
    assert experiment_as_plain(own)["data"]["image"] == b"\x89PNG"
    assert experiment_from(experiment_as_plain(own)) == own


def test_missing_settings_take_the_catalogs_default_and_their_order_does_not_matter() -> None:
    plain = experiment_as_plain(preset("lecture-tanh"))
    shuffled = plain | {"data": dict(reversed(plain["data"].items()))}
    shuffled["layers"] = [{"units": 10, "kind": "dense", "spread": 1.0, "activation": "tanh"}]

    assert experiment_from(shuffled) == experiment_from(plain)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"batch_size": "many"}, r"\$\.batch_size"),
        ({"stop": {"epoch": 3}}, r"\$\.stop"),
        ({"colour": 3}, "colour"),
        ({"data": 5}, r"\$\.data"),
        ({"data": {"observations": 3}}, r"\$\.data\.kind"),
        ({"data": {"kind": ["sine"]}}, r"\$\.data\.kind"),
        ({"layers": 5}, r"\$\.layers"),
        ({"layers": [5]}, r"\$\.layers\[0\]"),
    ],
)
def test_invalid_experiment_data_are_refused_by_name(change: dict[str, Any], named: str) -> None:
    plain = experiment_as_plain(preset("lecture-line")) | change

    with pytest.raises(msgspec.ValidationError, match=named):
        experiment_from(plain)


def test_an_unknown_setting_of_any_name_is_left_to_check() -> None:
    plain = experiment_as_plain(preset("lecture-line"))
    plain["data"] |= {"self": 1}

    assert [problem.field for problem in check(experiment_from(plain))] == ["data.self"]


def test_a_missing_part_is_refused_by_name() -> None:
    plain = experiment_as_plain(preset("lecture-line"))
    del plain["optimizer"]

    with pytest.raises(msgspec.ValidationError, match="optimizer"):
        experiment_from(plain)


def test_parts_are_changed_by_copying() -> None:
    sine = part("dataset", "sine")
    other = sine.has(noise=0.0)

    assert (sine["noise"], other["noise"]) == (0.5, 0.0)
    assert other.has(noise=0.5) == sine
    assert hash(other.has(noise=0.5)) == hash(sine)
    with pytest.raises(KeyError, match="colour"):
        sine["colour"]
    with pytest.raises(AttributeError):
        sine.kind = "picture"


def test_live_settings_do_not_change_the_structure() -> None:
    line = preset("lecture-line")
    live = msgspec.structs.replace(
        line,
        name="x",
        note="y",
        batch_size=7,
        stop=Stop(),
        optimizer=line.optimizer.has(rate=0.5),
        cost="l2",
        l1=0.1,
        l2=0.2,
        smoothness=0.3,
        bending=0.4,
        coherence=0.5,
        example=0.6,
        schedule=part("schedule", "cosine"),
    )

    assert structure_of(live) == structure_of(line)
    for change in ({"seed": 2}, {"validation": 0.1}, {"layers": (part("layer", "sum"),)}):
        assert structure_of(msgspec.structs.replace(line, **change)) != structure_of(line)


@pytest.mark.parametrize(("category", "kind"), EVERY_ENTRY)
def test_every_entry_has_title_and_help(category: Category, kind: str) -> None:
    known = entry(category, kind)

    assert known.kind == kind
    assert known.title
    assert known.help.endswith(".")
    for parameter in known.parameters:
        assert parameter.title
        assert parameter.help.endswith(".")
        assert known.parameter(parameter.name) is parameter
        assert (parameter.minimum is not None) == (parameter.kind in ("int", "float"))
        assert bool(parameter.choice_names()) == (parameter.kind == "choice")
    with pytest.raises(KeyError):
        known.parameter("colour")


@pytest.mark.parametrize("category", ["dataset", "input_scaling", "target_scaling"])
def test_entries_without_tensorflow_can_be_loaded(category: Category) -> None:
    for known in entries(category).values():
        assert callable(known.load())


@pytest.mark.parametrize("kind", entries("dataset"))
def test_datasets_give_as_many_columns_as_they_say(kind: str) -> None:
    own = {"points": encode_points([(0, 1), (1, 2)])} if kind == "points" else {}
    samples = samples_of(part("dataset", kind, **own))

    assert (samples.inputs.shape[1], samples.targets.shape[1]) == entry("dataset", kind).columns
    assert len(samples.inputs) == len(samples.targets)
    assert samples.low.shape == samples.high.shape == samples.inputs.shape[1:]


def test_duplicate_and_unknown_entries_are_refused() -> None:
    with pytest.raises(ValueError, match="already has a cost named 'l1'"):
        register("cost", Entry("l1", "L1", "Another.", "nowhere:nothing"))
    with pytest.raises(KeyError, match="l3"):
        entry("cost", "l3")


def test_the_lectures_painting_network_has_its_weights() -> None:
    painting = preset("lecture-painting")

    assert widths(painting) == [2, 64, 64, 64, 64, 64, 64, 3]
    assert weight_shapes(painting)[:2] == [[], [(2, 64), (64,)]]
    assert parameter_count(painting) == (2 * 64 + 64) + 5 * (64 * 64 + 64) + (64 * 3 + 3)


def _modules(*packages: str) -> list[str]:
    return [
        module.name
        for package in packages
        for root in cadl_desktop.__path__
        for module in pkgutil.walk_packages([f"{root}/{package}"], f"cadl_desktop.{package}.")
    ]


LOWER_LAYERS = "storage", "experiment", "data", "runs", "project", "weights_in", "decoding", "sweeps"


def test_lower_layers_import_neither_qt_nor_tensorflow() -> None:
    """Imports these layers in a fresh process and makes the samples of every preset."""
    program = f"""
import importlib, sys
for name in {_modules(*LOWER_LAYERS)}:
    importlib.import_module(name)
from cadl_desktop.data.samples import samples_of
from cadl_desktop.experiment import check, preset
for name in {preset_names()}:
    assert check(preset(name)) == []
    samples_of(preset(name).data)
heavy = {{name.split(".")[0] for name in sys.modules}} & {{"PySide6", "pyqtgraph", "tensorflow", "keras"}}
sys.exit(f"brought along: {{heavy}}" if heavy else 0)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=120
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_names_of_columns_change_nothing_that_is_learned() -> None:
    own = preset("own-curve")
    bare = msgspec.structs.replace(
        own, data=part("dataset", "points", points=encode_points([(0, 1), (1, 3)]))
    )
    named = msgspec.structs.replace(bare, data=bare.data.has(x_name="Time [s]", y_name="Height [m]"))
    assert structure_of(bare) == structure_of(named)
    assert keeps_cost(bare, named)
    assert not data_differ_only_in_hiding(bare.data, named.data)
    assert describe_settings(bare) == describe_settings(named)
    assert learned_data(named.data) == learned_data(bare.data)
    assert experiment_from(experiment_as_plain(named)) == named
    assert not {"x_name", "y_name"} & experiment_as_plain(bare)["data"].keys()
