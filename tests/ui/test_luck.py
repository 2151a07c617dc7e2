"""One design with several seeds, or two, as the folder of their sweep has them: drawn, read out, and said."""

import gc
from pathlib import Path
from threading import Event
from typing import TypeVar

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from cadl_desktop.data.samples import samples_of
from cadl_desktop.experiment import Experiment, Stop, preset
from cadl_desktop.project import Project, save_project
from cadl_desktop.runs.history import History
from cadl_desktop.runs.record import record_of
from cadl_desktop.session.sweeps import chosen_trial
from cadl_desktop.session.sweeps.chosen_trial import read_trial
from cadl_desktop.session.sweeps.luck_runs import seeded_design
from cadl_desktop.sweeps.findings.seed_comparison import luck_in_words
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.ui.luck.board import LuckBoard
from cadl_desktop.ui.luck.colours import deviation_image
from cadl_desktop.ui.luck.question import LuckQuestion
from cadl_desktop.ui.luck.window import LuckWindow
from cadl_desktop.ui.plots.plot import Plot
from cadl_desktop.ui.theme.theme import DARK, LIGHT, theme
from cadl_desktop.ui.theme.theme_switch import set_theme
from cadl_desktop.ui.window.main_window import MainWindow
from tests.settling import process_events, until
from tests.sweeps.quick_owner import QuickOwner, in_place_of_processes
from tests.sweeps.sweep_folders import Outcome, curve_design, design_in, painting_design, write_seeds
from tests.ui.driving import type_over, unnamed_controls
from tests.ui.test_plots import shown

W = TypeVar("W", bound=QWidget)

CURVE, PAINTING = preset("lecture-tanh"), preset("lecture-painting")


def read(plot: Plot, x: float, y: float) -> str:
    """What is said of the point when the mouse is there."""
    return plot.readout_at(QPointF(x, y))[0]


def test_two_designs_of_a_curve(qtbot: QtBot, tmp_path: Path) -> None:
    designs = [
        curve_design(tmp_path / "a", CURVE, "Wide", [0.1, 0.2, 0.3, 0.15]),
        curve_design(tmp_path / "b", CURVE, "Narrow", [0.5, 0.6, None, 0.4]),
    ]
    board = shown(qtbot, LuckBoard(paints=False))
    board.resize(700, 600)
    board.show_samples(samples_of(CURVE.data))
    board.show_designs(designs, luck_in_words([each.spread for each in designs], all_over=True))
    words = board.words.text().split("\n")
    assert words[0].startswith("Of 16 pairs of runs “Wide” is better in 16 and “Narrow” in 0.")
    assert words[0].endswith("more than luck.")
    assert board.curves
    assert board.curves.key.accessibleName() == "observed, Wide, Narrow"
    x, y = board.curves.layers[0].median.getData()
    assert (x[0], x[-1]) == pytest.approx((-4.0, 4.0), abs=0.3)
    assert y == pytest.approx(np.sin(np.linspace(-4, 4, 481)) + 0.175, abs=1e-6)
    parts = np.isnan(board.curves.layers[1].lines.getData()[1]).sum()
    assert parts == 3  # what diverged has no line
    said = "x 0.00 · Wide: 0.175 (0.1 to 0.3) · Narrow: 0.5 (0.4 to 0.6)"
    assert read(board.curves, 0.0, 0.5) == said
    assert board.costs.key.accessibleName() == "Wide, Narrow, came to nothing"
    assert read(board.costs, 0.3, 0.0) == "Wide seed 3: 0.3000"
    (low, high), _ = board.costs.full_range()
    assert low < 0.1
    assert high > 0.6
    assert unnamed_controls(board) == []


def test_runs_that_train_and_those_that_diverged_are_told_apart(qtbot: QtBot, tmp_path: Path) -> None:
    folder = SweepFolder(tmp_path)
    write_seeds(folder, CURVE, [Outcome(0.01), Outcome(2.0, is_over=False), Outcome(None), Outcome(0.04)])
    board = shown(qtbot, LuckBoard(paints=False))
    assert board.curves
    assert board.curves.empty_text
    board.resize(700, 600)
    process_events(qtbot)
    assert board.curves.height() > 2 * board.costs.height()  # also where there is nothing to see yet
    design = design_in(folder)
    board.show_designs([design], [])
    assert board.curves.empty_text  # nothing has been made yet
    assert not board.costs.empty_text
    assert board.costs.canvas.axis("bottom").logarithmic
    for value, height, words in (
        (np.log10(0.01), 0, "seed 1: 0.0100"),
        (np.log10(2.0), 0, "seed 2: 2.000 so far, epoch 10"),
    ):
        assert read(board.costs, value, height) == words
    (_, high), _ = board.costs.full_range()
    assert read(board.costs, high - 0.1, 0.0) == "seed 3: came to nothing after 20 epochs"
    assert read(board.costs, 0.0, 0.0) == ""
    folder.write_preview(1, np.zeros(8, np.float32))
    folder.write_preview(2, np.full(8, np.inf, np.float32))
    again = design_in(folder)
    assert [run.made is not None for run in again.runs] == [True, True, False, False]
    assert len(again.curves) == 1
    board.show_designs([again], [])
    assert not board.curves.empty_text


