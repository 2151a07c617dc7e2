"""Two of the soak's random networks (`python -m tests.soak networks`)."""

from pathlib import Path

import pytest

from tests.soak.networks import attempt


@pytest.mark.parametrize("seed", [10, 11])
def test_a_random_network_says_the_same_in_every_format(tmp_path: Path, seed: int) -> None:
    assert not attempt(seed, tmp_path).failure
