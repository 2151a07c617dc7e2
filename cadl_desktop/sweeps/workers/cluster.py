"""Cluster on which slices are trained: Dask's workers on this machine, or those of a scheduler elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from cadl_desktop.sweeps.workers.cluster_options import ClusterOptions, local_worker_count
from cadl_desktop.sweeps.workers.dask_settings import RESOURCE, configured_dask
from cadl_desktop.sweeps.workers.local_cluster import local_client
from cadl_desktop.sweeps.workers.remote_scheduler import remote_client, security_of
from cadl_desktop.sweeps.workers.slice_messages import Outcome, Slice
from cadl_desktop.sweeps.workers.slice_training import run_slice

if TYPE_CHECKING:
    from distributed import Client
    from distributed import Future as Task

Answer = TypeVar("Answer")
_PROGRAM = RESOURCE.split()[0]


@dataclass(frozen=True)
class Worker:
    """Present worker. `version` is that of its program, None for a foreign worker."""

    address: str
    version: str | None

    @property
    def fits(self) -> bool:
        """Whether it runs the same version of this program."""
        return self.version == RESOURCE.split()[1]


class Cluster:
    """Cluster as the owner uses it. Methods raise Dask's errors if the scheduler is lost. `address` is that
    of a scheduler elsewhere, None for this machine; `renewed` returns the addresses of local workers that are
    restarted when they are lost."""

    def __init__(
        self, client: "Client", address: str | None = None, renewed: Callable[[], set[str]] | None = None
    ) -> None:
        self._client, self.address, self._renewed = client, address, renewed

    @property
    def is_there(self) -> bool:
        return bool(self._client.status == "running")

    def workers(self) -> list[Worker]:
        """Present workers, without those that would not be restarted."""
        # `scheduler_info` isn't used: now and then it holds something without workers.
        try:
            found = self._identity()
        except OSError:  # the connection was closed, but another is accepted (Python 3.13 with TLS)
            found = self._identity()
        renewed = found if self._renewed is None else self._renewed()
        return [_worker(address, about) for address, about in found.items() if address in renewed]

    def _identity(self) -> dict[str, dict[str, Any]]:
        """The scheduler's own description of its workers, by address."""
        found: dict[str, dict[str, Any]] = self._client.sync(self._client.scheduler.identity, n_workers=-1)[
            "workers"
        ]
        return found

    def train(self, slice_: Slice, worker: str, done: Callable[["Outcome | Exception"], object]) -> "Task":
        """Has a worker train a slice. `done` is called with the result on another thread; it is never called
        if the worker is lost before it begins."""
        future = self._client.submit(
            run_slice, slice_, pure=False, resources={RESOURCE: 1}, workers=[worker], retries=0
        )

        async def follow() -> None:
            try:
                done(await future)
            except Exception as error:
                done(error)

        self._client.loop.add_callback(follow)
        return future

    def cancel(self, future: "Task") -> None:
        """Cancels a slice whose result isn't wanted any more."""

        async def cancel_task() -> None:
            with suppress(Exception):
                await self._client.cancel([future])

        self._client.loop.add_callback(cancel_task)

    def call(self, function: Callable[[str], Answer], owner: str, workers: list[str]) -> dict[str, Answer]:
        """Calls a function in these workers at once, whatever they are training; returns the results of those
        that answer."""
        answers = self._client.run(function, owner, workers=workers, on_error="ignore")
        return dict(answers)


@contextmanager
def open_cluster(options: ClusterOptions, scratch: Path) -> Iterator[Cluster]:
    """Opens a cluster to train on. `scratch` is the folder for temporary files of local workers, removed at
    the end.

    Raises ClusterError.
    """
    with configured_dask(scratch):
        if options.scheduler is not None:
            with remote_client(options.scheduler, security_of(options.certificates)) as client:
                yield Cluster(client, options.scheduler)
        else:
            with local_client(local_worker_count(options), scratch) as (client, renewed):
                yield Cluster(client, renewed=renewed)


def _worker(address: str, about: dict[str, Any]) -> Worker:
    names = [name.split() for name in about.get("resources", {})]
    versions = [words[1] for words in names if len(words) == 2 and words[0] == _PROGRAM]
    return Worker(address, versions[0] if versions else None)
