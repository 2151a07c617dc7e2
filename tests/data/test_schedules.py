"""Every schedule against its formula, written out for single epochs."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.data.schedules import rate_factors
from cadl_desktop.experiment.catalog import entries, part
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.presets import experiment_as_plain, experiment_from, preset

EPOCHS = np.array([0.0, 0.25, 1.0, 2.5, 9.999, 10.0, 19.5, 20.0, 30.0, 1000.0])

CASES: dict[str, tuple[Part, Callable[[float], float]]] = {
    "constant": (part("schedule", "constant"), lambda epoch: 1.0),
    "cosine": (
        part("schedule", "cosine", epochs=20, floor=0.1),
        lambda epoch: 0.1 + 0.45 * (1 + math.cos(math.pi * epoch / 20)) if epoch < 20 else 0.1,
    ),
    "step": (part("schedule", "step", every=10, factor=0.3), lambda epoch: 0.3 ** (epoch // 10)),
    "exponential": (part("schedule", "exponential", half_life=5.0), lambda epoch: 0.5 ** (epoch / 5)),
}


SHARES = np.array([0.0, 0.1, 0.25, 0.3333, 0.5, 0.75, 0.999, 1.0])

OVER_RUN: dict[str, tuple[Part, Callable[[float], float]]] = {
    "cosine": (
        part("schedule", "cosine", over="run", floor=0.1),
        lambda share: 0.1 + 0.45 * (1 + math.cos(math.pi * share)),
    ),
    "step": (
        part("schedule", "step", over="run", falls=3, factor=0.3),
        lambda share: 0.3 ** min(share // 0.25, 3),
    ),
    "exponential": (part("schedule", "exponential", over="run", end=0.02), lambda share: 0.02**share),
}


@pytest.mark.parametrize("kind", OVER_RUN)
def test_schedules_over_the_run_end_with_it(kind: str) -> None:
    schedule, formula = OVER_RUN[kind]
    factors = rate_factors(schedule, SHARES)
    np.testing.assert_allclose(factors, [formula(share) for share in SHARES], rtol=1e-12)


@pytest.mark.parametrize("kind", OVER_RUN)
def test_files_contain_newer_settings_only_where_they_are_set(kind: str) -> None:
    """Earlier versions read what doesn't go over the run."""
    usual = part("schedule", kind)
    written = experiment_as_plain(replace(preset("lecture-line"), schedule=usual))["schedule"]
    assert not written.keys() & {"over", "falls", "end"}
    over_run = OVER_RUN[kind][0]
    plain = experiment_as_plain(replace(preset("lecture-line"), schedule=over_run))
    assert plain["schedule"]["over"] == "run"
    assert experiment_from(plain).schedule == over_run


def test_every_schedule_has_its_formula_here() -> None:
    assert CASES.keys() == entries("schedule").keys()


@pytest.mark.parametrize("kind", CASES)
def test_factors_are_those_of_the_formula(kind: str) -> None:
    schedule, formula = CASES[kind]
    factors = rate_factors(schedule, EPOCHS)
    assert factors.dtype == np.float64
    np.testing.assert_allclose(factors, [formula(epoch) for epoch in EPOCHS], rtol=1e-12)


@pytest.mark.parametrize("kind", CASES)
def test_every_schedule_begins_with_the_optimizers_rate(kind: str) -> None:
    assert rate_factors(part("schedule", kind), np.zeros(1)).tolist() == [1.0]


def test_a_factor_of_zero_ends_learning() -> None:
    nothing = part("schedule", "step", every=2, factor=0.0)
    assert rate_factors(nothing, np.array([1.9, 2.0, 5.0])).tolist() == [1.0, 0.0, 0.0]
