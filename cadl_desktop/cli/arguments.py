"""Parsers of the command line, and the errors that they raise."""

import argparse
import os
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from math import isnan
from typing import NoReturn, TypeVar

from cadl_desktop import __version__
from cadl_desktop.experiment.check import LEAST_SHARE, MOST_SHARE
from cadl_desktop.experiment.paths import read_share, write_share
from cadl_desktop.sentences import SentenceError, shown

_Number = TypeVar("_Number", int, float)

PROGRAM = "cadl-desktop"
STANDARD_STREAM = "-"
"""Name that stands for standard input or output in place of a file."""
EXPERIMENT = (
    "a preset's name, a .cadl file, a picture to paint, several pictures or a folder of them for one "
    "network, a table (.csv, .tsv, .txt) of x and y, or - for a picture or a table from standard input"
)
ALL_FRAMES = ALL_LESSONS = "all"
_MOST_EPOCHS = 1_000_000_000
_SECONDS = 0.001, 1e9
_MOST_SEED = 2**31 - 1
_SETTING = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z0-9_]+)*=")

_WINDOW_HELP = f"""\
without a window:
  {PROGRAM} train EXPERIMENT --out DIR   train, and write everything into a folder
  {PROGRAM} sweep EXPERIMENT --out DIR   train many times, with settings that vary
  {PROGRAM} worker ADDRESS               train for a sweep on another machine
  {PROGRAM} certificates DIR             make what the machines of a sweep show each other
  {PROGRAM} export PROJECT --to FILE     write one file out of a trained project
  {PROGRAM} lesson LESSON --out DIR      write a lesson's figures and numbers into a folder
  {PROGRAM} painters PICTURE --out FILE  have six small networks paint a picture
  {PROGRAM} thumbnail PROJECT PNG        write the picture by which file managers show a project
  {PROGRAM} list                         presets, lessons and everything that can be chosen
  {PROGRAM} completion SHELL             make bash, zsh or fish complete all this

Each has a --help of its own.
"""
_TRAIN_HELP = f"""\
DIR gets experiment.cadl (the project with its trained weights), history.csv, weights.safetensors,
weights.keras and cost.svg; for a painting also painting.png and target.png, for a curve also curve.csv
(x, observed y, fit and residual) and curve.svg. It is created when it does not exist.

A .cadl file that has been trained is trained further, and N and S then count from where it stood; one
that had reached its own stop rules gets as many epochs or seconds again, or its patience anew. It goes on
from its newest weights, also where --best has kept others. Where its schedule had ended at
a rate of 0, training goes on at up to a tenth of the first rate, which falls to 0 again. When a setting
or a seed that the run depends on is changed, or with --anew, training starts over; optimizer, learning
rate, schedule, batch size, cost, penalties and which layers are frozen can change on the way. Another
optimizer begins anew with what it remembers.

While it trains, DIR/checkpoint is written every 30 seconds; it goes when the results are written, and is
kept of the end where they have no room. --resume continues from it, after a crash as if nothing had happened,
or begins where there is none yet; of a training that has ended it says so. Results of an earlier run go once
the project of this one is written.

Weights of --weights may be a .safetensors, .npz, .keras or .weights.h5 file; the optimizer then begins
without any memory, and the order of the samples continues from where the project stood.

Settings are named as '{PROGRAM} list' shows them: optimizer.rate=0.01, optimizer.kind=adam,
layers.0.units=32, data.longest=128, stop.change_below=none. A new kind brings its own defaults, so that
kinds are set first and other settings then in their order.

Ctrl-C ends training early, with everything written. Exit codes: 0 done, 1 not everything could be
written, 2 bad input, 3 the cost diverged (the last good state is written), 130 interrupted.
"""
_LESSON_HELP = """\
DIR gets each figure of the lesson as it ends with the lecture's settings, as LESSON-FIGURE.png and .svg, and
its numbers as LESSON-TABLE.csv. It is created when it does not exist.

Exit codes: 0 done, 1 not everything could be written, 2 bad input, 130 interrupted; files that were written
by then stay.
"""


