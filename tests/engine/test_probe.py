"""Reported neuron values against a direct computation."""

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.data.samples import samples_of
from cadl_desktop.data.scaling import input_scaling
from cadl_desktop.engine import (
    Control,
    at_point,
    importance,
    initial_weights,
    predict,
    probe,
    train,
    training_samples,
)
from cadl_desktop.engine.evaluation.probe import CURVE_PLACES, LEAST, MOST, MOST_VALUES, Probe
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.runs.events import Floats, Paused, Probed
from cadl_desktop.runs.probed_columns import columns_of
from tests.engine.runs import epochs, finished, of_kind, run, small_painting


def dense(values: Floats, weights: Floats, bias: Floats) -> Floats:
    """Dense layer before its activation: (neurons before, places) -> (neurons, places)."""
    return weights.T @ values + bias[:, None]


def test_each_layer_of_a_painting_agrees_with_a_direct_computation() -> None:
    experiment = small_painting()
    weights = initial_weights(experiment)
    probed = probe(experiment, weights, step=3)
    inputs, first, second, _ = probed.columns
    assert probed.step == 3
    assert probed.grid == (12, 12)
    assert inputs.shape == (2, 144)
    assert np.allclose(first, np.maximum(dense(inputs, *weights[0:2]), 0), atol=1e-5)
    assert np.allclose(second, np.tanh(dense(first, *weights[2:4])), atol=1e-5)


def test_places_of_a_small_picture_are_its_pixels_and_the_output_its_colours() -> None:
    experiment = small_painting()
    weights, samples = initial_weights(experiment), samples_of(experiment.data)
    probed = probe(experiment, weights)
    assert np.allclose(probed.columns[0], input_scaling(experiment, samples).apply(samples.inputs).T)
    assert np.allclose(probed.columns[-1].T, predict(experiment, weights, samples.inputs), atol=1e-2)


@pytest.mark.parametrize(("units", "longest"), [(8, MOST), (64, None), (700, LEAST)])
def test_a_wide_picture_keeps_its_shape_and_has_more_places_the_fewer_neurons(
    units: int, longest: int | None
) -> None:
    layer = part("layer", "dense", units=units)
    data = part("dataset", "picture", source="rocket", longest=192)
    experiment = small_painting(data=data, layers=(layer, layer))
    height, width = samples_of(experiment.data).picture_shape or (0, 0)
    probed = probe(experiment, initial_weights(experiment))
    assert probed.grid is not None
    assert probed.grid[0] / probed.grid[1] == pytest.approx(height / width, rel=0.05)
    if longest is None:
        assert LEAST < max(probed.grid) < MOST
        assert sum(column.size for column in probed.columns) == pytest.approx(MOST_VALUES, rel=0.05)
    else:
        assert max(probed.grid) == longest


def test_a_curve_with_its_encoding() -> None:
    experiment = preset("lecture-polynomial-3")
    weights = initial_weights(experiment)
    probed = probe(experiment, weights)
    inputs, encoded, output = probed.columns
    assert probed.grid is None
    assert inputs.shape == (1, CURVE_PLACES)
    assert (np.diff(inputs[0]) > 0).all()
    assert np.allclose(
        encoded, [np.ones(CURVE_PLACES), *(inputs[0] ** power for power in (1, 2, 3))], rtol=1e-4
    )
    assert output.shape == (1, CURVE_PLACES)


@pytest.mark.parametrize("name", ["lecture-tanh", "lecture-painting", "lecture-100-neurons"])
def test_traced_and_direct_values_agree(name: str) -> None:
    experiment = preset(name)
    ask, weights = Probe(experiment, samples_of(experiment.data)), initial_weights(experiment)
    for one, other in zip(ask(0, weights).columns, ask.once(0, weights).columns, strict=True):
        assert np.allclose(one, other, rtol=1e-4, atol=1e-3)


def test_a_run_probes_neurons_only_on_request() -> None:
    experiment = epochs(small_painting(), 200)
    assert of_kind(run(experiment), Probed) == []
    events = run(experiment, Control(probe_seconds=0.0))
    told = of_kind(events, Probed)
    assert len(told) > 5
    assert (np.diff([probed.step for probed in told]) >= 0).all()
    assert told[-1].step == finished(events).state.step
    assert all(map(np.array_equal, told[-1].weights, finished(events).state.weights))


def test_probing_changes_no_bit() -> None:
    alone, asked = run(small_painting()), run(small_painting(), Control(probe_seconds=0.0))
    pairs = zip(finished(alone).state.weights, finished(asked).state.weights, strict=True)
    assert all(np.array_equal(one, other) for one, other in pairs)


