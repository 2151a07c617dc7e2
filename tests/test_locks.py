"""Who has a file open is said by a lock beside it; a dead owner's is nobody's."""

import json
import os
import time
from pathlib import Path

import pytest

from cadl_desktop.session.project_file import in_words
from cadl_desktop.storage.lock import Holder, lock_of, release, take
from cadl_desktop.storage.owners import this_machine
from tests.test_files import NOBODY


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "folder"
    made.mkdir()
    return made / "painting.cadl"


def leave(path: Path, process: int, machine: str = "", since: float | None = None) -> None:
    """The lock of another program."""
    plain = {
        "process": process,
        "machine": machine or this_machine(),
        "user": "ada",
        "since": time.time() if since is None else since,
    }
    lock_of(path).write_text(json.dumps(plain))


def test_a_file_is_held_once_and_let_go_of(path: Path) -> None:
    assert take(path) is None
    assert take(path) is None
    assert os.listdir(path.parent) == [".painting.cadl.lock"]
    release(path)
    assert os.listdir(path.parent) == []


def test_a_file_of_the_longest_name_is_held_as_well(path: Path) -> None:
    long = path.with_name("m" * 250 + ".cadl")
    assert take(long) is None
    assert lock_of(long).exists()
    leave(long, 1)
    assert take(path.with_name("n" * 250 + ".cadl")) is None
    holder = take(long)
    assert holder is not None
    assert holder.user == "ada"


@pytest.mark.parametrize("machine", ["", "elsewhere"])
def test_another_program_that_has_it_is_named_and_keeps_it(path: Path, machine: str) -> None:
    leave(path, 1, machine)
    holder = take(path)
    assert holder is not None
    assert (holder.process, holder.user, holder.machine) == (1, "ada", machine or this_machine())
    release(path)
    assert lock_of(path).exists()
    assert take(path, over=True) is None
    assert take(path) is None


@pytest.mark.parametrize("since", [1e300, float("inf"), float("nan"), -1e17])
def test_a_time_that_is_none_makes_it_somebody_elses_file(path: Path, since: float) -> None:
    leave(path, 1, "elsewhere", since)
    assert take(path) is None
    assert lock_of(path).exists()


def test_a_long_name_is_shortened(path: Path) -> None:
    leave(path, 1, "m" * 3000)
    holder = take(path)
    assert holder is not None
    assert len(in_words(holder)) < 200


def test_a_dead_owners_lock_is_taken_silently(path: Path) -> None:
    leave(path, NOBODY)
    assert take(path) is None
    leave(path, os.getpid(), since=time.time() - 10 * 24 * 3600)  # an earlier process of this number
    assert take(path) is None
    assert json.loads(lock_of(path).read_text())["since"] == pytest.approx(time.time(), abs=60)
    lock_of(path).write_bytes(b"")  # killed before it could say anything
    assert take(path) is None
    assert lock_of(path).stat().st_size
    assert len(os.listdir(path.parent)) == 1


@pytest.mark.parametrize("content", [b"notes", b"[1]", b"{}", b'{"process": "x"}', b"[" * 5000])
def test_a_file_that_is_no_lock_stays(path: Path, content: bytes) -> None:
    lock_of(path).write_bytes(content)
    assert take(path) is None
    release(path)
    assert lock_of(path).read_bytes() == content


def test_all_names_of_a_file_share_its_lock(path: Path) -> None:
    path.write_bytes(b"")
    link = path.with_name("link.cadl")
    link.symlink_to(path.name)
    leave(link, 1)
    assert isinstance(take(path), Holder)


def test_where_nothing_can_be_written_nothing_is_held(path: Path) -> None:
    assert take(path.parent / "nowhere" / "painting.cadl") is None
    assert take(path.with_name("x" * 252 + ".cadl")) is None
    release(path.parent / "nowhere" / "painting.cadl")
