"""SIGKILL of a sweep's workers at random moments, and of its owner: each trial ends once, as undisturbed."""

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psutil
from msgspec.structs import replace

from cadl_desktop.experiment import preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.project import open_project
from cadl_desktop.sweeps import Limit, Range, Sweep, Varied, experiment_of
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.sweeps.records.sweep_log import LogReader, TrialEnded
from cadl_desktop.sweeps.records.sweep_status import SweepStatus
from cadl_desktop.system.machine import cores
from tests.engine.runs import finished, run, same_bits
from tests.soak.soak import Attempt, Row, Soak

KILLS, WORKERS, TRIALS = 5, 2, 40
COMPARED = 4
LONGEST_PAUSE = 2
"""Trials, by the longest that has ended: however fast a machine is, the sweep isn't over before its kills."""
_PATIENCE = 300.0


def attempt(seed: int, folder: Path) -> Attempt:
    """Runs a sweep, killing its workers, and once its owner."""
    draw, sweep = random.Random(seed), _sweep()
    place = SweepFolder(folder / "sweep")
    place.make(sweep)
    try:
        for kills in (KILLS // 2, KILLS - KILLS // 2):
            with _owner(place) as owner:
                try:
                    _kill(draw, place, owner, kills)
                finally:
                    owner.kill()
        with _owner(place) as owner:
            assert owner.wait(_PATIENCE) == 0, "the owner did not come to the end"
        _assert_each_ended_once(draw, place, sweep)
        left = {"sweep.zip", "log.jsonl", "trials.csv", "trials", "previews", "commands", "owner"}
        assert {path.name for path in place.path.iterdir()} <= left, "something is left in the folder"
        return Attempt({"kills of workers": KILLS, "kills of the owner": 2})
    except Exception as error:
        return Attempt({}, f"{type(error).__name__}: {error}")


def _sweep() -> Sweep:
    """Trials of about a second."""
    lecture = preset("lecture-painting")
    base = replace(
        lecture,
        data=lecture.data.has(longest=12),
        layers=(part("layer", "dense", units=8),) * 2,
        batch_size=16,
        stop=replace(lecture.stop, epochs=1500),
    )
    rates = Varied("optimizer.rate", Range(0.0001, 0.01, logarithmic=True))
    return Sweep(base=base, varied=(rates,), limit=Limit(trials=TRIALS))


def _owner(place: SweepFolder) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.sweeps.owner_program", str(place.path), str(WORKERS)]
    return subprocess.Popen(command, stderr=subprocess.DEVNULL)


def _kill(draw: random.Random, place: SweepFolder, owner: "subprocess.Popen[bytes]", kills: int) -> None:
    """Before each kill every worker has to get ahead: a trial that loses three in a row is given up. The one
    that has lived longest goes."""
    for _ in range(kills):
        over, until = _standing(place).over, time.monotonic() + _PATIENCE
        while (standing := _standing(place)).over < over + 2 * WORKERS:
            assert owner.poll() is None, f"the owner ended by itself, with code {owner.returncode}"
            assert time.monotonic() < until, "nothing gets ahead"
            time.sleep(0.05)
        longest = max(trial.ended.seconds for trial in standing.trials.values() if trial.ended)
        time.sleep(draw.uniform(0.0, LONGEST_PAUSE * longest))
        children = psutil.Process(owner.pid).children()
        workers = [each for each in children if any("spawn_main" in word for word in each.cmdline())]
        if workers:
            min(workers, key=lambda each: each.create_time()).kill()


def _standing(place: SweepFolder) -> SweepStatus:
    return SweepStatus().with_news(LogReader(place.log).news())


def _assert_each_ended_once(draw: random.Random, place: SweepFolder, sweep: Sweep) -> None:
    ends = Counter(record.number for record in LogReader(place.log).news() if isinstance(record, TrialEnded))
    assert ends == Counter(range(1, TRIALS + 1)), f"ends: {ends}"
    standing = _standing(place)
    for trial in standing.trials.values():
        assert trial.ended is not None
        assert trial.ended.reason == "epochs", f"trial {trial.number}: {trial.ended.message}"
    for trial in draw.sample(list(standing.trials.values()), COMPARED):
        state = open_project(place.project(trial.number)).state
        assert state is not None
        alone = finished(run(experiment_of(sweep, trial.trial), for_cores=cores())).state
        assert same_bits(state, alone), f"trial {trial.number} is another training than the undisturbed one"


SOAK = Soak(
    "SIGKILL of a sweep's workers at random moments, and of its owner",
    4,
    attempt,
    (
        Row("kills of workers", "", bound=("at least", 20.0)),
        Row("kills of the owner", ""),
    ),
)
