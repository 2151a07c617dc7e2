"""Where a sweep is trained, as the command line says it."""

from argparse import Namespace
from pathlib import Path

from cadl_desktop.cli.arguments import UsageError
from cadl_desktop.sweeps.plan.sweep_check import MissingPackagesError, require_extra
from cadl_desktop.sweeps.workers.cluster_options import Certificates, ClusterOptions, check_cluster

_FILES = {"authority": "tls_ca", "certificate": "tls_cert", "key": "tls_key"}
"""Which option gives each of the certificates' files."""
_OPTIONS = {
    "workers": "--workers",
    "certificates": "--tls-ca",
    "certificates.authority": "--tls-ca",
    "certificates.certificate": "--tls-cert",
    "certificates.key": "--tls-key",
}


def cluster_of(options: Namespace, *, scheduler: str, workers: int | None) -> ClusterOptions:
    """What the words say of it; `scheduler` is what they call its address. Raises UsageError."""
    try:
        require_extra()
    except MissingPackagesError as error:
        raise UsageError("{error}", error=error) from error
    cluster = ClusterOptions(workers, options.scheduler, _certificates(options))
    for problem in check_cluster(cluster):
        option = _OPTIONS.get(problem.field, scheduler)
        raise UsageError("{option}: {message}", option=option, message=problem.message)
    return cluster


def _certificates(options: Namespace) -> Certificates | None:
    files = {name: getattr(options, option) for name, option in _FILES.items()}
    missing = [name for name, file in files.items() if file is None]
    if len(missing) == len(files):
        return None
    for name in missing:
        option = _FILES[name].replace("_", "-")
        raise UsageError("--{option}: is missing; the others need it, too.", option=option)
    return Certificates(**{name: Path(file) for name, file in files.items()})
