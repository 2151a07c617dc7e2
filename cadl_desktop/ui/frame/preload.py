"""Imports of slow libraries on a thread, before what needs them is first opened."""

from importlib import import_module

PRELOADED_LIBRARIES = (
    *("matplotlib.mathtext", "matplotlib.textpath", "contourpy", "importlib.metadata"),
    *("cadl_desktop.lessons.page_list", "cadl_desktop.manual.search", "psutil"),
)
"""Slowest imports of the views and of the first training. None needs Qt, so any thread may import them."""

PRELOAD_DELAY_MS = 500
"""From showing the window to the imports; the window's pictures come first."""


def import_libraries() -> None:
    """Imports the libraries; called on any thread."""
    for library in PRELOADED_LIBRARIES:
        import_module(library)
