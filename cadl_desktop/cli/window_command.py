"""`cadl-desktop [FILE]`: opens the window, if there is a display."""

import ctypes
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread

from cadl_desktop.cli.arguments import PROGRAM, UsageError, may_exist
from cadl_desktop.cli.commands import WITHOUT_WINDOW

_TIMEOUT = 3.0
"""Seconds to wait for a display server's answer."""


def open_window(file: str | None, run: Callable[[str | None], int]) -> int:
    """Opens the window by `run` and returns its exit code. Raises UsageError if it can't be opened."""
    if file is not None:
        refuse_unknown(file)
    if not has_display():
        raise UsageError(
            "There is no display for a window; train without one: {program} train EXPERIMENT --out DIR.",
            program=PROGRAM,
        )
    try:
        return run(file)
    except ImportError as error:
        raise UsageError(
            "The window can't be opened ({error}); train without it: {program} train EXPERIMENT --out DIR.",
            error=error,
            program=PROGRAM,
        ) from error


def refuse_unknown(file: str) -> None:
    """Raises UsageError if there is neither a file nor a preset of this name."""
    if not may_exist(file):
        # Imported only now, as an existing file needs none of this.
        from cadl_desktop.cli.openings import unknown_name
        from cadl_desktop.experiment.presets import preset_names

        if file not in preset_names():
            raise UsageError(unknown_name(file, [*WITHOUT_WINDOW, *preset_names()]))


def has_display() -> bool:
    """Whether a display server that Qt would use answers; takes a few milliseconds.

    Without one, Qt would abort the process.
    """
    if sys.platform in ("win32", "darwin"):
        return True
    setting = os.environ.get("QT_QPA_PLATFORM", "")
    platforms = [name.partition(":")[0] for name in setting.split(";") if name]
    return any(_answers(platform) for platform in platforms or ("wayland", "xcb"))


def _answers(platform: str) -> bool:
    if platform == "xcb":
        return _x_answers()
    if platform.startswith("wayland"):
        return _wayland_answers()
    return True  # offscreen, minimal, vnc, linuxfb, eglfs need no server


def _wayland_answers() -> bool:
    if os.environ.get("WAYLAND_SOCKET"):
        return True
    name = os.environ.get("WAYLAND_DISPLAY", "")
    if not name:
        return False
    address = Path(os.environ.get("XDG_RUNTIME_DIR", ""), name)
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.settimeout(_TIMEOUT)
            server.connect(str(address))
    except OSError:
        return False
    return True


def _x_answers() -> bool:
    """Connects to the X server as Qt does, by xcb, which handles addresses and permissions."""
    if not os.environ.get("DISPLAY"):
        return False
    answered: list[bool] = []
    # On a thread, as a hung server accepts the connection and then never answers.
    connecting = Thread(target=lambda: answered.append(_x_connects()), daemon=True)
    connecting.start()
    connecting.join(_TIMEOUT)
    return bool(answered and answered[0])


def _x_connects() -> bool:
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    refused = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not refused