def test_a_pause_reports_the_present_neuron_values() -> None:
    control = Control(probe_seconds=1000.0)
    control.pause()
    last: Probed | None = None
    for event in train(small_painting(), control):
        if isinstance(event, Probed):
            last = event
        elif isinstance(event, Paused):
            assert last is not None
            assert last.step == event.state.step
            assert all(map(np.array_equal, last.weights, event.state.weights))
            control.step() if event.state.step < 3 else control.stop()


def muted_costs(experiment: Experiment, weights: list[Floats]) -> tuple[float, list[float]]:
    """Mean L1-sum cost of all training samples, whole and without each neuron of the first layer."""
    inputs, targets = training_samples(experiment)

    def cost(kept: Floats) -> float:
        first = np.maximum(inputs @ weights[0] + weights[1], 0) * kept
        second = np.tanh(first @ weights[2] + weights[3])
        return float(np.abs(second @ weights[4] + weights[5] - targets).sum(1).mean())

    units = weights[0].shape[1]
    return cost(np.ones(units, np.float32)), [
        cost(1 - np.eye(units, dtype=np.float32)[n]) for n in range(units)
    ]


def test_importance_is_the_rise_of_the_cost_without_a_neuron() -> None:
    experiment = epochs(small_painting(), 40)
    weights = list(finished(run(experiment)).state.weights)
    whole, without = muted_costs(experiment, weights)
    rises = importance(experiment, weights, 0)
    assert rises.shape == (8,)
    assert np.allclose(rises, np.array(without) - whole, atol=0.02)
    assert importance(experiment, weights, 1).shape == (8,)


def test_a_neuron_with_zero_weights_out_has_no_importance() -> None:
    experiment = small_painting()
    weights = initial_weights(experiment)
    weights[2][5] = 0.0
    assert importance(experiment, weights, 0)[5] == pytest.approx(0.0, abs=1e-4)


def test_columns_have_their_weights_and_idle_shares() -> None:
    experiment = small_painting()
    weights = initial_weights(experiment)
    weights[1][3] = -1e6
    weights[3][2] = 1e6
    inputs, first, second, output = columns_of(experiment, probe(experiment, weights))
    assert inputs.weights is None
    assert first.weights is not None
    assert np.array_equal(first.weights, weights[0])
    assert first.idle is not None
    assert second.idle is not None
    assert first.idle[3] == 1
    assert second.idle[2] == 1
    assert second.always_idle == 1
    assert output.idle is None
    assert output.bias is not None


def test_columns_of_another_network_are_empty() -> None:
    experiment = small_painting()
    probed = probe(experiment, initial_weights(experiment))
    wider = replace(experiment, layers=(part("layer", "dense", units=9), experiment.layers[1]))
    assert columns_of(wider, probed) == ()
    assert columns_of(replace(experiment, encoding=part("encoding", "polynomial")), probed) == ()


def test_a_sum_has_no_weights() -> None:
    experiment = preset("lecture-100-neurons")
    columns = columns_of(experiment, probe(experiment, initial_weights(experiment)))
    assert columns[-1].weights is None
    assert np.allclose(columns[-1].values[0], columns[-2].values.sum(0), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("name", ["lecture-painting", "lecture-polynomial-3", "homework-many-pictures"])
def test_a_point_agrees_with_the_places_of_the_probe(name: str) -> None:
    experiment = preset(name)
    weights, samples = initial_weights(experiment), samples_of(experiment.data)
    rows = [0, len(samples.inputs) // 3]
    expected = predict(experiment, weights, samples.inputs[rows])
    probed = probe(experiment, weights)
    for row, output in zip(rows, expected, strict=True):
        columns = at_point(experiment, weights, list(samples.inputs[row]))
        assert [len(column) for column in columns] == [len(column) for column in probed.columns]
        assert np.allclose(columns[0], input_scaling(experiment, samples).apply(samples.inputs[[row]])[0])
        assert np.allclose(columns[-1], output, atol=2e-2)


def test_a_point_is_evaluated_with_gains() -> None:
    experiment = small_painting()
    weights = initial_weights(experiment)
    muted = {1: np.zeros(experiment.layers[0]["units"], np.float32)}
    first, second = at_point(experiment, weights, (3.0, 4.0), muted)[1:3]
    assert not first.any()
    assert np.allclose(second, np.tanh(weights[3]))
