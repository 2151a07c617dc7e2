"""Children that say when their window is on screen."""

import os

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget


def program() -> None:
    """The program, as `python -m cadl_desktop` starts it."""
    from cadl_desktop.__main__ import main
    from cadl_desktop.ui.window import application

    make_window = application.make_window

    def make_watched(*arguments: str | None) -> QMainWindow:
        window = make_window(*arguments)
        _FirstPicture(window)
        return window

    application.make_window = make_watched  # type: ignore[assignment]
    main([])


def bare() -> None:
    """The least that a Qt program with a plot can be."""
    import pyqtgraph

    app = QApplication([])
    window = QMainWindow()
    window.setCentralWidget(pyqtgraph.PlotWidget())
    window.resize(1440, 900)
    _FirstPicture(window)
    window.show()
    app.exec()


class _FirstPicture(QObject):
    """Tells of a window's first picture on screen and ends the process."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget):
            watched.windowHandle().installEventFilter(self)
        elif event.type() == QEvent.Type.Expose:
            # Qt draws every widget of the window while it handles this event, hence before the timer.
            QTimer.singleShot(0, _tell_and_end)
        return False


def _tell_and_end() -> None:
    os.write(1, b"{}\n")
    os._exit(0)
