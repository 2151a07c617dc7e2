"""In tests of the window, in place of the process that owns a sweep: writes the same, and takes no time."""

from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
import pytest

from cadl_desktop.session.sweeps import sweeping
from cadl_desktop.storage.hold import Hold
from cadl_desktop.sweeps.records.folder import SweepFolder
from cadl_desktop.sweeps.records.log import Closed, LogWriter, Owned
from tests.sweeps.seeds import Outcome, write_seeds


class QuickOwner:
    """Has all seeds of a folder come to their number, or to a failure, the first to an error, or trains the
    last until it is stopped."""

    failure = error = ""
    trains_on = False
    began: "list[QuickOwner]"

    def __init__(self, path: Path, workers: int) -> None:
        self.folder = SweepFolder(path)
        sweep = self.folder.sweep()
        self.name = sweep.base.name
        self.began.append(self)
        self.hold: Hold | None = self.folder.own()
        self._write(Owned(1.0, "here", 1, "0.1.0", "local"))
        costs = [float(seed) for seed in range(1, sweep.seeds + 1)]
        outcomes = [Outcome(cost, is_over=not self.trains_on or cost < sweep.seeds) for cost in costs]
        if self.error:
            outcomes[0] = Outcome(None, error=self.error)
        made = [np.full(481, cost, np.float32) for cost in costs]
        write_seeds(self.folder, sweep.base, [] if self.failure else outcomes, made)
        if not self.trains_on:
            self._leave("failed" if self.failure else "done")

    @property
    def runs(self) -> bool:
        if self.hold is not None and "stop" in self.folder.heard():
            self._leave("stopped")
        return self.hold is not None

    def last_words(self) -> str:
        return ""

    def wait(self) -> None:
        pass

    def close(self) -> None:
        pass

    def _leave(self, reason: Literal["done", "stopped", "failed"]) -> None:
        assert self.hold
        self._write(Closed(3.0, reason, self.failure))
        self.hold.let_go()
        self.hold = None

    def _write(self, record: Owned | Closed) -> None:
        log = LogWriter(self.folder.log)
        log.add(record)
        log.close()


def in_place_of_processes(monkeypatch: pytest.MonkeyPatch) -> type[QuickOwner]:
    """A class of its own, whose attributes say what becomes of the sweeps that begin from now on."""

    class Here(QuickOwner):
        began: ClassVar[list[QuickOwner]] = []

    monkeypatch.setattr(sweeping, "OwnerProcess", Here)
    return Here