def test_a_run_that_has_begun_weighs_less_than_two_that_are_over(tmp_path: Path) -> None:
    made = [np.full((2, 3, 3), value, np.uint8) for value in (200, 202, 0)]
    begun = Outcome(0.9, is_over=False)
    for place, second in enumerate((Outcome(0.2), begun)):
        folder = SweepFolder(tmp_path / str(place))
        write_seeds(folder, PAINTING, [Outcome(0.1), second, begun], made)
        painted = [int(painting.max()) for painting in design_in(folder).paintings]
        assert painted == ([200, 202] if second.is_over else [200, 202, 0])


def test_paintings_show_where_seeds_differ(qtbot: QtBot, tmp_path: Path) -> None:
    one = painting_design(tmp_path / "a", PAINTING, "Wide", [0.0, 2.0, 4.0, None])
    board = shown(qtbot, LuckBoard(paints=True))
    board.resize(700, 600)
    board.show_designs([one], luck_in_words([one.spread], all_over=True))
    assert board.paintings
    first, second = board.paintings.pairs
    assert first.isVisible()
    assert not second.isVisible()
    until(qtbot, lambda: first.words.text() == "Deviation of 3 seeds: 8.66 in the mean, 17.3 at most")
    assert first.deviation.accessibleDescription() == first.words.text()
    image = first.deviation.image
    assert image
    assert image.pixelColor(0, 3).name() == theme().neutral
    qtbot.mouseMove(first.deviation, QPoint(first.deviation.width() - 3, 3))
    assert board.paintings.readout.text() == "row 0, column 15 · 17.3"
    qtbot.mouseMove(first.mean, QPoint(3, 3))
    assert board.paintings.readout.text() == "row 0, column 0 · 0 0 120"
    set_theme("dark")
    assert first.deviation.image is not None
    assert first.deviation.image.pixelColor(0, 3).name() == DARK.neutral
    set_theme("light")
    alone = painting_design(tmp_path / "b", PAINTING, "Narrow", [1.0])
    board.show_designs([one, alone], [])
    assert second.words.text() == "Deviations need two seeds."
    assert first.title.isVisible()
    assert unnamed_controls(board) == []


@pytest.fixture
def owner(monkeypatch: pytest.MonkeyPatch) -> type[QuickOwner]:
    return in_place_of_processes(monkeypatch)


@pytest.fixture
def experiment() -> Experiment:
    return CURVE


def luck_entry(window: MainWindow, *numbers: int) -> QAction:
    """That of the menu of some runs."""
    window.features.runs.select(*numbers)
    menu = window.features.runs.menu()
    (found,) = [action for action in menu.actions() if "luck" in action.text()]
    return found


def only(kind: type[W], window: MainWindow) -> W:
    (found,) = [each for each in window.findChildren(kind) if each.isVisible()]
    return found


def test_runs_are_doubted_from_their_menu(
    qtbot: QtBot, window: MainWindow, owner: type[QuickOwner], isolated_home: Path
) -> None:
    others = (CURVE, replace(CURVE, batch_size=50, seed=7), replace(CURVE, data=CURVE.data.has(noise=0.1)))
    for number, experiment in enumerate(others, 1):
        window.session.runs.put(record_of(number, experiment, History(), None))
    process_events(qtbot)
    assert not luck_entry(window, 1, 3).isEnabled()
    assert not luck_entry(window, 1, 2, 3).isEnabled()
    entry = luck_entry(window, 1, 2)
    assert entry.text() == "Do these differ beyond luck?…"
    entry.trigger()
    question = only(LuckQuestion, window)
    assert unnamed_controls(question) == []
    type_over(qtbot, question.seeds, "4")
    qtbot.keyClick(question.seeds, Qt.Key.Key_Return)
    shown = only(LuckWindow, window)
    until(qtbot, lambda: shown.board.words.text().startswith("Of 16 pairs of runs"))
    assert "“Run 2: batch 50” in 6." in shown.board.words.text()
    assert shown.progress.text() == "8 of 8 runs are over"
    assert not shown.stop.isEnabled()
    assert unnamed_controls(shown) == []
    assert [each.name for each in owner.began] == [CURVE.name] * 2
    seeds_of_both = [[run.seed for run in design.runs] for design in window.features.luck.shown[0].designs]
    assert seeds_of_both == [[CURVE.seed + place for place in range(4)]] * 2
    seeds = isolated_home / "xdg_cache_home" / "cadl_desktop" / "seeds"
    assert list(seeds.iterdir())
    qtbot.keyClick(shown, Qt.Key.Key_Escape)
    until(qtbot, lambda: not list(seeds.iterdir()))
    assert not [each for each in window.findChildren(LuckWindow) if each.isVisible()]


