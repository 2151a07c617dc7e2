"""A trained run as exports take it: experiment, weights, history and snapshots; and its measures."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.curves.curve_datasets import curve_positions
from cadl_desktop.data.samples import Doubles, Samples, samples_of
from cadl_desktop.data.scores import Scores, curve_scores, finite, psnr, scores
from cadl_desktop.data.subsets import split
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.project import Project
from cadl_desktop.runs.events import Finished, Floats, Prediction, RunState
from cadl_desktop.runs.gains import Gains, gains_in_weights
from cadl_desktop.runs.history import MOST_EARLIER_FITS, History
from cadl_desktop.runs.record import Thumbnail, thumbnail_of
from cadl_desktop.runs.run_snapshots import Snapshots
from cadl_desktop.system.pieces import Compute, call_directly, pieces

_PART = 2**18
"""Pixels of a large picture that are predicted in one piece of work; training waits for each piece, and the
window while its result is unpickled."""


@dataclass(frozen=True, eq=False)
class Trained:
    """Run to be exported. What several exports need is computed once, on first use."""

    experiment: Experiment
    state: RunState
    history: History
    snapshots: Snapshots = field(default_factory=Snapshots)
    """Earlier states of the run, if any were kept."""
    compute: Compute = call_directly
    """Runs work that needs TensorFlow: directly, or in the process that has it."""

    gains: Gains = field(default_factory=dict)
    """Gains of neurons that are in the state's weights, in addition to what was learned."""
    lacks_gains: bool = False
    """Whether the run had gains that weights can't express."""
    known_samples: Samples | None = None
    """Samples, if they were read already."""
    known_prediction: Prediction | None = None
    """`prediction`, if it was computed already."""
    known_painting: NDArray[Any] | None = None
    """Painting at its target's size, (height, width, 3), if already computed; uint8 for a large one."""
    other: "Trained | None" = None
    """Second run, for an export that takes one."""
    thumbnail: Thumbnail | None = None
    """Thumbnail of what training showed at its end."""

    @cached_property
    def samples(self) -> Samples:
        """Samples of the experiment's data. Raises `data.samples.DataError`."""
        return self.known_samples or samples_of(self.experiment.data)

    @cached_property
    def positions(self) -> Doubles:
        """Positions at which a curve is drawn, (481, 1), or pixels of a painting, (height · width, 2)."""
        return _positions(self.samples)

    @cached_property
    def prediction(self) -> Prediction:
        """Output of the network at `positions`, in the target's units.

        (481,) for a curve; (height, width, 3) for a painting, about 0 to 255 but not clipped.
        """
        if self.known_prediction is not None:
            return self.known_prediction
        values = self.predicted(self.state)
        curve = self.samples.picture_shape is None
        return values[:, 0] if curve else self.samples.as_picture(values)

    @cached_property
    def fitted(self) -> Prediction:
        """Outputs of a curve's network at its samples, (samples,)."""
        values: Prediction = self.compute(partial(_fitted, self.experiment, self.state.weights))
        return values

    @property
    def states(self) -> list[RunState]:
        """All known states of the run, the newest last."""
        return [*(state for state in self.snapshots.states if state.step < self.state.step), self.state]

    def until(self, moment: RunState) -> "Trained":
        """The run as it was at an earlier moment, without anything later."""
        return Trained(
            self.experiment,
            moment,
            self.history.until(moment),
            self.snapshots.until(moment.step),
            self.compute,
            known_samples=self.known_samples,
        )

    def with_gains(self, gains: Gains) -> "Trained":
        """The run with gains in its weights; as it was learned where weights can't express them."""
        weights = gains_in_weights(self.experiment, self.state.weights, gains) if gains else None
        if weights is None:
            return replace(self, lacks_gains=bool(gains))
        return replace(self, state=replace(self.state, weights=tuple(weights)), gains=gains)

    def moments(self, most: int) -> list[RunState]:
        """At most `most` states, evenly spread over the run, the newest last."""
        states = self.states
        places = np.linspace(0, len(states) - 1, min(most, len(states)))
        return [states[place] for place in np.rint(places).astype(int)]

    @cached_property
    def earlier(self) -> list[Prediction]:
        """Earlier fits of a curve at `positions`, (481,) each, the oldest first."""
        return [self.predicted(state)[:, 0] for state in self.moments(MOST_EARLIER_FITS + 1)[:-1]]

    def predicted(self, state: RunState) -> Prediction:
        """Output of the network with a state's weights at `positions`, (positions, columns), not clipped."""
        if self.samples.large:
            parts = self.pieces(partial(_predicted_in_parts, self.experiment, state.weights))
            return np.concatenate(list(parts))
        values: Prediction = self.compute(partial(_predicted, self.experiment, state.weights))
        return values

    def pieces(self, begin: Callable[[], Any]) -> Generator[Any, None, None]:
        """Results of a generator that runs where `compute` runs; see `system.pieces.pieces`."""
        return pieces(self.compute, begin)

    @cached_property
    def target(self) -> Doubles:
        """Target picture, (height, width, 3), 0 to 255."""
        return self.samples.as_picture(self.samples.targets)


