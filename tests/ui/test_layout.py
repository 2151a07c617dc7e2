"""Sizes of the window's parts, and which are hidden."""

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image
from PySide6.QtCore import QPoint, QRect, QSize, QSizeF, Qt, QTimer
from PySide6.QtWidgets import QAbstractButton, QScrollArea, QTabBar
from pytestqt.qtbot import QtBot

from cadl_desktop.data.pictures.cropping import image_to_png
from cadl_desktop.experiment import preset
from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.window.main_window import MainWindow
from tests.engine.runs import small_painting
from tests.settling import process_events, until, wait_for_timers
from tests.ui.driving import cut_texts, overlapping, unnamed_controls

pytestmark = pytest.mark.usefixtures("light")

LEAST_SHARE = 0.35
LEAST_PICTURES = {(24, 24): 0.17, (16, 24): 0.25, (12, 24): 0.22}
"""Least share of a window of 1440 x 900 for pictures of so many rows and columns."""


def trained(qtbot: QtBot, window: MainWindow) -> None:
    """Trains until everything that appears with a training is shown."""
    window.session.load_samples()
    window.features.start.leave()
    until(qtbot, lambda: window.features.views.output.is_painting)
    window.session.train()
    until(
        qtbot,
        lambda: (
            window.features.machine.has_moments and window.features.views.output.painting.wanted() is None
        ),
    )
    window.session.reset()
    until(qtbot, lambda: window.frame.docks["runs"].isVisible())
    window.session.train()
    until(qtbot, lambda: window.session.status is Status.TRAINING)


def share_of(size: QSize | QSizeF, window: MainWindow) -> float:
    return size.width() * size.height() / (window.width() * window.height())


def show_own_picture(qtbot: QtBot, window: MainWindow, rows: int, columns: int) -> None:
    experiment = window.document.experiment
    picture = np.random.default_rng(1).integers(0, 255, (rows, columns, 3), np.uint8)
    data = experiment.data.has(source="own", image=image_to_png(Image.fromarray(picture)), longest=columns)
    window.document.edit("Another picture", replace(experiment, data=data))
    painting = window.features.views.output.painting
    until(qtbot, lambda: (painting.target.image.height(), painting.target.image.width()) == (rows, columns))


def test_the_canvas_has_the_largest_share(qtbot: QtBot, window: MainWindow) -> None:
    trained(qtbot, window)
    for size, network in (((1440, 900), 250), ((1100, 700), 190), ((1920, 1080), 305)):
        window.resize(*size)
        until(qtbot, lambda size=size: (window.width(), window.height()) == size)
        assert window.frame.docks["cost"].isVisible()
        assert window.features.timeline.isVisible()
        assert abs(window.features.designer.height() - network) <= 20
        if size != (1100, 700):
            assert share_of(window.features.views.output.painting.size(), window) >= LEAST_SHARE
        assert (
            window.features.views.output.painting.painting.width()
            > 2 * window.features.views.output.painting.target.width()
        )


def test_pictures_have_much_of_the_window(qtbot: QtBot, window: MainWindow) -> None:
    trained(qtbot, window)
    window.resize(1440, 900)
    pane = window.features.views.output.painting.painting
    for (rows, columns), least in LEAST_PICTURES.items():
        show_own_picture(qtbot, window, rows, columns)
        process_events(qtbot)
        window.frame.messages.bar.clear()  # says that the network begins anew
        assert window.frame.docks["cost"].isVisible()
        until(qtbot, lambda least=least: share_of(pane.frame().size(), window) >= least)


SMALL, LARGE = (1100, 700), (1440, 900)


