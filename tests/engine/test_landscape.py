"""Costs of many weights against those reported by a training, and the formula of a linear network."""

from collections.abc import Callable

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.engine import Control, costs_of, initial_weights, train, training_samples
from cadl_desktop.engine import landscape as landscape_of
from cadl_desktop.engine.evaluation import cost_landscape
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.lessons.cost_plane import Plane, PlaneChoice, coordinates, new_places
from cadl_desktop.runs.events import Paused
from cadl_desktop.runs.network_weights import flatten
from tests.engine.runs import epochs, finished, run, small_painting
from tests.engine.test_large_pictures import half_hidden


def held_out() -> Experiment:
    return epochs(replace(preset("lecture-tanh"), validation=0.25), 3)


def hash_grid() -> Experiment:
    return small_painting(encoding=part("encoding", "hash grid", levels=2))


def fourier() -> Experiment:
    return small_painting(encoding=part("encoding", "fourier"))


@pytest.mark.parametrize("make", [small_painting, held_out, hash_grid, fourier])
def test_the_cost_of_a_run_s_weights_is_the_reported_one(make: Callable[[], Experiment]) -> None:
    experiment = make()
    end = finished(run(experiment))
    found = costs_of(experiment, [flatten(end.state.weights)], whole=True)
    assert found.values == pytest.approx([end.cost], rel=1e-5)
    assert found.seconds > 0


def steps(experiment: Experiment, count: int) -> list[Paused]:
    """Pauses before the first step and after each of `count` steps."""
    control, paused = Control(picture_seconds=None), list[Paused]()
    control.pause()
    for event in train(experiment, control):
        if isinstance(event, Paused):
            paused.append(event)
            control.step() if len(paused) <= count else control.stop()
    return paused


def test_the_cost_of_a_large_picture_is_that_of_the_measured_pixels() -> None:
    experiment = half_hidden()
    *_, after = steps(experiment, 1)
    found = costs_of(experiment, [flatten(after.state.weights)], whole=True)
    assert after.cost is not None
    assert found.values == pytest.approx([after.cost], rel=1e-5)


def test_the_surface_of_a_linear_network_is_its_quadratic() -> None:
    experiment = replace(preset("lecture-line"), cost="l2")
    x, y = (values.astype(np.float64) for values in training_samples(experiment))
    plane = Plane(flatten(initial_weights(experiment)).astype(np.float64), np.eye(2) + 0.1)
    places = coordinates(new_places(7), reach=3)
    found = costs_of(experiment, map(plane.at, places))
    design = np.column_stack([x, np.ones(len(x))])
    lowest = np.linalg.lstsq(design, y, rcond=None)[0]
    rest = np.square(y - design @ lowest).mean()
    away = plane.centre + places @ plane.directions - lowest.ravel()
    expected = rest + np.einsum("ni,ij,nj->n", away, design.T @ design / len(x), away)
    assert np.allclose(found.values, expected, rtol=1e-5)
    assert found.samples == len(x)


def test_a_heavy_network_is_evaluated_on_fewer_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = small_painting(data=part("dataset", "picture", source="astronaut", longest=48))
    vector = flatten(initial_weights(experiment))
    monkeypatch.setattr(cost_landscape, "ARITHMETIC", 1.0)
    some, again = (costs_of(experiment, [vector]) for _ in range(2))
    every = costs_of(experiment, [vector], whole=True)
    assert (some.samples, every.samples) == (cost_landscape.LEAST_SAMPLES, 48 * 48)
    assert some.values == again.values
    assert some.values != every.values
    assert some.values == pytest.approx(every.values, rel=0.1)


def test_infinite_weights_have_no_finite_cost() -> None:
    experiment = small_painting()
    broken = flatten(initial_weights(experiment))
    broken[:] = np.inf
    assert not np.isfinite(costs_of(experiment, [broken]).values).any()


def test_a_landscape_s_centre_is_the_moment_and_its_path_has_the_run_s_costs() -> None:
    experiment = small_painting()
    paused = steps(experiment, 5)
    costs, weights = [event.cost for event in paused], [event.state.weights for event in paused]
    found = landscape_of(experiment, weights[2], weights, PlaneChoice(), side=7)
    assert found.values.shape == (7, 7)
    assert found.cost == pytest.approx(costs[2], rel=1e-5)
    assert found.values[3, 3] == pytest.approx(costs[2], rel=1e-5)
    assert found.path == pytest.approx(costs, rel=1e-5)
    assert found.outlook.places[2] == pytest.approx((0, 0), abs=1e-9)
    assert 0.5 < sum(found.outlook.plane.shares or ()) < 1
    somewhere = found.outlook.plane.at((0.0, -found.outlook.reach * 16 / 25))
    assert costs_of(experiment, [somewhere]).values == pytest.approx([found.values[1, 3]])
