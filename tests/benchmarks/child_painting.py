"""A child that paints without a window and says how near it came to its picture."""

from msgspec.structs import replace

from cadl_desktop.data.samples import samples_of
from cadl_desktop.data.scores import psnr
from cadl_desktop.data.subsets import split
from cadl_desktop.engine import Control, train
from cadl_desktop.experiment.methods.following import followed
from cadl_desktop.experiment.model import Stop
from cadl_desktop.runs.events import Finished, Progressed
from tests.benchmarks.workloads import workload

PICTURE_SECONDS = 0.05
"""How old a picture may be when its moment comes."""


def paint(name: str, held_out: str, *moments: str) -> dict[str, float]:
    """PSNR in dB by moments, in seconds of training without compilation, as they were given.

    Of all pixels; or, where a share is held out, of these. What counts is the newest picture of weights that
    are no older than the moment.
    """
    ends = [float(moment) for moment in moments]
    stop = Stop(epochs=None, seconds=max(ends))
    chosen = workload(name)
    experiment = followed(chosen, replace(chosen, validation=float(held_out), stop=stop))
    samples = samples_of(experiment.data)
    training, held = split(experiment, samples)
    rows = held if len(held) else training[:]
    found: dict[str, float] = {}
    for event in train(experiment, Control(picture_seconds=PICTURE_SECONDS)):
        progress = event.progress if isinstance(event, Finished) else event
        if not isinstance(progress, Progressed) or progress.prediction is None:
            continue
        seen = progress.prediction.reshape(len(samples.inputs), -1)[rows]
        value = psnr(seen, samples.targets[rows])
        last = isinstance(event, Finished)
        for moment, end in zip(moments, ends, strict=True):
            if progress.seconds <= end or (last and end == stop.seconds):
                found[moment] = value
    return found
