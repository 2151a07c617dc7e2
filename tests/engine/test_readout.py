"""Linear readouts of layers against NumPy's least squares."""

import numpy as np
import pytest

from cadl_desktop.data.samples import samples_of
from cadl_desktop.engine import Control, initial_weights, probe, readouts
from cadl_desktop.engine.evaluation.layer_analysis import MOST_READOUT_SAMPLES, ridge
from cadl_desktop.experiment import preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.runs.events import Probed
from tests.engine.runs import epochs, run, small_painting


@pytest.mark.parametrize(("samples", "neurons"), [(200, 7), (40, 40), (12, 30)])
@pytest.mark.parametrize("strength", [1e-3, 1.0])
def test_ridge_is_least_squares_of_an_augmented_system(samples: int, neurons: int, strength: float) -> None:
    random = np.random.default_rng(samples)
    values = random.normal(1, 2, (samples, neurons)).astype(np.float32)
    targets = random.normal(5, 1, (samples, 3)).astype(np.float32)
    weights, bias = ridge(values, targets, strength)
    centred = values - values.mean(axis=0)
    penalty = np.sqrt(strength * np.square(centred.astype(np.float64)).sum(axis=0).mean())
    left = np.vstack([centred, penalty * np.eye(neurons)])
    right = np.vstack([targets - targets.mean(axis=0), np.zeros((neurons, 3))])
    expected = np.linalg.lstsq(left, right)[0]
    assert np.allclose(weights, expected, atol=1e-4)
    assert np.allclose(values.mean(axis=0) @ weights + bias, targets.mean(axis=0), atol=1e-3)


def test_equal_or_constant_neurons_are_no_problem() -> None:
    values = np.zeros((50, 4), np.float32)
    values[:, 1] = values[:, 2] = np.linspace(-1, 1, 50)
    targets = values[:, [1]] * 3 + 2
    weights, bias = ridge(values, targets)
    assert np.isfinite(weights).all()
    assert np.allclose(values @ weights + bias, targets, atol=0.01)


@pytest.mark.parametrize("name", ["lecture-tanh", "lecture-polynomial-3", "lecture-painting"])
def test_every_column_between_input_and_output_is_read(name: str) -> None:
    experiment = preset(name)
    weights = initial_weights(experiment)
    probed, found = probe(experiment, weights), readouts(experiment, weights)
    assert len(found.outputs) == len(probed.columns) - 2
    assert {outputs.shape for outputs in found.outputs} == {probed.columns[-1].shape}
    assert found.seconds > 0
    again = readouts(experiment, weights)
    assert all(np.array_equal(*pair) for pair in zip(found.outputs, again.outputs, strict=True))


def test_a_trained_network_is_read_best_from_its_last_layer() -> None:
    experiment = epochs(small_painting(), 150)
    probed = [event for event in run(experiment, Control(probe_seconds=0)) if isinstance(event, Probed)][-1]
    data = samples_of(experiment.data)
    truth = data.as_picture(data.targets).reshape(-1, 3).T

    def error(outputs: np.typing.NDArray[np.float32]) -> float:
        return float(np.abs(outputs - truth).mean())

    *_, last = readouts(experiment, probed.weights).outputs
    assert error(last) <= 1.05 * error(probed.columns[-1])
    assert error(last) < error(readouts(experiment, initial_weights(experiment)).outputs[-1])


@pytest.mark.parametrize("weight", [np.inf, 3e38, 1e37, 1e19])
def test_diverged_and_large_values_are_read_out(weight: float) -> None:
    experiment = small_painting(data=part("dataset", "picture", source="astronaut", longest=96))
    weights = initial_weights(experiment)
    assert len(samples_of(experiment.data).inputs) > MOST_READOUT_SAMPLES
    weights[0][:] = weight
    assert all(np.isfinite(outputs).all() for outputs in readouts(experiment, weights).outputs)
