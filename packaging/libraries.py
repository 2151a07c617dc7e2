"""The system libraries and the font that Qt needs, and how they are installed."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from processes import SetupError, say, succeeds

# What Qt opens at run time, and the Debian package that brings it.
LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
FONTS = "fonts-dejavu-core"


def missing_libraries() -> list[str]:
    """The Debian packages whose libraries Qt would not find here; only Linux leaves them to the system."""
    if not sys.platform.startswith("linux"):
        return []
    missing = [package for library, package in LIBRARIES.items() if not can_load(library)]
    if "libfontconfig1" in missing or not has_fonts():
        missing.append(FONTS)
    return missing


def can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_fonts() -> bool:
    """Whether fontconfig knows any font: without one Qt draws empty boxes."""

    class FontSet(ctypes.Structure):
        _fields_ = (("count", ctypes.c_int), ("size", ctypes.c_int), ("fonts", ctypes.c_void_p))

    fontconfig = ctypes.CDLL("libfontconfig.so.1")
    fontconfig.FcConfigGetFonts.argtypes = (ctypes.c_void_p, ctypes.c_int)
    fontconfig.FcConfigGetFonts.restype = ctypes.POINTER(FontSet)
    fontconfig.FcInit()
    fonts = fontconfig.FcConfigGetFonts(None, 0)
    return bool(fonts) and fonts.contents.count > 0


def offer_libraries(packages: Sequence[str], *, required: bool) -> None:
    """Install the libraries if any are missing; without a window their absence is only worth a remark."""
    if not packages:
        return
    try:
        install_system_packages(packages)
    except SetupError as error:
        if required:
            raise
        say(f"{error} This command works without them.")


def install_system_packages(packages: Sequence[str]) -> None:
    """Install Debian packages with apt-get, or say in one sentence which are needed."""
    prefix = administrator_prefix()
    if prefix is None or not shutil.which("apt-get"):
        raise SetupError(please_install(packages), 2)
    say(f"Installing system packages, which happens once: {' '.join(packages)}")
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"]
    install = [*apt, "install", "--yes", "--no-install-recommends", *packages]
    has_lists = any(Path("/var/lib/apt/lists").glob("*Packages*"))
    # Lists can be absent (a new machine) or too old for what the mirror still holds.
    if not ((has_lists and succeeds(install)) or (succeeds([*apt, "update"]) and succeeds(install))):
        raise SetupError(f"apt-get could not install these system packages: {' '.join(packages)}.", 2)


def please_install(packages: Sequence[str]) -> str:
    return f"Please install these system packages (Debian's names): {' '.join(packages)}."


def administrator_prefix() -> list[str] | None:
    """Prefix that runs a command as root; None where this user can't."""
    if sys.platform == "win32":
        return None
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    if sys.stdin is not None and sys.stdin.isatty():
        return ["sudo"]
    # Nobody is there to type a password.
    return ["sudo", "-n"] if succeeds(["sudo", "-n", "true"], quiet=True) else None
