"""Connection to a scheduler that a sweep doesn't start itself, and the running of one for others."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cadl_desktop.sentences import SentenceError
from cadl_desktop.sweeps.workers import dask_settings
from cadl_desktop.sweeps.workers.certificates import Certificates

if TYPE_CHECKING:
    from distributed import Client, Scheduler, Security
    from tornado.ioloop import IOLoop

_DASHBOARD_PORT = 8787
"""The port at which Dask's users look for it; another one where it is taken."""


class ClusterError(SentenceError):
    """No slice can be trained on the cluster; the message is one plain sentence."""


@contextmanager
def remote_client(address: str, security: "Security | None") -> Iterator["Client"]:
    """Client of a scheduler elsewhere. Raises ClusterError."""
    from distributed import Client

    dask_settings.run_in_loop(reach_scheduler(address, security))  # a client would take long to give up
    with _running_loop() as loop:
        try:
            client = Client(
                address,
                loop=loop,
                security=security,
                timeout=dask_settings.CONNECT_SECONDS,
                set_as_default=False,
            )
        except (OSError, TimeoutError, ValueError) as error:
            raise _unreachable(address, error) from error
        try:
            yield client
        finally:
            with suppress(Exception):
                client.close(timeout=2)


async def reach_scheduler(address: str, security: "Security | None") -> None:
    """Returns if a scheduler answers at the address. Raises ClusterError."""
    from distributed.comm import CommClosedError, connect

    keys = security.get_connection_args("client") if security else {}
    try:
        # A server may accept the connection, and never answer.
        async with asyncio.timeout(2 * dask_settings.CONNECT_SECONDS):
            found = await connect(address, timeout=dask_settings.CONNECT_SECONDS, **keys)
    except Exception as error:  # any server may answer, with anything
        refused = isinstance(error, CommClosedError) and await _refuses(address, **keys)
        raise _unreachable(address, error, refused) from error
    await found.close()


async def _refuses(address: str, ssl_context: ssl.SSLContext | None = None, **_: Any) -> bool:
    """Whether the scheduler refuses our certificate. With TLS 1.3 it does so after our side of the handshake,
    and closes: a client that writes first, as Dask's, may only get a reset, while a reader gets the
    reason."""
    if ssl_context is None:
        return False
    place = urlsplit(address)
    with suppress(OSError):
        async with asyncio.timeout(dask_settings.CONNECT_SECONDS):
            reader, writer = await asyncio.open_connection(place.hostname, place.port, ssl=ssl_context)
            try:
                await reader.read(1)
            except ssl.SSLError:
                return True
            finally:
                writer.transport.abort()
    return False


def security_of(certificates: Certificates | None) -> "Security | None":
    """Certificates as Dask's `Security`."""
    from distributed import Security

    if certificates is None:
        return None
    certificate, key = str(certificates.certificate), str(certificates.key)
    return Security(
        require_encryption=True,
        tls_ca_file=str(certificates.authority),
        tls_client_cert=certificate,
        tls_client_key=key,
        tls_scheduler_cert=certificate,
        tls_scheduler_key=key,
        tls_worker_cert=certificate,
        tls_worker_key=key,
    )


@asynccontextmanager
async def hosted_scheduler(
    address: str, security: "Security | None", *, dashboard: bool
) -> "AsyncIterator[Scheduler]":
    """Scheduler that runs in this process and listens at the address. Its dashboard, if wanted, is for this
    machine only: it has no TLS.

    Raises ClusterError.
    """
    import dask
    from distributed import Scheduler

    routes = ["distributed.http.statics"] if dashboard else []
    try:
        with dask.config.set({"distributed.scheduler.http.routes": routes}):
            scheduler = Scheduler(
                host=address,
                security=security,
                dashboard=dashboard,
                # Without a dashboard an empty server listens there all the same.
                dashboard_address=f"{dask_settings.LOOPBACK}:{_DASHBOARD_PORT if dashboard else 0}",
            )
        await scheduler
    except (OSError, RuntimeError) as error:
        cause = error.__cause__ or error
        reason = (getattr(cause, "strerror", None) or str(cause)).lower()
        raise ClusterError(
            "No scheduler can be started at {address} ({reason}).", address=address, reason=reason
        ) from error
    try:
        yield scheduler
    finally:
        await scheduler.close()


def _unreachable(address: str, error: Exception, refused: bool = False) -> ClusterError:
    if refused or "SSLError" in str(error) or "TLS certificate" in str(error):
        return ClusterError(
            "The scheduler at {address} and this machine don't trust each other's certificates; give both "
            "such as one authority has signed, and none that has expired.",
            address=address,
        )
    return ClusterError(
        "No scheduler answers at {address}; start it, or check the address, and whether that begins with "
        "tcp:// or tls://.",
        address=address,
    )


@contextmanager
def _running_loop() -> Iterator["IOLoop"]:
    """Event loop on a thread of its own, for a client whose own loop would outlive a lost scheduler."""
    from tornado.ioloop import IOLoop

    begun: Future[tuple[IOLoop, asyncio.Event]] = Future()

    async def run() -> None:
        over = asyncio.Event()
        begun.set_result((IOLoop.current(), over))
        await over.wait()

    with ThreadPoolExecutor(1, "dask") as threads:
        threads.submit(dask_settings.run_in_loop, run())
        loop, over = begun.result()
        try:
            yield loop
        finally:
            loop.add_callback(over.set)
