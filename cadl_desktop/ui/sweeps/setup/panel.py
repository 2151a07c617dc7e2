"""The panel in which a sweep is set up, beside the forms whose fields it varies."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QPushButton, QWidget

from cadl_desktop.comparing.sweep_trainings import setting_title, settings_of
from cadl_desktop.experiment.check import Problem, problem
from cadl_desktop.experiment.paths import ALL_UNITS
from cadl_desktop.experiment.presets import preset
from cadl_desktop.sentences import Sentence, counted
from cadl_desktop.session.sweeps.setup import SweepSetup
from cadl_desktop.sweeps.plan.sweep_check import ProblemAt
from cadl_desktop.sweeps.plan.sweep_model import LAYERS, PRESET, Sweep
from cadl_desktop.sweeps.plan.variables import presets_for, variables
from cadl_desktop.sweeps.records.sweep_status import trials_wanted
from cadl_desktop.ui.comparing.words import setting_text
from cadl_desktop.ui.controls.fields import (
    ProblemLine,
    choices_of,
    describe,
    messages_by_field,
    order_tabs,
    window_text,
)
from cadl_desktop.ui.controls.layouts import SPRING, in_column, in_row, scrolled, wide
from cadl_desktop.ui.controls.looks import hint_label, label, make_primary, toggle
from cadl_desktop.ui.controls.number_text import duration_text
from cadl_desktop.ui.sweeps.setup.how_fields import HowFields
from cadl_desktop.ui.sweeps.setup.length_field import LengthField
from cadl_desktop.ui.sweeps.setup.place import Place
from cadl_desktop.ui.sweeps.setup.varied_row import ChoiceRow, NetworksRow, NumberRow, VariedRow
from cadl_desktop.ui.theme.theme import GRID

_LEAST_WIDTH = 38 * GRID
"""Width at which no field is cut off; the panel scrolls vertically only."""
_MARGINS = GRID, GRID // 2, GRID, GRID


class SetupPanel(QWidget):
    """Sets up a sweep while it is visible. `begin_wanted` carries the folder for the sweep."""

    begin_wanted = Signal(object)  # Path
    against_wanted = Signal()

    def __init__(self, setup: SweepSetup, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Sweep")
        self.setMinimumWidth(_LEAST_WIDTH)
        self._setup = setup
        self._rows: dict[str, VariedRow] = {}
        self.hint = hint_label(
            "Press the mark beside a setting, at the left or on a layer's card, and the sweep trains "
            "with several of its values."
        )
        self.add_layers = toggle("Layers", "Trains with several networks, each as a whole.")
        self.add_presets = toggle("Presets", "Trains with several presets, on these data.")
        self.add_units = toggle("All units", "Varies the number of neurons of all hidden layers at once.")
        self._whole = {LAYERS: self.add_layers, ALL_UNITS: self.add_units, PRESET: self.add_presets}
        for path, button in self._whole.items():
            button.setAccessibleName(f"{button.text()}: vary")
            button.clicked.connect(lambda on, path=path: setup.vary(path, on))
        self.against = QPushButton("Against…")
        self.against.setProperty("small", True)
        text = "In place of settings, two whole designs: trains this network against a run or a preset."
        describe(self.against, "Against…", text)
        self.against.clicked.connect(self.against_wanted)
        self.problem = ProblemLine(self)
        self.summary = label("", "muted", wraps=True)
        self.begin = QPushButton("Start the sweep")
        make_primary(self.begin)
        describe(self.begin, self.begin.text(), "Trains all of it in the background.")
        self.begin.clicked.connect(self._begin)
        # From outside in: a widget that gets another parent is styled anew, with all that is in it.
        content = QWidget()
        foot = in_column(self.problem, self.summary, self.begin, margins=_MARGINS)
        in_column(wide(scrolled(content)), foot, on=self, apart=0)
        varied = QWidget(content)
        self._column = in_column(on=varied, apart=2 * GRID)
        whole = in_row(*self._whole.values(), SPRING)
        against = in_row(label("Or", "muted"), self.against, SPRING)
        self.length = LengthField(setup, content)
        self.how, self.place = HowFields(setup, content), Place(content)
        head, how = label("What varies", "heading"), label("How", "heading")
        varying = head, self.hint, varied, label("As a whole", "muted"), whole, against
        parts = self.length, *varying, how, self.how, self.place, SPRING
        in_column(*parts, on=content, margins=_MARGINS)
        setup.changed.connect(self._show)
        setup.checked.connect(self._show_problems)
        self._show()
        self._order_tabs()

    def sizeHint(self) -> QSize:
        return QSize(40 * GRID, 640)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._setup.want(True)
        self.place.suggest(self._setup.sweep.base.name)

    def hideEvent(self, event: QHideEvent) -> None:
        self._setup.want(False)
        super().hideEvent(event)

    def put_beside(self, path: Path | None) -> None:
        """Suggests a folder beside the project's file, or in the documents where there is no file."""
        self.place.beside = path
        if self.isVisible():
            self.place.suggest(self._setup.sweep.base.name)

    def row(self, path: str) -> VariedRow:
        """Row of a setting. Raises KeyError if the setting doesn't vary."""
        return self._rows[path]

    # Showing

    @Slot()
    def _show(self) -> None:
        sweep = self._setup.sweep
        if list(self._rows) != [each.path for each in sweep.varied]:
            self._rebuild(sweep)
        for each in sweep.varied:
            self._rows[each.path].show_among(each.among, is_grid=sweep.strategy == "grid")
        self.hint.setVisible(not sweep.varied)
        for path, button in self._whole.items():
            button.setChecked(self._setup.varies(path))
        self.add_units.setEnabled(ALL_UNITS in variables(sweep.base))
        self.length.show_sweep(sweep)
        self.how.show_sweep(sweep)
        if self.isVisible() and sweep.base.name != self.place.named:
            self.place.suggest(sweep.base.name)
        self._show_problems()

    def _rebuild(self, sweep: Sweep) -> None:
        """Adds and removes rows; rows of settings that still vary keep the focus."""
        wanted = [each.path for each in sweep.varied]
        for path in [path for path in self._rows if path not in wanted]:
            row = self._rows.pop(path)
            row.hide()
            row.deleteLater()
        for path in wanted:
            if path not in self._rows:
                row = self._rows[path] = self._make_row(path, setting_title(sweep.base, path))
                row.typed.connect(self._show_summary)
                row.changed.connect(lambda among, path=path: self._setup.set_among(path, among))
                row.remove_wanted.connect(lambda path=path: self._setup.vary(path, False))
                self._column.addWidget(row)
        self._order_tabs()

    def _order_tabs(self) -> None:
        """Makes Tab visit the fields of rows, which come and go, and all others as they lie."""
        rows = [control for row in self._rows.values() for control in _controls(row)]
        whole = *self._whole.values(), self.against
        order_tabs(
            [*_controls(self.length), *rows, *whole, *_controls(self.how), *_controls(self.place), self.begin]
        )

    def _make_row(self, path: str, title: str) -> VariedRow:
        base = self._setup.sweep.base
        if path == LAYERS:
            return NetworksRow(title, lambda: self._setup.sweep.base)
        if path == PRESET:
            found = ((name, preset(name)) for name in presets_for(base))
            return ChoiceRow(title, [(name, each.name, each.note) for name, each in found])
        variable = variables(base)[path]
        if variable.is_number:
            return NumberRow(title, variable)
        if variable.category is not None:
            return ChoiceRow(title, choices_of(variable.category))
        words = {"true": "on", "false": "off"}
        return ChoiceRow(title, [(it, words.get(it) or it.capitalize(), "") for it in variable.choices])

    @Slot()
    def _show_problems(self) -> None:
        setup = self._setup
        found = messages_by_field(_in_words(each, setup.sweep) for each in setup.problems or ())
        for path, row in self._rows.items():
            # A problem of one of several networks is shown at their row.
            within = [name for name in found if name == path or name.startswith(f"{path}.")]
            row.show_problem(next((found[name] for name in within), ""))
            for name in within:
                del found[name]
        if not self._rows:
            found.pop("varied", None)  # the hint says so
        self.length.show_problem(found.pop("limit.length", ""))
        self.how.show_problems(found)
        field, message = next(iter(found.items()), ("varied", ""))
        title = "" if field == "varied" else f"{setting_title(setup.sweep.base, field)}: "
        self.problem.show_problem(title + window_text(message))
        self._show_summary()

    @Slot()
    def _show_summary(self) -> None:
        """Shows the number of trials and their estimated duration, and whether the sweep can start."""
        setup, are_read = self._setup, all(row.is_read for row in self._rows.values())
        self.begin.setEnabled(setup.can_begin and are_read)
        if not setup.sweep.varied and setup.sweep.seeds == 1:
            self.summary.clear()
        elif setup.problems or not are_read:
            self.summary.setText("It can start when what is marked above is put right.")
        elif setup.problems is not None:
            self.summary.setText(self._duration_text())

    def _duration_text(self) -> str:
        count, seconds = trials_wanted(self._setup.sweep), self._setup.seconds()
        trials = "As many trials as there is time for" if count is None else counted(count, "trial")
        if (seeds := self._setup.sweep.seeds) > 1:
            trials += f" ({seeds:,} seeds of each point)"
        if seconds is None:
            return f"{trials}. How long they take is known once this network was trained for a moment."
        return f"{trials}, about {duration_text(seconds)} at most once the workers have started."

    @Slot()
    def _begin(self) -> None:
        """Starts the sweep, unless an edit since the check hasn't been followed yet."""
        if self._setup.can_begin:
            self.begin_wanted.emit(self.place.folder)


def _controls(widget: QWidget) -> list[QWidget]:
    """Widgets within another one that Tab visits, in the order in which they were added; without the lists of
    choosers, which are windows."""
    within = [each for each in widget.findChildren(QWidget) if each.window() is widget.window()]
    return [each for each in within if each.focusPolicy() & Qt.FocusPolicy.TabFocus]


def _in_words(found: Problem, sweep: Sweep) -> Problem:
    """Returns the problem with the settings of its point in words, without those that no longer vary."""
    if not isinstance(found, ProblemAt) or not isinstance(found.message, Sentence):
        return found
    values = dict(found.point)
    varied = [setting for setting in settings_of(sweep) if setting.path in values]
    point = ", ".join(f"{it.title} {setting_text(it, values[it.path])}" for it in varied)
    return problem(found.field, found.message.template, **{**found.message.values, "point": point})
