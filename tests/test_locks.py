"""Lock files name the process that has a file open; those of dead processes are ignored."""

import importlib.util
import json
import os
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from cadl_desktop.session.project_file import who_holds
from cadl_desktop.storage import shared_files
from cadl_desktop.storage.shared_files import LockHolder, acquire, lock_file_of, release
from cadl_desktop.storage.temporary_files import this_machine
from tests.test_files import NOBODY


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "folder"
    made.mkdir()
    return made / "painting.cadl"


def write_lock(path: Path, process: int, machine: str = "", since: float | None = None) -> None:
    """Writes the lock file of another process."""
    plain = {
        "process": process,
        "machine": machine or this_machine(),
        "user": "ada",
        "since": time.time() if since is None else since,
    }
    lock_file_of(path).write_text(json.dumps(plain))


def test_a_file_is_locked_and_unlocked(path: Path) -> None:
    assert acquire(path) is None
    assert acquire(path) is None
    assert os.listdir(path.parent) == [".painting.cadl.lock"]
    release(path)
    assert os.listdir(path.parent) == []


def test_a_file_with_the_longest_name_is_locked(path: Path) -> None:
    long = path.with_name("m" * 250 + ".cadl")
    assert acquire(long) is None
    assert lock_file_of(long).exists()
    write_lock(long, 1)
    assert acquire(path.with_name("n" * 250 + ".cadl")) is None
    holder = acquire(long)
    assert holder is not None
    assert holder.user == "ada"


@pytest.mark.parametrize("machine", ["", "elsewhere"])
def test_another_holder_is_named_and_keeps_its_lock(path: Path, machine: str) -> None:
    write_lock(path, 1, machine)
    holder = acquire(path)
    assert holder is not None
    assert (holder.process, holder.user, holder.machine) == (1, "ada", machine or this_machine())
    release(path)
    assert lock_file_of(path).exists()
    assert acquire(path, over=True) is None
    assert acquire(path) is None


@pytest.mark.parametrize("since", [1e300, float("inf"), float("nan"), -1e17])
def test_a_lock_file_with_an_invalid_time_is_foreign(path: Path, since: float) -> None:
    write_lock(path, 1, "elsewhere", since)
    assert acquire(path) is None
    assert lock_file_of(path).exists()


def test_a_long_name_is_shortened(path: Path) -> None:
    write_lock(path, 1, "m" * 3000)
    holder = acquire(path)
    assert holder is not None
    assert len(who_holds(holder)) < 200


def test_a_lock_of_a_dead_process_is_replaced(path: Path) -> None:
    write_lock(path, NOBODY)
    assert acquire(path) is None
    write_lock(path, os.getpid(), since=time.time() - 10 * 24 * 3600)  # an earlier process with this id
    assert acquire(path) is None
    assert json.loads(lock_file_of(path).read_text())["since"] == pytest.approx(time.time(), abs=60)
    lock_file_of(path).write_bytes(b"")  # killed before writing it
    assert acquire(path) is None
    assert lock_file_of(path).stat().st_size
    assert len(os.listdir(path.parent)) == 1


@pytest.mark.parametrize("content", [b"notes", b"[1]", b"{}", b'{"process": "x"}', b"[" * 5000])
def test_a_foreign_file_is_kept(path: Path, content: bytes) -> None:
    lock_file_of(path).write_bytes(content)
    assert acquire(path) is None
    release(path)
    assert lock_file_of(path).read_bytes() == content


def test_links_share_the_lock_of_their_target(path: Path) -> None:
    path.write_bytes(b"")
    link = path.with_name("link.cadl")
    link.symlink_to(path.name)
    write_lock(link, 1)
    assert isinstance(acquire(path), LockHolder)


def test_without_a_writable_place_there_is_no_lock(path: Path) -> None:
    assert acquire(path.parent / "nowhere" / "painting.cadl") is None
    assert acquire(path.with_name("x" * 252 + ".cadl")) is None
    release(path.parent / "nowhere" / "painting.cadl")


def test_on_windows_a_locked_file_can_be_read_and_written(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = list[tuple[int, int]]()

    def locking(descriptor: int, _: int, count: int) -> None:
        locked.append((os.lseek(descriptor, 0, os.SEEK_CUR), count))
        if len(locked) > 1:
            raise PermissionError

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(locking=locking, LK_NBLCK=2))
    spec = importlib.util.spec_from_file_location("on_windows", shared_files.__file__)
    assert spec is not None
    assert spec.loader is not None
    on_windows = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "on_windows", on_windows)
    spec.loader.exec_module(on_windows)
    hold = on_windows.FileLock.of(path)
    assert on_windows.FileLock.of(path) is None
    hold.unlock()
    assert locked == [(2**30, 1)] * 2  # far behind the end
    assert path.stat().st_size == 0
