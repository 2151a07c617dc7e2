"""Atomic writing of files and folders."""

import errno
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pytest

from cadl_desktop.storage import atomic
from cadl_desktop.storage.atomic import (
    FileError,
    previous_version,
    wait_for_writers,
    write_atomically,
    write_bytes,
    write_folder_atomically,
)
from cadl_desktop.storage.temporary_files import ABANDONED_SECONDS, new_backup, new_temporary
from tests.settling import WAIT

NOBODY = 999_999_999
"""Process id that no process has."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Empty folder (`tmp_path` contains the home folder)."""
    made = tmp_path / "folder"
    made.mkdir()
    return made


def test_only_the_file_remains(folder: Path) -> None:
    path = folder / "plot.svg"
    write_bytes(path, b"old")
    write_bytes(path, b"new")
    assert path.read_bytes() == b"new"
    assert os.listdir(folder) == ["plot.svg"]


def test_the_temporary_file_has_the_suffix_of_the_file(folder: Path) -> None:
    seen: list[Path] = []

    def write(temporary: Path) -> None:
        seen.append(temporary)
        temporary.write_bytes(b"")

    (folder / "link.keras").symlink_to("weights")
    for name in ("weights.keras", "weights.KERAS", "link.keras", ".keras"):
        write_atomically(folder / name, write)
    assert all(temporary.name.endswith(".keras") for temporary in seen)
    assert seen[0].parent == folder


