"""Loading of TensorFlow: XLA compiler flags and filtered start-up messages."""

import faulthandler
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from cadl_desktop.system.libraries import LoadError

COMPILER_FLAGS = {
    # With this scheduler XLA moves independent products of a step between two threads, thousands of times a
    # second. Beside a window that used 15 % of a core, training lost 18 % of its speed with it and 4 %
    # without; alone, the lecture's painting trains equally fast.
    "xla_cpu_enable_concurrency_optimized_scheduler": "false",
    # Without this the sequential schedule copies more and is 5 % slower.
    "xla_cpu_copy_insertion_use_region_analysis": "true",
}
_INFORMATION = re.compile(
    rb"I\d{4} \d\d:\d\d:"  # I for information; warnings and errors begin with W or E
    rb"|WARNING: All log messages before absl::InitializeLog\(\)"
    rb"|To enable the following instructions:"
)

_import_error: Exception | None = None
"""Error of the first failed import. A second import takes seconds and raises a misleading error."""


def load_tensorflow() -> Any:
    """Imports TensorFlow (untyped). Raises LoadError."""
    global _import_error
    if _import_error is None:
        try:
            with without_start_up_lines():
                import tensorflow

                return tensorflow
        except Exception as error:
            _import_error = error
    if sys.platform == "win32" and "DLL" in str(_import_error):
        raise LoadError(
            "TensorFlow can't be loaded: nothing can be trained until Microsoft's Visual C++ Redistributable "
            "for x64 is installed (https://aka.ms/vs/17/release/vc_redist.x64.exe) and the program started "
            "again; all that doesn't need it works.",
        ) from _import_error
    raise LoadError(
        "TensorFlow can't be loaded ({kind}): nothing can be trained until the program is installed anew; "
        "all that doesn't need it works.",
        kind=type(_import_error).__name__,
    ) from _import_error


def set_compiler_flags() -> None:
    """Appends COMPILER_FLAGS to XLA_FLAGS. Flags that are already set win; nothing is done where the variable
    names a file of flags."""
    given = os.environ.get("XLA_FLAGS", "").strip()
    if given and not given.startswith("--"):
        return
    ours = [f"--{name}={value}" for name, value in COMPILER_FLAGS.items() if f"--{name}" not in given]
    os.environ["XLA_FLAGS"] = " ".join([given, *ours]).strip()


@contextmanager
def without_start_up_lines() -> Iterator[None]:
    """Drops informational lines that Python or C code writes to standard error inside the block; other lines
    are written at its end. A crash still prints its stack, through faulthandler.

    Needed because TensorFlow writes these lines before it reads its logging settings.
    """
    try:
        terminal = os.dup(2)
    except OSError:  # there is no standard error
        yield
        return
    with tempfile.TemporaryFile() as captured:
        _flush()
        os.dup2(captured.fileno(), 2)
        enables_faulthandler = not faulthandler.is_enabled()
        if enables_faulthandler:
            faulthandler.enable(terminal)
        try:
            yield
        finally:
            if enables_faulthandler:
                faulthandler.disable()
            _flush()
            os.dup2(terminal, 2)
            os.close(terminal)
            captured.seek(0)
            with suppress(OSError):
                os.write(2, b"".join(line for line in captured if not _INFORMATION.match(line)))


def _flush() -> None:
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            sys.stderr.flush()
