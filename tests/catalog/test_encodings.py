"""Every encoding of the catalog keeps to its entry, trained, in exported networks and in scripts."""

from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.data.samples import samples_of
from cadl_desktop.engine import initial_weights, predict, training_samples
from cadl_desktop.engine.device import tf
from cadl_desktop.engine.network.forward_pass import encode
from cadl_desktop.experiment import Experiment, check, preset
from cadl_desktop.experiment.catalog import entries, entry, part
from cadl_desktop.experiment.shapes import column_shapes, learned_weights, widths
from cadl_desktop.export.exports import export
from cadl_desktop.export.script.network_cells import column_snippets
from tests.engine.runs import small_painting
from tests.export.networks import many, untrained, with_weights_that_matter

DATA = ("curve", "picture", "pictures")
FORMS = {kind: part("encoding", kind) for kind in entries("encoding")} | {
    "cubic grid": part("encoding", "hash grid", interpolation="cubic"),
    "wide grid": part("encoding", "hash grid", coarsest=3, finest=50, aspect=0.6),
    "high, hashed, cubic grid": part("encoding", "hash grid", interpolation="cubic", aspect=2.5, table=500),
}
EVERY = list(product(FORMS, DATA))


def experiment_with(kind: str, data: str) -> Experiment:
    """Returns an experiment with one input, two inputs, or two and a learned vector for the picture."""
    changes = {"encoding": FORMS[kind], "input_scaling": "centred"}
    if data == "curve":
        return replace(preset("lecture-tanh"), **changes)
    return small_painting(**changes) if data == "picture" else many("embedding", **changes)


@pytest.mark.parametrize(("kind", "data"), EVERY)
def test_declared_shapes_are_those_of_weights_and_outputs(kind: str, data: str) -> None:
    experiment = experiment_with(kind, data)
    assert check(experiment) == []
    weights, shapes = initial_weights(experiment), column_shapes(experiment)[0]
    assert [array.shape for array in weights[: len(shapes)]] == shapes
    assert [weight.shape for weight in learned_weights(experiment)] == [array.shape for array in weights]
    assert training_samples(experiment)[0].shape[1] == widths(experiment)[0]
    declared = entry("encoding", FORMS[kind].kind).kinds
    assert len(declared) in (0, len(shapes))


@pytest.mark.parametrize(("kind", "data"), EVERY)
def test_script_code_encodes_and_draws_the_same(kind: str, data: str) -> None:
    experiment = experiment_with(kind, data)
    words, count = column_snippets(experiment)[0], len(column_shapes(experiment)[0])
    script: dict[str, Any] = {"np": np, "tf": tf}
    modules = ("functools", "itertools", "math", "operator")
    script |= {name: import_module(name) for name in modules}
    exec(words.code, script)
    script["random"] = np.random.default_rng([experiment.seed, 3])
    drawn = [np.float32(eval(start, script)) for start in words.starts]
    ours = initial_weights(experiment)
    for one, other in zip(drawn, ours[:count], strict=True):
        np.testing.assert_array_equal(one, other)
    single = experiment_with(kind, "picture" if data == "pictures" else data)
    inputs = np.random.default_rng(1).uniform(-0.5, 0.5, (20, 1 if data == "curve" else 2))
    places = tf.constant(inputs, tf.float32)
    theirs = script["encode"](places, *drawn) if words.code else places
    np.testing.assert_allclose(theirs, encode(single, drawn, places), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("kind", "data"), EVERY)
def test_an_exported_network_encodes_the_same(kind: str, data: str, tmp_path: Path) -> None:
    model, inputs, ours = exported(kind, data, tmp_path)
    assert_close(model(inputs), ours)


def test_an_exported_network_predicts_in_batches(tmp_path: Path) -> None:
    """Tests a small network only, as Keras compiles `predict`, which takes ten times as long as a call."""
    model, inputs, ours = exported("hash grid", "curve", tmp_path)
    assert_close(model.predict(inputs, batch_size=7, verbose=0), ours)


def exported(kind: str, data: str, folder: Path) -> tuple[Any, Any, Any]:
    """Returns the network as Keras loads it, inputs, and the engine's outputs for them."""
    experiment = experiment_with(kind, data)
    trained = with_weights_that_matter(untrained(experiment))
    export("weights", folder / "network.keras", trained)
    inputs = samples_of(experiment.data).inputs[::3]
    ours = predict(experiment, trained.state.weights, inputs)
    return keras.saving.load_model(folder / "network.keras"), inputs, ours


def assert_close(theirs: Any, ours: Any) -> None:
    np.testing.assert_allclose(theirs, ours, rtol=1e-3, atol=2e-3 * max(1.0, np.abs(ours).max()))
