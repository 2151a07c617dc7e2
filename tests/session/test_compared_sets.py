"""Sets of trainings that a window can show: closed and begun again, and what is chosen of each."""

import pytest
from pytestqt.qtbot import QtBot

from cadl_desktop.comparing.training import TrainingSet
from cadl_desktop.session.comparing.compared_sets import ComparedSets
from cadl_desktop.session.comparing.comparison import Comparison
from tests.comparing.sets import a_set


@pytest.fixture
def sets(qtbot: QtBot) -> ComparedSets:
    return ComparedSets(Comparison(TrainingSet("runs", "Runs")))


def test_a_set_that_is_closed_and_shown_again_is_followed_once(sets: ComparedSets) -> None:
    seeds = Comparison(TrainingSet("seeds", "Seeds"))
    for _ in range(2):
        sets.show(seeds)
        sets.remove(seeds)
    told: list[int] = []
    sets.show(seeds)
    sets.listed.connect(lambda: told.append(len(sets.sets)))
    seeds.replaced.emit()
    assert told == [2]
    sets.remove(seeds)
    seeds.replaced.emit()
    assert told == [2, 1]


def chosen(sets: ComparedSets) -> tuple[tuple[int, ...], int | None]:
    return sets.selection.numbers, sets.selection.baseline


def test_what_is_chosen_comes_back_with_its_set_unless_that_has_other_trainings(sets: ComparedSets) -> None:
    runs, sweep = sets.shown, Comparison(a_set(8))
    runs.trainings = a_set(3, kind="runs")
    sets.selection.select(3, 1)
    sets.selection.set_baseline(2)
    sweep.replaced.emit()
    assert chosen(sets) == ((3, 1), 2)
    sets.show(sweep)
    assert chosen(sets) == ((), None)
    sets.selection.select(7)
    runs.replaced.emit()
    assert chosen(sets) == ((7,), None)
    sets.show(runs)
    assert chosen(sets) == ((), None)
    sets.show(sweep)
    assert chosen(sets) == ((7,), None)
    sets.selection.set_baseline(2)
    sets.show(runs)
    sets.show(sweep)
    assert chosen(sets) == ((7,), 2)
    sweep.replaced.emit()
    assert chosen(sets) == ((), None)


def test_removed_trainings_are_no_longer_chosen(sets: ComparedSets) -> None:
    runs, sweep = sets.shown, Comparison(a_set(8))
    runs.trainings = a_set(4, kind="runs")
    sets.selection.select(3, 4)
    sets.selection.set_baseline(4)
    runs.trainings = a_set(3, kind="runs")
    runs.changed.emit()
    assert chosen(sets) == ((3,), None)
    sets.show(sweep)
    runs.trainings = a_set(2, kind="runs")
    sets.show(runs)
    assert chosen(sets) == ((), None)
