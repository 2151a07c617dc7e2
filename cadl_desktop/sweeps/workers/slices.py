"""A trial is trained in slices, each a task of Dask's: what a worker's process does of them."""

from typing import TYPE_CHECKING

from cadl_desktop.sweeps.workers.slice_messages import News, Outcome, Slice
from cadl_desktop.system.libraries import restrain_libraries
from cadl_desktop.system.machine import want_cores

if TYPE_CHECKING:
    from cadl_desktop.sweeps.workers.slice_training import SliceTraining


def run_slice(order: Slice) -> Outcome:
    """Trains one slice. What goes wrong with a trial is its outcome."""
    from cadl_desktop.sweeps.workers.slice_training import SliceTraining

    training = SliceTraining(order)
    _trained_now[order.owner] = training
    try:
        if order.owner in _left:
            training.stop()
        return training.outcome()
    finally:
        del _trained_now[order.owner]


def stop_slices(owner: str) -> None:
    """The slice of this owner that is being trained in this process ends where it stands, and so does every
    one that comes."""
    _left.add(owner)
    training = _trained_now.get(owner)
    if training is not None:
        training.stop()


def news_of(owner: str) -> News | None:
    """What there is to tell since the last time; None where nothing is."""
    training = _trained_now.get(owner)
    return training.take_news() if training is not None else None


def make_worker(threads: int) -> None:
    """What goes before the first slice of a process: TensorFlow will take so many threads."""
    want_cores(threads)
    restrain_libraries()


_left: set[str] = set()
"""Owners that wait for no slice any more."""
_trained_now: "dict[str, SliceTraining]" = {}
"""By their owners; a worker takes one at a time."""