def _positions(samples: Samples) -> Doubles:
    positions: Doubles = curve_positions(samples) if samples.picture_shape is None else samples.inputs[:]
    return positions


def _predicted(experiment: Experiment, weights: tuple[Floats, ...]) -> Prediction:
    from cadl_desktop.engine import predict  # brings TensorFlow along

    # Positions are built in that process: sending them would take as long.
    return predict(experiment, weights, _positions(samples_of(experiment.data)))


def _fitted(experiment: Experiment, weights: tuple[Floats, ...]) -> Prediction | None:
    from cadl_desktop.engine import fitted

    return fitted(experiment, weights)


def _predicted_in_parts(experiment: Experiment, weights: tuple[Floats, ...]) -> Iterator[Prediction]:
    from cadl_desktop.engine import predict

    positions = samples_of(experiment.data).inputs
    for start in range(0, len(positions), _PART):
        yield predict(experiment, weights, positions[start : start + _PART])


def runs_of(project: Project) -> list[Trained]:
    """Trained runs of a project: the one that it shows, and the others, the newest first."""
    shown, history = project.snapshots or Snapshots(), project.history or History()
    first = [Trained(project.experiment, project.state, history, shown)] if project.state else []
    return first + [
        Trained(record.experiment, record.state, record.history(), record.snapshots)
        for record in reversed(project.runs)
        if record.state
    ]


def trained_of(experiment: Experiment, finished: Finished, history: History, snapshots: Snapshots) -> Trained:
    """Trained run with the painting that was measured at its end, as rendering a large one again takes
    seconds."""
    predicted = finished.progress.prediction
    thumbnail = None if predicted is None else thumbnail_of(predicted)
    trained = Trained(experiment, finished.state, history, snapshots, thumbnail=thumbnail)
    samples = trained.samples
    if samples.picture_shape is None or predicted is None:
        return trained
    if samples.large:
        return replace(trained, known_samples=samples, known_painting=finished.painted)
    known = None if samples.places is not None else predicted
    return replace(trained, known_samples=samples, known_prediction=predicted, known_painting=known)


def measures_of(trained: Trained, finished: Finished) -> dict[str, float | None]:
    """Measures of a finished run for `train --json` and a sweep's log: cost, validation_cost, psnr (dB, of
    all pixels), the fields of `Scores`, and r2 and rms of a curve's errors at all points.

    None where there is nothing to measure and for infinities, which JSON lacks: a painting without any error
    has an infinite PSNR.
    """
    cost, validation_cost = finished.cost, finished.validation_cost
    if cost is None:
        # A stopped run may not have measured the whole training set at its end.
        cost, validation_cost = trained.history.newest_cost, trained.history.newest_validation_cost
    measured = {
        "cost": cost,
        "validation_cost": validation_cost,
        "psnr": finished.progress.psnr if trained.samples.large else _psnr(trained),
        **asdict(_scores(trained, finished)),
        "r2": None,
        "rms": None,
    }
    if trained.samples.picture_shape is None:
        errors = curve_scores(trained.fitted, trained.samples.targets)
        measured |= {"r2": errors.r2, "rms": errors.rms}
    return {name: finite(value) for name, value in measured.items()}


def _psnr(trained: Trained) -> float | None:
    samples = trained.samples
    if samples.picture_shape is None:
        return None
    # Sample by sample, as the empty cells of a montage must not count.
    painted = trained.prediction.reshape(-1, 3)
    return psnr(painted if samples.places is None else painted[samples.places], samples.targets)


def _scores(trained: Trained, finished: Finished) -> Scores:
    """Scores of a painting's seen, held-out and hidden pixels; none for a curve. For a large picture only
    those that training has measured."""
    if trained.samples.large:
        return Scores(finished.progress.psnr, None, None, None)
    if trained.samples.picture_shape is None:
        return Scores(None, None, None, None)
    return scores(trained.prediction, trained.samples, split(trained.experiment, trained.samples)[1])
