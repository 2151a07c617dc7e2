"""Writing files so that a crash, a full disk or a pulled plug never costs the file that was there before."""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from time import monotonic, sleep

from cadl_desktop.sentences import SentenceError
from cadl_desktop.storage.neighbours import (
    LONGEST_NAME,
    collect,
    has_room,
    new_neighbour,
    number_of,
    old_neighbour,
)

_REMEDIES = {
    errno.ENOSPC: "the disk is full; make room or choose another place",
    errno.EDQUOT: "the disk is full; make room or choose another place",
    errno.EFBIG: "it would be larger than files may be there; choose another place",
    errno.EACCES: "this place may not be written to; choose another one",
    errno.EPERM: "this place may not be written to; choose another one",
    errno.EROFS: "this place may not be written to; choose another one",
    errno.ENOENT: "its folder does not exist; create it or choose another one",
    errno.ENOTDIR: "its folder does not exist; create it or choose another one",
    errno.EEXIST: "there is a file of this name; choose another name",
    errno.EISDIR: "there is a folder of this name; choose another name",
    errno.ENODEV: "there is a device or a pipe of this name; choose another name",
    errno.ENAMETOOLONG: "its name is too long; choose a shorter one",
    errno.ELOOP: "it is a link that leads to itself; choose another name",
}
_LOOK_SECONDS = 0.01
_written: set[Path] = set()
"""Neighbours that are being written now."""
_placing = Lock()
"""Held while a neighbour takes the place of what was there."""


class FileError(SentenceError):
    """A file could not be read or written; the message is one plain sentence that names it and the remedy."""


def previous_of(path: Path) -> Path:
    """What the version before the newest is called: 'painting.previous.cadl'; where that is too long, by the
    beginning of its name and a number that all of it makes."""
    previous = path.with_stem(f"{path.stem}.previous")
    if has_room(previous):
        return previous
    ending = f"-{number_of(path)}.previous{path.suffix}"
    beginning = os.fsencode(path.stem)[: LONGEST_NAME - len(os.fsencode(ending))]
    return path.with_name(f"{beginning.decode(errors='ignore')}{ending}")


