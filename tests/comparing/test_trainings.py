"""Runs, trials and seeds as rows of one kind, their groups, and the courses of their costs."""

import math
from dataclasses import replace as replace_fields
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.comparing.comparable import comparable
from cadl_desktop.comparing.course_lines import lines_of, means_of
from cadl_desktop.comparing.groups import designs_of, groups_by, spread_of
from cadl_desktop.comparing.network_sizes import PARAMETERS, by_size
from cadl_desktop.comparing.run_trainings import RunReader
from cadl_desktop.comparing.seeded_designs import Design, sweep_of
from cadl_desktop.comparing.sweep_trainings import SweepReader
from cadl_desktop.comparing.telling_settings import MOST_TOLD, telling_paths
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.paths import set_path
from cadl_desktop.runs.events import EpochEnded
from cadl_desktop.runs.history import History
from cadl_desktop.runs.record import RunRecord, record_of
from cadl_desktop.sweeps.findings.seed_comparison import compare
from cadl_desktop.sweeps.plan.sweep_model import DESIGN, Choices, Objective, Range
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.sweeps.records.sweep_log import LogWriter, TrialEnded
from cadl_desktop.sweeps.records.sweep_notes import SweepNotes
from cadl_desktop.ui.comparing.words import name_text
from tests.comparing.sets import ACTIVATION, RATE, a_set, replicated
from tests.sweeps.sweep_folders import (
    Outcome,
    a_folder,
    a_sweep,
    records_of,
    standing_of,
    write_trials,
)

CURVE = preset("lecture-tanh")


def a_run(number: int, experiment: Experiment, costs: list[float], note: str = "") -> RunRecord:
    history = History()
    for epoch, cost in enumerate(costs, 1):
        history.add(EpochEnded(epoch, 10 * epoch, 0.5 * epoch, cost, None, 0.01))
    return record_of(number, experiment, history, None, note=note)


def test_runs_keep_number_and_name_whatever_else_is_listed() -> None:
    reader = RunReader()
    first = a_run(1, CURVE, [2.0, 1.0], note="Nice #best")
    alone = reader.read([first], 1).trainings[0]
    assert alone.differs == ""
    second = a_run(2, replace(CURVE, seed=7), [2.0, 0.5])
    both = reader.read([first, second], 2, live="training")
    assert [(each.number, each.name) for each in both.trainings] == [(1, alone.name), (2, alone.name)]
    assert both.trainings[0].tags == ("best",)
    assert [each.differs for each in both.trainings] == ["seed 1", "seed 7"]
    assert [each.state for each in both.trainings] == ["ended", "training"]
    assert not both.trainings[1].is_over
    assert [each.value for each in both.trainings] == [1.0, 0.5]
    assert both.trainings[0].course.costs.tolist() == [2.0, 1.0]
    assert both.best is both.trainings[0]


def test_courses_lie_along_processor_seconds_where_these_are_known() -> None:
    history = History()
    for epoch in (1, 2):
        history.add(EpochEnded(epoch, 10 * epoch, 0.5, 1.0, None, 0.01, processor_seconds=0.25 * epoch))
    counted = record_of(2, CURVE, history, None)
    older, newer = RunReader().read([a_run(1, CURVE, [2.0, 1.0]), counted], 1).trainings
    assert newer.course.along("processor").tolist() == [0.25, 0.5]
    assert newer.processor_seconds == 0.5
    assert np.isnan([*older.course.along("processor"), older.processor_seconds]).all()


def test_settings_of_runs_have_their_numbers_or_words() -> None:
    slow = set_path(CURVE, "optimizer.rate", "0.0001")
    relu = set_path(CURVE, "layers.0.activation", "relu")
    found = RunReader().read([a_run(n, e, [1.0]) for n, e in enumerate((CURVE, slow, relu), 1)], None)
    rate, activation = (found.setting(path) for path in ("optimizer.rate", "layers.0.activation"))
    assert rate is not None
    assert isinstance(rate.among, Range)
    assert rate.among.low == 0.0001
    assert found.trainings[1].values["optimizer.rate"] == 0.0001
    assert activation is not None
    assert isinstance(activation.among, Choices)
    assert found.trainings[2].values["layers.0.activation"] == "ReLU"


