"""The step that comes next in a pause, and the backward pass that leads to it."""

from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.runs.events import BackwardPass
from cadl_desktop.runs.probed_columns import Column, gradient_columns
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.probed_neurons import Neurons


class NextStep(QObject):
    """Backward pass of the next step, while it is wanted and training is paused: `backward`, and its
    `columns`; else None and ().

    None also where an earlier moment is shown, and from a change of the settings until there is that of the
    step with them.
    """

    changed = Signal()

    def __init__(self, neurons: Neurons) -> None:
        super().__init__(neurons)
        self._neurons, self._session = neurons, neurons.session
        self.backward: BackwardPass | None = None
        self.columns: tuple[Column, ...] = ()
        for news in (
            self._session.status_changed,
            self._session.updated,
            self._session.document.changed,
            neurons.heard,
        ):
            news.connect(self._update)

    @Slot(bool)
    def want(self, on: bool) -> None:
        """Starts or stops computing backward passes in pauses."""
        self._session.looks_back = on
        self._update()

    @Slot()
    def _update(self) -> None:
        found = self._found()
        if found is not self.backward:
            self.backward = found
            experiment = self._session.document.experiment
            self.columns = gradient_columns(experiment, found) if found else ()
            self.changed.emit()

    def _found(self) -> BackwardPass | None:
        result, plain = self._session.result, self._neurons.plain
        if self._session.status is not Status.PAUSED or plain is None or plain is not result.probed:
            return None
        return result.backward
