"""Standard input in place of a file, where the command line has '-' for its name."""

import sys
from argparse import Namespace
from pathlib import Path

from cadl_desktop.cli.arguments import STANDARD_STREAM, UsageError

Content = bytes
INPUT_TITLE = "Standard input"
_MOST_BYTES = 2**29


def source_of(name: str, options: Namespace) -> Path | Content:
    """Path of this name, or what is on standard input. Raises UsageError where that is empty, too much, or
    has been read for another of the `options`."""
    if name != STANDARD_STREAM:
        return Path(name)
    if hasattr(options, "has_read_input"):
        raise UsageError("-: standard input can be one file only; give the names of the others.")
    options.has_read_input = True
    try:
        content = sys.stdin.buffer.read(_MOST_BYTES + 1) if sys.stdin else b""
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError("-: standard input can't be read ({reason}).", reason=reason) from error
    if not content:
        raise UsageError("-: standard input is empty; give a picture or a table there, or a file's name.")
    if len(content) > _MOST_BYTES:
        raise UsageError("-: standard input has more than {most} MB.", most=_MOST_BYTES // 2**20)
    return content
