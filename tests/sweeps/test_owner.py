"""Whatever happens to its workers, its owner, its disk or its scheduler: of a sweep every trial ends once."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
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
    Limit,
    Networks,
    Objective,
    Range,
    Sweep,
    Varied,
    experiment_of,
)
from cadl_desktop.sweeps.owning.owner import OwnedError, run_sweep
from cadl_desktop.sweeps.plan.proposer import Proposer
from cadl_desktop.sweeps.records.folder import SweepFolder
from cadl_desktop.sweeps.records.log import Begun, Closed, Ended, LogReader, LogWriter, Record, Told
from cadl_desktop.sweeps.records.standing import Standing, of_sweep
from cadl_desktop.sweeps.workers.cluster import Cluster, opened
from cadl_desktop.sweeps.workers.options import ClusterOptions, plain_address
from cadl_desktop.sweeps.workers.worker_process import worker_options
from cadl_desktop.system.machine import cores
from tests.engine.runs import epochs, same_bits, small_painting
from tests.small_files import files_of_at_most
from tests.sweeps.deadly import MARKS, run_deadly_slice
from tests.sweeps.waiting import WAIT, found

RATES = Varied("optimizer.rate", Range(0.001, 0.1, logarithmic=True, steps=3))


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClusterOptions]:
    """A scheduler that somebody else has started, with two workers that fit."""
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


def begun(folder: Path, sweep: Sweep) -> SweepFolder:
    made = SweepFolder(folder / "sweep")
    made.make(sweep)
    return made


def run(
    folder: SweepFolder, options: ClusterOptions, until: Callable[[Standing], object] = lambda standing: False
) -> Closed:
    """Runs the sweep until it closes, or until this is so."""
    stop = Event()

    def told(standing: Standing) -> None:
        if until(standing):
            stop.set()

    return run_sweep(folder, options, told, stop)


def records(folder: SweepFolder) -> list[Record]:
    return list(LogReader(folder.log).news())


def ended_once(folder: SweepFolder) -> dict[int, Ended]:
    """The ends of all trials, by their numbers."""
    ends = [record for record in records(folder) if isinstance(record, Ended)]
    assert sorted(end.number for end in ends) == list(range(1, len(ends) + 1))
    numbers = {record.number for record in records(folder) if isinstance(record, Begun)}
    assert numbers == {end.number for end in ends}
    return {end.number: end for end in ends}


def trained(experiment: Experiment) -> Finished:
    *_, last = train(experiment)
    assert isinstance(last, Finished)
    return last


def test_each_trial_is_what_train_makes_of_its_experiment_to_the_last_bit(
    tmp_path: Path, elsewhere: ClusterOptions
) -> None:
    """Its steps are cut for the cores of this machine, though a worker has one thread."""
    large = small_painting(layers=(part("layer", "dense", units=160),) * 2, batch_size=144)
    sweep = Sweep(base=large, varied=(RATES,), strategy="grid", seeds=2)
    folder = begun(tmp_path, sweep)
    assert run(folder, elsewhere).reason == "done"
    ends = ended_once(folder)
    assert len(ends) == 6
    for trial in Standing().with_news(records(folder)).trials.values():
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


def test_a_stopped_sweep_goes_on_where_it_was_and_proposes_what_it_would_have(
    tmp_path: Path, elsewhere: ClusterOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cadl_desktop.sweeps.owning.ledger.TELL_SECONDS", 0.0)  # stops at the first end
    base = epochs(small_painting(), 100)
    sweep = Sweep(base=base, varied=(RATES,), strategy="tpe", limit=Limit(trials=14))
    folder = begun(tmp_path, sweep)
    closed = run(folder, elsewhere, lambda standing: standing.over > 0)
    assert closed.reason == "stopped", closed.message
    assert 0 < sum(isinstance(record, Ended) for record in records(folder)) < 14
    folder.tell("stop")
    assert run(folder, elsewhere).reason == "stopped"
    assert run(folder, elsewhere).reason == "done"
    ends = ended_once(folder)
    assert len(ends) == 14
    assert run(folder, elsewhere).reason == "done"
    told, proposer = 0, Proposer(sweep)
    order = [record for record in records(folder) if isinstance(record, Ended)]
    for record in records(folder):
        if isinstance(record, Begun):
            for end in order[told : record.after]:
                proposer.tell(end.number, end.value)
            told = max(told, record.after)
            again = proposer.propose()
            assert again is not None
            assert (again.number, again.point) == (record.number, record.point)


@pytest.mark.parametrize("lost", [{2}, {1, 2, 3}])
def test_of_a_log_that_has_lost_lines_and_got_others_each_trial_is_trained_all_the_same(
    tmp_path: Path, elsewhere: ClusterOptions, lost: set[int]
) -> None:
    sweep = Sweep(base=small_painting(), varied=(RATES,), strategy="tpe", limit=Limit(trials=6))
    folder = begun(tmp_path, sweep)
    assert run(folder, elsewhere).reason == "done"
    kept = [
        record
        for record in records(folder)
        if not (isinstance(record, (Begun, Ended)) and record.number in {*lost, 6})
    ]
    another = [Begun(1.0, 4, 9, (("layers.0.units", 3),)), Begun(1.0, 900, 9, (("optimizer.rate", 0.5),))]
    folder.log.write_bytes(b"")
    log = LogWriter(folder.log)
    for record in [*another, *kept, *another, Ended(9.0, 900, "epochs", 0.0)]:
        log.add(record)
    log.close()
    closed = run(folder, elsewhere)
    assert closed.reason == "done", closed.message
    standing = Standing().with_news(of_sweep(sweep, records(folder)))
    assert sorted(standing.order) == list(range(1, 7))
    for trial in standing.trials.values():
        assert open_project(folder.project(trial.number)).experiment == experiment_of(sweep, trial.trial)


@pytest.mark.parametrize("harm", ["damaged", "cut off", "of another trial", "gone"])
def test_a_trial_whose_project_is_lost_begins_again(
    tmp_path: Path, elsewhere: ClusterOptions, harm: str
) -> None:
    sweep = Sweep(base=small_painting(), varied=(RATES,), strategy="grid", limit=Limit(trials=2))
    folder = begun(tmp_path, sweep)
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


def test_workers_that_are_there_are_seen_at_every_look(tmp_path: Path, elsewhere: ClusterOptions) -> None:
    """Dask asks for itself now and then, and wants no workers named."""
    with (
        dask.config.set({"distributed.client.scheduler-info-interval": "1ms"}),
        opened(elsewhere, tmp_path) as seen,
    ):
        assert {len(seen.workers()) for _ in range(300)} == {2}


def test_trials_that_cannot_be_trained_or_diverge_end_in_words_and_the_others_go_on(
    tmp_path: Path, elsewhere: ClusterOptions
) -> None:
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
    folder = begun(tmp_path, sweep)
    assert run(folder, elsewhere).reason == "done"
    ends = ended_once(folder)
    assert [ends[number].reason for number in range(1, 5)] == ["epochs", "diverged", "refused", "refused"]
    assert [ends[number].value is None for number in range(1, 5)] == [False, True, True, True]
    assert ends[2].message.startswith("Diverged")
    assert "weights are too many" in ends[3].message


def test_halving_ends_the_worse_trials_at_their_rungs(tmp_path: Path, elsewhere: ClusterOptions) -> None:
    sweep = Sweep(
        base=epochs(small_painting(), 8),
        varied=(Varied("optimizer.rate", Choices(("0.01", "0.003", "0.0001", "0.00001", "0.000001"))),),
        strategy="grid",
        pruning=Halving(least=2, factor=2),
    )
    folder = begun(tmp_path, sweep)
    assert run(folder, elsewhere).reason == "done"
    ends = ended_once(folder)
    reasons = [end.reason for end in ends.values()]
    assert set(reasons) == {"epochs", "pruned"}
    standing = Standing().with_news(records(folder))
    for number, end in ends.items():
        rungs = standing.trials[number].rungs
        assert set(rungs) == {2, 4} or end.value == rungs[2]
    best = standing.best(sweep.objective)
    assert best is not None
    assert best.ended is not None
    assert best.ended.reason == "epochs"


def test_a_sweep_ends_after_its_seconds_and_so_do_its_trials(
    tmp_path: Path, elsewhere: ClusterOptions
) -> None:
    endless = epochs(small_painting(), 10_000_000)
    sweep = Sweep(
        base=endless,
        varied=(RATES,),
        limit=Limit(seconds_each=0.4, seconds_together=1.5),
        objective=Objective(measure="seen_psnr"),
    )
    folder = begun(tmp_path, sweep)
    assert run(folder, elsewhere).reason == "seconds"
    ends = ended_once(folder)
    assert {end.reason for end in ends.values()} == {"seconds"}
    assert any(0.4 <= end.seconds < 1.5 for end in ends.values())
    assert sum(end.seconds for end in ends.values()) >= 1.5


def test_a_full_disk_closes_the_sweep_in_one_sentence_and_it_goes_on_later(
    tmp_path: Path, elsewhere: ClusterOptions
) -> None:
    sweep = Sweep(base=small_painting(), varied=(RATES,), limit=Limit(trials=4))
    folder = begun(tmp_path, sweep)
    with files_of_at_most(3000):
        closed = run(folder, elsewhere)
    assert closed.reason == "failed"
    assert "larger than files may be there" in closed.message
    assert records(folder)[-1] == closed
    assert not [name for name in os.listdir(folder.path / "trials") if name.startswith(".")]
    assert run(folder, elsewhere).reason == "done"
    assert len(ended_once(folder)) == 4


def test_a_sweep_whose_folder_is_moved_ends_and_goes_on_where_it_is_now(
    tmp_path: Path, elsewhere: ClusterOptions
) -> None:
    sweep = Sweep(base=epochs(small_painting(), 3), varied=(RATES,), strategy="grid", seeds=20)
    folder, moved = begun(tmp_path, sweep), SweepFolder(tmp_path / "moved")

    def move(standing: Standing) -> None:
        if standing.trials and folder.path.exists():
            folder.path.rename(moved.path)

    closed = run(folder, elsewhere, move)
    assert (closed.reason, closed.message) == (
        "failed",
        f"Its folder '{folder.path}' was moved or removed while it ran; resume it where it is now.",
    )
    assert records(moved)[-1] == closed
    assert not folder.path.exists()
    assert run(moved, elsewhere).reason == "done"
    assert len(ended_once(moved)) == 60


def test_a_killed_worker_costs_its_slice_and_a_killed_owner_nothing(
    tmp_path: Path, elsewhere: ClusterOptions
) -> None:
    sweep = Sweep(
        base=epochs(small_painting(), 3_000), varied=(RATES,), strategy="grid", limit=Limit(trials=2)
    )
    folder = begun(tmp_path, sweep)
    owner = subprocess.Popen([sys.executable, "-m", "tests.sweeps.owner_program", str(folder.path), "1"])

    def standing() -> Standing:
        return Standing().with_news(records(folder))

    try:
        found(lambda: any(trial.measured for trial in standing().trials.values()))
        with pytest.raises(OwnedError):
            run(folder, elsewhere)
        worker = worker_of(owner)
        assert worker is not None
        for process in (psutil.Process(owner.pid), worker):
            sockets = process.net_connections("inet")
            assert sockets
            assert {socket.laddr.ip for socket in sockets} == {"127.0.0.1"}
        children = psutil.Process(owner.pid).children()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # as a terminal gives them to all
            for child in children:
                child.send_signal(number)
        before = len(records(folder))
        found(lambda: len(records(folder)) > before)
        assert psutil.STATUS_ZOMBIE not in {child.status() for child in children}
        assert not any("lost" in told.sentence for told in standing().told)
        going = [trial.trial for trial in standing().trials.values() if not trial.is_over]
        worker.kill()
        found(lambda: any("lost" in told.sentence for told in standing().told))
        another = found(lambda: worker_of(owner))
        assert another != worker
        found(lambda: any(trial.machine for trial in standing().trials.values()))
    finally:
        owner.kill()
        owner.wait()
    another.wait(WAIT)
    assert (folder.path / "scratch").exists()
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


def test_a_trial_that_takes_three_workers_along_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cadl_desktop.sweeps.workers.cluster.run_slice", run_deadly_slice)
    # A worker that is gone is in the last report for that long.
    monkeypatch.setattr("cadl_desktop.sweeps.owning.watching.LOOK_SECONDS", 2.0)
    marks = tmp_path / "marks"
    marks.mkdir()
    monkeypatch.setenv(MARKS, str(marks))
    folder = begun(tmp_path, Sweep(base=small_painting(), varied=(RATES,), limit=Limit(trials=1)))
    closed = run(folder, ClusterOptions(workers=1))
    assert closed.reason == "done", closed
    assert len(list(marks.iterdir())) == 3
    end = ended_once(folder)[1]
    assert (end.reason, end.message) == ("failed", "3 workers in a row were lost while they trained it.")
    assert not (folder.path / "scratch").exists()
    told = [record.sentence for record in records(folder) if isinstance(record, Told)]
    assert told[0] == "Starting 1 worker on this machine."


def test_a_worker_that_is_lost_as_soon_as_it_is_there_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As on a busy machine: what starts it anew hears late that it has started at all.
    monkeypatch.setattr("distributed.nanny.WorkerProcess._init_msg_interval", 2.0)
    monkeypatch.setattr("cadl_desktop.sweeps.owning.watching.START_SECONDS", 20.0)
    monkeypatch.setattr("cadl_desktop.sweeps.workers.cluster.run_slice", run_deadly_slice)
    folder = begun(tmp_path, Sweep(base=small_painting(), varied=(RATES,), limit=Limit(trials=1)))
    assert run(folder, ClusterOptions(workers=1)).reason == "done"
    assert ended_once(folder)[1].message == "3 workers in a row were lost while they trained it."


def test_a_trial_whose_slices_are_given_up_by_the_scheduler_isn_t_tried_forever(
    tmp_path: Path, elsewhere: ClusterOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    train_slice = Cluster.train

    def train_in_vain(self: Cluster, *given: Any) -> Any:
        future = train_slice(self, *given)
        self.forget(future)
        return future

    monkeypatch.setattr(Cluster, "train", train_in_vain)
    folder = begun(tmp_path, Sweep(base=small_painting(), varied=(RATES,), limit=Limit(trials=1)))
    assert run(folder, elsewhere).reason == "done"
    assert ended_once(folder)[1].message == "3 workers in a row were lost while they trained it."


def worker_of(owner: "subprocess.Popen[bytes]") -> psutil.Process | None:
    """The process that trains, once there is one."""
    children = psutil.Process(owner.pid).children()
    return next((each for each in children if any("spawn_main" in word for word in each.cmdline())), None)


ELSEWHERE = """
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


