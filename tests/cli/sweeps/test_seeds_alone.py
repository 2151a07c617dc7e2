"""`sweep` without --vary trains the same with several seeds, and ends with what these say."""

from pathlib import Path

from cadl_desktop.cli.sweeps.parsers import sweep_parser
from cadl_desktop.cli.sweeps.shown import as_text, summary
from cadl_desktop.cli.sweeps.wanted import sweep_of
from cadl_desktop.sweeps import Sweep
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.sweeps.records.sweep_log import LogReader, OwnerStopped
from cadl_desktop.sweeps.records.sweep_status import SweepStatus
from tests.sweeps.sweep_folders import Outcome, write_seeds


def wanted(*words: str) -> Sweep:
    return sweep_of(sweep_parser().parse_args(["lecture-tanh", "--out", "there", *words]))


def test_the_grid_is_of_seeds_where_nothing_else_varies() -> None:
    assert wanted("--seeds", "3").strategy == "grid"
    assert wanted("--seeds", "3", "--trials", "6", "--vary", "l1=0.0..1.0").strategy == "random"


def test_what_luck_decides_is_said_at_the_end(tmp_path: Path) -> None:
    folder, sweep = SweepFolder(tmp_path), wanted("--seeds", "3")
    write_seeds(folder, sweep.base, [Outcome(0.5), Outcome(0.25), Outcome(None)])
    standing = SweepStatus().with_news(LogReader(folder.log).news())
    closed = OwnerStopped(3.0, "done")
    text = as_text(sweep, standing, closed, summary(sweep, standing, closed, folder))
    assert text.split("\n")[2:5] == [
        f"Best: trial 2, cost 0.25, with seed {sweep.base.seed + 1}",
        "Cost of “10 tanh neurons” over 3 seeds: 0.5 in the median, 0.25 to 0.5. "
        "1 of them came to nothing, which counts as the worst.",
        "With its own seed it is number 2 of 3, counted from the best.",
    ]
