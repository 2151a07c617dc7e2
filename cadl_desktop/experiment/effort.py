"""Estimates of the memory and the multiplications that an experiment needs, by arithmetic alone.

The factors were fitted to measured peaks of real trainings; estimates are within a fifth of these on Linux.
"""

from dataclasses import dataclass

from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.catalog.dataset_entries import LARGE, picture_numbers
from cadl_desktop.experiment.check import Problem, check_part, problem
from cadl_desktop.experiment.model import Experiment, hides_pixels
from cadl_desktop.experiment.shapes import (
    columns,
    input_columns,
    is_painting,
    multiplications,
    parameter_count,
    target_columns,
    widths,
)

FLOAT_BYTES = 4
"""Bytes of a float32."""
WEIGHT_COPIES, OPTIMIZER_COPIES = 11, 6
"""Copies of the weights, and of each of the optimizer's slots, in memory at the peak: before and after a
step, the state that the run can return to, the state that is handed on, and those that are drawn."""
GRADIENT_FACTOR = 1.3
"""Memory of a batch's activations and gradients, relative to the activations of the forward pass alone."""
BYTES_PER_NUMBER = 56
"""Bytes for each number of a sample: as read, scaled, copied for training and measuring, and for scores."""
TILE_SIDE, TILE_SIDE_AROUND_HOLES = 64, 96
OPERATIONS_PER_TILE = 4e9
"""Floating-point operations for one tile of measured samples: 30 ms on a core, for which a stop may wait."""
BYTES_PER_LARGE_PIXEL = 22
"""Bytes for each pixel of a large picture: file, decoding, bytes for steps and scores, and its index."""
NEIGHBOUR_BYTES = 100
"""Bytes for each sample while neighbours for smoothness and bending are searched."""
MOST_TILE, LEAST_TILE = 4096, 256


@dataclass(frozen=True)
class Memory:
    """Estimated bytes that training adds to the program's memory at its peak."""

    weights: int
    batch: int
    samples: int
    measuring: int

    @property
    def total(self) -> int:
        return self.weights + self.batch + self.samples + self.measuring


def sample_count(experiment: Experiment) -> int:
    """Returns the number of all samples; 0 where it is unknown without reading them."""
    samples = entry("dataset", experiment.data.kind).samples
    return samples(experiment.data) if samples else 0


def single_picture_numbers(experiment: Experiment) -> int | None:
    """Returns how many numbers a single picture has: its pixels, hidden ones too, times its colours (one if
    it is grey). None for other data, and for a picture that can't be learned."""
    data = experiment.data
    if data.kind != "picture" or check_part("data", "dataset", data):
        return None
    return picture_numbers(data)


def curve_points(experiment: Experiment) -> int | None:
    """Returns how many points a curve has; None for pictures, and where that is unknown."""
    known = entry("dataset", experiment.data.kind).makes == "curve"
    return sample_count(experiment) or None if known else None


def effective_batch_size(experiment: Experiment) -> int:
    """Returns the batch size, limited to the size of the training set."""
    training = round(sample_count(experiment) * (1 - experiment.validation))
    return min(experiment.batch_size, max(1, training)) if training else experiment.batch_size


def smoothing_batch(batch_size: int) -> int:
    """Returns how many samples each step compares with their neighbours for smoothness: half of the batch,
    since each brings its neighbours along."""
    return max(1, batch_size // 2)


def measuring_batch(experiment: Experiment, count: int, shards: int) -> int:
    """Returns how many of `count` samples are measured at a time."""
    affordable = OPERATIONS_PER_TILE / (2 * multiplications(experiment))
    return int(min(count, max(LEAST_TILE, affordable), MOST_TILE * shards))


def memory_needed(experiment: Experiment) -> Memory:
    """Estimates the memory for an experiment in which `check` finds no problem."""
    memories = entry("optimizer", experiment.optimizer.kind).memories
    neurons, samples = _activations_per_sample(experiment), sample_count(experiment)
    numbers = input_columns(experiment) + target_columns(experiment)
    large = experiment.data.kind == "picture" and samples > LARGE
    each = BYTES_PER_LARGE_PIXEL if large else BYTES_PER_NUMBER * numbers
    if experiment.smoothness > 0 or experiment.bending > 0:
        each += NEIGHBOUR_BYTES
    return Memory(
        weights=FLOAT_BYTES * parameter_count(experiment) * (WEIGHT_COPIES + OPTIMIZER_COPIES * memories),
        batch=round(FLOAT_BYTES * _samples_per_step(experiment) * neurons * GRADIENT_FACTOR),
        samples=each * samples,
        measuring=FLOAT_BYTES * measuring_batch(experiment, samples, 1) * sum(widths(experiment)),
    )


def _activations_per_sample(experiment: Experiment) -> float:
    """Returns how many numbers the backward pass needs for each sample of a batch."""
    kinds = [entry(category, part.kind) for category, part in columns(experiment)]
    return sum(kind.keeps * width for kind, width in zip(kinds, widths(experiment), strict=True))


def multiplications_per_step(experiment: Experiment) -> int:
    """Returns the multiply-additions of a step: forward, and backward for weights and neurons."""
    return 3 * multiplications(experiment) * _samples_per_step(experiment)


def _samples_per_step(experiment: Experiment) -> int:
    """Returns the samples that a step evaluates: batch, and those for penalties on a picture."""
    batch = effective_batch_size(experiment)
    near, bent = (3, 6) if is_painting(experiment) else (2, 3)
    group = near * (experiment.smoothness > 0) + bent * (experiment.bending > 0)
    group += experiment.example > 0 and hides_pixels(experiment)
    looked_at = is_painting(experiment) and experiment.coherence > 0
    tile = min(tile_side(experiment) ** 2, sample_count(experiment)) if looked_at else 0
    return batch + smoothing_batch(batch) * group + tile


def tile_side(experiment: Experiment) -> int:
    """Returns the side in pixels of the tile that each step evaluates for coherence; a smaller picture is one
    tile. Around holes the windows that are compared are so wide that a small tile would cut most of them
    off."""
    settings = experiment.data.as_dict()
    has_holes = bool(settings.get("mask")) and float(settings.get("keep", 100.0)) >= 100.0
    return TILE_SIDE_AROUND_HOLES if has_holes else TILE_SIDE


def check_memory(experiment: Experiment, free: int | None) -> list[Problem]:
    """Returns a problem where the experiment needs more than the machine's `free` bytes (None: unknown).
    `check` has to find no problem in the experiment."""
    needed = memory_needed(experiment).total
    if free is None or needed <= free:
        return []
    return [
        problem(
            "layers",
            "This needs about {needed} of memory and the machine has {free} free; "
            "choose fewer units or a smaller batch.",
            needed=format_bytes(needed),
            free=format_bytes(free),
        )
    ]


def format_bytes(count: int) -> str:
    """Formats a size with two significant figures: '2.1 MB', '410 MB', '41 GB'."""
    size, unit = count / 1e6, "MB"
    for larger in ("GB", "TB"):
        if size >= 999.5:
            size, unit = size / 1000, larger
    return f"{max(size, 0.1):.1f} {unit}" if size < 9.95 else f"{float(f'{size:.2g}'):.0f} {unit}"
