"""What servers say to whoever connects; run as a program, to another account of this machine.

Uses the standard library only, as another account may not read the tests' environment.
"""

import encodings.idna  # noqa: F401  # by `socket`, when it can't be read any more
import os
import socket
import ssl
import sys
from contextlib import suppress

NOBODY = 65534
WAYS = ("plain", "without a certificate", "with another authority's")


def words_of(host: str, port: int, context: ssl.SSLContext | None = None) -> bytes:
    """What the server says first, or to a line of HTTP; nothing if it refuses, or only that TLS is wanted."""
    with suppress(OSError), socket.create_connection((host, port), timeout=20) as plain:
        with context.wrap_socket(plain) if context else plain as connection:
            connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
            said = connection.recv(12)
        return b"" if context is None and said[:1] == b"\x15" else said
    return b""


def trusting_all(certificate: str | None = None, key: str | None = None) -> ssl.SSLContext:
    """Context of a client that shows this certificate, if any, and believes every server's."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if certificate is not None:
        context.load_cert_chain(certificate, key)
    return context


def main(certificate: str, key: str, ports: list[str]) -> None:
    """Writes what each port says to this account without TLS, without a certificate, and with this one, until
    it says something."""
    contexts = (None, trusting_all(), trusting_all(certificate, key))
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    for place in ports:
        host, _, port = place.rpartition(":")
        for way, context in zip(WAYS, contexts, strict=True):
            words = words_of(host, int(port), context)
            sys.stdout.write(f"{place} {way} {words!r}\n")
            if words:
                break  # without TLS: it would wait for the rest of a handshake


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