def test_a_dot_makes_its_run_that_of_the_document(
    qtbot: QtBot, window: MainWindow, owner: type[QuickOwner]
) -> None:
    shown = window.features.luck.begin([seeded_design("Mine", CURVE)], 3)
    until(qtbot, lambda: shown.progress.text() == "3 of 3 runs are over")
    costs = shown.board.costs
    assert not shown.adopt.isEnabled()
    trained = replace(CURVE, seed=CURVE.seed + 1)
    save_project(owner.began[0].folder.project(2), Project(trained))
    view = costs.canvas.getPlotItem().getViewBox()
    where = costs.canvas.mapFromScene(view.mapViewToScene(QPointF(2.0, 0.0)))
    qtbot.mouseClick(costs.canvas.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert shown.chosen.text() == f"seed {trained.seed}: 2.000"
    qtbot.mouseClick(shown.adopt, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: window.document.experiment == trained)
    assert f"Seed {trained.seed} of Mine is the run" in window.frame.messages.line.words.text()
    window.document.undo_stack.undo()
    assert window.document.experiment == CURVE
    qtbot.keyClick(costs.canvas, Qt.Key.Key_Right)
    assert shown.chosen.text() == f"seed {CURVE.seed + 2}: 3.000"
    qtbot.keyClick(costs.canvas, Qt.Key.Key_Left)
    qtbot.keyClick(costs.canvas, Qt.Key.Key_Return)
    until(qtbot, lambda: window.document.experiment == trained)


def test_what_is_adopted_comes_though_its_window_is_closed_at_once(
    qtbot: QtBot, window: MainWindow, owner: type[QuickOwner], monkeypatch: pytest.MonkeyPatch
) -> None:
    is_read, may_be_heard = Event(), Event()

    def read_slowly(path: Path) -> Project:
        project = read_trial(path)
        is_read.set()
        may_be_heard.wait()
        return project

    monkeypatch.setattr(chosen_trial, "read_trial", read_slowly)
    window.features.luck.begin([seeded_design("Mine", CURVE)], 3)
    until(qtbot, lambda: only(LuckWindow, window).progress.text() == "3 of 3 runs are over")
    trained = replace(CURVE, seed=CURVE.seed + 1)
    save_project(owner.began[0].folder.project(2), Project(trained))
    only(LuckWindow, window).adopt_wanted.emit(0, 2)
    is_read.wait()
    only(LuckWindow, window).close()
    process_events(qtbot)
    gc.collect()
    may_be_heard.set()
    until(qtbot, lambda: window.document.experiment == trained)
    until(qtbot, lambda: "is the run of the document now" in window.frame.messages.line.words.text())


def test_its_button_and_its_frame_close_it(qtbot: QtBot, window: MainWindow, owner: type[QuickOwner]) -> None:
    for close in (lambda shown: shown.leave.click(), lambda shown: shown.close()):
        shown = window.features.luck.begin([seeded_design("Mine", CURVE)], 2)
        until(qtbot, lambda shown=shown: shown.progress.text() == "2 of 2 runs are over")
        close(shown)
        process_events(qtbot)
        assert window.features.luck.shown == []
        assert window.findChildren(LuckWindow) == []


def test_what_is_under_way_ends_with_the_program(
    qtbot: QtBot, window: MainWindow, owner: type[QuickOwner], isolated_home: Path
) -> None:
    window.frame.actions["was_it_luck"].trigger()
    question = only(LuckQuestion, window)
    assert question.seeds.value == 8
    qtbot.mouseClick(question.begin, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: only(LuckWindow, window).progress.text() == "8 of 8 runs are over")
    window.close_without_asking()
    assert not list((isolated_home / "xdg_cache_home" / "cadl_desktop" / "seeds").iterdir())


def test_what_would_never_end_is_refused(qtbot: QtBot, window: MainWindow) -> None:
    endless = replace(CURVE, stop=Stop(epochs=None))
    window.document.edit("Endless", endless)
    window.frame.actions["was_it_luck"].trigger()
    question = only(LuckQuestion, window)
    assert question.field.problem.text().startswith(f"Nothing ends a training of “{CURVE.name}”")
    assert not question.begin.isEnabled()
    qtbot.mouseClick(question.cancel, Qt.MouseButton.LeftButton)


def test_the_scale_of_deviations_never_follows_them() -> None:
    low = deviation_image(np.array([[0, 8]], np.float32), LIGHT)
    high = deviation_image(np.array([[0, 8, 64, 200]], np.float32), LIGHT)
    assert low.pixelColor(1, 0) == high.pixelColor(1, 0)
    assert high.pixelColor(2, 0) == high.pixelColor(3, 0)
    assert high.pixelColor(2, 0).name() == LIGHT.truth
