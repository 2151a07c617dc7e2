"""Makes the README's pictures anew: real windows in the middle of real trainings, in resources/screenshots.

Run it with the project's environment: .venv/bin/python packaging/screenshots.py
"""

import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# A person's own settings must not show, and must not be changed.
os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp()

from msgspec.structs import replace
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.settings.preference import clear_settings
from cadl_desktop.ui.theme.theme import Choice
from cadl_desktop.ui.theme.theme_switch import set_theme
from cadl_desktop.ui.window.application import make_window

SETTLE_MS = 700
"""Time until the newest weights are drawn as lines."""


@dataclass(frozen=True)
class Shot:
    """Screenshot of one window: its experiment, its look, and the epoch at which it is taken."""

    file: str
    preset: str
    theme: Choice
    size: tuple[int, int]
    epoch: int
    paused: bool = False
    layers: int | None = None
    """Number of dense layers of 128 neurons in place of the preset's own."""
    lesson: str = ""
    """The page of the lessons that is shown in place of the studio, and how often its Train was pressed."""
    trained: int = 0


SHOTS = (
    Shot("painting-light.png", "lecture-painting", "light", (1440, 900), 150, paused=True),
    Shot("curve-light.png", "lecture-tanh", "light", (1100, 700), 60, paused=True),
    Shot("ten-layers-dark.png", "lecture-painting", "dark", (1440, 900), 12, layers=10),
    Shot("inpainting-dark.png", "inpainting", "dark", (1100, 700), 90, paused=True),
    Shot("many-pictures-light.png", "homework-many-pictures", "light", (1440, 900), 60),
    Shot("lesson-light.png", "lecture-line", "light", (1440, 900), 0, lesson="05-two-parameters"),
    Shot("lesson-dark.png", "lecture-line", "dark", (1440, 900), 0, lesson="17-frequencies", trained=50),
)


def take(app: QApplication, shot: Shot) -> None:
    """Trains until the epoch has come, then saves what the window shows."""
    clear_settings()  # the window before has left its layout there
    set_theme(shot.theme)
    window = make_window(shot.preset)
    if shot.layers is not None:
        experiment = window.document.experiment
        layers = (experiment.layers[0].has(units=128),) * shot.layers
        window.document.open(replace(experiment, layers=layers), None)
    window.resize(*shot.size)
    window.closed.connect(app.quit)
    window.show()

    def read() -> None:
        window.features.lessons.page.show()
        reading = window.features.lessons.reading
        reading.open_named(shot.lesson)
        for _ in range(shot.trained):
            reading.press("train")
        QTimer.singleShot(SETTLE_MS, save)

    def look() -> None:
        progress = window.session.result.progress
        status = window.session.status
        if (progress is None or progress.epoch < shot.epoch) and status is not Status.RESULT:
            return
        if shot.paused and status is Status.TRAINING:
            window.session.pause()
            return
        timer.stop()
        QTimer.singleShot(SETTLE_MS if shot.paused else 0, save)

    def save() -> None:
        folder = CHECKOUT / "resources" / "screenshots"
        folder.mkdir(parents=True, exist_ok=True)
        window.grab().save(str(folder / shot.file))
        window.close_without_asking()

    timer = QTimer(window, interval=10)
    timer.timeout.connect(look)
    if shot.lesson:
        QTimer.singleShot(500, read)
    else:
        timer.start()
        QTimer.singleShot(500, window.frame.actions["train"].trigger)
    app.exec()
    window.deleteLater()


def main() -> None:
    app = QApplication(sys.argv[:1])
    for shot in SHOTS:
        take(app, shot)


if __name__ == "__main__":
    main()