def test_unchanged_trials_keep_their_rows_and_news_replace_one(tmp_path: Path) -> None:
    sweep = a_sweep(trials=12)
    folder = a_folder(tmp_path / "sweep", sweep, 10, training=2)
    standing, reader = standing_of(folder), SweepReader(sweep, "sweep")
    before = reader.read(standing, {}, {})
    assert (before.over, before.wanted, set(before.coming)) == (8, 12, {11, 12})
    assert before.is_live
    last = before.by_number[10]
    assert last.state == "training"
    assert last.course.steps.tolist() == [300.0]
    after = reader.read(standing.with_news(list(records_of(sweep, 10))[1:]), {}, {3: "odd"})
    assert [a is b for a, b in zip(before.trainings, after.trainings, strict=True)] == [
        n not in (3, 10) for n in range(1, 11)
    ]
    assert after.by_number[10].course.steps.tolist() == [300.0, 2000.0]
    assert after.by_number[3].note == "odd"
    assert before.best is not None
    assert (
        before.best.number
        == min(
            (each for each in before.trainings if each.state == "epochs"),
            key=lambda each: each.value or math.inf,
        ).number
    )


def test_failed_trials_say_why_and_are_never_best(tmp_path: Path) -> None:
    sweep = a_sweep(trials=20)
    standing = standing_of(a_folder(tmp_path / "sweep", sweep, 20))
    found = SweepReader(sweep, "sweep").read(standing, {}, {})
    assert found.by_number[11].state == "diverged"
    assert found.by_number[17].state == "failed"
    assert "memory" in found.by_number[17].message
    assert found.best not in (found.by_number[11], found.by_number[17])


def test_what_is_best_follows_the_objective(tmp_path: Path) -> None:
    sweep = a_sweep(trials=3, objective=Objective(measure="seen_psnr"))
    folder = SweepFolder(tmp_path / "sweep")
    folder.make(sweep)
    log = LogWriter(folder.log)
    for number, value in ((1, 20.0), (2, 30.0), (3, 25.0)):
        log.add(next(records_of(sweep, number)))
        log.add(TrialEnded(2.0, number, "epochs", value))
    log.close()
    best = SweepReader(sweep, "sweep").read(standing_of(folder), {}, {}).best
    assert best is not None
    assert best.number == 2


def test_designs_by_seeds_are_trained_seed_by_seed_and_compared(tmp_path: Path) -> None:
    sweep = sweep_of([Design("Wide", CURVE), Design("Narrow", replace(CURVE, batch_size=50))], 4)
    costs = (1.0, 5.0, 2.0, 6.0, None, 7.0, 4.0, 8.0)
    folder = SweepFolder(tmp_path / "designs")
    write_trials(folder, sweep, [Outcome(cost) for cost in costs])
    assert folder.sweep() == sweep
    found = SweepReader(folder.sweep(), "Wide against Narrow", "seeds").read(standing_of(folder), {}, {})
    assert [(each.number, each.seed) for each in found.trainings[:3]] == [(1, 1), (2, 1), (3, 2)]
    assert [each.values[DESIGN] for each in found.trainings[:2]] == ["Wide", "Narrow"]
    assert found.trainings[1].name == "Narrow, seed 1"
    assert found.trainings[3].design() == replace(CURVE, batch_size=50, seed=2)
    wide, narrow = (spread_of(group, found) for group in designs_of(found))
    assert [(each.name, len(each.values), each.failed) for each in (wide, narrow)] == [
        ("Wide", 4, 1),
        ("Narrow", 4, 0),
    ]
    comparison = compare(wide, narrow)
    assert comparison is not None
    assert (comparison.better.name, comparison.wins, comparison.losses) == ("Narrow", 16, 0)  # of R²


def test_groups_are_in_the_order_of_the_values() -> None:
    trainings = a_set(9, (RATE, ACTIVATION)).trainings
    assert [group.value for group in groups_by(trainings, ACTIVATION)] == ["tanh", "relu", "sine"]
    rates = [group.value for group in groups_by(reversed(trainings), RATE)]
    assert rates == sorted(rates, key=RATE.number)