@pytest.mark.parametrize("failure", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_leaves_the_old_file_only(folder: Path, failure: BaseException) -> None:
    path = folder / "project.cadl"
    path.write_bytes(b"old")

    def fail(temporary: Path) -> None:
        temporary.write_bytes(b"half")
        raise failure

    with pytest.raises(FileError if isinstance(failure, OSError) else KeyboardInterrupt):
        write_atomically(path, fail)
    assert path.read_bytes() == b"old"
    assert os.listdir(folder) == ["project.cadl"]


def test_a_full_disk_is_one_sentence(folder: Path) -> None:
    def fail(temporary: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(FileError, match=r"a\.png was not written: the disk is full; make room"):
        write_atomically(folder / "a.png", fail)


def test_a_missing_folder_is_an_error(folder: Path) -> None:
    with pytest.raises(FileError, match="its folder does not exist"):
        write_bytes(folder / "nowhere" / "a.png", b"")


def test_a_write_only_folder_takes_files(folder: Path) -> None:
    folder.chmod(0o300)
    if os.access(folder, os.R_OK):
        return  # root may read everything
    write_bytes(folder / "a.png", b"new")
    write_folder_atomically(folder / "a.savedmodel", fill("graph"))
    folder.chmod(0o700)
    assert sorted(os.listdir(folder)) == ["a.png", "a.savedmodel"]


def test_a_folder_is_not_replaced(folder: Path) -> None:
    with pytest.raises(FileError, match="there is a folder of this name"):
        write_bytes(folder, b"")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a file system with pipes")
def test_a_pipe_is_not_replaced(folder: Path) -> None:
    pipe = folder / "plot.csv"
    os.mkfifo(pipe)
    with pytest.raises(FileError, match="a device or a pipe of this name"):
        write_bytes(pipe, b"x,y")
    assert pipe.is_fifo()


def test_a_link_stays_a_link(folder: Path) -> None:
    target, link = folder / "target", folder / "link"
    target.write_bytes(b"old")
    link.symlink_to(target)
    write_bytes(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_a_dangling_link_stays_a_link(folder: Path) -> None:
    (folder / "link").symlink_to("target")
    (folder / "links").symlink_to("folders")
    write_bytes(folder / "link", b"new")
    write_folder_atomically(folder / "links", fill("graph"))
    assert (folder / "link").is_symlink()
    assert (folder / "links").is_symlink()
    assert (folder / "target").read_bytes() == b"new"
    assert os.listdir(folder / "folders") == ["graph"]


def test_a_link_that_leads_to_itself_is_refused_and_stays(folder: Path) -> None:
    link = folder / "link"
    link.symlink_to("link")
    for write in (lambda: write_bytes(link, b"new"), lambda: write_folder_atomically(link, fill("graph"))):
        with pytest.raises(FileError, match="a link that leads to itself"):
            write()
    assert link.is_symlink()
    assert os.listdir(folder) == ["link"]


def test_the_previous_file_stays_under_its_name(folder: Path) -> None:
    path = folder / "project.cadl"
    for content in (b"1", b"2", b"3"):
        write_atomically(
            path, lambda temporary, content=content: temporary.write_bytes(content), keep_previous=True
        )
    assert (path.read_bytes(), (folder / "project.previous.cadl").read_bytes()) == (b"3", b"2")
    assert sorted(os.listdir(folder)) == ["project.cadl", "project.previous.cadl"]


@pytest.mark.parametrize("name", ["m" * 250 + ".cadl", "é" * 125 + ".cadl"])
def test_files_with_the_longest_names_have_distinct_previous_ones(folder: Path, name: str) -> None:
    path, other = folder / name, folder / f"{name[:-6]}x.cadl"
    for content in (b"1", b"2"):
        for each in (path, other):
            write_atomically(
                each, lambda temporary, content=content: temporary.write_bytes(content), keep_previous=True
            )
    previous = {previous_version(path), previous_version(other)}
    assert len(previous) == 2
    assert {each.name[-14:] for each in previous} == {".previous.cadl"}
    assert [each.read_bytes() for each in previous] == [b"1", b"1"]


def test_a_failure_keeps_the_previous_file(folder: Path) -> None:
    def fail(temporary: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = folder / "project.cadl"
    (folder / "project.previous.cadl").write_bytes(b"1")
    path.write_bytes(b"2")
    with pytest.raises(FileError):
        write_atomically(path, fail, keep_previous=True)
    assert (path.read_bytes(), (folder / "project.previous.cadl").read_bytes()) == (b"2", b"1")


def refuse(number: int) -> None:
    raise OSError(number, os.strerror(number))


def write_2(temporary: Path) -> None:
    temporary.write_bytes(b"2")


@pytest.mark.parametrize("refuses", [(errno.EPERM,), (errno.EPERM, errno.ENOSPC)])
def test_without_hard_links_the_previous_file_is_a_copy(
    folder: Path, monkeypatch: pytest.MonkeyPatch, refuses: tuple[int, ...]
) -> None:
    monkeypatch.setattr("os.link", lambda *names: refuse(refuses[0]))
    if len(refuses) > 1:
        monkeypatch.setattr("shutil.copy2", lambda *names: refuse(refuses[1]))
    path = folder / "project.cadl"
    path.write_bytes(b"1")
    write_atomically(path, write_2, keep_previous=True)
    assert path.read_bytes() == b"2"
    assert sorted(os.listdir(folder)) == (
        ["project.cadl", "project.previous.cadl"] if len(refuses) == 1 else ["project.cadl"]
    )


def test_a_slow_copy_does_not_delay_the_exit(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copying, goes_on = Event(), Event()

    def copy_slowly(*names: Path) -> None:
        copying.set()
        goes_on.wait(WAIT / 1000)
        copy(*names)

    copy = shutil.copy2
    monkeypatch.setattr("os.link", lambda *names: refuse(errno.EPERM))
    monkeypatch.setattr("shutil.copy2", copy_slowly)
    path = folder / "project.cadl"
    path.write_bytes(b"1")
    writing = Thread(target=lambda: write_atomically(path, write_2, keep_previous=True))
    writing.start()
    assert copying.wait(WAIT / 1000)
    ending = Thread(target=wait_for_writers, args=(0.01,), daemon=True)
    ending.start()
    ending.join(WAIT / 10_000)
    is_over = not ending.is_alive()
    goes_on.set()
    writing.join()
    assert is_over
    assert path.read_bytes() == b"2"  # as this process continues


def left_by(process: int, name: Path, monkeypatch: pytest.MonkeyPatch, old: bool = False) -> Path:
    """Name of a temporary file that a process has left."""
    with monkeypatch.context() as there:
        there.setattr("os.getpid", lambda: process)
        return new_backup(name) if old else new_temporary(name, name.name)


def age(path: Path) -> None:
    written = path.lstat().st_mtime - ABANDONED_SECONDS - 1
    os.utime(path, (written, written))


def test_only_abandoned_temporary_files_are_removed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "plot.png"
    dead, fresh = (left_by(NOBODY, path, monkeypatch) for _ in range(2))
    written, others = left_by(1, path, monkeypatch), folder / f".cadl-new-00000000-{NOBODY}-0123456789ab.png"
    foreign = [folder / name for name in (".0123456789ab.png", ".cadl-new", ".cadl-new-notes.png", "a.png")]
    for file in (dead, fresh, written, others, *foreign):
        file.write_bytes(b"half")
        if file is not fresh:
            age(file)
    unfinished = left_by(NOBODY, folder / "model.savedmodel", monkeypatch)
    unfinished.mkdir()
    (unfinished / "graph").write_text("half")
    age(unfinished)
    write_bytes(path, b"new")
    assert set(folder.iterdir()) == {path, fresh, written, others, *foreign}


def test_an_abandoned_file_with_an_invalid_name_is_harmless(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = str(left_by(NOBODY, folder / "x", monkeypatch, old=True)).removesuffix("x")
    for path in (Path(f"{odd}."), Path(f"{odd}..")):
        path.mkdir()
        age(path)
    write_bytes(folder / "plot.png", b"new")
    assert (folder / "plot.png").read_bytes() == b"new"


def test_a_folder_set_aside_is_restored(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replaced, lost = folder / "replaced", folder / "lost"
    for path in (replaced, lost):
        earlier = left_by(NOBODY, path, monkeypatch, old=True)
        earlier.mkdir()
        (earlier / "graph").write_text("earlier")
        age(earlier)
    replaced.mkdir()
    write_bytes(folder / "other", b"")
    assert (lost / "graph").read_text() == "earlier"
    assert sorted(os.listdir(folder)) == ["lost", "other", "replaced"]
    assert os.listdir(replaced) == []


def test_the_file_mode_is_kept(folder: Path) -> None:
    path = folder / "private"
    path.write_bytes(b"old")
    path.chmod(0o600)
    write_bytes(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def fill(*names: str) -> Callable[[Path], None]:
    def write(made: Path) -> None:
        for name in names:
            (made / name).parent.mkdir(exist_ok=True)
            (made / name).write_text("new")

    return write


def test_a_folder_replaces_an_equal_one(folder: Path) -> None:
    path = folder / "model.savedmodel"
    write_folder_atomically(path, fill("graph", "variables/index"))
    (path / "graph").write_text("old")
    write_folder_atomically(path, fill("graph", "variables/index", "more"))
    assert (path / "graph").read_text() == "new"
    assert sorted(os.listdir(path)) == ["graph", "more", "variables"]
    assert os.listdir(folder) == ["model.savedmodel"]


def test_a_folder_with_foreign_files_is_not_replaced(folder: Path) -> None:
    path = folder / "documents"
    path.mkdir()
    (path / "letter").write_text("mine")
    with pytest.raises(FileError, match=r"documents was not written: .* holds 'letter'"):
        write_folder_atomically(path, fill("graph"))
    assert (path / "letter").read_text() == "mine"
    assert os.listdir(folder) == ["documents"]


@pytest.mark.parametrize("failure", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_leaves_the_old_folder(folder: Path, failure: BaseException) -> None:
    path = folder / "model.savedmodel"
    write_folder_atomically(path, fill("graph"))

    def fail(made: Path) -> None:
        fill("graph", "half")(made)
        raise failure

    with pytest.raises(FileError if isinstance(failure, OSError) else KeyboardInterrupt):
        write_folder_atomically(path, fail)
    assert os.listdir(path) == ["graph"]
    assert os.listdir(folder) == ["model.savedmodel"]


def test_a_folder_does_not_replace_a_file(folder: Path) -> None:
    (folder / "taken").write_text("mine")
    with pytest.raises(FileError, match="there is a file of this name; choose another name"):
        write_folder_atomically(folder / "taken", fill("graph"))
    assert (folder / "taken").read_text() == "mine"


CUT_OFF = """
import os, sys
from pathlib import Path
from threading import Event, Thread
from cadl_desktop.storage.atomic import remove_unfinished, wait_for_writers
from cadl_desktop.storage.atomic import write_atomically, write_folder_atomically

folder = Path(sys.argv[1])
half, go_on = [Event(), Event()], Event()

def write_file(temporary):
    temporary.write_text("half")
    half[0].set()
    go_on.wait()

def write_folder(temporary):
    (temporary / "variables").mkdir()
    (temporary / "graph").write_text("half")
    half[1].set()
    go_on.wait()

writers = (write_atomically, "a.png", write_file), (write_folder_atomically, "b.savedmodel", write_folder)
for write_whole, name, write in writers:
    Thread(target=write_whole, args=(folder / name, write), daemon=True).start()
for event in half:
    event.wait()
wait_for_writers(0.1)
remove_unfinished()
go_on.set()
os._exit(0)
"""

BEGUN_LATE = """
import os, sys
from pathlib import Path
from threading import Event, Thread
from cadl_desktop.storage.atomic import wait_for_writers, remove_unfinished, write_atomically

half = Event()

def write(temporary):
    temporary.write_text("half")
    half.set()
    Event().wait()

wait_for_writers(0.1)
Thread(target=write_atomically, args=(Path(sys.argv[1], "a.recipe.json"), write), daemon=True).start()
half.wait()
remove_unfinished()
os._exit(0)
"""

REFUSED = """
import os, sys
from pathlib import Path
from cadl_desktop.storage.atomic import FileError, wait_for_writers, remove_unfinished, write_bytes

try:
    write_bytes(Path(sys.argv[1], "a file", "a.png"), b"")
except FileError as error:
    print(error, flush=True)  # os._exit flushes nothing
wait_for_writers(3600)
remove_unfinished()
os._exit(0)
"""


def test_an_unwritable_place_does_not_delay_the_exit(folder: Path) -> None:
    (folder / "a file").touch()
    ended = subprocess.run(
        [sys.executable, "-c", REFUSED, str(folder)], check=True, timeout=60, capture_output=True, text=True
    )
    assert "was not written: its folder does not exist" in ended.stdout


def test_interrupted_writing_leaves_nothing(folder: Path) -> None:
    (folder / "a.png").write_text("old")
    subprocess.run([sys.executable, "-c", CUT_OFF, str(folder)], check=True, timeout=60)
    assert os.listdir(folder) == ["a.png"]
    assert (folder / "a.png").read_text() == "old"


def test_writing_begun_during_the_exit_leaves_nothing(folder: Path) -> None:
    subprocess.run([sys.executable, "-c", BEGUN_LATE, str(folder)], check=True, timeout=60)
    assert os.listdir(folder) == []


def opened_elsewhere(times: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets renaming fail so many times, as Windows does while another process has the file open."""
    rename, left = Path.replace, iter(range(10**9))

    def replace(source: Path, target: Path) -> Path:
        if next(left) < times:
            error = PermissionError(errno.EACCES, "The process cannot access the file")
            error.winerror = 32  # type: ignore[attr-defined]
            raise error
        return rename(source, target)

    monkeypatch.setattr(Path, "replace", replace)


@pytest.mark.parametrize("write", [write_bytes, lambda path, _: write_folder_atomically(path, fill("one"))])
def test_a_file_that_is_open_elsewhere_for_a_moment_is_replaced(
    folder: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[Path, bytes], None]
) -> None:
    path = folder / "project.cadl"
    write(path, b"1")
    opened_elsewhere(2, monkeypatch)
    write(path, b"2")
    assert os.listdir(folder) == ["project.cadl"]


def test_a_file_that_stays_open_elsewhere_is_told_and_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "project.cadl"
    path.write_bytes(b"1")
    monkeypatch.setattr(atomic, "_OPEN_SECONDS", 0.02)
    opened_elsewhere(float("inf"), monkeypatch)
    with pytest.raises(FileError) as told:
        write_bytes(path, b"2")
    remedy = "another program has it open; close it there or choose another name"
    assert str(told.value) == f"{path} was not written: {remedy}."
    assert (path.read_bytes(), os.listdir(folder)) == (b"1", ["project.cadl"])


@pytest.mark.parametrize("has_it", [True, False])
def test_on_macos_files_are_written_through_the_drive_s_own_memory(
    folder: Path, monkeypatch: pytest.MonkeyPatch, has_it: bool
) -> None:
    asked = list[str]()

    def ask(_: object, what: int) -> None:
        asked.append("full" if what == 51 else "?")
        if not has_it:
            refuse(errno.ENOTSUP)

    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr("fcntl.F_FULLFSYNC", 51, raising=False)
    monkeypatch.setattr("fcntl.fcntl", ask)
    monkeypatch.setattr("os.fsync", lambda _: asked.append("plain"))
    write_bytes(folder / "one", b"1")
    assert asked == (
        ["full", "plain"] if has_it else ["full", "plain", "plain"]
    )  # the last one is the folder's


def test_a_path_that_is_too_long_for_windows_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(FileError, match=r"its path is too long for Windows; choose a folder nearer to"):
        write_atomically(folder / "a.csv", lambda _: refuse(errno.ENOENT))
    with pytest.raises(FileError, match=r"its folder does not exist"):
        write_bytes(folder / "missing" / "a.csv", b"")
