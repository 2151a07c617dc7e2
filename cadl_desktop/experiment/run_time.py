"""Estimate of the seconds that a run takes on two cores, by arithmetic alone."""

from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.effort import effective_batch_size, multiplications_per_step
from cadl_desktop.experiment.methods.facts import facts_of
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.registry import activation_of
from cadl_desktop.experiment.shapes import parameter_count, widths

_EPOCH, _STEP = 0.7e-3, 40e-6
"""Seconds of an epoch beside its steps; of a step however small the network is."""
_MULTIPLICATION = 18e-12
"""Seconds of a multiply-addition in a matrix."""
_CHEAP, _CURVED = 1e-9, 3.4e-9
"""Seconds for each output of a neuron: that is cut off, as by ReLU; that is a sine or another curve."""
_WAVES = 0.8e-6
"""Seconds of a sample that becomes waves, beside those of each wave."""
_LINEAR, _CUBIC = 0.02e-6, 0.075e-6
"""Seconds for each number that a grid gives for a sample, blended from 4 knots or from 16."""
_PARAMETER, _FAR_PARAMETER, _NEAR = 1e-9, 4e-9, 2**18
"""Seconds in which the optimizer moves a parameter: each of so many, which the processor's caches hold, and
each of the others."""
_WINDOW = 1.1
"""Factor for painting and drawing beside the training."""


def estimated_seconds(experiment: Experiment, slowness: float = 1.0) -> float | None:
    """Estimates the seconds until the stop rules end a run in a window; None without a limit of epochs,
    steps or seconds. `check` has to find no problem in the experiment. `slowness` is how many times as long
    steps take on this machine now, see `runs.time_left.slowness`.

    The factors were fitted to the processor time of steps on two shared cores of a Xeon of 2.6 GHz (AVX-512):
    waves of 345 to 59,000 parameters at 64 to 512 pixels, grids that copy pictures of 64 to 1,411 pixels, and
    the lecture's painting. Estimates are within a factor of 1.5 of these. The learned painting's grids, of
    3,267 to 49,145 parameters at 256 pixels, took 0.9 to 1.6 times as long as estimated.
    """
    stop = experiment.stop
    limits = [] if stop.seconds is None else [stop.seconds]
    steps = [] if stop.steps is None else [stop.steps]
    if stop.epochs is not None:
        steps.append(stop.epochs * steps_per_epoch(experiment))
    limits += [count * slowness * seconds_per_step(experiment) for count in steps]
    return min(limits, default=None)


def seconds_per_step(experiment: Experiment) -> float:
    """Estimates the seconds of a step of a run in a window, with its share of what an epoch takes."""
    batch, parameters = effective_batch_size(experiment), parameter_count(experiment)
    seconds = (
        _EPOCH / steps_per_epoch(experiment)
        + _STEP
        + _MULTIPLICATION * multiplications_per_step(experiment)
        + _PARAMETER * min(parameters, _NEAR)
        + _FAR_PARAMETER * max(parameters - _NEAR, 0)
        + batch * (_seconds_of_encoding(experiment) + _seconds_of_outputs(experiment))
    )
    return seconds * _WINDOW


def steps_per_epoch(experiment: Experiment) -> int:
    """Returns the number of optimizer steps of an epoch."""
    return facts_of(experiment).steps_per_epoch(effective_batch_size(experiment))


def _seconds_of_encoding(experiment: Experiment) -> float:
    """Returns the seconds in which a sample is encoded, forward and back."""
    encoding, width = experiment.encoding, widths(experiment)[0]
    if encoding.kind == "none":
        return 0.0
    if entry("encoding", encoding.kind).looks_up:
        return width * (_CUBIC if encoding.as_dict().get("interpolation") == "cubic" else _LINEAR)
    return _WAVES + width * _CURVED


def _seconds_of_outputs(experiment: Experiment) -> float:
    """Returns the seconds in which a sample's activations are computed, forward and back."""
    seconds, (_, *outputs) = 0.0, widths(experiment)
    for width, part in zip(outputs, (*experiment.layers, experiment.output), strict=True):
        chosen = activation_of(part)
        seconds += width * (_CHEAP if chosen is None or chosen.declared.keeps_positive else _CURVED)
    return seconds
