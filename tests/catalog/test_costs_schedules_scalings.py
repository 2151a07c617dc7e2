"""Promises of every cost, schedule and scaling in the catalog, whoever registered it."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from cadl_desktop.data.schedules import rate_factors
from cadl_desktop.engine.device import tf
from cadl_desktop.experiment import Part
from cadl_desktop.experiment.catalog import Category, entries
from cadl_desktop.export.entry_writers import script_writer


def schedules() -> Iterator[Part]:
    """Yields every schedule with its defaults, and with other settings where it has any."""
    for known in entries("schedule").values():
        yield known.part()
        if known.own:
            yield known.part(**{own.name: own.default / 3 + 0.05 for own in known.own if own.kind == "float"})


@pytest.mark.parametrize("kind", entries("cost"))
def test_a_cost_is_0_on_the_target_and_equals_its_script_code(kind: str) -> None:
    random = np.random.default_rng(0)
    prediction, target = tf.constant(random.normal(size=(2, 40, 3)), tf.float32)
    costs = entries("cost")[kind].load()
    found = costs(prediction, target).numpy()
    assert found.shape == (40,)
    assert (found > 0).all()
    np.testing.assert_array_equal(costs(target, target), np.zeros(40))
    code = script_writer("cost", kind)("one", "other")
    np.testing.assert_array_equal(eval(code, {"tf": tf, "one": prediction, "other": target}), found)


@pytest.mark.parametrize("schedule", list(schedules()), ids=str)
def test_a_schedule_is_finite_and_equals_its_script_code(schedule: Part) -> None:
    epochs = np.linspace(0.0, 1200.0, 5001)
    factors = rate_factors(schedule, epochs)
    assert factors.shape == epochs.shape
    assert np.isfinite(factors).all()
    assert (factors >= 0).all()
    code = script_writer("schedule", schedule.kind)(schedule, "epochs")
    np.testing.assert_array_equal(eval(code, {"np": np, "epochs": epochs}), factors)


INPUTS: Category = "input_scaling"
TARGETS: Category = "target_scaling"
SCALINGS = [(category, kind) for category in (INPUTS, TARGETS) for kind in entries(category)]


@pytest.mark.parametrize("spread", [0.0, 3.0])
@pytest.mark.parametrize(("category", "kind"), SCALINGS)
def test_a_scaling_and_its_script_code_agree(category: Category, kind: str, spread: float) -> None:
    values = 5.0 + spread * np.random.default_rng(0).uniform(-1.0, 1.0, (50, 1 if category == TARGETS else 2))
    low, high = values.min(axis=0), values.max(axis=0)
    found = entries(category)[kind].load()(values, low, high)
    np.testing.assert_allclose(found.invert(found.apply(values)), values, rtol=1e-6)

    known: dict[str, Any] = {"nonzero": lambda width: np.where(np.equal(width, 0), 1.0, width)}
    known |= {"values": values, "low": low, "high": high}
    offset, scale = (eval(code, known) for code in script_writer(category, kind)("values", "low", "high"))
    np.testing.assert_array_equal((values - offset) / scale, (values - found.offset) / found.scale)
