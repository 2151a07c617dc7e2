"""Seed comparisons: designs are trained one after the other, stopped and refused, and leave no files.

The owner process is replaced by a quick one; the real one is tested elsewhere.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import Experiment, Stop, preset
from cadl_desktop.session.background import Background
from cadl_desktop.session.sweeps.luck_runs import (
    LuckRuns,
    SeededDesign,
    can_be_compared,
    seeded_design,
    seeds_problem,
)
from tests.settling import until
from tests.sweeps.quick_owner import QuickOwner, in_place_of_processes

CURVE, PAINTING = preset("lecture-tanh"), preset("lecture-painting")


@pytest.fixture
def owner(monkeypatch: pytest.MonkeyPatch) -> type[QuickOwner]:
    return in_place_of_processes(monkeypatch)


@pytest.fixture
def background(qapp: QObject) -> Iterator[Background]:
    background = Background()
    yield background
    background.close()


def begun(background: Background, seeds: int, *experiments: Experiment) -> LuckRuns:
    asked = [SeededDesign(each.name, each) for each in experiments]
    runs = LuckRuns(asked, seeds, background, background)
    runs.begin()
    return runs


def folders(home: Path) -> list[Path]:
    return list((home / "xdg_cache_home" / "cadl_desktop" / "seeds").iterdir())


def test_two_designs_are_trained_in_turn_and_compared(
    qtbot: QtBot, owner: type[QuickOwner], background: Background, isolated_home: Path
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


def test_stopped_runs_stay_visible(
    qtbot: QtBot, owner: type[QuickOwner], background: Background, isolated_home: Path
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
    assert runs.sentences[0].startswith(f"Cost of “{CURVE.name}” over 2 seeds: 1.500 in the median")
    runs.end()
    until(qtbot, lambda: not folders(isolated_home))


def test_stopped_comparisons_have_no_verdict(
    qtbot: QtBot,
    owner: type[QuickOwner],
    background: Background,
    isolated_home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(owner, "trains_on", property(lambda self: len(self.began) > 1))
    runs = begun(background, 4, CURVE, PAINTING)
    until(qtbot, lambda: runs.over == 7)
    runs.stop()
    until(qtbot, lambda: len(runs.sentences) == 2)
    until(qtbot, lambda: owner.began[-1].hold is None)
    assert runs.sentences[0].startswith(f"Cost of “{CURVE.name}” over 4 seeds")
    runs.end()
    until(qtbot, lambda: not folders(isolated_home))


def test_an_error_is_shown_once(
    qtbot: QtBot, owner: type[QuickOwner], background: Background, isolated_home: Path
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


def test_an_error_of_one_run_is_shown_and_the_others_go_on(
    qtbot: QtBot, owner: type[QuickOwner], background: Background, isolated_home: Path
) -> None:
    owner.error = "There is not enough memory."
    runs = begun(background, 3, PAINTING)
    told: list[tuple[str, str]] = []
    runs.message.connect(lambda kind, sentence: told.append((kind, sentence)))
    until(qtbot, lambda: runs.sentences)
    assert told == [("error", "There is not enough memory.")]
    assert runs.sentences[0].startswith(f"Cost of “{PAINTING.name}” over 2 seeds: 2.500 in the median")
    runs.end()
    until(qtbot, lambda: not folders(isolated_home))


def test_designs_and_their_problems() -> None:
    endless = replace(CURVE, stop=Stop(epochs=None))
    assert seeded_design("Run 1", endless, 40).experiment.stop == Stop(epochs=40)
    assert seeded_design("Run 1", endless).experiment == endless
    limited = replace(CURVE, stop=Stop(epochs=7))
    assert seeded_design("Run 1", limited, 40).experiment == limited
    assert seeds_problem([SeededDesign("a", limited)], 8) is None
    assert seeds_problem([SeededDesign("a", limited), SeededDesign("b", endless)], 8) == (
        "Nothing ends a training of “b”; say under Stop after when it does."
    )
    wrong = seeds_problem([SeededDesign("a", replace(limited, batch_size=0))], 8)
    assert wrong
    assert wrong.startswith("batch_size: 0 is too small;")
    assert can_be_compared([CURVE])
    assert can_be_compared([CURVE, limited])
    others = (CURVE.data.has(noise=0.1), "data"), ("l2", "cost"), (CURVE.seed + 1, "seed")
    for value, name in others:
        assert not can_be_compared([CURVE, replace(CURVE, **{name: value})])
    assert not can_be_compared([CURVE, PAINTING])
