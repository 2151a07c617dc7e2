"""The card above the drawing that offers what a program that ended unexpectedly had kept."""

from PySide6.QtCore import QDate, QDateTime, QLocale, QRect, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from cadl_desktop.project.recovery_folders import Offer
from cadl_desktop.runs.record import Thumbnail
from cadl_desktop.sentences import shown
from cadl_desktop.ui.controls.fields import describe, order_tabs
from cadl_desktop.ui.controls.layouts import SPRING, in_column, in_row, wide
from cadl_desktop.ui.controls.looks import label, make_primary, set_look
from cadl_desktop.ui.frame.messages import TransientBar
from cadl_desktop.ui.runs.pictures import draw_made
from cadl_desktop.ui.theme.theme import GRID, theme

SIDE = 9 * GRID


class RecoveryCard(TransientBar):
    """Shows one offer: what it is of, and how it differs from the saved file. It asks nothing; what is open
    can be worked with beside it."""

    recover_wanted = Signal()
    saved_wanted = Signal()
    skipped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_look(self, "message", "info")
        self.setAccessibleName("Recovery")
        self._picture = _Picture()
        self.title, self.text = label("", "heading", wraps=True), label(wraps=True)
        for words in (self.title, self.text):
            words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.recover = self._button("&Recover", "Opens the copy. It is in no file until you save it.")
        make_primary(self.recover)
        self.open_saved = self._button(
            "&Open the saved one",
            "Opens the project as it was last saved. File ▸ Recover offers the copy again.",
        )
        self.skip = self._button(
            "&Skip", "Opens nothing. File ▸ Recover offers this copy again, until it goes after 30 days."
        )
        self.recover.clicked.connect(self.recover_wanted)
        self.open_saved.clicked.connect(self.saved_wanted)
        self.skip.clicked.connect(self.skipped)
        buttons = in_row(self.recover, self.open_saved, self.skip, SPRING)
        column = in_column(self.title, self.text, buttons, SPRING, apart=GRID // 2)
        in_row(self._picture, wide(column), on=self, apart=2 * GRID, margins=GRID)
        self.hide()

    def come_after(self, widget: QWidget) -> None:
        """Takes its place in the tab order behind another."""
        order_tabs([widget, self.recover, self.open_saved, self.skip])

    def show_offer(self, offer: Offer, left: int) -> None:
        """Shows one; `left` more come after it."""
        self._picture.show_made(offer.thumbnail)
        name = offer.path.name if offer.path else offer.name
        title = f"“{shown(name)}” was not saved when the program ended"
        if left:
            title += f" (and {left} more)"
        self.title.setText(title)
        text = self._described(offer)
        self.text.setText(text)
        self.recover.setAccessibleDescription(f"{title}. {text}")
        self.open_saved.setVisible(offer.path is not None)
        self.show()

    def _described(self, offer: Offer) -> str:
        copy = f"A copy of {_told(offer.moment)} is there"
        trained = f"{copy}, trained for {offer.steps:,} steps."
        if offer.lost is not None:
            return f"{trained} Its file “{shown(offer.lost.name)}” is not there any more, or can't be read."
        if offer.path is None:
            return f"{trained} It was in no file."
        saved = _told(offer.saved_moment)
        if offer.saved_moment <= offer.moment and not offer.changed:
            return f"{copy}. The file is of {saved}; what is newer: {self._news(offer)}."
        other = f"it is of {saved}, trained for {offer.saved_steps:,}."
        if offer.saved_moment <= offer.moment:
            return f"{trained} Others have changed the file since it was read: {other}"
        return f"{trained} The file is newer: {other}"

    def _news(self, offer: Offer) -> str:
        steps = offer.steps - offer.saved_steps
        trained = f"{steps:,} training steps"
        if steps > 0 and offer.edited:
            return f"edits and {trained}"
        if steps > 0:
            return trained
        if offer.edited and 0 < offer.steps < offer.saved_steps:  # of another network, from its beginning
            return f"edits, trained for {offer.steps:,} steps"
        return "edits" if offer.edited else "runs or notes"

    def _button(self, title: str, text: str) -> QPushButton:
        button = QPushButton(title)
        describe(button, title.replace("&", ""), text)
        button.setProperty("small", True)
        return button


class _Picture(QWidget):
    """What the network had made."""

    def __init__(self) -> None:
        super().__init__()
        self._made: Thumbnail | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_made(self, made: Thumbnail | None) -> None:
        self._made = made
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_made(painter, QRect(0, 0, self.width(), self.height()), self._made, theme().series)
        painter.end()


def _told(moment: float) -> str:
    """A moment in seconds since 1970 as people write it; of today the time alone."""
    when = QDateTime.fromSecsSinceEpoch(int(moment))
    short = QLocale.FormatType.ShortFormat
    if when.date() == QDate.currentDate():
        return QLocale().toString(when.time(), short)
    return QLocale().toString(when, short)
