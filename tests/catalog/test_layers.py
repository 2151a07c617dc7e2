"""Script code of every layer and output in the catalog, whoever registered it."""

from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.engine import initial_weights
from cadl_desktop.engine.device import tf
from cadl_desktop.engine.network.forward_pass import activations
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.catalog import Category, entries, part
from cadl_desktop.export.script.network_cells import column_snippets
from cadl_desktop.runs.network_weights import by_column, weight_names

EVERY: list[tuple[Category, str]] = [
    *(("layer", kind) for kind in entries("layer")),
    *(("output", kind) for kind in entries("output")),
]


def with_this(category: Category, kind: str) -> tuple[Experiment, int]:
    """Returns a network with this layer or output after a layer of 6 neurons, and the index of its column."""
    known = preset("lecture-tanh")
    first = part("layer", "dense", units=6, initialiser="xavier", bias_spread=0.3)
    own = part(category, kind)
    if category == "output":
        return replace(known, layers=(first,), output=own), 2
    return replace(known, layers=(first, own)), 2


@pytest.mark.parametrize(("category", "kind"), EVERY)
def test_script_code_draws_and_computes_the_same(category: Category, kind: str) -> None:
    experiment, place = with_this(category, kind)
    weights, inputs = initial_weights(experiment), tf.constant(np.linspace(-1, 1, 30)[:, None], tf.float32)
    made = activations(experiment, weights, inputs)
    words = column_snippets(experiment)[place]
    ours = by_column(experiment, weights)[place]
    script: dict[str, Any] = {"np": np, "tf": tf, "SEED": experiment.seed, "step": None}
    script["random"] = np.random.default_rng([experiment.seed, 0, place - 1])
    drawn = [np.float32(eval(start, script)) for start in words.starts]
    for one, other in zip(drawn, ours, strict=True):
        np.testing.assert_array_equal(one, other)
    names = by_column(experiment, weight_names(experiment))[place]
    script |= dict(zip(names, drawn, strict=True)) | {"encoded": made[0], "h": made[place - 1]}
    exec(words.code, script)
    np.testing.assert_allclose(script["h"], made[place], rtol=1e-6, atol=1e-6)
