"""Landscape exports: the surface and the run's path, as tables and as plots."""

import csv
import dataclasses
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.engine import costs_of
from cadl_desktop.experiment import Value
from cadl_desktop.export.exports import export, export_named, exports_for, preview
from cadl_desktop.export.job import CancelledError, Job
from cadl_desktop.export.plots import landscape_plot
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.network_weights import flatten
from cadl_desktop.runs.run_snapshots import Snapshots
from tests.engine.runs import epochs, small_painting
from tests.export.networks import CURVE, untrained, with_moments

Rows = list[dict[str, str]]
SIDE = 7


@pytest.fixture(scope="module")
def run() -> Trained:
    return with_moments(epochs(small_painting(), 4))


def job_of(ending: str, **options: Value) -> Job:
    job = export_named("landscape").job({"places": str(SIDE), "recipe": False, **options})
    job.ending = ending
    return job


def table(folder: Path, trained: Trained, **options: Value) -> tuple[Rows, Rows]:
    """Rows of the snapshots, and those of the surface."""
    path = folder / "landscape.csv"
    export("landscape", path, trained, job_of(".csv", **options))
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    moments = [row for row in rows if row["what"] == "moment"]
    return moments, [row for row in rows if row["what"] == "surface"]


def words(folder: Path, trained: Trained, **options: Value) -> str:
    path = folder / "landscape.svg"
    export("landscape", path, trained, job_of(".svg", **options))
    return " ".join(re.findall(r">([^<>]+)</text>", path.read_text(encoding="utf-8")))


def numbers(rows: Rows, name: str) -> np.ndarray[Any, Any]:
    return np.array([float(row[name]) for row in rows])


@pytest.mark.parametrize("directions", ["main", "random"])
def test_moments_have_their_own_costs_and_the_last_is_in_the_middle(
    run: Trained, tmp_path: Path, directions: str
) -> None:
    moments, surface = table(tmp_path, run, directions=directions)
    assert [int(row["step"]) for row in moments] == [state.step for state in run.states]
    costs = costs_of(run.experiment, [flatten(state.weights) for state in run.states]).values
    np.testing.assert_allclose(numbers(moments, "cost"), costs, rtol=1e-5)
    for name in ("x", "y", "distance"):
        assert float(moments[-1][name]) == pytest.approx(0, abs=1e-6)
    assert len(surface) == SIDE**2
    middle = surface[SIDE**2 // 2]
    assert float(middle["x"]) == float(middle["y"]) == 0.0
    assert float(middle["cost"]) == pytest.approx(costs[-1], rel=1e-5)


def test_main_directions_show_all_moments_and_reach_can_be_chosen(run: Trained, tmp_path: Path) -> None:
    moments, surface = table(tmp_path, run)
    reach = numbers(surface, "x").max()
    assert np.abs(numbers(moments, "x")).max() <= 1.2 * reach
    assert np.abs(numbers(moments, "y")).max() <= 1.2 * reach
    _, nearer = table(tmp_path, run, zoom=0.1)
    assert numbers(nearer, "x").max() == pytest.approx(0.1 * reach)


def test_titles_have_the_shares_of_the_directions(run: Trained, tmp_path: Path) -> None:
    assert re.search(r"First main direction: \d+ % of the moments' variance", words(tmp_path, run))


def test_hills_show_the_same_costs(run: Trained, tmp_path: Path) -> None:
    drawn = {seen: words(tmp_path, run, seen=seen) for seen in ("from above", "as hills")}
    for seen in drawn.values():
        assert "First main direction" in seen
        assert "Cost" in seen
        assert "Moments of the run" in seen
        assert f"Here: step {run.state.step:,}" in seen
    figure = landscape_plot._draw(run, job_of(".png", seen="as hills"))
    (axes,) = figure.axes
    shown = [label.get_text() for label in axes.get_zticklabels()]
    _, surface = table(tmp_path, run)
    costs = numbers(surface, "cost")
    assert [float(shown[0]), float(shown[-1])] == pytest.approx([costs.min(), costs.max()], rel=0.01)


def test_directions_are_random_if_there_are_too_few_moments(run: Trained, tmp_path: Path) -> None:
    few = dataclasses.replace(run, snapshots=Snapshots())
    assert "First random direction" in words(tmp_path, few)


def test_a_network_without_weights_has_no_landscape() -> None:
    bare = replace(CURVE, layers=())
    assert "landscape" in [kind.name for kind in exports_for(CURVE)]
    assert "landscape" not in [kind.name for kind in exports_for(bare)]


def test_a_preview_is_quick_and_says_how_much_there_will_be(run: Trained) -> None:
    asked: list[object] = []

    def compute(work: Any) -> Any:
        asked.append(work)
        return work()

    wanted = export_named("landscape")
    watched = dataclasses.replace(run, compute=compute)
    rows = preview(wanted, watched, job_of(".csv", places="51"))
    assert len(rows.rows) == 1 + len(run.states)
    assert rows.caption == f"{len(run.states) + 51**2:,} rows"
    asked_for_moments = len(asked)
    assert preview(wanted, watched, job_of(".png", places=str(SIDE))).picture is not None
    assert len(asked) > asked_for_moments + 1  # in pieces


def test_a_landscape_can_be_cancelled(run: Trained, tmp_path: Path) -> None:
    job = job_of(".png", places="51")

    def compute(work: Any) -> Any:
        job.cancel()
        return work()

    with pytest.raises(CancelledError):
        export("landscape", tmp_path / "landscape.png", dataclasses.replace(run, compute=compute), job)
    assert not (tmp_path / "landscape.png").exists()


def test_nan_costs_are_drawn_as_the_highest(tmp_path: Path) -> None:
    trained = untrained(small_painting())
    wild = tuple(array * np.float32(1e30) for array in trained.state.weights)
    broken = dataclasses.replace(trained, state=dataclasses.replace(trained.state, weights=wild))
    assert "First random direction" in words(tmp_path, broken)
