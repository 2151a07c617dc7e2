"""Designs by seeds: trained side by side, stopped, refused and adopted; they leave no files.

The owner process is replaced by a quick one; the real one is tested elsewhere.
"""

import dataclasses
import gc
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.comparing.seeded_designs import (
    Design,
    can_be_compared,
    seeded_design,
    seeded_trainings,
    seeds_words,
)
from cadl_desktop.experiment import Experiment, Stop, preset
from cadl_desktop.project import Project, save_project
from cadl_desktop.runs.events import Floats
from cadl_desktop.sentences import SentenceError
from cadl_desktop.session.comparing import sweep_comparison
from cadl_desktop.session.comparing.seed_comparison import SeedComparison
from cadl_desktop.session.session import Session
from cadl_desktop.session.sweeps import chosen_trial
from cadl_desktop.session.sweeps.chosen_trial import read_trial
from cadl_desktop.sweeps.plan.sweep_model import DESIGN
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from tests.comparing.sets import ACTIVATION, a_set
from tests.engine.runs import finished, run, same_bits
from tests.settling import until, wait_for_background
from tests.sweeps.quick_owner import QuickOwner, in_place_of_processes

CURVE, PAINTING = preset("lecture-tanh"), preset("lecture-painting")
WIDE = replace(CURVE, name="Wide", batch_size=50)


@pytest.fixture
def owner(monkeypatch: pytest.MonkeyPatch) -> type[QuickOwner]:
    return in_place_of_processes(monkeypatch)


