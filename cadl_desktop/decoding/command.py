"""How the process that decodes is started, and which decoders it may be asked for."""

from collections.abc import Mapping

from cadl_desktop.system.own_process import own_command, own_modules

WORD = "--decode-for-parent"
"""The only word of that process's command line."""
DECODERS: Mapping[str, str] = {
    "picture": "cadl_desktop.data.pictures.picture_decoding:decoded_picture",
    "hdf5": "cadl_desktop.weights_in.hdf5_files:decoded_arrays",
}
"""By name, as 'module:function'; nothing else is ever called there. Each takes an open file and further
values, and gives arrays by name one by one, or raises `RefusedError`."""


def command() -> list[str]:
    """Of that process."""
    return own_command(WORD)


def environment() -> dict[str, str]:
    """What it finds around it."""
    return own_modules() | {"OPENBLAS_NUM_THREADS": "1"}
