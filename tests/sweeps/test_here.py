"""The cluster of this machine: nobody but its owner has it do anything, and it is gone at once."""

import asyncio
import time
from pathlib import Path
from typing import Any

import dask
import psutil
from distributed import Scheduler, Security
from distributed.comm import connect

from cadl_desktop.sweeps.workers.cluster import opened
from cadl_desktop.sweeps.workers.options import ClusterOptions
from tests.sweeps.waiting import found

ANSWER_SECONDS = 2.0


def test_only_its_owner_reaches_it(tmp_path: Path) -> None:
    before = ports_here()
    with opened(ClusterOptions(workers=1), tmp_path / "scratch") as cluster:
        (worker,) = found(cluster.workers)
        ports = ports_here() - before
        assert worker.fits
        assert int(worker.address.removeprefix("tls://127.0.0.1:")) in ports
        assert len(ports) >= 3, "the scheduler, who watches over the worker, and the worker"
        assert asyncio.run(strangers_reach(ports)) == []
    with dask.config.set({"temporary-directory": str(tmp_path)}):
        assert asyncio.run(_strangers_reach_a_plain_one()) == ["tcp"]
    assert not (tmp_path / "scratch").exists()


def test_one_that_is_still_starting_ends_at_once(tmp_path: Path) -> None:
    with opened(ClusterOptions(workers=2), tmp_path / "scratch"):
        workers = found(_workers_here)
        began = time.process_time()
    assert time.process_time() - began < 1.0
    assert not any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in workers)


def ports_here() -> set[int]:
    """Those on which this process and those that it has started listen."""
    me = psutil.Process()
    sockets = [each for process in (me, *me.children()) for each in process.net_connections("inet")]
    return {each.laddr.port for each in sockets if each.status == psutil.CONN_LISTEN}


def _workers_here() -> list[psutil.Process]:
    children = psutil.Process().children()
    return [each for each in children if any("spawn_main" in word for word in each.cmdline())]


async def strangers_reach(ports: set[int]) -> list[str]:
    """The ways on which somebody else could have programs run: plainly, or with certificates of their own."""
    theirs = Security.temporary().get_connection_args("client")

    async def reached(port: int, scheme: str, keys: dict[str, Any]) -> str | None:
        try:
            comm = await asyncio.wait_for(connect(f"{scheme}://127.0.0.1:{port}", **keys), ANSWER_SECONDS)
        except (OSError, TimeoutError):
            return None
        await comm.close()
        return scheme

    ways = [reached(port, scheme, keys) for port in ports for scheme, keys in (("tcp", {}), ("tls", theirs))]
    return [scheme for scheme in await asyncio.gather(*ways) if scheme]


async def _strangers_reach_a_plain_one() -> list[str]:
    async with Scheduler(host="127.0.0.1", port=0, dashboard_address="127.0.0.1:0") as scheduler:
        return await strangers_reach({int(scheduler.address.rpartition(":")[2])})
