"""Export dialog: everything that can be exported, with a preview, progress and Cancel."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QWidget,
)

from cadl_desktop.experiment import Part, Value
from cadl_desktop.experiment.edits import title_of
from cadl_desktop.experiment.registry import Entry, Parameter
from cadl_desktop.runs.gains import LEFT_OUT, NO_GAINS, Gains
from cadl_desktop.sentences import sentence_of, shown
from cadl_desktop.session.exporter import Exporter
from cadl_desktop.ui.controls.action import Action, button_for
from cadl_desktop.ui.controls.fields import CheckBox, Chooser, Field, describe
from cadl_desktop.ui.controls.forms import PartForm
from cadl_desktop.ui.controls.layouts import SPRING, in_column, in_row, scrolled, wide
from cadl_desktop.ui.controls.looks import label, native_keys, wrapped
from cadl_desktop.ui.controls.questions import confirm_replacing_others, dialog_buttons
from cadl_desktop.ui.export.destination import Destination
from cadl_desktop.ui.export.export_preview import PreviewPane
from cadl_desktop.ui.export.export_progress import ExportBar
from cadl_desktop.ui.export.homework_runs import HomeworkRuns
from cadl_desktop.ui.intake.file_names import export_path
from cadl_desktop.ui.manual.dialog_help import help_button
from cadl_desktop.ui.settings.preference import Preference
from cadl_desktop.ui.settings.recent_paths import last_folder, remember_folder
from cadl_desktop.ui.settings.settings_table import RECIPE_BESIDE, RECIPE_INSIDE
from cadl_desktop.ui.theme.theme import GRID

if TYPE_CHECKING:
    from cadl_desktop.export.exports import Export
    from cadl_desktop.export.trained import Trained


@dataclass
class ChosenExport:
    """Export with a person's choices: `given` has the options that were set; others are derived."""

    export: "Export"
    trained: "Trained"
    ending: str
    given: dict[str, Value] = field(default_factory=dict)

    @classmethod
    def of(cls, export: "Export", trained: "Trained", looked_at: Mapping[str, Value]) -> "ChosenExport":
        """First choices: the options `looked_at` in the window, in the export's own format and size."""
        ending = export.ending(Path(export.file)) or export.suffixes[0]
        return cls(export, trained, ending, export.begin(trained) | dict(looked_at))

    def entry(self) -> Entry:
        """Catalog entry whose parameters are the options of the chosen format."""
        options = self.export.options_for(self.ending, self.trained.experiment)
        return Entry(f"{self.export.name} {self.ending}", self.export.title, self.export.help, "", options)

    def part(self) -> Part:
        """Values of all options as a part, as a form shows them."""
        entry = self.entry()
        given = self.given | {"recipe": self._keeps_recipe.get()}
        shown = self.export.complete(self.trained, entry.part().as_dict() | given)
        return Part(entry.kind, tuple((option.name, shown[option.name]) for option in entry.parameters))

    def set(self, part: Part) -> None:
        """Takes options that differ from the current ones. Of linked options the newest counts."""
        before, entry = self.part().as_dict(), self.entry()
        for name, value in part.settings:
            if before[name] == value:
                continue
            if name == "recipe":
                self._keeps_recipe.set(bool(value))
                continue
            if name in self.export.linked:
                for other in self.export.linked:
                    self.given.pop(other, None)
            self.given[name] = _within_limits(entry.parameter(name), value)

    def options(self) -> dict[str, Value]:
        """Options to pass to the export."""
        known = {option.name for option in self.entry().parameters}
        given = {name: value for name, value in self.given.items() if name in known}
        return given | {"recipe": self._keeps_recipe.get()}

    @property
    def _keeps_recipe(self) -> Preference[bool]:
        """Whether this format's files have their recipe in them or beside them, as it was chosen last."""
        return RECIPE_INSIDE if self.ending in self.export.holds_recipe else RECIPE_BESIDE


def _within_limits(option: Parameter, value: Value) -> Value:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    low = value if option.minimum is None else max(value, option.minimum)
    nearest = low if option.maximum is None else min(low, option.maximum)
    return int(nearest) if option.kind == "int" else nearest


