"""In how few bytes a network paints its picture: asked for at the painting, cancelled, counted, dropped."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from cadl_desktop.data.pictures.codec_sizes import CodecComparison, CodecPoint, CodecSizes
from cadl_desktop.engine import network_bytes
from cadl_desktop.engine.rounding import weight_rounding
from cadl_desktop.experiment import preset
from cadl_desktop.runs.evaluations import NetworkBytes
from cadl_desktop.runs.history import History
from cadl_desktop.runs.record import record_of
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.bytes.bytes_dialog import BytesDialog
from cadl_desktop.ui.bytes.bytes_plot import BytesPlot
from cadl_desktop.ui.bytes.bytes_words import codecs_in_words, network_in_words
from cadl_desktop.ui.theme.theme_switch import set_theme
from cadl_desktop.ui.window.main_window import MainWindow
from tests.computing.trouble import round_for, run_in_worker
from tests.settling import process_events, until, wait_for_worker
from tests.ui.driving import show, tab_walk, unnamed_controls

CLICK = Qt.MouseButton.LeftButton
CURVE = tuple(CodecPoint(1000 * size, 25.0 + size) for size in range(1, 20))
FOUND = NetworkBytes(
    7.25, 10_359, 35.684, CodecComparison(CodecSizes(CURVE, 14_538, 33.12), CodecSizes(CURVE, 9_866, 36.04))
)


@pytest.fixture
def few_steps(qtbot: QtBot, window: MainWindow) -> Iterator[None]:
    """Rounded weights are trained for 40 steps, here and in the worker."""

    def set_steps(count: int) -> None:
        round_for(count)
        run_in_worker(qtbot, window.session, partial(round_for, count))

    before = weight_rounding.STEPS
    set_steps(40)
    yield
    set_steps(before)


def learn_a_little(qtbot: QtBot, window: MainWindow) -> None:
    """Trains until there are some moments, and pauses."""
    session = window.session
    session.train()
    until(qtbot, lambda: len(session.result.snapshots.states) > 2)
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)
    process_events(qtbot)


def opened(qtbot: QtBot, window: MainWindow) -> BytesDialog:
    """Clicks the button at the painting."""
    qtbot.mouseClick(window.features.views.output.painting.bytes, CLICK)
    dialog = window.features.bytes.dialog
    assert dialog is not None
    return dialog


def test_bytes_are_counted_where_somebody_asks_until_the_weights_change(
    qtbot: QtBot, window: MainWindow, few_steps: None, light: None
) -> None:
    session, counting = window.session, window.features.bytes.counting
    until(qtbot, lambda: window.features.views.output.is_painting)
    button = window.features.views.output.painting.bytes
    assert not button.isEnabled()
    assert "Train first" in button.toolTip()
    learn_a_little(qtbot, window)
    assert button.isEnabled()
    state, moments = session.result.state, list(session.result.snapshots.states)
    assert state is not None
    dialog = opened(qtbot, window)
    assert dialog.progress.text().startswith("Rounding the weights")
    assert dialog.bar.isVisible()
    assert unnamed_controls(dialog) == []
    assert tab_walk(dialog) == [dialog.plot.canvas, dialog.act, dialog.leave, dialog.helps]
    until(qtbot, lambda: counting._request._remote)  # it is under way
    qtbot.mouseClick(dialog.act, CLICK)  # Cancel
    assert not counting.counting
    set_theme("dark")
    wait_for_worker(qtbot, session)
    assert counting.found is None
    assert dialog.progress.text() == "Nothing is counted of the weights that are shown now."
    qtbot.mouseClick(dialog.act, CLICK)  # Count
    until(qtbot, lambda: counting.found)
    *_, expected = network_bytes(session.document.experiment, state.weights, state.cores)
    assert counting.found == expected
    assert dialog.network.text() == network_in_words(counting.found)
    assert not dialog.act.isVisible()
    assert session.result.state is state
    assert list(session.result.snapshots.states) == moments
    dialog.leave.click()
    assert opened(qtbot, window).codecs.text() == codecs_in_words(counting.found)
    window.features.machine.go_to_step(moments[1].step)
    assert counting.found is None
    assert dialog.act.isEnabled()
    assert not dialog.codecs.isVisible()
    session.train()
    assert not button.isEnabled()
    assert "Pause first" in button.toolTip()
    assert not dialog.act.isEnabled()
    assert dialog.progress.text().startswith("Pause first")
    dialog.close()


def test_weights_that_cant_be_rounded_and_other_data_are_said_in_a_sentence(
    qtbot: QtBot, window: MainWindow
) -> None:
    session, counting = window.session, window.features.bytes.counting
    learn_a_little(qtbot, window)
    state = session.result.state
    assert state is not None
    broken = replace(state, weights=tuple(np.full_like(array, np.nan) for array in state.weights))
    session.show_run(record_of(7, session.document.experiment, History(), broken))
    dialog = opened(qtbot, window)
    until(qtbot, lambda: counting.problem)
    assert dialog.problem.text().startswith("Some weights are no finite numbers")
    assert dialog.act.text() == "Count"
    dialog.close()
    window.document.edit("Another example", preset("homework-many-pictures"))
    assert counting.problem is None
    assert counting.obstacle.endswith("only such a network can be compared with picture files.")


def test_the_sentences_name_all_three() -> None:
    assert network_in_words(FOUND) == "10.4 kB at 35.7 dB: 7.25 bits a parameter."
    assert codecs_in_words(FOUND) == (
        "For that WebP needs 9.9 kB, JPEG 14.5; in 10.4 kB WebP reaches 36.0 dB, JPEG 33.1."
    )


@pytest.mark.parametrize(
    ("jpeg", "webp", "words"),
    [
        (
            (None, 40.0),
            (90_000, 41.0),
            "WebP needs 90.0 kB, and JPEG never gets there; in 0.42 kB WebP reaches",
        ),
        ((700, None), (500, 31.0), "JPEG 0.70; in 0.42 kB WebP reaches 31.0 dB, and no JPEG is so small."),
        ((700, 28.0), (500, float("inf")), "in 0.42 kB WebP has no error at all, and JPEG reaches 28.0 dB."),
        ((700, None), (500, None), "JPEG 0.70; neither can be as small as 0.42 kB."),
    ],
)
def test_what_a_codec_cant_do_is_said(
    jpeg: tuple[int | None, float | None], webp: tuple[int, float | None], words: str
) -> None:
    codecs = CodecComparison(CodecSizes(CURVE, *jpeg), CodecSizes(CURVE, *webp))
    assert words in codecs_in_words(NetworkBytes(4.0, 420, 30.0, codecs))


@pytest.mark.parametrize("psnr", [10.0, 35.7, 80.0])
def test_the_networks_name_is_inside_of_the_plot(qtbot: QtBot, psnr: float) -> None:
    plot = BytesPlot()
    plot.resize(560, 330)
    show(qtbot, plot)
    plot.show_bytes(NetworkBytes(FOUND.bits, FOUND.bytes, psnr, FOUND.codecs))
    process_events(qtbot)
    label = plot._label.mapRectToScene(plot._label.boundingRect())
    assert plot.canvas.getViewBox().sceneBoundingRect().contains(label)


def test_the_plot_has_the_network_among_the_curves(qtbot: QtBot) -> None:
    plot = BytesPlot()
    show(qtbot, plot)
    assert "appears here" in plot.empty_text
    plot.show_bytes(FOUND)
    assert plot.empty_text == ""
    assert (plot.network.getData()[0][0], plot.network.getData()[1][0]) == (10.359, 35.684)
    (left, right), (bottom, top) = plot.full_range()
    assert left == 0
    assert right > 14.538
    assert bottom < 26
    assert top > 35.684
    assert plot.readout_at(QPointF(10.0, 30.0))[0] == "10 kB · JPEG 35.0 dB · WebP 35.0 dB"
    plot.show_bytes(None)
    assert plot.readout_at(QPointF(10.0, 30.0)) == ("", None)
