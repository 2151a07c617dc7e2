"""The program that the soak of closing closes: it comes to a moment, says 'now', and goes on.

`python -m tests.soak.closing_program MOMENT MILLISECONDS WAY FOLDER`
"""

import os
import sys
from pathlib import Path

import numpy as np
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication, QMessageBox

from cadl_desktop.__main__ import main as run_program
from cadl_desktop.data.pictures.masks import mask_to_png
from cadl_desktop.session.training.result import Result, Status
from cadl_desktop.ui.window import application
from cadl_desktop.ui.window.main_window import MainWindow

MOMENTS = ("loading", "compiling", "training", "exporting", "masking")
WAYS = ("SIGTERM", "SIGHUP", "SIGINT", "cross", *(("log-out",) if sys.platform != "darwin" else ()))
EXPORTS = {
    "painting": ("painting.png", {"width": 4096, "height": 4096}),
    "film": ("film.mp4", {}),
    "weights": ("network.savedmodel", {}),
    "homework": ("homework.zip", {}),
}
STROKE_MS = 400
ANSWER_MS = 20


def say(word: str) -> None:
    os.write(1, f"{word}\n".encode())


class Moment(QObject):
    """Comes to one of `MOMENTS` in a window, and so many milliseconds later to 'now'."""

    def __init__(self, window: MainWindow, moment: str, milliseconds: int, way: str, folder: Path) -> None:
        super().__init__(window)
        self._window, self._session = window, window.session
        self._moment, self._milliseconds, self._way, self._folder = moment, milliseconds, way, folder
        self._rows = 0
        if moment == "loading":
            self._soon(milliseconds, self._tell)
        else:
            self._session.device_changed.connect(self._train)

    @Slot()
    def _train(self) -> None:
        self._session.status_changed.connect(self._follow)
        self._session.train()
        if self._moment == "compiling":
            self._soon(self._milliseconds, self._tell)

    @Slot(object)
    def _follow(self, status: Status) -> None:
        if status is not Status.TRAINING or self._moment == "compiling":
            return
        self._session.status_changed.disconnect(self._follow)
        if self._moment == "exporting":
            self._session.with_state(self._export)
        if self._moment == "masking":
            self._hide_more()
        self._soon(self._milliseconds, self._tell)

    def _export(self, result: Result) -> None:
        from cadl_desktop.export.exports import export_named
        from cadl_desktop.export.trained import Trained

        name = [*EXPORTS][self._milliseconds % len(EXPORTS)]
        file, options = EXPORTS[name]
        experiment, state = self._window.document.experiment, result.state
        assert state is not None
        history, snapshots = result.history.copy(), result.snapshots.copy()
        trained = Trained(experiment, state, history, snapshots, compute=self._session.compute)
        self._session.exporter.export(
            export_named(name), self._folder / file, trained, options, lambda: None, lambda error: None
        )

    @Slot()
    def _hide_more(self) -> None:
        self._rows += 1
        mask = np.zeros((64, 64), bool)
        mask[: self._rows] = True
        document = self._window.document
        data = document.experiment.data.has(mask=mask_to_png(mask))
        document.edit("mask", replace(document.experiment, data=data))
        self._soon(STROKE_MS, self._hide_more)

    @Slot()
    def _tell(self) -> None:
        say("now")
        if self._way == "cross":
            self._soon(ANSWER_MS, self._answer)
            self._window.close()
        if self._way == "log-out":  # what Qt makes of the word of a session's manager
            document = self._window.document
            document.edit("seed", replace(document.experiment, seed=7))
            program = QCoreApplication.instance()
            assert program is not None
            QCoreApplication.postEvent(program, QEvent(QEvent.Type.Quit))

    @Slot()
    def _answer(self) -> None:
        """Answers that nothing is to be saved."""
        question = QApplication.activeModalWidget()
        if isinstance(question, QMessageBox):
            question.button(QMessageBox.StandardButton.Discard).click()

    def _soon(self, milliseconds: int, do: object) -> None:
        QTimer.singleShot(milliseconds, self, do)  # type: ignore[call-overload]


def main() -> int:
    moment, milliseconds, way, folder = sys.argv[1:]
    make_window = application.make_window

    def make_and_follow(name: str | None = None) -> MainWindow:
        window = make_window(name)
        Moment(window, moment, int(milliseconds), way, Path(folder))
        return window

    application.make_window = make_and_follow
    return run_program(["lecture-painting"])


if __name__ == "__main__":
    sys.exit(main())
