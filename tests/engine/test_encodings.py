"""Encodings and their gradients against small implementations in NumPy."""

from math import pi
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from numpy.polynomial import Legendre

from cadl_desktop.engine import initial_weights, training_samples
from cadl_desktop.engine.device import tf
from cadl_desktop.engine.network.forward_pass import encode
from cadl_desktop.experiment import Experiment, Part, check, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.runs.events import EpochEnded
from cadl_desktop.runs.network_weights import fourier_waves
from tests.engine.runs import epochs, finished, of_kind, run, same_bits, small_painting

RANDOM = np.random.default_rng(5)
PLACES = RANDOM.uniform(-0.5, 0.5, (40, 2)).astype(np.float32)


def encoded(encoding: Part, weights: list[Any], inputs: Any) -> Any:
    experiment = small_painting(encoding=encoding, input_scaling="centred")
    return encode(experiment, [tf.constant(array) for array in weights], tf.constant(inputs)).numpy()


def gradients(encoding: Part, weights: list[Any], inputs: Any, slope: Any) -> list[Any]:
    """Gradients of the sum of slope times output by each weight and by the inputs; compiled by XLA."""
    experiment = small_painting(encoding=encoding, input_scaling="centred")

    @tf.function(jit_compile=True)
    def compute(tensors: list[Any], at: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch([*tensors, at])
            total = tf.reduce_sum(slope * encode(experiment, tensors, at))
        return tape.gradient(total, [*tensors, at])

    found = compute([tf.constant(array) for array in weights], tf.constant(inputs))
    return [tf.convert_to_tensor(gradient).numpy() for gradient in found]


def test_orthogonal_polynomials_are_legendres() -> None:
    inputs = np.linspace(-1.7, 1.7, 50, dtype=np.float32)[:, None]
    found = encoded(part("encoding", "polynomial", degree=6, basis="orthogonal"), [], inputs)
    wanted = [Legendre.basis(n)(inputs[:, 0] / np.sqrt(3)) for n in range(7)]
    np.testing.assert_allclose(found, np.stack(wanted, 1), atol=1e-5)


def test_fourier_features() -> None:
    encoding = part("encoding", "fourier", features=16, scale=3.0, seed=2)
    waves = fourier_waves(encoding, 2)
    assert waves.std() == pytest.approx(3.0, rel=0.35)
    angles = 2 * pi * PLACES.astype(np.float64) @ waves
    found = encoded(encoding, [], PLACES)
    np.testing.assert_allclose(found, np.concatenate([np.cos(angles), np.sin(angles)], 1), atol=2e-5)
    slope = RANDOM.standard_normal(found.shape).astype(np.float32)
    (gradient,) = gradients(encoding, [], PLACES, slope)
    by_angle = -np.sin(angles) * slope[:, :16] + np.cos(angles) * slope[:, 16:]
    np.testing.assert_allclose(gradient, by_angle @ (2 * pi * waves.T), rtol=1e-3, atol=1e-2)


def test_sirens_first_layer() -> None:
    encoding = part("encoding", "siren", features=12, w0=30.0)
    experiment = small_painting(encoding=encoding, input_scaling="centred")
    matrix, bias = initial_weights(experiment)[:2]
    assert np.abs(matrix).max() <= 0.5
    angles = 30.0 * (PLACES.astype(np.float64) @ matrix + bias)
    found = encoded(encoding, [matrix, bias], PLACES)
    np.testing.assert_allclose(found, np.sin(angles), atol=2e-5)
    slope = RANDOM.standard_normal(found.shape).astype(np.float32)
    by_sum = 30.0 * np.cos(angles) * slope
    by_matrix, by_bias, _ = gradients(encoding, [matrix, bias], PLACES, slope)
    np.testing.assert_allclose(by_matrix, PLACES.T @ by_sum, rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(by_bias, by_sum.sum(0), rtol=1e-3, atol=1e-3)


def test_sine_layers_have_siren_s_initial_weights() -> None:
    layer = part("layer", "dense", units=400, activation="sine", w0=30.0, initialiser="siren")
    matrix = initial_weights(small_painting(layers=(layer, layer)))[2]
    limit = np.sqrt(6 / 400) / 30
    assert np.abs(matrix).max() <= limit
    assert matrix.std() == pytest.approx(limit / np.sqrt(3), rel=0.02)


GRIDS = {
    "in order": part("encoding", "hash grid", levels=1, features=3, coarsest=5, finest=5, table=4096),
    "hashed": part("encoding", "hash grid", levels=1, features=2, coarsest=40, finest=40, table=64),
    "levels": part("encoding", "hash grid", levels=4, features=2, coarsest=3, finest=24, table=100),
}


def grid_by_hand(encoding: Part, table: Any, inputs: Any, slope: Any) -> tuple[Any, Any]:
    """Output and gradient with respect to the table, sample by sample, corner by corner."""
    levels, features, size = encoding["levels"], encoding["features"], encoding["table"]
    growth = (encoding["finest"] / encoding["coarsest"]) ** (1 / max(levels - 1, 1))
    out, gradient = np.zeros((len(inputs), levels * features)), np.zeros(table.shape)
    first = 0
    for level in range(levels):
        cells = int(encoding["coarsest"] * growth**level + 1e-6)
        knots = cells**2
        columns = slice(level * features, (level + 1) * features)
        places = (inputs + np.float32(0.5)) * np.float32(cells) - np.float32(0.5)
        for sample, (x, y) in enumerate(np.clip(places, 0, cells - 1)):
            left, low = int(x), int(y)
            for dx in (0, 1):
                for dy in (0, 1):
                    i, j = min(left + dx, cells - 1), min(low + dy, cells - 1)
                    row = i + j * cells if knots <= size else (i ^ (j * 2654435761)) % size
                    share = (x - left if dx else 1 - x + left) * (y - low if dy else 1 - y + low)
                    out[sample, columns] += share * table[first + row]
                    gradient[first + row] += share * slope[sample, columns]
        first += min(knots, size)
    assert first == len(table)
    return out, gradient


@pytest.mark.parametrize("name", GRIDS)
def test_the_hash_grid(name: str) -> None:
    encoding = GRIDS[name]
    experiment = small_painting(encoding=encoding, input_scaling="centred")
    (drawn, *_) = initial_weights(experiment)
    assert np.abs(drawn).max() <= 1e-4
    table = RANDOM.standard_normal(drawn.shape).astype(np.float32)
    inputs = np.concatenate([PLACES, [[-0.5, -0.5], [0.5, 0.5], [0.5, -0.5]]]).astype(np.float32)
    found = encoded(encoding, [table], inputs)
    slope = RANDOM.standard_normal(found.shape).astype(np.float32)
    wanted, gradient = grid_by_hand(encoding, table, inputs, slope)
    np.testing.assert_allclose(found, wanted, atol=2e-5)
    np.testing.assert_allclose(gradients(encoding, [table], inputs, slope)[0], gradient, atol=2e-4)


def test_the_hash_grid_is_constant_beyond_the_frame() -> None:
    table = RANDOM.standard_normal((25, 3)).astype(np.float32)
    inside, beyond = np.array([[0.5, 0.1]], np.float32), np.array([[3.0, 0.1]], np.float32)
    np.testing.assert_array_equal(
        encoded(GRIDS["in order"], [table], inside), encoded(GRIDS["in order"], [table], beyond)
    )


PAINTING = small_painting(
    input_scaling="centred", target_scaling="unit", optimizer=part("optimizer", "adam", rate=0.01)
)
LEARNING: dict[str, Experiment] = {
    "fourier": replace(PAINTING, encoding=part("encoding", "fourier", features=16, scale=1.0)),
    "siren": replace(PAINTING, encoding=part("encoding", "siren", features=16)),
    "hash grid": replace(PAINTING, encoding=part("encoding", "hash grid", levels=2, finest=12)),
    "curve": replace(
        preset("lecture-tanh"), encoding=part("encoding", "hash grid", levels=2), input_scaling="centred"
    ),
}


@pytest.mark.parametrize("name", LEARNING)
def test_encodings_learn_and_repeat(name: str) -> None:
    experiment = epochs(LEARNING[name], 20)
    assert check(experiment) == []
    first, again = run(experiment), run(experiment)
    assert same_bits(finished(first).state, finished(again).state)
    costs = [event.cost for event in of_kind(first, EpochEnded)]
    assert costs[-1] < 0.8 * costs[0]
    assert training_samples(experiment)[0].shape[1] > 1
