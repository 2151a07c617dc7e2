"""Where slices are trained: Dask's workers, on this machine or by a scheduler that runs elsewhere."""

import asyncio
import logging
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from cadl_desktop.machine import usable_cores
from cadl_desktop.sentences import Sentence, SentenceError, said
from cadl_desktop.sweeps.slices import Outcome, Slice, run_slice
from cadl_desktop.sweeps.worker_process import RESOURCE, worker_options

if TYPE_CHECKING:
    from distributed import Client, LocalCluster, Security
    from distributed import Future as Task
    from tornado.ioloop import IOLoop

HERE = "127.0.0.1"
CONNECT_SECONDS = 10
"""In which a scheduler answers, at first and after it was away."""
Answer = TypeVar("Answer")
_PROGRAM = RESOURCE.split()[0]


class ClusterError(SentenceError):
    """No slice can be trained there; the message is one plain sentence."""


@dataclass(frozen=True)
class Certificates:
    """Files in PEM: whom to trust, who one is, and the key to it."""

    authority: Path
    certificate: Path
    key: Path


@dataclass(frozen=True)
class ClusterOptions:
    """`workers` processes of this machine, one for each core where nothing is said, or whatever has come to
    the `scheduler` at an address, tcp:// or, with `certificates`, tls://."""

    workers: int | None = None
    scheduler: str | None = None
    certificates: Certificates | None = None


@dataclass(frozen=True)
class Worker:
    """One that is there. `version` is the program's, None of a stranger."""

    address: str
    version: str | None

    @property
    def fits(self) -> bool:
        return self.version == RESOURCE.split()[1]


class Cluster:
    """What the owner has of one. Everything raises whatever Dask does where the scheduler is gone, which has
    an `address` where it isn't the owner's own."""

    def __init__(self, client: "Client", address: str | None = None) -> None:
        self._client, self.address = client, address

    @property
    def is_there(self) -> bool:
        return bool(self._client.status == "running")

    def workers(self) -> list[Worker]:
        """All that are there now."""
        found = self._client.scheduler_info(n_workers=-1)["workers"]
        return [_worker(address, about) for address, about in found.items()]

    def train(self, order: Slice, worker: str, done: Callable[["Outcome | Exception"], object]) -> "Task":
        """Has a slice trained by a worker; `done` is told of what came of it on another thread, and never
        where that worker is lost before it has begun."""
        future = self._client.submit(
            run_slice, order, pure=False, resources={RESOURCE: 1}, workers=[worker], retries=0
        )

        async def follow() -> None:
            try:
                done(await future)
            except Exception as error:
                done(error)

        self._client.loop.add_callback(follow)
        return future

    def forget(self, future: "Task") -> None:
        """Nobody waits for that slice any more."""

        async def cancel() -> None:
            with suppress(Exception):
                await self._client.cancel([future])

        self._client.loop.add_callback(cancel)

    def ask(self, question: Callable[[str], Answer], owner: str, workers: list[str]) -> dict[str, Answer]:
        """What these workers answer at once, whatever they are training; those that are lost say nothing."""
        answers = self._client.run(question, owner, workers=workers, on_error="ignore")
        return dict(answers)


@contextmanager
def opened(options: ClusterOptions, scratch: Path) -> Iterator[Cluster]:
    """A cluster to train on; `scratch` is where local workers have their temporary files, and goes at last.

    Raises ClusterError.
    """
    import dask
    import distributed  # noqa: F401  before the settings: what it adds to them would go with ours

    own = {"distributed.comm.timeouts.connect": CONNECT_SECONDS, "temporary-directory": str(scratch)}
    with dask.config.set(_SETTINGS | own), _silence():
        if options.scheduler is not None:
            with _elsewhere(options.scheduler, _security(options.certificates)) as client:
                yield Cluster(client, options.scheduler)
        else:
            with _here(options.workers or usable_cores(), scratch) as client:
                yield Cluster(client)


