"""Workers for a scheduler that runs elsewhere: processes of this machine that train what it gives them."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from platformdirs import user_cache_path

from cadl_desktop.sweeps.records.passing import PassingFolder, remove_left
from cadl_desktop.sweeps.workers.elsewhere import ClusterError, reach, security_of
from cadl_desktop.sweeps.workers.here import kill_workers, stand_somewhere
from cadl_desktop.sweeps.workers.options import ClusterOptions
from cadl_desktop.sweeps.workers.quiet import CONNECT_SECONDS, SILENT, quiet_dask
from cadl_desktop.sweeps.workers.worker_process import worker_options

if TYPE_CHECKING:
    from distributed import Nanny


class Joining:
    """So many processes train for the scheduler of the options. One that dies is started again."""

    def __init__(self, options: ClusterOptions, count: int) -> None:
        assert options.scheduler is not None
        self._address, self._count = options.scheduler, count
        self._security = security_of(options.certificates)
        self._working: asyncio.Task[None] | None = None
        self._left = False

    def until_left(self, joined: Callable[[], object]) -> None:
        """Calls `joined` when all of them are there; returns when they have ended, since the scheduler has or
        somebody called `leave`. Raises ClusterError where they can't be started or reach no scheduler."""
        scratch = _scratch()
        try:
            with quiet_dask(scratch.path), suppress(asyncio.CancelledError):
                asyncio.run(self._work(joined, str(scratch.path)))
        finally:
            scratch.remove()

    def leave(self) -> None:
        """For the handler of a signal: they end at once, whatever they are training."""
        self._left = True
        if self._working is not None and not self._working.done():
            self._working.get_loop().call_soon_threadsafe(self._working.cancel)

    async def _work(self, joined: Callable[[], object], scratch: str) -> None:
        self._working = asyncio.current_task()
        if self._left:
            return
        await reach(self._address, self._security)
        stand_somewhere()
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
        from distributed.comm import get_address_host
        from distributed.utils import get_ip

        # Of the networks of this machine only the one in which the scheduler is can reach it.
        host = get_ip(get_address_host(self._address))
        return Nanny(
            self._address,
            security=self._security,
            host=host,
            dashboard_address=f"{host}:0",
            silence_logs=SILENT,
            local_directory=scratch,
            env={"TMPDIR": scratch},
            death_timeout=6 * CONNECT_SECONDS,
            **worker_options(),
        )


def _scratch() -> PassingFolder:
    """Where they have their temporary files, without those that earlier ones have left that were killed."""
    root = user_cache_path("cadl_desktop", appauthor=False) / "workers"
    try:
        remove_left(root)
        return PassingFolder(root)
    except OSError as error:
        raise ClusterError("The workers can't be started ({reason}).", reason=error) from error