def show_at(window: MainWindow, size: tuple[int, int], per_cent: int) -> None:
    """Resizes the window to a screen of so many pixels with an interface of so many per cent."""
    width, height = (side * 100 // per_cent for side in size)
    window.setMinimumSize(1, 1)
    window.resize(width, height)


def test_nothing_overlaps_or_is_cut(qtbot: QtBot, window: MainWindow) -> None:
    trained(qtbot, window)
    for size, per_cent in ((LARGE, 100), (SMALL, 100), (SMALL, 150), (LARGE, 150), (LARGE, 200)):
        show_at(window, size, per_cent)
        until(qtbot, lambda: overlapping(window) == [])
        until(qtbot, lambda: cut_texts(window) == [])
        middle = window.centralWidget()
        for part in (window.features.designer, window.features.views.output):
            assert middle.rect().contains(QRect(part.mapTo(middle, QPoint(0, 0)), part.size()))
        for head in window.features.designer.canvas.heads():
            assert window.features.designer.canvas.rect().contains(head.geometry())
        assert window.features.views.output.painting.painting.frame().height() > 180 * 100 / per_cent


def test_a_large_interface_has_its_docks_in_one_column(qtbot: QtBot, window: MainWindow) -> None:
    trained(qtbot, window)
    docks, left, right = (
        window.frame.docks,
        Qt.DockWidgetArea.LeftDockWidgetArea,
        Qt.DockWidgetArea.RightDockWidgetArea,
    )
    before = [window.dockWidgetArea(dock) for dock in docks]
    focused = window.features.side.training.batch
    focused.setFocus()
    show_at(window, LARGE, 200)
    until(qtbot, lambda: window.dockWidgetArea(docks["cost"]) == left)
    assert set(window.tabifiedDockWidgets(docks["settings"])) >= {docks["cost"], docks["runs"]}
    assert docks["settings"].widget().isVisible()
    assert focused.hasFocus()
    window.features.designer.canvas.layers[0].open_wanted.emit()
    assert window.features.designer.beside.isVisible()
    tabs, place = next(
        (tabs, place)
        for tabs in window.findChildren(QTabBar)
        for place in range(tabs.count())
        if tabs.isVisible() and tabs.tabText(place) == docks["cost"].windowTitle()
    )
    assert not tabs.usesScrollButtons()
    qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(place).center())
    assert window.features.designer.beside.isHidden()  # the dock would cover it
    docks["settings"].raise_()
    docks["histograms"].toggleViewAction().trigger()
    assert window.dockWidgetArea(docks["histograms"]) == left
    show_at(window, LARGE, 100)
    until(qtbot, lambda: window.dockWidgetArea(docks["cost"]) == right)
    assert [window.dockWidgetArea(dock) for dock in docks] == before
    assert not docks["histograms"].isHidden()  # opened meanwhile
    assert docks["cost"].isVisible()


def test_panels_too_high_for_their_dock_stay_in_it(qtbot: QtBot, window: MainWindow) -> None:
    window.features.start.leave()
    show_at(window, SMALL, 200)
    until(qtbot, lambda: window.frame.docks.column.on)
    for dock in (window.frame.docks["histograms"], window.frame.docks["landscape"]):
        dock.toggleViewAction().trigger()
        scroll = dock.widget()
        assert isinstance(scroll, QScrollArea)
        assert scroll.minimumSizeHint().height() < 100 < scroll.widget().minimumSizeHint().height()


