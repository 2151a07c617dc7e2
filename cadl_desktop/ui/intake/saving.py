"""Saving of the project, and the questions before anything is lost."""

from collections.abc import Callable, Sequence
from operator import is_
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QMessageBox

from cadl_desktop.sentences import sentence_of, shown
from cadl_desktop.session.project_file import ChangedError, GoneError, HeldError
from cadl_desktop.session.saved_project import project_with
from cadl_desktop.session.training.result import Result
from cadl_desktop.storage.shared_files import Look
from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.controls.questions import answer, confirm_overwrite, question
from cadl_desktop.ui.intake.file_names import file_name, free_name, patterns, with_ending
from cadl_desktop.ui.intake.reader import FileHandler
from cadl_desktop.ui.settings.recent_paths import add_recent_file, last_folder, remember_folder
from cadl_desktop.ui.settings.settings_table import KEEP_PREVIOUS

if TYPE_CHECKING:
    from cadl_desktop.runs.record import RunRecord

ENDING = ".cadl"


class Saving(FileHandler):
    """Saves in the background and reports the result.

    Asks for another name if another program holds the project, and what to do if one has changed its file.
    """

    reload_wanted = Signal(object)  # Path
    saved = Signal()  # the state when saving began is in a file
    settled = Signal(object)  # str: an earlier message about a failed save that no longer holds

    _said: str = ""

    @Slot()
    def save(self) -> None:
        self.save_then(lambda: None)

    @Slot()
    def save_as(self) -> None:
        self._save_under_new_name(lambda: None)

    def save_then(self, then: Callable[[], None]) -> None:
        """Saves, and calls `then` once everything is in the file."""
        if self._document.path is None:
            self._save_under_new_name(then)
        else:
            self._save_to(self._document.path, then)

    def _save_under_new_name(self, then: Callable[[], None]) -> None:
        opened = self._document.opened
        kinds = f"cadl projects ({patterns([ENDING])})"
        title = "Save as"
        name = file_dialogs.file_to_save(self._window, title, str(self._suggestion()), kinds)
        if name:
            path = with_ending(Path(name), [ENDING], ENDING)
            if confirm_overwrite(self._window, Path(name), path) and self._is_still_shown(opened):
                self._save_to(path, then, chosen=True)

    def _is_still_shown(self, opened: int) -> bool:
        """Whether the open project is still the one that a person was asked about; says so if not.

        Another one that was being read may have opened meanwhile.
        """
        if self._document.opened == opened:
            return True
        text = "Nothing was saved: another project was opened meanwhile. Save again to keep it."
        self.message.emit("error", text)
        return False

    def _suggestion(self) -> Path:
        own = self._document.path
        if own is None:
            name = file_name(self._document.experiment.name, "Experiment")
            return Path(last_folder()) / f"{name}{ENDING}"
        return free_name(own) if self._session.file.holder else own

    def _save_to(
        self, path: Path, then: Callable[[], None], *, over: bool = False, chosen: bool = False
    ) -> None:
        self._session.with_state(lambda result: self._write(path, result, then, over, chosen))

    def _write(self, path: Path, result: Result, then: Callable[[], None], over: bool, chosen: bool) -> None:
        project = project_with(self._session, result)
        experiment, newest = project.experiment, self._document.newest_edit
        opened = self._document.opened

        def done(look: Look | None) -> None:
            remember_folder(path)
            add_recent_file(path)
            if self._document.opened == opened:
                # Typing may be part of the newest edit; notes on runs are no part of the experiment.
                edited = self._document.experiment != experiment or self._document.newest_edit is not newest
                newer = _is_newer(self._session.result, result) or not self._are_listed(project.runs)
                self._document.mark_saved(path, edited, newer)
                self._session.file.saved(look)
                self.saved.emit()
                self.settled.emit(self._said)
            else:
                self._session.file.give_up(path)
            self.message.emit("info", f"Saved as {shown(path.name)}.")
            then()

        def failed(error: Exception) -> None:
            if isinstance(error, ChangedError) and self._document.opened == opened:
                self._ask_about_change(error, path, then)
                return
            holder = error.holder if isinstance(error, HeldError) else None
            if holder is None or path != self._document.path:
                self._said = sentence_of(error)
                self._say_error(error)
                return
            self._session.file.refused(holder)
            if not chosen:  # after *Save as* the message says why
                self._save_under_new_name(then)

        self._session.file.save(path, project, done, failed, keep_previous=KEEP_PREVIOUS.get(), over=over)

    def _are_listed(self, saved: Sequence["RunRecord"]) -> bool:
        """Whether no other run has new results since."""
        now = self._session.runs.others()
        return len(now) == len(saved) and all(map(is_, now, saved))

    def _ask_about_change(self, error: ChangedError, path: Path, then: Callable[[], None]) -> None:
        is_gone = isinstance(error, GoneError)
        box = question(self._window, "The file is gone" if is_gone else "The file has changed")
        box.setText(sentence_of(error))
        box.setInformativeText(
            "Bring it back and save again, or save it elsewhere. Make anew puts it in the same place, which "
            "may be on another drive now."
            if is_gone
            else "Overwrite puts yours in its place. Reload shows it, and what is only here is lost."
        )
        buttons = QMessageBox.StandardButton
        answers = {
            buttons.Save: "&Make anew" if is_gone else "&Overwrite",
            buttons.SaveAll: "&Save as…",
            **({} if is_gone else {buttons.Reset: "&Reload"}),
            buttons.Cancel: "&Cancel",
        }
        opened = self._document.opened
        chosen = answer(box, answers, buttons.SaveAll)
        if chosen == buttons.Cancel or not self._is_still_shown(opened):
            return
        match chosen:
            case QMessageBox.StandardButton.Save:
                self._save_to(path, then, over=True)
            case QMessageBox.StandardButton.SaveAll:
                self._save_under_new_name(then)
            case QMessageBox.StandardButton.Reset:
                self.reload_wanted.emit(path)

    def ask_to_save(self, then: Callable[[], None]) -> None:
        """Calls `then` once nothing would be lost: saved, discarded, or not modified.

        Changes made while saving are asked about as well.
        """
        if not self._document.modified:
            then()
            return

        def saved() -> None:
            if self._document.edited:
                self.ask_to_save(then)
            else:
                then()

        match self._ask():
            case QMessageBox.StandardButton.Save:
                self.save_then(self._newest.begin().only(saved))
            case QMessageBox.StandardButton.Discard:
                then()

    def _ask(self) -> QMessageBox.StandardButton:
        box = question(self._window, "Save changes?")
        name = self._document.path.name if self._document.path else self._document.experiment.name
        box.setText(f"Save the changes to “{shown(name)}”?")
        box.setInformativeText("Edits and what was learned since the last save are lost otherwise.")
        buttons = QMessageBox.StandardButton
        answers = {
            buttons.Save: "&Save",
            buttons.Discard: "&Don’t save",
            buttons.Cancel: "&Cancel",
        }
        return answer(box, answers, buttons.Save)


def _is_newer(now: Result, saved: Result) -> bool:
    """Whether training has continued; a new prediction alone doesn't count."""
    return now.state is not saved.state or now.progress is not saved.progress
