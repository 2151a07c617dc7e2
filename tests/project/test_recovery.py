"""Recovery copies: complete at any time, each part written once, and offered once unlocked."""

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
from cadl_desktop.project import Project, ProjectError, recovery_folders, save_project
from cadl_desktop.project.listed_runs import thumbnail_content
from cadl_desktop.project.recovery_copy import (
    FULL_SECONDS,
    LIST,
    RecoveryWriter,
    open_recovery,
    read_recovery_list,
)
from cadl_desktop.project.recovery_folders import RecoveryFolder, offers, skip
from cadl_desktop.runs.record import record_of
from cadl_desktop.runs.run_snapshots import Snapshots
from cadl_desktop.storage import atomic
from cadl_desktop.storage.atomic import FileError
from cadl_desktop.storage.shared_files import FileLock, stamp_of
from tests.engine.runs import same_bits
from tests.project.test_project_snapshots import with_snapshots


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Returns a folder of its own, apart from those of a test's settings."""
    folder = tmp_path / "copies"
    folder.mkdir()
    return folder


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def parts(folder: Path) -> dict[str, int]:
    """Returns an identifier of the content of each existing part."""
    return {file.name: file.stat().st_ino for file in folder.glob("*.part")}


def further(project: Project) -> Project:
    """Returns the project a step later, with one more snapshot."""
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


def test_a_copy_holds_everything_in_a_file_and_all_snapshots(root):
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


def test_unchanged_contents_are_written_once(root):
    project, writer = with_run(with_snapshots(4)), RecoveryWriter(root)
    first = writer.write(project)
    before = parts(root)
    second = writer.write(further(project))
    after = parts(root)
    # Another state, and history with the list of runs, which replace the previous ones.
    assert len(after.keys() - before.keys()) == 2
    assert len(before.keys() - after.keys()) == 1
    assert all(after[name] == before[name] for name in after.keys() & before.keys())
    assert second < first / 2
    assert_same(open_recovery(root), further(project))


def test_a_disk_without_room_for_snapshots_keeps_the_current_state(root, monkeypatch):
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
    assert writer.behind  # doesn't fill the disk again at once
    late = time.monotonic() + FULL_SECONDS
    monkeypatch.setattr(time, "monotonic", lambda: late)
    writer.write(project)
    assert not writer.behind
    assert_same(open_recovery(root), project)
    found = open_recovery(root).snapshots
    assert found is not None
    assert len(found.states) == 4


def test_points_are_written_once_however_often_their_experiment_is_edited(root):
    points = encode_points([(number / 500, 0.5) for number in range(500)])
    first = with_opened_data(preset("lecture-tanh"), part("dataset", "points", points=points))
    writer = RecoveryWriter(root)
    written = [writer.write(Project(replace_settings(first, seed=seed))) for seed in range(3)]
    assert written[0] > len(points) > 2 * max(written[1:])
    found = open_recovery(root).experiment
    assert (found.data["points"], found.seed) == (points, 2)


def test_many_snapshots_follow_later_and_dropped_ones_are_removed(root):
    project, writer = with_snapshots(4), RecoveryWriter(root)
    assert project.snapshots is not None
    counts = []
    for catch_up_bytes in (1, 0, 1, 1, 1):
        writer.write(project, catch_up_bytes=catch_up_bytes)
        found = open_recovery(root).snapshots
        assert found is not None
        counts.append(len(found.states))
    assert counts == [2, 2, 3, 4, 4]
    writer.write(replace(project, snapshots=Snapshots(project.snapshots.states[-1:])))
    listed = read_recovery_list(root)
    assert listed is not None
    assert len(listed.moments) == 1
    assert names(root) == {LIST, *listed.parts, *listed.moments}


def test_a_copy_reports_missing_snapshots(root):
    project, writer = with_snapshots(4), RecoveryWriter(root)
    behind = []
    for catch_up_bytes in (1, 0, 1, 1):
        writer.write(project, catch_up_bytes=catch_up_bytes)
        behind.append(writer.behind)
    assert behind == [True, True, True, False]


