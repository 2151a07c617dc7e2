"""The program as a person has it open, for `kills`: it recovers what is offered, trains, saves and exports.

Arguments: the folder of copies, the project's file, and a number from which follows what is done beside.
"""

import random
import sys
import time
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from cadl_desktop.ui.start.recovering import Recovering
from cadl_desktop.ui.window.application import make_window
from cadl_desktop.ui.window.main_window import MainWindow
from tests.benchmarks.workloads import workload

SAVES_EVERY_MS = 3000


def main(root: str, saved: str, seed: str) -> None:
    app = QApplication([])
    window = make_window()
    window.document.open(workload("lecture"), None)  # which never ends by itself
    window.show()
    recovering = Recovering(window.frame, window.features.intake, Path(root))
    recovering.autosave.written.connect(lambda written: _say("copied", written))
    window.session.updated.connect(lambda: _tell_place(window))
    looking = QTimer(window, interval=100)
    looking.timeout.connect(lambda: _go_on(window, recovering, looking))
    looking.start()
    draw = random.Random(seed)
    saving = QTimer(window, interval=int(SAVES_EVERY_MS * draw.uniform(0.5, 1.5)))
    saving.timeout.connect(lambda: window.features.intake.saving._save_to(Path(saved), lambda: None))
    if draw.random() < 0.5:
        saving.start()
    app.exec()


def _go_on(window: MainWindow, recovering: Recovering, looking: QTimer) -> None:
    """Trains on with what is offered, or with what is open where nothing is."""
    if recovering.offers and recovering.card.recover.isEnabled():
        recovering.card.recover.click()
        recovering.card.recover.setEnabled(False)
    elif recovering.looked and not recovering.offers:
        looking.stop()
        window.session.train()


def _tell_place(window: MainWindow) -> None:
    progress = window.session.result.progress
    if progress is not None:
        _say("step", progress.step)


def _say(word: str, number: int) -> None:
    sys.stdout.write(f"{word} {time.monotonic()} {number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