def test_workers_that_do_not_fit_get_nothing_and_a_scheduler_that_goes_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cadl_desktop.sweeps.workers.quiet.CONNECT_SECONDS", 1)
    folder = begun(tmp_path, Sweep(base=small_painting(), varied=(RATES,), strategy="grid"))
    scheduler = subprocess.Popen(
        [sys.executable, "-c", ELSEWHERE], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=tmp_path
    )

    def told(standing: Standing) -> bool:
        if len(standing.told) == 3:
            scheduler.kill()
        return False

    with scheduler:
        assert scheduler.stdout is not None
        address = scheduler.stdout.readline().decode().strip()
        closed = run(folder, ClusterOptions(scheduler=address), told)
    sentences = " ".join(record.sentence for record in records(folder) if isinstance(record, Told))
    assert "is of version 0.0.9" in sentences
    assert "is none of this program" in sentences
    assert f"start one with 'cadl-desktop worker {address}'" in sentences
    assert (closed.reason, closed.message) == (
        "failed",
        f"The scheduler at {address} is gone; resume the sweep when it is back.",
    )
    assert not any(isinstance(record, Begun) for record in records(folder))


ANSWERLESS = """
import socket
import sys
from pathlib import Path
from cadl_desktop.sweeps.workers import cluster, quiet
from cadl_desktop.sweeps.workers.elsewhere import ClusterError
from cadl_desktop.sweeps.workers.options import ClusterOptions

quiet.CONNECT_SECONDS = 0.2
silent = socket.create_server(("127.0.0.1", 0))
for port in (1, 1, silent.getsockname()[1]):
    try:
        with cluster.opened(ClusterOptions(scheduler=f"tcp://127.0.0.1:{port}"), Path(sys.argv[1])):
            print("opened")
    except ClusterError as error:
        print(error)
"""


def test_a_scheduler_that_is_not_there_is_said_each_time(tmp_path: Path) -> None:
    """In a process that has not imported Dask before. Somebody else may listen there, and say nothing."""
    command = [sys.executable, "-c", ANSWERLESS, str(tmp_path / "scratch")]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = ended.stdout.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("No scheduler answers at tcp://127.0.0.1:") for line in lines)


@pytest.mark.parametrize(
    ("address", "is_plain"),
    [
        (None, False),
        ("tcp://127.0.0.1:8786", False),
        ("tcp://localhost:8786", False),
        ("[::1]:8786", False),
        ("tls://cluster.example:8786", False),
        ("tcp://192.168.0.7:8786", True),
        ("cluster.example:8786", True),
    ],
)
def test_a_plain_address_beyond_this_machine_is_said(address: str | None, is_plain: bool) -> None:
    sentence = plain_address(ClusterOptions(scheduler=address))
    assert (sentence is not None) == is_plain
    assert not is_plain or (address and address in str(sentence))
