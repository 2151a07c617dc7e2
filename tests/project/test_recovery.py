"""Copies for recovery: whole at every moment, each part written once, and offered once nobody has them."""

import errno
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from threading import Timer

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace as replace_settings

from cadl_desktop.data.curves.curve_datasets import encode_points
from cadl_desktop.experiment import preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.edits import with_opened_data
from cadl_desktop.project import Project, ProjectError, recoveries, save_project
from cadl_desktop.project.recoveries import RecoveryFolder, offers, skip
from cadl_desktop.project.recovery import (
    FULL_SECONDS,
    LIST,
    RecoveryWriter,
    listed_in,
    open_recovery,
)
from cadl_desktop.project.runs import thumbnail_content
from cadl_desktop.runs.record import record_of
from cadl_desktop.runs.run_snapshots import Snapshots
from cadl_desktop.storage import atomic
from cadl_desktop.storage.atomic import FileError
from cadl_desktop.storage.shared_files import FileLock, stamp_of
from tests.engine.runs import same_bits
from tests.project.test_project_snapshots import with_snapshots


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder of its own: beside it are those that a test's settings go to."""
    folder = tmp_path / "copies"
    folder.mkdir()
    return folder


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def parts(folder: Path) -> dict[str, int]:
    """What identifies the content of each part that is there."""
    return {file.name: file.stat().st_ino for file in folder.glob("*.part")}


def further(project: Project) -> Project:
    """The same a step later, with a moment more."""
    assert project.state is not None
    assert project.snapshots is not None
    state = replace(
        project.state, step=project.state.step + 1, weights=tuple(w + 1 for w in project.state.weights)
    )
    return replace(project, state=state, snapshots=Snapshots([*project.snapshots.states, state]))


def with_run(project: Project) -> Project:
    assert project.history is not None
    other = record_of(1, preset("lecture-tanh"), project.history, None, note="an earlier one")
    return replace(project, runs=(other,), number=2, note="this one")


def assert_same(found: Project, wanted: Project) -> None:
    assert found.experiment == wanted.experiment
    assert found.state is not None
    assert wanted.state is not None
    assert found.state.step == wanted.state.step
    assert same_bits(found.state, wanted.state)
    assert found.history is not None
    assert wanted.history is not None
    assert np.array_equal(found.history.rows, wanted.history.rows, equal_nan=True)
    assert [run.note for run in found.runs] == [run.note for run in wanted.runs]
    assert (found.number, found.note) == (wanted.number, wanted.note)


def test_a_copy_holds_all_that_a_file_would_and_its_moments(root):
    project = with_run(with_snapshots(4))
    written = RecoveryWriter(root).write(project)
    found = open_recovery(root)
    assert_same(found, project)
    assert found.snapshots is not None
    assert project.snapshots is not None
    for one, other in zip(found.snapshots.states, project.snapshots.states, strict=True):
        assert (one.step, one.settings) == (other.step, other.settings)
        assert same_bits(one, other)
    assert written == sum(file.stat().st_size for file in root.iterdir())


def test_what_did_not_change_is_written_once(root):
    project, writer = with_run(with_snapshots(4)), RecoveryWriter(root)
    first = writer.write(project)
    before = parts(root)
    second = writer.write(further(project))
    after = parts(root)
    # Another state, and the history with the list of runs; that of before goes.
    assert len(after.keys() - before.keys()) == 2
    assert len(before.keys() - after.keys()) == 1
    assert all(after[name] == before[name] for name in after.keys() & before.keys())
    assert second < first / 2
    assert_same(open_recovery(root), further(project))


