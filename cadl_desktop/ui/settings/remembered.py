"""The table of what the program remembers: a row each, with what the dialog of preferences says of it."""

from typing import Any

from PySide6.QtCore import QByteArray

from cadl_desktop.system.machine import usable_cores
from cadl_desktop.ui.settings import dialog_settings
from cadl_desktop.ui.settings.preference import Preference, flag, keep, one_of, qt_bytes, texts, whole_number
from cadl_desktop.ui.theme.motion import system_reduces_motion
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
FOLLOW_MOTION = Preference(
    "follow_motion",
    flag,
    True,
    "Move as little as the system asks for",
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
        "How many a new run uses at most; its last digits depend on them, so that it keeps them when it goes "
        "on or is begun afresh."
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
    "Appearance": (THEME, INTERFACE_SIZE, FOLLOW_MOTION),
    "Files": (DEFAULT_FOLDER, LESSONS_FOLDER, KEEP_PREVIOUS, START_PAGE),
    "While training": (THREADS, DRAW_NEURONS, DRAW_HISTOGRAMS),
}
"""Those that the dialog of preferences has, by their headings there."""

KEEP_LEARNED = Preference("keep_learned", flag, False)
"""Whether edits of the network keep what was learned."""
NETWORK_CONTRAST = Preference("network_contrast", flag, False)
"""Whether every tile of the network has the full colours, and not all of a layer the same."""
TOUR_OFFERED = Preference("tour_offered", flag, False)
"""Whether the tour has been offered, which happens once."""
CLOSED_CAPTIONS = Preference[list[str]]("closed_captions", texts(), [])
"""The captions for newcomers that have been closed, which is for good."""
LESSON = Preference("lesson", str, "")
"""The page of the lessons that was read last."""
REACHED_LESSONS = Preference[list[str]]("reached_lessons", texts(), [])
"""The pages of the lessons whose goals have been reached, by name."""
SWEEP_FOLDERS = Preference[list[str]]("sweep_folders", texts(100), [])
"""The folders of sweeps that ran when they were last looked at, the newest first."""
RECENT = Preference[list[str]]("recent", texts(20), [])
"""Files that were opened or saved, the newest first: more than are shown, as some may be gone by then."""
LAST_FOLDER = Preference("folder", str, "")
"""Where a file was last opened or saved."""
GEOMETRY = Preference("geometry", qt_bytes, QByteArray())
DOCKS = Preference("docks", qt_bytes, QByteArray())
MIDDLE = Preference("middle", qt_bytes, QByteArray())
"""How the window's middle is divided."""
FOLDED = Preference[list[str] | None]("folded", texts(), None)
"""Which sections of the settings are folded; None where nobody has closed a window yet."""

LAYOUT_VERSION = 6
"""Raised when docks are added or renamed, so that an old layout isn't forced on a new window."""


def remember_layout(geometry: QByteArray, docks: QByteArray, middle: QByteArray, folded: list[str]) -> None:
    """Keeps the layout of a window that closes, and what Qt's file dialogs remember."""
    layout = {GEOMETRY.key: geometry, DOCKS.key: docks, MIDDLE.key: middle, FOLDED.key: folded}
    keep(layout | dialog_settings.in_memory())


def motion_wanted() -> bool:
    """Whether pictures may move by themselves: not where the system is followed and wants little motion."""
    return not (FOLLOW_MOTION.get() and system_reduces_motion())
