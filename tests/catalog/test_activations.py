"""Promises of every activation in the catalog, whoever registered it."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from cadl_desktop.engine import initial_weights
from cadl_desktop.engine.device import tf
from cadl_desktop.engine.prepared_samples import prepare
from cadl_desktop.experiment import Part
from cadl_desktop.experiment.catalog import Entry, entries, part
from cadl_desktop.experiment.registry import Settings, load_reference
from cadl_desktop.export.networks.keras_model import lite_bytes
from cadl_desktop.export.networks.keras_operations import KerasOperations, LiteOperations
from cadl_desktop.export.networks.onnx_graph import OnnxOperations, Value, onnx_file
from cadl_desktop.runs.events import EpochEnded
from tests.engine.runs import epochs, finished, of_kind, run, small_painting
from tests.export.test_weights import interpreted

Doubles = NDArray[np.float64]
SMALL_SLOPE = 0.06
"""Slope that counts as saturated, relative to the steepest."""
EXACT = 2e-6
"""Tolerance of exported networks for values up to 8: some units in the last place of float32."""


def cases() -> Iterator[tuple[str, Settings]]:
    """Yields every activation with its defaults, and with other settings where it has any."""
    for kind, known in entries("activation").items():
        defaults = known.part().as_dict()
        yield kind, defaults
        numbers = {own.name: min(1.5 * own.default, own.maximum) for own in known.own if own.kind == "float"}
        if numbers:
            yield kind, defaults | numbers


CASES = list(cases())
every_case = pytest.mark.parametrize(("kind", "settings"), CASES, ids=str)
every_activation = pytest.mark.parametrize("kind", entries("activation"))


def known(kind: str) -> Entry:
    return entries("activation")[kind]


def grid(settings: Settings, reach: float = 8.0) -> Doubles:
    """Returns numbers of both signs and 0, close together where the activation oscillates fast."""
    x = np.linspace(0.0, reach / max(1.0, settings.get("w0", 1.0)), 2001)
    return np.concatenate([-x[:0:-1], x])


def evaluated(kind: str, settings: Settings, x: Doubles) -> tuple[Doubles, Doubles]:
    """Returns the engine's values and the gradients with which it trains."""
    values = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(values)
        found = known(kind).load()(values, settings)
    return found.numpy(), tape.gradient(found, values).numpy()


@every_case
def test_values_stay_within_the_bounds_and_come_near_them(kind: str, settings: Settings) -> None:
    low, high = known(kind).activation.bounds(settings)
    far = np.array([-1e4, 1e4])  # some come near slowly
    y, _ = evaluated(kind, settings, np.concatenate([grid(settings, 40.0), far]))
    assert low - 1e-6 <= y.min()
    assert y.max() <= high + 1e-6
    assert y.min() < (low + 1e-3 if np.isfinite(low) else -3)
    assert y.max() > (high - 1e-3 if np.isfinite(high) else 3)


@every_case
def test_symmetry_is_as_declared(kind: str, settings: Settings) -> None:
    x = grid(settings)
    y, mirrored = evaluated(kind, settings, x)[0], evaluated(kind, settings, -x)[0]
    found = {"odd": np.allclose(mirrored, -y), "even": np.allclose(mirrored, y)}
    declared = known(kind).activation.symmetry
    assert [name for name, holds in found.items() if holds] == ([declared] if declared != "none" else [])


@every_case
def test_it_is_declared_saturated_where_its_slope_is_small(kind: str, settings: Settings) -> None:
    traits = known(kind).activation
    if traits.saturates is None:
        return
    low, high = traits.saturates(settings)
    y, slope = evaluated(kind, settings, grid(settings))
    small = np.abs(slope) < SMALL_SLOPE * np.abs(slope).max()
    margin = 0.01 * (high - low)
    assert small[(y <= low) | (y >= high)].all()
    assert not small[(y > low + margin) & (y < high - margin)].any()


