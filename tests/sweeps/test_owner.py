"""Owner of a sweep: whatever happens to workers, owner, disk or scheduler, every trial ends exactly once."""

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Any

import dask
import psutil
import pytest
from distributed import LocalCluster
from msgspec.structs import replace

from cadl_desktop.engine import train
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.catalog import part
from cadl_desktop.project import open_project
from cadl_desktop.runs.events import Finished
from cadl_desktop.sweeps import (
    Choices,
    Halving,
    Length,
    Limit,
    Networks,
    Objective,
    Range,
    Sweep,
    Varied,
    experiment_of,
)
from cadl_desktop.sweeps.owning.owner import OwnedError, run_sweep
from cadl_desktop.sweeps.plan.proposals import Proposer
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.sweeps.records.sweep_log import (
    LogReader,
    LogWriter,
    Notice,
    OwnerStopped,
    Record,
    TrialEnded,
    TrialMeasured,
    TrialStarted,
)
from cadl_desktop.sweeps.records.sweep_status import SweepStatus, valid_records
from cadl_desktop.sweeps.workers.cluster import Cluster, open_cluster
from cadl_desktop.sweeps.workers.cluster_options import ClusterOptions, encryption_warning
from cadl_desktop.sweeps.workers.dask_settings import worker_options
from cadl_desktop.system.machine import cores
from tests.engine.runs import epochs, same_bits, small_painting
from tests.small_files import limited_file_size
from tests.sweeps.deadly import MARKS, run_deadly_slice
from tests.sweeps.waiting import WAIT, wait_for

RATES = Varied("optimizer.rate", Range(0.001, 0.1, logarithmic=True, steps=3))
GONE = (
    "Its folder '{folder}' is gone: moved, removed, or with its drive. 'cadl-desktop sweep --resume "
    "--out FOLDER' goes on once it is back, or from where it is now."
)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClusterOptions]:
    """Scheduler that somebody else has started, with two suitable workers."""
    scratch = tmp_path_factory.mktemp("workers")
    options = worker_options()
    options["threads_per_worker"] = options.pop("nthreads")
    with (
        dask.config.set({"distributed.worker.profile.enabled": False}),
        LocalCluster(
            n_workers=2,
            host="127.0.0.1",
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
            local_directory=str(scratch),
            env={"TMPDIR": str(scratch)},
            **options,
        ) as cluster,
    ):
        yield ClusterOptions(scheduler=cluster.scheduler_address)


def new_sweep(folder: Path, sweep: Sweep) -> SweepFolder:
    made = SweepFolder(folder / "sweep")
    made.make(sweep)
    return made


def run(
    folder: SweepFolder,
    options: ClusterOptions,
    until: Callable[[SweepStatus], object] = lambda status: False,
) -> OwnerStopped:
    """Runs the sweep until it closes, or until the condition holds."""
    stop = Event()

    def report(status: SweepStatus) -> None:
        if until(status):
            stop.set()

    return run_sweep(folder, options, report, stop)


def records(folder: SweepFolder) -> list[Record]:
    return list(LogReader(folder.log).news())


def ended_once(folder: SweepFolder) -> dict[int, TrialEnded]:
    """Ends of all trials, by number."""
    ends = [record for record in records(folder) if isinstance(record, TrialEnded)]
    assert sorted(end.number for end in ends) == list(range(1, len(ends) + 1))
    numbers = {record.number for record in records(folder) if isinstance(record, TrialStarted)}
    assert numbers == {end.number for end in ends}
    return {end.number: end for end in ends}


def trained(experiment: Experiment) -> Finished:
    *_, last = train(experiment)
    assert isinstance(last, Finished)
    return last


