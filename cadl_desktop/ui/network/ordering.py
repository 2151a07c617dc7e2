"""Order of the neurons within each layer: their own, or by importance (the rise in cost without them)."""

from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.model import differ_only_in_hiding, structure_of
from cadl_desktop.runs.events import Floats
from cadl_desktop.session.background import LatestOnly
from cadl_desktop.session.views.probed_neurons import Neurons


class NeuronOrdering(QObject):
    """Measures the importance of every layer's neurons, one layer at a time.

    Each layer is measured once; its order stays until another one is requested or the network changes.
    `orders` holds the known orders by column, counted from the input, and `rises` the rise in cost without
    each neuron.
    """

    changed = Signal()

    def __init__(self, neurons: Neurons) -> None:
        super().__init__(neurons)
        self._neurons = neurons
        self._newest = LatestOnly()
        self._wanted: list[int] = []
        self._counts: list[int] = []
        self._measured_for: tuple[int, Experiment] | None = None
        """Open count of the document, and the experiment whose layers are measured."""
        self.by_importance = False
        self.orders: dict[int, tuple[int, ...]] = {}
        self.rises: dict[int, Floats] = {}
        neurons.changed.connect(self._refresh)

    def show_by_importance(self, on: bool) -> None:
        """Starts measuring the importance of all neurons, or discards the orders."""
        self.by_importance = on
        self._newest.drop()
        self._measured_for, self._wanted = None, []
        self._set_orders({}, {})
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        """Starts over when the network has changed."""
        counts = [len(column.values) for column in self._neurons.columns]
        if not self.by_importance or not counts or self._neurons.plain is None:
            return
        stays, document = self._is_current(), self._neurons.session.document
        self._measured_for = document.opened, document.experiment
        if stays:
            return
        self._newest.drop()
        self._counts = counts
        self._wanted = list(range(1, len(counts) - 1))
        self._set_orders({}, {})
        self._ask_next()

    def _is_current(self) -> bool:
        """Whether the known or requested orders belong to the present network. Hiding pixels changes no order
        that is complete."""
        document = self._neurons.session.document
        if self._measured_for is None or self._measured_for[0] != document.opened:
            return False
        before, now = self._measured_for[1], document.experiment
        is_whole = len(self.orders) == len(self._counts) - 2
        same = structure_of(before) == structure_of(now)
        return same or (is_whole and differ_only_in_hiding(before, now))

    def _ask_next(self) -> None:
        while self._wanted:
            column = self._wanted.pop(0)
            reply = self._newest.begin().only(partial(self._take, column))
            if self._neurons.ask_importance(column, reply):
                return

    def _take(self, column: int, rises: Floats) -> None:
        if column < len(self._counts) and len(rises) == self._counts[column]:
            order = tuple(np.argsort(-rises, kind="stable").tolist())
            self._set_orders(self.orders | {column: order}, self.rises | {column: rises})
        self._ask_next()

    def _set_orders(self, orders: dict[int, tuple[int, ...]], rises: dict[int, Floats]) -> None:
        if orders or self.orders:
            self.orders, self.rises = orders, rises
            self.changed.emit()
