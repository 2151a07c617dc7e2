"""A sweep from Python returns a table, and its project lists every run with own measures."""

from pathlib import Path

import numpy as np
import pytest

from cadl_desktop.api import open_project, preset, run, run_sweep
from cadl_desktop.api.sweeping import SweepError
from cadl_desktop.experiment.paths import PathError
from tests.engine.runs import epochs, same_bits, small_painting

SMALL = epochs(small_painting(), 2)


def test_a_sweep_is_a_table_of_what_varied_and_what_came_of_it(tmp_path: Path) -> None:
    vary = {"optimizer.rate": [0.01, 0.1], "layers.0.activation": ["tanh", "relu"]}
    table = run_sweep(SMALL, vary, seeds=2, measures={"first": lambda at: float(at.weights[0][0, 0])})
    assert len(table) == 8
    assert table["optimizer.rate"].tolist() == [0.01] * 4 + [0.1] * 4
    assert table["layers.0.activation"].tolist() == ["tanh", "tanh", "relu", "relu"] * 2
    assert table["seed"].tolist() == [SMALL.seed, SMALL.seed + 1] * 4
    assert np.isfinite(table["cost"]).all()
    assert np.isnan(table["validation_cost"]).all()
    assert set(table["reason"]) == {"epochs"}
    assert table.rows[2]["first"] == table.runs[2].history["first"][-1]
    alone = run(SMALL.set("optimizer.rate", 0.1).set("layers.0.activation", "relu"))
    assert same_bits(alone.state, table.runs[6].state)
    table.save(tmp_path / "sweep.cadl")
    project = open_project(tmp_path / "sweep.cadl")
    assert [each.number for each in project.runs] == [*range(1, 8)]
    assert project.number == 8
    assert project.runs[2].own_measures == {"first": table["first"][2]}
    assert project.runs[2].psnr == table["seen_psnr"][2]


def test_ranges_networks_and_strategies_are_those_of_the_command_line() -> None:
    ranged = run_sweep(epochs(SMALL, 1), {"layers.0.units": "2..4,2"})
    assert ranged["layers.0.units"].tolist() == [2, 4]
    networks = run_sweep(epochs(SMALL, 1), {"layers": ["4", "3,2"]})
    assert networks["layers"].tolist() == ["4", "3,2"]
    chance = run_sweep(epochs(SMALL, 1), {"l2": "0.0..0.1"}, strategy="random", trials=2)
    assert len(set(chance["l2"])) == 2


def test_what_cant_be_swept_is_refused() -> None:
    with pytest.raises(PathError, match=r"optimizer\.rat: there is no setting of this name"):
        run_sweep(SMALL, {"optimizer.rat": "0.1..1"})
    with pytest.raises(SweepError, match="Nothing varies"):
        run_sweep(SMALL, {})
    with pytest.raises(SweepError, match="A curve has no PSNR"):
        run_sweep(preset("lecture-tanh"), {"optimizer.rate": [0.1, 0.2]}, objective="seen_psnr")