class UsageError(SentenceError):
    """Bad input. The message is one sentence that names the option or file."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        sentence = message.removeprefix("argument ").rstrip(".")
        sentence = sentence[0].upper() + sentence[1:]
        raise UsageError("{sentence}; see {program} --help.", sentence=sentence, program=self.prog)


def window_parser() -> argparse.ArgumentParser:
    parser = make_parser(PROGRAM, "Design small neural networks and watch them learn.", _WINDOW_HELP)
    parser.add_argument(
        "file", nargs="?", metavar="FILE", help="a project, a picture, a table or a preset to open"
    )
    parser.add_argument(
        "--safe",
        action="store_true",
        help="leave out, for this start, the remembered layout, recovery, and parts of other packages",
    )
    parser.add_argument(
        "--simple",
        nargs="?",
        const="",
        metavar="TOML",
        help="begin with few controls, and what a teacher's file (.toml) shows beside them",
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    return parser


def list_parser() -> argparse.ArgumentParser:
    parser = make_parser(
        f"{PROGRAM} list", "Lists the presets, the lessons and everything that can be chosen.", ""
    )
    parser.add_argument("--json", action="store_true", help="as one JSON object")
    return parser


def lesson_parser() -> argparse.ArgumentParser:
    parser = make_parser(f"{PROGRAM} lesson", "Writes the figures and numbers of lessons.", _LESSON_HELP)
    parser.add_argument(
        "lesson", metavar="LESSON", help=f"a lesson's number, as '{PROGRAM} list' shows them, or all"
    )
    parser.add_argument("--out", required=True, metavar="DIR", help="the folder for the files")
    parser.add_argument("--json", action="store_true", help="what was written as one JSON object")
    parser.add_argument(
        "--overwrite", action="store_true", help="replace earlier files in DIR; other files there stay"
    )
    return parser


def train_parser() -> argparse.ArgumentParser:
    parser = make_parser(f"{PROGRAM} train", "Trains an experiment without a window.", _TRAIN_HELP)
    parser.add_argument("experiment", metavar="EXPERIMENT", nargs="+", help=EXPERIMENT)
    parser.add_argument("--out", required=True, metavar="DIR", help="the folder for the results")
    add_experiment_options(parser)
    parser.add_argument("--weights", metavar="FILE", help="weights to begin with, in place of the seed's")
    parser.add_argument(
        "--anew",
        action="store_true",
        help="train a .cadl file from its seed again, to the same bits on the same kind of machine",
    )
    parser.add_argument(
        "--bytes",
        action="store_true",
        help="for a picture, also in how few bytes the network paints it, and what JPEG and WebP need",
    )
    parser.add_argument("--json", action="store_true", help="the result as one JSON object")
    parser.add_argument(
        "--overwrite", action="store_true", help="replace results in DIR; other files there stay"
    )
    parser.add_argument(
        "--no-moments",
        action="store_true",
        help="leave the timeline's moments, up to 64 MB, out of the project; it goes on all the same",
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="go on from the checkpoint in DIR, with the same EXPERIMENT and options as before",
    )
    return parser


def add_experiment_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options that change an EXPERIMENT and limit its training."""
    least, most = _SECONDS
    parser.add_argument(
        "--epochs", metavar="N", type=whole_number(1, _MOST_EPOCHS), help="passes over the training samples"
    )
    parser.add_argument(
        "--seconds",
        metavar="S",
        type=number(float, least, most, f"a number from {least:g} to {most:g}"),
        help="time to train for; without --epochs there is no other limit",
    )
    parser.add_argument(
        "--best",
        action="store_true",
        help="keep the weights of the best epoch, by the validation cost where there is one",
    )
    parser.add_argument("--seed", metavar="N", type=whole_number(0, _MOST_SEED), help="another run's numbers")
    parser.add_argument(
        "--frame",
        metavar="N",
        type=_frame,
        help="of a picture with several frames or pages, this one; all: each is a picture of a set",
    )
    parser.add_argument(
        "--rotate",
        type=int,
        choices=(90, 180, 270),
        help="turn a picture clockwise by so many degrees, after its own orientation",
    )
    parser.add_argument(
        "--crop",
        metavar="X,Y,W,H",
        type=_box,
        help="the part of a picture that is painted, in pixels from the upper left, after it is turned",
    )
    parser.add_argument(
        "--background", metavar="#RRGGBB", type=_colour, help="the colour behind a transparent picture"
    )
    for letter, what in (("x", "; row: the row's number"), ("y", "")):
        parser.add_argument(
            f"--{letter}",
            metavar="COLUMN",
            action="append",
            help=f"a table's column of {letter}, by its name or its number from 1{what}",
        )
    parser.add_argument(
        "--dates",
        choices=("day-first", "month-first"),
        help="what comes first in a table's dates such as 03/04/2024, where it doesn't tell",
    )
    parser.add_argument(
        "--preset", metavar="NAME", help="for a picture or a table, the preset that it is trained with"
    )
    parser.add_argument(
        "--parameters",
        metavar="SHARE",
        type=_share_of_numbers,
        help="the network's size, as a share of the picture's numbers: 10%%",
    )
    parser.add_argument("--mask", metavar="FILE", help="a picture that is light where pixels are hidden")
    parser.add_argument(
        "--set", metavar="PATH=VALUE", action="append", default=[], type=_setting, help="changes a setting"
    )


