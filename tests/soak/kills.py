"""SIGKILL while projects are saved, copied for recovery, exported and recovered.

Most attempts are a chain of kills of one that writes as fast as it can, so that a kill meets a write. Every
`PROGRAM_EVERY`th is the program itself, which trains, copies every few seconds, and is killed twice.
"""

import os
import random
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from cadl_desktop.experiment import preset
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.project import Project, open_project, save_project
from cadl_desktop.project.recovery_copy import open_recovery, read_recovery_list
from cadl_desktop.project.recovery_folders import RecoveryFolder, offers
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.history import History
from cadl_desktop.runs.network_weights import shapes_of
from cadl_desktop.runs.run_snapshots import Snapshots
from cadl_desktop.storage.atomic import write_bytes
from tests.live_settings import slots_shape
from tests.process_groups import kill_survivors
from tests.soak.soak import Attempt, Row, Soak

PROGRAM_EVERY = 10
KILLS = 5
"""Kills of a chain: each but the first comes during or after a recovery."""
LONGEST_MS = 120
PROGRAM_SECONDS = 16.0
_STARTS_WITHIN = 300.0
_EXPERIMENT = preset("lecture-tanh")


def attempt(seed: int, folder: Path) -> Attempt:
    """Runs a chain of kills in a folder; lost or unreadable work is a failure."""
    draw = random.Random(seed)
    root, saved = folder / "copies", folder / "saved.cadl"
    root.mkdir()
    chain = _program if seed % PROGRAM_EVERY == PROGRAM_EVERY - 1 else _writer
    try:
        return Attempt(chain(draw, root, saved))
    except Exception as error:  # whatever the next start would have met
        return Attempt({}, f"{type(error).__name__}: {error}")


# One that writes without a pause


def _writer(draw: random.Random, root: Path, saved: Path) -> dict[str, float]:
    told = 0
    for _ in range(KILLS):
        told = max(told, _killed(lambda tell: _write_on(root, saved, tell), draw.uniform(0, LONGEST_MS)))
        _assert_nothing_lost(root, saved, told)
    return {"kills": KILLS}


