"""Side effects of libraries on the user's machine, and how the program prevents them."""

import logging
import os
import socket
import warnings

from platformdirs import user_cache_path

from cadl_desktop.sentences import SentenceError

_FOLDERS = {"KERAS_HOME": "keras", "MPLCONFIGDIR": "matplotlib"}
"""Environment variable of a library's folder for settings and caches -> its name in the program's cache."""


class LoadError(SentenceError):
    """TensorFlow can't be imported; `__cause__` is the import's own error."""


def restrain_libraries() -> None:
    """Restrains libraries that are imported from now on.

    They write into the program's cache folder instead of the home folder (unless the environment says where),
    open no socket, and print no messages about fonts or caches.
    """
    cache = user_cache_path("cadl_desktop", appauthor=False)
    for variable, name in _FOLDERS.items():
        os.environ.setdefault(variable, str(cache / name))
    # TensorFlow imports urllib3, which binds a socket to find out whether there is IPv6.
    socket.has_ipv6 = False
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    # One warning for every missing glyph, repeated at every layout of a plot.
    warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