def test_trials_equal_single_trainings_bit_by_bit(tmp_path: Path, elsewhere: ClusterOptions) -> None:
    """Steps are split for the cores of this machine, although a worker has one thread."""
    large = small_painting(layers=(part("layer", "dense", units=160),) * 2, batch_size=144)
    sweep = Sweep(base=large, varied=(RATES,), strategy="grid", seeds=2)
    folder = new_sweep(tmp_path, sweep)
    assert run(folder, elsewhere).reason == "done"
    ends = ended_once(folder)
    assert len(ends) == 6
    courses = [
        [each for each in records(folder) if isinstance(each, TrialMeasured) and each.number == number]
        for number in ends
    ]
    assert all(len(course) > 1 and course[0].step == 0 for course in courses)
    for trial in SweepStatus().with_news(records(folder)).trials.values():
        project = open_project(folder.project(trial.number))
        alone = trained(experiment_of(sweep, trial.trial))
        assert project.experiment == experiment_of(sweep, trial.trial)
        assert project.state is not None
        assert same_bits(project.state, alone.state)
        assert project.state.cores == cores()
        end = ends[trial.number]
        assert (end.reason, end.value, end.measures["cost"]) == ("epochs", alone.cost, alone.cost)
        assert (end.epoch, end.step) == (alone.state.epoch, alone.state.step)
        assert end.machine
        preview = folder.preview(trial.number)
        assert preview is not None
        assert preview.shape == (12, 12, 3)


