"""Whether the system asks programs to move as little as they can. Qt doesn't say."""

import ctypes
import subprocess
import sys
from functools import cache

_SPI_GETCLIENTAREAANIMATION = 0x1042
_PATIENCE = 0.5
"""Seconds; what answers at all does so within hundredths."""
_ASKED = {
    "darwin": (("defaults", "read", "com.apple.universalaccess", "reduceMotion"), "1"),
    "linux": (("gsettings", "get", "org.gnome.desktop.interface", "enable-animations"), "false"),
}
"""By platform: who knows, and what it says where motion is to be reduced."""


@cache
def system_reduces_motion() -> bool:
    """Asked once, when something could move for the first time; no where nobody knows."""
    if sys.platform == "win32":
        shown = ctypes.c_int(1)
        ctypes.windll.user32.SystemParametersInfoW(_SPI_GETCLIENTAREAANIMATION, 0, ctypes.byref(shown), 0)
        return not shown.value
    if sys.platform not in _ASKED:
        return False
    command, yes = _ASKED[sys.platform]
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return told.stdout.strip() == yes
