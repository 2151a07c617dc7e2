"""Run panel: name, note and seed of the experiment."""

import random

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Slot
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QToolButton, QWidget

from cadl_desktop.experiment import Experiment
from cadl_desktop.ui.controls.action import Action, bind_button
from cadl_desktop.ui.controls.fields import Field
from cadl_desktop.ui.controls.line_edits import NumberEdit, WindowKeysMixin
from cadl_desktop.ui.panels.panel import Panel
from cadl_desktop.ui.theme.theme import GRID

_MOST_DICE = 100_000


class NameEdit(WindowKeysMixin, QLineEdit):
    """Line edit whose undo is the document's."""


class NoteEdit(WindowKeysMixin, QPlainTextEdit):
    """Text edit whose undo is the document's."""

    def sizeHint(self) -> QSize:
        return QSize(10 * GRID, 8 * GRID)


class RunPanel(Panel):
    """Panel of name, note and seed, with a dice for a new seed."""

    title = "Run"
    manual = "training.md#name-note-and-seed"

    def _build(self) -> None:
        self.name = NameEdit()
        self.name.textEdited.connect(self._name_edited)
        self.note = NoteEdit()
        self.note.setTabChangesFocus(True)
        self.note.setUndoRedoEnabled(False)
        self.note.document().setDocumentMargin(0)
        # A scroll bar that appears as needed changes the wrapping that it depends on: Qt looped for ever.
        self.note.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.note.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.note.setFixedHeight(8 * GRID)
        self.note.textChanged.connect(self._note_edited)
        self.seed = NumberEdit(0, 2**31 - 1, whole=True)
        self.seed.value_edited.connect(self._seed_edited)
        self.dice = self._make_dice()
        seed_help = "The same seed gives the same run: the weights and batches are drawn from it."
        self._seed_field = Field("Seed", seed_help, self.seed, self.dice)
        fields = (
            Field("Name", "What the experiment is called.", self.name),
            Field("Note", "What you want to remember of it.", self.note),
            self._seed_field,
        )
        for field in fields:
            self.column.addWidget(field)

    def _make_dice(self) -> QToolButton:
        text = "Throws another seed, for other weights and batches."
        self.new_seed = Action("New seed", self._throw, "Ctrl+Shift+R", text, "dice")
        dice = QToolButton()
        bind_button(dice, self.new_seed)
        return dice

    def controls(self) -> dict[str, QWidget]:
        return {"name": self.name, "note": self.note, "seed": self.seed}

    def _redraw(self, experiment: Experiment) -> None:
        if self.name.text() != experiment.name:
            self.name.setText(experiment.name)
        if self.note.toPlainText() != experiment.note:
            with QSignalBlocker(self.note):
                self.note.setPlainText(experiment.note)
        self.seed.set_value(experiment.seed)

    def _show_problems(self, problems: dict[str, str]) -> None:
        self._seed_field.show_problem(problems.get("seed", ""))

    @Slot(str)
    def _name_edited(self, name: str) -> None:
        self._edit("Name", "name", name=name)

    @Slot()
    def _note_edited(self) -> None:
        self._edit("Note", "note", note=self.note.toPlainText())

    @Slot(object)
    def _seed_edited(self, seed: int) -> None:
        self._edit(f"Seed {seed}", "seed", seed=seed)

    @Slot()
    def _throw(self) -> None:
        seed = self.document.experiment.seed
        while seed == self.document.experiment.seed:
            seed = random.randrange(1, _MOST_DICE)
        self._edit(f"New seed {seed}", seed=seed)
