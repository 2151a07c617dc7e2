"""Table of all stored values: one row each, with its texts in the preferences dialog."""

import ctypes
import subprocess
import sys
from functools import cache
from typing import Any

from PySide6.QtCore import QByteArray

from cadl_desktop.runs.events import Speed
from cadl_desktop.system.machine import usable_cores
from cadl_desktop.ui.settings.preference import (
    Preference,
    flag,
    one_of,
    qt_bytes,
    store_values,
    texts,
    whole_number,
)
from cadl_desktop.ui.theme.theme import Choice

THEME = Preference[Choice](
    "theme",
    one_of("system", "light", "dark"),
    "system",
    "Theme",
    "Light or dark, at once.",
    {"system": "As the system", "light": "Light", "dark": "Dark"},
)
INTERFACE_SIZE = Preference(
    "interface_size",
    whole_number(80, 200),
    100,
    "Interface size",
    "Letters, icons and distances, from the next start on. Large ones want a large screen.",
    {size: f"{size} %" for size in (80, 90, 100, 110, 125, 150, 175, 200)},
)
STUDIO = Preference(
    "studio",
    one_of("simple", "all"),
    "simple",
    "Controls",
    "Simple: picture, network, size, speed, Train and Export, and whatever a project or a lesson needs.",
    {"simple": "Simple", "all": "All"},
)
FOLLOW_MOTION = Preference(
    "follow_motion",
    flag,
    True,
    "Reduce motion as the system does",
    "Films in the export dialog stand still where the system wants reduced motion.",
)
DEFAULT_FOLDER = Preference(
    "default_folder",
    str,
    "",
    "Folder",
    "Where Open, Save and Export begin; empty: where the last file was.",
)
LESSONS_FOLDER = Preference(
    "lessons_folder",
    str,
    "",
    "Own lessons",
    "Every NAME.md there, with its experiment NAME.cadl or NAME.json beside it, is a lesson; empty: none.",
)
KEEP_PREVIOUS = Preference(
    "keep_previous",
    flag,
    True,
    "Keep the previous version of a project",
    "Saving leaves the file as it was beside the new one, as NAME.previous.cadl.",
)
START_PAGE = Preference(
    "start_page",
    flag,
    True,
    "Show the start page at the start",
    "Whether the program begins with the examples when no file is named.",
)
THREADS = Preference(
    "threads",
    whole_number(0),
    0,
    "Processor cores",
    (
        "How many a new run uses at most; its last digits depend on them, so that it keeps them when it "
        "continues or starts over."
    ),
    {0: f"All {usable_cores()}", **{n: str(n) for n in range(1, usable_cores())}},
)
DRAW_NEURONS = Preference(
    "draw_neurons",
    flag,
    True,
    "Draw neurons and lines",
    "Their pictures follow the training; otherwise they are drawn when it rests.",
)
DRAW_HISTOGRAMS = Preference(
    "draw_histograms",
    flag,
    True,
    "Draw histograms",
    "They follow the training where their panel is open; otherwise they come when it rests.",
)
PREFERENCES: dict[str, tuple[Preference[Any], ...]] = {
    "Appearance": (THEME, INTERFACE_SIZE, STUDIO, FOLLOW_MOTION),
    "Files": (DEFAULT_FOLDER, LESSONS_FOLDER, KEEP_PREVIOUS, START_PAGE),
    "While training": (THREADS, DRAW_NEURONS, DRAW_HISTOGRAMS),
}
"""Preferences of the dialog, by heading."""

KEEP_LEARNED = Preference("keep_learned", flag, True)
"""Whether edits of the network keep what was learned."""
TRAINING_SPEED = Preference[Speed]("training_speed", one_of("slow", "watchable", "full"), "watchable")
"""How fast a run is shown that could be over before anything is seen."""
NETWORK_CONTRAST = Preference("network_contrast", flag, False)
"""Whether each tile of the network has its own colour range, rather than all tiles of a layer the same."""
RECIPE_INSIDE = Preference("recipe_inside", flag, True)
"""Whether exports have the settings in them, where their format has a place for these."""
RECIPE_BESIDE = Preference("recipe_beside", flag, False)
"""Whether the settings of other exports are written beside them."""
RESIDUALS = Preference("residuals", flag, False)
"""Whether the residuals of a curve are shown below it."""
CLOSED_CAPTIONS = Preference[list[str]]("closed_captions", texts(), [])
"""Captions for newcomers that have been closed for good."""
LESSON = Preference("lesson", str, "")
"""Name of the lesson page that was read last."""
REACHED_LESSONS = Preference[list[str]]("reached_lessons", texts(), [])
"""Names of the lesson pages whose goals have been reached."""
SWEEP_FOLDERS = Preference[list[str]]("sweep_folders", texts(100), [])
"""Folders of sweeps that were running when last seen, newest first."""
RECENT = Preference[list[str]]("recent", texts(20), [])
"""Recent files, newest first; more than are shown, as some may no longer exist."""
LAST_FOLDER = Preference("folder", str, "")
"""Folder of the file that was opened or saved last."""
GEOMETRY = Preference("geometry", qt_bytes, QByteArray())
DOCKS = Preference("docks", qt_bytes, QByteArray())
MIDDLE = Preference("moved_middle", qt_bytes, QByteArray())
"""State of the splitter in the middle of the window; empty unless its handle was moved."""
FOLDED = Preference[list[str] | None]("folded", texts(), None)
"""Folded sections of the settings panel; None before the first window was closed."""

LAYOUT_VERSION = 6
"""Incremented when docks are added or renamed, so that an old layout isn't applied to a new window."""

_SPI_GETCLIENTAREAANIMATION = 0x1042
_TIMEOUT = 0.5
"""Seconds; a command that answers at all does so within hundredths."""
_MOTION_COMMANDS = {
    "darwin": (("defaults", "read", "com.apple.universalaccess", "reduceMotion"), "1"),
    "linux": (("gsettings", "get", "org.gnome.desktop.interface", "enable-animations"), "false"),
}
"""Platform: command that prints the setting (Qt has no access to it), and its output for reduced motion."""


def remember_layout(geometry: QByteArray, docks: QByteArray, middle: QByteArray, folded: list[str]) -> None:
    """Stores the layout of a window that closes."""
    store_values({GEOMETRY.key: geometry, DOCKS.key: docks, MIDDLE.key: middle, FOLDED.key: folded})


def motion_allowed() -> bool:
    """Whether animations may play: not if the system asks for reduced motion and the user follows it."""
    return not (FOLLOW_MOTION.get() and system_reduces_motion())


@cache
def system_reduces_motion() -> bool:
    """Whether the system asks for reduced motion; cached. False where that is unknown."""
    if sys.platform == "win32":
        shown = ctypes.c_int(1)
        ctypes.windll.user32.SystemParametersInfoW(_SPI_GETCLIENTAREAANIMATION, 0, ctypes.byref(shown), 0)
        return not shown.value
    if sys.platform not in _MOTION_COMMANDS:
        return False
    command, reduced = _MOTION_COMMANDS[sys.platform]
    try:
        answered = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return answered.stdout.strip() == reduced
