"""What every cost and every schedule in the catalog promises, whoever registered it."""

from collections.abc import Iterator

import numpy as np
import pytest

from cadl_desktop.data.schedules import rate_factors
from cadl_desktop.engine.device import tf
from cadl_desktop.experiment import Part
from cadl_desktop.experiment.catalog import entries
from cadl_desktop.export.words import script_words


def schedules() -> Iterator[Part]:
    """Every schedule with its defaults, and with other numbers where it has any."""
    for known in entries("schedule").values():
        yield known.part()
        if known.own:
            yield known.part(**{own.name: own.default / 3 + 0.05 for own in known.own if own.kind == "float"})


@pytest.mark.parametrize("kind", entries("cost"))
def test_a_cost_is_0_on_the_target_and_is_the_same_in_a_script(kind: str) -> None:
    random = np.random.default_rng(0)
    prediction, target = tf.constant(random.normal(size=(2, 40, 3)), tf.float32)
    costs = entries("cost")[kind].load()
    found = costs(prediction, target).numpy()
    assert found.shape == (40,)
    assert (found > 0).all()
    np.testing.assert_array_equal(costs(target, target), np.zeros(40))
    said = eval(script_words("cost", kind)("one", "other"), {"tf": tf, "one": prediction, "other": target})
    np.testing.assert_array_equal(said, found)


@pytest.mark.parametrize("schedule", list(schedules()), ids=str)
def test_a_schedule_is_finite_and_the_same_in_a_script(schedule: Part) -> None:
    epochs = np.linspace(0.0, 1200.0, 5001)
    factors = rate_factors(schedule, epochs)
    assert factors.shape == epochs.shape
    assert np.isfinite(factors).all()
    assert (factors >= 0).all()
    said = eval(script_words("schedule", schedule.kind)(schedule, "epochs"), {"np": np, "epochs": epochs})
    np.testing.assert_array_equal(said, factors)
