"""What a window asks of the engine beside trainings: functions that are sent by name."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cadl_desktop.computing.link import Staying
from cadl_desktop.computing.view_rendering import RenderedPiece, ViewRendering
from cadl_desktop.experiment import Experiment
from cadl_desktop.runs.costs import Costs
from cadl_desktop.runs.events import Floats, Made, Probed, RunState
from cadl_desktop.runs.gains import Gains
from cadl_desktop.runs.readouts import Readouts
from cadl_desktop.runs.traced_network import Operation


@dataclass(frozen=True, eq=False)
class RenderedNetwork:
    """What the network makes of weights: the output and its PSNR, and every neuron's small picture."""

    prediction: Made
    psnr: float | None
    probed: Probed


def first_state(experiment: Experiment) -> RunState:
    """The state that a training of the experiment begins with."""
    from cadl_desktop import engine

    return engine.first_state(experiment)


def shown(experiment: Experiment, weights: Sequence[Floats]) -> tuple[Made, float | None]:
    """What weights show: (prediction, psnr) as in `Progressed`."""
    from cadl_desktop import engine

    return engine.render(experiment, weights)


def neurons(experiment: Experiment, weights: Sequence[Floats] | None, step: int) -> Probed:
    """What the neurons compute with weights; without any, with the seed's first ones."""
    from cadl_desktop import engine

    return engine.probe(experiment, weights or engine.initial_weights(experiment), step)


def point(
    experiment: Experiment, weights: Sequence[Floats], place: Sequence[float], gains: Gains
) -> tuple[Floats, ...]:
    """What every neuron gives at one point, column by column."""
    from cadl_desktop import engine

    return engine.at_point(experiment, weights, place, gains)


def readouts(experiment: Experiment, weights: Sequence[Floats]) -> Readouts:
    """What a linear readout of each layer alone makes."""
    from cadl_desktop import engine

    return engine.readouts(experiment, weights)


def importance(experiment: Experiment, weights: Sequence[Floats], layer: int) -> Floats:
    """How much the cost rises when each neuron of a layer is muted, (neurons,)."""
    from cadl_desktop import engine

    return engine.importance(experiment, weights, layer)


def costs(experiment: Experiment, vectors: Sequence[Floats], whole: bool) -> Costs:
    """The cost with each of some weights, flattened."""
    from cadl_desktop import engine

    return engine.costs_of(experiment, vectors, whole)


def operations(experiment: Experiment) -> tuple[Operation, ...]:
    """The operations that TensorFlow makes of a network."""
    from cadl_desktop import engine

    return engine.operations(experiment)


def with_gains(experiment: Experiment, weights: Sequence[Floats], step: int, gains: Gains) -> RenderedNetwork:
    """What weights make with gains."""
    from cadl_desktop import engine

    return RenderedNetwork(
        *engine.render(experiment, weights, gains), engine.probe(experiment, weights, step, gains)
    )


def moment(experiment: Experiment, weights: Sequence[Floats], step: int, coarse: bool) -> RenderedNetwork:
    """What an earlier state showed; of a large painting, where `coarse` will do, only some rows and columns
    and no PSNR."""
    from cadl_desktop import engine

    probed = engine.probe(experiment, weights, step)
    if coarse:
        return RenderedNetwork(engine.glimpse(experiment, weights), None, probed)
    return RenderedNetwork(*engine.render(experiment, weights), probed)


def picture(
    experiment: Experiment, weights: Sequence[Floats], number: float, side: int, gains: Gains
) -> Floats:
    """One of many pictures by its number, (side, side, 3), or what lies between two."""
    from cadl_desktop import engine
    from cadl_desktop.data.frames import WHOLE

    bands = engine.render_rows(experiment, weights, WHOLE, side, side, gains=gains, picture=number)
    return np.concatenate(list(bands))


def piece_of_view(rendering: ViewRendering) -> tuple[RenderedPiece, Staying]:
    """The next piece of what a person looks at, and who renders those that follow."""
    from cadl_desktop import engine

    return rendering.go_on(engine.predict, engine.Renderer), Staying(rendering)
