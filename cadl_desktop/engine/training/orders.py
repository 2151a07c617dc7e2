"""The order in which an epoch takes its samples; what comes next is drawn beside the training."""

from concurrent.futures import Executor, Future
from typing import Protocol

import numpy as np

from cadl_desktop.data.subsets import MOST_SHUFFLED, epoch_pieces
from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.engine.samples import Integers, Prepared, epoch_order, order_piece

STRETCH = MOST_SHUFFLED // 4
"""Of a large picture's order so much is handed to a call of the steps, or a batch where that is more."""


class Order(Protocol):
    """That of one epoch."""

    def stretch(self, row: int, batch_size: int) -> tuple[Tensor, int]:
        """Rows of samples in their order, as many for every call, and where among them the one at place
        `row` of the epoch stands. What comes after it is enough for `steps_at_once`."""
        ...


def steps_at_once(prepared: Prepared, batch_size: int) -> int | None:
    """How many steps a stretch is enough for; None where it holds the whole epoch."""
    return max(1, STRETCH // batch_size) if prepared.samples.large else None


class EpochOrders:
    """Orders of one run; to shuffle takes a tenth of a small network's epoch."""

    def __init__(self, prepared: Prepared, seed: int, first: int, executor: Executor) -> None:
        self._prepared = prepared
        self._seed = seed
        self._executor = executor
        self._epoch, self._order = first, self._draw(first)
        self._next: Future[Order] = executor.submit(self._draw, first + 1)

    def of(self, epoch: int) -> Order:
        """That of the running epoch."""
        if epoch != self._epoch:
            # A run that has diverged goes back.
            self._order = self._next.result() if epoch == self._epoch + 1 else self._draw(epoch)
            self._epoch = epoch
            self._next = self._executor.submit(self._draw, epoch + 1)
        return self._order

    def _draw(self, epoch: int) -> Order:
        if self._prepared.samples.large:
            return OrderInPieces(self._prepared, self._seed, epoch, self._executor)
        return WholeOrder(self._prepared, self._seed, epoch)


class WholeOrder:
    """All training rows in the order of one epoch, and then what no batch reaches, (samples,): other rows to
    train on are then no other shape."""

    def __init__(self, prepared: Prepared, seed: int, epoch: int) -> None:
        order = np.zeros(len(prepared.samples.inputs), np.int32)
        count = len(prepared.training)
        order[:count] = prepared.training[epoch_order(seed, epoch, count)]
        self._rows = tf.constant(order)

    def stretch(self, row: int, batch_size: int) -> tuple[Tensor, int]:
        return self._rows, row


class OrderInPieces:
    """Of which two pieces are held: the one that is used, and the one after it."""

    def __init__(self, prepared: Prepared, seed: int, epoch: int, executor: Executor) -> None:
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
            part = self._piece(piece)[max(0, row - piece * self._size) :][: length - filled]
            rows[filled : filled + len(part)] = part
            filled += len(part)
        self._ask(last + 1)
        for old in [piece for piece in self._pieces if piece < first]:
            del self._pieces[old]
        return tf.constant(rows), 0

    def _piece(self, piece: int) -> Integers:
        self._ask(piece)
        return self._pieces[piece].result()

    def _ask(self, piece: int) -> None:
        if piece not in self._pieces and piece < epoch_pieces(self._count):
            self._pieces[piece] = self._executor.submit(self._draw, piece)

    def _draw(self, piece: int) -> Integers:
        chosen = order_piece(self._seed, self._epoch, self._count, piece)
        return self._prepared.training[chosen].astype(np.int32)
