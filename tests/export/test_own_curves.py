"""Own points with uneven x and typed functions are exported like every curve."""

import csv
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.data.curves.curve_datasets import encode_points
from cadl_desktop.experiment import Part
from cadl_desktop.experiment.catalog import part
from cadl_desktop.export.exports import export
from tests.export.networks import CURVE, untrained

UNEVEN = encode_points([(5, 1), (-2, 7), (0, 3), (0, 4), (0.1, -3)])


@pytest.mark.parametrize(
    "data",
    [
        part("dataset", "points", points=UNEVEN),
        part("dataset", "points", points=encode_points([(2, 1)])),
        part("dataset", "function", expression="sqrt(x**2 - 1)", observations=30),
    ],
)
def test_the_curve_of_own_data(tmp_path: Path, data: Part) -> None:
    trained = untrained(replace(CURVE, data=data))
    for name in ("curve.csv", "curve.svg", "curve.png"):
        export("curve", tmp_path / name, trained)
    with (tmp_path / "curve.csv").open() as file:
        header, *rows = csv.reader(file)

    assert header[0] == "x"
    x = np.array([float(row[0]) for row in rows])
    assert x[0] < trained.samples.low[0] <= trained.samples.high[0] < x[-1]
    assert (np.diff(x) > 0).all()
    assert b"<svg" in (tmp_path / "curve.svg").read_bytes()


def test_the_script_of_own_points_holds_them(tmp_path: Path) -> None:
    trained = untrained(replace(CURVE, data=part("dataset", "points", points=UNEVEN)))
    export("script", tmp_path / "own.py", trained)

    assert "[5.0], [-2.0], [0.0], [0.0], [0.1]" in (tmp_path / "own.py").read_text()
