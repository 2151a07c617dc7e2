"""Backward pass of the step that comes next, as it is shown in a pause."""

from math import isqrt

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.curves.curve_datasets import curve_positions
from cadl_desktop.data.samples import Samples
from cadl_desktop.engine.prepared_samples import PreparedSamples
from cadl_desktop.engine.training.trajectory import Trajectory
from cadl_desktop.experiment.live_settings import PENALTIES
from cadl_desktop.experiment.shapes import is_encoded
from cadl_desktop.runs.events import BackwardPass
from cadl_desktop.runs.network_weights import weights_of

CURVE_PLACES = 24
MOST = 16
"""Places along a painting's longer side: few, so that the samples of a batch are seen in a small tile."""
PLACES_PER_SAMPLE = 2


def backward_pass(trajectory: Trajectory, prepared: PreparedSamples) -> BackwardPass:
    """Backward pass of the next step of a run; the step itself is computed by the functions that will make
    it, and not made."""
    experiment, stepper = trajectory.experiment, trajectory.stepper
    start, batch, end = trajectory.next_step()
    grid, count, places = places_of_batch(prepared.samples, batch)
    by_weight, penalties, by_value = stepper.backward(start, batch, places, count)
    inputs, encoded, *columns = (column.numpy().T for column in by_value)
    is_penalised = any(getattr(experiment, name) > 0 for name in PENALTIES)
    state = stepper.state(start, 0.0)
    return BackwardPass(
        step=start.step,
        columns=(inputs, encoded, *columns) if is_encoded(experiment) else (inputs, *columns),
        grid=grid,
        weights=state.weights,
        gradients=weights_of(experiment, by_weight.numpy()),
        penalties=weights_of(experiment, penalties.numpy()) if is_penalised else None,
        after=stepper.weights(end),
        slots=state.slots,
        count=start.step + 1 - start.optimizer_since,
        rate=stepper.rate(start),
        settings=state.settings,
    )


def places_of_batch(
    samples: Samples, batch: NDArray[np.int32]
) -> tuple[tuple[int, int] | None, int, NDArray[np.int32]]:
    """Grid of a `BackwardPass`, the number of its places, and the place of each sample of a batch."""
    inputs = np.asarray(samples.inputs[batch], np.float64)
    if samples.picture_shape is None:
        positions = curve_positions(samples)
        low, high = float(positions[0, 0]), float(positions[-1, 0])
        share = (inputs[:, 0] - low) / (high - low)
        return None, CURVE_PLACES, _indices(share, CURVE_PLACES)
    height, width = map(int, samples.high[:2])
    longest = min(MOST, isqrt(PLACES_PER_SAMPLE * len(batch) * max(height, width) // min(height, width)))
    scale = min(1.0, longest / max(height, width))
    rows, columns = max(1, round(height * scale)), max(1, round(width * scale))
    down = _indices((inputs[:, 0] + 0.5) / height, rows)
    across = _indices((inputs[:, 1] + 0.5) / width, columns)
    return (rows, columns), rows * columns, down * columns + across


def _indices(shares: NDArray[np.float64], count: int) -> NDArray[np.int32]:
    """Which of `count` equal parts of 0 to 1 each share lies in."""
    return np.clip(shares * count, 0, count - 1).astype(np.int32)