def test_means_cover_what_all_courses_have_in_common() -> None:
    trainings = a_set(5, (), groups=("Wide",))
    groups = designs_of(trainings)
    known = lines_of(trainings, "cost", "step", name_text, {})
    lines = [*known.values()]
    assert [*lines_of(trainings, "cost", "step", name_text, known).values()] == lines
    (mean,) = means_of(groups, lines)
    low, high = mean.band
    assert (mean.x[0], mean.x[-1], mean.numbers) == (10.0, 400.0, (1, 2, 3, 4, 5))
    assert (low <= mean.values).all()
    assert (mean.values <= high).all()
    assert high[-1] == pytest.approx(max(line.values[-1] for line in lines))
    (alone,) = means_of(groups, lines[:1])
    assert (alone.band, alone.x is lines[0].x) == ((), True)


def test_notes_of_a_sweep_stand_beside_its_log_and_damage_loses_no_trial(tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "sweep", a_sweep(), 3)
    log = folder.log.read_bytes()
    notes = SweepNotes(folder)
    notes.write(2, "smooth #sky")
    SweepNotes(folder).write(3, "x" * 5000)
    again = SweepNotes(folder).known
    assert again[2] == "smooth #sky"
    assert len(again[3]) == 1000
    assert folder.log.read_bytes() == log
    notes.write(2, "")
    assert 2 not in SweepNotes(folder).known
    folder.notes.write_bytes(b'{"1": 5')
    assert SweepNotes(folder).known == {}


def test_costs_of_runs_of_other_data_or_another_cost_are_never_ranked() -> None:
    others = [set_path(CURVE, "cost", "l2"), set_path(CURVE, "data.noise", "0.1")]
    runs = [
        a_run(n, e, [cost])
        for n, (e, cost) in enumerate(zip((CURVE, *others), (3.0, 1.0, 2.0), strict=True), 1)
    ]
    found = RunReader().read(runs, 1)
    assert found.objective == Objective()  # as in files that know no better measure
    assert [each.is_comparable for each in found.trainings] == [True, True, False]
    assert [each.ranks_by("cost") for each in found.trainings] == [True, False, False]
    assert found.best is found.trainings[0]
    assert comparable(found).trainings == (found.trainings[0],)
    assert RunReader().read(runs, 3).best is not found.trainings[0]


@pytest.mark.parametrize("painting", [False, True])
def test_the_best_run_is_the_nearest_whatever_the_costs_and_whichever_is_shown(painting: bool) -> None:
    base = preset("lecture-painting") if painting else CURVE
    designs = base, set_path(base, "cost", "l1"), set_path(base, "target_scaling", "unit")
    quality = "psnr" if painting else "r2"
    costs, near = (1e-3, 19.0, 1.0), (0.2, 0.9, 0.5)
    runs = [replace_fields(a_run(at + 1, designs[at], [costs[at]]), **{quality: near[at]}) for at in range(3)]
    for shown in (1, 2, 3):
        found = RunReader().read(runs, shown)
        assert found.objective.measure == ("seen_psnr" if painting else "r2")
        assert found.best is found.trainings[1]
        assert len(comparable(found).trainings) == 3
    elsewhere = preset("lecture-tanh" if painting else "lecture-painting").data
    runs[1] = replace_fields(runs[1], experiment=replace(designs[1], data=elsewhere))
    found = RunReader().read(runs, 1)
    assert found.best is found.trainings[2]  # among those of one target


def test_differences_of_whole_designs_are_a_dozen_settings_at_most() -> None:
    names = ("lecture-painting", "siren-painting", "fourier-painting", "learned-painting")
    runs = [a_run(number, preset(name), [1.0]) for number, name in enumerate(names, 1)]
    found = RunReader().read(runs, 1)
    told = telling_paths(found.settings)
    assert len(found.settings) > len(told) == MOST_TOLD
    assert {"layers", "encoding.kind", "optimizer.rate", "cost"} <= told
    layers = [each.values["layers"] for each in found.trainings]
    assert layers[:2] == ["6 × 64 ReLU", "2 × 60 Sine"]


def test_over_parameters_the_best_is_the_point_with_the_best_mean_and_not_a_lucky_seed() -> None:
    found = replicated(a_set(4), 2, (0.1, 0.9, 0.3, 0.3))
    assert found.best is not None
    assert found.best.number == 3
    sized = by_size(found)
    assert [each.path for each in sized.settings] == [PARAMETERS]
    assert sized.best is not None
    assert sized.best.number == 3
