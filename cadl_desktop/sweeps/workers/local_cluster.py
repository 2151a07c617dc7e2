"""Cluster of processes on this machine, private to its owner."""

import asyncio
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cadl_desktop.sweeps.workers.dask_settings import LOOPBACK, SILENT, worker_options
from cadl_desktop.sweeps.workers.remote_scheduler import ClusterError

if TYPE_CHECKING:
    from distributed import Client, Nanny

KILL_SECONDS = 1.0
"""Time for a killed process to end."""


@contextmanager
def local_client(workers: int, scratch: Path) -> Iterator[tuple["Client", Callable[[], set[str]]]]:
    """Client of a new local cluster, and a function that returns the addresses of workers that are restarted
    when lost. `scratch` is the folder of their temporary files, removed at the end. Raises ClusterError."""
    from distributed import Client, LocalCluster, Nanny, Security

    options = worker_options()
    nannies: list[Nanny] = []  # the cluster itself knows workers only once they have started

    def nanny(*where: Any, **how: Any) -> Nanny:
        nannies.append(Nanny(*where, **how))
        return nannies[-1]

    ensure_working_folder()
    refuse_without_semaphores()
    try:
        scratch.mkdir(parents=True, exist_ok=True)
        local = LocalCluster(
            n_workers=0,  # started below, in parallel and without waiting
            threads_per_worker=options.pop("nthreads"),
            processes=True,
            worker_class=nanny,
            host=LOOPBACK,
            # Anybody who reaches a scheduler can run programs as its user, and other users of this machine
            # can reach its ports: these keys are made for one cluster, and known to its processes only.
            security=Security.temporary(),
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": f"{LOOPBACK}:0"},
            local_directory=str(scratch),
            env={"TMPDIR": str(scratch)},
            silence_logs=SILENT,
            **options,
        )
        client = Client(local, set_as_default=False)
        try:
            local.scale(workers)
            # A worker that is lost after the scheduler knows it but before its nanny does is never restarted.
            yield client, lambda: {str(each.worker_address) for each in nannies}
        finally:
            with suppress(Exception):
                local.sync(kill_workers, nannies)
            with suppress(Exception):
                client.close(timeout=2)
            with suppress(Exception):
                local.close(timeout=5)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def ensure_working_folder() -> None:
    """Leaves a working folder that was removed: a worker started there would end at once, and be restarted
    for ever."""
    try:
        os.getcwd()
    except FileNotFoundError:
        os.chdir(os.sep)


def refuse_without_semaphores() -> None:
    """Raises ClusterError where no process can be watched over, as each takes semaphores: Dask would try
    again and again without a word."""
    try:
        get_context("spawn").Lock()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ClusterError(
            "No worker can be started here, as the system has no semaphores for it ({reason}). Linux keeps "
            "them in /dev/shm, which has to be writable and must not be full.",
            reason=reason,
        ) from error


async def kill_workers(nannies: "Iterable[Nanny]") -> None:
    """Kills workers at once, also those that are training or starting."""
    killed = []
    for nanny in nannies:
        with suppress(Exception):  # a nanny that has not started yet
            nanny.close_gracefully()  # so that it restarts no worker
        process = nanny.process and nanny.process.process
        if process is not None:
            with suppress(Exception):
                await process.kill()
                killed.append(process)
    await asyncio.gather(*(each.join(KILL_SECONDS) for each in killed), return_exceptions=True)
