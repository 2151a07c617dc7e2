"""Data panel: the gallery, the dataset's settings, the method, held-out samples and scaling."""

from collections.abc import Mapping

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from cadl_desktop.data.samples import Samples
from cadl_desktop.experiment import Experiment, Part
from cadl_desktop.experiment.catalog import entry, part
from cadl_desktop.experiment.edits import presets_for, with_preset
from cadl_desktop.experiment.setting_descriptions import TITLES
from cadl_desktop.session.document import Document
from cadl_desktop.ui.controls.action import Action, button_for
from cadl_desktop.ui.controls.fields import (
    Chooser,
    Field,
    ProblemLine,
    choices_of,
    describe,
    problems_of_part,
)
from cadl_desktop.ui.controls.follower import FollowRow
from cadl_desktop.ui.controls.forms import PartForm
from cadl_desktop.ui.controls.layouts import in_column
from cadl_desktop.ui.controls.line_edits import NumberEdit
from cadl_desktop.ui.controls.looks import label, small_label
from cadl_desktop.ui.controls.number_text import Number
from cadl_desktop.ui.controls.section import Section
from cadl_desktop.ui.masking.tool import BY_CHANCE
from cadl_desktop.ui.panels.gallery import Gallery
from cadl_desktop.ui.panels.method_chooser import MethodChooser
from cadl_desktop.ui.panels.panel import Panel
from cadl_desktop.ui.panels.size_field import NetworkSizeField
from cadl_desktop.ui.theme.theme import GRID