class ExportButtons(QHBoxLayout):
    """Buttons: Export and Close, or Cancel while an export runs; *Show in folder* after one.

    `replace` takes the place of `export` where the file exists.
    """

    def __init__(
        self,
        show_folder: Action,
        close: Action,
        cancel: Action,
        export: Action,
        replace: Action,
        helps: QPushButton,
    ) -> None:
        super().__init__()
        self._export, self._replace = export, replace
        self.setSpacing(GRID)
        self.said = QLabel()
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.show_folder, self.close, self.cancel = map(button_for, (show_folder, close, cancel))
        self.export = button_for(export)
        self.addWidget(self.said, 1)
        self.addWidget(dialog_buttons(self.export, [self.close, self.cancel], [self.show_folder], [helps]))

    def say(self, text: str) -> None:
        """Shows a text, and hides the button for an earlier file."""
        self.said.setText(text)
        self.show_folder.hide()

    def show_running(self, on: bool) -> None:
        self.cancel.setVisible(on)
        self.export.setVisible(not on)
        self.close.setVisible(not on)
        self.say("")

    def show_replaces(self, replaces: bool) -> None:
        """Names the button Replace if the file exists."""
        action = self._replace if replaces else self._export
        self.export.setText(action.title)
        describe(self.export, action.title, action.tip)


PREVIEW_MS = 150
"""Debounce of changes before a new preview is made."""
_SIZE = QSize(960, 640)
_ROW = 30
_LIST_WIDTH = 19 * GRID
_FORM_WIDTH = 36 * GRID


