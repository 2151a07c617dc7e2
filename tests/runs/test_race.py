"""Races: which designs may race, and who leads by how much."""

import pytest
from msgspec.structs import replace

from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.edits import with_preset
from cadl_desktop.runs.events import EpochEnded, Progressed
from cadl_desktop.runs.race_standing import Goal, Track, Unit, diverged_in_words, in_words, refusal, standing

PAINTING, CURVE = preset("lecture-painting"), preset("lecture-tanh")
NAMES = "Wide", "Narrow"


def track(*rows: tuple[int, float, float]) -> Track:
    """Track with costs at steps and seconds."""
    made = Track()
    for step, seconds, cost in rows:
        made.hear(EpochEnded(1, step, seconds, cost, None, 0.001))
    return made


def words(left: Track, right: Track, unit: Unit = "step") -> str | None:
    found = standing((left, right), unit)
    return None if found is None else in_words(found, Goal(unit, 1), NAMES)


def test_who_leads_at_equal_steps_and_by_how_much() -> None:
    left, right = track((600, 1.0, 0.5), (1200, 2.0, 0.012)), track((600, 9.0, 0.6), (1200, 19.0, 0.0192))
    assert (
        words(left, right) == "After 1,200 steps each: “Wide” leads, cost 0.0120 against 0.0192 (1.6 times)."
    )
    found = standing((right, left), "step")
    assert found is not None
    assert found.leader == 1


def test_at_equal_seconds_costs_are_interpolated() -> None:
    left, right = track((10, 1.0, 0.5), (20, 2.0, 0.1)), track((10, 0.5, 0.4), (20, 1.5, 0.2))
    assert (
        words(left, right, "seconds")
        == "After 1.5 s each: “Narrow” leads, cost 0.2000 against 0.3000 (1.5 times)."
    )


def test_without_a_common_step_nobody_leads() -> None:
    assert words(track(), track((10, 1.0, 0.5))) is None
    assert words(track((100, 1.0, 0.5)), track((10, 1.0, 0.5), (90, 2.0, 0.2))) is None


def test_equal_costs_and_a_cost_of_0() -> None:
    one = track((10, 1.0, 0.5))
    assert words(one, one) == "After 10 steps each: level, cost 0.5000."
    assert words(one, one, "seconds") == "After 1.0 s each: level, cost 0.5000."
    found = words(track((10, 1.0, 0.0)), one)
    assert found == "After 10 steps each: “Wide” leads, cost 0 against 0.5000."
    found = words(track((10, 1.0, 0.4999)), one)
    assert found == "After 10 steps each: “Wide” leads, cost 0.4999 against 0.5000."


@pytest.mark.parametrize(
    ("less", "more", "times"), [(1.0, 1.02, "1.02"), (1.0, 123.4, "123"), (1.0, 12345.6, "12,346")]
)
def test_by_how_much_has_three_figures(less: float, more: float, times: str) -> None:
    found = words(track((10, 1.0, more)), track((10, 1.0, less)))
    assert found is not None
    assert f"({times} times)" in found


def test_errors_come_from_the_pictures() -> None:
    made = Track(by_error=True)
    made.hear(EpochEnded(1, 9, 0.5, 17.0, None, 0.001))
    for step, psnr in ((10, 20.0), (10, 20.0), (20, None), (30, 30.0)):
        made.hear(Progressed(1, step, step / 10, 10.0, psnr=psnr))
    assert made.column("step").tolist() == [10, 30]
    assert made.costs.tolist() == pytest.approx([0.01, 0.001])
    found = standing((made, made), "step")
    assert found is not None
    assert (
        in_words(found, Goal("step", 1), NAMES, by_error=True) == "After 30 steps each: level, error 0.00100."
    )


def test_a_track_stays_bounded() -> None:
    made = track(*((step, step / 10, 1 / step) for step in range(1, 10_001)))
    assert len(made.costs) <= 4096
    assert made.costs[-1] == 1 / 10_000


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (PAINTING, CURVE, "A curve and a painting can't be compared"),
        (PAINTING, replace(PAINTING, data=PAINTING.data.has(longest=32)), "learn different data"),
        (CURVE, replace(CURVE, cost="l2"), "measure their costs differently"),
        (CURVE, replace(CURVE, batch_size=0), "“Narrow” can't be trained: batch_size"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_a_sentence(
    one: Experiment, other: Experiment, why: str
) -> None:
    found = refusal((one, other), NAMES)
    assert found is not None
    assert why in found
    assert refusal((one, one), NAMES) is None


def test_paintings_may_be_raced_whatever_their_costs() -> None:
    assert refusal((PAINTING, with_preset(PAINTING, "siren-painting")), NAMES) is None


def test_divergence_in_words() -> None:
    found = diverged_in_words("Wide", 1200, "Narrow")
    assert found == (
        "“Wide” diverged, and its last good weights are those of step 1,200: “Narrow” leads. "
        "A smaller learning rate may help."
    )
    assert diverged_in_words("Wide", 12, None) == "Both diverged: try smaller learning rates."
