"""The way to a scheduler that runs elsewhere."""

import asyncio
import ssl
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cadl_desktop.sentences import SentenceError
from cadl_desktop.sweeps.workers import quiet
from cadl_desktop.sweeps.workers.options import Certificates

if TYPE_CHECKING:
    from distributed import Client, Security
    from tornado.ioloop import IOLoop


class ClusterError(SentenceError):
    """No slice can be trained there; the message is one plain sentence."""


@contextmanager
def client_elsewhere(address: str, security: "Security | None") -> Iterator["Client"]:
    """Raises ClusterError."""
    from distributed import Client

    asyncio.run(reach(address, security))  # a client that reaches nobody takes long to give up
    # A client that has lost its scheduler leaves a loop of its own running.
    with _running_loop() as loop:
        try:
            client = Client(
                address, loop=loop, security=security, timeout=quiet.CONNECT_SECONDS, set_as_default=False
            )
        except (OSError, TimeoutError, ValueError) as error:
            raise _unreachable(address, error) from error
        try:
            yield client
        finally:
            with suppress(Exception):
                client.close(timeout=2)


async def reach(address: str, security: "Security | None") -> None:
    """Returns where a scheduler answers. Raises ClusterError."""
    from distributed.comm import CommClosedError, connect

    keys = security.get_connection_args("client") if security else {}
    try:
        async with asyncio.timeout(2 * quiet.CONNECT_SECONDS):  # it may let others connect, and say nothing
            found = await connect(address, timeout=quiet.CONNECT_SECONDS, **keys)
    except Exception as error:  # who answers may be anybody, and say anything
        refused = isinstance(error, CommClosedError) and await _refuses(address, **keys)
        raise _unreachable(address, error, refused) from error
    await found.close()


async def _refuses(address: str, ssl_context: ssl.SSLContext | None = None, **_: Any) -> bool:
    """Whether a scheduler refuses our certificate. With TLS 1.3 it does so after our side of the handshake,
    and closes: a client that writes first, as Dask's, may get a reset alone. A reader gets the reason."""
    if ssl_context is None:
        return False
    place = urlsplit(address)
    with suppress(OSError):
        async with asyncio.timeout(quiet.CONNECT_SECONDS):
            reader, writer = await asyncio.open_connection(place.hostname, place.port, ssl=ssl_context)
            try:
                await reader.read(1)
            except ssl.SSLError:
                return True
            finally:
                writer.transport.abort()
    return False


def security_of(certificates: Certificates | None) -> "Security | None":
    """The same for Dask."""
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


def _unreachable(address: str, error: Exception, refused: bool = False) -> ClusterError:
    if refused or "SSLError" in str(error) or "TLS certificate" in str(error):
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
