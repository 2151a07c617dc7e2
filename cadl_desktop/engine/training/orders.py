"""Order of the samples in each epoch; the next one is drawn on a second thread."""

from concurrent.futures import Executor, Future
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.subsets import MOST_SHUFFLED, epoch_pieces
from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.engine.prepared_samples import Integers, PreparedSamples, epoch_order, order_piece

STRETCH = MOST_SHUFFLED // 4
"""Length of the part of a large picture's order that one call of the steps receives, or a batch where that is
longer."""


class Order(Protocol):
    """Order of the samples in one epoch."""

    def stretch(self, row: int, batch_size: int) -> tuple[Tensor, int]:
        """Rows of samples in order, of the same length for every call, and the index among them of place
        `row` of the epoch. The rows after it suffice for `steps_at_once`."""
        ...


def batch_at(order: Order, row: int, batch_size: int) -> NDArray[np.int32]:
    """Rows of the samples in the batch at place `row` of an epoch, (batch,)."""
    rows, first = order.stretch(row, batch_size)
    return np.array(memoryview(rows)[first : first + batch_size], np.int32)


def steps_at_once(prepared: PreparedSamples, batch_size: int) -> int | None:
    """Steps that a stretch suffices for; None where it holds the whole epoch."""
    return max(1, STRETCH // batch_size) if prepared.samples.large else None


class EpochOrders:
    """Orders of one run's epochs, drawn ahead: shuffling takes a tenth of a small network's epoch."""

    def __init__(self, prepared: PreparedSamples, seed: int, first: int, executor: Executor) -> None:
        self._prepared = prepared
        self._seed = seed
        self._executor = executor
        self._epoch, self._order = first, self._draw(first)
        self._next: Future[Order] = executor.submit(self._draw, first + 1)

    def of(self, epoch: int) -> Order:
        """Order of the running epoch."""
        if epoch != self._epoch:
            # Another epoch than the next one: a diverged run went back.
            self._order = self._next.result() if epoch == self._epoch + 1 else self._draw(epoch)
            self._epoch = epoch
            self._next = self._executor.submit(self._draw, epoch + 1)
        return self._order

    def _draw(self, epoch: int) -> Order:
        if self._prepared.samples.large:
            return PiecewiseOrder(self._prepared, self._seed, epoch, self._executor)
        return WholeOrder(self._prepared, self._seed, epoch)


class WholeOrder:
    """All training rows in the order of one epoch, padded to the number of samples, (samples,), so that
    another choice of training rows has the same shape."""

    def __init__(self, prepared: PreparedSamples, seed: int, epoch: int) -> None:
        order = np.zeros(len(prepared.samples.inputs), np.int32)
        count = len(prepared.training)
        order[:count] = prepared.training[epoch_order(seed, epoch, count)]
        self._rows = tf.constant(order)

    def stretch(self, row: int, batch_size: int) -> tuple[Tensor, int]:
        return self._rows, row


class PiecewiseOrder:
    """Order of a large picture's epoch, of which two pieces are held: the present one and the next."""

    def __init__(self, prepared: PreparedSamples, seed: int, epoch: int, executor: Executor) -> None:
        self._prepared, self._seed, self._epoch, self._executor = prepared, seed, epoch, executor
        self._count = len(prepared.training)
        self._size = self._count // epoch_pieces(self._count)
        self._pieces: dict[int, Future[Integers]] = {}

    def stretch(self, row: int, batch_size: int) -> tuple[Tensor, int]:
        length = max(STRETCH, batch_size)
        rows = np.zeros(length, np.int32)
        first, last = row // self._size, (row + length - 1) // self._size
        filled = 0
        for piece in range(first, min(last + 1, epoch_pieces(self._count))):
            self._request(piece)
            numbers = self._pieces[piece].result()
            part = numbers[max(0, row - piece * self._size) :][: length - filled]
            rows[filled : filled + len(part)] = part
            filled += len(part)
        self._request(last + 1)
        for old in [piece for piece in self._pieces if piece < first]:
            del self._pieces[old]
        return tf.constant(rows), 0

    def _request(self, piece: int) -> None:
        if piece not in self._pieces and piece < epoch_pieces(self._count):
            self._pieces[piece] = self._executor.submit(self._draw, piece)

    def _draw(self, piece: int) -> Integers:
        chosen = order_piece(self._seed, self._epoch, self._count, piece)
        return self._prepared.training[chosen].astype(np.int32)
