"""Where slices are trained: Dask's workers, on this machine or by a scheduler that runs elsewhere."""

import asyncio
import logging
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from cadl_desktop.machine import usable_cores
from cadl_desktop.sentences import Sentence, SentenceError, said
from cadl_desktop.sweeps.workers.slices import Outcome, Slice, run_slice
from cadl_desktop.sweeps.workers.worker_process import RESOURCE, worker_options

if TYPE_CHECKING:
    from distributed import Client, Nanny, Security
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
        # Not as `scheduler_info` has it: Dask puts there now and then what names no workers.
        found = self._client.sync(self._client.scheduler.identity, n_workers=-1)["workers"]
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
    with quiet_dask(scratch):
        if options.scheduler is not None:
            with _elsewhere(options.scheduler, security_of(options.certificates)) as client:
                yield Cluster(client, options.scheduler)
        else:
            with _here(options.workers or usable_cores(), scratch) as client:
                yield Cluster(client)


_SETTINGS = {
    "distributed.worker.profile.enabled": False,
    # Slices are given anew by the owner, which counts.
    "distributed.scheduler.allowed-failures": 0,
    # A worker that was lost is started anew, which takes as long as it takes on a busy machine; 15 s later
    # Dask would give up its place.
    "distributed.deploy.lost-worker-timeout": "1 day",
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

    asyncio.run(reach(address, security))  # a client that reaches nobody takes long to give up
    # A client that has lost its scheduler leaves a loop of its own running.
    with _running_loop() as loop:
        try:
            client = Client(
                address, loop=loop, security=security, timeout=CONNECT_SECONDS, set_as_default=False
            )
        except (OSError, TimeoutError, ValueError) as error:
            raise _unreachable(address, error) from error
        try:
            yield client
        finally:
            _close(client)


async def reach(address: str, security: "Security | None") -> None:
    """Returns where a scheduler answers. Raises ClusterError."""
    from distributed.comm import connect

    keys = security.get_connection_args("client") if security else {}
    try:
        async with asyncio.timeout(2 * CONNECT_SECONDS):  # it may let others connect, and say nothing
            found = await connect(address, timeout=CONNECT_SECONDS, **keys)
    except Exception as error:  # who answers may be anybody, and say anything
        raise _unreachable(address, error) from error
    await found.close()


def _unreachable(address: str, error: Exception) -> ClusterError:
    if "SSLError" in str(error) or "TLS certificate" in str(error):
        return ClusterError(
            "The scheduler at {address} and this machine don't trust each other's certificates; give both "
            "such as one authority has signed.",
            address=address,
        )
    return ClusterError(
        "No scheduler answers at {address}; start it, or check the address, and whether that begins with "
        "tcp:// or tls://.",
        address=address,
    )


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
            silence_logs=SILENT,
            **options,
        )
        client = Client(local, set_as_default=False)
        try:
            local.scale(workers)
            yield client
        finally:
            with suppress(Exception):
                local.sync(kill_workers, local.workers.values())
            _close(client)
            with suppress(Exception):
                local.close(timeout=5)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


async def kill_workers(nannies: "Iterable[Nanny]") -> None:
    """Nobody waits for what is being trained."""
    for nanny in nannies:
        nanny.close_gracefully()  # so that it starts no other
        process = nanny.process and nanny.process.process
        if process is not None:
            with suppress(Exception):
                await process.kill()


def security_of(certificates: Certificates | None) -> "Security | None":
    from distributed import Security

    if certificates is None:
        return None
    certificate, key = str(certificates.certificate), str(certificates.key)
    return Security(
        require_encryption=True,
        tls_ca_file=str(certificates.authority),
        tls_client_cert=certificate,
        tls_client_key=key,
        tls_worker_cert=certificate,
        tls_worker_key=key,
    )


def _worker(address: str, about: dict[str, Any]) -> Worker:
    names = [name.split() for name in about.get("resources", {})]
    versions = [words[1] for words in names if len(words) == 2 and words[0] == _PROGRAM]
    return Worker(address, versions[0] if versions else None)


def _close(client: "Client") -> None:
    with suppress(Exception):
        client.close(timeout=2)


SILENT = logging.CRITICAL + 1
_LOGGERS = ("distributed", "distributed.client", "tornado.application", "asyncio")


@contextmanager
def quiet_dask(scratch: Path) -> Iterator[None]:
    """Dask with our settings, and with its temporary files in `scratch`. What it logs is for those who change
    it; a lost worker is told in a sentence."""
    import dask
    import distributed  # noqa: F401  # which sets the levels of its loggers

    loggers = [logging.getLogger(name) for name in _LOGGERS]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(SILENT)
    own = {"distributed.comm.timeouts.connect": CONNECT_SECONDS, "temporary-directory": str(scratch)}
    try:
        with dask.config.set(_SETTINGS | own):
            yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
