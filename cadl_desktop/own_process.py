"""How the program starts itself again, as another process."""

import os
import sys


def own_command(*words: str) -> list[str]:
    """A new interpreter, or the program itself where it was packed into one file, with these words of its
    command line."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *words]
    return [sys.executable, "-P", "-m", "cadl_desktop", *words]


def own_modules() -> dict[str, str]:
    """The environment in which that process finds the modules of this one, though not those of whatever
    folder it runs in."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(os.path.abspath(path) for path in sys.path if path)}
