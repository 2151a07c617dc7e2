"""The window's process: starts application and window, and ends without leaving anything half done."""

import ctypes
import logging
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import NoReturn

from platformdirs import user_state_path
from PySide6.QtCore import QEvent, QSize, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QFileOpenEvent, QPixmapCache, QSessionManager
from PySide6.QtWidgets import QApplication

from cadl_desktop.computing.compute_process import processes
from cadl_desktop.decoding.decoder import decoder
from cadl_desktop.experiment.presets import DEFAULT_PAINTING, preset_names
from cadl_desktop.sentences import shown
from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.session.simple_studio import options_of_start
from cadl_desktop.storage.atomic import remove_unfinished, wait_for_writers
from cadl_desktop.storage.temporary_files import remove_abandoned, temporary_folder
from cadl_desktop.system.child_process import NO_WINDOW, module_environment, program_command
from cadl_desktop.system.libraries import restrain_libraries
from cadl_desktop.system.machine import configure_malloc, shorten_switch_interval
from cadl_desktop.system.safe_start import SAFE, is_safe
from cadl_desktop.system.signals import on_termination
from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.intake.examples import example
from cadl_desktop.ui.settings.preference import settings_file, settings_writable, sync_settings
from cadl_desktop.ui.settings.settings_table import INTERFACE_SIZE, START_PAGE, THEME
from cadl_desktop.ui.start.page import SHOWN
from cadl_desktop.ui.theme.theme import text_font
from cadl_desktop.ui.theme.theme_switch import set_theme
from cadl_desktop.ui.window.main_window import MainWindow
from cadl_desktop.ui.window.pyside_workarounds import GarbageCollector

RECOVERY_DELAY_MS = 300
"""Recovery copies of earlier processes are looked for once the window is on screen."""
TITLE_BAR = 40
"""Approximate height of the title bar in pixels; known only once the window is on screen."""
PIXMAP_CACHE_KB = 64 * 1024
"""A curve caches three pixmaps as large as its plot; Qt's default of 10 MB holds none in a large window."""
_SCALE_FACTOR = "QT_SCALE_FACTOR"
DIAGNOSTICS_DELAY_MS = 100
"""The log is started once the window is on screen, as its imports take a while."""

log = logging.getLogger(__name__)

SHUTDOWN_SECONDS, LEAST_SHUTDOWN_SECONDS = 1.2, 0.1
"""Seconds for pending writes: in all, from when the window began to close, and at least, from when it has
closed, as the last recovery copy may have taken most of them. Unfinished writes are cancelled."""
_SIGNAL_POLL_MS = 100
_GATHERING_MS = 50
"""Files that are opened together come one by one."""


class Application(QApplication):
    """Emits `session_ended` when the system's session ends, never for a user who quits, and `files_opened`
    for files that macOS hands over: from Finder or the Dock, before the window is there or while it is."""

    session_ended = Signal()
    files_opened = Signal(object)  # list of Paths, once the event loop runs

    def __init__(self, arguments: list[str]) -> None:
        if sys.platform == "win32":
            # AltGr types letters (a Polish ń), and is no Ctrl+Alt of a shortcut.
            os.environ.setdefault("QT_QPA_PLATFORM", "windows:altgr")
        super().__init__(arguments)
        # Tab reaches everything, where macOS would go to text fields and lists only.
        self.styleHints().setTabFocusBehavior(Qt.TabFocusBehavior.TabFocusAllControls)
        if sys.platform == "win32" and not getattr(sys, "frozen", False):
            # A button of our own in the taskbar, with our icon; otherwise it is Python's.
            ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID("cadl_desktop")
        self._files: list[Path] = []
        self._gathering = QTimer(self, singleShot=True, interval=_GATHERING_MS)
        self._gathering.timeout.connect(self._hand_over)

    @Slot()
    def _hand_over(self) -> None:
        files, self._files = self._files, []
        self.files_opened.emit(files)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent) and event.file():
            self._files.append(Path(event.file()))
            self._gathering.start()
            return True
        # On macOS the Dock sends it, too, when a user quits, who can be asked to save.
        if event.type() == QEvent.Type.Quit and sys.platform != "darwin":
            self.session_ended.emit()
        return super().event(event)