def test_a_resumed_sweep_continues_and_repeats_its_proposals(
    tmp_path: Path, elsewhere: ClusterOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cadl_desktop.sweeps.owning.ledger.REPORT_SECONDS", 0.0)  # stops at the first end
    base = epochs(small_painting(), 100)
    sweep = Sweep(base=base, varied=(RATES,), strategy="tpe", limit=Limit(trials=14))
    folder = new_sweep(tmp_path, sweep)
    closed = run(folder, elsewhere, lambda status: status.over > 0)
    assert closed.reason == "stopped", closed.message
    assert 0 < sum(isinstance(record, TrialEnded) for record in records(folder)) < 14
    folder.tell("stop")
    assert run(folder, elsewhere).reason == "stopped"
    assert run(folder, elsewhere).reason == "done"
    ends = ended_once(folder)
    assert len(ends) == 14
    assert run(folder, elsewhere).reason == "done"
    told, proposer = 0, Proposer(sweep)
    order = [record for record in records(folder) if isinstance(record, TrialEnded)]
    for record in records(folder):
        if isinstance(record, TrialStarted):
            for end in order[told : record.after]:
                proposer.tell(end.number, end.value)
            told = max(told, record.after)
            again = proposer.propose()
            assert again is not None
            assert (again.number, again.point) == (record.number, record.point)


@pytest.mark.parametrize("lost", [{2}, {1, 2, 3}])
def test_with_lost_and_foreign_log_lines_every_trial_is_trained(
    tmp_path: Path, elsewhere: ClusterOptions, lost: set[int]
) -> None:
    sweep = Sweep(base=small_painting(), varied=(RATES,), strategy="tpe", limit=Limit(trials=6))
    folder = new_sweep(tmp_path, sweep)
    assert run(folder, elsewhere).reason == "done"
    kept = [
        record
        for record in records(folder)
        if not (isinstance(record, (TrialStarted, TrialEnded)) and record.number in {*lost, 6})
    ]
    another = [
        TrialStarted(1.0, 4, 9, (("layers.0.units", 3),)),
        TrialStarted(1.0, 900, 9, (("optimizer.rate", 0.5),)),
    ]
    folder.log.write_bytes(b"")
    log = LogWriter(folder.log)
    for record in [*another, *kept, *another, TrialEnded(9.0, 900, "epochs", 0.0)]:
        log.add(record)
    log.close()
    closed = run(folder, elsewhere)
    assert closed.reason == "done", closed.message
    status = SweepStatus().with_news(valid_records(sweep, records(folder)))
    assert sorted(status.order) == list(range(1, 7))
    for trial in status.trials.values():
        assert open_project(folder.project(trial.number)).experiment == experiment_of(sweep, trial.trial)


@pytest.mark.parametrize("harm", ["damaged", "cut off", "of another trial", "gone"])
def test_a_trial_without_a_valid_project_restarts(
    tmp_path: Path, elsewhere: ClusterOptions, harm: str
) -> None:
    sweep = Sweep(base=small_painting(), varied=(RATES,), strategy="grid", limit=Limit(trials=2))
    folder = new_sweep(tmp_path, sweep)
    assert run(folder, elsewhere).reason == "done"
    first, second = (folder.project(number) for number in (1, 2))
    before, log = open_project(second).state, folder.log.read_bytes()
    match harm:
        case "damaged":
            second.write_bytes(b"damaged")
        case "cut off":
            second.write_bytes(second.read_bytes()[:-100])
        case "of another trial":
            second.write_bytes(first.read_bytes())
        case "gone":
            second.unlink()
    folder.log.write_bytes(b"".join(line for line in log.splitlines(True) if b'"ended"' not in line))
    assert run(folder, elsewhere).reason == "done"
    assert {end.reason for end in ended_once(folder).values()} == {"epochs"}
    assert before is not None
    again = open_project(second).state
    assert again is not None
    assert same_bits(again, before)


def test_every_poll_sees_all_workers(tmp_path: Path, elsewhere: ClusterOptions) -> None:
    """Dask's own polling asks for no workers now and then."""
    with (
        dask.config.set({"distributed.client.scheduler-info-interval": "1ms"}),
        open_cluster(elsewhere, tmp_path) as seen,
    ):
        assert {len(seen.workers()) for _ in range(300)} == {2}


def test_refused_and_diverged_trials_end_with_messages(tmp_path: Path, elsewhere: ClusterOptions) -> None:
    base = replace(small_painting(), optimizer=part("optimizer", "gradient descent"), cost="l2-sum")
    huge = (part("layer", "dense", units=4096),) * 3
    sweep = Sweep(
        base=base,
        varied=(
            Varied("layers", Networks((base.layers, huge))),
            Varied("optimizer.rate", Choices(("0.0001", "1000.0"))),
        ),
        strategy="grid",
    )
    folder = new_sweep(tmp_path, sweep)
    assert run(folder, elsewhere).reason == "done"
    ends = ended_once(folder)
    assert [ends[number].reason for number in range(1, 5)] == ["epochs", "diverged", "refused", "refused"]
    assert [ends[number].value is None for number in range(1, 5)] == [False, True, True, True]
    assert ends[2].message.startswith("Diverged")
    assert "weights are too many" in ends[3].message


def test_halving_prunes_worse_trials_at_their_rungs(tmp_path: Path, elsewhere: ClusterOptions) -> None:
    sweep = Sweep(
        base=epochs(small_painting(), 8),
        varied=(Varied("optimizer.rate", Choices(("0.01", "0.003", "0.0001", "0.00001", "0.000001"))),),
        strategy="grid",
        pruning=Halving(least=2, factor=2),
    )
    folder = new_sweep(tmp_path, sweep)
    assert run(folder, elsewhere).reason == "done"
    ends = ended_once(folder)
    reasons = [end.reason for end in ends.values()]
    assert set(reasons) == {"epochs", "pruned"}
    status = SweepStatus().with_news(records(folder))
    for number, end in ends.items():
        rungs = status.trials[number].rungs
        assert set(rungs) == {2, 4} or end.value == rungs[2]
    best = status.best(sweep.objective)
    assert best is not None
    assert best.ended is not None
    assert best.ended.reason == "epochs"


def test_time_limits_end_trials_and_the_sweep(tmp_path: Path, elsewhere: ClusterOptions) -> None:
    endless = epochs(small_painting(), 10_000_000)
    sweep = Sweep(
        base=endless,
        varied=(RATES,),
        limit=Limit(seconds_each=0.4, seconds_together=1.5),
        objective=Objective(measure="seen_psnr"),
    )
    folder = new_sweep(tmp_path, sweep)
    assert run(folder, elsewhere).reason == "seconds"
    ends = ended_once(folder)
    assert {end.reason for end in ends.values()} == {"seconds"}
    assert any(0.4 <= end.seconds < 1.5 for end in ends.values())
    assert sum(end.seconds for end in ends.values()) >= 1.5


@pytest.mark.parametrize("length", [Length(27, "steps"), Length(0.05, "processor_seconds")])
def test_each_trial_is_as_long_as_the_sweep_says(
    tmp_path: Path, elsewhere: ClusterOptions, length: Length
) -> None:
    endless = epochs(small_painting(), 10_000_000)
    folder = new_sweep(tmp_path, Sweep(base=endless, varied=(RATES,), limit=Limit(trials=2, length=length)))
    assert run(folder, elsewhere).reason == "done"
    ends = ended_once(folder)
    assert {end.reason for end in ends.values()} == {length.unit}
    for end in ends.values():
        assert end.processor_seconds is not None
        spent = end.step if length.unit == "steps" else end.processor_seconds
        assert length.count <= spent < 2 * length.count
    first = open_project(folder.project(1)).state
    assert first is not None
    assert first.processor_seconds == ends[1].processor_seconds


def test_a_full_disk_stops_the_sweep_which_can_be_resumed(tmp_path: Path, elsewhere: ClusterOptions) -> None:
    sweep = Sweep(base=small_painting(), varied=(RATES,), limit=Limit(trials=4))
    folder = new_sweep(tmp_path, sweep)
    with limited_file_size(3000):
        closed = run(folder, elsewhere)
    assert closed.reason == "failed"
    assert "larger than files may be there" in closed.message
    assert records(folder)[-1] == closed
    assert not [name for name in os.listdir(folder.path / "trials") if name.startswith(".")]
    assert run(folder, elsewhere).reason == "done"
    assert len(ended_once(folder)) == 4


def test_a_moved_sweep_stops_and_can_be_resumed(tmp_path: Path, elsewhere: ClusterOptions) -> None:
    sweep = Sweep(base=epochs(small_painting(), 3), varied=(RATES,), strategy="grid", seeds=20)
    folder, moved = new_sweep(tmp_path, sweep), SweepFolder(tmp_path / "moved")

    def move(status: SweepStatus) -> None:
        if status.trials and folder.path.exists():
            folder.path.rename(moved.path)

    closed = run(folder, elsewhere, move)
    assert (closed.reason, closed.message) == ("failed", GONE.format(folder=folder.path))
    assert records(moved)[-1] == closed
    assert not folder.path.exists()
    assert run(moved, elsewhere).reason == "done"
    assert len(ended_once(moved)) == 60


def test_a_sweep_whose_drive_vanishes_fails_and_can_be_resumed(
    tmp_path: Path, elsewhere: ClusterOptions
) -> None:
    sweep = Sweep(base=epochs(small_painting(), 3), varied=(RATES,), strategy="grid", seeds=4)
    folder, away = new_sweep(tmp_path, sweep), tmp_path / "away"

    def take_away(status: SweepStatus) -> None:
        if status.over and not away.exists():
            folder.path.rename(away)
            folder.path.mkdir()  # where the drive was mounted

    closed = run(folder, elsewhere, take_away)
    assert (closed.reason, closed.message) == ("failed", GONE.format(folder=folder.path))
    assert os.listdir(folder.path) == []
    folder.path.rmdir()
    away.rename(folder.path)
    assert run(folder, elsewhere).reason == "done"
    assert len(ended_once(folder)) == 12


def test_killed_workers_and_owners_lose_one_slice_at_most(tmp_path: Path, elsewhere: ClusterOptions) -> None:
    sweep = Sweep(
        base=epochs(small_painting(), 3_000), varied=(RATES,), strategy="grid", limit=Limit(trials=2)
    )
    folder = new_sweep(tmp_path, sweep)
    command = [sys.executable, "-m", "tests.sweeps.owner_program", str(folder.path), "1"]
    with (tmp_path / "stderr").open("w") as errors:
        owner = subprocess.Popen(command, stderr=errors)

    def status() -> SweepStatus:
        return SweepStatus().with_news(records(folder))

    try:
        wait_for(lambda: any(trial.measured for trial in status().trials.values()))
        with pytest.raises(OwnedError):
            run(folder, elsewhere)
        worker = worker_of(owner)
        assert worker is not None
        for process in (psutil.Process(owner.pid), worker):
            sockets = process.net_connections("inet")
            assert sockets
            assert {socket.laddr.ip for socket in sockets} == {"127.0.0.1"}
        children = psutil.Process(owner.pid).children()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # as a terminal sends them to all
            for child in children:
                child.send_signal(number)
        before = len(records(folder))
        wait_for(lambda: len(records(folder)) > before)
        assert psutil.STATUS_ZOMBIE not in {child.status() for child in children}
        assert not any("lost" in told.sentence for told in status().told)
        going = [trial.trial for trial in status().trials.values() if not trial.is_over]
        worker.kill()
        wait_for(lambda: any("lost" in told.sentence for told in status().told))
        another = wait_for(lambda: worker_of(owner))
        assert another != worker
        wait_for(lambda: any(trial.machine for trial in status().trials.values()))
    finally:
        owner.kill()
        owner.wait()
    another.wait(WAIT)
    psutil.wait_procs(children, WAIT)  # the resource tracker cleans up after the owner
    assert (tmp_path / "stderr").read_text() == ""
    (folder.path / "scratch").mkdir()  # as earlier versions left it
    assert run(folder, elsewhere).reason == "done"
    assert len(ended_once(folder)) == 2
    state = open_project(folder.project(going[0].number)).state
    assert state is not None
    assert same_bits(state, trained(experiment_of(sweep, going[0])).state)
    assert sorted(os.listdir(folder.path)) == [
        "commands",
        "log.jsonl",
        "owner",
        "previews",
        "sweep.zip",
        "trials",
        "trials.csv",
    ]


def test_a_trial_that_kills_three_workers_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cadl_desktop.sweeps.workers.cluster.run_slice", run_deadly_slice)
    # A lost worker stays in the last report for that long.
    monkeypatch.setattr("cadl_desktop.sweeps.owning.worker_watch.POLL_SECONDS", 2.0)
    marks = tmp_path / "marks"
    marks.mkdir()
    monkeypatch.setenv(MARKS, str(marks))
    folder = new_sweep(tmp_path, Sweep(base=small_painting(), varied=(RATES,), limit=Limit(trials=1)))
    closed = run(folder, ClusterOptions(workers=1))
    assert closed.reason == "done", closed
    assert len(list(marks.iterdir())) == 3
    end = ended_once(folder)[1]
    assert (end.reason, end.message) == ("failed", "3 workers in a row were lost while they trained it.")
    assert not (folder.path / "scratch").exists()
    told = [record.sentence for record in records(folder) if isinstance(record, Notice)]
    assert told[0] == "Starting 1 worker on this machine."


def test_a_worker_lost_at_its_start_is_restarted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # As on a busy machine: the nanny is told late that the worker has started.
    monkeypatch.setattr("distributed.nanny.WorkerProcess._init_msg_interval", 2.0)
    monkeypatch.setattr("cadl_desktop.sweeps.owning.worker_watch.START_SECONDS", 20.0)
    monkeypatch.setattr("cadl_desktop.sweeps.workers.cluster.run_slice", run_deadly_slice)
    folder = new_sweep(tmp_path, Sweep(base=small_painting(), varied=(RATES,), limit=Limit(trials=1)))
    assert run(folder, ClusterOptions(workers=1)).reason == "done"
    assert ended_once(folder)[1].message == "3 workers in a row were lost while they trained it."


def test_where_no_worker_can_start_the_sweep_says_why_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*given: Any, **options: Any) -> None:  # as for a read-only /dev/shm
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr("multiprocessing.synchronize.SemLock.__init__", refuse)
    monkeypatch.setattr("cadl_desktop.sweeps.owning.worker_watch.START_SECONDS", 3.0)
    folder = new_sweep(tmp_path, Sweep(base=small_painting(), varied=(RATES,), limit=Limit(trials=1)))
    closed = run(folder, ClusterOptions(workers=1))
    assert closed.reason == "failed"
    assert closed.message.startswith("No worker can be started here")
    assert "(read-only file system)" in closed.message
    assert not (folder.path / "scratch").exists()


