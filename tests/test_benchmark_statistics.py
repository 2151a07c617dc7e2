"""The arithmetic behind the benchmark's table."""

from pathlib import Path

import pytest

from tests.benchmarks.figures import Figure, paired_ratios, percentile, table
from tests.benchmarks.page import updated, write


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
    figure = Figure("speed", "ratio", (1.0, 2.0, 3.0), bound)
    assert figure.reached is reached
    assert {True: "yes", False: "no", None: "| speed"}[reached] in table([figure])


def test_a_part_that_was_not_run_keeps_its_rows() -> None:
    page = "# Figures\n\nWhat this is.\n\n## speed\n\n| old speed |\n\n## Short\n\nThe start.\n"

    once = updated(page, {"start": "| new start |"}, ["start", "speed"])
    twice = updated(once, {"speed": "| new speed |"}, ["start", "speed"])

    start, speed, short = "## start\n\n| new start |", "## speed\n\n| old speed |", "## Short\n\nThe start."
    assert once == f"# Figures\n\nWhat this is.\n\n{start}\n\n{speed}\n\n{short}\n"
    assert twice == once.replace("old speed", "new speed")


def test_figures_are_written_where_there_is_no_page_yet(tmp_path: Path) -> None:
    write({"speed": "| fast |"}, ["speed"], tmp_path / "FIGURES.md")
    assert (tmp_path / "FIGURES.md").read_text(encoding="utf-8") == "# Figures\n\n## speed\n\n| fast |\n"


def test_soaks_follow_the_parts_of_the_benchmark() -> None:
    page = updated("# Figures\n\n## start\n\n1\n\n## Short\n\nThe start.\n", {"soak closing": "2"}, ["start"])
    assert [line for line in page.splitlines() if line.startswith("##")] == [
        "## start",
        "## soak closing",
        "## Short",
    ]
