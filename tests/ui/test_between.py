"""The button that asks how near a painting comes between its pixels, and what it says."""

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from cadl_desktop.data.pictures.cropping import as_png
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.worker.between_pieces import Between
from cadl_desktop.ui.painting.between import between_texts
from cadl_desktop.ui.window.main_window import MainWindow
from tests.engine.runs import small_painting
from tests.ui.driving import tab_walk, unnamed_controls

WAIT = 60_000


def is_trained(window: MainWindow, status: Status) -> bool:
    painted = window.session.result.prediction is not None
    return window.session.status is status and painted and window.features.views.output.is_painting


def test_by_keyboard_alone(qtbot: QtBot, window: MainWindow) -> None:
    window.document.open(small_painting(), None)
    qtbot.waitUntil(lambda: window.features.views.output.is_painting, timeout=WAIT)
    painting = window.features.views.output.painting
    assert painting.head.between.isVisible()
    assert not painting.head.between.isEnabled()
    window.session.train()
    qtbot.waitUntil(lambda: is_trained(window, Status.RESULT), timeout=WAIT)
    qtbot.waitUntil(painting.head.between.isEnabled, timeout=WAIT)
    assert painting.head.between in tab_walk(window)
    assert not unnamed_controls(painting)
    assert "48 pixels and compared with the original" in painting.head.between.accessibleDescription()

    painting.head.between.setFocus()
    qtbot.keyClick(painting.head.between, Qt.Key.Key_Space)

    assert painting.readout.text() == "Measuring between the pixels…"
    qtbot.waitUntil(lambda: painting.readout.text().startswith("Between the pixels"), timeout=WAIT)
    said = painting.readout.text()
    assert said.endswith("from the original at 48 pixels.")
    assert painting.head.between.hasFocus()
    painting.painting.hovered.emit(3, 4)
    assert painting.readout.text() != said
    painting.painting.left.emit()
    assert painting.readout.text() == said


def test_the_tooltip_says_what_it_waits_for(qtbot: QtBot, window: MainWindow) -> None:
    image = as_png(Image.fromarray(np.zeros((12, 12, 3), np.uint8)))
    experiment = window.document.experiment
    window.document.open(replace(experiment, data=experiment.data.has(source="own", image=image)), None)
    window.session.train()
    qtbot.waitUntil(lambda: is_trained(window, Status.TRAINING), timeout=WAIT)
    button = window.features.views.output.painting.head.between
    qtbot.waitUntil(lambda: "Pause training for it." in button.accessibleDescription(), timeout=WAIT)
    assert not button.isEnabled()
    window.session.pause()
    qtbot.waitUntil(button.isEnabled, timeout=WAIT)
    assert "Pause" not in button.accessibleDescription()
    assert "without every second pixel" in button.accessibleDescription()


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            Between(25.91, longest=256, steps=1200, bicubic=25.52),
            "Between the pixels after 1,200 steps: 25.9 dB (bicubic 25.5), from the original at 256 pixels.",
        ),
        (
            Between(25.91, longest=2048, steps=7),
            "Between seen pixels after 7 steps: 25.9 dB, from the original at 2,048 pixels.",
        ),
        (
            Between(25.91, seconds=4.96, neighbours=27.04),
            "Between the pixels: 25.9 dB (mean of neighbours 27.0), "
            "after 5.0 s of training on every second pixel.",
        ),
    ],
)
def test_the_answer_is_one_sentence(found: Between, said: str) -> None:
    whole, shorter = between_texts(found, busy=False)
    assert whole == said
    assert len(shorter) < len(whole)
    assert f"{found.psnr:.1f} dB" in shorter


def test_where_nothing_was_asked_nothing_is_said() -> None:
    assert between_texts(None, busy=False) == ("",)
