"""Snapshots of the comparison of seeds, of one design or two."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from cadl_desktop.data.samples import samples_of
from cadl_desktop.experiment import preset
from cadl_desktop.sweeps.findings.seed_comparison import luck_in_words
from cadl_desktop.ui.luck.board import LuckBoard
from tests.sweeps.sweep_folders import curve_design, painting_design
from tests.ui.snapshots.snapshots import Snapshots


def test_two_designs_of_a_curve(qtbot: QtBot, snapshots: Snapshots, tmp_path: Path) -> None:
    curve = preset("lecture-tanh")
    designs = [
        curve_design(tmp_path / "a", curve, "Wide", [0.1, 0.12, 0.21, 0.15, 0.16]),
        curve_design(tmp_path / "b", curve, "Narrow", [0.5, 0.6, None, 0.4, 0.41]),
    ]
    board = LuckBoard(paints=False)
    qtbot.addWidget(board)
    board.show_samples(samples_of(curve.data))
    board.show_designs(designs, luck_in_words([each.spread for each in designs], all_over=True))
    assert not snapshots.difference(board, "luck-curves", (640, 480))


def test_the_deviations_of_paintings(qtbot: QtBot, snapshots: Snapshots, tmp_path: Path) -> None:
    painting = preset("lecture-painting")
    designs = [
        painting_design(tmp_path / "a", painting, "Wide", [0.0, 1.0, 3.0, 7.5]),
        painting_design(tmp_path / "b", painting, "Narrow", [1.0, 2.0]),
    ]
    board = LuckBoard(paints=True)
    qtbot.addWidget(board)
    board.show_designs(designs, luck_in_words([each.spread for each in designs], all_over=False))
    assert not snapshots.difference(board, "luck-paintings", (640, 440))
