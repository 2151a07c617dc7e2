"""The panel in which a sweep is set up, beside the forms whose fields it varies."""

from pathlib import Path

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from cadl_desktop.experiment.presets import preset
from cadl_desktop.session.sweeps.setup import SweepSetup
from cadl_desktop.sweeps.plan.sweep_check import ProblemAt
from cadl_desktop.sweeps.plan.sweep_model import LAYERS, PRESET
from cadl_desktop.sweeps.plan.variables import presets_for, variables
from cadl_desktop.sweeps.records.sweep_status import trials_wanted
from cadl_desktop.ui.controls.fields import (
    ProblemLine,
    choices_of,
    describe,
    messages_by_field,
    order_tabs,
    window_text,
)
from cadl_desktop.ui.controls.layouts import SPRING, add_row, in_column, in_row, scrolled, wide
from cadl_desktop.ui.controls.looks import hint_label, label, make_primary, toggle
from cadl_desktop.ui.controls.number_text import duration_text
from cadl_desktop.ui.sweeps.setup.how_fields import HowFields
from cadl_desktop.ui.sweeps.setup.place import Place
from cadl_desktop.ui.sweeps.setup.varied_row import ChoiceRow, NetworksRow, NumberRow, VariedRow
from cadl_desktop.ui.sweeps.words import problem_in_words, setting_title, settings_of, trials_text
from cadl_desktop.ui.theme.theme import GRID

_LEAST_WIDTH = 38 * GRID
"""At which no field is cut off: what scrolls down doesn't scroll across."""


