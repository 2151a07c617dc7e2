"""`cadl-desktop [FILE]`: the window."""

from collections.abc import Callable

from cadl_desktop.cli.arguments import PROGRAM, UsageError, may_be_there
from cadl_desktop.cli.commands import WITHOUT_WINDOW
from cadl_desktop.cli.display import has_display


def open_window(file: str | None, run: Callable[[str | None], int]) -> int:
    """Opens the window by `run` and returns its exit code. Raises UsageError where none can be opened."""
    if file is not None:
        refuse_unknown(file)
    if not has_display():
        raise UsageError(
            "There is no display for a window; train without one: {program} train EXPERIMENT --out DIR.",
            program=PROGRAM,
        )
    try:
        return run(file)
    except ImportError as error:
        raise UsageError(
            "The window can't be opened ({error}); train without it: {program} train EXPERIMENT --out DIR.",
            error=error,
            program=PROGRAM,
        ) from error


def refuse_unknown(file: str) -> None:
    """Raises UsageError where neither a file nor a preset is called so."""
    if not may_be_there(file):
        # Only now: a file that is there needs none of this.
        from cadl_desktop.cli.openings import unknown
        from cadl_desktop.experiment.presets import preset_names

        if file not in preset_names():
            raise UsageError(unknown(file, [*WITHOUT_WINDOW, *preset_names()]))
