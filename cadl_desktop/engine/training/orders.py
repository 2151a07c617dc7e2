"""The order in which an epoch takes its samples; the next epoch's is drawn beside the training."""

from concurrent.futures import Executor, Future

import numpy as np

from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.engine.samples import Prepared, epoch_order


def order_of(prepared: Prepared, seed: int, epoch: int) -> Tensor:
    """All training rows in the order of one epoch, and then what no batch reaches, (samples,)."""
    order = np.zeros(len(prepared.inputs), np.int32)
    count = len(prepared.training)
    order[:count] = prepared.training[epoch_order(seed, epoch, count)]
    return tf.constant(order)


class EpochOrders:
    """Orders of one run; to shuffle takes a tenth of a small network's epoch."""

    def __init__(self, prepared: Prepared, seed: int, first: int, executor: Executor) -> None:
        self._prepared = prepared
        self._seed = seed
        self._executor = executor
        self._epoch, self._order = first, self._draw(first)
        self._next: Future[Tensor] = executor.submit(self._draw, first + 1)

    def of(self, epoch: int) -> Tensor:
        """That of the running epoch."""
        if epoch != self._epoch:
            # A run that has diverged goes back.
            self._order = self._next.result() if epoch == self._epoch + 1 else self._draw(epoch)
            self._epoch = epoch
            self._next = self._executor.submit(self._draw, epoch + 1)
        return self._order

    def _draw(self, epoch: int) -> Tensor:
        return order_of(self._prepared, self._seed, epoch)
