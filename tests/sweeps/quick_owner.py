"""Stand-in for a sweep's owner process in tests of the window: writes the same records at once."""

from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
import pytest

from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.session.comparing import sweep_comparison
from cadl_desktop.storage.shared_files import FileLock
from cadl_desktop.sweeps.records.sweep_folder import Preview, SweepFolder
from cadl_desktop.sweeps.records.sweep_log import LogWriter, OwnerStarted, OwnerStopped
from cadl_desktop.sweeps.records.sweep_status import trials_wanted
from tests.sweeps.sweep_folders import Outcome, write_trials


class QuickOwner:
    """Gives every trial its number as its cost, or a failure, or ends the first with an error, or keeps the
    last in training until it is stopped."""

    failure = error = ""
    trains_on = False
    began: "list[QuickOwner]"

    def __init__(self, path: Path, workers: int) -> None:
        self.folder = SweepFolder(path)
        sweep = self.folder.sweep()
        self.name, self.workers = sweep.base.name, workers
        self.began.append(self)
        self.hold: FileLock | None = self.folder.own()
        self._write(OwnerStarted(1.0, "here", 1, "0.1.0", "local"))
        count = trials_wanted(sweep) or 0
        costs = [float(number) for number in range(1, count + 1)]
        outcomes = [Outcome(cost, is_over=not self.trains_on or cost < count) for cost in costs]
        if self.error:
            outcomes[0] = Outcome(None, error=self.error)
        shape, kind = ((8, 8, 3), np.uint8) if is_painting(sweep.base) else ((481,), np.float32)
        made: list[Preview] = [np.full(shape, cost, kind) for cost in costs]
        write_trials(self.folder, sweep, [] if self.failure else outcomes, made)
        if not self.trains_on:
            self._leave("failed" if self.failure else "done")

    @property
    def lives(self) -> bool:
        if self.hold is not None and "stop" in self.folder.heard():
            self._leave("stopped")
        return self.hold is not None

    def last_words(self) -> str:
        return ""

    def wait_for(self, seconds: float) -> None:
        pass

    def close(self) -> None:
        pass

    def _leave(self, reason: Literal["done", "stopped", "failed"]) -> None:
        assert self.hold
        self._write(OwnerStopped(3.0, reason, self.failure))
        self.hold.unlock()
        self.hold = None

    def _write(self, record: OwnerStarted | OwnerStopped) -> None:
        log = LogWriter(self.folder.log)
        log.add(record)
        log.close()


def in_place_of_processes(monkeypatch: pytest.MonkeyPatch) -> type[QuickOwner]:
    """Replaces `OwnerProcess` by a new class, whose attributes control the sweeps from now on."""

    class Here(QuickOwner):
        began: ClassVar[list[QuickOwner]] = []

    monkeypatch.setattr(sweep_comparison, "OwnerProcess", Here)
    return Here
