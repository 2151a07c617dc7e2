"""What Qt's own file dialogs remember, kept in memory.

Qt would write a file of its own whenever a dialog closes, for which the window waited. Where the system has
settings of its own, it stays in there.
"""

import sys
from collections.abc import Mapping

from PySide6.QtCore import QSettings

from cadl_desktop.ui.settings.settings_store import values_of

NAMES = "FileDialog/"
"""How all of them begin."""
_NOWHERE = "/dev/null/none"
"""A folder in which nothing can be written."""


_dialogs: QSettings | None = None
"""Lives for good, as Qt's memory would not without it."""


def keep_in_memory(known: Mapping[str, object]) -> None:
    """From now on, beginning with what they have remembered before."""
    global _dialogs
    if sys.platform in ("win32", "darwin"):
        return
    if _dialogs is None:
        QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, _NOWHERE)
        _dialogs = QSettings(QSettings.Scope.UserScope, "QtProject")
        _dialogs.setFallbacksEnabled(False)
    for name, value in known.items():
        _dialogs.setValue(name, value)


def in_memory() -> dict[str, object]:
    """What they remember now."""
    return {} if _dialogs is None else values_of(_dialogs, NAMES)