def run(path: str | None) -> NoReturn:
    """Opens the window and ends the process when it is closed. `path` names a project, a picture or a preset
    to open."""
    shorten_switch_interval()
    configure_malloc()
    app = _application_of_size(INTERFACE_SIZE.get())
    app.setApplicationName("cadl_desktop")
    app.setApplicationDisplayName("cadl_desktop")
    QPixmapCache.setCacheLimit(PIXMAP_CACHE_KB)
    collector = GarbageCollector(app)
    begins = path is None and START_PAGE.get()
    window = make_window(SHOWN if begins else path if path in preset_names() else None)
    restart = window.features.preferences.restart
    restart.options = options_of_start()
    # After creating the widgets: each would be polished again when it gets its parent.
    set_theme(THEME.get())
    if begins:
        window.features.start.show_first()
    _fit_to_screen(window)
    window.closed.connect(app.quit)
    window.session.device_changed.connect(_start_decoder)  # TensorFlow is loaded, and a core is free
    QTimer.singleShot(RECOVERY_DELAY_MS, window, lambda: _recover(app, window))
    window.show()
    collector.keep()
    QTimer.singleShot(DIAGNOSTICS_DELAY_MS, lambda: _start_diagnostics(window))
    close_on_signals(window)
    temporary_folder()  # created now, as every way to end the process removes it
    if path and path not in preset_names():
        # Absolute, as recent files outlive this working directory.
        window.features.intake.take([Path(path).absolute()])
    window.session.waits = False
    app.session_ended.connect(window.close_without_asking)
    app.files_opened.connect(window.features.intake.take)
    app.applicationStateChanged.connect(_read_settings)
    app.saveStateRequest.connect(_set_restart_command, Qt.ConnectionType.DirectConnection)
    code = app.exec()
    end_process(code, window.closing_since, restart.command)


def _application_of_size(per_cent: int) -> Application:
    """Creates the application with an interface size, which is set as Qt's scale factor in the environment
    and multiplied by one that is there. Child processes inherit only the latter."""
    if per_cent == 100:
        return Application(sys.argv[:1])
    asked = os.environ.get(_SCALE_FACTOR)
    try:
        factor = float(asked or 1)
    except ValueError:  # ignored by Qt, too
        factor = 1.0
    os.environ[_SCALE_FACTOR] = str(factor * per_cent / 100)
    app = Application(sys.argv[:1])
    if asked is None:
        del os.environ[_SCALE_FACTOR]
    else:
        os.environ[_SCALE_FACTOR] = asked
    return app


def make_window(name: str | None = None) -> MainWindow:
    """Creates a window with a preset, as its card on the start page does."""
    # Before creating the widgets: hidden ones learn of another font only at the next change of theme.
    QApplication.setFont(text_font())
    name = name or DEFAULT_PAINTING
    window = MainWindow(Session(Document(example(name))))
    window.features.intake.projects.request_brush(name)
    return window


def _read_settings(state: Qt.ApplicationState) -> None:
    """Reads the settings again when the window is activated: another window may have changed them."""
    if state is Qt.ApplicationState.ApplicationActive:
        sync_settings()


def _fit_to_screen(window: MainWindow) -> None:
    """Limits the window's size to that of the screen."""
    if not window.isMaximized() and not window.isFullScreen():
        room = window.screen().availableSize()
        room = QSize(room.width(), room.height() - TITLE_BAR)
        window.setMinimumSize(window.minimumSize().boundedTo(room))
        window.resize(window.size().boundedTo(room))


def _start_decoder() -> None:
    """Starts the decoder process, so that the first picture opens without delay."""
    decoder.warm()


def _start_diagnostics(window: MainWindow) -> None:
    """Starts the log and everything else that isn't needed for the first picture."""
    from cadl_desktop.ui.window.diagnostics.log import log_file, start_log
    from cadl_desktop.ui.window.diagnostics.session_mark import mark

    restrain_libraries()
    # On another thread, as removing a large folder takes long.
    folder = Path(temporary_folder().name).parent
    window.session.background.do(lambda: remove_abandoned(folder), _ignore, _ignore)
    unusable = start_log()
    if unusable is not None or not settings_writable():
        kept = shown(unusable or Path(settings_file()).parent)
        window.frame.messages.say(
            "error",
            f"{kept} can't be written to: settings, recent files and the log of this session are not "
            "kept; have HOME name a folder of your own.",
        )
    sessions = _state_folder() / "sessions"
    window.session.background.do(
        lambda: mark.begin(sessions),
        lambda left: _say_how_started(window, log_file() if left else None),
        _ignore,
    )


