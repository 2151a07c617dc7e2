"""What a window asks of the engine; the worker answers between two chunks of a training."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from cadl_desktop.experiment import Experiment
from cadl_desktop.runs.costs import Costs
from cadl_desktop.runs.events import Floats, Probed, RunState
from cadl_desktop.runs.gains import Gains
from cadl_desktop.runs.readouts import Readouts
from cadl_desktop.runs.traced_network import Operation
from cadl_desktop.session.worker.view_rendering import RenderedPiece, ViewRendering

Fail = Callable[[Exception], None]


class Do(Protocol):
    """Has work done on the worker's thread, and calls `done` or `failed` on the window's."""

    def __call__(self, work: Callable[[], Any], done: Callable[[Any], None], failed: Fail) -> None: ...


@dataclass(frozen=True, eq=False)
class RenderedNetwork:
    """What the network makes of weights: the output and its PSNR, and every neuron's small picture."""

    prediction: Floats
    psnr: float | None
    probed: Probed


class EngineRequests:
    """Each calls `done` with its answer; an error that a caller has no use for is told to the person."""

    def __init__(self, do: Do, tell_error: Fail) -> None:
        self._do = do
        self._tell_error = tell_error

    def first_state(self, experiment: Experiment, done: Callable[[RunState], None]) -> None:
        """The state that a training of the experiment begins with."""

        def work() -> RunState:
            from cadl_desktop.engine import first_state

            return first_state(experiment)

        self._do(work, done, self._tell_error)

    def shown(
        self,
        experiment: Experiment,
        state: RunState,
        done: Callable[[tuple[Floats, float | None]], None],
        wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        """What a state's weights show: (prediction, psnr) as in `Progressed`. Not made, and never done, where
        it isn't `wanted` any more when its turn comes, on whichever thread that is asked."""

        def work() -> tuple[Floats, float | None] | None:
            from cadl_desktop.engine import render

            return render(experiment, state.weights) if wanted() else None

        def told(made: tuple[Floats, float | None] | None) -> None:
            if made is not None:
                done(made)

        self._do(work, told, self._tell_error)

    def neurons(self, experiment: Experiment, state: RunState | None, done: Callable[[Probed], None]) -> None:
        """What the neurons compute with a state's weights; without a state, with the seed's first ones."""

        def work() -> Probed:
            from cadl_desktop.engine import initial_weights, probe

            weights = state.weights if state else initial_weights(experiment)
            return probe(experiment, weights, state.step if state else 0)

        self._do(work, done, self._tell_error)

    def point(
        self,
        experiment: Experiment,
        weights: Sequence[Floats],
        place: Sequence[float],
        gains: Gains,
        done: Callable[[tuple[Floats, ...]], None],
        failed: Fail,
    ) -> None:
        """What every neuron gives at one point, column by column."""

        def work() -> tuple[Floats, ...]:
            from cadl_desktop.engine import at_point

            return at_point(experiment, weights, place, gains)

        self._do(work, done, failed)

    def readouts(
        self,
        experiment: Experiment,
        weights: Sequence[Floats],
        done: Callable[[Readouts], None],
        failed: Fail,
    ) -> None:
        """What a linear readout of each layer alone makes."""

        def work() -> Readouts:
            from cadl_desktop.engine import readouts

            return readouts(experiment, weights)

        self._do(work, done, failed)

    def importance(
        self, experiment: Experiment, weights: Sequence[Floats], layer: int, done: Callable[[Floats], None]
    ) -> None:
        """How much the cost rises when each neuron of a layer is muted, (neurons,)."""

        def work() -> Floats:
            from cadl_desktop.engine import importance

            return importance(experiment, weights, layer)

        self._do(work, done, self._tell_error)

    def costs(
        self,
        experiment: Experiment,
        vectors: Iterable[Floats],
        whole: bool,
        done: Callable[[Costs], None],
        failed: Fail,
    ) -> None:
        """The cost with each of some weights, flattened."""

        def work() -> Costs:
            from cadl_desktop.engine import costs_of

            return costs_of(experiment, vectors, whole)

        self._do(work, done, failed)

    def operations(self, experiment: Experiment, done: Callable[[tuple[Operation, ...]], None]) -> None:
        """The operations that TensorFlow makes of a network."""

        def work() -> tuple[Operation, ...]:
            from cadl_desktop.engine import operations

            return operations(experiment)

        self._do(work, done, self._tell_error)

    def with_gains(
        self,
        experiment: Experiment,
        weights: tuple[Floats, ...],
        step: int,
        gains: Gains,
        done: Callable[[RenderedNetwork], None],
        failed: Fail,
    ) -> None:
        """What weights make with gains."""

        def work() -> RenderedNetwork:
            from cadl_desktop.engine import probe, render

            return RenderedNetwork(
                *render(experiment, weights, gains), probe(experiment, weights, step, gains)
            )

        self._do(work, done, failed)

    def moment(
        self,
        experiment: Experiment,
        state: RunState,
        coarse: bool,
        done: Callable[[RenderedNetwork], None],
        failed: Fail,
    ) -> None:
        """What an earlier state showed; of a large painting, where `coarse` will do, only some rows and
        columns and no PSNR."""

        def work() -> RenderedNetwork:
            from cadl_desktop.engine import glimpse, probe, render

            probed = probe(experiment, state.weights, state.step)
            if coarse:
                return RenderedNetwork(glimpse(experiment, state.weights), None, probed)
            return RenderedNetwork(*render(experiment, state.weights), probed)

        self._do(work, done, failed)

    def picture(
        self,
        experiment: Experiment,
        weights: Sequence[Floats],
        number: float,
        side: int,
        gains: Gains,
        done: Callable[[Floats], None],
        failed: Fail,
    ) -> None:
        """One of many pictures by its number, (side, side, 3), or what lies between two."""

        def work() -> Floats:
            from cadl_desktop.data.frames import WHOLE
            from cadl_desktop.engine import render_rows

            bands = render_rows(experiment, weights, WHOLE, side, side, gains=gains, picture=number)
            return np.concatenate(list(bands))

        self._do(work, done, failed)

    def piece_of_view(
        self, rendering: ViewRendering, done: Callable[[RenderedPiece], None], failed: Fail
    ) -> None:
        """The next piece of what a person looks at."""

        def work() -> RenderedPiece:
            from cadl_desktop.engine import Renderer, predict

            return rendering.go_on(predict, Renderer)

        self._do(work, done, failed)
