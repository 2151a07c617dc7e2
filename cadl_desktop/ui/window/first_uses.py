"""What is needed when something is first opened, made ready while nobody waits for it.

Importing it then would have the window stand still for up to a tenth of a second.
"""

from collections.abc import Iterator
from importlib import import_module

from PySide6.QtCore import QObject, QTimer, Slot

from cadl_desktop.session.session import Session

CALM_MS = 1000
"""After TensorFlow was loaded or a training has ended, until something is prepared."""
MODULES = (
    "cadl_desktop.ui.export.dialog",
    "cadl_desktop.ui.sweeps.setup.panel",
    "cadl_desktop.ui.landscape.panel",
    "cadl_desktop.ui.race.dialog",
    "cadl_desktop.ui.luck.window",
    "cadl_desktop.ui.lessons.page",
)


class FirstUses(QObject):
    """Prepares one after the other, step by step while nothing trains."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._steps = _steps()
        self._is_preparing = False
        self._calm = QTimer(self, singleShot=True, interval=CALM_MS)
        self._calm.timeout.connect(self._prepare)
        for news in (session.device_changed, session.status_changed):
            news.connect(self._calm.start)

    @Slot()
    def _prepare(self) -> None:
        if self._session.device and not self._session.status.live and not self._is_preparing:
            self._is_preparing = True
            self._session.background.do(lambda: next(self._steps, ""), self._go_on, lambda error: None)

    def _go_on(self, step: str) -> None:
        self._is_preparing = False
        if step:
            self._prepare()


def _steps() -> Iterator[str]:
    """Each step does a part of it, and says which; any thread may take any of them, one after the other."""
    for module in MODULES:
        import_module(module)
        yield module
    yield from import_module("cadl_desktop.ui.lessons.first_use").steps()
