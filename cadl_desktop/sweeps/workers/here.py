"""A cluster of processes of this machine, which nobody but its owner can reach."""

import asyncio
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cadl_desktop.sweeps.workers.quiet import SILENT
from cadl_desktop.sweeps.workers.worker_process import worker_options

if TYPE_CHECKING:
    from distributed import Client, Nanny

HERE = "127.0.0.1"
GONE_SECONDS = 1.0
"""In which a process that was killed has gone."""


@contextmanager
def client_here(workers: int, scratch: Path) -> Iterator[tuple["Client", Callable[[], set[str]]]]:
    """Beside the client a question: the addresses of the workers that would be started again. `scratch` is
    where they have their temporary files, and goes at last."""
    from distributed import Client, LocalCluster, Nanny, Security

    options = worker_options()
    nannies: list[Nanny] = []  # the cluster knows a worker only when it has started

    def nanny(*where: Any, **how: Any) -> Nanny:
        nannies.append(Nanny(*where, **how))
        return nannies[-1]

    stand_somewhere()
    try:
        scratch.mkdir(parents=True, exist_ok=True)
        local = LocalCluster(
            n_workers=0,  # they are started below, one beside the other, and nobody waits for them
            threads_per_worker=options.pop("nthreads"),
            processes=True,
            worker_class=nanny,
            host=HERE,
            # Whoever reaches a scheduler can run programs as its user, and other people of this machine
            # reach its ports: these keys are made for one cluster, and known to its processes only.
            security=Security.temporary(),
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
            # One that is lost between the scheduler's hearing of it and its nanny's is never started again.
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


def stand_somewhere() -> None:
    """A worker that begins in a folder that was removed ends at once, and another is started for ever."""
    try:
        os.getcwd()
    except FileNotFoundError:
        os.chdir(os.sep)


async def kill_workers(nannies: "Iterable[Nanny]") -> None:
    """Nobody waits for what is being trained, nor for a worker that is still starting."""
    killed = []
    for nanny in nannies:
        with suppress(Exception):  # of one that has begun nothing yet
            nanny.close_gracefully()  # so that it starts no other
        process = nanny.process and nanny.process.process
        if process is not None:
            with suppress(Exception):
                await process.kill()
                killed.append(process)
    await asyncio.gather(*(each.join(GONE_SECONDS) for each in killed), return_exceptions=True)
