"""What is needed when something is first opened, made ready before anybody asks for it.

Importing it then would have the window stand still for up to a tenth of a second.
"""

import sys
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages

from PySide6.QtCore import QObject, QTimer, Slot

from cadl_desktop import ui
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status

CALM_MS = 1000
"""After TensorFlow was loaded, until the first is prepared, and while a training is being made ready."""
_APART_MS = 20
"""Between one and the next, for the window and for a training that has begun."""


class FirstUses(QObject):
    """Prepares one after the other, in steps of some 20 ms at most, also beside a training."""

    def __init__(self, session: Session, widgets: Iterator[str], parent: QObject) -> None:
        """`widgets` makes some at each step."""
        super().__init__(parent)
        self._session, self._widgets = session, widgets
        self._steps = steps()
        self._apart = QTimer(self, singleShot=True)
        self._apart.timeout.connect(self._prepare)
        self._turn = QTimer(self, singleShot=True, interval=_APART_MS)
        self._turn.timeout.connect(self._make_widgets)
        session.device_changed.connect(self._begin)

    @Slot()
    def _begin(self) -> None:
        if self._session.device:
            self._apart.start(CALM_MS)

    @Slot()
    def _prepare(self) -> None:
        if self._session.status is Status.PREPARING:
            self._apart.start(CALM_MS)  # a training that begins is waited for
        else:
            self._session.background.do(lambda: next(self._steps, ""), self._go_on, lambda error: None)

    def _go_on(self, step: str) -> None:
        if step:
            self._apart.start(_APART_MS)
        else:
            self._turn.start()

    @Slot()
    def _make_widgets(self) -> None:
        """In turns of the event loop, on which alone they can be made."""
        if next(self._widgets, ""):
            self._turn.start()


def steps() -> Iterator[str]:
    """Each step does a part of it, and says which; any thread may take any of them, one after the other."""
    for module in walk_packages(ui.__path__, f"{ui.__name__}."):
        if module.name not in sys.modules:
            import_module(module.name)
            yield module.name
    yield from import_module("cadl_desktop.ui.lessons.first_use").steps()
