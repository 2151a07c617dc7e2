"""Simple: few controls at first, those that are needed all the same, and the switch to all of them."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot
from skimage import data

from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.presets import DEFAULT_PAINTING
from cadl_desktop.session import simple_studio
from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.session.simple_studio import IN_SIMPLE, PARTS
from cadl_desktop.session.views.checkup import checkup_of
from cadl_desktop.ui.controls.fields import tab_stops
from cadl_desktop.ui.intake.examples import example
from cadl_desktop.ui.settings.settings_table import STUDIO
from cadl_desktop.ui.window.guide.parts import show_control
from cadl_desktop.ui.window.main_window import MainWindow
from tests.engine.runs import small_painting
from tests.settling import process_events, until, wait_for_timers
from tests.ui.driving import shown_words, unnamed_controls
from tests.ui.window_counts import own_picture, usable_controls

pytestmark = pytest.mark.usefixtures("light")
MOST_CONTROLS, MOST_WORDS = 40, 60


@pytest.fixture
def all_controls() -> None:
    """Begins as a first start does."""


@pytest.fixture
def experiment() -> Experiment:
    return example(DEFAULT_PAINTING)


def train_own_picture(qtbot: QtBot, window: MainWindow) -> None:
    window.document.edit_own("Own picture", own_picture(data.chelsea(), 64), "Cat")
    window.frame.actions["train"].trigger()
    until(qtbot, lambda: window.session.result.history.newest_cost is not None)
    until(qtbot, lambda: window.features.machine.has_moments)
    wait_for_timers(qtbot, window.frame.docks.visibility)


def entries(window: MainWindow) -> set[str]:
    menus = [menu for menu in window.menuBar().findChildren(QMenu) if menu.parent() is window.menuBar()]
    return {action.text() for menu in menus for action in menu.actions()}


def hidden_parts(window: MainWindow) -> dict[str, QWidget]:
    """A widget of each part that isn't in Simple, of those that any painting has."""
    features, toolbar = window.features, window.toolbar
    painting, side = features.views.output.painting, features.side
    return {
        "bytes": painting.bytes,
        "scores": painting.head.score,
        "mask": painting.tools,
        "data": side.data.more,
        "optimizer": side.training,
        "sweep": toolbar._sweep_button,
        "step": toolbar.step_button,
        "doctor": toolbar.doctor,
        "cost": features.views.cost,
        "timeline": features.timeline,
    }


@pytest.mark.parametrize("size", [(1100, 700), (1920, 1080)])
def test_a_first_training_is_quiet_until_more_is_asked_for(
    qtbot: QtBot, window: MainWindow, size: tuple[int, int]
) -> None:
    window.resize(*size)
    train_own_picture(qtbot, window)
    controls, words = usable_controls(window), shown_words(window)
    assert len(controls) <= MOST_CONTROLS, controls
    assert len(words) <= MOST_WORDS, " ".join(words)
    assert not [name for name, widget in hidden_parts(window).items() if widget.isVisible()]
    assert not {"Step", "Sweep…", "Cost"} & entries(window)
    assert window.toolbar.speed_button.isVisible()
    assert window.features.side.data.network_size.isVisible()

    more = window.features.studio_switch.more
    assert more in tab_stops(window)
    assert not unnamed_controls(window.features.side)
    more.setFocus()
    qtbot.keyClick(more, Qt.Key.Key_Space)
    wait_for_timers(qtbot, window.frame.docks.visibility)
    assert [name for name, widget in hidden_parts(window).items() if not widget.isVisible()] in (
        [],
        ["bytes"],
        ["cost"],
    )
    assert {"Step", "Sweep…", "Cost"} <= entries(window)
    assert more.isHidden()
    assert STUDIO.get() == "all"
    assert window.frame.actions["all_controls"].isChecked()
    window.frame.actions["all_controls"].trigger()
    process_events(qtbot)
    assert len(usable_controls(window)) <= MOST_CONTROLS
    assert more.isVisible()


def test_the_choice_is_remembered(qtbot: QtBot, window: MainWindow, session: Session) -> None:
    STUDIO.set("all")
    other = MainWindow(Session(Document(small_painting())))
    assert not other.frame.studio.is_simple
    other.close_without_asking()
    other.deleteLater()


