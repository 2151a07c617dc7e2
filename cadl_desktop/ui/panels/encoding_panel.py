"""Encoding panel: how positions become the inputs of the first layer."""

from collections.abc import Mapping

from PySide6.QtCore import Slot

from cadl_desktop.experiment import Experiment, Part
from cadl_desktop.experiment.edits import part_of_kind
from cadl_desktop.experiment.shapes import widths
from cadl_desktop.ui.controls.fields import Chooser, Field, choices_of, problems_of_part
from cadl_desktop.ui.controls.follower import FollowRow
from cadl_desktop.ui.controls.forms import PartForm
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.panels.panel import Panel


class EncodingPanel(Panel):
    """Panel of the encoding, its settings, and the number of inputs it makes."""

    title = "Encoding"
    manual = "data.md#encode-the-inputs"

    def _build(self) -> None:
        self.kind = Chooser(choices_of("encoding"))
        self.kind.chosen.connect(self._kind_chosen)
        text = "What the inputs are turned into before the first layer."
        self._kind_field = Field("Encoding", text, self.kind)
        self.form = PartForm("encoding")
        self.form.edited.connect(self._form_edited)
        self._count = label("", "muted", "small", wraps=True)
        for widget in (self._kind_field, self.form, self._count):
            self.column.addWidget(widget)

    def _followers(self) -> Mapping[str, FollowRow]:
        return {"encoding.kind": self._kind_field}

    def _forms(self) -> Mapping[str, PartForm]:
        return {"encoding": self.form}

    def _redraw(self, experiment: Experiment) -> None:
        self.kind.set_name(experiment.encoding.kind)
        self.form.show_part(experiment.encoding)
        self.form.setVisible(not self.form.is_empty())
        self._count.setText(self._count_text(experiment))

    def _count_text(self, experiment: Experiment) -> str:
        try:
            count = widths(experiment)[0]
        except KeyError:  # unknown kind, which `check` reports beside it
            return ""
        if count == 1:
            return "One number goes into the first layer."
        return f"{count} numbers go into the first layer."

    def _show_problems(self, problems: dict[str, str]) -> None:
        of_encoding = problems_of_part(problems, "encoding")
        self._kind_field.show_problem(of_encoding.get("kind", ""))
        self.form.show_problems(of_encoding)

    @Slot(str)
    def _kind_chosen(self, kind: str) -> None:
        label = f"Encoding: {self.kind.title(kind)}"
        self._edit(label, encoding=part_of_kind("encoding", self.document.experiment.encoding, kind))

    @Slot(str, object, object)
    def _form_edited(self, label: str, encoding: Part, merge_key: str | None) -> None:
        self._edit(label, merge_key and f"encoding.{merge_key}", encoding=encoding)
