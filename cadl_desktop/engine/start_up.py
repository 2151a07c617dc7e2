"""What goes before `import tensorflow`: its compiler's flags, and what it says of itself."""

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
    # Otherwise independent products of a step are handed to a second thread and back, thousands of times a
    # second as soon as anything else runs: a window that took 15 % of a core cost training 18 % of its speed,
    # and 4 % with these. Alone, the lecture's painting is as fast as before.
    "xla_cpu_enable_concurrency_optimized_scheduler": "false",
    # That order of operations alone would copy more, and be 5 % slower.
    "xla_cpu_copy_insertion_use_region_analysis": "true",
}
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
