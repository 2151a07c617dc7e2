"""The command line: opens the window, or trains, exports and lists without one.

Heavy modules are imported only when they are needed, so that wrong arguments are refused within milliseconds,
without Qt or TensorFlow.
"""

import io
import sys
from collections.abc import Callable

from cadl_desktop.cli.arguments import UsageError, window_parser
from cadl_desktop.cli.commands import WITHOUT_WINDOW
from cadl_desktop.cli.output import Exit, OutputError, stderr_writer
from cadl_desktop.system.safe_start import start_safely

RunWindow = Callable[[str | None], int]


def run_command(arguments: list[str], run_window: RunWindow) -> int:
    """Runs a command and returns its exit code, an `output.Exit`.

    `run_window(file)` opens the window, with a file if one is given.
    """
    _mend_streams()
    try:
        return _run(arguments, run_window)
    except UsageError as error:
        sys.stderr.write(f"{error}\n")
        return Exit.BAD_INPUT
    except KeyboardInterrupt:
        stderr_writer()("Interrupted.")
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
    from cadl_desktop.cli.window_command import open_window, refuse_unknown

    parser = window_parser()
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        if options.file == command:
            refuse_unknown(command)  # a misspelled command explains the unknown arguments after it
        parser.parse_args(arguments)  # refuses them
    if options.safe:
        start_safely()
    if options.simple is not None:
        _start_simple(options.simple)
    return open_window(options.file, run_window)


def _start_simple(file: str) -> None:
    from cadl_desktop.session.simple_studio import ShownError, start_simple

    try:
        start_simple(file)
    except ShownError as error:
        raise UsageError(error.args[0]) from error


def _mend_streams() -> None:
    """Makes names with any characters printable."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            if sys.platform == "win32" and not stream.isatty():
                # Files and pipes would get an old code page of 200 letters, without '−' and most names.
                stream.reconfigure(encoding="utf-8")
            stream.reconfigure(errors="backslashreplace")
