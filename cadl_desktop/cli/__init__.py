"""The command line: opens the window, or trains, exports and lists without one.

Nothing heavy is imported before it is known to be needed: wrong words on the command line are refused
within milliseconds, and neither Qt nor TensorFlow is there before its time.
"""

import io
import os
import sys
from collections.abc import Callable

from cadl_desktop.cli.arguments import UsageError, window_parser
from cadl_desktop.cli.commands import WITHOUT_WINDOW
from cadl_desktop.cli.endings import Exit, voice
from cadl_desktop.cli.output import OutputError

RunWindow = Callable[[str | None, bool], int]


def run_command(arguments: list[str], run_window: RunWindow) -> int:
    """Runs one command and returns its exit code, one of `endings.Exit`.

    `run_window` opens the window, with a file where one is given; the second argument is its diagnostics.
    """
    _mend_streams()
    try:
        return _run(arguments, run_window)
    except UsageError as error:
        sys.stderr.write(f"{error}\n")
        return Exit.BAD_INPUT
    except KeyboardInterrupt:
        voice()("Interrupted.")
        return Exit.INTERRUPTED
    except OutputError as error:
        sys.stderr.write(f"{error}\n")
        return Exit.FAILED
    except SystemExit as ended:  # how argparse ends after --help and --version
        return ended.code if isinstance(ended.code, int) else 0


def _run(arguments: list[str], run_window: RunWindow) -> int:
    command = arguments[0] if arguments else ""
    if command in WITHOUT_WINDOW:
        from cadl_desktop.experiment.registry import load_reference
        from cadl_desktop.system.libraries import restrain_libraries

        restrain_libraries()
        code: int = load_reference(WITHOUT_WINDOW[command])(arguments[1:])
        return code
    from cadl_desktop.cli.window import open_window, refuse_unknown

    parser = window_parser()
    words, others = parser.parse_known_args(arguments)
    if others:
        if words.file == command:
            refuse_unknown(command)  # a misspelled one is followed by words that are none of the window's
        parser.parse_args(arguments)  # refuses them
    return open_window(words.file, lambda file: run_window(file, words.diagnostics))


def _mend_streams() -> None:
    """Where a caller has closed a stream, what is written to it is dropped; names of any spelling print."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115  # open until the process ends
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
