"""Another experiment, which changes most of a window, is painted in a turn of its own."""

from msgspec.structs import asdict
from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from cadl_desktop.experiment import Experiment
from cadl_desktop.session.document import Document
from cadl_desktop.ui.theme.turns import paint_later


class PaintingApart(QObject):
    """An edit changes one part of an experiment, and its own controls; what opens another one, or takes that
    back, changes several."""

    def __init__(self, document: Document, window: QWidget) -> None:
        super().__init__(window)
        self._window, self._before = window, document.experiment
        document.changed.connect(self._follow)

    @Slot(object)
    def _follow(self, experiment: Experiment) -> None:
        before, self._before = asdict(self._before), experiment
        if sum(value != before[name] for name, value in asdict(experiment).items()) > 1:
            paint_later(self._window)
