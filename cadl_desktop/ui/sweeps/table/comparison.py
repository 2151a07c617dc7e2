"""In what two trials or a few of a sweep differ: settings, and what they came to."""

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QWidget

from cadl_desktop.experiment.paths import PathError
from cadl_desktop.experiment.setting_descriptions import Settings, describe_settings, number_files
from cadl_desktop.sweeps.plan.sweep_model import Sweep
from cadl_desktop.sweeps.plan.trials import experiment_of
from cadl_desktop.ui.controls.differences import DifferenceTable, Lines, differing
from cadl_desktop.ui.controls.layouts import in_column, wide
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.sweeps.table.columns import NUMBER, Column, TrialRow
from cadl_desktop.ui.sweeps.words import settings_of
from cadl_desktop.ui.theme.theme import GRID

MOST_COMPARED = 6


class TrialsCompared(QDialog):
    """A window of its own, which stays open while others are chosen."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Trials side by side")
        self.differences = DifferenceTable(
            "A row for each setting that differs, and for what each trial came to."
        )
        heading = label("What differs", "heading")
        in_column(heading, wide(self.differences), on=self, margins=2 * GRID)
        self.resize(80 * GRID, 60 * GRID)

    def compare(self, sweep: Sweep, rows: Sequence[TrialRow], columns: Sequence[Column]) -> None:
        """Shows these trials. Settings are told of whole experiments: a preset brings others along."""
        names = [f"Trial {row.trial.number}" for row in rows]
        varied = {each.path for each in sweep.varied} | {"seed"}
        settings = number_files([_settings(sweep, row) for row in rows])
        results = [column for column in columns[NUMBER + 1 :] if column.name not in varied]
        self.differences.show_lines(names, differing(settings) + _results(rows, results))
        self.show()
        self.raise_()
        self.activateWindow()
        self.differences.setFocus()


def _settings(sweep: Sweep, row: TrialRow) -> Settings:
    """In words; of an experiment that can't be made those that vary."""
    try:
        return describe_settings(experiment_of(sweep, row.trial.trial))
    except PathError:
        known = {each.path: each for each in settings_of(sweep)}
        return {
            path: (known[path].title, known[path].text(value))
            for path, value in row.trial.point
            if path in known
        }


def _results(rows: Sequence[TrialRow], columns: Sequence[Column]) -> Lines:
    lines = [(column.title, [column.text(row) for row in rows]) for column in columns]
    return [(title, texts) for title, texts in lines if len(set(texts)) > 1]
