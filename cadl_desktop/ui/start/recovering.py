"""What a window does about crashes: keeps a copy of its project, and offers those that earlier ones left.

Imported when the window is on screen: what reads and writes copies takes a while.
"""

from pathlib import Path
from threading import Lock

from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.project import Project, ProjectError
from cadl_desktop.project.recovery_folders import Offer, RecoveryFolder, offers, skip
from cadl_desktop.sentences import sentence_of
from cadl_desktop.session.autosave import Autosave
from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.intake.intake import Intake
from cadl_desktop.ui.start.recovery_card import RecoveryCard


class Recovering(QObject):
    """Looks once for copies that were left, for skipped ones whenever a person does, and keeps its own."""

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
        self._background.do(lambda: offers(root), self._offer, self._fail)

    @Slot()
    def keep_for_log_out(self) -> None:
        """The system is about to end its session: nobody can be asked anything from now on. Where that comes
        to nothing, closing keeps the copy all the same."""
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
        self._background.do(lambda: offers(root, skipped=True), self._offer_skipped, self._fail)

    def _offer_skipped(self, found: list[Offer]) -> None:
        """Behind what is offered now."""
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
        """Takes the folder over, unless that is done, and reads what is in it."""
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
        """Its copy wasn't shown in the end, or isn't wanted any more."""
        if self._taken:
            self._taken.unlock()
        self._taken = self._taken_from = None

    def _take_over(self) -> None:
        """What it held is shown, and goes on being kept in it."""
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
        """It is in a file now, by whatever command."""
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
        """Also one that this window had taken over and couldn't read."""
        with self._taking:
            if self._taken_from == folder:
                self._let_go()
        skip(folder)

    def _fail(self, error: Exception) -> None:
        self._messages.say("error", sentence_of(error))
