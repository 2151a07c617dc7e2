"""What all panels share: they redraw from the document and edit nothing but the document."""

from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from cadl_desktop.experiment import Experiment, Problem
from cadl_desktop.session.document import Document
from cadl_desktop.ui.controls.layouts import in_column
from cadl_desktop.ui.controls.problems import messages
from cadl_desktop.ui.theme.theme import GRID


class Panel(QWidget):
    """A column of fields about one document."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.column = in_column(on=self, margins=(GRID, GRID // 2, GRID, GRID))
        self._build()
        document.changed.connect(self._redraw)
        document.problems_changed.connect(self._problems_changed)
        self._redraw(document.experiment)
        self._problems_changed(document.problems)

    @property
    def title(self) -> str:
        """The heading; overridden by each panel."""
        raise NotImplementedError

    def _build(self) -> None:
        """Makes the controls; overridden by each panel."""
        raise NotImplementedError

    def _redraw(self, experiment: Experiment) -> None:
        """Shows the experiment; overridden by each panel."""
        raise NotImplementedError

    def _show_problems(self, problems: dict[str, str]) -> None:
        """Shows messages, by field path; overridden by each panel."""
        raise NotImplementedError

    def _edit(self, label: str, merge_key: str | None = None, **changes: Any) -> None:
        self.document.edit(label, replace(self.document.experiment, **changes), merge_key)

    @Slot(object)
    def _problems_changed(self, problems: tuple[Problem, ...]) -> None:
        self._show_problems(messages(problems))
