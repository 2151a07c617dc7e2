"""Trainings as a table for other programs: one row each, as `trials.csv` in a sweep's folder has them."""

from collections.abc import Sequence

from cadl_desktop.comparing.training import NOUNS, Training, TrainingSet
from cadl_desktop.sweeps.plan.spelling import spelled
from cadl_desktop.sweeps.records.trial_table import RESULT, csv_of_rows, result_cells


def csv_of(trainings: TrainingSet, listed: Sequence[Training]) -> bytes:
    """Returns the listed trainings in the order of their numbers, as CSV (RFC 4180) in UTF-8.

    Trials of a sweep have the columns of `trial_table.table_of`, byte for byte; others a name and a note
    besides. Unfinished ones have only what they began with; unknown and non-finite values are empty.
    """
    first, own = NOUNS[trainings.kind], () if trainings.kind == "sweep" else ("name", "note")
    columns = [first, "seed", *(each.path for each in trainings.settings), *RESULT, *own]
    ordered = sorted(listed, key=lambda each: each.number)
    return csv_of_rows(columns, ({first: each.number, **_row(each)} for each in ordered))


def _row(training: Training) -> dict[str, object]:
    begun = {"name": training.name, "note": training.note, "seed": training.seed}
    begun |= {path: spelled(value) for path, value in training.point}
    return begun | result_cells(training, training.state) if training.is_over else begun