_SETTINGS = {
    "distributed.worker.profile.enabled": False,
    # Slices are given anew by the owner, which counts.
    "distributed.scheduler.allowed-failures": 0,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.multiprocessing-method": "spawn",
}


def plain_address(options: ClusterOptions) -> Sentence | None:
    """What it means that the way to the scheduler isn't encrypted; None where it is, or where it doesn't
    leave this machine."""
    address = options.scheduler
    if address is None or address.startswith("tls://") or _is_here(address):
        return None
    return said(
        "The way to {address} is not encrypted: whoever is in that network can read the trials and run "
        "programs on all machines that take part. Use tls:// with certificates where that matters.",
        address=address,
    )


def _is_here(address: str) -> bool:
    host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def _elsewhere(address: str, security: "Security | None") -> Iterator["Client"]:
    from distributed import Client

    try:
        # A client that has lost its scheduler leaves a loop of its own running.
        with _running_loop() as loop:
            client = Client(
                address, loop=loop, security=security, timeout=CONNECT_SECONDS, set_as_default=False
            )
            try:
                yield client
            finally:
                _close(client)
    except (OSError, TimeoutError, ValueError) as error:
        raise ClusterError(
            "The scheduler at {address} can't be reached ({reason}); start it, or check the address and the "
            "certificates.",
            address=address,
            reason=_first_line(error),
        ) from error


@contextmanager
def _running_loop() -> Iterator["IOLoop"]:
    from tornado.ioloop import IOLoop

    begun: Future[tuple[IOLoop, asyncio.Event]] = Future()

    async def run() -> None:
        over = asyncio.Event()
        begun.set_result((IOLoop.current(), over))
        await over.wait()

    with ThreadPoolExecutor(1, "dask") as threads:
        threads.submit(asyncio.run, run())
        loop, over = begun.result()
        try:
            yield loop
        finally:
            loop.add_callback(over.set)


@contextmanager
def _here(workers: int, scratch: Path) -> Iterator["Client"]:
    from distributed import Client, LocalCluster

    options = worker_options()
    try:
        scratch.mkdir(parents=True, exist_ok=True)
        local = LocalCluster(
            n_workers=0,  # they are started below, one beside the other, and nobody waits for them
            threads_per_worker=options.pop("nthreads"),
            processes=True,
            host=HERE,
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": f"{HERE}:0"},
            local_directory=str(scratch),
            env={"TMPDIR": str(scratch)},
            silence_logs=_SILENT,
            **options,
        )
        client = Client(local, set_as_default=False)
        try:
            local.scale(workers)
            yield client
        finally:
            _kill_workers(local)
            _close(client)
            with suppress(Exception):
                local.close(timeout=5)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _kill_workers(local: "LocalCluster") -> None:
    """Nobody waits for what is being trained."""

    async def kill() -> None:
        for nanny in local.workers.values():
            nanny.close_gracefully()  # so that it starts no other
            process = nanny.process and nanny.process.process
            if process is not None:
                with suppress(Exception):
                    await process.kill()

    with suppress(Exception):
        local.sync(kill)


def _security(certificates: Certificates | None) -> "Security | None":
    from distributed import Security

    if certificates is None:
        return None
    return Security(
        require_encryption=True,
        tls_ca_file=str(certificates.authority),
        tls_client_cert=str(certificates.certificate),
        tls_client_key=str(certificates.key),
    )


def _worker(address: str, about: dict[str, Any]) -> Worker:
    names = [name.split() for name in about.get("resources", {})]
    versions = [words[1] for words in names if len(words) == 2 and words[0] == _PROGRAM]
    return Worker(address, versions[0] if versions else None)


def _close(client: "Client") -> None:
    with suppress(Exception):
        client.close(timeout=2)


_SILENT = logging.CRITICAL + 1


@contextmanager
def _silence() -> Iterator[None]:
    """What Dask logs is for those who change it; a lost worker is told in a sentence."""
    loggers = [logging.getLogger(name) for name in ("distributed", "tornado.application", "asyncio")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(_SILENT)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
