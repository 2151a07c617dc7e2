"""What a report of a problem contains: versions, the machine, its screens, and the end of the log."""

import platform
from collections.abc import Iterator

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication

import cadl_desktop
from cadl_desktop.system.machine import free_memory, usable_cores
from cadl_desktop.ui.settings.remembered import INTERFACE_SIZE, THEME
from cadl_desktop.ui.window.diagnostics.log import last_lines
from cadl_desktop.ui.window.diagnostics.private_paths import without_private_paths
from cadl_desktop.ui.window.help import versions

_LINES = 200


def report(device: str, screens: str) -> str:
    """All of it as text, in English as for whoever mends the program; `device` is what training runs on.
    Reads files, and may be called on any thread."""
    begin = "What I did, and what happened:"
    log = last_lines(_LINES).rstrip() or "empty"
    about = without_private_paths("\n".join([*_versions(), *_machine(device), screens]))
    return f"{begin}\n\n\n{about}\n\nThe last {_LINES} lines of the log\n\n{log}\n"


def _versions() -> Iterator[str]:
    yield f"cadl_desktop {cadl_desktop.__version__}"
    yield f"Python {platform.python_version()}, Qt {qVersion()}"
    yield ", ".join(f"{name} {version}" for name, version in versions().items())


def _machine(device: str) -> Iterator[str]:
    free = free_memory()
    memory = f"{free / 2**30:.1f} GiB free" if free is not None else "unknown"
    yield f"{platform.platform()}, {usable_cores()} cores, memory: {memory}"
    yield f"training on: {device or 'TensorFlow is not loaded yet'}"


def screens() -> str:
    """What the window is shown on, and how."""
    lines = [f"window system {QGuiApplication.platformName()}"]
    for screen in QGuiApplication.screens():
        size = screen.size()
        lines.append(f"screen {size.width()} x {size.height()}, {screen.devicePixelRatio():g} pixels a point")
    lines.append(f"theme {THEME.get()}, interface {INTERFACE_SIZE.get()} %")
    return "\n".join(lines)