def _killed(work: Callable[[Callable[[int], None]], None], milliseconds: float) -> int:
    """The newest number that `work` told of before its process was killed, so long after its first; 0 for
    none."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        try:
            work(partial(_tell, writing))
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        select.select([told], [], [], 10.0)
        time.sleep(milliseconds / 1000)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        numbers = told.read().split(b"\n")[:-1]
    assert os.WIFSIGNALED(status), "the writer ended by itself"
    return max(map(int, numbers), default=0)


def _tell(pipe: int, number: int) -> None:
    os.write(pipe, f"{number}\n".encode())


def _write_on(root: Path, saved: Path, tell: Callable[[int], None]) -> None:
    """Recovers what there is, as the next start does, and goes on; each step is told of once it is safe."""
    found = offers(root)
    taken = RecoveryFolder.taken_over(found[0].folder) if found else None
    project = open_recovery(found[0].folder) if found else Project(_EXPERIMENT, _state(1), History())
    own = taken or RecoveryFolder(root)
    while True:
        project = _one_further(project)
        own.write(project, saved, b"")
        assert project.state is not None
        tell(project.state.step)
        if project.state.step % 3 == 0:
            save_project(saved, project)
        if project.state.step % 5 == 0:
            write_bytes(saved.with_suffix(".csv"), os.urandom(50_000))


def _state(step: int) -> RunState:
    weights = tuple(np.full(shape, step, np.float32) for shape in shapes_of(_EXPERIMENT))
    slots = np.full(slots_shape(_EXPERIMENT), step, np.float32)
    return RunState(step, 0, 0, float(step), weights, slots, LiveSettings.of(_EXPERIMENT))


def _one_further(project: Project) -> Project:
    assert project.state is not None
    state, earlier = _state(project.state.step + 1), project.snapshots
    moments = Snapshots([*(earlier.states if earlier else ()), state][-8:])
    return replace(project, state=state, snapshots=moments)


def _assert_nothing_lost(root: Path, saved: Path, told: int) -> None:
    found = offers(root)  # as the next start does; it removes what was left half written
    assert len(found) == (1 if told else len(found)), f"{len(found)} copies are offered"
    assert len(found) <= 1, f"{len(found)} copies are offered"
    for offer in found:
        project = open_recovery(offer.folder)
        assert project.state is not None
        assert project.state.step >= told, f"step {told} was safe, {project.state.step} is left"
        assert all((array == project.state.step).all() for array in project.state.weights), "mixed weights"
        assert project.snapshots is not None
        assert [int(state.weights[0].flat[0]) for state in project.snapshots.states] == [
            state.step for state in project.snapshots.states
        ], "mixed moments"
        _assert_only_parts(offer.folder)
    if saved.exists():
        assert open_project(saved).state is not None


def _assert_only_parts(folder: Path) -> None:
    listed = read_recovery_list(folder)
    assert listed is not None
    left = {file.name for file in folder.iterdir()} - {*listed.parts, *listed.moments}
    assert left == {"lock", "recovery.json"}, f"left behind: {sorted(left)}"


# The program


def _program(draw: random.Random, root: Path, saved: Path) -> dict[str, float]:
    lost = []
    for _ in range(2):
        places = _killed_program(root, saved, draw)
        reached = max(_steps_of_copy(root), _steps_of_file(saved))
        kept = [when for when, step in places if step <= reached]
        # Before the first copy everything since the first step is lost.
        lost.append(places[-1][0] - max(kept, default=places[0][0]))
    return {"kills": 2, "kills of the program": 2, "seconds lost": max(lost)}


def _steps_of_copy(root: Path) -> int:
    """How far the copy has come that is offered; 0 where all was in the file."""
    found = offers(root)
    assert len(found) <= 1, f"{len(found)} copies are offered"
    for offer in found:
        _assert_only_parts(offer.folder)
        return _steps(open_recovery(offer.folder))
    return 0


def _steps_of_file(saved: Path) -> int:
    return _steps(open_project(saved)) if saved.exists() else 0


def _steps(project: Project) -> int:
    return project.state.step if project.state else 0


def _killed_program(root: Path, saved: Path, draw: random.Random) -> list[tuple[float, int]]:
    """When the program told of which steps, until it was killed."""
    command = [sys.executable, "-m", "tests.soak.killed_program", str(root), str(saved), str(draw.random())]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "TF_CPP_MIN_LOG_LEVEL": "3"}
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        environment[name] = str(root.parent)
    with (
        (root.parent / "told").open("w", encoding="utf-8") as told,
        subprocess.Popen(
            command, stdout=told, stderr=subprocess.DEVNULL, env=environment, process_group=0
        ) as program,
    ):
        try:
            _await_first_step(program, Path(told.name))
            time.sleep(draw.uniform(0, PROGRAM_SECONDS))
            assert program.poll() is None, "the program ended by itself"
        finally:
            program.kill()
            program.wait()
            left = kill_survivors(program.pid)
        assert not left, f"the program was killed, and left {', '.join(left)}"
        # By name, as reading goes on where the program's writing has come to.
        lines = [line.split() for line in Path(told.name).read_text(encoding="utf-8").split("\n")[:-1]]
    return [(float(when), int(step)) for word, when, step in lines if word == "step"]


def _await_first_step(program: "subprocess.Popen[bytes]", told: Path) -> None:
    """A kill before it costs nothing that was learned."""
    until = time.monotonic() + _STARTS_WITHIN
    while "step " not in told.read_text(encoding="utf-8"):
        assert program.poll() is None, "the program ended by itself"
        assert time.monotonic() < until, "the program did not begin to train"
        time.sleep(0.01)


SOAK = Soak(
    "SIGKILL while projects are saved, copied, exported and recovered, chains of kills in a row",
    115,
    attempt,
    (
        Row("kills", "", bound=("at least", 500.0)),
        Row("kills of the program", ""),
        Row("seconds lost", "s", "each", ("at most", 10.0)),
    ),
)
