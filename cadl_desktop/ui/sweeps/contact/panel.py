"""The contact sheet with what arranges it above, and below it the trial that is chosen."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPushButton, QWidget

from cadl_desktop.sentences import shown
from cadl_desktop.session.sweeps.chosen_trial import SweepSelection
from cadl_desktop.sweeps.plan.sweep_model import Choices, Range, Sweep
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.sweeps.records.sweep_status import SweepStatus, TrialStatus
from cadl_desktop.ui.controls.fields import CalmSlider, Chooser, describe
from cadl_desktop.ui.controls.layouts import SPRING, in_column, in_row, wide
from cadl_desktop.ui.controls.looks import FittingLabel, label, set_plot_background
from cadl_desktop.ui.controls.number_text import clock_text
from cadl_desktop.ui.sweeps.contact.sheet import SIZES, ContactSheet
from cadl_desktop.ui.sweeps.contact.tile_painting import ending_in_words
from cadl_desktop.ui.sweeps.words import Setting, objective_text, objective_title, settings_of
from cadl_desktop.ui.theme.theme import GRID

_NONE = ""


class ContactPanel(QWidget):
    """One of the views of a sweep."""

    def __init__(self, selection: SweepSelection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.selection = selection
        self.sheet = ContactSheet(selection)
        self.across, self.down = Chooser(), Chooser()
        self.size_slider = CalmSlider()
        self.chosen = FittingLabel()
        self.adopt = QPushButton("Adopt")
        self._sweep: Sweep | None = None
        self._arranged = (_NONE, _NONE)
        self._standing = SweepStatus()
        self._settings: tuple[Setting, ...] = ()
        self._lay_out()
        self.across.chosen.connect(self._arrange)
        self.down.chosen.connect(self._arrange)
        self.size_slider.valueChanged.connect(self.sheet.set_size)
        self.sheet.fitted.connect(self.size_slider.setValue)
        selection.changed.connect(self._show_chosen)
        self._show_chosen()

    def _lay_out(self) -> None:
        describe(self.across, "Columns", "The setting whose values stand side by side.")
        describe(self.down, "Rows", "The setting whose values stand below one another.")
        describe(self.size_slider, "Size of the pictures", "How large each trial is shown.")
        text = "Makes the chosen trial the run of the document, with its moments; Undo goes back (Return)."
        describe(self.adopt, "Adopt", text)
        self.size_slider.setRange(*SIZES)
        self.size_slider.setFixedWidth(14 * GRID)
        set_plot_background(self)
        row = in_row(
            label("Columns", "muted"),
            self.across,
            label("Rows", "muted"),
            self.down,
            SPRING,
            label("Size", "muted"),
            self.size_slider,
            margins=(2 * GRID, GRID, 2 * GRID, 0),
        )
        for chooser in (self.across, self.down):
            chooser.setMinimumContentsLength(14)
        foot = in_row(wide(self.chosen), self.adopt, margins=(2 * GRID, 0, 2 * GRID, GRID))
        sheet = in_row(wide(self.sheet), margins=(2 * GRID, 0, 0, 0))
        in_column(row, wide(sheet), foot, on=self)

    def tab_widgets(self) -> list[QWidget]:
        """The controls in the order in which Tab visits them."""
        return [self.across, self.down, self.size_slider, self.sheet, self.adopt]

    def show_settings(self, sweep: Sweep | None) -> None:
        """Begins with another sweep, arranged by the two settings that have a few values each."""
        self._sweep = sweep
        self._settings = settings_of(sweep) if sweep else ()
        by_number = (_NONE, "by number", "In the order in which they began.")
        choices = [by_number, *((each.path, each.title, "") for each in self._settings)]
        for chooser, place in ((self.across, 0), (self.down, 1)):
            chooser.set_choices(choices)
            few = [each.path for each in self._settings if sweep and _is_clear(sweep, each)]
            chooser.set_name(few[place] if place < len(few) else _NONE)
            chooser.setEnabled(bool(self._settings))
        self._arrange()

    def show_sweep(self, sweep: Sweep, standing: SweepStatus, folder: SweepFolder) -> None:
        self._standing = standing
        self.sheet.show_sweep(sweep, standing, folder)
        self._show_chosen()

    @Slot()
    def _arrange(self) -> None:
        """A setting that stands in the other direction changes places with the one that stood here."""
        before, (across, down) = self._arranged, (self.across.name(), self.down.name())
        if across == down != _NONE:
            across, down = before[1], before[0]
            self.across.set_name(across)
            self.down.set_name(down)
        self._arranged = across, down
        self.sheet.arrange_by(across, down)

    @Slot()
    def _show_chosen(self) -> None:
        number = self.selection.number
        trial = self._standing.trials.get(number) if number is not None else None
        self.adopt.setEnabled(trial is not None)
        if trial is None:
            self.chosen.show_texts(("Choose a trial to see its settings.", ""))
            return
        words = self._in_words(trial)
        self.chosen.show_texts([" · ".join(words[:count]) for count in range(len(words), 0, -1)])

    def _in_words(self, trial: TrialStatus) -> list[str]:
        values = dict(trial.point)
        words = [f"Trial {trial.number}"]
        words += [
            f"{each.title} {each.text(values[each.path])}" for each in self._settings if each.path in values
        ]
        words.append(f"seed {trial.trial.seed}")
        if self._sweep is not None and trial.value is not None:
            objective = self._sweep.objective
            words.append(f"{objective_title(objective)} {objective_text(objective, trial.value)}")
        if trial.ended is not None:
            said = trial.ended.message if trial.value is None else ""
            words.append(said or ending_in_words(trial.ended.reason))
        words.append(f"epoch {trial.epoch:,}")
        if trial.machine:
            words.append(f"{clock_text(trial.seconds)} on {shown(trial.machine)}")
        return words


def _is_clear(sweep: Sweep, setting: Setting) -> bool:
    """Whether its values make columns that say something at a glance."""
    among = setting.among
    if isinstance(among, Range):
        return sweep.strategy != "grid" or among.steps <= 12
    return len(among.values) <= 12 if isinstance(among, Choices) else True
