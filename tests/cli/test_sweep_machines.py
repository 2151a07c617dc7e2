"""Sweep on several machines as in the manual, simulated by processes that reach each other by this machine's
address in its network."""

import csv
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit
from urllib.request import urlopen

import psutil
import pytest

from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.sweeps.records.sweep_log import LogReader, Notice, TrialEnded, TrialStarted
from cadl_desktop.sweeps.workers.certificate_making import make_certificates
from cadl_desktop.sweeps.workers.dask_settings import LOOPBACK
from tests.cli.commands import COMMAND, environment
from tests.cli.stranger import WAYS, trusting_all, words_of

TRIALS = 5
TLS = ("--tls", "keys/one")
STRANGER = Path(__file__).with_name("stranger.py")
WORDS = ("lecture-tanh", "--vary", "optimizer.rate=0.001..0.1,log", "--trials", str(TRIALS), "--seconds", "1")
OF_ANOTHER_VERSION = """
import asyncio, sys
from distributed import Security, Worker

async def work():
    names = dict(tls_ca_file="ca.pem", tls_worker_cert="cert.pem", tls_worker_key="key.pem")
    files = {option: f"keys/one/{name}" for option, name in names.items()}
    security = Security(require_encryption=True, **files)
    async with Worker(sys.argv[1], security=security, resources={"cadl_desktop 0.0.1": 1}) as worker:
        await worker.finished()

asyncio.run(work())
"""


Of = TypeVar("Of", TrialStarted, TrialEnded, Notice)


