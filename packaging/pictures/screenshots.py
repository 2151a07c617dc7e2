"""Makes the README's pictures anew: real windows in the middle of real trainings, in resources/screenshots.

Run it with the project's environment: .venv/bin/python packaging/pictures/screenshots.py [FILE ...]
"""

import sys
from dataclasses import dataclass

from msgspec.structs import replace
from window_stage import CHECKOUT, grab, stage

from cadl_desktop.ui.theme.theme import Choice

FOLDER = CHECKOUT / "resources" / "screenshots"


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


def take(shot: Shot) -> None:
    """Trains until the epoch has come, or reads the lesson, then saves what the window shows."""
    with stage(shot.preset, shot.size, shot.theme) as at:
        if shot.lesson:
            at.read(shot.lesson, shot.trained)
        else:
            if shot.layers is not None:
                experiment = at.window.document.experiment
                layers = (experiment.layers[0].has(units=128),) * shot.layers
                at.window.document.open(replace(experiment, layers=layers), None)
            at.train(shot.epoch, pause=shot.paused)
        grab(at.window).save(str(FOLDER / shot.file))


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for shot in SHOTS:
        if shot.file in (sys.argv[1:] or [shot.file]):
            take(shot)


if __name__ == "__main__":
    main()