def test_the_list_comes_last_and_everything_is_flushed_before_its_name(root, monkeypatch):
    """Safe against a power cut: a part's bytes, its name, its folder; then the list; then removals."""
    told: list[tuple[str, str]] = []
    writer, project = RecoveryWriter(root), with_snapshots(4)
    writer.write(project)
    flush, flush_folder, put, remove = atomic._flush, atomic.flush_folder, Path.replace, Path.unlink

    def watch(what, do, name):
        def call(path, *arguments, **options):
            if name(path, *arguments).endswith((".part", ".json")) or what == "folder":
                told.append((what, name(path, *arguments)))
            return do(path, *arguments, **options)

        return call

    monkeypatch.setattr(atomic, "_flush", watch("flush", flush, lambda path: path.name))
    monkeypatch.setattr(atomic, "flush_folder", watch("folder", flush_folder, lambda path: ""))
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
        patched.setattr("cadl_desktop.project.recovery_copy.write_bytes", full)
        with pytest.raises(OSError, match="No space"):
            writer.write(further(project))
    assert names(root) == before
    assert_same(open_recovery(root), project)
    writer.write(further(project))
    assert_same(open_recovery(root), further(project))


@pytest.mark.parametrize("saved", [False, True])
@pytest.mark.parametrize("damage", ["missing", "cut", "foreign", "of another step"])
def test_a_damaged_copy_is_not_confused_with_the_saved_file(tmp_path, root, damage, saved):
    path = tmp_path / "mine.cadl"
    if saved:
        save_project(path, with_snapshots(4))
    RecoveryWriter(root).write(with_snapshots(4), path)
    listed = read_recovery_list(root)
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
def test_a_damaged_snapshot_loses_nothing_else(root, damage):
    project = with_snapshots(4)
    RecoveryWriter(root).write(project)
    listed = read_recovery_list(root)
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
def test_an_unreadable_list_offers_no_recovery(root, content):
    (root / LIST).write_bytes(content)
    assert read_recovery_list(root) is None
    with pytest.raises(ProjectError):
        open_recovery(root)


@pytest.mark.parametrize("change", [{"moment": 1e300}, {"moment": -1.0}, {"parts": ["1.part"] * 9999}])
def test_an_impossible_list_offers_no_recovery(root, change):
    """Impossible times would crash the start page, and reading one part so often would take minutes."""
    RecoveryWriter(root).write(with_snapshots(2))
    plain = msgspec.json.decode((root / LIST).read_bytes())
    (root / LIST).write_bytes(msgspec.json.encode(plain | change))
    assert read_recovery_list(root) is None


def test_other_files_beside_the_parts_are_left_alone(root):
    (root / "mine.part").mkdir()
    RecoveryWriter(root).write(with_snapshots(2))
    assert open_recovery(root).state is not None
    assert (root / "mine.part").is_dir()


def left_behind(root: Path, project: Project, path: Path | None = None, picture: bytes = b"") -> Path:
    """Returns the folder of a process that has ended."""
    before = {*root.iterdir()}
    folder = RecoveryFolder(root)
    folder.write(project, path, picture, seen=stamp_of(path) if path else None)
    folder.unlock()
    (found,) = {*root.iterdir()} - before
    return found


@pytest.mark.parametrize("name", ["mine.cadl", os.fsdecode(b"caf\xe9.cadl")])
def test_a_copy_is_offered_with_what_is_newer(tmp_path, root, name):
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


def test_the_copy_of_a_newer_version_stays_complete(root):
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


def test_a_skip_waits_for_another_program_reading_the_folder(root):
    folder = left_behind(root, with_snapshots(1))
    looking = FileLock.of(folder / "lock")
    ends = Timer(0.1, looking.unlock)
    ends.start()
    skip(folder)
    ends.join()
    assert [offer.folder for offer in offers(root, skipped=True)] == [folder]


