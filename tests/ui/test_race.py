"""The window of a race, by mouse and by keyboard: who against whom, both at work, and which one is kept."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.edits import with_preset
from cadl_desktop.runs.events import EpochEnded
from cadl_desktop.runs.history import History
from cadl_desktop.runs.race_standing import LEFT, RIGHT, Goal, Track
from cadl_desktop.runs.record import record_of
from cadl_desktop.session.run_commands import remove
from cadl_desktop.ui.race.contenders import DOCUMENT, Contenders, run_key
from cadl_desktop.ui.race.costs import RaceCosts
from cadl_desktop.ui.race.dialog import RaceDialog
from cadl_desktop.ui.theme.theme import theme
from cadl_desktop.ui.theme.theme_switch import set_theme
from cadl_desktop.ui.window.main_window import MainWindow
from tests.engine.runs import small_painting
from tests.settling import process_events, until, wait_for_timers
from tests.ui.driving import choose, tab_walk, type_over, unnamed_controls
from tests.ui.test_plots import hover, shown, view_range

CLICK = Qt.MouseButton.LeftButton
SLOW, FAST = small_painting(), small_painting(batch_size=36)


def list_runs(window: MainWindow, *designs: Experiment) -> None:
    """Without training any of them."""
    for number, design in enumerate(designs, 1):
        history = History()
        history.add(EpochEnded(1, 9, 0.1, 300.0, None, 0.001))
        window.session.runs.put(record_of(number, design, history, None))


def opened(qtbot: QtBot, window: MainWindow) -> RaceDialog:
    dialog = window.features.racing.dialog
    assert dialog is not None
    wait_for_timers(qtbot, dialog)
    return dialog


def race_of_two(qtbot: QtBot, window: MainWindow, *designs: Experiment) -> RaceDialog:
    """The window for two runs of the list, chosen there."""
    list_runs(window, *designs)
    process_events(qtbot)
    window.features.runs.select(1, 2)
    action = next(each for each in window.features.runs.menu().actions() if each.text() == "Race these two…")
    action.trigger()
    return opened(qtbot, window)


@pytest.fixture
def dialog(qtbot: QtBot, window: MainWindow) -> Iterator[RaceDialog]:
    """Two paintings, for 54 steps of each."""
    dialog = race_of_two(qtbot, window, SLOW, FAST)
    type_over(qtbot, dialog.steps, "54")
    yield dialog
    dialog.close()


def race_to_the_end(qtbot: QtBot, dialog: RaceDialog) -> None:
    qtbot.mouseClick(dialog.start_button, CLICK)
    until(qtbot, lambda: dialog.start_button.text() == "Again")


def test_two_runs_of_the_list_race_and_the_better_one_is_kept(
    qtbot: QtBot, window: MainWindow, dialog: RaceDialog, light: None
) -> None:
    names = [chooser.currentText() for chooser in dialog.choosers]
    assert names == ["Run 1: batch 16", "Run 2: batch 36"]
    assert not any(button.isEnabled() for button in dialog.keep_buttons)
    qtbot.mouseClick(dialog.start_button, CLICK)
    assert dialog.verdict.text() == "Both networks are being prepared…"
    assert dialog.start_button.text() == "Stop"
    set_theme("dark")
    until(qtbot, lambda: dialog.start_button.text() == "Again")
    told = "After 54 steps each: “Run 2: batch 36” leads, cost "
    assert dialog.verdict.text().startswith(told)
    canvas = dialog.canvas
    assert (canvas.pane.image.width(), canvas.pane.image.height()) == (12, 12)
    assert (canvas.pane.accessibleName(), canvas.swipe.name) == tuple(names)
    assert canvas.swipe.isVisible()
    assert [len(line.every.getData()[0]) for line in dialog.costs.lines] == [6, 14]
    assert view_range(dialog.costs)[0][1] == 54
    qtbot.mouseClick(dialog.keep_buttons[RIGHT], CLICK)
    assert window.document.experiment == FAST
    assert window.session.runs.current == 3
    assert not dialog.keep_buttons[RIGHT].isEnabled()
    assert dialog.keep_buttons[LEFT].isEnabled()


def test_the_line_between_both_is_moved_by_mouse_and_keys(qtbot: QtBot, dialog: RaceDialog) -> None:
    race_to_the_end(qtbot, dialog)
    swipe = dialog.canvas.swipe
    qtbot.keyClick(swipe.handle, Qt.Key.Key_Left)
    assert swipe.share == pytest.approx(0.48, abs=0.005)
    qtbot.mousePress(swipe.handle, CLICK)
    qtbot.mouseMove(swipe.handle, swipe.handle.rect().center() + QPoint(60, 0))
    assert swipe.share > 0.5


def test_every_control_is_named_and_visited_in_its_order(qtbot: QtBot, dialog: RaceDialog) -> None:
    race_to_the_end(qtbot, dialog)
    assert unnamed_controls(dialog) == []
    canvas = dialog.canvas
    assert tab_walk(dialog) == [
        *dialog.choosers,
        dialog.equal,
        dialog.steps,
        dialog.start_button,
        canvas.pane,
        canvas.swipe.handle,
        *dialog.keep_buttons,
        dialog.costs.canvas,
    ]
    choose(qtbot, dialog.equal, "seconds")
    assert dialog.seconds.isVisible()
    assert not dialog.steps.isVisible()


def test_closing_its_window_ends_a_race(qtbot: QtBot, window: MainWindow, dialog: RaceDialog) -> None:
    type_over(qtbot, dialog.steps, "9999999")
    qtbot.mouseClick(dialog.start_button, CLICK)
    until(qtbot, lambda: "leads" in dialog.verdict.text())
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    window.features.racing.open()
    until(qtbot, lambda: dialog.start_button.text() == "Again")
    assert "leads" in dialog.verdict.text()


def test_the_window_closes_amid_a_race(qtbot: QtBot, window: MainWindow, dialog: RaceDialog) -> None:
    type_over(qtbot, dialog.steps, "9999999")
    qtbot.mouseClick(dialog.start_button, CLICK)
    until(qtbot, lambda: "leads" in dialog.verdict.text())
    window.close_without_asking()
    assert not window.isVisible()


def test_a_run_that_is_removed_amid_its_race_runs_on_and_is_no_longer_to_be_chosen(
    qtbot: QtBot, window: MainWindow, dialog: RaceDialog
) -> None:
    qtbot.mouseClick(dialog.start_button, CLICK)
    remove(window.session, [1])
    until(qtbot, lambda: dialog.start_button.text() == "Again")
    assert "leads" in dialog.verdict.text()
    remove(window.session, [2])
    process_events(qtbot)
    assert [chooser.name() for chooser in dialog.choosers] == [DOCUMENT, DOCUMENT]
    assert all(chooser.findData(run_key(1)) < 0 for chooser in dialog.choosers)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (preset("lecture-tanh"), "A curve and a painting can't race: choose two designs for the same data."),
        (replace(SLOW, data=SLOW.data.has(longest=16)), "learn different data"),
    ],
)
def test_what_cannot_race_is_refused_in_one_sentence(
    qtbot: QtBot, window: MainWindow, other: Experiment, why: str
) -> None:
    dialog = race_of_two(qtbot, window, SLOW, other)
    assert why in dialog.problem.text()
    assert not dialog.start_button.isEnabled()
    choose(qtbot, dialog.choosers[RIGHT], run_key(1))
    assert dialog.problem.text() == ""
    assert dialog.start_button.isEnabled()
    dialog.close()


def test_this_network_races_against_a_preset_for_its_own_data(qtbot: QtBot, window: MainWindow) -> None:
    window.frame.actions["race"].trigger()
    dialog = opened(qtbot, window)
    assert [chooser.name() for chooser in dialog.choosers] == [DOCUMENT, DOCUMENT]
    assert dialog.choosers[RIGHT].findData("preset lecture-tanh") < 0
    choose(qtbot, dialog.choosers[RIGHT], "preset siren-painting")
    assert dialog.problem.text() == ""
    document = window.document.experiment
    contenders = Contenders(lambda: document, list)
    pair = contenders.pair(DOCUMENT, "preset siren-painting")
    assert pair is not None
    assert pair[LEFT].experiment == document
    assert pair[RIGHT].experiment == with_preset(document, "siren-painting")
    assert pair[RIGHT].experiment.data == document.data
    both = contenders.pair("preset siren-painting", "preset own-painting")
    assert both is not None
    assert {contender.experiment.data for contender in both} == {document.data}
    assert contenders.pair(DOCUMENT, run_key(7)) is None
    dialog.close()


def test_runs_are_called_by_what_sets_them_apart_from_one_another(qtbot: QtBot, window: MainWindow) -> None:
    list_runs(window, SLOW, FAST, replace(FAST, seed=9), preset("lecture-tanh"))
    process_events(qtbot)
    contenders = Contenders(lambda: window.document.experiment, window.features.runs.rows)
    for other, names in (
        (run_key(2), ("Run 1: batch 16", "Run 2: batch 36")),
        (run_key(1), ("Run 1", "Run 1")),
        (DOCUMENT, ("Run 1", "This network")),
    ):
        pair = contenders.pair(run_key(1), other)
        assert pair is not None
        assert tuple(contender.name for contender in pair)[1:] == names[1:]
        assert pair[LEFT].name.startswith(names[LEFT])


def test_two_curves_are_drawn_in_one_plot(qtbot: QtBot, window: MainWindow) -> None:
    curve = preset("lecture-tanh")
    window.document.edit("curve", curve)
    dialog = race_of_two(qtbot, window, curve, replace(curve, name="Same"))
    type_over(qtbot, dialog.steps, "20")
    race_to_the_end(qtbot, dialog)
    curves = dialog.canvas.curves
    until(qtbot, lambda: curves.rival_items[0].getData()[0] is not None)
    assert curves.isVisible()
    for item in (curves.fit_item, curves.rival_items[0]):
        assert len(item.getData()[0]) > 100
    pens = [item.opts["pen"].color().name() for item in (curves.fit_item, curves.rival_items[0])]
    assert pens == [theme().series, theme().series_two]
    assert "level, cost " in dialog.verdict.text()
    told, _ = curves.readout_at(QPointF(1.0, 0.0))
    assert all(f" · {name} " in told for name in curves.names)
    dialog.close()


def track(*costs: float) -> Track:
    made = Track()
    for number, cost in enumerate(costs, 1):
        made.hear(EpochEnded(number, 10 * number, number / 10, cost, None, 0.001))
    return made


def test_costs_of_both_share_an_axis_that_becomes_logarithmic(qtbot: QtBot) -> None:
    plot = shown(qtbot, RaceCosts())
    assert plot.empty_text == "Both costs appear here."
    plot.begin(Goal("step", 500.0), ("Wide", "Narrow"), by_error=False)
    plot.show_tracks((track(), track()))
    assert plot.empty_text == "Both costs appear with the first that are measured."
    plot.show_tracks((track(1.0, 0.5, 0.4), track(0.9, 0.6)))
    assert plot.empty_text == ""
    assert not plot.logarithmic
    assert view_range(plot)[0] == [0, 30]
    assert plot.key.accessibleName() == "Wide, Narrow"
    hover(qtbot, plot, 20.0, 0.5)
    assert plot.readout.text() == "step 20 · Wide 0.5000 · Narrow 0.6000"
    assert plot.readout_at(QPointF(1000.4, 0.0))[0] == "step 1,000 · Wide 0.4000 · Narrow 0.6000"
    plot.begin(Goal("step", 500.0), ("Run 1: batch 16", "Run 2: batch 36"), by_error=False)
    assert plot.readout_at(QPointF(20.0, 0.0))[0] == "step 20 · Run 1: batch… 0.5000 · Run 2: batch… 0.6000"
    plot.begin(Goal("step", 500.0), ("Wide", "Narrow"), by_error=False)
    plot.show_tracks((track(1.0, 0.5, 0.001), track(0.9, float("nan"))))
    assert plot.logarithmic
    plot.begin(Goal("step", 500.0), ("Wide", "Narrow"), by_error=False)
    plot.show_tracks((track(1.0, 0.5, 0.4), track(1e29)))
    assert not plot.logarithmic
    assert view_range(plot)[1][1] < 2.0  # what diverges doesn't rule the axis
    plot.begin(Goal("seconds", 5.0), ("Wide", "Narrow"), by_error=True)
    plot.show_tracks((track(1.0, 0.5), track(0.9)))
    assert not plot.logarithmic
    assert view_range(plot)[0] == [0, pytest.approx(0.2)]