def write_atomically(path: Path, write: Callable[[Path], object], *, keep_previous: bool = False) -> None:
    """Lets `write` fill a temporary neighbour, which then takes the place of `path` in one step.

    The neighbour ends like `path`, in small letters: some libraries choose the format by the name. Raises
    FileError where the file can't be written; whatever goes wrong, an earlier file stays as it was and the
    neighbour is removed. A link is followed, so that it still is one afterwards. `keep_previous` leaves the
    earlier file beside as `previous_of` names it. Neighbours that killed processes have left in the folder
    are removed.
    """
    with written_plainly(path):
        target = _target(path)
        _refuse_protected(target)
        with _removed_in_the_end(new_neighbour(target, path.name)) as neighbour:
            # Created here and not by `write`: a name that is taken must fail, and the person's own
            # file mode has to apply, which `tempfile` would narrow to the owner.
            os.close(os.open(neighbour, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
            write(neighbour)
            if target.exists():
                shutil.copymode(target, neighbour)
            _flush(neighbour)
            with _placing:
                if keep_previous:
                    _keep(target)
                neighbour.replace(target)
        _flush_folder(target.parent)
    collect(target.parent)


def write_bytes(path: Path, content: bytes) -> None:
    """Writes a whole file atomically. Raises FileError."""
    write_atomically(path, lambda neighbour: neighbour.write_bytes(content))


def refuse_place(path: Path) -> None:
    """Raises the FileError that `write_atomically` would for the place alone, before anything is made."""
    with written_plainly(path):
        target = _target(path)
        _refuse_protected(target)
        os.stat(target.parent)
        with suppress(FileNotFoundError):
            os.stat(target)


def write_folder_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Lets `write` fill a temporary neighbouring folder, which then takes the place of `path`.

    A folder that was there before is replaced only where all that it holds is written anew, by name: what
    somebody else has put there stays. Raises FileError as `write_atomically` does; whatever goes wrong, an
    earlier folder stays as it was.
    """
    with written_plainly(path):
        target = _target(path)
        if target.exists() and not target.is_dir():
            raise FileExistsError(errno.EEXIST, "is a file")
        new, old = new_neighbour(target, path.name), old_neighbour(target)
        with _removed_in_the_end(new) as neighbour, _removed_in_the_end(old) as earlier:
            neighbour.mkdir()
            write(neighbour)
            _refuse_foreign(path, target, neighbour)
            for file in neighbour.rglob("*"):
                if file.is_file():
                    _flush(file)
            with _placing:
                _exchange(target, neighbour, earlier)
        _flush_folder(target.parent)
    collect(target.parent)


def finish(seconds: float) -> None:
    """For the end of a process that doesn't wait for its threads: gives whoever writes so many seconds."""
    end = monotonic() + seconds
    while _written and monotonic() < end:
        sleep(_LOOK_SECONDS)


def give_up() -> None:
    """The last that a process does: removes what still lies half written beside its place, also what was
    begun in the meantime. Nothing takes its place any more; a thread that wants to waits until the process
    has ended. What is at it just then, which copying a large earlier version can hold up, stays as after a
    kill: whoever writes there next collects it."""
    if not _placing.acquire(timeout=_LOOK_SECONDS):
        return
    for neighbour in list(_written):
        _remove(neighbour)


@contextmanager
def _removed_in_the_end(neighbour: Path) -> Iterator[Path]:
    """Gives the name, and removes what has it in the end."""
    _written.add(neighbour)
    try:
        yield neighbour
    finally:
        _remove(neighbour)
        _written.discard(neighbour)


def _exchange(target: Path, neighbour: Path, earlier: Path) -> None:
    if target.exists():
        target.rename(earlier)
    try:
        neighbour.rename(target)
    except BaseException:
        if earlier.exists():
            earlier.rename(target)
        raise


def _remove(path: Path) -> None:
    """A place that can't be written to may refuse this too, also where nothing is: what went wrong with it is
    said by whoever wrote."""
    with suppress(OSError):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _target(path: Path) -> Path:
    """What a path leads to in the end, there or not yet."""
    target = Path(os.path.realpath(path))
    if target.is_symlink():
        raise OSError(errno.ELOOP, "is a link that leads to itself")
    return target


def _keep(target: Path) -> None:
    """Gives the file as it is another name, too. Where that can't be, the new one is written all the same."""
    with suppress(OSError), _removed_in_the_end(new_neighbour(target, target.name)) as neighbour:
        try:
            os.link(target, neighbour)
        except FileNotFoundError:
            return
        except OSError:  # a file system without links
            shutil.copy2(target, neighbour)
        neighbour.replace(previous_of(target))


def _refuse_foreign(path: Path, target: Path, fresh: Path) -> None:
    """Whether everything in the folder that would be replaced has its like in the new one."""
    if not target.exists():
        return
    for entry in target.rglob("*"):
        name = entry.relative_to(target)
        if not (fresh / name).exists():
            raise FileError(
                "{path} was not written: there is a folder of this name that holds '{name}', which would "
                "be lost; choose another name.",
                path=path,
                name=name,
            )


@contextmanager
def written_plainly(path: Path) -> Iterator[None]:
    """An OSError while this is written is a FileError."""
    try:
        yield
    except OSError as error:
        remedy = _REMEDIES.get(error.errno or 0) or f"{error.strerror or str(error)}; try another place"
        raise FileError("{path} was not written: {remedy}.", path=path, remedy=remedy) from error


def _refuse_protected(target: Path) -> None:
    """Replacing needs a right to the folder only, but a file that was made read-only is meant to stay."""
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "is a folder")
    if target.exists() and not target.is_file():
        raise OSError(errno.ENODEV, "is a device or a pipe")
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "is read-only")


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """The new name itself has to reach the disk as well; Windows can't open a folder, and needs not. One that
    may be written to and not read can't be opened either; the file is in its place by now."""
    if os.name == "nt":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some network and FUSE file systems refuse to flush a folder; the file itself is safe by now.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)
