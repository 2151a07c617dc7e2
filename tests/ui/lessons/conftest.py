"""Window whose lessons are the small pages of these tests."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import preset
from cadl_desktop.markdown import Text, text_of
from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.ui.lessons import lessons_model
from cadl_desktop.ui.window.main_window import MainWindow
from tests.ui.lessons.pages import PAGES

TEXTS = {
    "02-rolling-downhill": "# Rolling downhill\n\n[Down](glossary.md#cost), [pixels](15-painting.md).\n",
    "15-painting": "# Painting\n\nPixels.\n",
    "07-first-network": "# The first network\n\n[The rate](control:rate). [Try it](try:line).\n",
}


def shipped(name: str) -> Text:
    text = text_of(TEXTS[name])
    assert text is not None
    return text


@pytest.fixture
def lessons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lessons_model, "PAGES", PAGES)
    monkeypatch.setattr(lessons_model, "shipped_text", shipped)


@pytest.fixture
def studio(qtbot: QtBot, lessons: None) -> Iterator[MainWindow]:
    """Window with ten tanh neurons."""
    window = MainWindow(Session(Document(preset("lecture-tanh"))))
    window.resize(1440, 900)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield window
    if not window._closing:
        window.close_without_asking()
    window.deleteLater()