class ExportDialog(QDialog):
    """Exports a run as it was when the dialog was opened.

    `looked_at` has options as the window shows them, with which the dialog begins. `earlier` is the run as it
    was at the moment that the timeline shows, if that isn't the newest: it is what is exported, but for
    exports of the whole run. `others` are the project's other runs with their titles, for the homework.
    `gains` are those of muted and scaled neurons.
    """

    def __init__(
        self,
        run: "Trained",
        exporter: Exporter,
        first: str = "",
        parent: QWidget | None = None,
        looked_at: Mapping[str, Value] | None = None,
        earlier: "Trained | None" = None,
        others: "Sequence[tuple[str, Trained]]" = (),
        gains: Gains = NO_GAINS,
    ) -> None:
        super().__init__(parent)
        from cadl_desktop.export.exports import exports_for

        self.setWindowTitle("Export")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._exporter, self._run, self._earlier, self._gains = exporter, run, earlier, gains
        moment = earlier or run
        with_gains = moment.with_gains(gains)
        self._lacks_gains = with_gains.lacks_gains
        self._choices = [
            ChosenExport.of(
                export,
                run if export.spans_run else with_gains if export.takes_gains else moment,
                looked_at or {},
            )
            for export in exports_for(run.experiment)
        ]
        self.chosen = self._choices[0]
        self._path: Path | None = None
        self._refused: str = ""
        self._focused: QWidget | None = None
        self._closed = False
        self._preview_timer = QTimer(self, singleShot=True, interval=PREVIEW_MS)
        self.homework = HomeworkRuns(run, others, exporter)
        self._make_controls()
        self._lay_out()
        self._connect()
        names = [chosen.export.name for chosen in self._choices]
        self.kinds.setCurrentRow(names.index(first) if first in names else 0)
        self.setMinimumSize(760, 480)
        # Qt's own size has the smallest height that wrapped texts allow.
        self.resize(_fitting(parent))

    # Parts

    def _make_controls(self) -> None:
        self.kinds = QListWidget()
        self.kinds.setFixedWidth(_LIST_WIDTH)
        describe(self.kinds, "What to export", "Everything that can be taken home of this run.")
        for chosen in self._choices:
            item = QListWidgetItem(chosen.export.title, self.kinds)
            item.setToolTip(wrapped(chosen.export.help))
            item.setSizeHint(QSize(0, _ROW))
        self.moment = label("", "muted")  # of the run as it was: training may continue meanwhile
        state = self._run.state if self._earlier is None else self._earlier.state
        self.up_to_here = CheckBox(f"epoch {state.epoch:,}, step {state.step:,}")
        text = "Ends at the moment that the timeline shows, in place of the newest."
        self.end = Field("Up to here", text, self.up_to_here)
        self._title = label("", "heading")
        self._help = label("", "muted", wraps=True)
        self.gains = label("", wraps=True)
        self.gains.setVisible(bool(self._gains))
        from cadl_desktop.export.exports import EXPORTS

        self.preview = PreviewPane()
        self.format = Chooser()
        self.form = PartForm(None)
        self.destination = Destination({ending for export in EXPORTS for ending in export.suffixes})
        self.problem = self.destination.problem
        self.bar = ExportBar()
        self.buttons = self._make_buttons()

    def _make_buttons(self) -> ExportButtons:
        text = "Opens the folder of the file."
        show_folder = Action("Show in folder", self._open_folder, tip=text)
        text = "Closes this dialog; an export that runs is cancelled."
        close = Action("Close", self.reject, tip=text)
        text = "Ends the export and removes what was written."
        cancel = Action("Cancel", self._exporter.cancel, tip=text)
        text = "Writes the file in place of the one there is."
        replace = Action("Replace", self._export, tip=text)
        export = Action("Export", self._export, tip="Writes the file.")
        helps = help_button(self, "exporting.md#what-can-be-exported")
        return ExportButtons(show_folder, close, cancel, export, replace, helps)

    def _lay_out(self) -> None:
        self._right = QWidget()
        kind = Field("Format", "The kind of file, told by its ending.", self.format)
        in_column(kind, self.end, self.homework, self.form, SPRING, on=self._right, margins=(0, 0, GRID, 0))
        scroll = scrolled(self._right)
        scroll.setFixedWidth(_FORM_WIDTH)
        middle = in_row(wide(self.preview), scroll, apart=2 * GRID)
        middle.setContentsMargins(0, GRID // 2, 0, 0)
        heading = in_row(wide(self._title), self.moment)
        content = in_column(heading, self._help, self.gains, wide(middle), self.destination)
        whole = in_row(self.kinds, wide(content), apart=2 * GRID)
        in_column(wide(whole), self.bar, self.buttons, on=self, apart=2 * GRID, margins=2 * GRID)
        self._show_running(False)

    def _connect(self) -> None:
        self.kinds.currentRowChanged.connect(self._choose_kind)
        self.format.chosen.connect(self._choose_format)
        self.up_to_here.clicked.connect(self._choose_end)
        self.form.edited.connect(self._edit)
        self.homework.changed.connect(self._options_changed)
        self.homework.added.connect(self.buttons.say)
        self.homework.refused.connect(self.destination.show_problem)
        self.destination.changed.connect(self._choose_file)
        self._preview_timer.timeout.connect(self._ask_preview)
        self._exporter.progressed.connect(self._show_progress)
        self.bar.words_changed.connect(self.buttons.said.setText)

    # What a person does

    @Slot(int)
    def _choose_kind(self, row: int) -> None:
        chosen = self.chosen = self._choices[row]
        export = chosen.export
        self._title.setText(export.title)
        self._help.setText(export.help)
        self.format.clear()
        for ending in export.suffixes:
            self.format.addItem(ending, ending)
        self.format.set_name(chosen.ending)
        self.destination.suggest(partial(self._suggested, export), export.suffixes, chosen.ending)
        self.homework.setVisible(export.joins)
        self.end.setVisible(export.spans_run and self._earlier is not None)
        self.up_to_here.setChecked(chosen.trained is self._earlier)
        self._show_moment()
        self._show_gains()
        self._show_form()
        self.preview.wait()
        self._options_changed()

    @Slot(bool)
    def _choose_end(self, up_to_here: bool) -> None:
        self.chosen.trained = self._earlier if up_to_here and self._earlier else self._run
        self._show_moment()
        self._show_form()
        self._options_changed()

    @Slot(str)
    def _choose_format(self, ending: str) -> None:
        self.chosen.ending = ending
        self.destination.set_ending(ending)
        self._show_form()
        self._options_changed()

    @Slot()
    def _choose_file(self) -> None:
        ending = self.destination.typed_ending()
        if ending is not None and ending != self.chosen.ending:
            self.chosen.ending = ending
            self.format.set_name(ending)
            self._show_form()
            self._options_changed()
        else:
            # Keeps a problem of the options, drops remarks about an earlier file.
            self.destination.show_problem(self._refused)
        self.buttons.show_replaces(self.destination.replaces())

    @Slot(str, object, object)
    def _edit(self, label: str, part: Part, merge_key: str | None) -> None:
        self.chosen.set(part)
        self._show_form()
        self._options_changed()

    @Slot()
    def _export(self) -> None:
        path = self.destination.path()
        if path is None:
            self.destination.show_problem("Give the file a name.")
            return
        self._write(path, over_others=self.destination.was_written(path))

    def _write(self, path: Path, over_others: bool) -> None:
        chosen = self.chosen
        self._path = path
        self._show_running(True)
        self._exporter.export(
            chosen.export,
            path,
            self._runs_of(chosen),
            chosen.options(),
            self._while_open(self._done),
            self._while_open(self._failed),
            over_others=over_others,
        )

    @Slot()
    def _open_folder(self) -> None:
        if self._path:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._path.parent)))

    def done(self, result: int) -> None:
        """Cancels a running export, however the dialog is closed."""
        self._preview_timer.stop()
        self._closed = True
        self._exporter.cancel_all()
        super().done(result)

    def _while_open(self, answer: Callable[..., None]) -> Callable[..., None]:
        """Callback that does nothing once the dialog is closed."""
        return lambda *given: None if self._closed else answer(*given)

    def _suggested(self, export: "Export", ending: str) -> Path:
        what = export.file.removesuffix(export.ending(Path(export.file)) or "")
        return export_path(Path(last_folder()), title_of(self._run.experiment), what, ending)

    def _runs_of(self, chosen: ChosenExport) -> "Trained":
        return self.homework.joined(chosen.trained) if chosen.export.joins else chosen.trained

    # What is shown

    @Slot()
    def _options_changed(self) -> None:
        """Removes messages about an earlier file or other options."""
        self._refused = ""
        self.destination.show_problem("")
        self.buttons.say("")
        self.buttons.show_replaces(self.destination.replaces())
        self._preview_timer.start()

    def _show_moment(self) -> None:
        chosen = self.chosen
        state = chosen.trained.state
        whole = chosen.export.spans_run and chosen.trained is self._run
        begin = "The whole run, to" if whole else "As learned by"
        self.moment.setText(f"{begin} epoch {state.epoch:,}, step {state.step:,}")

    def _show_gains(self) -> None:
        """Says whether muted and scaled neurons are exported so, and why not."""
        if self.chosen.trained.gains:
            self.gains.setText("What is muted or scaled is exported as the window shows it.")
            return
        self.gains.setText(
            LEFT_OUT
            if self._lacks_gains
            else native_keys(
                "Muting and scaling are left out. To export what the window shows, close this and put them "
                "into the weights: Keep (Ctrl+K)."
            )
        )

    def _show_form(self) -> None:
        self.form.show_part(self.chosen.part(), self.chosen.entry())

    @Slot()
    def _ask_preview(self) -> None:
        chosen = self.chosen
        if not self._exporter.busy:
            self._exporter.preview(
                chosen.export,
                chosen.ending,
                self._runs_of(chosen),
                chosen.options(),
                self._while_open(self.preview.show_preview),
                self._while_open(self._show_no_preview),
            )

    def _show_no_preview(self, error: Exception) -> None:
        self.preview.show_nothing("Nothing to show.")
        self._refused = sentence_of(error)
        self.destination.show_problem(self._refused)

    @Slot(float)
    def _show_progress(self, share: float) -> None:
        if self.chosen.export.in_pieces:
            self.bar.show_share(share)

    def _show_running(self, on: bool) -> None:
        if on:
            self._focused = self.focusWidget()
        for widget in (self.kinds, self._right, self.destination):
            widget.setEnabled(not on)
        self.buttons.show_running(on)
        if on:
            self.bar.begin()
            self.buttons.cancel.setFocus()
        else:
            self.bar.end()
            if self._focused is not None:
                self._focused.setFocus()  # Qt leaves the focus nowhere
            if not self.preview.is_shown():  # the export had cancelled it
                self._preview_timer.start()
        self.destination.show_problem("")

    def _done(self) -> None:
        self._show_running(False)
        if self._path:
            remember_folder(self._path)
            self.destination.set_written(self._path)
            self.buttons.show_replaces(self.destination.replaces())
            self.buttons.say(f"Exported to {shown(self._path.name)}")
            self.buttons.said.setToolTip(wrapped(str(self._path)))
            self.buttons.show_folder.show()

    def _failed(self, error: Exception) -> None:
        from cadl_desktop.export.exports import OthersFileError
        from cadl_desktop.export.job import CancelledError

        self._show_running(False)
        if isinstance(error, OthersFileError) and self._path:
            if confirm_replacing_others(self, error.path):
                self._write(self._path, over_others=True)
        elif isinstance(error, CancelledError):
            self.buttons.say("Cancelled; nothing was written.")
        else:
            self.destination.show_problem(sentence_of(error))


def _fitting(parent: QWidget | None) -> QSize:
    """Size of the dialog, smaller than its window."""
    return _SIZE if parent is None else _SIZE.boundedTo(parent.size() - QSize(6 * GRID, 6 * GRID))
