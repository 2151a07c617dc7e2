"""The painted parts look as they did when they were looked at."""

import pytest
from PySide6.QtGui import QColor, QPixmap
from pytestqt.qtbot import QtBot

from cadl_desktop.ui.start.tile import StartTile
from tests.ui.snapshots.snapshots import Snapshots


def test_a_card_of_the_start_page(qtbot: QtBot, snapshots: Snapshots) -> None:
    card = StartTile("card", "A picture", "A network learns to paint it from pixel positions.", "picture")
    qtbot.addWidget(card)
    picture = QPixmap(64, 48)
    picture.fill(QColor("#804020"))
    card.set_picture(picture)
    snapshots.same(card, "start-card", (200, 224))


def test_another_look_is_noticed(qtbot: QtBot, snapshots: Snapshots) -> None:
    """The comparison itself can fail: by a word, and by a size."""
    card = StartTile("card", "Another", "With other words.", "picture")
    qtbot.addWidget(card)
    if not snapshots.renew:
        with pytest.raises(AssertionError, match="looks otherwise now"):
            snapshots.same(card, "start-card", (200, 224))
        with pytest.raises(AssertionError, match=r"100\.00 %"):
            snapshots.same(card, "start-card", (208, 224))
