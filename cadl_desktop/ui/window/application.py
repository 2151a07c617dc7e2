"""The program as a window: one application, one document, one window."""

import logging
import signal
import sys
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QApplication

from cadl_desktop.experiment.presets import DEFAULT_PAINTING, preset_names
from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.ui.controls.settings import interface_size, language, start_page_wanted, theme_choice
from cadl_desktop.ui.intake.examples import example
from cadl_desktop.ui.preferences.language import speak
from cadl_desktop.ui.theme.choosing import set_size, set_theme
from cadl_desktop.ui.theme.theme import text_font
from cadl_desktop.ui.window.garbage import GarbageCollector
from cadl_desktop.ui.window.main_window import MainWindow

RECOVERY_MS = 300
"""What earlier ones left is looked for when nobody waits for the window any more."""
TITLE_BAR = 40
"""About as high as the bar that the desktop puts above a window, which is known when it is on screen only."""
LOG_MS = 100
"""The log begins when the window is on screen: what it needs takes a while to import."""


def run(path: str | None) -> int:
    """Opens the window, with a project, a picture or a preset where one is named; gives the exit code."""
    app = QApplication(sys.argv[:1])
    app.setApplicationName("cadl_desktop")
    app.setApplicationDisplayName("cadl_desktop")
    speak(language())
    collector = GarbageCollector(app)
    window = make_window(path if path in preset_names() else None)
    # After the widgets are made: each would be polished again whenever it found its place.
    set_theme(theme_choice())
    set_size(interface_size())
    if path is None and start_page_wanted():
        window.pages.show_start_page()
    _fit(window)
    window.closed.connect(app.quit)
    window.session.device_changed.connect(collector.keep)
    QTimer.singleShot(RECOVERY_MS, window, lambda: _recover(app, window))
    window.show()
    if path is None:
        window.tour.offer_once()
    collector.keep()
    QTimer.singleShot(LOG_MS, _log_to_file)
    if path and path not in preset_names():
        window.intake.take([Path(path)])
    _close_on_interrupt(window)
    return app.exec()


def make_window(name: str | None = None) -> MainWindow:
    """A window on a preset, as its card opens it."""
    # Before the widgets are made: hidden ones hear of another font only at the next change of theme.
    QApplication.setFont(text_font())
    name = name or DEFAULT_PAINTING
    window = MainWindow(Session(Document(example(name))))
    window.intake.projects.hand_over_brush(name)
    return window


def _fit(window: MainWindow) -> None:
    """Makes it no larger than the screen has room for."""
    if not window.isMaximized() and not window.isFullScreen():
        room = window.screen().availableSize()
        window.resize(window.size().boundedTo(QSize(room.width(), room.height() - TITLE_BAR)))


def _log_to_file() -> None:
    """Tracebacks go here, never to a person."""
    from logging.handlers import RotatingFileHandler

    from platformdirs import user_log_path

    folder = user_log_path("cadl_desktop", appauthor=False, ensure_exists=True)
    handler = RotatingFileHandler(folder / "cadl_desktop.log", maxBytes=1_000_000, backupCount=2, delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    sys.excepthook = lambda kind, error, trace: logging.getLogger("cadl_desktop").error(
        "unexpected", exc_info=(kind, error, trace)
    )


def _recover(app: QApplication, window: MainWindow) -> None:
    from platformdirs import user_state_path

    from cadl_desktop.ui.window.recovering import Recovering

    recovering = Recovering(window, user_state_path("cadl_desktop", appauthor=False) / "recovery")
    # The system waits until this has returned.
    app.commitDataRequest.connect(recovering.keep_for_log_out, Qt.ConnectionType.DirectConnection)


def _close_on_interrupt(window: MainWindow) -> None:
    """Ctrl-C in a terminal closes the window as its cross does; Python hears it between Qt's events."""
    signal.signal(signal.SIGINT, lambda *_: QTimer.singleShot(0, window.close))
    ticking = QTimer(window, interval=500)
    ticking.timeout.connect(lambda: None)
    ticking.start()
