"""What an export is made of: an experiment, what it has learned, and how that came about."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.curves.curve_datasets import curve_positions
from cadl_desktop.data.samples import Doubles, Samples, samples_of
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.events import Floats, Prediction, RunState
from cadl_desktop.runs.history import MOST_EARLIER_FITS, History
from cadl_desktop.runs.run_snapshots import Snapshots
from cadl_desktop.system.pieces import Compute, call_directly, pieces

_PART = 2**18
"""Pixels of a large picture that are predicted at a time: training would wait for all of them, and the window
while so many are unpickled."""


@dataclass(frozen=True, eq=False)
class Trained:
    """A run to be exported. What several exports need is made once, when the first asks for it."""

    experiment: Experiment
    state: RunState
    history: History
    snapshots: Snapshots = field(default_factory=Snapshots)
    """Earlier states of the run; empty where none were kept."""
    compute: Compute = call_directly
    """How work that needs TensorFlow is done: at once, or by whoever owns it."""

    known_samples: Samples | None = None
    """What was to be learned, where somebody has read it already."""
    known_prediction: Prediction | None = None
    """What the weights make, as `prediction` has it, where somebody has computed it already."""
    known_painting: NDArray[Any] | None = None
    """The painting at its target's size, (height, width, 3), where somebody has computed it already; of a
    large one as bytes."""

    @cached_property
    def samples(self) -> Samples:
        """What was to be learned. Raises `data.samples.DataError`."""
        return self.known_samples or samples_of(self.experiment.data)

    @cached_property
    def positions(self) -> Doubles:
        """Where a curve is drawn, (481, 1), or the pixels of a painting, (height · width, 2)."""
        return _positions(self.samples)

    @cached_property
    def prediction(self) -> Prediction:
        """What the weights make of `positions`, in the target's own units.

        (481,) for a curve; (height, width, 3) for a painting, about 0 to 255 but not clipped.
        """
        if self.known_prediction is not None:
            return self.known_prediction
        values = self.predicted(self.state)
        curve = self.samples.picture_shape is None
        return values[:, 0] if curve else self.samples.as_picture(values)

    @property
    def states(self) -> list[RunState]:
        """Those of the run that are known, the newest last."""
        return [*(state for state in self.snapshots.states if state.step < self.state.step), self.state]

    def moments(self, most: int) -> list[RunState]:
        """States all along the run, at most so many, and the newest last."""
        states = self.states
        places = np.linspace(0, len(states) - 1, min(most, len(states)))
        return [states[place] for place in np.rint(places).astype(int)]

    @cached_property
    def earlier(self) -> list[Prediction]:
        """What a curve's network made of `positions` at moments before, (481,) each, the oldest first."""
        return [self.predicted(state)[:, 0] for state in self.moments(MOST_EARLIER_FITS + 1)[:-1]]

    def predicted(self, state: RunState) -> Prediction:
        """What the network makes of `positions` at a moment, (positions, columns), not clipped."""
        if self.samples.large:
            parts = self.pieces(partial(_predicted_in_parts, self.experiment, state.weights))
            return np.concatenate(list(parts))
        values: Prediction = self.compute(partial(_predicted, self.experiment, state.weights))
        return values

    def pieces(self, begin: Callable[[], Any]) -> Generator[Any, None, None]:
        """As `pieces.pieces`, by `compute`."""
        return pieces(self.compute, begin)

    @cached_property
    def target(self) -> Doubles:
        """The picture that was to be painted, (height, width, 3), 0 to 255."""
        return self.samples.as_picture(self.samples.targets)


def _positions(samples: Samples) -> Doubles:
    positions: Doubles = curve_positions(samples) if samples.picture_shape is None else samples.inputs[:]
    return positions


def _predicted(experiment: Experiment, weights: tuple[Floats, ...]) -> Prediction:
    from cadl_desktop.engine import predict  # brings TensorFlow along

    # Made there, which takes as long as to send them.
    return predict(experiment, weights, _positions(samples_of(experiment.data)))


def _predicted_in_parts(experiment: Experiment, weights: tuple[Floats, ...]) -> Iterator[Prediction]:
    from cadl_desktop.engine import predict

    positions = samples_of(experiment.data).inputs
    for start in range(0, len(positions), _PART):
        yield predict(experiment, weights, positions[start : start + _PART])
