"""Atomic writing: a crash, a full disk or a power cut never damages the earlier version of a file."""

import errno
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from time import monotonic, sleep

from cadl_desktop.sentences import SentenceError
from cadl_desktop.storage.temporary_files import (
    LONGEST_NAME,
    fits_file_system,
    name_digest,
    new_backup,
    new_temporary,
    remove_abandoned,
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
    errno.EBUSY: "another program has it open; close it there or choose another name",
    errno.EEXIST: "there is a file of this name; choose another name",
    errno.EINVAL: "this name is not possible there; choose another one",
    errno.EISDIR: "there is a folder of this name; choose another name",
    errno.ENODEV: "there is a device or a pipe of this name; choose another name",
    errno.ENAMETOOLONG: "its name is too long; choose a shorter one",
    errno.ELOOP: "it is a link that leads to itself; choose another name",
}
_POLL_SECONDS = 0.01
_OPEN_ELSEWHERE = (5, 32)
"""Windows' errors for a file that a process has open, which is then neither replaced nor renamed."""
_OPEN_SECONDS = 2.0
"""How long readers, search indexes and virus scanners may have a file open that is to be replaced."""
_written: set[Path] = set()
"""Temporary files and folders that are being written now."""
_replacing = Lock()
"""Held while a finished temporary file replaces its target."""


class FileError(SentenceError):
    """A file could not be read or written; the message is one plain sentence that names it and the remedy."""


def previous_version(path: Path) -> Path:
    """Path of the version before the newest, as 'painting.previous.cadl'. Where that is too long for a file
    name, its end is replaced by a digest of the whole name."""
    previous = path.with_stem(f"{path.stem}.previous")
    if fits_file_system(previous):
        return previous
    ending = f"-{name_digest(path)}.previous{path.suffix}"
    beginning = os.fsencode(path.stem)[: LONGEST_NAME - len(os.fsencode(ending))]
    return path.with_name(f"{beginning.decode(errors='ignore')}{ending}")


def write_atomically(path: Path, write: Callable[[Path], object], *, keep_previous: bool = False) -> None:
    """Has `write` fill a temporary file beside `path`, which then replaces `path` in one step.

    The temporary file has the suffix of `path` in lower case: some libraries choose the format by it. Raises
    FileError where the file can't be written; after any error the earlier file is unchanged and the temporary
    one removed. Links are followed, and stay links. `keep_previous` keeps the earlier file as
    `previous_version` names it. Temporary files that killed processes left in the folder are removed.
    """
    with as_file_errors(path):
        target = _target(path)
        _refuse_protected(target)
        with _removed_at_exit(new_temporary(target, path.name)) as temporary:
            # Created here and not by `write`: a name that is taken must fail, and the user's umask has to
            # apply, where `tempfile` would give access to the owner only.
            os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
            write(temporary)
            if target.exists():
                shutil.copymode(target, temporary)
            _flush(temporary)
            with _replacing:
                if keep_previous:
                    _keep_as_previous(target)
                _replace(temporary, target)
        flush_folder(target.parent)
    remove_abandoned(target.parent)


def write_bytes(path: Path, content: bytes) -> None:
    """Writes a whole file atomically. Raises FileError."""
    write_atomically(path, lambda temporary: temporary.write_bytes(content))


def check_place(path: Path) -> None:
    """Raises the FileError that `write_atomically` would raise for this place, before anything is
    computed."""
    with as_file_errors(path):
        target = _target(path)
        _refuse_protected(target)
        os.stat(target.parent)
        with suppress(FileNotFoundError):
            os.stat(target)


