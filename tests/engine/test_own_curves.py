"""A person's own points and typed functions are trained like any curve, however few or equal they are."""

from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.data.curves.curve_datasets import encode_points
from cadl_desktop.data.samples import Doubles
from cadl_desktop.engine import predict, train
from cadl_desktop.experiment import Part, Stop, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.edits import with_dataset, with_opened_data
from cadl_desktop.runs.events import Finished, Floats, Started

TANH = replace(preset("lecture-tanh"), stop=Stop(epochs=3), batch_size=10, validation=0.4)


def trained(data: Part) -> tuple[Started, Finished]:
    events = list(train(with_dataset(TANH, data)))
    started, finished = events[0], events[-1]
    assert isinstance(started, Started)
    assert isinstance(finished, Finished)
    return started, finished


@pytest.mark.parametrize(
    "pairs",
    [
        [(1e9, -1e9)],
        [(2, 1), (2, 5), (2, 3)],
        [(1, 4), (2, 4), (9, 4)],
        [(0, 0), (0.001, 1), (1700000000, 5)],
    ],
)
def test_few_and_equal_points(pairs: list[Any]) -> None:
    started, finished = trained(part("dataset", "points", points=encode_points(pairs)))

    assert started.training_samples + started.validation_samples == len(pairs)
    assert finished.reason == "epochs"
    assert finished.cost is not None
    assert np.isfinite(finished.cost)


def test_a_function_reports_omitted_points() -> None:
    started, finished = trained(part("dataset", "function", expression="sqrt(x)", observations=40))

    assert started.training_samples + started.validation_samples == 20
    assert started.notes[0] == "20 of 40 points are left out: the function has no finite value there."
    assert finished.reason == "epochs"


X = np.linspace(0, 10, 300)
WANTED = {
    "five periods": (X, np.sin(np.pi * X)),
    "a step": (X, 3.0 * (X > 4.3)),
    "a noisy line": (X, 2 * X + 1 + np.random.default_rng(3).normal(0, 1, 300)),
    "twenty points": (X[::15], X[::15] * np.sin(X[::15])),
    "five points, large numbers": (np.array([1e9, 2e9, 3e9, 5e9, 6e9]), np.array([1e6, 4e6, 9e6, 3e6, 0])),
}


def fitted(x: Doubles, y: Doubles, places: Doubles) -> Floats:
    """Prediction, at `places`, of a network trained on a person's own points."""
    data = part("dataset", "points", points=encode_points(np.stack([x, y], 1)))
    experiment = with_opened_data(preset("lecture-tanh"), data)
    assert experiment.method == "own-curve"

    *_, finished = train(experiment)

    assert isinstance(finished, Finished)
    assert finished.state.step <= 2600
    return predict(experiment, finished.state.weights, places[:, np.newaxis])[:, 0]


@pytest.mark.parametrize("name", WANTED)
def test_own_points_are_fitted_at_any_scale(name: str) -> None:
    x, y = WANTED[name]
    fit = fitted(x, y, x)
    assert 1 - np.var(fit - y) / np.var(y) > 0.95


def test_few_noisy_points_are_not_overfitted() -> None:
    random = np.random.default_rng(3)
    x, noise = np.sort(random.uniform(0, 10, 20)), random.normal(0, 1, 20)
    between = np.linspace(x[0], x[-1], 200)
    line = 2 * between + 1
    fit = fitted(x, 2 * x + 1 + noise, between)
    assert 1 - np.mean((fit - line) ** 2) / np.var(line) > 0.9