def test_a_disk_without_room_for_earlier_moments_keeps_where_the_run_stands(root, monkeypatch):
    project, writer = with_snapshots(4), RecoveryWriter(root)
    assert project.snapshots is not None
    plain = RecoveryWriter(root).write(replace(project, snapshots=None))
    room = plain + 1000
    flush = atomic._flush

    def onto_a_small_disk(file: Path) -> None:
        if sum(each.stat().st_size for each in root.iterdir()) > room:
            raise OSError(errno.ENOSPC, "No space left on device")
        flush(file)

    for file in root.iterdir():
        file.unlink()
    monkeypatch.setattr(atomic, "_flush", onto_a_small_disk)
    for _ in range(2):
        writer.write(project)
        assert_same(open_recovery(root), replace(project, snapshots=None))
    room = 10 * plain
    writer.write(project)
    assert writer.behind  # the disk is not filled again at once
    late = time.monotonic() + FULL_SECONDS
    monkeypatch.setattr(time, "monotonic", lambda: late)
    writer.write(project)
    assert not writer.behind
    assert_same(open_recovery(root), project)
    found = open_recovery(root).snapshots
    assert found is not None
    assert len(found.states) == 4


def test_points_are_written_once_however_often_what_they_are_in_is_edited(root):
    points = encode_points([(number / 500, 0.5) for number in range(500)])
    first = with_opened_data(preset("lecture-tanh"), part("dataset", "points", points=points))
    writer = RecoveryWriter(root)
    written = [writer.write(Project(replace_settings(first, seed=seed))) for seed in range(3)]
    assert written[0] > len(points) > 2 * max(written[1:])
    found = open_recovery(root).experiment
    assert (found.data["points"], found.seed) == (points, 2)


def test_moments_that_are_many_come_later_and_those_let_go_leave(root):
    project, writer = with_snapshots(4), RecoveryWriter(root)
    assert project.snapshots is not None
    counts = []
    for catching_up in (1, 0, 1, 1, 1):
        writer.write(project, catching_up=catching_up)
        found = open_recovery(root).snapshots
        assert found is not None
        counts.append(len(found.states))
    assert counts == [2, 2, 3, 4, 4]
    writer.write(replace(project, snapshots=Snapshots(project.snapshots.states[-1:])))
    listed = listed_in(root)
    assert listed is not None
    assert len(listed.moments) == 1
    assert names(root) == {LIST, *listed.parts, *listed.moments}


def test_a_copy_says_whether_moments_wait_for_another(root):
    project, writer = with_snapshots(4), RecoveryWriter(root)
    behind = []
    for catching_up in (1, 0, 1, 1):
        writer.write(project, catching_up=catching_up)
        behind.append(writer.behind)
    assert behind == [True, True, True, False]


def test_the_list_comes_last_and_everything_is_flushed_before_its_name(root, monkeypatch):
    """In the order of a power cut: a part's bytes, its name, its folder; then the list; then what goes."""
    told: list[tuple[str, str]] = []
    writer, project = RecoveryWriter(root), with_snapshots(4)
    writer.write(project)
    flush, flush_folder, put, remove = atomic._flush, atomic._flush_folder, Path.replace, Path.unlink

    def watch(what, do, name):
        def call(path, *arguments, **options):
            if name(path, *arguments).endswith((".part", ".json")) or what == "folder":
                told.append((what, name(path, *arguments)))
            return do(path, *arguments, **options)

        return call

    monkeypatch.setattr(atomic, "_flush", watch("flush", flush, lambda path: path.name))
    monkeypatch.setattr(atomic, "_flush_folder", watch("folder", flush_folder, lambda path: ""))
    monkeypatch.setattr(Path, "replace", watch("put", put, lambda path, target: Path(target).name))
    monkeypatch.setattr(Path, "unlink", watch("remove", remove, lambda path: path.name))
    before = names(root)
    writer.write(further(project))
    kinds = [what for what, name in told if not (what == "remove" and name.startswith("."))]
    puts = [name for what, name in told if what == "put"]
    assert puts[-1] == LIST
    assert len(puts) == 3
    assert kinds == ["flush", "put", "folder"] * 3 + ["remove"]
    assert told[-1][1] in before


def test_a_write_that_fails_leaves_the_last_copy_and_nothing_else(root, monkeypatch):
    project, writer = with_snapshots(4), RecoveryWriter(root)
    writer.write(project)
    before = names(root)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("cadl_desktop.project.recovery.write_bytes", full)
        with pytest.raises(OSError, match="No space"):
            writer.write(further(project))
    assert names(root) == before
    assert_same(open_recovery(root), project)
    writer.write(further(project))
    assert_same(open_recovery(root), further(project))


