"""Whether there is a display that answers. Qt itself would abort the process where there is none."""

import ctypes
import os
import socket
import sys
from pathlib import Path
from threading import Thread

_SECONDS = 3.0
"""A display that has not answered by then never will."""


def has_display() -> bool:
    """Asks the display servers that Qt would use; costs a few milliseconds."""
    if sys.platform in ("win32", "darwin"):
        return True
    wanted = os.environ.get("QT_QPA_PLATFORM", "")
    platforms = [name.partition(":")[0] for name in wanted.split(";") if name]
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
            server.settimeout(_SECONDS)
            server.connect(str(address))
    except OSError:
        return False
    return True


def _x_answers() -> bool:
    """Greets the X server as Qt does, by xcb, which knows addresses and permissions."""
    if not os.environ.get("DISPLAY"):
        return False
    answered: list[bool] = []
    # A server that has hung accepts the connection and then never greets back, hence the thread.
    greeting = Thread(target=lambda: answered.append(_x_greets()), daemon=True)
    greeting.start()
    greeting.join(_SECONDS)
    return bool(answered and answered[0])


def _x_greets() -> bool:
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
