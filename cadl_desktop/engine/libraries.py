"""TensorFlow's shared libraries, loaded without keeping other threads from running."""

import ctypes
import importlib.util
import os
import sys
from pathlib import Path

# Each needs those before it.
LIBRARIES = (
    "libtensorflow_framework.so.2",
    "libtensorflow_cc.so.2",
    "python/lib_pywrap_tensorflow_common.so",
)


def load_libraries() -> None:
    """Has the system load what `import tensorflow` is going to need.

    An import holds the interpreter for as long as the system takes, a third of a second in which a window
    stands still; a foreign function doesn't. What can't be loaded is left to the import, which says why.
    """
    found = importlib.util.find_spec("tensorflow")
    if sys.platform != "linux" or found is None or not found.submodule_search_locations:
        return
    folder = Path(found.submodule_search_locations[0])
    # `ctypes.CDLL(path)` would hold the interpreter too.
    load = ctypes.CDLL(None).dlopen
    load.restype, load.argtypes = ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_int)
    for library in LIBRARIES:
        load(os.fsencode(folder / library), os.RTLD_NOW)