@pytest.mark.parametrize("saved", [False, True])
@pytest.mark.parametrize("damage", ["missing", "cut", "foreign", "of another step"])
def test_a_damaged_copy_is_told_apart_from_the_file_that_it_is_of(tmp_path, root, damage, saved):
    path = tmp_path / "mine.cadl"
    if saved:
        save_project(path, with_snapshots(4))
    RecoveryWriter(root).write(with_snapshots(4), path)
    listed = listed_in(root)
    assert listed is not None
    part = root / listed.parts[1]
    if damage == "missing":
        part.unlink()
    elif damage == "cut":
        os.truncate(part, part.stat().st_size // 2)
    elif damage == "foreign":
        part.write_bytes((root / listed.parts[0]).read_bytes())
    else:
        turned = msgspec.structs.replace(listed, moments=listed.moments[::-1])
        (root / LIST).write_bytes(msgspec.json.encode(turned))
    with pytest.raises(ProjectError) as told:
        open_recovery(root)
    assert str(told.value) == (
        "The copy of 'mine.cadl' can't be read: it is damaged, or of another version of this program; "
        f"{'open the saved one' if saved else 'skip it'}."
    )


@pytest.mark.parametrize("damage", ["missing", "flipped", "foreign"])
def test_a_damaged_moment_costs_neither_the_others_nor_where_the_run_stands(root, damage):
    project = with_snapshots(4)
    RecoveryWriter(root).write(project)
    listed = listed_in(root)
    assert listed is not None
    part = root / listed.moments[1]
    if damage == "missing":
        part.unlink()
    elif damage == "flipped":
        content = bytearray(part.read_bytes())
        content[len(content) // 2] ^= 4
        part.write_bytes(content)
    else:
        part.write_bytes((root / listed.parts[0]).read_bytes())
    found = open_recovery(root)
    assert_same(replace(found, snapshots=None), replace(project, snapshots=None))
    assert project.snapshots is not None
    assert found.snapshots is not None
    steps = [state.step for state in project.snapshots.until(listed.steps).states]
    assert [state.step for state in found.snapshots.states] == [steps[0], *steps[2:]]
    writer = RecoveryWriter(root)
    writer.go_on_from(found.snapshots)
    writer.write(found)
    assert_same(open_recovery(root), found)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"format": 1}', b'{"parts": ["../../secret"]}', b"x" * 2**21]
)
def test_a_list_that_is_none_is_nothing_to_be_recovered(root, content):
    (root / LIST).write_bytes(content)
    assert listed_in(root) is None
    with pytest.raises(ProjectError):
        open_recovery(root)


@pytest.mark.parametrize("change", [{"moment": 1e300}, {"moment": -1.0}, {"parts": ["1.part"] * 9999}])
def test_a_list_of_what_can_not_be_is_nothing_to_be_recovered(root, change):
    """The start page would end at such a moment, and reading a part so often takes minutes."""
    RecoveryWriter(root).write(with_snapshots(2))
    plain = msgspec.json.decode((root / LIST).read_bytes())
    (root / LIST).write_bytes(msgspec.json.encode(plain | change))
    assert listed_in(root) is None


def test_what_somebody_has_put_beside_the_parts_is_left_alone(root):
    (root / "mine.part").mkdir()
    RecoveryWriter(root).write(with_snapshots(2))
    assert open_recovery(root).state is not None
    assert (root / "mine.part").is_dir()


def left_behind(root: Path, project: Project, path: Path | None = None, picture: bytes = b"") -> Path:
    """The folder of a process that is no more."""
    before = {*root.iterdir()}
    folder = RecoveryFolder(root)
    folder.write(project, path, picture, seen=stamp_of(path) if path else None)
    folder.unlock()
    (found,) = {*root.iterdir()} - before
    return found


@pytest.mark.parametrize("name", ["mine.cadl", os.fsdecode(b"caf\xe9.cadl")])
def test_what_is_left_is_offered_with_what_is_newer(tmp_path, root, name):
    project, saved = with_snapshots(4), tmp_path / name
    save_project(saved, project)
    picture = np.zeros((4, 4, 3), np.uint8)
    left_behind(root, with_run(further(project)), saved, thumbnail_content(picture))
    (offer,) = offers(root)
    assert (offer.name, offer.path, offer.edited) == (project.experiment.name, saved, False)
    assert offer.steps == offer.saved_steps + 1
    assert offer.thumbnail is not None
    assert offer.thumbnail.shape == (4, 4, 3)
    assert offer.moment >= offer.saved_moment - 0.1
    saved.unlink()
    (offer,) = offers(root)
    assert offer.path is None


