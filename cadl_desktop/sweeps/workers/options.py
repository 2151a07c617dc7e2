"""Where slices are to be trained, as it is said: plain data, without Dask."""

from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from cadl_desktop.sentences import Sentence
from cadl_desktop.system.machine import usable_cores


@dataclass(frozen=True)
class Certificates:
    """Files in PEM: whom to trust, who one is, and the key to it."""

    authority: Path
    certificate: Path
    key: Path


@dataclass(frozen=True)
class ClusterOptions:
    """`workers` processes of this machine, one for each core where nothing is said, or whatever has come to
    the `scheduler` at an address, tcp:// or, with `certificates`, tls://."""

    workers: int | None = None
    scheduler: str | None = None
    certificates: Certificates | None = None


def workers_here(options: ClusterOptions) -> int:
    """How many processes of this machine train, where no scheduler is named."""
    return options.workers or usable_cores()


def plain_address(options: ClusterOptions) -> Sentence | None:
    """What it means that the way to the scheduler isn't encrypted; None where it is, or where it doesn't
    leave this machine."""
    address = options.scheduler
    if address is None or address.startswith("tls://") or _is_here(address):
        return None
    return Sentence(
        "The way to {address} is not encrypted: whoever is in that network can read the trials and run "
        "programs on all machines that take part. Use tls:// with certificates where that matters.",
        address=address,
    )


def _is_here(address: str) -> bool:
    host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
