"""Child process of the soak of bad places: `SEED FOLDER` has each writer write once.

Prints before each writer what it is about to do, and after it what did not hold.
"""

import json
import os
import random
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import (
    AbstractContextManager,
    ExitStack,
    contextmanager,
    redirect_stderr,
    redirect_stdout,
    suppress,
)
from dataclasses import dataclass
from functools import cache
from io import StringIO
from pathlib import Path

from cadl_desktop.cli import run_command
from cadl_desktop.experiment.presets import preset
from cadl_desktop.export.export_kind import Export
from cadl_desktop.export.exports import export, exports_for
from cadl_desktop.export.trained import Trained
from cadl_desktop.project import Project, save_project
from cadl_desktop.sentences import SentenceError, sentence_of
from tests.engine.runs import epochs, small_painting
from tests.export.networks import with_moments

MOST_CHARACTERS = 300
OLD = b"what was there before"
_TMPFS_BYTES = 256 * 1024

Tell = Callable[[float], None]
Harm = Callable[[Path, random.Random], AbstractContextManager[Tell]]


@dataclass(frozen=True)
class Writer:
    """`write(path, told)` writes a file; `told` hears of its progress."""

    name: str
    ending: str
    write: Callable[[Path, Tell], None]


def main() -> None:
    sys.dont_write_bytecode = True  # Python leaves half a module where files may not be large
    for told in tried(int(sys.argv[1]), Path(sys.argv[2])):
        sys.stdout.write(f"{json.dumps(told)}\n")
        sys.stdout.flush()
    os._exit(0)  # libraries that were cut off amid a file have nothing to say at the end


def tried(seed: int, folder: Path, most: int | None = None) -> Iterator[dict[str, object]]:
    """Yields, for each writer, what it is about to do and then its outcome.

    With `most`, only so many writers, none of which trains anew, and only their outcomes.
    """
    chance = random.Random(seed)
    harm = HARMS[seed % len(HARMS)]
    writers = chance.sample(_writers(), most) if most else [*_writers(), _command_line()]
    for number, writer in enumerate(writers):
        said: dict[str, object] = {"writer": writer.name, "harm": harm.__name__.strip("_")}
        if most is None:
            yield said
        place = folder / f"{number}"
        place.mkdir()
        yield said | _tried(writer, place, harm, chance)


@cache
def _writers() -> tuple[Writer, ...]:
    """All that is written of a painting and of a curve."""
    trained = (with_moments(epochs(of, 3)) for of in (small_painting(), preset("lecture-tanh")))
    return tuple(writer for each in trained for writer in _of(each))


def _of(trained: Trained) -> Iterator[Writer]:
    about = "curve" if trained.samples.picture_shape is None else "painting"
    for kind in exports_for(trained.experiment):
        for ending in kind.suffixes:

            def write(path: Path, told: Tell, kind: Export = kind) -> None:
                export(kind.name, path, trained, kind.job({}, told))

            yield Writer(f"{kind.name} of a {about} as {ending}", ending, write)
    project = Project(trained.experiment, trained.state, trained.history, snapshots=trained.snapshots)
    yield Writer(f"project of a {about}", ".cadl", lambda path, told: save_project(path, project))


def _command_line() -> Writer:
    def write(path: Path, told: Tell) -> None:
        out, error = StringIO(), StringIO()
        words = ["train", "lecture-tanh", "--epochs", "1", "--out", str(path.parent), "--overwrite"]
        with redirect_stdout(out), redirect_stderr(error):
            code = run_command(words, lambda _file: 0)
        if code == 0:
            path.write_bytes(b"done")
            return
        if "Written to" in out.getvalue():
            raise AssertionError(f"said that it was written: {out.getvalue()}")
        raise SentenceError("{said}", said=error.getvalue().strip().splitlines()[-1])

    return Writer("train", ".log", write)


def _tried(writer: Writer, place: Path, harm: Harm, chance: random.Random) -> dict[str, object]:
    """Outcome of a writer: whether it `refused`, and its `failure`, '' if all held."""
    path, refused, failure, sentence = place / f"file{writer.ending}", 0, "", ""
    with harm(place, chance) as told:
        had_old = chance.random() < 0.5 and _put(path)
        try:
            writer.write(path, told)
        except SentenceError as error:
            sentence = sentence_of(error)
            refused, failure = 1, _wrong_in(sentence)
        except Exception as error:
            failure = f"{type(error).__name__}: {error}"
        of_recipe = bool(refused) and "recipe.json was not written" in sentence
        if refused and had_old and place.exists() and not of_recipe and path.read_bytes() != OLD:
            failure = failure or "the file that was there is another"
        left = [entry for entry in os.listdir(place) if entry.startswith(".")] if place.exists() else []
        if left:
            failure = failure or f"left {left}"
    return {"refused": refused, "failure": failure}


def _put(path: Path) -> bool:
    """An earlier file, where one can be."""
    with suppress(OSError):
        path.write_bytes(OLD)
    return path.exists() and path.read_bytes() == OLD


def _wrong_in(sentence: str) -> str:
    if "\n" in sentence.strip() or len(sentence) > MOST_CHARACTERS or "Error" in sentence:
        return f"no plain sentence: {sentence}"
    return ""


@contextmanager
def _size_limit(place: Path, chance: random.Random) -> Iterator[Tell]:
    """Files may have so many bytes: from nothing to more than most have."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(2 ** chance.uniform(0, 17)), limits[1]))
    try:
        yield lambda share: None
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@contextmanager
def _full_disk(place: Path, chance: random.Random) -> Iterator[Tell]:
    """A file system in memory with little room left; files of a limited size where none can be mounted."""
    with _mounted(place, f"size={_TMPFS_BYTES}") as is_mounted, ExitStack() as limits:
        if is_mounted:
            left = 4096 * chance.choice((1, 2, 3, 4, 6, 8, 16, 32))
            (place / "filler").write_bytes(bytes(_TMPFS_BYTES - left))
        else:
            limits.enter_context(_size_limit(place, chance))
        yield lambda share: None


@contextmanager
def _read_only(place: Path, chance: random.Random) -> Iterator[Tell]:
    """Root may write into any folder but one of a file system that is read-only."""
    place.chmod(0o555)
    with _mounted(place, "ro"):
        yield lambda share: None
    place.chmod(0o755)


@contextmanager
def _mounted(place: Path, option: str) -> Iterator[bool]:
    """A file system in memory, where one may be mounted: whether it is."""
    command = ["mount", "-t", "tmpfs", "-o", option, "tmpfs", str(place)]
    mounted = not subprocess.run(command, capture_output=True, check=False).returncode
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(place)], capture_output=True, check=False)


@contextmanager
def _vanishing(place: Path, chance: random.Random) -> Iterator[Tell]:
    """The folder goes before anything is written, or at some news of the progress."""
    at, heard = chance.choice((0, 0, 1, 2, 3, 5)), 0

    def told(share: float) -> None:
        nonlocal heard
        if heard == at:
            shutil.rmtree(place, ignore_errors=True)
        heard += 1

    yield told


HARMS: tuple[Harm, ...] = (_size_limit, _full_disk, _read_only, _vanishing)

if __name__ == "__main__":
    main()