def test_the_copy_of_a_newer_program_stays_whole(root):
    folder = left_behind(root, with_snapshots(2))
    plain = msgspec.json.decode((folder / LIST).read_bytes())
    (folder / LIST).write_bytes(msgspec.json.encode(plain | {"format": 99, "more": 1}))
    before = {file.name for file in folder.iterdir()}
    assert offers(root) == []
    assert {file.name for file in folder.iterdir()} == before


def test_a_skipped_copy_is_offered_again_only_when_it_is_newer(root):
    folder = left_behind(root, with_snapshots(4))
    skip(folder)
    assert offers(root) == []
    assert [offer.folder for offer in offers(root, skipped=True)] == [folder]
    assert_same(open_recovery(folder), with_snapshots(4))
    taken = RecoveryFolder.taken_over(folder)
    assert taken is not None
    taken.write(with_snapshots(4), None, b"")
    taken.unlock()
    assert [offer.folder for offer in offers(root)] == [folder]
    assert offers(root, skipped=True) == []


def test_a_skip_is_not_lost_while_another_program_looks(root):
    folder = left_behind(root, with_snapshots(1))
    looking = FileLock.of(folder / "lock")
    ends = Timer(0.1, looking.unlock)
    ends.start()
    skip(folder)
    ends.join()
    assert [offer.folder for offer in offers(root, skipped=True)] == [folder]


def test_nobody_skips_what_another_has_recovered(root):
    """Two windows show the same offer: one recovers, the other skips, and then the first one is killed."""
    folder = left_behind(root, with_snapshots(4))
    taken = RecoveryFolder.taken_over(folder)
    assert taken is not None
    skip(folder)
    taken.unlock()
    assert [offer.folder for offer in offers(root)] == [folder]
    skip(folder)
    taken = RecoveryFolder.taken_over(folder)  # after the other had skipped it
    assert taken is not None
    taken.unlock()
    assert [offer.folder for offer in offers(root)] == [folder]


def test_only_folders_of_copies_are_cleared(root, tmp_path):
    """What a person has put among them stays as it is, and so does what a link leads to."""
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / ".hidden").write_bytes(b"mine")
    (root / "0123456789abcdef").symlink_to(mine)
    (root / "kept").mkdir()
    (root / "kept" / ".note").write_bytes(b"mine")
    assert offers(root) == []
    assert names(mine) == {".hidden"}
    assert names(root / "kept") == {".note"}


def test_a_recovered_copy_stays_until_the_next_is_whole(root):
    """A crash right after a recovery offers the same again, and one after the next copy that one: once."""
    project = with_snapshots(4)
    folder = left_behind(root, project)
    for _ in range(2):  # a crash before anything was written
        taken = RecoveryFolder.taken_over(folder)
        assert taken is not None
        assert_same(open_recovery(folder), project)
        assert offers(root) == []  # it is of a running process now
        assert RecoveryFolder.taken_over(folder) is None
        taken.unlock()
        assert [offer.folder for offer in offers(root)] == [folder]
    taken = RecoveryFolder.taken_over(folder)
    assert taken is not None
    taken.write(further(project), None, b"")
    taken.unlock()
    assert [offer.folder for offer in offers(root)] == [folder]
    assert_same(open_recovery(folder), further(project))


def test_moments_of_a_recovered_copy_stay_in_it_and_are_not_written_again(root):
    folder = left_behind(root, with_snapshots(4))
    before = parts(folder)
    taken = RecoveryFolder.taken_over(folder)
    assert taken is not None
    read = taken.read()
    assert read.snapshots is not None
    taken.write(further(read), None, b"", catching_up=0)
    found = open_recovery(folder)
    assert found.snapshots is not None
    assert [moment.step for moment in found.snapshots.states][:-1] == [
        moment.step for moment in read.snapshots.states
    ]
    listed, after = listed_in(folder), parts(folder)
    assert listed is not None
    assert [after[part] for part in listed.moments[:-1]] == [before[part] for part in listed.moments[:-1]]


