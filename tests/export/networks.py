"""Networks with every encoding, layer, activation and scaling, runs of them, and plots left in memory."""

import dataclasses
import gc
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from msgspec.structs import replace

from cadl_desktop.engine import Control, initial_weights, train
from cadl_desktop.experiment import Experiment, Part, preset
from cadl_desktop.experiment.catalog import entries, part
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.export.trained import Trained
from cadl_desktop.project import Project
from cadl_desktop.runs.events import EpochEnded, Finished, Paused, RunState
from cadl_desktop.runs.history import History
from cadl_desktop.runs.record import record_of
from cadl_desktop.runs.run_snapshots import Snapshots
from tests.engine.runs import small_painting

CURVE = preset("lecture-tanh")
MOMENTS = 5
"""Number of states in a filmed run."""


def untrained(
    experiment: Experiment, validation_cost: float | None = None, psnr: float | None = None
) -> Trained:
    """Run with the experiment's first weights and an invented history, which exports accept."""
    history = History()
    for epoch in (1, 2, 3):
        history.add(EpochEnded(epoch, 5 * epoch, 0.1 * epoch, 1 / epoch, validation_cost, 0.02, psnr))
    slots = np.empty((0, parameter_count(experiment)), np.float32)
    settings = replace(LiveSettings.of(experiment), rate=0.02, batch_size=50)
    state = RunState(15, 3, 0, 0.3, tuple(initial_weights(experiment)), slots, settings)
    return Trained(experiment, state, history)


def project_of(run: Trained, *others: Trained) -> Project:
    """Project that shows a run, beside others."""
    records = [
        record_of(number, each.experiment, each.history, each.state) for number, each in enumerate(others, 2)
    ]
    return Project(run.experiment, run.state, run.history, tuple(records), number=1, snapshots=run.snapshots)


def dense(**settings: Any) -> Part:
    usual: dict[str, Any] = {"units": 6, "initialiser": "xavier"}
    return part("layer", "dense", **(usual | settings))


def many(identity: str, **changes: Any) -> Experiment:
    """Experiment with three faces in one network."""
    data = part("dataset", "pictures", count=3, longest=8, identity=identity)
    scaling = {"input_scaling": "centred", "target_scaling": "signed"}
    return small_painting(**({"data": data} | scaling | changes))


NETWORKS = {
    "curve": CURVE,
    "every activation": replace(
        CURVE,
        encoding=part("encoding", "polynomial", degree=4),
        layers=tuple(dense(activation=name, w0=1.0) for name in entries("activation")),
        target_scaling="standardised",
    ),
    "without bias": replace(
        CURVE, layers=(dense(bias=False), part("layer", "sum"), dense(activation="sine", w0=3.0))
    ),
    "far from 0": replace(
        CURVE, data=CURVE.data.has(low=900.0, high=906.0), input_scaling="standardised per column"
    ),
    "unix times": replace(
        CURVE, data=CURVE.data.has(low=1.7e9, high=1.7e9 + 600), input_scaling="standardised per column"
    ),
    "y far from 0": replace(
        CURVE,
        data=part("dataset", "function", expression="1.7e9 + 600 * sin(x)", observations=80),
        target_scaling="standardised",
    ),
    "every layer": small_painting(
        layers=(
            dense(),
            part("layer", "dropout", share=0.5),
            part("layer", "skip"),
            part("layer", "layer normalisation"),
            dense(),
        ),
        input_scaling="standardised",
        target_scaling="signed",
    ),
    "orthogonal polynomial": small_painting(
        encoding=part("encoding", "polynomial", degree=5, basis="orthogonal"),
        input_scaling="standardised",
        target_scaling="unit",
    ),
    "fourier": small_painting(
        data=preset("lecture-painting").data.has(longest=50),
        encoding=part("encoding", "fourier", features=16, scale=100.0),
        layers=(dense(units=16),),
        input_scaling="standardised",
        target_scaling="unit",
    ),
    "siren": small_painting(
        encoding=part("encoding", "siren", features=16),
        layers=(dense(activation="sine", w0=30.0, initialiser="siren", units=16),),
        input_scaling="centred",
        target_scaling="signed",
    ),
    "hash grid": small_painting(
        encoding=part("encoding", "hash grid", levels=2, table=50, coarsest=3, finest=12),
        input_scaling="centred",
        target_scaling="unit",
    ),
    "cubic hash grid": small_painting(
        encoding=part("encoding", "hash grid", levels=1, table=999, coarsest=12, interpolation="cubic"),
        input_scaling="square",
        target_scaling="unit",
    ),
    "fine hash grid": small_painting(
        encoding=part(
            "encoding", "hash grid", levels=1, table=2**20 - 7, coarsest=4096, finest=4096, features=1
        ),
        input_scaling="centred",
        target_scaling="unit",
    ),
    "one-hot pictures": many("one-hot", encoding=part("encoding", "fourier", features=8)),
    "learned pictures": many("embedding"),
    "numbered pictures": many(
        "number", encoding=part("encoding", "hash grid", levels=2, table=999, coarsest=8, finest=24)
    ),
    "hash grid of a curve": replace(
        CURVE, encoding=part("encoding", "hash grid", levels=2, table=16), input_scaling="centred"
    ),
}


def with_weights_that_matter(trained: Trained) -> Trained:
    """Run with larger entries of a hash grid, whose initial ones are too small to matter."""
    if trained.experiment.encoding.kind != "hash grid":
        return trained
    table, *others = trained.state.weights
    state = dataclasses.replace(trained.state, weights=(table * 1e4, *others))
    return Trained(trained.experiment, state, trained.history)


def filmed(experiment: Experiment) -> Trained:
    """Run with invented snapshots, each brighter than the one before."""
    trained = untrained(experiment)
    last = trained.state
    states = [
        dataclasses.replace(last, step=3 * number, epoch=number, weights=brighter(last, number))
        for number in range(MOMENTS)
    ]
    *earlier, newest = states
    return Trained(experiment, newest, trained.history, Snapshots(earlier))


def brighter(state: RunState, times: int) -> tuple[np.ndarray[Any, Any], ...]:
    """Weights with a larger bias of the output, which is the last of them."""
    *others, bias = state.weights
    return (*others, (bias + np.float32(0.1 + 30 * times)).astype(np.float32))


def with_moments(experiment: Experiment, steps: int = 5) -> Trained:
    """Trained run with snapshots of its first steps."""
    control, history, snapshots = Control(picture_seconds=None), History(), Snapshots()
    control.pause()
    for event in train(experiment, control):
        history.add(event)
        if isinstance(event, Paused):
            snapshots.add(event.state)
            control.step() if event.state.step < steps else control.resume()
    assert isinstance(event, Finished)
    return Trained(experiment, event.state, history, snapshots)


def artists() -> int:
    """Number of matplotlib artists in memory."""
    return sum(issubclass(type(each), Artist) for each in gc.get_objects())
