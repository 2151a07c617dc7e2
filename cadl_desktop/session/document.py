"""A window's document: the experiment, and the undo stack that every edit goes through."""

from collections.abc import Callable
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from cadl_desktop.experiment import Experiment, Part, Problem, check
from cadl_desktop.experiment.edits import with_dataset, with_opened_data, without_title
from cadl_desktop.experiment.effort import check_memory, memory_needed
from cadl_desktop.experiment.methods.following import followed
from cadl_desktop.experiment.other_data import is_other_data, with_usual_rate, without_what_followed
from cadl_desktop.system.machine import free_memory

MERGE_SECONDS = 1.5
"""Edits with the same merge key within this time of one another are undone together."""
ROOM = 20_000_000
"""Bytes that every machine able to run TensorFlow has free: below this, free memory isn't checked."""


class Document(QObject):
    """Model of the experiment with its file, undo stack and unsaved changes.

    Views call `edit` and redraw on `changed`, which undo and redo emit, too. `problems` is the result of
    `check` for the experiment, and up to date when `changed` is emitted.
    """

    changed = Signal(object)  # Experiment
    problems_changed = Signal(object)  # tuple[Problem, ...]
    modified_changed = Signal(bool)
    path_changed = Signal(object)  # Path | None

    def __init__(self, experiment: Experiment, *, clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self.undo_stack = QUndoStack(self)
        self._experiment = experiment
        self._room = ROOM
        self._problems = self._problems_of(experiment)
        self._path: Path | None = None
        self._results_changed = False
        self._opened = 0
        self.is_shown_only = False
        """Whether the program trains the experiment to be looked at: nobody has worked on it, and results are
        no changes."""
        self._undone = self._begins_anew = self._has_other_data = False
        self._was_modified = False
        self._clock = clock
        self.undo_stack.cleanChanged.connect(self._emit_modified)

    @property
    def experiment(self) -> Experiment:
        return self._experiment

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self._problems

    @property
    def path(self) -> Path | None:
        return self._path

    @property
    def opened(self) -> int:
        """Counts opened experiments, to tell apart two that are equal."""
        return self._opened

    @property
    def modified(self) -> bool:
        """Whether closing would lose an edit or a result."""
        return self._results_changed or self.edited

    @property
    def edited(self) -> bool:
        """Whether there are unsaved edits of the experiment or of the list of runs."""
        return not self.undo_stack.isClean()

    @property
    def newest_edit(self) -> QUndoCommand | None:
        """The command that undo would revert, of the experiment or of the list of runs."""
        return self.undo_stack.command(self.undo_stack.index() - 1)

    @property
    def undone(self) -> bool:
        """Whether the last change led back to an experiment of before: by undo, by redo to other data, or by
        typing the old value again."""
        return self._undone

    @property
    def has_other_data(self) -> bool:
        """Whether the last change, by an edit, undo or redo, led to another picture or table."""
        return self._has_other_data

    def leads_to_other_data(self, *, redo: bool = False) -> bool:
        """Whether the next undo, or redo, leads to another picture or table."""
        command = self.undo_stack.command(self.undo_stack.index() - (0 if redo else 1))
        if command is None:
            return False
        edits = [command, *(command.child(place) for place in range(command.childCount()))]
        return any(isinstance(edit, _Swap) and edit.replaces_data for edit in edits)

    @property
    def begins_anew(self) -> bool:
        """Whether the last change opened an experiment, or made or took back an edit that takes nothing over
        from what was learned."""
        return self._begins_anew

    def edit(
        self,
        label: str,
        experiment: Experiment,
        merge_key: str | None = None,
        *,
        joins_newest: bool = False,
        begins_anew: bool = False,
        replaces_data: bool = False,
    ) -> None:
        """Puts one undoable edit on the stack, unless it changes nothing.

        `label` is shown in the undo menu. Typing, wheels and slider drags pass a `merge_key`: such edits
        are undone together, and vanish if they lead back to the initial value. An edit that `joins_newest` is
        undone together with the newest one before it, however long ago. One that `begins_anew`, such as
        another method, takes nothing over from what was learned. One that `replaces_data` makes own points
        other data, which edits of single points don't. Settings that follow the method change with it.
        """
        experiment = followed(self._experiment, experiment)
        if experiment != self._experiment:
            newest = self.newest_edit
            swap = _Swap(self, label, experiment, merge_key, self._clock(), newest, joins_newest, begins_anew)
            before, after = self._experiment.data, experiment.data
            swap.replaces_data = is_other_data(before, after, replaced=replaces_data)
            self.undo_stack.push(swap)

    def edit_data(self, label: str, data: Part) -> None:
        """Replaces the dataset in one edit; what followed the one before is left behind."""
        before = self._experiment
        data = without_what_followed(before, data)
        if is_other_data(before.data, data):
            before = without_title(before)
        self.edit(label, with_usual_rate(before, with_dataset(before, data)), replaces_data=True)

    def edit_own(self, label: str, data: Part, title: str = "") -> None:
        """Replaces the dataset by an opened file, which may change the method and the name, too; what
        followed the dataset before is left behind."""
        before = self._experiment
        data = without_what_followed(before, data)
        opened = with_opened_data(before, data, title)
        self.edit(label, with_usual_rate(before, opened), replaces_data=True)

    def open(self, experiment: Experiment, path: Path | None) -> None:
        """Replaces experiment and file, clears the undo stack and resets `modified`."""
        self._opened += 1
        self.undo_stack.clear()
        self._results_changed = self.is_shown_only = False
        self._set_path(path)
        self._swap(experiment, begins_anew=True)
        self._emit_modified()

    def mark_saved(self, path: Path, edited: bool = False, newer_results: bool = False) -> None:
        """Notes that the project was saved to this file, except for changes made while it was written."""
        self._results_changed = self._results_changed and newer_results
        if edited:
            # The state that counted as clean is in no file any more, so that undo must not reach it.
            self.undo_stack.resetClean()
        else:
            self.undo_stack.setClean()
        self._set_path(path)
        self._emit_modified()

    def mark_results_changed(self) -> None:
        """Notes that training has made unsaved weights."""
        if not (self._results_changed or self.is_shown_only):
            self._results_changed = True
            self._emit_modified()

    def _swap(
        self,
        experiment: Experiment,
        *,
        undone: bool = False,
        begins_anew: bool = False,
        replaces_data: bool = False,
    ) -> None:
        self._experiment, self._undone, self._begins_anew = experiment, undone, begins_anew
        self._has_other_data = replaces_data
        before, self._problems = self._problems, self._problems_of(experiment)
        self.changed.emit(experiment)
        if self._problems != before:
            self.problems_changed.emit(self._problems)

    def _problems_of(self, experiment: Experiment) -> tuple[Problem, ...]:
        """Returns the problems found by `check`, or else a lack of memory.

        An experiment that needs no more than the last one that fitted does fit: that one may be training,
        and occupy the memory itself.
        """
        problems = tuple(check(experiment))
        if problems:
            return problems
        needed = memory_needed(experiment).total
        if needed > self._room:
            problems = tuple(check_memory(experiment, free_memory()))
        if not problems:
            self._room = needed
        return problems

    def _set_path(self, path: Path | None) -> None:
        if path != self._path:
            self._path = path
            self.path_changed.emit(path)

    def _emit_modified(self) -> None:
        if self.modified != self._was_modified:
            self._was_modified = self.modified
            self.modified_changed.emit(self.modified)


class _Swap(QUndoCommand):
    """Replaces the whole experiment; experiments are frozen and small."""

    def __init__(
        self,
        document: Document,
        label: str,
        after: Experiment,
        merge_key: str | None,
        moment: float,
        newest: QUndoCommand | None,
        joins_newest: bool,
        begins_anew: bool,
    ) -> None:
        super().__init__(label)
        self._document = document
        self._joins_newest, self._begins_anew = joins_newest, begins_anew
        self._before = document.experiment
        self._after = after
        self._merge_key = merge_key
        self._moment = moment
        self._leads_back = isinstance(newest, _Swap) and newest._can_merge(self) and after == newest._before
        self._was_made = False
        self.replaces_data = False

    def redo(self) -> None:
        """Called when the edit is made, too."""
        # A redo to other data finds their result again; within the data it acts as the edit did.
        undone = self._leads_back or (self._was_made and self.replaces_data)
        self._swap_to(self._after, undone)
        self._was_made = True

    def undo(self) -> None:
        self._swap_to(self._before, undone=True)

    def _swap_to(self, experiment: Experiment, undone: bool) -> None:
        self._document._swap(
            experiment,
            undone=undone,
            begins_anew=self._begins_anew,
            replaces_data=self.replaces_data,
        )

    def id(self) -> int:
        return 1  # Qt asks `mergeWith` only where ids are equal and not -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _Swap) or not self._can_merge(other):
            return False
        self._after = other._after
        self._moment = other._moment
        self._begins_anew |= other._begins_anew
        self.replaces_data |= other.replaces_data
        self.setText(other.text())
        self.setObsolete(other._leads_back)
        return True

    def _can_merge(self, other: "_Swap") -> bool:
        """Whether `other` is merged into this edit."""
        is_same = self._merge_key is not None and self._merge_key == other._merge_key
        return other._joins_newest or (is_same and other._moment - self._moment <= MERGE_SECONDS)
