"""The program with a random user before it, and the idle control beside it.

`python -m tests.soak.random_user_program SEED SECONDS FILES`, or `... control FILE`.
"""

import json
import logging
import sys
import time
import traceback
from pathlib import Path
from random import Random

from PySide6.QtCore import QCoreApplication, QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler

from cadl_desktop.__main__ import main as run_program
from cadl_desktop.experiment import preset_names
from cadl_desktop.ui.window import application
from cadl_desktop.ui.window.main_window import MainWindow
from tests.benchmarks.heartbeat import Heartbeat
from tests.soak.hands import XHand
from tests.soak.user import User

FIRST_MS = 1500
"""Time after which the program has opened its log and looked for copies to recover."""
PLACES = 8
"""Stack frames that are logged."""
LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def run(seed: int, seconds: float, files: Path) -> int:
    """The program itself; its user prints what came of it, closes the window, and so ends the process."""
    draw = Random(seed)
    make_window = application.make_window

    def make_and_use(name: str | None = None) -> MainWindow:
        window = make_window(name)
        user = User(window, XHand(), draw, files)

        def tell() -> None:
            told = {"deeds": user.deeds, "undone": user.undone, "wrong": user.wrong}
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()
            window.close_without_asking()

        end = time.monotonic() + seconds
        QTimer.singleShot(FIRST_MS, window, lambda: window.about_to_close.connect(Heartbeat(window).stop))
        QTimer.singleShot(FIRST_MS, window, lambda: user.work(lambda: time.monotonic() > end, tell))
        return window

    application.make_window = make_and_use
    qInstallMessageHandler(log_with_place)
    return run_program([*draw.choice([[], *([name] for name in preset_names())])])


def log_with_place(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Logs Qt's warnings as errors, with the place in our code."""
    if "propagateSizeHints" not in message:
        places = "".join(traceback.format_stack(limit=PLACES)[:-1])
        logging.getLogger("qt").error("%s\n%s", message, places.rstrip())


def control(file: Path) -> None:
    """An event loop in which nothing happens: its heart stops only where the machine has no time for it."""
    app = QCoreApplication(sys.argv)
    logging.basicConfig(filename=file, level=logging.INFO, format=LINE)
    Heartbeat(app)
    app.exec()


if __name__ == "__main__":
    first, *others = sys.argv[1:]
    if first == "control":
        control(Path(*others))
    else:
        sys.exit(run(int(first), float(others[0]), Path(others[1])))