class Machines:
    """Processes that share a working directory; each one's output goes to files there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "tmp").mkdir()
        make_certificates(folder / "keys", ["desk", "one"], days=1)
        make_certificates(folder / "theirs", ["one"], days=1)
        self.address = f"tls://{_own_address()}:{_free_port()}"
        self._running = ExitStack()

    def start(self, name: str, *words: str) -> "subprocess.Popen[bytes]":
        environ = environment(TMPDIR=str(self.folder / "tmp"))
        with (self.folder / f"{name}.out").open("wb") as out, (self.folder / f"{name}.err").open("wb") as err:
            process = subprocess.Popen(words, cwd=self.folder, stdout=out, stderr=err, env=environ)
        self._running.callback(_end, process)
        return process

    def stderr_of(self, name: str) -> str:
        return (self.folder / f"{name}.err").read_text()

    def close(self) -> None:
        self._running.close()


def _free_port() -> int:
    """Free port outside the system's ephemeral range, so that no connecting client is assigned it before the
    scheduler listens."""
    for port in range(20_000 + os.getpid() % 10_000, 32_000):
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("", port))
            return port
    raise AssertionError("no port is free")


def _own_address() -> str:
    """Address of this machine beyond loopback, if it has one."""
    found = [
        each.address
        for addresses in psutil.net_if_addrs().values()
        for each in addresses
        if each.family == socket.AF_INET and not each.address.startswith("127.")
    ]
    return found[0] if found else LOOPBACK


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()


def until(condition: Callable[[], object], process: "subprocess.Popen[bytes]") -> None:
    """Waits until the condition holds. Fails if the process that should bring it about has ended."""
    while not condition():
        assert process.poll() is None
        time.sleep(0.05)


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    made = Machines(tmp_path)
    yield made
    made.close()


def test_no_trial_is_lost_with_a_machine(machines: Machines) -> None:
    folder = SweepFolder(machines.folder / "out")
    reach = ("--scheduler", machines.address, *TLS)
    scheduler = machines.start(
        *("scheduler", *COMMAND, "worker", machines.address, "--with-scheduler", "--workers", "0"),
        *("--tls", "keys/desk"),
    )
    until(lambda: "is ready" in machines.stderr_of("scheduler"), scheduler)
    dying, living = (
        machines.start(name, *COMMAND, "worker", machines.address, *TLS) for name in ("dying", "living")
    )
    machines.start("other", sys.executable, "-c", OF_ANOTHER_VERSION, machines.address)
    sweep = machines.start("sweep", *COMMAND, "sweep", *WORDS, *reach, "--out", "out", "--json")

    orphans: list[psutil.Process] = []

    def can_be_killed() -> bool:
        """Whether both workers train. Collects the children of the one to be killed at the same time, as a
        trial takes only a second."""
        orphans[:] = psutil.Process(dying.pid).children(recursive=True)
        return both_train(folder)

    until(can_be_killed, sweep)
    dying.kill()
    until(lambda: "A worker was lost" in machines.stderr_of("sweep"), sweep)
    assert len(psutil.wait_procs(orphans, timeout=20)[1]) == 0
    sweep.send_signal(signal.SIGINT)
    assert sweep.wait(60) == 130
    assert result(machines, "sweep")["stopped_because"] == "stopped"

    again = machines.start("again", *COMMAND, "sweep", "--resume", *reach, "--out", "out", "--json")
    stranger = machines.start(
        "stranger",
        *(*COMMAND, "worker", machines.address, "--tls", "theirs/one"),
    )
    assert stranger.wait(60) == 1
    assert machines.stderr_of("stranger").count("\n") == 1
    assert "don't trust each other's certificates" in machines.stderr_of("stranger")
    assert again.wait(60) == 0, machines.stderr_of("again")
    assert_closed_to_others(machines, [*ports_of(scheduler), *ports_of(living)])
    scheduler.send_signal(signal.SIGINT)
    assert living.wait(60) == 0

    assert sorted(each.number for each in records(folder, TrialEnded)) == [*range(1, TRIALS + 1)]
    with folder.table.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["trial"], row["reason"]) for row in rows] == [
        (str(number), "seconds") for number in range(1, TRIALS + 1)
    ]
    summary = result(machines, "again")
    best = max(rows, key=lambda row: float(row["value"]))  # R²
    assert (summary["trials"], summary["reasons"]) == (TRIALS, {"seconds": TRIALS})
    assert (str(summary["best"]["number"]), summary["stopped_because"]) == (best["trial"], "done")
    assert summary["best"]["point"] == {"optimizer.rate": float(best["optimizer.rate"])}
    assert all(folder.project(number).exists() for number in range(1, TRIALS + 1))
    assert any("of version 0.0.1" in each.sentence for each in records(folder, Notice))
    assert machines.stderr_of("living").splitlines() == [
        f"Training for {machines.address}; Ctrl-C ends it.",
        f"The scheduler at {machines.address} has ended.",
    ]


@pytest.mark.skipif(not socket.has_ipv6 or not Path("/proc/net/if_inet6").exists(), reason="without IPv6")
def test_addresses_may_be_of_ipv6(machines: Machines) -> None:
    address = f"tls://[::1]:{_free_port()}"
    worker = machines.start("worker", *COMMAND, "worker", address, "--with-scheduler", "--tls", "keys/desk")
    until(lambda: "is ready" in machines.stderr_of("worker"), worker)
    sweep = machines.start(
        *("sweep", *COMMAND, "sweep", "lecture-tanh", "--seeds", "2", "--epochs", "1", "--out", "out"),
        *("--scheduler", address, *TLS, "--json"),
    )
    assert sweep.wait(60) == 0, machines.stderr_of("sweep")
    assert result(machines, "sweep")["trials"] == 2


def test_the_dashboard_is_for_this_machine_only(machines: Machines) -> None:
    scheduler = machines.start(
        *("scheduler", *COMMAND, "worker", machines.address, "--with-scheduler", "--workers", "0"),
        *("--tls", "keys/desk", "--dashboard"),
    )
    if find_spec("bokeh") is None:
        assert scheduler.wait(60) == 2
        needed = "--dashboard: needs another package; install it with: pip install bokeh.\n"
        assert machines.stderr_of("scheduler") == needed
        return
    until(lambda: "can watch at" in machines.stderr_of("scheduler"), scheduler)
    address = machines.stderr_of("scheduler").split()[-1].rstrip(".")
    with urlopen(address) as answer:
        assert b"Dask" in answer.read()
    beyond = [place for place in ports_of(scheduler) if place[0] != LOOPBACK]
    own = urlsplit(machines.address)
    assert beyond == [(own.hostname, own.port)]
    assert not words_of(*beyond[0])


def assert_closed_to_others(machines: Machines, ports: list[tuple[str, int]]) -> None:
    """Asserts that all ports have TLS that nobody passes without our certificate, another account of this
    machine included. Only on loopback there may be servers without TLS, which have nothing to show."""
    ours, theirs = (
        [str(machines.folder / folder / name) for name in ("cert.pem", "key.pem")]
        for folder in ("keys/one", "theirs/one")
    )
    plain = [place for place in ports if words_of(*place)]
    behind_tls = [place for place in ports if place not in plain]
    assert {host for host, _ in plain} == {LOOPBACK}
    assert all(words_of(*place, trusting_all(*ours)) for place in behind_tls)
    assert len(behind_tls) == 3, "the scheduler, the worker, and who watches over it"
    places = [f"{host}:{port}" for host, port in (*plain, *behind_tls)]
    command = [sys.executable, "-I", str(STRANGER), *theirs, *places]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert told == [
        *(f"{place} {WAYS[0]} b'HTTP/1.1 404'" for place in places[: len(plain)]),
        *(f"{place} {way} b''" for place in places[len(plain) :] for way in WAYS),
    ]


def both_train(folder: SweepFolder) -> bool:
    """Whether a trial has ended, so that TensorFlow is loaded, and two are running."""
    begun, ended = ({each.number for each in records(folder, kind)} for kind in (TrialStarted, TrialEnded))
    return bool(ended) and len(begun - ended) == 2


def ports_of(process: "subprocess.Popen[bytes]") -> list[tuple[str, int]]:
    """Addresses and ports that a process and its children listen on."""
    found, ports = psutil.Process(process.pid), []
    for each in (found, *found.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):  # libraries start short-lived children
            ports += each.net_connections("inet")
    return [(port.laddr.ip, port.laddr.port) for port in ports if port.status == psutil.CONN_LISTEN]


def records(folder: SweepFolder, kind: type[Of]) -> list[Of]:
    return [record for record in LogReader(folder.log).news() if isinstance(record, kind)]


def result(machines: Machines, name: str) -> dict[str, Any]:
    """JSON object on standard output, the only output."""
    printed: dict[str, Any] = json.loads((machines.folder / f"{name}.out").read_text())
    return printed