class Begun:
    """Comparisons of a session, and what they told."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.told: list[tuple[str, str]] = []
        self.made: list[SeedComparison] = []

    def __call__(self, seeds: int, *experiments: Experiment) -> SeedComparison:
        asked = [Design(each.name, each) for each in experiments]
        comparison = SeedComparison(asked, seeds, self._session, self._session)
        comparison.message.connect(lambda kind, sentence: self.told.append((kind, sentence)))
        comparison.train()
        self.made.append(comparison)
        return comparison


@pytest.fixture
def begun(session: Session, isolated_home: Path, qtbot: QtBot) -> Iterator[Begun]:
    begun = Begun(session)
    yield begun
    for comparison in begun.made:
        comparison.end()
    until(qtbot, lambda: not folders(isolated_home))


def folders(home: Path) -> list[Path]:
    seeds = home / "xdg_cache_home" / "cadl_desktop" / "seeds"
    return list(seeds.iterdir()) if seeds.exists() else []


def test_two_designs_are_trained_side_by_side_and_compared(
    qtbot: QtBot, owner: type[QuickOwner], begun: Begun, isolated_home: Path
) -> None:
    seeds = begun(4, CURVE, WIDE)
    assert seeds.can_stop
    assert (seeds.trainings.over, seeds.trainings.wanted) == (0, 8)
    assert seeds.headline.words == ("Starting the workers",)
    until(qtbot, lambda: seeds.trainings.over == 8)
    (only,) = owner.began
    assert only.workers >= 2  # both train at the same time
    assert not seeds.can_stop
    assert seeds.headline.words == ("Done",)
    assert [training.group for training in seeds.trainings.trainings] == [CURVE.name, "Wide"] * 4
    assert [training.values[DESIGN] for training in seeds.trainings.trainings[:2]] == [CURVE.name, "Wide"]
    assert seeds.adopting(seeds.trainings.trainings[1]) == "Adopt “Wide”"
    assert all(training.made is not None for training in seeds.trainings.trainings)
    until(qtbot, lambda: seeds.samples)
    assert len(folders(isolated_home)) == 1


def test_a_design_against_itself_has_two_names(qtbot: QtBot, owner: type[QuickOwner], begun: Begun) -> None:
    pair = begun(1, PAINTING, PAINTING)
    until(qtbot, lambda: pair.trainings.over == 2)
    assert pair.trainings.are_pair
    assert [each.name for each in pair.trainings.trainings] == [f"{PAINTING.name} ({it})" for it in (1, 2)]
    assert pair.trainings.objective.measure == "seen_psnr"


def test_pictures_of_what_trains_are_read_though_nothing_is_logged(
    qtbot: QtBot, owner: type[QuickOwner], begun: Begun
) -> None:
    owner.trains_on = True
    pair = begun(1, CURVE, WIDE)
    until(qtbot, lambda: pair.trainings.over == 1)
    live = pair.trainings.by_number[2]
    assert live.state == "training"
    assert live.made is not None
    for value in (5.0, 6.0):
        owner.began[0].folder.write_preview(2, np.full(481, value, np.float32))
        until(qtbot, lambda value=value: pair.trainings.by_number[2].made[0] == value)
    assert pair.trainings.by_number[2].step == live.step


def test_stopped_seeds_stay_and_go_on(qtbot: QtBot, owner: type[QuickOwner], begun: Begun) -> None:
    owner.trains_on = True
    seeds = begun(4, CURVE, WIDE)
    until(qtbot, lambda: seeds.trainings.over == 7)
    assert seeds.can_stop
    assert seeds.headline.words == ("Running",)
    seeds.stop()
    until(qtbot, lambda: owner.began[-1].hold is None)
    until(qtbot, lambda: seeds.headline.words == ("Stopped",))
    assert not seeds.trainings.is_live
    assert seeds.can_resume


def test_a_stop_before_the_first_worker_starts_none(
    qtbot: QtBot, session: Session, owner: type[QuickOwner], begun: Begun
) -> None:
    seeds = begun(3, CURVE)
    seeds.stop()
    wait_for_background(qtbot, session.background)
    assert owner.began == []
    assert not seeds.can_stop


def test_what_is_under_way_ends_with_the_session(
    qtbot: QtBot, session: Session, owner: type[QuickOwner], begun: Begun, isolated_home: Path
) -> None:
    owner.trains_on = True
    seeds = begun(3, CURVE)
    until(qtbot, lambda: seeds.trainings.over == 2)
    seeds.end()
    until(qtbot, lambda: not owner.began[0].lives)
    session.close()
    assert not folders(isolated_home)


def test_a_failure_ends_all_and_is_told(qtbot: QtBot, owner: type[QuickOwner], begun: Begun) -> None:
    owner.failure = "The disk is full."
    seeds = begun(3, CURVE, CURVE)
    until(qtbot, lambda: seeds.headline.news)
    assert not seeds.trainings.is_live
    assert seeds.headline.news == "The disk is full."


def test_an_error_of_one_seed_is_told_and_the_others_go_on(
    qtbot: QtBot, owner: type[QuickOwner], begun: Begun
) -> None:
    owner.error = "There is not enough memory."
    seeds = begun(3, PAINTING)
    until(qtbot, lambda: seeds.trainings.over == 3)
    assert begun.told == [("error", "There is not enough memory.")]
    assert seeds.headline.news == "There is not enough memory."
    assert [each.value for each in seeds.trainings.trainings] == [None, 2.0, 3.0]
    assert seeds.paints


def test_a_seed_is_adopted_with_its_moments_though_the_set_is_closed_at_once(
    qtbot: QtBot, session: Session, owner: type[QuickOwner], begun: Begun, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_read, may_be_heard = Event(), Event()

    def read_slowly(folder: SweepFolder, number: int) -> Project | None:
        project = read_trial(folder, number)
        is_read.set()
        may_be_heard.wait()
        return project

    for module in (chosen_trial, sweep_comparison):
        monkeypatch.setattr(module, "read_trial", read_slowly)
    before = session.document.experiment
    begun(3, CURVE)
    until(qtbot, lambda: begun.made[0].trainings.over == 3)
    trained = replace(CURVE, seed=CURVE.seed + 1, stop=Stop(epochs=2))
    state = finished(run(trained)).state
    save_project(owner.began[0].folder.project(2), Project(trained, state))
    whole: list[Floats] = []
    may_be_heard.set()
    begun.made[0].ask_whole(begun.made[0].trainings.by_number[2], whole.append)
    until(qtbot, lambda: whole)
    assert whole[0].shape == (481,)
    is_read.clear()
    may_be_heard.clear()
    begun.made[0].adopt(2)
    is_read.wait()
    begun.made.pop().end()
    gc.collect()
    may_be_heard.set()
    until(qtbot, lambda: session.document.experiment == trained)
    assert session.result.state is not None
    assert same_bits(session.result.state, state)
    session.document.undo_stack.undo()
    assert session.document.experiment == before


def test_a_design_that_goes_on_is_stopped_before_it_is_adopted(
    qtbot: QtBot, session: Session, owner: type[QuickOwner], begun: Begun
) -> None:
    owner.trains_on = True
    pair = begun(1, CURVE, WIDE)
    until(qtbot, lambda: pair.trainings.over == 1)
    trained = replace(WIDE, stop=Stop(epochs=2))
    save_project(owner.began[0].folder.project(2), Project(trained, finished(run(trained)).state))
    pair.adopt(2)
    assert session.document.experiment != trained
    until(qtbot, lambda: session.document.experiment == trained)
    assert not pair.is_running


def test_designs_and_their_problems() -> None:
    endless = replace(CURVE, stop=Stop(epochs=None))
    assert seeded_design("Run 1", endless, 40).experiment.stop == Stop(epochs=40)
    assert seeded_design("Run 1", endless).experiment == endless
    limited = replace(CURVE, stop=Stop(epochs=7))
    assert seeded_design("Run 1", limited, 40).experiment == limited
    assert seeds_words([Design("a", limited)]).startswith("Trains “a” anew with other seeds")
    assert "Trains “a” and “b” anew" in seeds_words([Design("a", limited), Design("b", limited)])
    for wrong, why in (
        (endless, "Nothing ends a run of these; say under Stop after when it does."),
        (replace(limited, batch_size=0), "batch_size: 0 is too small;"),
    ):
        with pytest.raises(SentenceError, match=why):
            seeds_words([Design("a", limited), Design("b", wrong)])
    assert can_be_compared([CURVE])
    assert can_be_compared([CURVE, limited])
    assert can_be_compared([CURVE, replace(CURVE, cost="l2")])
    others = (CURVE.data.has(noise=0.1), "data"), (CURVE.seed + 1, "seed")
    for value, name in others:
        assert not can_be_compared([CURVE, replace(CURVE, **{name: value})])
    assert not can_be_compared([CURVE, PAINTING])


def test_trainings_of_a_set_are_called_by_what_sets_them_apart() -> None:
    trainings = a_set(3, [ACTIVATION])
    (one,) = seeded_trainings(trainings, [2])
    assert one.name == "Trial 2"
    first, second, _ = trainings.trainings
    chosen = (
        dataclasses.replace(first, design=lambda: CURVE),
        dataclasses.replace(second, design=lambda: replace(CURVE, batch_size=50, seed=9)),
    )
    both = seeded_trainings(dataclasses.replace(trainings, trainings=chosen), [1, 2])
    assert [each.name for each in both] == ["Trial 1: batch size 200", "Trial 2: batch size 50"]
    assert {each.experiment.seed for each in both} == {CURVE.seed}
