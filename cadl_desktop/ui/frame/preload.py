"""Imports libraries and creates views while the program is idle, before they are first needed.

Without it, opening a view for the first time blocks the window for up to 0.25 s while a training runs.
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

PRELOADED_LIBRARIES = (
    *("matplotlib.mathtext", "matplotlib.textpath", "contourpy", "importlib.metadata"),
    *("cadl_desktop.lessons.page_list", "cadl_desktop.manual.search", "cadl_desktop.data.curves.text_tables"),
    *("cadl_desktop.project.recovery_folders", "cadl_desktop.sweeps.records.trial_table", "psutil"),
)
"""Slowest imports of the views and of the first training. None needs Qt, so any thread may import them."""

PRELOAD_DELAY_MS = 500
"""From showing the window to the first step; the window's pictures come first."""
_STEP_MS, _STEP_DURING_TRAINING_MS = 20, 100
"""Intervals between steps, idle and during a training, whose first seconds need the cores."""
Work = Callable[[], object]


def import_libraries() -> None:
    """Imports the libraries; called on any thread."""
    for library in PRELOADED_LIBRARIES:
        import_module(library)


class Preloader(QObject):
    """Runs the preloading steps one after the other, each some 20 ms at most, also during a training.

    Steps that define or create widgets run on the main thread, from the event loop: PySide creates its types
    when they are first used, and crashes if two threads do so at once.
    """

    def __init__(self, session: Session, widgets: Sequence[Work], parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._steps = _steps(widgets)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._run_step)

    def begin(self) -> None:
        """Called when the window has been shown."""
        self._timer.start(PRELOAD_DELAY_MS)

    @Slot()
    def _run_step(self) -> None:
        for on_thread, work in self._steps:
            if on_thread:
                self._session.background.do(work, self._schedule, self._schedule)
            else:
                work()
                self._schedule()
            return

    def _schedule(self, _: object = None) -> None:
        self._timer.start(_STEP_DURING_TRAINING_MS if self._session.status.live else _STEP_MS)


def _steps(widgets: Sequence[Work]) -> Iterator[tuple[bool, Work]]:
    """Yields the steps, each with whether it may run on another thread."""
    yield True, import_module("cadl_desktop.manual.pages").manual
    yield True, import_libraries
    for name in _in_import_order([module.name for module in walk_packages(ui.__path__, f"{ui.__name__}.")]):
        yield False, partial(import_module, name)
    for reading in import_module("cadl_desktop.ui.lessons.formula_cache").readings():
        yield True, reading
    for make in widgets:
        yield False, make


def _in_import_order(names: Sequence[str]) -> Iterator[str]:
    """Yields the modules not imported yet, dependencies first, so that each step imports a single module."""
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
    """Imports of a module, read from its bytecode without executing it."""
    spec = find_spec(name)
    loader = spec.loader if spec else None
    code = loader.get_code(name) if isinstance(loader, InspectLoader) else None
    for instruction in dis.get_instructions(code) if code else ():
        if instruction.opname == "IMPORT_NAME":
            yield instruction.argval
