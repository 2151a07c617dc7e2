"""The arithmetic behind the benchmark's table."""

import pytest

from tests.benchmarks.figures import Figure, paired_ratios, percentile, table


def test_median_of_paired_ratios_ignores_what_slows_a_whole_round() -> None:
    ratios = paired_ratios([400.0, 100.0, 420.0], [100.0, 25.0, 100.0])
    assert ratios == (4.0, 4.0, 4.2)
    assert Figure("ours over theirs", "ratio", ratios).median == 4.0


def test_every_round_has_both_sides() -> None:
    with pytest.raises(ValueError, match="zip"):
        paired_ratios([1.0, 2.0], [1.0])


@pytest.mark.parametrize(("percent", "value"), [(50, 50.0), (99, 99.0), (100, 100.0), (1, 1.0)])
def test_percentile_is_one_of_the_values(percent: float, value: float) -> None:
    assert percentile([float(number) for number in range(100, 0, -1)], percent) == value


@pytest.mark.parametrize(
    ("bound", "reached"),
    [(("at least", 2.0), True), (("at least", 2.1), False), (("at most", 1.9), False), (None, None)],
)
def test_table_says_what_is_reached(bound: object, reached: bool | None) -> None:
    figure = Figure("speed", "ratio", (1.0, 2.0, 3.0), bound)  # type: ignore[arg-type]
    assert figure.reached is reached
    assert {True: "yes", False: "no", None: "| speed"}[reached] in table([figure])
