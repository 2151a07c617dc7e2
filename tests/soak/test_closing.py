"""The soak of closing in short: moments at which nothing may be waited for, and one to clear up after."""

import sys
from pathlib import Path

import pytest

from tests.soak.closing import close_at

LATER = "cross" if sys.platform == "darwin" else "log-out"
MOMENTS = [("starting", 100, "SIGHUP"), ("loading", 700, LATER), ("training", 300, "SIGTERM")]


@pytest.mark.parametrize(("moment", "milliseconds", "way"), MOMENTS)
def test_a_window_that_is_closed_ends_well_and_leaves_nothing(
    moment: str, milliseconds: int, way: str, tmp_path: Path
) -> None:
    folder = tmp_path / "session"
    folder.mkdir()
    assert close_at(moment, milliseconds, way, folder).wrong == []
