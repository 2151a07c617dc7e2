"""In which order the neurons of each layer stand: their own, or by how much the cost rises without them."""

from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.model import differ_only_in_hiding, structure_of
from cadl_desktop.runs.events import Floats
from cadl_desktop.session.background import LatestOnly
from cadl_desktop.session.views.probed_neurons import Neurons


class Ordering(QObject):
    """By importance, layers are asked one after the other, and once only: an order stays while it is looked
    at, until another is asked for or the network is another one.

    `orders` are those that are known, by column counted from the input; `rises` says of each neuron there
    by how much the cost rises without it.
    """

    changed = Signal()

    def __init__(self, neurons: Neurons) -> None:
        super().__init__(neurons)
        self._neurons = neurons
        self._newest = LatestOnly()
        self._wanted: list[int] = []
        self._counts: list[int] = []
        self._of: tuple[int, Experiment] | None = None
        """How often a document had been opened, and the network that layers are asked of."""
        self.by_importance = False
        self.orders: dict[int, tuple[int, ...]] = {}
        self.rises: dict[int, Floats] = {}
        neurons.changed.connect(self._look)

    def show_by_importance(self, on: bool) -> None:
        """Has the importance of every layer's neurons measured as they are now, or forgets it."""
        self.by_importance = on
        self._newest.drop()
        self._of, self._wanted = None, []
        self._put({}, {})
        self._look()

    @Slot()
    def _look(self) -> None:
        """Asks again where the network is another one."""
        counts = [len(column.values) for column in self._neurons.columns]
        if not self.by_importance or not counts or self._neurons.plain is None:
            return
        stays, document = self._stays(), self._neurons.session.document
        self._of = document.opened, document.experiment
        if stays:
            return
        self._newest.drop()
        self._counts = counts
        self._wanted = list(range(1, len(counts) - 1))
        self._put({}, {})
        self._ask_next()

    def _stays(self) -> bool:
        """Whether what is known, or is being asked, is of the network that is there now; while pixels are
        hidden, nothing moves that stands in its order."""
        document = self._neurons.session.document
        if self._of is None or self._of[0] != document.opened:
            return False
        before, now = self._of[1], document.experiment
        is_whole = len(self.orders) == len(self._counts) - 2
        same = structure_of(before) == structure_of(now)
        return same or (is_whole and differ_only_in_hiding(before, now))

    def _ask_next(self) -> None:
        while self._wanted:
            column = self._wanted.pop(0)
            told = self._newest.begin().only(partial(self._take, column))
            if self._neurons.ask_importance(column, told):
                return

    def _take(self, column: int, rises: Floats) -> None:
        if column < len(self._counts) and len(rises) == self._counts[column]:
            order = tuple(np.argsort(-rises, kind="stable").tolist())
            self._put(self.orders | {column: order}, self.rises | {column: rises})
        self._ask_next()

    def _put(self, orders: dict[int, tuple[int, ...]], rises: dict[int, Floats]) -> None:
        if orders or self.orders:
            self.orders, self.rises = orders, rises
            self.changed.emit()
