"""Presets ruined in some ways: the doctor's remedies lead out; `python -m tests.soak ruined-presets` draws
twelve from all."""

import pytest

from tests.soak.ruined_presets import WAYS, course

SMALL = ("lecture-tanh",)


@pytest.mark.parametrize("way", ["rate", "initial weights", "penalty"])
def test_after_two_remedies_a_network_learns_or_the_doctor_says_that_it_cant_help(way: str) -> None:
    found = course(tuple(WAYS).index(way), steps=500, presets=SMALL)
    assert found.learned or found.gave_up, found.line()
