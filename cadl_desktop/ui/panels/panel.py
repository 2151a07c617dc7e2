"""Base of the panels: each redraws from the document and edits only the document."""

from collections.abc import Mapping
from typing import Any, ClassVar

from msgspec.structs import replace
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from cadl_desktop.experiment import Experiment, Problem
from cadl_desktop.experiment.methods.following import follow_again
from cadl_desktop.session.document import Document
from cadl_desktop.ui.controls.fields import messages_by_field
from cadl_desktop.ui.controls.follower import FollowRow, followed_settings
from cadl_desktop.ui.controls.forms import PartForm
from cadl_desktop.ui.controls.layouts import in_column, layout_suspended
from cadl_desktop.ui.controls.topics import set_topic
from cadl_desktop.ui.theme.theme import GRID


class Panel(QWidget):
    """Column of fields about one document."""

    title: ClassVar[str]
    """Heading, which each panel has."""
    manual: ClassVar[str]
    """Place in the manual that tells of it."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.document = document
        set_topic(self, self.manual)
        self.column = in_column(on=self, margins=(GRID, GRID // 2, GRID, GRID))
        self._build()
        self._connect_following()
        document.changed.connect(self._show)
        document.problems_changed.connect(self._problems_changed)
        self._show(document.experiment)
        self._problems_changed(document.problems)

    def _build(self) -> None:
        """Makes the controls; overridden by each panel."""
        raise NotImplementedError

    def _followers(self) -> Mapping[str, FollowRow]:
        """Fields outside forms that may follow a method, by the paths of their settings."""
        return {}

    def controls(self) -> dict[str, QWidget]:
        """Controls by the paths of their settings, in their order on the panel."""
        found = {path: field.control for path, field in self._followers().items()}
        for head, form in self._forms().items():
            found |= {f"{head}.{name}": control for name, control in form.controls().items()}
        return found

    def _forms(self) -> Mapping[str, PartForm]:
        """Forms of the experiment's parts, by their names in it."""
        return {}

    def _redraw(self, experiment: Experiment) -> None:
        """Shows the experiment; overridden by each panel."""
        raise NotImplementedError

    def _show_problems(self, problems: dict[str, str]) -> None:
        """Shows messages, by field path; overridden by each panel."""
        raise NotImplementedError

    def _edit(self, label: str, merge_key: str | None = None, **changes: Any) -> None:
        self.document.edit(label, replace(self.document.experiment, **changes), merge_key)

    def _connect_following(self) -> None:
        for path, field in self._followers().items():
            field.return_wanted.connect(lambda path=path, field=field: self._return(path, field))
        for head, form in self._forms().items():
            form.return_wanted.connect(lambda name, head=head, form=form: self._return_in(form, head, name))

    def _return_in(self, form: PartForm, head: str, name: str) -> None:
        if field := form.field(name):
            self._return(f"{head}.{name}", field)

    def _return(self, path: str, field: FollowRow) -> None:
        label = f"{field.control.accessibleName()} is automatic again"
        self.document.edit(label, follow_again(self.document.experiment, path))

    @Slot(object)
    def _show(self, experiment: Experiment) -> None:
        with layout_suspended(self.column):
            self._redraw(experiment)
            following = followed_settings(experiment)
            for path, field in self._followers().items():
                field.show_following(following.state(path), following.points)
            for head, form in self._forms().items():
                form.show_following(following.of_part(head))

    @Slot(object)
    def _problems_changed(self, problems: tuple[Problem, ...]) -> None:
        self._show_problems(messages_by_field(problems))