class SetupPanel(QWidget):
    """Sets a sweep up while it is seen. `begin_wanted` carries the folder that it is to be put into."""

    begin_wanted = Signal(object)  # Path

    def __init__(self, setup: SweepSetup, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Sweep")
        self._setup = setup
        self._rows: dict[str, VariedRow] = {}
        self._placed_name = ""
        """Of the experiment whose folder is suggested."""
        self.hint = hint_label(
            "Press the mark beside a setting, at the left or on a layer's card, and the sweep trains "
            "with several of its values."
        )
        self.add_layers, self.add_presets = toggle("", ""), toggle("", "")
        # From outside in: whatever gets another parent is dressed anew, with all that is in it.
        self._content = QWidget()
        self._all_of_it = in_column(wide(scrolled(self._content)), on=self, apart=0)
        self.how = HowFields(setup, self._content)
        self.place = Place(self._content)
        self.problem = ProblemLine(self)
        self.summary = label("", "muted", wraps=True)
        self.begin = QPushButton("Start the sweep")
        self._lay_out()
        self.setMinimumWidth(_LEAST_WIDTH)
        self._connect()
        self._show()

    def sizeHint(self) -> QSize:
        return QSize(40 * GRID, 640)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._setup.want(True)
        self._suggest_place()

    def hideEvent(self, event: QHideEvent) -> None:
        self._setup.want(False)
        super().hideEvent(event)

    def put_beside(self, path: Path | None) -> None:
        """Suggests a folder beside this file of the project, or in the documents."""
        self.place.beside = path
        if self.isVisible():
            self._suggest_place()

    def row(self, path: str) -> VariedRow:
        """Raises KeyError where the setting doesn't vary."""
        return self._rows[path]

    def _lay_out(self) -> None:
        for button, words, text in (
            (self.add_layers, "Layers", "Trains with several networks, each as a whole."),
            (self.add_presets, "Presets", "Trains with several presets, on these data."),
        ):
            button.setText(words)
            describe(button, f"{words}: vary", text)
        make_primary(self.begin)
        describe(self.begin, self.begin.text(), "Trains all of it in the background.")
        varied = QWidget(self._content)
        self._column: QVBoxLayout = in_column(on=varied, apart=2 * GRID)
        whole = in_row(label("As a whole", "muted"), self.add_layers, self.add_presets, SPRING)
        in_column(
            label("What varies", "heading"),
            self.hint,
            varied,
            whole,
            label("How", "heading"),
            self.how,
            self.place,
            SPRING,
            on=self._content,
            margins=(GRID, GRID // 2, GRID, GRID),
        )
        foot = in_column(margins=(GRID, GRID // 2, GRID, GRID))
        add_row(self._all_of_it, foot, self.problem, self.summary, self.begin)
        self._order_tabs()

    def _connect(self) -> None:
        setup = self._setup
        self.add_layers.clicked.connect(lambda on: setup.vary(LAYERS, on))
        self.add_presets.clicked.connect(lambda on: setup.vary(PRESET, on))
        self.begin.clicked.connect(self._begin)
        setup.changed.connect(self._show)
        setup.checked.connect(self._show_problems)
        setup.wanted_changed.connect(self._show)

    # Showing

    @Slot()
    def _show(self) -> None:
        sweep = self._setup.sweep
        if list(self._rows) != [each.path for each in sweep.varied]:
            self._rebuild()
        for each in sweep.varied:
            self._rows[each.path].show_among(each.among, is_grid=sweep.strategy == "grid")
        self.hint.setVisible(not sweep.varied)
        self.add_layers.setChecked(self._setup.varies(LAYERS))
        self.add_presets.setChecked(self._setup.varies(PRESET))
        self.how.show_sweep(sweep)
        if self.isVisible() and sweep.base.name != self._placed_name:
            self._suggest_place()
        self._show_problems()

    def _suggest_place(self) -> None:
        self._placed_name = self._setup.sweep.base.name
        self.place.suggest(self._placed_name)

    def _rebuild(self) -> None:
        """Rows of settings that go on varying stay, with the keys in them."""
        sweep = self._setup.sweep
        wanted = [each.path for each in sweep.varied]
        for path in [path for path in self._rows if path not in wanted]:
            row = self._rows.pop(path)
            row.hide()
            row.deleteLater()
        for path in wanted:
            if path not in self._rows:
                row = self._rows[path] = self._make_row(path, setting_title(sweep.base, path))
                row.typed.connect(self._show_whether)
                row.changed.connect(lambda among, path=path: self._setup.set_among(path, among))
                row.remove_wanted.connect(lambda path=path: self._setup.vary(path, False))
                self._column.addWidget(row)
        self._order_tabs()

    def _order_tabs(self) -> None:
        rows = [control for row in self._rows.values() for control in row.tab_widgets()]
        order_tabs([*rows, self.add_layers, self.add_presets, *self.how.tab_widgets()])
        order_tabs([self.how.tab_widgets()[-1], *self.place.tab_widgets(), self.begin])

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
        named = ((name, words.get(name) or name.capitalize()) for name in variable.choices)
        return ChoiceRow(title, [(name, shown, "") for name, shown in named])

    @Slot()
    def _show_problems(self) -> None:
        setup = self._setup
        problems = setup.problems or ()
        # Of ten layers these are many words, and most problems are of no point.
        settings = settings_of(setup.sweep) if any(isinstance(each, ProblemAt) for each in problems) else ()
        found = messages_by_field(problem_in_words(each, settings) for each in problems)
        for path, row in self._rows.items():
            # What is wrong with one of several networks is so of their row.
            within = [name for name in found if name == path or name.startswith(f"{path}.")]
            row.show_problem(next((found[name] for name in within), ""))
            for name in within:
                del found[name]
        if not self._rows:
            found.pop("varied", None)  # which the hint says
        self.how.show_problems(found)
        others = [self._with_title(field, message) for field, message in found.items()]
        self.problem.show_problem(setup.missing or next(iter(others), ""))
        self._show_whether()

    @Slot()
    def _show_whether(self) -> None:
        """Whether it can start, and what would."""
        self.summary.setText(self._in_words())
        self.begin.setEnabled(self._setup.can_begin and self._is_read)

    @property
    def _is_read(self) -> bool:
        return all(row.is_read for row in self._rows.values())

    def _with_title(self, field: str, message: str) -> str:
        words = window_text(message)
        return words if field == "varied" else f"{setting_title(self._setup.sweep.base, field)}: {words}"

    def _in_words(self) -> str:
        """How many trials, and about how long."""
        setup = self._setup
        if not setup.sweep.varied:
            return ""
        if setup.problems or not self._is_read:
            return "It can start when what is marked above is put right."
        if setup.problems is None:
            return self.summary.text()  # until it is known whether there can be any
        count = trials_wanted(setup.sweep)
        trials = "As many trials as there is time for" if count is None else trials_text(count)
        seconds = setup.seconds()
        if seconds is None:
            unknown = "How long they take is known once this network was trained for a moment."
            return f"{trials}. {unknown}"
        return f"{trials}, about {duration_text(seconds)} at most."

    # What a person does

    @Slot()
    def _begin(self) -> None:
        """Unless an edit, which the panel follows in a moment, has changed what was checked."""
        if self._setup.can_begin:
            self.begin_wanted.emit(self.place.folder)
