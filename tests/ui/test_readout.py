"""The figures beside the Train button."""

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from cadl_desktop.session.document import Document
from cadl_desktop.session.result import Status
from cadl_desktop.session.session import Session
from cadl_desktop.ui.readout import Readout
from tests.engine.runs import epochs, small_painting

WAIT = 60_000


def test_a_run_that_goes_on_is_never_beyond_its_last_epoch(qtbot: QtBot) -> None:
    session = Session(Document(epochs(small_painting(), 3)))
    readout = Readout(session)
    qtbot.addWidget(readout)
    said = next(label for label in readout.findChildren(QLabel) if label.accessibleName() == "Epoch")
    assert said.text() == "0 / 3"
    for end in ("3 / 3", "6 / 6"):
        session.train()
        qtbot.waitUntil(lambda end=end: session.status is Status.RESULT and said.text() == end, timeout=WAIT)
    session.close()
