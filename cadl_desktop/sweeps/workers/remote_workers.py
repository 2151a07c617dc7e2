"""Worker processes on this machine for a scheduler that no sweep starts itself."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from platformdirs import user_cache_path

from cadl_desktop.sweeps.records.scratch_folder import ScratchFolder, remove_abandoned_scratch
from cadl_desktop.sweeps.workers.cluster_options import ClusterOptions
from cadl_desktop.sweeps.workers.dask_settings import (
    CONNECT_SECONDS,
    LOOPBACK,
    SILENT,
    configured_dask,
    run_in_loop,
    worker_options,
)
from cadl_desktop.sweeps.workers.local_cluster import (
    ensure_working_folder,
    kill_workers,
    refuse_without_semaphores,
)
from cadl_desktop.sweeps.workers.remote_scheduler import (
    ClusterError,
    hosted_scheduler,
    reach_scheduler,
    security_of,
)

if TYPE_CHECKING:
    from distributed import Nanny


class RemoteWorkers:
    """Runs `count` worker processes for the scheduler of the options, and the scheduler itself if it is
    `hosted` here. A worker that dies is restarted. `dashboard` is the address of a running one."""

    def __init__(
        self, options: ClusterOptions, count: int, *, hosted: bool = False, with_dashboard: bool = False
    ) -> None:
        assert options.scheduler is not None
        self._address, self._count = options.scheduler, count
        self._security = security_of(options.certificates)
        self._working: asyncio.Task[None] | None = None
        self._left = False
        self._hosted, self._with_dashboard = hosted, with_dashboard
        self.dashboard: str | None = None

    def until_left(self, joined: Callable[[], object]) -> None:
        """Calls `joined` once all workers have connected; returns when they have ended, because the scheduler
        has or `leave` was called. Raises ClusterError if they can't start or reach no scheduler."""
        scratch = _scratch()
        try:
            with configured_dask(scratch.path), suppress(asyncio.CancelledError):
                run_in_loop(self._work(joined, str(scratch.path)))
        finally:
            scratch.remove()

    def leave(self) -> None:
        """Ends all workers at once, whatever they are training; for a signal handler."""
        self._left = True
        if self._working is not None and not self._working.done():
            self._working.get_loop().call_soon_threadsafe(self._working.cancel)

    async def _work(self, joined: Callable[[], object], scratch: str) -> None:
        self._working = asyncio.current_task()
        if self._left:
            return
        if not self._hosted:
            await self._train(joined, scratch)
            return
        hosted = hosted_scheduler(self._address, self._security, dashboard=self._with_dashboard)
        async with hosted as scheduler:
            if self._with_dashboard:
                self.dashboard = f"http://{LOOPBACK}:{scheduler.http_server.port}/status"
            await self._train(joined, scratch)
            await scheduler.finished()

    async def _train(self, joined: Callable[[], object], scratch: str) -> None:
        await reach_scheduler(self._address, self._security)
        ensure_working_folder()
        if self._count:
            refuse_without_semaphores()
        nannies = [self._nanny(scratch) for _ in range(self._count)]
        try:
            await asyncio.gather(*nannies)
            joined()
            await asyncio.gather(*(nanny.finished() for nanny in nannies))
        except (OSError, RuntimeError, TimeoutError) as error:
            raise ClusterError("The workers can't be started ({reason}).", reason=error) from error
        finally:
            await kill_workers(nannies)
            for nanny in nannies:
                with suppress(Exception):
                    await nanny.close(timeout=2)

    def _nanny(self, scratch: str) -> "Nanny":
        from distributed import Nanny
        from distributed.comm import get_local_address_for

        return Nanny(
            self._address,
            security=self._security,
            # That of this machine in the network of the scheduler, which reaches no other.
            host=get_local_address_for(self._address),
            dashboard_address=f"{LOOPBACK}:0",  # a server without TLS, although it has nothing to show
            silence_logs=SILENT,
            local_directory=scratch,
            env={"TMPDIR": scratch},
            death_timeout=6 * CONNECT_SECONDS,
            **worker_options(),
        )


def _scratch() -> ScratchFolder:
    """New folder for temporary files; removes those of earlier processes that were killed."""
    root = user_cache_path("cadl_desktop", appauthor=False) / "workers"
    try:
        remove_abandoned_scratch(root)
        return ScratchFolder(root)
    except OSError as error:
        raise ClusterError("The workers can't be started ({reason}).", reason=error) from error
