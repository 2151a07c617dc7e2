"""What libraries would do to a person's machine by themselves, and don't in this program."""

import logging
import os
import socket
import warnings

from platformdirs import user_cache_path

from cadl_desktop.sentences import SentenceError

_FOLDERS = {"KERAS_HOME": "keras", "MPLCONFIGDIR": "matplotlib"}
"""Where they keep settings and caches, by the variable that says so, and the name in our own cache."""


class LoadError(SentenceError):
    """TensorFlow can't be loaded; its cause is what its import has raised."""


def restrain_libraries() -> None:
    """Keeps libraries that are imported from now on from writing elsewhere in the home than into the
    program's own cache, unless the environment says where, from opening a socket, and from telling the
    terminal of their fonts or caches."""
    cache = user_cache_path("cadl_desktop", appauthor=False)
    for variable, name in _FOLDERS.items():
        os.environ.setdefault(variable, str(cache / name))
    # TensorFlow brings urllib3 along, which would bind one to find out by itself.
    socket.has_ipv6 = False
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    # Of each letter that its font doesn't have, and once more for each time that a plot is laid out.
    warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
