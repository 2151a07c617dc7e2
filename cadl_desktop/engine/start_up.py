"""What goes before `import tensorflow`: its compiler's flags, its libraries, and what it says of itself."""

import ctypes
import faulthandler
import importlib.util
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from cadl_desktop.libraries import LoadError

COMPILER_FLAGS = {
    # Otherwise independent products of a step are handed to a second thread and back, thousands of times a
    # second as soon as anything else runs: a window that took 15 % of a core cost training 18 % of its speed,
    # and 4 % with these. Alone, the lecture's painting is as fast as before.
    "xla_cpu_enable_concurrency_optimized_scheduler": "false",
    # That order of operations alone would copy more, and be 5 % slower.
    "xla_cpu_copy_insertion_use_region_analysis": "true",
}
# Each needs those before it.
LIBRARIES = (
    "libtensorflow_framework.so.2",
    "libtensorflow_cc.so.2",
    "python/lib_pywrap_tensorflow_common.so",
)
HEAPS = 2
MOST_IN_HEAP = 2 * 2**20
"""Bytes of what still comes from a heap: more than what lies between the bands of a picture that is scored,
which the system would have to make anew for each of them."""
MOST_KEPT = 32 * 2**20
"""Bytes that a heap keeps at its end, for the same reason: usually it is an eighth of a megabyte."""
_ARENA_MAX, _MMAP_THRESHOLD, _TRIM_THRESHOLD = -8, -3, -1  # of malloc.h
_REMARKS = re.compile(
    rb"I\d{4} \d\d:\d\d:"  # remarks; warnings and errors begin with another letter
    rb"|WARNING: All log messages before absl::InitializeLog\(\)"
    rb"|To enable the following instructions:"
)

_refused: Exception | None = None
"""What the first import of TensorFlow has raised: a second one says something else, and takes seconds."""


def load_tensorflow() -> Any:
    """TensorFlow, which is not typed. Raises LoadError."""
    global _refused
    if _refused is None:
        try:
            with without_start_up_lines():
                load_libraries()
                import tensorflow

                return tensorflow
        except Exception as error:
            _refused = error
    raise LoadError(
        "TensorFlow can't be loaded ({kind}): nothing can be trained until the program is installed anew; "
        "all that doesn't need it works.",
        kind=type(_refused).__name__,
    ) from _refused


def set_compiler_flags() -> None:
    """Adds ours to what the environment already says, which goes first, unless it names a file of flags."""
    given = os.environ.get("XLA_FLAGS", "").strip()
    if given and not given.startswith("--"):
        return
    ours = [f"--{name}={value}" for name, value in COMPILER_FLAGS.items() if f"--{name}" not in given]
    os.environ["XLA_FLAGS"] = " ".join([given, *ours]).strip()


def share_heaps() -> None:
    """Has all threads take their memory from a few heaps, and what is large from the system (glibc).

    Otherwise each has a heap of its own, and keeps for itself what it has freed, and so do heaps of pieces of
    up to 32 megabytes, once one such has been freed: of twelve megapixels in a window two tenths of a
    gigabyte that nobody used.
    """
    with suppress(AttributeError, OSError, TypeError):
        options = ctypes.CDLL(None).mallopt
        options(_ARENA_MAX, HEAPS)
        options(_MMAP_THRESHOLD, MOST_IN_HEAP)
        options(_TRIM_THRESHOLD, MOST_KEPT)


def give_back_memory() -> None:
    """Has heaps give back to the system what has been freed in them (glibc): much, after a compilation."""
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


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


@contextmanager
def without_start_up_lines() -> Iterator[None]:
    """Drops the remarks that are written to standard error meanwhile, by Python or by C; all else is
    written at the end. A crash, which knows no end, still says where it happened.

    TensorFlow writes these lines before it looks at any setting of its log.
    """
    try:
        terminal = os.dup(2)
    except OSError:  # nobody listens
        yield
        return
    with tempfile.TemporaryFile() as held:
        _flush()
        os.dup2(held.fileno(), 2)
        watches = not faulthandler.is_enabled()
        if watches:
            faulthandler.enable(terminal)
        try:
            yield
        finally:
            if watches:
                faulthandler.disable()
            _flush()
            os.dup2(terminal, 2)
            os.close(terminal)
            held.seek(0)
            with suppress(OSError):
                os.write(2, b"".join(line for line in held if not _REMARKS.match(line)))


def _flush() -> None:
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            sys.stderr.flush()
