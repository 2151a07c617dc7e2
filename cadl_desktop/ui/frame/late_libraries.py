"""Libraries that are imported once the window is on screen, on a thread beside it."""

from importlib import import_module

LIBRARIES = (
    *("matplotlib.mathtext", "matplotlib.textpath", "contourpy", "importlib.metadata"),
    *("cadl_desktop.lessons.pages", "cadl_desktop.lessons.texts", "cadl_desktop.data.curves.tables"),
    *("cadl_desktop.project.recoveries", "cadl_desktop.sweeps.records.table", "psutil"),
)
"""What takes longest of what views and the first training import, and knows no Qt."""


def load_libraries() -> None:
    """On any thread."""
    for library in LIBRARIES:
        import_module(library)
