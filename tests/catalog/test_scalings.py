"""What every scaling in the catalog promises, whoever registered it."""

from typing import Any

import numpy as np
import pytest

from cadl_desktop.experiment.catalog import Category, entries
from cadl_desktop.export.words import script_words

INPUTS: Category = "input_scaling"
TARGETS: Category = "target_scaling"
EVERY = [(category, kind) for category in (INPUTS, TARGETS) for kind in entries(category)]


@pytest.mark.parametrize("spread", [0.0, 3.0])
@pytest.mark.parametrize(("category", "kind"), EVERY)
def test_it_comes_back_and_is_the_same_in_a_script(category: Category, kind: str, spread: float) -> None:
    values = 5.0 + spread * np.random.default_rng(0).uniform(-1.0, 1.0, (50, 1 if category == TARGETS else 2))
    low, high = values.min(axis=0), values.max(axis=0)
    found = entries(category)[kind].load()(values, low, high)
    np.testing.assert_allclose(found.invert(found.apply(values)), values, rtol=1e-6)

    known: dict[str, Any] = {"nonzero": lambda width: np.where(np.equal(width, 0), 1.0, width)}
    known |= {"values": values, "low": low, "high": high}
    offset, scale = (eval(code, known) for code in script_words(category, kind)("values", "low", "high"))
    np.testing.assert_array_equal((values - offset) / scale, (values - found.offset) / found.scale)