def test_docks_opened_below_the_cost_keep_their_size(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(1440, 900)
    window.features.start.leave()
    window.session.train()
    docks = window.frame.docks
    until(qtbot, docks["cost"].isVisible)
    docks["landscape"].toggleViewAction().trigger()
    until(qtbot, lambda: docks["landscape"].height() > docks["cost"].height())
    until(qtbot, lambda: len(window.session.result.history.rows) > 1)  # a run without a step isn't listed
    window.session.reset()
    until(qtbot, docks["runs"].isVisible)
    docks["landscape"].raise_()
    process_events(qtbot)
    scroll = docks["landscape"].widget()
    assert isinstance(scroll, QScrollArea)
    assert scroll.horizontalScrollBar().maximum() == 0
    assert docks["landscape"].height() > docks["cost"].height()
    docks.open("lesson")
    process_events(qtbot)
    assert docks["lesson"].height() > docks["landscape"].height()


def test_all_tabs_below_the_cost_have_their_whole_titles(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(*LARGE)
    trained(qtbot, window)
    for name in ("histograms", "operations", "landscape"):
        window.frame.docks[name].toggleViewAction().trigger()
        process_events(qtbot)
    window.frame.actions["sweep"].trigger()
    qtbot.waitUntil(window.frame.docks["sweep"].isVisible)
    process_events(qtbot)
    tabs = next(bar for bar in window.findChildren(QTabBar) if bar.isVisible() and bar.count() == 5)
    assert tabs.width() >= tabs.sizeHint().width()


def test_one_column_is_not_remembered(qtbot: QtBot, window: MainWindow) -> None:
    show_at(window, LARGE, 200)
    until(qtbot, lambda: window.frame.docks.column.on)
    window.close_without_asking()
    other = MainWindow(Session(Document(small_painting())))
    qtbot.addWidget(other, before_close_func=lambda w: w.close_without_asking())
    other.show()
    assert other.dockWidgetArea(other.frame.docks["cost"]) == Qt.DockWidgetArea.RightDockWidgetArea
    assert all(place.wanted for place in other.frame.docks.visibility._managed)


def test_every_dock_and_its_buttons_and_controls_have_names_and_help(window: MainWindow) -> None:
    window.features.start.leave()
    for dock in window.frame.docks:
        for verb in ("Float", "Close"):
            button = dock.findChild(QAbstractButton, f"qt_dockwidget_{verb.lower()}button")
            assert button is not None
            assert button.accessibleName() == f"{verb} {dock.windowTitle()}"
            assert button.toolTip()
        dock.show()
        assert unnamed_controls(dock) == [], dock.windowTitle()


def test_the_status_line_shows_what_is_under_the_cursor(qtbot: QtBot, window: MainWindow) -> None:
    window.session.load_samples()
    window.features.start.leave()
    until(qtbot, lambda: window.features.views.output.is_painting)
    painting = window.features.views.output.painting
    until(qtbot, lambda: painting.readout.isVisible())
    assert painting.readout.parentWidget() is window.statusBar()
    painting.target.hovered.emit(0, 0)
    assert painting.readout.text().startswith("row 0, column 0")
    painting.target.left.emit()
    assert painting.readout.text() == ""


def test_empty_panels_are_hidden(qtbot: QtBot, window: MainWindow) -> None:
    window.session.load_samples()
    window.features.start.leave()
    until(qtbot, lambda: window.features.views.output.is_painting)
    empty = window.frame.docks["cost"], window.frame.docks["runs"], window.features.timeline
    until(qtbot, lambda: not any(panel.isVisible() for panel in empty))
    window.features.timeline.toggleViewAction().trigger()
    assert window.features.timeline.isVisible()  # wanted by the user
    window.session.train()
    until(qtbot, lambda: window.frame.docks["cost"].isVisible())
    assert not window.frame.docks["runs"].isVisible()
    until(qtbot, lambda: window.session.result.history.newest_cost is not None)
    window.session.reset()
    until(qtbot, lambda: window.frame.docks["runs"].isVisible())
    assert window.frame.docks["cost"].isVisible()  # stays, so that nothing jumps
    window.document.open(small_painting(), None)
    window.session.open(None, None)
    until(qtbot, lambda: not any(panel.isVisible() for panel in empty))


def test_panels_appear_together(qtbot: QtBot, window: MainWindow) -> None:
    """Network and painting make room for both at once."""
    window.session.load_samples()
    window.features.start.leave()
    until(qtbot, lambda: window.features.views.output.is_painting)
    wait_for_timers(qtbot, window.frame.docks.visibility)
    coming = window.frame.docks["cost"], window.features.timeline
    assert not any(panel.isVisible() for panel in coming)
    turns: list[int] = []
    turn = QTimer(interval=0)
    turn.timeout.connect(lambda: turns.append(sum(panel.isVisible() for panel in coming)))
    turn.start()
    window.session.train()
    until(qtbot, lambda: turns[-1:] == [2])
    assert 1 not in turns


def test_empty_panels_are_not_stored_as_hidden(qtbot: QtBot, window: MainWindow) -> None:
    assert window.frame.docks["cost"].isHidden()
    window.frame.docks["runs"].close()
    window.close_without_asking()
    other = MainWindow(Session(Document(small_painting())))
    qtbot.addWidget(other, before_close_func=lambda w: w.close_without_asking())
    other.show()
    other.session.train()
    until(qtbot, lambda: other.frame.docks["cost"].isVisible())
    until(qtbot, lambda: other.session.result.history.newest_cost is not None)
    other.session.reset()
    until(qtbot, lambda: bool(other.session.runs.records))
    assert other.frame.docks["runs"].isHidden()  # by the user
    other.frame.docks["runs"].toggleViewAction().trigger()
    assert other.frame.docks["runs"].isVisible()


def test_the_network_takes_the_height_in_which_its_tiles_can_be_told_apart(
    qtbot: QtBot, window: MainWindow
) -> None:
    trained(qtbot, window)
    window.resize(*LARGE)
    designer, document = window.features.designer, window.document
    small, placed = designer.height(), designer.canvas.view.placed
    layer = preset("lecture-painting").layers[0]
    for count, units, side in ((2, 128, 20), (10, 30, 16), (6, 64, 12)):
        layers = (layer.has(units=units),) * count
        document.edit("Another network", replace(document.experiment, layers=layers))
        until(qtbot, lambda side=side: min(one.mosaic.side for one in placed()[1:-1]) >= side)
        assert placed()[-1].result.width() <= 0.2 * designer.canvas.width()
        before = designer.height()
        designer.bar.readouts.click()
        until(qtbot, lambda: min(min(one.readout.size().toTuple()) for one in placed()[1:-1]) >= 64)
        designer.bar.readouts.click()
        until(qtbot, lambda before=before: designer.height() == before)
    document.open(small_painting(), None)
    until(qtbot, lambda: abs(designer.height() - small) < 4)


def test_the_network_keeps_a_height_set_by_the_user(qtbot: QtBot, window: MainWindow) -> None:
    window.features.start.leave()
    handle = window.frame.work.handle(1)
    start = handle.rect().center()
    qtbot.mousePress(handle, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(handle, start + QPoint(0, 40))
    qtbot.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=start)
    wanted = window.frame.work.sizes()
    window.close_without_asking()
    other = MainWindow(Session(Document(small_painting())))
    qtbot.addWidget(other, before_close_func=lambda w: w.close_without_asking())
    other.resize(1280, 800)
    other.show()
    other.features.start.leave()
    assert abs(other.frame.work.sizes()[0] - wanted[0]) < 4