def test_cancelled_slices_are_not_retried_forever(
    tmp_path: Path, elsewhere: ClusterOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    train_slice = Cluster.train

    def train_in_vain(self: Cluster, *given: Any) -> Any:
        future = train_slice(self, *given)
        self.cancel(future)
        return future

    monkeypatch.setattr(Cluster, "train", train_in_vain)
    folder = new_sweep(tmp_path, Sweep(base=small_painting(), varied=(RATES,), limit=Limit(trials=1)))
    assert run(folder, elsewhere).reason == "done"
    assert ended_once(folder)[1].message == "3 workers in a row were lost while they trained it."


def worker_of(owner: "subprocess.Popen[bytes]") -> psutil.Process | None:
    """Worker process of an owner; None before it has started."""
    for child in psutil.Process(owner.pid).children():
        with suppress(psutil.NoSuchProcess):  # a killed one that isn't reaped yet
            if any("spawn_main" in word for word in child.cmdline()):
                return child
    return None


OTHER_WORKERS = """
import asyncio
import dask
from distributed import Scheduler, Worker

dask.config.set({"temporary-directory": "."})

async def serve():
    async with Scheduler(host="127.0.0.1", port=0, dashboard_address="127.0.0.1:0") as scheduler:
        async with (
            Worker(scheduler.address, resources={"cadl_desktop 0.0.9": 1}),
            Worker(scheduler.address),
        ):
            print(scheduler.address, flush=True)
            await scheduler.finished()

asyncio.run(serve())
"""


def test_unfit_workers_get_no_trial_and_a_lost_scheduler_ends_the_sweep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cadl_desktop.sweeps.workers.dask_settings.CONNECT_SECONDS", 1)
    folder = new_sweep(tmp_path, Sweep(base=small_painting(), varied=(RATES,), strategy="grid"))
    scheduler = subprocess.Popen(
        [sys.executable, "-c", OTHER_WORKERS], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=tmp_path
    )

    def told(status: SweepStatus) -> bool:
        if len(status.told) == 4:  # that anybody can reach it, both workers, and that there is none
            scheduler.kill()
        return False

    with scheduler:
        assert scheduler.stdout is not None
        address = scheduler.stdout.readline().decode().strip()
        closed = run(folder, ClusterOptions(scheduler=address), told)
    sentences = " ".join(record.sentence for record in records(folder) if isinstance(record, Notice))
    assert "is of version 0.0.9" in sentences
    assert "is none of this program" in sentences
    assert f"start one with 'cadl-desktop worker {address} --insecure'" in sentences
    assert (closed.reason, closed.message) == (
        "failed",
        f"The scheduler at {address} is gone; resume the sweep when it is back.",
    )
    assert not any(isinstance(record, TrialStarted) for record in records(folder))


NO_SCHEDULER = """
import socket
import sys
from pathlib import Path
from cadl_desktop.sweeps.workers import cluster
from cadl_desktop.sweeps.workers import dask_settings
from cadl_desktop.sweeps.workers.remote_scheduler import ClusterError
from cadl_desktop.sweeps.workers.cluster_options import ClusterOptions

dask_settings.CONNECT_SECONDS = 0.2
silent = socket.create_server(("127.0.0.1", 0))
for port in (1, 1, silent.getsockname()[1]):
    try:
        with cluster.open_cluster(ClusterOptions(scheduler=f"tcp://127.0.0.1:{port}"), Path(sys.argv[1])):
            print("opened")
    except ClusterError as error:
        print(error)
"""


def test_a_missing_scheduler_is_reported_each_time(tmp_path: Path) -> None:
    """Runs in a process that has not imported Dask before; another server may listen there and say
    nothing."""
    command = [sys.executable, "-c", NO_SCHEDULER, str(tmp_path / "scratch")]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = ended.stdout.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("No scheduler answers at tcp://127.0.0.1:") for line in lines)


@pytest.mark.parametrize(
    ("address", "is_plain"),
    [
        (None, False),
        ("tcp://127.0.0.1:8786", True),
        ("tls://cluster.example:8786", False),
        ("tcp://192.168.0.7:8786", True),
    ],
)
def test_unencrypted_addresses_give_a_warning(address: str | None, is_plain: bool) -> None:
    sentence = encryption_warning(ClusterOptions(scheduler=address))
    assert (sentence is not None) == is_plain
    assert not is_plain or (address and address in str(sentence))