def test_a_copy_recovered_in_another_window_is_not_skipped(root):
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
    """Files that a person put there stay, and so do targets of links."""
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / ".hidden").write_bytes(b"mine")
    (root / "0123456789abcdef").symlink_to(mine)
    (root / "kept").mkdir()
    (root / "kept" / ".note").write_bytes(b"mine")
    assert offers(root) == []
    assert names(mine) == {".hidden"}
    assert names(root / "kept") == {".note"}


def test_a_recovered_copy_stays_until_the_next_is_complete(root):
    """A crash right after a recovery offers the same copy again; after the next copy, that one only."""
    project = with_snapshots(4)
    folder = left_behind(root, project)
    for _ in range(2):  # a crash before anything was written
        taken = RecoveryFolder.taken_over(folder)
        assert taken is not None
        assert_same(open_recovery(folder), project)
        assert offers(root) == []  # held by a running process now
        assert RecoveryFolder.taken_over(folder) is None
        taken.unlock()
        assert [offer.folder for offer in offers(root)] == [folder]
    taken = RecoveryFolder.taken_over(folder)
    assert taken is not None
    taken.write(further(project), None, b"")
    taken.unlock()
    assert [offer.folder for offer in offers(root)] == [folder]
    assert_same(open_recovery(folder), further(project))


def test_snapshots_of_a_recovered_copy_are_not_written_again(root):
    folder = left_behind(root, with_snapshots(4))
    before = parts(folder)
    taken = RecoveryFolder.taken_over(folder)
    assert taken is not None
    read = taken.read()
    assert read.snapshots is not None
    taken.write(further(read), None, b"", catch_up_bytes=0)
    found = open_recovery(folder)
    assert found.snapshots is not None
    assert [moment.step for moment in found.snapshots.states][:-1] == [
        moment.step for moment in read.snapshots.states
    ]
    listed, after = read_recovery_list(folder), parts(folder)
    assert listed is not None
    assert [after[part] for part in listed.moments[:-1]] == [before[part] for part in listed.moments[:-1]]


def test_an_unwritable_recovered_folder_is_replaced_by_another(root, monkeypatch):
    """`os.access` is patched, since an administrator can write anywhere."""
    folder, access = left_behind(root, with_snapshots(2)), os.access
    before = names(folder)
    monkeypatch.setattr("os.access", lambda path, how: Path(path) != folder and access(path, how))
    taken = RecoveryFolder.taken_over(folder)
    assert taken is not None
    taken.write(with_snapshots(4), None, b"")
    assert names(folder) == before
    (other,) = {path for path in root.iterdir() if path.is_dir()} - {folder}
    assert_same(open_recovery(other), with_snapshots(4))
    assert offers(root) == []  # the other folder has its contents
    assert [offer.folder for offer in offers(root, skipped=True)] == [folder]
    taken.discard()
    assert [path for path in root.iterdir() if path.is_dir()] == [folder]


def test_an_unwritable_copy_is_skipped_once(root, monkeypatch):
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


def test_discarded_old_or_too_large_copies_are_removed(root, monkeypatch):
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
    monkeypatch.setattr(recovery_folders, "KEPT_BYTES", 2 * size + size // 2)
    assert [offer.folder for offer in offers(root)] == [newest, newer]
    monkeypatch.setattr(recovery_folders, "KEPT_BYTES", 1)
    assert [offer.folder for offer in offers(root)] == [newest]
    past = time.time() - recovery_folders.KEPT_SECONDS - 10
    os.utime(newest / LIST, (past, past))
    assert offers(root) == []
    assert list(root.iterdir()) == []
    assert offers(root / "nowhere") == []


HOLD = """
import sys
from pathlib import Path
from threading import Timer
from cadl_desktop.storage.shared_files import FileLock
hold = FileLock.of(Path(sys.argv[1]) / "lock")
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
