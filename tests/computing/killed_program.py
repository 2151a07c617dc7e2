"""Program with a session that reaches a moment, prints 'now', and runs until it is killed.

python -m tests.computing.killed_program MOMENT
"""

import os
import sys

from PySide6.QtCore import QCoreApplication, QTimer

from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from tests.benchmarks.workloads import workload

MOMENTS = {"beginning": 20, "loading": 1500, "compiling": 400, "training": 100}
"""Moment -> milliseconds from its cause to the print."""


def main(moment: str) -> None:
    app = QCoreApplication([])
    session = Session(Document(workload("deep")))

    def print_soon() -> None:
        QTimer.singleShot(MOMENTS[moment], lambda: os.write(1, b"now\n"))

    def train() -> None:
        session.train()
        if moment == "compiling":
            print_soon()

    session.device_changed.connect(train)
    session.status_changed.connect(
        lambda status: print_soon() if moment == "training" and status is Status.TRAINING else None
    )
    session.load_tensorflow()
    if moment in ("beginning", "loading"):
        print_soon()
    app.exec()


if __name__ == "__main__":
    main(*sys.argv[1:])
