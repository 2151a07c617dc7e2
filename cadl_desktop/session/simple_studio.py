"""Table of what the studio can leave out, and which of it stands in Simple; and a class's own choice of that.

Whatever isn't in the table is always shown.
"""

from pathlib import Path
from typing import NamedTuple

import msgspec

from cadl_desktop.data.ordinary_files import path_problem, read_problem
from cadl_desktop.sentences import SentenceError, shown

ENDING = ".toml"
_MOST_BYTES = 100_000


class StudioPart(NamedTuple):
    """Part of the studio by its name; docks and what doors offer as hideable have the same names.

    entries: names of the menu entries that come and go with it.
    """

    name: str
    in_simple: bool
    entries: tuple[str, ...] = ()


PARTS = (
    # the settings, from top to bottom
    StudioPart("pictures", True),
    StudioPart("more-pictures", False),
    StudioPart("crop", True, ("crop",)),
    StudioPart("method", True),
    StudioPart("size", True),
    StudioPart("size-limit", False),
    StudioPart("data", False),
    StudioPart("encoding", False),
    StudioPart("optimizer", False),
    StudioPart("run", False, ("new_seed",)),
    # the toolbar, from left to right
    StudioPart("speed", True, ("speed_slow", "speed_watchable", "speed_full")),
    StudioPart("sweep", False, ("sweep", "open_sweep")),
    StudioPart("doctor", False),
    StudioPart("step", False, ("step",)),
    StudioPart("reset", True, ("reset",)),
    StudioPart("figures", False),
    StudioPart("time-left", True),
    StudioPart("export", True, ("export_as",)),
    # the network and its output
    StudioPart("legend", False),
    StudioPart("network-views", False, ("hold_point",)),
    StudioPart("keep-learned", False),
    StudioPart("automatic-layers", False),
    StudioPart("gains", False, ("keep_gains", "reset_gains")),
    StudioPart("scores", False),
    StudioPart("bytes", False, ("bytes",)),
    StudioPart("swipe", False),
    StudioPart("zoom", False),
    StudioPart("mask", False),
    StudioPart("device", False),
    # the docks, and what is done with runs
    StudioPart("cost", False, ("copy_cost", "logarithmic", "psnr")),
    StudioPart("runs", False, ("compare", "against", "seeds")),
    StudioPart("timeline", False, ("replay", "earlier", "later", "now", "final", "branch")),
    StudioPart("histograms", False),
    StudioPart("operations", False),
    StudioPart("landscape", False),
    StudioPart("weights", False, ("import_weights",)),
)
IN_SIMPLE = frozenset(part.name for part in PARTS if part.in_simple)
_NAMES = frozenset(part.name for part in PARTS)


class ShownError(SentenceError):
    """A file that doesn't say what is shown. The message is one sentence that names it."""


class _ShownFile(msgspec.Struct, forbid_unknown_fields=True):
    """Content of the file that a teacher hands out: what is shown beside Simple, and what of Simple isn't."""

    show: list[str] = []
    hide: list[str] = []


def read_shown(path: str) -> frozenset[str]:
    """Reads which parts a teacher's file shows. Raises ShownError."""
    if Path(path).suffix.lower() != ENDING:
        raise ShownError(
            "“{path}” can't say what is shown, as its name doesn't end in {ending}; name a file to open "
            "before --simple.",
            path=path,
            ending=ENDING,
        )
    name = f"“{shown(path)}”"
    try:
        if problem := path_problem(Path(path), name, "what a teacher has written"):
            raise ShownError(problem)
        with open(path, "rb") as file:
            read = msgspec.toml.decode(file.read(_MOST_BYTES), type=_ShownFile)
    except OSError as error:
        raise ShownError(read_problem(error, name)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ShownError("“{path}” doesn't say what is shown: {why}.", path=path, why=error) from error
    if unknown := sorted({*read.show, *read.hide} - _NAMES):
        raise ShownError(
            "“{path}” names “{unknown}”, which is none of: {names}.",
            path=path,
            unknown=unknown[0],
            names=", ".join(part.name for part in PARTS),
        )
    return IN_SIMPLE.union(read.show).difference(read.hide)


class _Start:
    """Parts and options that the command line asked this start to show."""

    shown: frozenset[str] | None = None
    options: tuple[str, ...] = ()


def start_simple(file: str = "") -> None:
    """Makes this start of the program begin with Simple, with what a teacher's file shows if one is named.
    Raises ShownError."""
    _Start.shown = read_shown(file) if file else IN_SIMPLE
    _Start.options = ("--simple", str(Path(file).absolute())) if file else ("--simple",)


def shown_at_start() -> frozenset[str] | None:
    """Returns what the command line has this start show; None where it asks for nothing."""
    return _Start.shown


def options_of_start() -> tuple[str, ...]:
    """Returns the options by which the program starts like this again."""
    return _Start.options
