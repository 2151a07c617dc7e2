"""The soak of closing in short: two moments at which nothing may be waited for."""

from pathlib import Path

import pytest

from tests.soak.closing import close_at

MOMENTS = [("starting", 100, "SIGHUP"), ("loading", 700, "cross")]


@pytest.mark.parametrize(("moment", "milliseconds", "way"), MOMENTS)
def test_a_window_that_is_closed_ends_well_and_leaves_nothing(
    moment: str, milliseconds: int, way: str, tmp_path: Path
) -> None:
    folder = tmp_path / "session"
    folder.mkdir()
    assert close_at(moment, milliseconds, way, folder).wrong == []
