"""Designs with several seeds are trained one after the other, stopped, refused, and leave nothing behind.

In place of the owner's process one writes here that takes no time; the process itself is tested elsewhere.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import Experiment, Stop, preset
from cadl_desktop.runs.history import COLUMNS, History
from cadl_desktop.runs.record import record_of
from cadl_desktop.session.background import Background
from cadl_desktop.session.sweeps import sweeping
from cadl_desktop.session.sweeps.luck_runs import Asked, LuckRuns, asked_of, can_be_compared, problem_of
from cadl_desktop.storage.hold import Hold
from cadl_desktop.sweeps.folder import SweepFolder
from cadl_desktop.sweeps.log import Closed, LogWriter, Owned
from tests.settling import until
from tests.sweeps.seeds import Outcome, write_seeds

CURVE, PAINTING = preset("lecture-tanh"), preset("lecture-painting")


class Owner:
    """Has all seeds of a folder come to their number, or to a failure, or trains the last until it is
    stopped."""

    failure = ""
    trains_on = False
    began: "list[Owner]"

    def __init__(self, path: Path) -> None:
        self.folder = SweepFolder(path)
        sweep = self.folder.sweep()
        self.name = sweep.base.name
        self.began.append(self)
        self.hold: Hold | None = self.folder.own()
        self._write(Owned(1.0, "here", 1, "0.1.0", "local"))
        costs = [float(seed) for seed in range(1, sweep.seeds + 1)]
        outcomes = [Outcome(cost, is_over=not self.trains_on or cost < sweep.seeds) for cost in costs]
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


@pytest.fixture
def owner(monkeypatch: pytest.MonkeyPatch) -> type[Owner]:
    class Here(Owner):
        began: list[Owner] = []  # noqa: RUF012

    monkeypatch.setattr(sweeping, "OwnerProcess", Here)
    return Here


@pytest.fixture
def background(qapp: QObject) -> Iterator[Background]:
    background = Background()
    yield background
    background.close()


def begun(background: Background, seeds: int, *experiments: Experiment) -> LuckRuns:
    asked = [Asked(each.name, each) for each in experiments]
    runs = LuckRuns(asked, seeds, background, background)
    runs.begin()
    return runs


def folders(home: Path) -> list[Path]:
    return list((home / "xdg_cache_home" / "cadl_desktop" / "seeds").iterdir())


def test_two_designs_are_trained_in_turn_and_compared(
    qtbot: QtBot, owner: type[Owner], background: Background, isolated_home: Path
) -> None:
    wide = replace(CURVE, name="Wide")
    runs = begun(background, 4, CURVE, wide)
    assert (runs.over, runs.wanted, runs.is_running) == (0, 8, True)
    until(qtbot, lambda: len(runs.sentences) == 3)
    assert [each.name for each in owner.began] == [CURVE.name, "Wide"]
    assert (runs.over, runs.is_running) == (8, False)
    assert [len(design.curves) for design in runs.designs] == [4, 4]
    assert runs.sentences[0].startswith("Of 16 pairs of runs")
    until(qtbot, lambda: runs.samples)
    assert len(folders(isolated_home)) == 1
    runs.end()
    until(qtbot, lambda: not folders(isolated_home))


def test_what_is_stopped_stays_to_be_looked_at(
    qtbot: QtBot, owner: type[Owner], background: Background, isolated_home: Path
) -> None:
    owner.trains_on = True
    runs = begun(background, 3, CURVE, PAINTING)
    until(qtbot, lambda: runs.over == 2)
    assert runs.is_running
    runs.stop()
    assert not runs.is_running
    until(qtbot, lambda: runs.sentences)
    (begun_one,) = owner.began
    until(qtbot, lambda: begun_one.hold is None)
    assert runs.sentences[0].startswith(f'Cost of "{CURVE.name}" over 2 seeds: 1.5 in the median')
    runs.end()
    until(qtbot, lambda: not folders(isolated_home))


def test_what_goes_wrong_is_said_once(
    qtbot: QtBot, owner: type[Owner], background: Background, isolated_home: Path
) -> None:
    owner.failure = "The disk is full."
    runs = begun(background, 3, CURVE, CURVE)
    told: list[tuple[str, str]] = []
    runs.message.connect(lambda kind, sentence: told.append((kind, sentence)))
    until(qtbot, lambda: told)
    assert not runs.is_running
    assert len(owner.began) == 1
    runs.end()
    until(qtbot, lambda: not folders(isolated_home))
    assert told == [("error", "The disk is full.")]


def test_what_is_asked() -> None:
    endless = replace(CURVE, stop=Stop(epochs=None))
    rows = np.zeros((2, len(COLUMNS)))
    rows[:, COLUMNS.index("epoch")] = 1, 40
    record = record_of(1, endless, History.of_rows(rows, []), None)
    assert asked_of("Run 1", record).experiment.stop == Stop(epochs=40)
    limited = replace(CURVE, stop=Stop(epochs=7))
    assert asked_of("Run 1", record_of(1, limited, History.of_rows(rows, []), None)).experiment == limited
    assert problem_of([Asked("a", limited)], 8) is None
    assert problem_of([Asked("a", limited), Asked("b", endless)], 8) == (
        "Nothing ends a training of 'b'; say under Stop after when it does."
    )
    wrong = problem_of([Asked("a", replace(limited, batch_size=0))], 8)
    assert wrong
    assert wrong.startswith("batch_size: 0 is too small;")
    assert can_be_compared([Asked("a", CURVE), Asked("b", limited)])
    other = replace(CURVE, data=CURVE.data.has(noise=0.1))
    assert not can_be_compared([Asked("a", CURVE), Asked("b", other)])
    assert not can_be_compared([Asked("a", CURVE), Asked("b", replace(CURVE, cost="l2"))])
    assert not can_be_compared([Asked("a", CURVE), Asked("b", PAINTING)])
