"""The certificates of a scheduler that runs elsewhere."""

import asyncio
import socket
import ssl
from contextlib import suppress
from threading import Event, Thread
from typing import Any

import pytest
from distributed import Security
from distributed.comm.tcp import TLSConnector

from cadl_desktop.sweeps.workers.elsewhere import ClusterError, reach


def test_a_refused_certificate_is_said_also_where_it_is_refused_before_dask_writes(
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
        with suppress(OSError):  # until it listens no more
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
            asyncio.run(reach(f"tls://127.0.0.1:{listening.getsockname()[1]}", mixed))
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        refusing.join()
        listening.close()
