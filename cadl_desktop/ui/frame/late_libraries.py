"""Libraries that are imported once the window is on screen, on a thread beside it."""

from importlib import import_module

LIBRARIES = (
    *("matplotlib.mathtext", "matplotlib.textpath", "contourpy", "importlib.metadata"),
    *("cadl_desktop.lessons.page_list", "cadl_desktop.lessons.texts", "cadl_desktop.data.curves.text_tables"),
    *("cadl_desktop.project.recovery_folders", "cadl_desktop.sweeps.records.trial_table", "psutil"),
)
"""The slowest imports of the views and of the first training. None of them needs Qt."""


def load_libraries() -> None:
    """Imports them; called on any thread."""
    for library in LIBRARIES:
        import_module(library)
