"""How the process that decodes is started, and which decoders it may be asked for."""

import os
import sys
from collections.abc import Mapping

WORD = "--decode-for-parent"
"""The only word of that process's command line."""
DECODERS: Mapping[str, str] = {
    "picture": "cadl_desktop.data.pictures.picture_decoding:decoded_picture",
    "hdf5": "cadl_desktop.weights_in.hdf5_files:decoded_arrays",
}
"""By name, as 'module:function'; nothing else is ever called there. Each takes an open file and further
values, and gives arrays by name one by one, or raises `RefusedError`."""


def command() -> list[str]:
    """A new interpreter, or the program itself where it was packed into one file."""
    if getattr(sys, "frozen", False):
        return [sys.executable, WORD]
    return [sys.executable, "-P", "-m", "cadl_desktop", WORD]


def environment() -> dict[str, str]:
    """What the process finds: the modules of this one, though not those of whatever folder it runs in."""
    modules = os.pathsep.join(os.path.abspath(path) for path in sys.path if path)
    return os.environ | {"PYTHONPATH": modules, "OPENBLAS_NUM_THREADS": "1"}
