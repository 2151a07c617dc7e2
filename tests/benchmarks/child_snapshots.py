"""Children that train with snapshots: how many are kept, how large they are, and what taking one costs."""

import time
from statistics import median

from cadl_desktop.engine import Control, train
from cadl_desktop.engine.prepared_samples import prepare
from cadl_desktop.engine.training.orders import WholeOrder
from cadl_desktop.engine.training.stepper import Stepper
from cadl_desktop.runs.events import EpochEnded, Progressed, Snapshot
from cadl_desktop.runs.run_snapshots import Snapshots
from tests.benchmarks.workloads import workload

TRIALS, STEPS = 40, 10


def run(name: str, seconds: str, taken: str) -> dict[str, float]:
    """A run of so many seconds of training; `taken` is 1 with snapshots, 0 without."""
    control, snapshots, told = Control(picture_seconds=None, snapshots=taken == "1"), Snapshots(), 0
    for event in train(workload(name), control):
        if isinstance(event, Snapshot):
            told += 1
            snapshots.add(event.state)
        elif isinstance(event, Progressed | EpochEnded):
            last = event
            if event.seconds >= float(seconds):
                control.stop()
    return {
        "told": told,
        "kept": len(snapshots.states),
        "megabytes": snapshots.bytes / 2**20,
        "seconds": last.seconds,
        "steps_per_second": last.step / last.seconds,
    }


def cost(name: str) -> dict[str, float]:
    """Milliseconds that one snapshot takes and is folded in, each after steps that have used the caches."""
    experiment = workload(name)
    prepared = prepare(experiment)
    stepper, snapshots = Stepper(experiment, prepared), Snapshots()
    point, order = stepper.first_point(None), WholeOrder(prepared, experiment.seed, 0)
    times: list[float] = []
    for number in range(TRIALS):
        stepper.steps(point, order, STEPS)
        began = time.perf_counter()
        state = stepper.state(point, float(number))
        snapshots.states.append(state)
        times.append(time.perf_counter() - began)
    return {"milliseconds": 1000 * median(times)}
