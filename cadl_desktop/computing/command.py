"""How the process that computes is started."""

from cadl_desktop.system.own_process import own_command, own_modules

WORD = "--compute-for-parent"
"""The only word of that process's command line."""


def command() -> list[str]:
    """Of that process."""
    return own_command(WORD)


def environment(temporary: str) -> dict[str, str]:
    """What it finds around it: the modules of the window's process, and a folder for temporary files. Where
    TensorFlow has all cores, NumPy would wait for threads of its own ten times as long as it works."""
    places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), temporary)
    return {"OPENBLAS_NUM_THREADS": "1"} | own_modules() | places
