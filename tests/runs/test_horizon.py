"""Share of a run that is done: from one step on, to its end, and as a line of the log."""

import numpy as np
import pytest

from cadl_desktop.runs.horizon import Horizon, progress


def test_the_share_grows_linearly() -> None:
    horizon = Horizon(step=100, done=0.2, end=300)
    steps = np.array([50, 100, 150, 200, 299, 300, 1000])
    np.testing.assert_allclose(progress(horizon, steps), [0.0, 0.2, 0.4, 0.6, 0.996, 1.0, 1.0], atol=1e-12)


def test_without_a_horizon_the_share_is_0() -> None:
    assert progress(None, np.arange(3)).tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    "horizon", [Horizon(step=0, done=0.0, end=9), Horizon(step=7, done=0.1 + 0.2, end=8)]
)
def test_a_spelled_horizon_is_parsed(horizon: Horizon) -> None:
    assert Horizon.read(horizon.spelled()) == horizon


@pytest.mark.parametrize(
    "text",
    [
        "",
        "none",
        "half of the run at step 1, all of it at step 2",
        "2.0 of the run at step 1, all of it at step 2",
        "nan of the run at step 1, all of it at step 2",
        "0.5 of the run at step 2, all of it at step 2",
    ],
)
def test_other_lines_are_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        Horizon.read(text)
