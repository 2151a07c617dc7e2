"""What an experiment asks of a machine, by arithmetic alone: memory, and products at each step.

The factors were measured on peaks of real trainings, which they meet to a fifth on a Linux machine.
"""

from dataclasses import dataclass

from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.catalog.large_pictures import LARGE
from cadl_desktop.experiment.check import Problem, problem
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import (
    columns,
    input_columns,
    is_painting,
    multiplications,
    parameter_count,
    target_columns,
    widths,
)

NUMBER = 4
"""Bytes of a float32."""
COPIES, COPIES_OF_MEMORIES = 11, 6
"""How often the weights, and each of the optimizer's memories of them, lie in memory at the peak: before and
after a step, where the run can go back to, as the state that is handed on, and while they are drawn."""
BACK_AND_FORTH = 1.3
"""What a batch's numbers take, those of its gradient with them, over what the forward pass alone does."""
BYTES_OF_A_NUMBER = 56
"""Of each number of a sample: as read, scaled, once more each for training and for measuring, and what the
score of a prediction is computed with."""
TILE_SIDE, TILE_SIDE_AROUND_HOLES = 64, 96
TILE_ARITHMETIC = 4e9
"""Floating-point operations of one tile, some 30 ms on a core: no stop waits longer for a measurement."""
BYTES_OF_A_PIXEL = 22
"""Of a large picture: as a file, while that is read, as bytes for steps and for scores, and its number."""
BYTES_OF_NEIGHBOURS = 100
"""Of a sample, while it is sought which ones smoothness or bending compares."""
MOST_TILE, LEAST_TILE = 4096, 256


@dataclass(frozen=True)
class Memory:
    """What training adds to the program at its peak, about, in bytes."""

    weights: int
    batch: int
    samples: int
    measuring: int

    @property
    def total(self) -> int:
        return self.weights + self.batch + self.samples + self.measuring


def sample_count(experiment: Experiment) -> int:
    """Of training and validation together; 0 where that can't be said without reading them."""
    samples = entry("dataset", experiment.data.kind).samples
    return samples(experiment.data) if samples else 0


def batch_in_force(experiment: Experiment) -> int:
    """The batch size, cut to the training set."""
    training = round(sample_count(experiment) * (1 - experiment.validation))
    return min(experiment.batch_size, max(1, training)) if training else experiment.batch_size


def smoothed_samples(batch_size: int) -> int:
    """How many samples each step compares with their neighbours, where smoothness is asked for: half as many
    as it learns from, since each takes its neighbours along."""
    return max(1, batch_size // 2)


def samples_at_once(experiment: Experiment, count: int, shards: int) -> int:
    """How many of `count` samples are measured at a time."""
    affordable = TILE_ARITHMETIC / (2 * multiplications(experiment))
    return int(min(count, max(LEAST_TILE, affordable), MOST_TILE * shards))


def memory_needed(experiment: Experiment) -> Memory:
    """Of an experiment that `check` has nothing against."""
    memories = entry("optimizer", experiment.optimizer.kind).memories
    neurons, samples = _numbers_kept(experiment), sample_count(experiment)
    numbers = input_columns(experiment) + target_columns(experiment)
    large = experiment.data.kind == "picture" and samples > LARGE
    each = BYTES_OF_A_PIXEL if large else BYTES_OF_A_NUMBER * numbers
    if experiment.smoothness > 0 or experiment.bending > 0:
        each += BYTES_OF_NEIGHBOURS
    return Memory(
        weights=NUMBER * parameter_count(experiment) * (COPIES + COPIES_OF_MEMORIES * memories),
        batch=round(NUMBER * _samples_of_a_step(experiment) * neurons * BACK_AND_FORTH),
        samples=each * samples,
        measuring=NUMBER * samples_at_once(experiment, samples, 1) * sum(widths(experiment)),
    )


def _numbers_kept(experiment: Experiment) -> float:
    """Of each sample of a batch, for the way back through the network."""
    kinds = [entry(category, part.kind) for category, part in columns(experiment)]
    return sum(kind.keeps * width for kind, width in zip(kinds, widths(experiment), strict=True))


def products_of_a_step(experiment: Experiment) -> int:
    """Multiplications, each with an addition, of one step: forward, and back for weights and neurons."""
    return 3 * multiplications(experiment) * _samples_of_a_step(experiment)


def _samples_of_a_step(experiment: Experiment) -> int:
    """The batch, and what is looked at around hidden pixels."""
    batch = batch_in_force(experiment)
    near, bent = (3, 6) if is_painting(experiment) else (2, 3)
    group = near * (experiment.smoothness > 0) + bent * (experiment.bending > 0)
    looked_at = is_painting(experiment) and experiment.coherence > 0
    tile = min(tile_side(experiment) ** 2, sample_count(experiment)) if looked_at else 0
    return batch + smoothed_samples(batch) * group + tile


def tile_side(experiment: Experiment) -> int:
    """Pixels along each side of what is looked at for coherence in a step, or as many as there are. Around
    holes it is compared over so wide windows that a small tile would cut off most of them."""
    settings = experiment.data.as_dict()
    has_holes = bool(settings.get("mask")) and float(settings.get("keep", 100.0)) >= 100.0
    return TILE_SIDE_AROUND_HOLES if has_holes else TILE_SIDE


def check_memory(experiment: Experiment, free: int | None) -> list[Problem]:
    """Whether the machine has room for an experiment that `check` has nothing against; `free` bytes, None
    where nobody knows."""
    needed = memory_needed(experiment).total
    if free is None or needed <= free:
        return []
    return [
        problem(
            "layers",
            "This needs about {needed} of memory and the machine has {free} free; "
            "choose fewer units or a smaller batch.",
            needed=bytes_in_words(needed),
            free=bytes_in_words(free),
        )
    ]


def bytes_in_words(count: int) -> str:
    """To two figures: '2.1 MB', '410 MB', '41 GB'."""
    size, unit = count / 1e6, "MB"
    for larger in ("GB", "TB"):
        if size >= 999.5:
            size, unit = size / 1000, larger
    return f"{max(size, 0.1):.1f} {unit}" if size < 9.95 else f"{float(f'{size:.2g}'):.0f} {unit}"
