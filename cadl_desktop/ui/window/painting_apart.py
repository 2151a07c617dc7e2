"""What changes most of a window is painted in a turn of its own."""

from msgspec.structs import asdict
from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from cadl_desktop.experiment import Experiment
from cadl_desktop.session.document import Document
from cadl_desktop.ui.theme.turns import paint_later

_LARGE = frozenset({"data", "encoding", "layers"})
"""What the drawing of the network and of all that it makes follows."""


class PaintingApart(QObject):
    """Another experiment changes several parts at once, and so may what takes it back; one part alone changes
    little but its own controls, unless it is a large one. What is typed or dragged is painted at once."""

    def __init__(self, document: Document, window: QWidget) -> None:
        super().__init__(window)
        self._document, self._window, self._before = document, window, document.experiment
        document.changed.connect(self._follow)

    @Slot(object)
    def _follow(self, experiment: Experiment) -> None:
        before, self._before = asdict(self._before), experiment
        changed = {name for name, value in asdict(experiment).items() if value != before[name]}
        if len(changed) > 1 or (changed & _LARGE and not self._document.continuous):
            paint_later(self._window)
