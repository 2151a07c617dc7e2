"""The program as a window: one application, one document, one window."""

import os
import sys
from pathlib import Path
from typing import NoReturn

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPixmapCache, QSessionManager
from PySide6.QtWidgets import QApplication

from cadl_desktop.experiment.presets import DEFAULT_PAINTING, preset_names
from cadl_desktop.sentences import shown
from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.storage.temporary_files import remove_abandoned_folders, temporary_folder
from cadl_desktop.system.child_process import program_command
from cadl_desktop.system.machine import configure_malloc, shorten_switch_interval
from cadl_desktop.ui.intake.examples import example
from cadl_desktop.ui.settings.preference import (
    can_be_kept,
    keep_qt_settings_here,
    renew_settings,
    settings_file,
)
from cadl_desktop.ui.settings.remembered import INTERFACE_SIZE, START_PAGE, THEME
from cadl_desktop.ui.theme.choosing import set_theme
from cadl_desktop.ui.theme.theme import text_font
from cadl_desktop.ui.window.ending import close_on_signals, end_process
from cadl_desktop.ui.window.garbage import GarbageCollector
from cadl_desktop.ui.window.main_window import MainWindow

RECOVERY_MS = 300
"""What earlier ones left is looked for when nobody waits for the window any more."""
TITLE_BAR = 40
"""About as high as the bar that the desktop puts above a window, which is known when it is on screen only."""
KEPT_PICTURES_KB = 64 * 1024
"""A curve keeps three, each as large as its plot: Qt's own 10 MB hold none of them in a large window."""
_FACTOR = "QT_SCALE_FACTOR"
DIAGNOSTICS_MS = 100
"""The log begins when the window is on screen: what it needs takes a while to import."""


class Application(QApplication):
    """Hears of the end of the system's session, and of nothing that a person wants."""

    session_ended = Signal()

    def event(self, event: QEvent) -> bool:
        # The Dock of macOS sends it, too, for a person who can be asked.
        if event.type() == QEvent.Type.Quit and sys.platform != "darwin":
            self.session_ended.emit()
        return super().event(event)


def run(path: str | None, diagnostics: bool = False) -> NoReturn:
    """Opens the window, with a project, a picture or a preset where one is named, and ends the process with
    it. With `diagnostics` the log tells where the window stood still."""
    shorten_switch_interval()
    configure_malloc()
    app = _application_of_size(INTERFACE_SIZE.get())
    app.setApplicationName("cadl_desktop")
    app.setApplicationDisplayName("cadl_desktop")
    QPixmapCache.setCacheLimit(KEPT_PICTURES_KB)
    keep_qt_settings_here()
    collector = GarbageCollector(app)
    window = make_window(path if path in preset_names() else None)
    restart = window.features.preferences.restart
    restart.options = ("--diagnostics",) if diagnostics else ()
    # After the widgets are made: each would be polished again whenever it found its place.
    set_theme(THEME.get())
    if path is None and START_PAGE.get():
        window.features.start.show()
    _fit(window)
    window.closed.connect(app.quit)
    window.session.device_changed.connect(_await_files)  # TensorFlow is loaded: a core is free
    QTimer.singleShot(RECOVERY_MS, window, lambda: _recover(app, window))
    window.show()
    collector.keep()
    if path is None:
        window.tour.offer_once()
    QTimer.singleShot(DIAGNOSTICS_MS, lambda: _begin_diagnostics(window, diagnostics))
    close_on_signals(window)
    temporary_folder()  # whoever ends the process from here on removes it
    if path and path not in preset_names():
        window.features.intake.take([Path(path).absolute()])  # it is remembered beyond this folder
    window.session.waits = False
    app.session_ended.connect(window.close_without_asking)
    app.applicationStateChanged.connect(_read_settings)
    app.saveStateRequest.connect(_tell_how_to_start, Qt.ConnectionType.DirectConnection)
    code = app.exec()
    end_process(code, window.closing_since, restart.command)


def _application_of_size(per_cent: int) -> Application:
    """The interface's size is Qt's scale factor, which Qt reads while the application is made. It multiplies
    the one of the environment, which is all that processes started from here inherit."""
    if per_cent == 100:
        return Application(sys.argv[:1])
    asked = os.environ.get(_FACTOR)
    try:
        factor = float(asked or 1)
    except ValueError:  # which Qt passes over, too
        factor = 1.0
    os.environ[_FACTOR] = str(factor * per_cent / 100)
    app = Application(sys.argv[:1])
    if asked is None:
        del os.environ[_FACTOR]
    else:
        os.environ[_FACTOR] = asked
    return app


def make_window(name: str | None = None) -> MainWindow:
    """A window on a preset, as its card opens it."""
    # Before the widgets are made: hidden ones hear of another font only at the next change of theme.
    QApplication.setFont(text_font())
    name = name or DEFAULT_PAINTING
    window = MainWindow(Session(Document(example(name))))
    window.features.intake.projects.hand_over_brush(name)
    return window


def _read_settings(state: Qt.ApplicationState) -> None:
    """Whoever comes back may have been at another window of the program, and opened files there."""
    if state is Qt.ApplicationState.ApplicationActive:
        renew_settings()


def _fit(window: MainWindow) -> None:
    """Makes it no larger than the screen has room for."""
    if not window.isMaximized() and not window.isFullScreen():
        room = window.screen().availableSize()
        room = QSize(room.width(), room.height() - TITLE_BAR)
        window.setMinimumSize(window.minimumSize().boundedTo(room))
        window.resize(window.size().boundedTo(room))


def _await_files() -> None:
    """Whoever opens the first picture doesn't wait for the process that decodes it."""
    from cadl_desktop.decoding.decoder import decoder

    decoder.warm()


def _begin_diagnostics(window: MainWindow, heartbeat: bool) -> None:
    """What is needed once something has gone wrong, and what it needs to import."""
    from cadl_desktop.system.libraries import restrain_libraries
    from cadl_desktop.ui.window.diagnostics.log import begin_log

    restrain_libraries()
    folder = Path(temporary_folder().name)
    window.session.background.do(lambda: remove_abandoned_folders(folder), _pass_by, _pass_by)
    unusable = begin_log()
    if unusable is not None or not can_be_kept():
        kept = shown(unusable or Path(settings_file()).parent)
        window.frame.messages.say(
            "warning",
            f"{kept} can't be written to: settings, recent files and the log of this session are not "
            "kept; have HOME name a folder of your own.",
        )
    if heartbeat:
        from cadl_desktop.ui.window.diagnostics.heartbeat import Heartbeat

        window.about_to_close.connect(Heartbeat(window).stop)


def _pass_by(_: object) -> None:
    """Nobody waits for the end of it."""


def _recover(app: QApplication, window: MainWindow) -> None:
    from platformdirs import user_state_path

    from cadl_desktop.ui.start.recovering import Recovering

    root = user_state_path("cadl_desktop", appauthor=False) / "recovery"
    recovering = Recovering(window.frame, window.features.intake, root)
    # The system waits until this has returned.
    app.commitDataRequest.connect(recovering.keep_for_log_out, Qt.ConnectionType.DirectConnection)


@Slot(object)
def _tell_how_to_start(manager: QSessionManager) -> None:
    """To who starts what was open when the system's session ended; Qt would add words of its own."""
    manager.setRestartCommand(program_command())