@every_case
def test_other_traits_are_as_declared(kind: str, settings: Settings) -> None:
    traits, x = known(kind).activation, grid(settings)
    y, slope = evaluated(kind, settings, x)
    assert traits.bends == (not np.allclose(y, y[-1] / x[-1] * x))
    assert traits.keeps_positive == np.allclose(y[x >= 0], x[x >= 0])
    silent = (y == 0) & (np.abs(x) < 1)
    assert traits.dies == (silent.any() and not slope[silent].any())


@every_case
def test_gradients_are_the_slopes_of_the_values(kind: str, settings: Settings) -> None:
    step = 1e-6
    x = grid(settings)
    x = x[np.abs(x) > 10 * step]  # some have a corner at 0
    settings = {**settings, "held": False}
    _, slope = evaluated(kind, settings, x)
    above, below = evaluated(kind, settings, x + step)[0], evaluated(kind, settings, x - step)[0]
    np.testing.assert_allclose(slope, (above - below) / (2 * step), rtol=1e-5, atol=1e-6)


@every_case
def test_it_stays_finite_however_far_out(kind: str, settings: Settings) -> None:
    far = tf.constant([-1e4, -100.0, -0.0, 0.0, 100.0, 1e4], tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(far)
        found = known(kind).load()(far, settings)
    assert np.isfinite(found.numpy()).all()
    assert np.isfinite(tape.gradient(found, far).numpy()).all()


@every_case
def test_its_icon_shows_what_is_computed(kind: str, settings: Settings) -> None:
    x = grid(settings)
    curve = load_reference(known(kind).curve)
    np.testing.assert_allclose(curve(x, settings), evaluated(kind, settings, x)[0], atol=1e-8)


@every_activation
def test_initialiser_and_settings_are_in_the_catalog(kind: str) -> None:
    assert known(kind).activation.initialiser in entries("initialiser")
    names = {parameter.name for parameter in entries("layer")["dense"].parameters}
    own = {parameter.name for parameter in known(kind).own}
    assert own | dict(known(kind).brings).keys() <= names


def slopes(kind: str, settings: Settings, z: Doubles) -> Doubles:
    """Returns the slopes of the icon's curve, without the engine."""
    curve, step = load_reference(known(kind).curve), 1e-6
    flat = z.ravel()
    return ((curve(flat + step, settings) - curve(flat - step, settings)) / (2 * step)).reshape(z.shape)


def ten_steps(
    layer: Part, weights: list[Doubles], x: Doubles, targets: Doubles, rate: float
) -> list[Doubles]:
    """Returns the weights after ten steps of gradient descent on the mean squared error of all samples."""
    first, b1, second, b2 = (array.astype(np.float64) for array in weights)
    kind = layer["activation"]
    settings = known(kind).settings_of(layer)
    for _ in range(10):
        z = x @ first + b1
        h = load_reference(known(kind).curve)(z.ravel(), settings).reshape(z.shape)
        error = 2 * (h @ second + b2 - targets) / targets.size
        back = (error @ second.T) * slopes(kind, settings, z)
        steps = (x.T @ back, back.sum(0), h.T @ error, error.sum(0))
        first, b1, second, b2 = (w - rate * g for w, g in zip((first, b1, second, b2), steps, strict=True))
    return [first, b1, second, b2]


@every_activation
def test_it_learns_and_its_ten_steps_equal_gradient_descent_by_hand(kind: str) -> None:
    layer = part("layer", "dense", units=8, activation=kind, bias_spread=0.3).has(
        initialiser="normal", spread=0.3, **({"w0": 3.0, "held": False} if kind == "finer" else {})
    )
    experiment = small_painting(
        layers=(layer,),
        input_scaling="standardised",
        target_scaling="signed",
        cost="l2",
        optimizer=part("optimizer", "gradient descent", rate=0.1),
        batch_size=144,
    )
    prepared = prepare(experiment)
    x, targets = prepared.inputs.astype(np.float64), prepared.targets.astype(np.float64)
    wanted = ten_steps(layer, initial_weights(experiment), x, targets, 0.1)
    events = run(epochs(experiment, 10))
    end, costs = finished(events), [epoch.cost for epoch in of_kind(events, EpochEnded)]
    assert end.state.step == 10
    assert costs[-1] < costs[0]
    for found, expected in zip(end.state.weights, wanted, strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-5)


def all_outputs(operations: Any, values: Any) -> Any:
    """Returns the outputs of all cases side by side, (samples, cases)."""
    return operations.join(
        [load_reference(known(kind).exported)(operations, values, settings) for kind, settings in CASES]
    )


def keras_model(operations: KerasOperations) -> Any:
    inputs = keras.Input((1,))
    return keras.Model(inputs, all_outputs(operations, inputs))


def through_keras(x: Any) -> Any:
    return np.asarray(keras_model(KerasOperations())(x))


def through_tflite(x: Any) -> Any:
    return interpreted(lite_bytes(keras_model(LiteOperations())), x)


def through_onnxruntime(x: Any) -> Any:
    operations = OnnxOperations()
    positions = Value(operations, "positions", np.dtype(np.float32), 1)
    content = onnx_file(operations, positions, all_outputs(operations, positions))
    session = onnxruntime.InferenceSession(content)
    return session.run(["values"], {"positions": x})[0]


@pytest.mark.parametrize("runtime", [through_keras, through_tflite, through_onnxruntime])
def test_exported_networks_compute_the_same_in_every_format(runtime: Any) -> None:
    x = np.linspace(-8.0, 8.0, 4001, dtype=np.float32)[:, np.newaxis]
    outputs = runtime(x)
    for column, (kind, settings) in enumerate(CASES):
        expected = known(kind).load()(tf.constant(x), settings).numpy()[:, 0]
        # The sine of an argument up to 30 * 9 * 8 is less exact by that factor.
        loss = settings.get("w0", 1.0) * 9 if kind == "finer" else settings.get("w0", 1.0)
        case = f"{kind} {settings}"
        np.testing.assert_allclose(outputs[:, column], expected, atol=EXACT * loss, err_msg=case)


def test_finer_can_treat_its_factor_as_a_constant() -> None:
    settings = {"w0": 2.0, "held": True}
    x = grid(settings)
    y, slope = evaluated("finer", settings, x)
    np.testing.assert_allclose(y, evaluated("finer", settings | {"held": False}, x)[0])
    factor = 2.0 * (np.abs(x) + 1)
    np.testing.assert_allclose(slope, factor * np.cos(factor * x))


def test_choosing_finer_sets_its_frequency_and_initialiser() -> None:
    layer = part("layer", "dense", activation="finer", units=50)
    assert (layer["w0"], layer["initialiser"]) == (30.0, "siren")
    weights = initial_weights(
        small_painting(layers=(layer.has(initialiser="finer first", bias_range=7.0), layer))
    )
    assert 0.4 < np.abs(weights[0]).max() <= 0.5  # 1 over the 2 inputs
    assert 6.0 < np.abs(weights[1]).max() <= 7.0
    assert weights[2].max() == pytest.approx(np.sqrt(6 / 50) / 30, rel=0.02)
    assert not weights[3].any()


@pytest.mark.parametrize("spread", [0.0, 0.5])
def test_biases_of_finer_first_are_added_to_the_layers_own(spread: float) -> None:
    layer = part(
        "layer", "dense", initialiser="finer first", bias_range=0.0, bias_start=2.0, bias_spread=spread
    )
    usual = initial_weights(small_painting(layers=(layer.has(initialiser="xavier"),)))
    np.testing.assert_array_equal(initial_weights(small_painting(layers=(layer,)))[1], usual[1])


def test_an_activation_without_settings_keeps_the_layers_settings() -> None:
    dense = entries("layer")["dense"]
    sine = part("layer", "dense", activation="sine", w0=12.0)
    assert dense.changed(sine, "activation", "relu") == sine.has(activation="relu")
    assert dense.changed(sine, "activation", "finer") == sine.has(activation="finer", initialiser="siren")
    finer = dense.changed(part("layer", "dense"), "activation", "finer")
    assert finer == part("layer", "dense", activation="finer")
    assert dense.changed(finer, "activation", "relu") == part("layer", "dense")
