"""What is needed when something is first opened, made ready before anybody asks for it.

Importing it then would have the window stand still for up to a tenth of a second.
"""

import dis
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from importlib.abc import InspectLoader
from importlib.util import find_spec
from pkgutil import walk_packages

from PySide6.QtCore import QObject, QTimer, Slot

from cadl_desktop import ui
from cadl_desktop.session.session import Session
from cadl_desktop.ui.frame.late_libraries import load_libraries

CALM_MS = 500
"""After the window has come, until the first is prepared: its pictures come before."""
_APART_MS, _BESIDE_MS = 20, 100
"""Between one and the next, and beside a training, which wants the cores in its first seconds."""
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

    def begin(self) -> None:
        """Called when the window has come."""
        self._apart.start(CALM_MS)

    @Slot()
    def _prepare(self) -> None:
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
    yield True, load_libraries
    for name in _one_by_one([module.name for module in walk_packages(ui.__path__, f"{ui.__name__}.")]):
        yield False, partial(import_module, name)
    for reading in import_module("cadl_desktop.ui.lessons.text_document").readings():
        yield True, reading
    for make in widgets:
        yield False, make


def _one_by_one(names: Sequence[str]) -> Iterator[str]:
    """Those that are still to be imported, each after those of them that it imports itself."""
    left = {name for name in names if name not in sys.modules}

    def with_imported(name: str) -> Iterator[str]:
        if name in left:
            left.remove(name)
            for imported in _imported_by(name):
                yield from with_imported(imported)
            yield name

    for name in names:
        yield from with_imported(name)


def _imported_by(name: str) -> Iterator[str]:
    """What a module's code imports; nothing of it is executed."""
    spec = find_spec(name)
    loader = spec.loader if spec else None
    code = loader.get_code(name) if isinstance(loader, InspectLoader) else None
    for instruction in dis.get_instructions(code) if code else ():
        if instruction.opname == "IMPORT_NAME":
            yield instruction.argval