def make_parser(program: str, description: str, epilog: str) -> argparse.ArgumentParser:
    """Parser that raises `UsageError`."""
    return _Parser(
        prog=program,
        description=description,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def repeat_option_names(arguments: Sequence[str]) -> list[str]:
    """Arguments with '--set A=1 B=2' written as '--set A=1 --set B=2'; likewise '--vary'.

    With several values for one option argparse would also take EXPERIMENT for a setting. '--parameters -5%'
    becomes '--parameters=-5%', as argparse would take '-5%' for an option; likewise '--crop'.
    """
    repeated: list[str] = []
    for argument in arguments:
        if repeated and repeated[-1] in ("--parameters", "--crop") and not argument.startswith("--"):
            repeated[-1] += f"={argument}"
            continue
        if len(repeated) > 1 and repeated[-2] in ("--set", "--vary") and _SETTING.match(argument):
            repeated.append(repeated[-2])
        repeated.append(argument)
    return repeated


def may_exist(name: str) -> bool:
    """Whether a file may exist. True for an unreadable folder, so that reading reports the reason."""
    try:
        os.stat(name)
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return True


def whole_number(least: int, most: int) -> Callable[[str], int]:
    return number(int, least, most, f"a whole number from {least} to {most}")


def number(
    read: Callable[[str], _Number], least: float, most: float, wanted: str
) -> Callable[[str], _Number]:
    def parse(text: str) -> _Number:
        with suppress(ValueError):
            found = read(text)
            if least <= found <= most:
                return found
        raise argparse.ArgumentTypeError(f"'{shown(text[:40])}' is not {wanted}")

    return parse


def _frame(text: str) -> int | str:
    return text if text == ALL_FRAMES else whole_number(1, _MOST_SEED)(text)


def _box(text: str) -> tuple[int, int, int, int]:
    """Parses left, top, width and height in pixels."""
    if found := re.fullmatch(r"\s*" + r"\s*,\s*".join([r"(-?[0-9]{1,9})"] * 4) + r"\s*", text):
        left, top, width, height = map(int, found.groups())
        if left >= 0 and top >= 0 and width >= 1 and height >= 1:
            return left, top, width, height
    raise argparse.ArgumentTypeError(
        f"'{shown(text[:40])}' is no part of a picture; give left, top, width and height in pixels, "
        "like 10,20,300,200"
    )


def _colour(text: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise argparse.ArgumentTypeError(f"'{shown(text[:40])}' is not a colour like #ffffff")
    return text


def _share_of_numbers(text: str) -> str:
    """Checks the size of a network, and returns it as `--set` takes it."""

    def read(number: str) -> float | None:
        with suppress(ValueError):
            return float(number)
        return None

    share, given = read_share(text, 1.0, read), shown(text[:40])
    least, most = (write_share(limit, 1.0) for limit in (LEAST_SHARE, MOST_SHARE))
    if share is None or isnan(share):
        raise argparse.ArgumentTypeError(f"'{given}' is no share; give one from {least} to {most}, like 10 %")
    if share < LEAST_SHARE:
        raise argparse.ArgumentTypeError(f"'{given}' is too small; give {least} or more")
    if share > MOST_SHARE:
        raise argparse.ArgumentTypeError(f"'{given}' is too large; give {most} or less")
    return text


def _setting(text: str) -> tuple[str, str]:
    path, equals, value = text.partition("=")
    if not equals or not path.strip():
        raise argparse.ArgumentTypeError(f"'{shown(text[:40])}' is not of the form PATH=VALUE")
    return path.strip(), value