def test_shortcuts_work_in_simple(qtbot: QtBot, window: MainWindow) -> None:
    until(qtbot, lambda: window.session.device)
    window.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_F10)
    until(qtbot, lambda: window.session.result.step == 1)
    assert window.toolbar.step_button.isHidden()
    qtbot.keyClick(window, Qt.Key.Key_F7)
    until(qtbot, window.frame.docks["sweep"].isVisible)


@pytest.mark.parametrize(
    ("control", "name"),
    [("rate", "optimizer"), ("held-out", "data"), ("step", "step"), ("backwards", "network-views")],
)
def test_what_a_lesson_points_to_is_shown(qtbot: QtBot, window: MainWindow, control: str, name: str) -> None:
    assert not window.frame.studio.shows(name)
    shown = show_control(window, control)
    assert shown is not None
    assert shown.isVisible()
    window.document.open(preset("learned-painting"), None)  # until another project is opened
    assert not window.frame.studio.shows(name)


def test_the_tour_shows_what_it_tells_of(qtbot: QtBot, window: MainWindow) -> None:
    train_own_picture(qtbot, window)
    assert window.features.timeline.isHidden()
    window.tour.begin()
    for _ in range(3):
        window.tour._go_on()
    assert window.features.timeline.isVisible()
    window.tour._leave()
    process_events(qtbot)


def test_a_problem_shows_its_setting(window: MainWindow) -> None:
    document = window.document
    document.edit("Steps", replace(document.experiment, batch_size=-1))
    training = window.features.side.training
    assert training.batch.isVisible()


def test_a_project_shows_its_own_settings(window: MainWindow) -> None:
    studio, own = window.frame.studio, preset("lecture-tanh")
    window.document.open(own, None)
    assert not any(map(studio.shows, ("optimizer", "encoding", "data")))
    window.document.open(replace(own, optimizer=own.optimizer.has(rate=0.123)), None)
    assert studio.shows("optimizer")
    assert not studio.shows("encoding")
    window.document.open(replace(own, validation=0.5), None)
    assert studio.shows("data")
    assert not studio.shows("optimizer")
    holes = preset("sparse-inpainting")
    window.document.open(holes, None)
    assert studio.shows("mask")


def test_the_formula_of_a_function_is_shown(window: MainWindow) -> None:
    window.document.edit_data("Function", part("dataset", "function"))
    assert window.features.side.data.formula.isVisible()
    assert window.features.side.data.form.isHidden()


def test_a_finding_shows_the_doctor(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkup = checkup_of(window.session)
    assert window.toolbar.doctor.isHidden()
    checkup.diverged = True
    checkup.changed.emit()
    assert window.toolbar.doctor.isVisible()


def test_owners_may_show_and_hide_what_is_left_out(qtbot: QtBot, window: MainWindow) -> None:
    """Amid a training rows are shown anew again and again; the wheel turns no faster for it."""
    data_panel = window.features.side.data
    data_panel._redraw(window.document.experiment)
    assert data_panel.form.isHidden()
    assert not data_panel.form.is_empty()
    STUDIO.set("all")
    assert data_panel.form.isVisible()


@pytest.fixture
def of_class(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "class.toml"
    file.write_text('show = ["cost", "step"]\nhide = ["export"]\n', encoding="utf-8")
    monkeypatch.setattr(simple_studio, "_Start", type("Start", (simple_studio._Start,), {}))
    STUDIO.set("all")
    simple_studio.start_simple(str(file))


def test_a_class_sees_what_its_teacher_shows(of_class: None, window: MainWindow) -> None:
    assert window.frame.studio.is_simple
    assert STUDIO.get() == "all"
    assert window.toolbar.step_button.isVisible()
    assert window.toolbar.export_button.isHidden()
    shown = {each.name for each in PARTS if window.frame.studio.shows(each.name)}
    assert shown == (IN_SIMPLE | {"cost", "step"}) - {"export"}


def test_a_dock_that_somebody_opens_stays(qtbot: QtBot, window: MainWindow) -> None:
    docks = window.frame.docks
    docks["histograms"].toggleViewAction().trigger()
    until(qtbot, docks["histograms"].isVisible)
    window.document.edit("Seed", replace(window.document.experiment, seed=7))
    assert docks["histograms"].isVisible()
    window.document.open(preset("lecture-tanh"), None)
    assert docks["histograms"].isHidden()