def write_folder_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Has `write` fill a temporary folder beside `path`, which then replaces `path`.

    An earlier folder is replaced only if every entry in it is written anew, by name: files that somebody else
    has put there must not be lost. Raises FileError as `write_atomically` does; after any error the earlier
    folder is unchanged.
    """
    with as_file_errors(path):
        target = _target(path)
        if target.exists() and not target.is_dir():
            raise FileExistsError(errno.EEXIST, "is a file")
        new, old = new_temporary(target, path.name), new_backup(target)
        with _removed_at_exit(new) as temporary, _removed_at_exit(old) as earlier:
            temporary.mkdir()
            write(temporary)
            _refuse_foreign(path, target, temporary)
            for file in temporary.rglob("*"):
                if file.is_file():
                    _flush(file)
            with _replacing:
                _exchange(target, temporary, earlier)
        flush_folder(target.parent)
    remove_abandoned(target.parent)


def wait_for_writers(seconds: float) -> None:
    """Waits for at most so many seconds until nothing is being written; for a process that exits without
    joining its threads."""
    end = monotonic() + seconds
    while _written and monotonic() < end:
        sleep(_POLL_SECONDS)


def remove_unfinished() -> None:
    """Removes temporary files that are still being written; the last action of a process.

    Nothing is replaced from then on: a thread that has finished a file waits for a lock until the process has
    ended. If a replacement is going on just now (copying a large earlier version may take long), all stays as
    after a kill, and is removed by the next writer in that folder.
    """
    if not _replacing.acquire(timeout=_POLL_SECONDS):
        return
    for temporary in list(_written):
        _remove(temporary)


@contextmanager
def _removed_at_exit(temporary: Path) -> Iterator[Path]:
    """Yields a temporary path, and removes the file or folder there at the end of the context."""
    _written.add(temporary)
    try:
        yield temporary
    finally:
        _remove(temporary)
        _written.discard(temporary)


def _exchange(target: Path, temporary: Path, earlier: Path) -> None:
    """Renames the target to `earlier` and the temporary folder to the target, or leaves the target as it
    was."""
    if target.exists():
        _replace(target, earlier)
    try:
        _replace(temporary, target)
    except BaseException:
        if earlier.exists():
            _replace(earlier, target)
        raise


def _replace(source: Path, target: Path) -> None:
    """Renames a file or folder. Raises OSError, of the kind EBUSY where on Windows another process has one of
    the two open for longer than `_OPEN_SECONDS`."""
    end = monotonic() + _OPEN_SECONDS
    while True:
        try:
            source.replace(target)
            return
        except PermissionError as error:
            if getattr(error, "winerror", None) not in _OPEN_ELSEWHERE:
                raise
            if monotonic() >= end:
                raise OSError(errno.EBUSY, "is open in another program") from error
        sleep(_POLL_SECONDS)


def _remove(path: Path) -> None:
    """Removes a file or folder. Errors are ignored: a place that can't be written to has already been
    reported by the writer."""
    with suppress(OSError):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _target(path: Path) -> Path:
    """Resolves links; the target may not exist yet. Raises OSError for a link that leads to itself."""
    target = Path(os.path.realpath(path))
    if target.is_symlink():
        raise OSError(errno.ELOOP, "is a link that leads to itself")
    return target


def _keep_as_previous(target: Path) -> None:
    """Keeps the present file under the name of the previous version. Failing to do so prevents no writing."""
    with suppress(OSError), _removed_at_exit(new_temporary(target, target.name)) as temporary:
        try:
            os.link(target, temporary)
        except FileNotFoundError:
            return
        except OSError:  # a file system without links
            shutil.copy2(target, temporary)
        temporary.replace(previous_version(target))


def _refuse_foreign(path: Path, target: Path, fresh: Path) -> None:
    """Raises FileError where the folder to be replaced has an entry that the new one hasn't."""
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
def as_file_errors(path: Path) -> Iterator[None]:
    """Turns an OSError within the context into a FileError that says why `path` was not written."""
    try:
        yield
    except OSError as error:
        remedy = _REMEDIES.get(error.errno or 0) or f"{error.strerror or str(error)}; try another place"
        if sys.platform == "win32" and error.errno == errno.ENOENT and path.parent.is_dir():
            remedy = "its path is too long for Windows; choose a folder nearer to the root of the drive"
        raise FileError("{path} was not written: {remedy}.", path=path, remedy=remedy) from error


def _refuse_protected(target: Path) -> None:
    """Raises OSError where the target is a folder, a device or read-only (replacing it would need a
    permission of the folder only)."""
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "is a folder")
    if target.exists() and not target.is_file():
        raise OSError(errno.ENODEV, "is a device or a pipe")
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "is read-only")


def _flush(path: Path) -> None:
    """Writes a file through to the disk."""
    with path.open("rb+") as file:
        if sys.platform == "darwin":
            import fcntl

            with suppress(OSError):  # not every network drive has it
                fcntl.fcntl(file, fcntl.F_FULLFSYNC)  # `fsync` leaves all in the drive's own memory
                return
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Flushes the folder, so that the new name reaches the disk as well.

    Windows can't open folders, and needn't. A folder that is writable but not readable can't be opened
    either; the file is in place by now.
    """
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