class MethodField(QWidget):
    """Chooser of the preset by whose method the data are learned; empty for a design of one's own.

    Its title stands above it, as names of presets are long.
    """

    chosen = Signal(str)  # the preset's name

    def __init__(self) -> None:
        super().__init__()
        title = label("Method", "heading")
        self.chooser = MethodChooser()
        title.setBuddy(self.chooser)
        text = "By which example it is learned: network and training become the example's."
        describe(self.chooser, title.text(), text)
        self.chooser.setPlaceholderText("Your own design")
        self.chooser.chosen.connect(self.chosen)
        in_column(title, self.chooser, on=self, apart=GRID // 2)

    def show_experiment(self, experiment: Experiment) -> None:
        names = presets_for(experiment.data)
        self.chooser.show_experiment(experiment, names)
        self.setVisible(bool(names))


_RARELY_NEEDED = ("low", "high", "x_counts", "y_counts")
_LEARNED = ("expression",)
_OF_THE_GALLERY = ("kind", "source", "image", "points")


class DataPanel(Panel):
    """Panel of the dataset. Others make the dialogs and pages to which the gallery, `crop` and `painters`
    lead."""

    title = "Data"
    manual = "data.md"

    def __init__(self, document: Document, crop: Action, painters: Action) -> None:
        self._crop, self._painters = crop, painters
        super().__init__(document)

    def show_samples(self, samples: Samples | None) -> None:
        """Shows the samples' note, or the number of points."""
        note = samples.note if samples and samples.note else ""
        if samples and self.document.experiment.data.kind == "points":
            count = len(samples.inputs)
            points = "1 point" if count == 1 else f"{count:,} points"
            note = f"{points}. Move them with Edit points, or open another table by the tile."
        self.note.setText(note)
        self.note.setVisible(bool(note))

    def _build(self) -> None:
        self.gallery = Gallery()
        self.gallery.chosen.connect(self._tile_chosen)
        self.crop = button_for(self._crop, "Crop and size")
        self.crop.setText("Crop…")
        self.crop.setProperty("small", True)
        self.gallery.add_button(self.crop)
        self._gallery_problem = ProblemLine()
        self.note = small_label()
        self.note.setWordWrap(True)
        self.note.hide()
        self.formula = PartForm("dataset", only=_LEARNED)
        self.form = PartForm("dataset", leave_out=(*_RARELY_NEEDED, *BY_CHANCE, *_LEARNED, "source"))
        for form in (self.formula, self.form):
            form.edited.connect(self._form_edited)
        self.method = MethodField()
        self.method.chosen.connect(self._method_chosen)
        self.six_painters = button_for(self._painters, "Six painters")
        self.six_painters.setText("Painters…")
        self.six_painters.setProperty("small", True)
        self.network_size = NetworkSizeField()
        self.network_size.value_edited.connect(self._size_edited)
        self._validation_field = self._make_validation()
        self.more = Section("More", self._make_more(), folded=True)
        for widget in (
            self.gallery,
            self._gallery_problem,
            self.method,
            self.network_size,
            self.six_painters,
            self.formula,
            self.form,
            self.note,
            self.more,
        ):
            self.column.addWidget(widget)

    def _make_validation(self) -> Field:
        self.validation = NumberEdit(0.0, 0.9, hundred=1.0)
        self.validation.value_edited.connect(self._validation_edited)
        text = "Share of the samples, up to 90 %, that is only measured and never trained on."
        return Field(TITLES["validation"], text, self.validation)

    def _make_more(self) -> QWidget:
        more = QWidget()
        self.more_form = PartForm("dataset", only=_RARELY_NEEDED)
        self.more_form.edited.connect(self._form_edited)
        self.inputs = Chooser(choices_of("input_scaling"))
        self.inputs.chosen.connect(self._inputs_chosen)
        self.targets = Chooser(choices_of("target_scaling"))
        self.targets.chosen.connect(self._targets_chosen)
        text = "How the inputs are scaled before the network sees them."
        self._inputs_field = Field("Inputs", text, self.inputs)
        text = "How the targets are scaled before the network learns them."
        self._targets_field = Field("Targets", text, self.targets)
        in_column(self._validation_field, self.more_form, self._inputs_field, self._targets_field, on=more)
        return more

    def _followers(self) -> Mapping[str, FollowRow]:
        return {"input_scaling": self._inputs_field, "target_scaling": self._targets_field}

    def can_crop(self) -> bool:
        return self._crop.possible()

    def has_method(self) -> bool:
        """Whether there are methods for these data."""
        return bool(presets_for(self.document.experiment.data))

    def controls(self) -> dict[str, QWidget]:
        found: dict[str, QWidget] = {
            "method": self.method.chooser,
            "parameters": self.network_size.number,
            "validation": self.validation,
        }
        for form in (self.formula, self.form, self.more_form):
            found |= {f"data.{name}": control for name, control in form.controls().items()}
        return found | super().controls()

    def _redraw(self, experiment: Experiment) -> None:
        self.gallery.show_data(experiment.data)
        self.crop.setVisible(self.can_crop())
        self.six_painters.setVisible(experiment.data.kind == "picture")
        for form in (self.formula, self.form, self.more_form):
            form.show_part(experiment.data)
            form.setVisible(not form.is_empty())
        self.method.show_experiment(experiment)
        self.network_size.show_experiment(experiment)
        self.validation.set_value(experiment.validation)
        self.inputs.set_name(experiment.input_scaling)
        self.targets.set_name(experiment.target_scaling)

    def _show_problems(self, problems: dict[str, str]) -> None:
        of_data = problems_of_part(problems, "data")
        if of_data:
            self.show_samples(None)  # outdated
        of_gallery = [of_data[name] for name in _OF_THE_GALLERY if name in of_data]
        self._gallery_problem.show_problem(of_gallery[0] if of_gallery else "")
        self.formula.show_problems(of_data)
        self.form.show_problems(of_data)
        self.more_form.show_problems(of_data)
        self.network_size.show_problem(problems.get("parameters", ""))
        self._validation_field.show_problem(problems.get("validation", ""))
        self._inputs_field.show_problem(problems.get("input_scaling", ""))
        self._targets_field.show_problem(problems.get("target_scaling", ""))
        others = {"validation", "input_scaling", "target_scaling"}
        if of_data.keys() & set(_RARELY_NEEDED) or problems.keys() & others:
            self.more.set_folded(False)  # a problem is never hidden

    @Slot(str, str)
    def _tile_chosen(self, kind: str, source: str) -> None:
        before = self.document.experiment.data
        data = before if before.kind == kind else part("dataset", kind)
        title = entry("dataset", kind).title
        if source:
            # Drops an unused own picture from the file; undo restores it.
            data, title = data.has(source=source, image=b""), source.capitalize()
        self.document.edit_data(f"Data: {title}", data)

    @Slot(str)
    def _method_chosen(self, name: str) -> None:
        label = f"Method: {self.method.chooser.title(name)}"
        method = with_preset(self.document.experiment, name)
        self.document.edit(label, method, begins_anew=True)

    @Slot(float)
    def _size_edited(self, share: float) -> None:
        label = f"{TITLES['parameters']} {self.network_size.number.notation.write(share)}"
        self._edit(label, "parameters", parameters=share)

    @Slot(str, object, object)
    def _form_edited(self, label: str, data: Part, merge_key: str | None) -> None:
        self._edit(label, merge_key and f"data.{merge_key}", data=data)

    @Slot(object)
    def _validation_edited(self, value: Number) -> None:
        label = f"Held out {self.validation.notation.write(value)}"
        self._edit(label, "validation", validation=float(value))

    @Slot(str)
    def _inputs_chosen(self, name: str) -> None:
        label = f"Inputs: {self.inputs.title(name)}"
        self._edit(label, input_scaling=name)

    @Slot(str)
    def _targets_chosen(self, name: str) -> None:
        label = f"Targets: {self.targets.title(name)}"
        self._edit(label, target_scaling=name)
