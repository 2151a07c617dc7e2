"""How large the network is and what training it takes, in one line above it."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.effort import Memory, format_bytes, memory_needed, multiplications_per_step
from cadl_desktop.experiment.shapes import parameter_count, trainable_count
from cadl_desktop.ui.controls.figures import grouped
from cadl_desktop.ui.controls.tips import set_tip

_MANY = 50_000
_BILLION = 1_000_000_000


class EffortLabel(QLabel):
    """'21,187 parameters · 9.6 MB · 3.1 million products a step'; its tooltip says what each of them is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("muted", True)
        self.setProperty("small", True)
        self._words: list[str] = []

    def show_experiment(self, experiment: Experiment, *, sound: bool) -> None:
        """Of one that can't be trained only the parameters count; nothing where nobody knows them."""
        try:
            count = parameter_count(experiment)
        except (KeyError, ValueError):  # an unknown part; `check` says so beside it
            self._say([])
            return
        words, tip = ["1 parameter" if count == 1 else f"{grouped(count)} parameters"], ""
        if sound:
            memory = memory_needed(experiment)
            words += [format_bytes(memory.total), self._products(experiment)]
            tip = self._explained(memory, count - trainable_count(experiment))
        self._say(words)
        set_tip(self, tip)

    def _say(self, words: list[str]) -> None:
        self._words = words
        self.setAccessibleName(" · ".join(words))
        self.updateGeometry()
        self._fit()

    def _fit(self) -> None:
        """Leaves out from the end what there is no room for."""
        count = len(self._words)
        while count and self._width(count) > self.width():
            count -= 1
        self.setText(" · ".join(self._words[:count]))

    def _width(self, count: int) -> int:
        return self.fontMetrics().horizontalAdvance(" · ".join(self._words[:count])) + 2

    def sizeHint(self) -> QSize:
        return QSize(self._width(len(self._words)), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _products(self, experiment: Experiment) -> str:
        count = multiplications_per_step(experiment)
        if count < _MANY:
            return f"{grouped(count)} products a step"
        large = count >= 0.9995 * _BILLION
        share = count / (_BILLION if large else 1_000_000)
        words = f"{share:.1f}" if share < 99.95 else grouped(round(share))
        return f"{words} billion products a step" if large else f"{words} million products a step"

    def _explained(self, memory: Memory, still: int) -> str:
        frozen = f"{grouped(still)} of the parameters {'is' if still == 1 else 'are'} frozen."
        said = [frozen] if still else []
        parts = (
            ("weights and optimizer", memory.weights),
            ("a batch", memory.batch),
            ("samples", memory.samples),
            ("measuring the cost", memory.measuring),
        )
        listed = ", ".join(f"{what} {format_bytes(size)}" for what, size in parts)
        said.append(f"Training takes about so much memory beside the program's own: {listed}.")
        said.append("A step multiplies and adds that often, with a whole batch, forward and back.")
        return " ".join(said)
