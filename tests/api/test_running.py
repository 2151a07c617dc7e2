"""A run from Python: history and weights as arrays, own measures beside the cost, and the project of it."""

from pathlib import Path

import numpy as np
import pytest

from cadl_desktop.api import EpochNetwork, open_project, preset, run, with_picture
from cadl_desktop.comparing.run_trainings import RunReader
from cadl_desktop.project import Project, save_project
from cadl_desktop.runs.history import MeasureError
from cadl_desktop.runs.record import record_of
from tests.engine.runs import epochs, same_bits, small_painting

SMALL = epochs(small_painting(), 4)


def largest(network: EpochNetwork) -> float:
    return max(float(np.abs(array).max()) for array in network.weights)


def brightness(network: EpochNetwork) -> float:
    assert network.prediction.shape == (12, 12, 3)
    return float(network.prediction.mean())


def test_history_weights_and_own_measures_are_arrays(tmp_path: Path) -> None:
    plain, made = run(SMALL), run(SMALL, {"largest weight": largest, "brightness": brightness})
    assert same_bits(plain.state, made.state), "measures change nothing"
    assert [*made.history][:4] == ["epoch", "step", "seconds", "cost"]
    assert [*made.history][-2:] == ["largest weight", "brightness"]
    assert made.history["epoch"].tolist() == [0, 1, 2, 3, 4]
    assert np.isfinite(made.history["largest weight"]).all()
    assert made.measures["largest weight"] == max(np.abs(each).max() for each in made.weights.values())
    assert made.measures["brightness"] == pytest.approx(made.prediction.mean(), rel=1e-5)
    assert made.measures["cost"] == pytest.approx(made.history["cost"][-1], rel=1e-5)
    made.save(tmp_path / "made.cadl")
    project = open_project(tmp_path / "made.cadl")
    assert project.history is not None
    columns = project.history.columns()
    for name, column in made.history.items():
        np.testing.assert_array_equal(columns[name], column)
    record = record_of(1, project.experiment, project.history, project.state)
    shown = RunReader().read([record], 1).trainings[0]
    assert shown.own == {name: made.history[name][-1] for name in ("brightness", "largest weight")}
    save_project(tmp_path / "listed.cadl", Project(SMALL, runs=(record,), number=2))
    assert open_project(tmp_path / "listed.cadl").runs[0].own_measures == shown.own


def test_a_curve_is_measured_at_its_samples() -> None:
    seen: list[int] = []

    def count(network: EpochNetwork) -> float:
        seen.append(network.epoch)
        return len(network.prediction)

    made = run(epochs(preset("lecture-tanh"), 2), {"samples": count})
    assert seen == [0, 1, 2]
    assert made.measures["samples"] == made.experiment.data["observations"]
    assert made.prediction.shape == (len(made.positions),)


def test_rows_that_a_run_without_measures_adds_have_none() -> None:
    history = run(SMALL, {"one": lambda network: 1.0}).trained.history
    longer = run(epochs(SMALL, 6)).trained.history
    rows = np.concatenate([history.rows, longer.rows[5:]])
    continued = type(history).from_rows(rows, [], {"one": np.array([1.0] * 5 + [np.nan] * 2)})
    assert record_of(1, SMALL, continued, None).own_measures == {}
    assert continued.columns()["one"].tolist()[:5] == [1.0] * 5


@pytest.mark.parametrize("name", ["", "cost", "x" * 41, "a\nb"])
def test_a_name_that_no_column_can_have_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="of a measure"):
        run(SMALL, {name: largest})


def test_a_measure_without_a_number_and_one_that_fails_are_told() -> None:
    with pytest.raises(MeasureError, match="The measure 'all' returned tuple; let it return one number"):
        run(SMALL, {"all": lambda network: network.weights})  # type: ignore[arg-type, dict-item, return-value]
    with pytest.raises(ZeroDivisionError):
        run(SMALL, {"broken": lambda network: 1 / 0})


def test_an_own_picture_is_painted() -> None:
    colours = np.full((5, 7, 3), 128, np.uint8)
    made = run(with_picture(epochs(preset("lecture-painting"), 1), colours))
    assert made.prediction.shape == colours.shape