def _say_how_started(window: MainWindow, log_file: Path | None) -> None:
    """Says what a safe start leaves out, and where the log of a program lies that wasn't closed."""
    sentences = []
    if log_file is not None:
        sentences.append(f"The program did not end properly last time. Its log: {shown(log_file)}.")
        if not is_safe():
            sentences.append("If it fails again and again, start it from a terminal with --safe.")
    if is_safe():
        sentences.append(
            "Started safely: without the remembered layout, recovery, and parts of other packages; the next "
            "start has them again."
        )
    if not sentences:
        return
    bar = window.frame.messages.bar
    bar.say("info", " ".join(sentences))
    if log_file is not None:
        folder = QUrl.fromLocalFile(str(log_file.parent))
        tip = "Opens the folder with the log of what the program has done; it names no files of yours."
        bar.offer([Action("Open its folder", lambda: QDesktopServices.openUrl(folder), tip=tip)])


def _ignore(_: object) -> None:
    """Ignores a result or an error that nothing depends on."""


def _recover(app: QApplication, window: MainWindow) -> None:
    from cadl_desktop.ui.start.recovering import Recovering

    recovering = Recovering(window.frame, window.features.intake, _state_folder() / "recovery")
    # Called directly: the system waits until the slot has returned.
    app.commitDataRequest.connect(recovering.keep_for_log_out, Qt.ConnectionType.DirectConnection)


def _state_folder() -> Path:
    return user_state_path("cadl_desktop", appauthor=False)


@Slot(object)
def _set_restart_command(manager: QSessionManager) -> None:
    """Tells the session manager how to restart the program; Qt would add options of its own."""
    manager.setRestartCommand(program_command())


def close_on_signals(window: MainWindow) -> None:
    """Makes SIGTERM and the like close the window without a question, as there may be no user. Python handles
    signals only between Qt's events, which a timer provides."""
    on_termination(lambda: QTimer.singleShot(0, window.close_without_asking))
    signal_timer = QTimer(window, interval=_SIGNAL_POLL_MS)
    signal_timer.timeout.connect(lambda: None)
    signal_timer.start()


def shutdown_seconds_left(closing_since: float) -> float:
    """Remaining seconds of `SHUTDOWN_SECONDS`, once the window has closed."""
    return min(
        SHUTDOWN_SECONDS, max(LEAST_SHUTDOWN_SECONDS, SHUTDOWN_SECONDS - (monotonic() - closing_since))
    )


def end_process(code: int, closing_since: float, next_command: list[str] | None = None) -> NoReturn:
    """Ends the process without waiting for its threads, whose results are no longer needed; Python itself
    would wait. Errors are logged and never stop it: without a window the user couldn't end the process.

    closing_since: time of `monotonic`; infinite if the window wasn't closed before.
    next_command: started as an independent process, once settings and files are written.
    """
    try:
        _clean_up(min(closing_since, monotonic()))
        if next_command:
            _start_detached(next_command)
    except Exception:
        log.exception("the process ended before all was cleared away")
    finally:
        os._exit(code)


def _clean_up(closing_since: float) -> None:
    from cadl_desktop.ui.window.diagnostics.session_mark import mark

    mark.end()
    sync_settings()
    wait_for_writers(shutdown_seconds_left(closing_since))
    decoder.close()
    processes.close()
    with suppress(OSError):
        temporary_folder().cleanup()
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    remove_unfinished()


def _start_detached(command: list[str]) -> None:
    """Starts a process that is independent of this one and its terminal, and not safe."""
    environment = {name: value for name, value in module_environment().items() if name != SAFE}
    nothing = subprocess.DEVNULL
    subprocess.Popen(command, stdin=nothing, env=environment, start_new_session=True, creationflags=NO_WINDOW)
