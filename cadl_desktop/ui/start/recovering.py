"""Crash recovery of a window: keeps copies of its project and offers those of earlier processes.

Imported once the window is on screen, as reading and writing copies imports much.
"""

from pathlib import Path
from threading import Lock

from PySide6.QtCore import QDate, QDateTime, QLocale, QObject, QRect, QSize, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from cadl_desktop.project import Project, ProjectError
from cadl_desktop.project.recovery_folders import Offer, RecoveryFolder, offers, skip
from cadl_desktop.runs.record import Thumbnail
from cadl_desktop.sentences import sentence_of, shown
from cadl_desktop.session.autosave import Autosave
from cadl_desktop.system.safe_start import is_safe
from cadl_desktop.ui.comparing.pictures.made_painting import draw_made
from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.controls.fields import describe, order_tabs
from cadl_desktop.ui.controls.layouts import SPRING, in_column, in_row, wide
from cadl_desktop.ui.controls.looks import label, make_primary, set_look
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.frame.message_bar import TransientBar
from cadl_desktop.ui.intake.intake import Intake
from cadl_desktop.ui.theme.theme import GRID, theme

SIDE = 9 * GRID


class RecoveryCard(TransientBar):
    """Card above the drawing that offers a recovery copy, and says how it differs from the saved file.

    It is not modal: the open project can be used meanwhile.
    """

    recover_wanted = Signal()
    saved_wanted = Signal()
    skipped = Signal()

    def __init__(self) -> None:
        super().__init__()
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
        """Moves the card behind `widget` in the tab order."""
        order_tabs([widget, self.recover, self.open_saved, self.skip])

    def show_offer(self, offer: Offer, left: int) -> None:
        """Shows an offer; `left` is the number of further ones."""
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
        copy = f"A copy of {_time_text(offer.moment)} is there"
        trained = f"{copy}, trained for {offer.steps:,} steps."
        if offer.lost is not None:
            return f"{trained} Its file “{shown(offer.lost.name)}” is not there any more, or can't be read."
        if offer.path is None:
            return f"{trained} It was in no file."
        saved = _time_text(offer.saved_moment)
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
        if offer.edited and 0 < offer.steps < offer.saved_steps:  # edits that restarted training
            return f"edits, trained for {offer.steps:,} steps"
        return "edits" if offer.edited else "runs or notes"

    def _button(self, title: str, text: str) -> QPushButton:
        button = QPushButton(title)
        describe(button, title.replace("&", ""), text)
        button.setProperty("small", True)
        return button


class _Picture(QWidget):
    """Thumbnail of what the network had learned."""

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


def _time_text(moment: float) -> str:
    """Time of day, with the date unless it is today, of seconds since 1970."""
    when = QDateTime.fromSecsSinceEpoch(int(moment))
    short = QLocale.FormatType.ShortFormat
    if when.date() == QDate.currentDate():
        return QLocale().toString(when.time(), short)
    return QLocale().toString(when, short)


