"""A real window, driven by a script and grabbed as pictures: for screenshots.py and manual_pictures.py.

Imported before the program: it makes the checkout importable, chooses Qt's platform, and keeps a person's own
settings out of the pictures.
"""

import atexit
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from time import monotonic

CHECKOUT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(CHECKOUT))
# What pictures show, and what they change, is nobody's own.
HOME = Path(tempfile.gettempdir()) / "ada"  # it can be read in dialogs
shutil.rmtree(HOME, ignore_errors=True)
HOME.mkdir()
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
    os.environ[name] = str(HOME)
# Qt's own screen without a screen has 800 x 800 pixels, in which dialogs have to fit.
SCREEN = {"width": 1920, "height": 1080}
(HOME / "screens.json").write_text(json.dumps({"screens": [SCREEN]}), encoding="utf-8")
os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={HOME / 'screens.json'}"

from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.settings.preference import clear_settings
from cadl_desktop.ui.settings.settings_table import STUDIO
from cadl_desktop.ui.theme.theme import Choice
from cadl_desktop.ui.theme.theme_switch import set_theme
from cadl_desktop.ui.window.application import make_window
from cadl_desktop.ui.window.main_window import MainWindow

SETTLE_MS = 700
"""Time until the newest weights are drawn as lines."""
PATIENCE_S = 1200


class Stage:
    """A window, and what a person does with it. Everything returns when it has happened."""

    def __init__(self, window: MainWindow) -> None:
        self.window, self.features, self.session = window, window.features, window.session

    def until(self, condition: Callable[[], object]) -> None:
        """Waits for a condition. Raises TimeoutError where it doesn't come."""
        end = monotonic() + PATIENCE_S
        while not condition():
            if monotonic() > end:
                raise TimeoutError("what the picture should show did not come")
            QTest.qWait(5)

    def settle(self, ms: int = SETTLE_MS) -> None:
        QTest.qWait(ms)

    def press(self, action: str) -> None:
        """Triggers an action of the menus by its name."""
        self.window.frame.actions[action].trigger()

    def train(self, epoch: int, *, pause: bool = True) -> None:
        """Trains, or goes on training, at full speed until an epoch, and pauses there."""
        self.press("speed_full")
        self.press("train")
        self.until(lambda: self.session.status.live)
        self.until(lambda: self.reached(epoch))
        if pause:
            self.pause()

    def reached(self, epoch: int) -> bool:
        progress = self.session.result.progress
        over = self.session.status is Status.RESULT
        return over or (progress is not None and progress.epoch >= epoch)

    def pause(self) -> None:
        if self.session.status is not Status.RESULT:
            self.session.pause()
            self.until(lambda: self.session.status is Status.PAUSED)
        self.settle()

    def read(self, lesson: str, trained: int = 0) -> None:
        """Opens a lesson by its name, and presses its Train so many times."""
        lessons = self.features.lessons
        lessons.page.show()
        self.until(lambda: lessons.page.is_shown)
        lessons.reading.open_named(lesson)
        for _ in range(trained):
            lessons.reading.press("train")
        self.settle()

    def widen(self, name: str, width: int) -> None:
        """Gives a dock a width, as its edge is dragged."""
        dock = self.window.frame.docks[name]
        self.window.resizeDocks([dock], [width], Qt.Orientation.Horizontal)
        self.settle()

    def open_dock(self, name: str) -> None:
        """Opens a dock by the View menu."""
        dock = self.window.frame.docks[name]
        if not dock.isVisible():
            dock.toggleViewAction().trigger()
        self.settle()


@cache
def application() -> QApplication:
    """The application of all windows."""
    return QApplication(sys.argv[:1])


@contextmanager
def stage(preset: str, size: tuple[int, int], theme: Choice = "light") -> Iterator[Stage]:
    """Opens a window with a preset, without any settings, and closes it."""
    application()
    clear_settings()  # the window before has left its layout there
    STUDIO.set("all")  # the pictures show everything that the manual tells of
    set_theme(theme)
    window = make_window(preset)
    window.resize(*size)
    window.show()
    at = Stage(window)
    try:
        at.until(lambda: at.session.samples is not None)
        at.settle()
        yield at
    finally:
        window.close_without_asking()
        window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QTest.qWait(100)


def in_theme(theme: Choice) -> None:
    """Changes the theme, and returns once all that is open has been painted in it."""
    set_theme(theme)
    QTest.qWait(SETTLE_MS)


def grab(*parts: QWidget, over: QWidget | None = None, margin: int = 0) -> QPixmap:
    """The part of a window that has all these widgets, or a whole window or dialog; `over` lies above them in
    a window of its own."""
    window = parts[0].window()
    area = QRect()
    for part in parts:
        area = area.united(QRect(part.mapTo(window, QPoint(0, 0)), part.size()))
    if over is not None:
        area = area.united(QRect(window.mapFromGlobal(over.mapToGlobal(QPoint(0, 0))), over.size()))
    area = area.adjusted(-margin, -margin, margin, margin).intersected(window.rect())
    picture = window.grab(area)
    if over is not None:
        painter = QPainter(picture)
        painter.drawPixmap(window.mapFromGlobal(over.mapToGlobal(QPoint(0, 0))) - area.topLeft(), over.grab())
        painter.end()
    return picture