def test_after_a_copy_where_nothing_can_be_written_another_is_begun(root, monkeypatch):
    """Asked and not tried: whoever is the system's administrator can write anywhere."""
    folder, access = left_behind(root, with_snapshots(2)), os.access
    before = names(folder)
    monkeypatch.setattr("os.access", lambda path, how: Path(path) != folder and access(path, how))
    taken = RecoveryFolder.taken_over(folder)
    assert taken is not None
    taken.write(with_snapshots(4), None, b"")
    assert names(folder) == before
    (other,) = {path for path in root.iterdir() if path.is_dir()} - {folder}
    assert_same(open_recovery(other), with_snapshots(4))
    assert offers(root) == []  # what was in it is in the other
    assert [offer.folder for offer in offers(root, skipped=True)] == [folder]
    taken.discard()
    assert [path for path in root.iterdir() if path.is_dir()] == [folder]


def test_a_copy_in_which_nothing_can_be_written_is_skipped_once(root, monkeypatch):
    folder = left_behind(root, with_snapshots(2))
    before = names(folder)
    skip(folder)
    assert names(folder) == before
    assert offers(root) == []
    skip(folder)
    monkeypatch.setattr("shutil.rmtree", lambda *_, **__: None)
    taken = RecoveryFolder.taken_over(folder)
    assert taken is not None
    taken.discard()
    assert offers(root) == offers(root, skipped=True) == []
    monkeypatch.undo()
    assert offers(root) == []
    assert [*root.iterdir()] == []


@pytest.mark.parametrize(
    ("number", "remedy"),
    [(errno.EACCES, "let the program write there"), (errno.ENOSPC, "make room"), (errno.EDQUOT, "make room")],
)
def test_a_copy_that_can_t_be_written_names_the_folder_and_no_other_place_to_choose(
    root, monkeypatch, number, remedy
):
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("cadl_desktop.storage.atomic._flush", refuse)
    with pytest.raises(FileError) as told:
        RecoveryFolder(root).write(with_snapshots(2), None, b"")
    reason = os.strerror(number).lower()
    assert str(told.value) == f"{root} can't be used ({reason}); {remedy}, or save often."


def test_what_is_given_up_or_too_old_or_too_large_goes(root, monkeypatch):
    given_up = RecoveryFolder(root)
    given_up.write(with_snapshots(4), None, b"")
    given_up.discard()
    assert list(root.iterdir()) == []
    given_up.discard()
    oldest, newer, newest = (left_behind(root, with_snapshots(4)) for _ in range(3))
    (oldest / ".abandoned").write_bytes(b"by a kill")
    assert [offer.folder for offer in offers(root)] == [newest, newer, oldest]
    assert ".abandoned" not in names(oldest)
    size = sum(file.stat().st_size for file in newest.iterdir())
    monkeypatch.setattr(recoveries, "KEPT_BYTES", 2 * size + size // 2)
    assert [offer.folder for offer in offers(root)] == [newest, newer]
    monkeypatch.setattr(recoveries, "KEPT_BYTES", 1)
    assert [offer.folder for offer in offers(root)] == [newest]
    past = time.time() - recoveries.KEPT_SECONDS - 10
    os.utime(newest / LIST, (past, past))
    assert offers(root) == []
    assert list(root.iterdir()) == []
    assert offers(root / "nowhere") == []


HOLD = """
import sys
from pathlib import Path
from threading import Timer
from cadl_desktop.storage.shared_files import Hold
hold = Hold.of(Path(sys.argv[1]) / "lock")
print(hold is not None, flush=True)
sys.stdin.read()
"""


def test_a_copy_of_another_process_is_offered_as_soon_as_that_is_killed(root):
    folder = left_behind(root, with_snapshots(4))
    command = [sys.executable, "-c", HOLD, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        assert offers(root) == []
        other.kill()
        other.wait()
    assert [offer.folder for offer in offers(root)] == [folder]