class Recovering(QObject):
    """Keeps this window's copy, and offers those of earlier processes; skipped ones when asked for, and after
    a safe start all of them only then."""

    _gone = Signal(object)  # Offer

    def __init__(self, frame: Frame, intake: Intake, root: Path) -> None:
        super().__init__(frame.window)
        self._messages, self._intake, self._background = frame.messages, intake, frame.session.background
        self._ask_no_more = frame.skip_save_question
        self._root, self._taking = root, Lock()
        self._taken: RecoveryFolder | None = None
        self._taken_from: Path | None = None
        self.autosave = Autosave(frame.session, root)
        self.offers: list[Offer] = []
        self.looked = False
        self._said = ""
        self.card = RecoveryCard()
        frame.add_above(self.card)
        self.card.come_after(frame.messages.bar)
        self.card.recover_wanted.connect(self._recover)
        self.card.saved_wanted.connect(self._open_saved)
        self.card.skipped.connect(self._skip_first)
        self._gone.connect(self._withdraw)
        self.autosave.message.connect(frame.messages.say)
        self.autosave.settled.connect(frame.messages.settle)
        frame.about_to_close.connect(self._end)
        intake.copies_wanted.connect(self._look_for_skipped)
        intake.saving.saved.connect(self._settle)
        if not is_safe():
            self._background.do(lambda: offers(root), self._offer, self._fail)

    @Slot()
    def keep_for_log_out(self) -> None:
        """Keeps a copy before the system logs out, when nobody can be asked; closing keeps it as well."""
        self._ask_no_more()
        self.autosave.keep_now()

    @Slot(bool)
    def _end(self, asked: bool) -> None:
        self.autosave.end(keep=not asked)

    def _offer(self, found: list[Offer]) -> None:
        self.looked = True
        self.offers = found
        if found:
            self.card.show_offer(found[0], len(found) - 1)
        else:
            self.card.hide()

    @Slot()
    def _look_for_skipped(self) -> None:
        root = self._root
        self._background.do(
            lambda: [*offers(root), *offers(root, skipped=True)], self._offer_skipped, self._fail
        )

    def _offer_skipped(self, found: list[Offer]) -> None:
        """Appends copies to the current offers."""
        shown = {offer.folder for offer in self.offers}
        self._offer(self.offers + [offer for offer in found if offer.folder not in shown])
        if not self.offers:
            self._messages.say("info", "No copy has been skipped that is still kept.")

    @Slot()
    def _recover(self) -> None:
        offer = self.offers[0]
        projects = self._intake.projects
        projects.read_copy(lambda: self._read(offer), offer.path, offer.seen, self._take_over)

    def _read(self, offer: Offer) -> Project:
        """Takes over the offer's folder, unless that is done, and reads its project. Raises ProjectError."""
        with self._taking:
            if self._taken_from != offer.folder:
                self._let_go()
                self._taken, self._taken_from = RecoveryFolder.taken_over(offer.folder), offer.folder
            if self._taken is None:
                self._taken_from = None
                self._gone.emit(offer)
                raise ProjectError("Another window has recovered “{name}” by now.", name=offer.name)
            return self._taken.read()

    def _let_go(self) -> None:
        """Releases a folder whose copy wasn't shown in the end."""
        if self._taken:
            self._taken.unlock()
        self._taken = self._taken_from = None

    def _take_over(self) -> None:
        """Continues autosaving into the recovered folder, and withdraws its offer."""
        if self._taken:
            self.autosave.take_over(self._taken)
        others = [offer for offer in self.offers if offer.folder != self._taken_from]
        self._taken = self._taken_from = None
        self._offer(others)
        bar, save = self._messages.bar, self._intake.saving.save
        bar.say("info", "This is the recovered copy. It is in no file until you save it.")
        bar.offer([Action("Save", save, tip="Saves the recovered project.")])
        self._said = bar.text

    @Slot()
    def _settle(self) -> None:
        """Removes the message that the recovered copy is in no file."""
        self._messages.bar.settle(self._said)

    @Slot()
    def _open_saved(self) -> None:
        offer = self.offers[0]
        if offer.path is not None:
            self._intake.projects.read(offer.path, then=lambda: self._skip(offer))

    @Slot()
    def _skip_first(self) -> None:
        self._skip(self.offers[0])

    def _skip(self, offer: Offer) -> None:
        self._background.do(lambda: self._let_skip(offer.folder), lambda _: None, self._fail)
        self._withdraw(offer)

    @Slot(object)
    def _withdraw(self, offer: Offer) -> None:
        self._offer([other for other in self.offers if other is not offer])

    def _let_skip(self, folder: Path) -> None:
        """Marks a copy as skipped, releasing it if this window had taken it over."""
        with self._taking:
            if self._taken_from == folder:
                self._let_go()
        skip(folder)

    def _fail(self, error: Exception) -> None:
        self._messages.say("error", sentence_of(error))
