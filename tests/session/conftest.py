"""What most tests of the session begin with."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from tests.engine.runs import epochs, small_painting


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    session = Session(Document(epochs(small_painting(), 100_000)))
    yield session
    session.close()
