"""Clusters: access, certificates and the end of workers."""

import asyncio
import socket
import ssl
import time
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Any

import dask
import psutil
import pytest
from distributed import Scheduler, Security
from distributed.comm import connect
from distributed.comm.tcp import TLSConnector

from cadl_desktop.sweeps.workers import remote_workers
from cadl_desktop.sweeps.workers.cluster import open_cluster
from cadl_desktop.sweeps.workers.cluster_options import ClusterOptions
from cadl_desktop.sweeps.workers.remote_scheduler import ClusterError, reach_scheduler
from cadl_desktop.sweeps.workers.remote_workers import RemoteWorkers
from tests.sweeps.waiting import wait_for

ANSWER_SECONDS = 2.0


def test_only_the_owner_reaches_a_local_cluster(tmp_path: Path) -> None:
    before = ports_here()
    with open_cluster(ClusterOptions(workers=1), tmp_path / "scratch") as cluster:
        (worker,) = wait_for(cluster.workers)
        ports = ports_here() - before
        assert worker.fits
        assert int(worker.address.removeprefix("tls://127.0.0.1:")) in ports
        assert len(ports) >= 3, "the scheduler, who watches over the worker, and the worker"
        assert asyncio.run(strangers_reach(ports)) == []
    with dask.config.set({"temporary-directory": str(tmp_path)}):
        assert asyncio.run(_strangers_reach_a_plain_one()) == ["tcp"]
    assert not (tmp_path / "scratch").exists()


def test_starting_workers_end_at_once(tmp_path: Path) -> None:
    with open_cluster(ClusterOptions(workers=2), tmp_path / "scratch"):
        workers = wait_for(_workers_here)
        began = time.process_time()
    assert time.process_time() - began < 1.0
    assert not any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in workers)


def ports_here() -> set[int]:
    """Listening ports of this process and its children."""
    me = psutil.Process()
    sockets = [each for process in (me, *me.children()) for each in process.net_connections("inet")]
    return {each.laddr.port for each in sockets if each.status == psutil.CONN_LISTEN}


def _workers_here() -> list[psutil.Process]:
    children = psutil.Process().children()
    return [each for each in children if any("spawn_main" in word for word in each.cmdline())]


async def strangers_reach(ports: set[int]) -> list[str]:
    """Schemes by which somebody else could run programs: without certificates, or with certificates of their
    own."""
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


def test_a_certificate_refused_before_dask_writes_is_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours, theirs = Security.temporary(), Security.temporary()
    mixed = Security(
        require_encryption=True,
        tls_ca_file=ours.tls_ca_file,
        tls_client_cert=theirs.tls_client_cert,
        tls_client_key=theirs.tls_client_key,
    )
    context = ours.get_listen_args("scheduler")["ssl_context"]
    listening, refused = socket.create_server(("127.0.0.1", 0)), Event()

    def refuse() -> None:
        with suppress(OSError):  # until the socket is closed
            while True:
                peer, _ = listening.accept()
                with peer, suppress(ssl.SSLError):
                    context.wrap_socket(peer, server_side=True)
                refused.set()

    connect = TLSConnector.connect

    async def connect_and_stand_still(*given: Any, **options: Any) -> Any:  # as on a busy machine
        comm = await connect(*given, **options)
        refused.wait()
        return comm

    monkeypatch.setattr(TLSConnector, "connect", connect_and_stand_still)
    refusing = Thread(target=refuse)
    refusing.start()
    try:
        with pytest.raises(ClusterError, match="don't trust each other's certificates"):
            asyncio.run(reach_scheduler(f"tls://127.0.0.1:{listening.getsockname()[1]}", mixed))
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        refusing.join()
        listening.close()


def test_a_scheduler_without_workers_needs_no_semaphores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_workers, "refuse_without_semaphores", _refuse)
    with socket.create_server(("127.0.0.1", 0)) as free:
        options = ClusterOptions(scheduler=f"tcp://127.0.0.1:{free.getsockname()[1]}")
    joined = []

    def leave() -> None:
        joined.append(True)
        scheduler.leave()

    scheduler = RemoteWorkers(options, 0, hosted=True)
    scheduler.until_left(leave)
    assert joined
    with pytest.raises(ClusterError, match="no semaphores"):
        RemoteWorkers(options, 1, hosted=True).until_left(leave)


def _refuse() -> None:
    raise ClusterError("The system has no semaphores.")
