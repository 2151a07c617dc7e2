"""Where slices are trained: Dask's workers, on this machine or by a scheduler that runs elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from cadl_desktop.sweeps.workers.elsewhere import client_elsewhere, security_of
from cadl_desktop.sweeps.workers.here import client_here
from cadl_desktop.sweeps.workers.options import ClusterOptions, workers_here
from cadl_desktop.sweeps.workers.quiet import quiet_dask
from cadl_desktop.sweeps.workers.slice_messages import Outcome, Slice
from cadl_desktop.sweeps.workers.slice_training import run_slice
from cadl_desktop.sweeps.workers.worker_process import RESOURCE

if TYPE_CHECKING:
    from distributed import Client
    from distributed import Future as Task

Answer = TypeVar("Answer")
_PROGRAM = RESOURCE.split()[0]


@dataclass(frozen=True)
class Worker:
    """One that is there. `version` is the program's, None of a stranger."""

    address: str
    version: str | None

    @property
    def fits(self) -> bool:
        return self.version == RESOURCE.split()[1]


class Cluster:
    """What the owner has of one. Everything raises whatever Dask does where the scheduler is gone, which has
    an `address` where it isn't the owner's own; of its own it knows which workers are `renewed` when they are
    lost."""

    def __init__(
        self, client: "Client", address: str | None = None, renewed: Callable[[], set[str]] | None = None
    ) -> None:
        self._client, self.address, self._renewed = client, address, renewed

    @property
    def is_there(self) -> bool:
        return bool(self._client.status == "running")

    def workers(self) -> list[Worker]:
        """All that are there now, and would be again."""
        # Not as `scheduler_info` has it: Dask puts there now and then what names no workers.
        try:
            found = self._asked()
        except OSError:  # the scheduler has closed this connection, and takes another (Python 3.13 with TLS)
            found = self._asked()
        renewed = found if self._renewed is None else self._renewed()
        return [_worker(address, about) for address, about in found.items() if address in renewed]

    def _asked(self) -> dict[str, dict[str, Any]]:
        """What the scheduler knows of its workers, by their addresses."""
        found: dict[str, dict[str, Any]] = self._client.sync(self._client.scheduler.identity, n_workers=-1)[
            "workers"
        ]
        return found

    def train(self, order: Slice, worker: str, done: Callable[["Outcome | Exception"], object]) -> "Task":
        """Has a slice trained by a worker; `done` is told of what came of it on another thread, and never
        where that worker is lost before it has begun."""
        future = self._client.submit(
            run_slice, order, pure=False, resources={RESOURCE: 1}, workers=[worker], retries=0
        )

        async def follow() -> None:
            try:
                done(await future)
            except Exception as error:
                done(error)

        self._client.loop.add_callback(follow)
        return future

    def forget(self, future: "Task") -> None:
        """Nobody waits for that slice any more."""

        async def cancel() -> None:
            with suppress(Exception):
                await self._client.cancel([future])

        self._client.loop.add_callback(cancel)

    def ask(self, question: Callable[[str], Answer], owner: str, workers: list[str]) -> dict[str, Answer]:
        """What these workers answer at once, whatever they are training; those that are lost say nothing."""
        answers = self._client.run(question, owner, workers=workers, on_error="ignore")
        return dict(answers)


@contextmanager
def opened(options: ClusterOptions, scratch: Path) -> Iterator[Cluster]:
    """A cluster to train on; `scratch` is where local workers have their temporary files, and goes at last.

    Raises ClusterError.
    """
    with quiet_dask(scratch):
        if options.scheduler is not None:
            with client_elsewhere(options.scheduler, security_of(options.certificates)) as client:
                yield Cluster(client, options.scheduler)
        else:
            with client_here(workers_here(options), scratch) as (client, renewed):
                yield Cluster(client, renewed=renewed)


def _worker(address: str, about: dict[str, Any]) -> Worker:
    names = [name.split() for name in about.get("resources", {})]
    versions = [words[1] for words in names if len(words) == 2 and words[0] == _PROGRAM]
    return Worker(address, versions[0] if versions else None)
