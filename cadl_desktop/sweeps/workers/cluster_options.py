"""Options of a cluster as plain data, without Dask, and `check_cluster`, which lists their problems."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from cadl_desktop.experiment.check import Problem, problem
from cadl_desktop.sentences import Sentence
from cadl_desktop.sweeps.workers.certificates import Certificates, check_certificates
from cadl_desktop.system.machine import usable_cores


@dataclass(frozen=True)
class ClusterOptions:
    """`workers` processes on this machine (by default one per core), or those of the `scheduler` at an
    address: tls:// with `certificates`, or `insecure` tcp://."""

    workers: int | None = None
    scheduler: str | None = None
    certificates: Certificates | None = None
    insecure: bool = False


def local_worker_count(options: ClusterOptions) -> int:
    """Number of local worker processes, for a cluster without a scheduler address."""
    return options.workers or usable_cores()


def encryption_warning(options: ClusterOptions) -> Sentence | None:
    """Warning that the connection to the scheduler isn't encrypted; None if it is, or if there is none."""
    address = options.scheduler
    if address is None or address.startswith("tls://"):
        return None
    return Sentence(
        "Whoever reaches {address}, other accounts of this machine included, can read the trials and run "
        "programs as you on all machines that take part: the way there is not encrypted.",
        address=address,
    )


MOST_WORKERS = 1000
_SCHEMES = ("tcp", "tls")


def check_cluster(options: ClusterOptions) -> list[Problem]:
    """Problems that keep a sweep or a worker from connecting, each with its field of `ClusterOptions` (or
    'certificates' and one of theirs). Whether the scheduler answers isn't tested."""
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
        yield problem(
            "certificates", "A tls:// address needs certificates; 'cadl-desktop certificates' makes them."
        )
    elif scheme == "tcp" and not options.insecure:
        # Loopback is no exception: other accounts of this machine reach it.
        yield problem(
            "scheduler",
            "Whoever reaches '{address}', other accounts of this machine included, could run programs as you "
            "on all machines that take part; use tls:// with certificates ('cadl-desktop certificates' makes "
            "them), or add --insecure.",
            address=address,
        )


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
    yield from check_certificates(certificates)
