"""Whether the way to the workers can be as it was said: `check_cluster` names what stands against it."""

import ssl
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

from cadl_desktop.experiment.check import Problem, problem
from cadl_desktop.sweeps.workers.options import Certificates, ClusterOptions

MOST_WORKERS = 1000
_SCHEMES = ("tcp", "tls")


def check_cluster(options: ClusterOptions) -> list[Problem]:
    """What keeps a sweep, or a worker, from trying to reach the scheduler; each names its field of
    `ClusterOptions`, or 'certificates' and one of theirs. Whether it answers is found out by trying."""
    return [*_check_workers(options), *_check_scheduler(options), *_check_certificates(options)]


def _check_workers(options: ClusterOptions) -> Iterator[Problem]:
    count = options.workers
    if count is not None and not 1 <= count <= MOST_WORKERS:
        yield problem(
            "workers", "{count} is not possible; choose 1 to {most}.", count=count, most=MOST_WORKERS
        )
    elif count is not None and options.scheduler is not None:
        yield problem("workers", "A scheduler has the workers that have come to it; leave it out.")


def _check_scheduler(options: ClusterOptions) -> Iterator[Problem]:
    address = options.scheduler
    if address is None:
        return
    scheme = _scheme(address)
    if scheme is None:
        yield problem(
            "scheduler", "'{address}' is no address like tls://10.0.0.1:8786.", address=address[:80]
        )
    elif scheme == "tls" and options.certificates is None:
        yield problem("certificates", "A tls:// address needs certificates; name them, too.")


def _scheme(address: str) -> str | None:
    with suppress(ValueError):
        parts = urlsplit(address)
        if parts.scheme in _SCHEMES and parts.hostname and parts.port and not parts.path:
            return parts.scheme
    return None


def _check_certificates(options: ClusterOptions) -> Iterator[Problem]:
    certificates, address = options.certificates, options.scheduler
    if certificates is None:
        return
    if address is None or not address.startswith("tls://"):
        yield problem(
            "certificates", "Only a tls:// address has certificates; leave them out, or write tls://."
        )
        return
    yield from _unreadable(certificates)


def _unreadable(certificates: Certificates) -> Iterator[Problem]:
    for name in ("authority", "certificate", "key"):
        path = getattr(certificates, name)
        try:
            path.read_bytes()
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            yield problem(
                f"certificates.{name}", "'{path}' can't be read ({reason}).", path=path, reason=reason
            )
            return
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(certificates.authority)
    except ssl.SSLError:
        yield problem("certificates.authority", "'{path}' is no certificate.", path=certificates.authority)
    try:
        # A passphrase would be asked for in the terminal, again and again.
        context.load_cert_chain(certificates.certificate, certificates.key, password=bytes)
    except ssl.SSLError:
        yield problem(
            "certificates.certificate",
            "'{path}' and '{key}' are no certificate and its key without a passphrase.",
            path=certificates.certificate,
            key=certificates.key,
        )
