"""What is needed when something is first opened, made ready before anybody asks for it.

Importing it then would have the window stand still for up to a tenth of a second.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from pkgutil import walk_packages

from PySide6.QtCore import QObject, QTimer, Slot

from cadl_desktop import ui
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status

CALM_MS = 1000
"""After TensorFlow was loaded, until the first is prepared, and while a training is being made ready."""
_APART_MS, _BESIDE_MS = 20, 200
"""Between one and the next, and beside a training, which would lose a twentieth of its first seconds."""
LIBRARIES = ("matplotlib.mathtext", "matplotlib.textpath", "cadl_desktop.lessons.pages")
"""What takes longest of what views import, and knows no Qt."""

Work = Callable[[], object]


class FirstUses(QObject):
    """Prepares one after the other, in steps of some 20 ms at most, also beside a training.

    Whatever defines or makes a widget is done on the window's own thread, in a turn of the event loop: Qt for
    Python makes its types when they are first used, and two threads that do so at once end the process.
    """

    def __init__(self, session: Session, widgets: Sequence[Work], parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._steps = _steps(widgets)
        self._apart = QTimer(self, singleShot=True)
        self._apart.timeout.connect(self._prepare)
        session.device_changed.connect(self._begin)

    @Slot()
    def _begin(self) -> None:
        if self._session.device:
            self._apart.start(CALM_MS)

    @Slot()
    def _prepare(self) -> None:
        if self._session.status is Status.PREPARING:
            self._apart.start(CALM_MS)  # a training that begins is waited for
            return
        for is_beside, work in self._steps:
            if is_beside:
                self._session.background.do(work, self._go_on, self._go_on)
            else:
                work()
                self._go_on()
            return

    def _go_on(self, _: object = None) -> None:
        self._apart.start(_BESIDE_MS if self._session.status.live else _APART_MS)


def _steps(widgets: Sequence[Work]) -> Iterator[tuple[bool, Work]]:
    """Whether each may be done beside the window's thread, and what is done."""
    for library in LIBRARIES:
        yield True, partial(import_module, library)
    for module in walk_packages(ui.__path__, f"{ui.__name__}."):
        if module.name not in sys.modules:
            yield False, partial(import_module, module.name)
    for reading in import_module("cadl_desktop.ui.lessons.first_use").readings():
        yield True, reading
    for make in widgets:
        yield False, make
