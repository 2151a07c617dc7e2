"""How many samples an epoch takes: whole batches, in an order that is drawn anew for each."""

from cadl_desktop.data.samples import Samples
from cadl_desktop.data.split import EveryRow, Rows

PIECE = 2**20
"""Of a large picture's epoch no more samples are in order at a time."""


def pieces_of(count: int) -> int:
    """In how many pieces the epoch of a large picture with so many training samples is drawn. All have
    `count // pieces` of them; the few that are left over are others in every epoch."""
    return -(-count // PIECE)


def samples_of_an_epoch(samples: Samples, training: Rows | EveryRow) -> int:
    """How many there are in order, of those that are trained on."""
    count = len(training)
    return count // pieces_of(count) * pieces_of(count) if samples.large else count


def batches_left(count: int, row: int, batch_size: int) -> int:
    """Whole ones, of an epoch of `count` samples of which `row` have been used."""
    # A file that somebody has changed may say that more have been used.
    return max(0, count - row) // batch_size
