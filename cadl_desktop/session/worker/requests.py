"""What a window asks of the engine; answers come between two chunks of a training."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Protocol, cast

from cadl_desktop.computing import answers
from cadl_desktop.computing.answers import RenderedNetwork
from cadl_desktop.computing.link import StandIn
from cadl_desktop.computing.view_rendering import RenderedPiece, ViewRendering
from cadl_desktop.experiment import Experiment
from cadl_desktop.runs.costs import Costs
from cadl_desktop.runs.events import Floats, Probed, RunState
from cadl_desktop.runs.gains import Gains
from cadl_desktop.runs.readouts import Readouts
from cadl_desktop.runs.traced_network import Operation

Fail = Callable[[Exception], None]


class Do(Protocol):
    """Has work done where TensorFlow is, if it still is `wanted` at its turn, and calls `done` or `failed` on
    the window's thread."""

    def __call__(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Fail,
        wanted: Callable[[], bool] = ...,
    ) -> None: ...


class EngineRequests:
    """Each calls `done` with its answer, which `computing.answers` describes; an error that a caller has no
    use for is told to the person."""

    def __init__(self, do: Do, tell_error: Fail) -> None:
        self._do = do
        self._tell_error = tell_error

    def first_state(self, experiment: Experiment, done: Callable[[RunState], None]) -> None:
        self._do(partial(answers.first_state, experiment), done, self._tell_error)

    def shown(
        self,
        experiment: Experiment,
        state: RunState,
        done: Callable[[tuple[Floats, float | None]], None],
        failed: Fail | None = None,
        wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        """Not made, and never done, where it isn't `wanted` any more when its turn comes, on whichever thread
        that is asked."""
        self._do(partial(answers.shown, experiment, state.weights), done, failed or self._tell_error, wanted)

    def neurons(self, experiment: Experiment, state: RunState | None, done: Callable[[Probed], None]) -> None:
        """With a state's weights; without a state, with the seed's first ones."""
        weights, step = (state.weights, state.step) if state else (None, 0)
        self._do(partial(answers.neurons, experiment, weights, step), done, self._tell_error)

    def point(
        self,
        experiment: Experiment,
        weights: Sequence[Floats],
        place: Sequence[float],
        gains: Gains,
        done: Callable[[tuple[Floats, ...]], None],
        failed: Fail,
    ) -> None:
        self._do(partial(answers.point, experiment, weights, place, gains), done, failed)

    def readouts(
        self,
        experiment: Experiment,
        weights: Sequence[Floats],
        done: Callable[[Readouts], None],
        failed: Fail,
    ) -> None:
        self._do(partial(answers.readouts, experiment, weights), done, failed)

    def importance(
        self, experiment: Experiment, weights: Sequence[Floats], layer: int, done: Callable[[Floats], None]
    ) -> None:
        self._do(partial(answers.importance, experiment, weights, layer), done, self._tell_error)

    def costs(
        self,
        experiment: Experiment,
        vectors: Iterable[Floats],
        whole: bool,
        done: Callable[[Costs], None],
        failed: Fail,
    ) -> None:
        self._do(partial(answers.costs, experiment, list(vectors), whole), done, failed)

    def operations(self, experiment: Experiment, done: Callable[[tuple[Operation, ...]], None]) -> None:
        self._do(partial(answers.operations, experiment), done, self._tell_error)

    def with_gains(
        self,
        experiment: Experiment,
        weights: tuple[Floats, ...],
        step: int,
        gains: Gains,
        done: Callable[[RenderedNetwork], None],
        failed: Fail,
    ) -> None:
        self._do(partial(answers.with_gains, experiment, weights, step, gains), done, failed)

    def moment(
        self,
        experiment: Experiment,
        state: RunState,
        coarse: bool,
        done: Callable[[RenderedNetwork], None],
        failed: Fail,
    ) -> None:
        self._do(partial(answers.moment, experiment, state.weights, state.step, coarse), done, failed)

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
        self._do(partial(answers.picture, experiment, weights, number, side, gains), done, failed)

    def piece_of_view(
        self,
        rendering: ViewRendering | StandIn,
        done: Callable[[tuple[RenderedPiece, StandIn]], None],
        failed: Fail,
    ) -> None:
        """Begins with a rendering, and goes on with what stands for it in each answer."""
        self._do(partial(answers.piece_of_view, cast(ViewRendering, rendering)), done, failed)
