"""The document: its experiment, undo stack and signals."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.session.document import MERGE_SECONDS, Document


@pytest.fixture
def document(qapp: object) -> Document:
    return Document(preset("lecture-tanh"))


class Watch:
    """Records the signals of a document."""

    def __init__(self, document: Document) -> None:
        self.experiments: list[Experiment] = []
        self.problems: list[object] = []
        self.modified: list[bool] = []
        self.paths: list[Path | None] = []
        document.changed.connect(self.experiments.append)
        document.problems_changed.connect(self.problems.append)
        document.modified_changed.connect(self.modified.append)
        document.path_changed.connect(self.paths.append)


def seeded(document: Document, seed: int) -> Experiment:
    return replace(document.experiment, seed=seed)


def test_an_edit_is_announced_undone_and_redone(document: Document) -> None:
    watch = Watch(document)
    before, after = document.experiment, seeded(document, 7)
    document.edit("Seed 7", after)
    document.undo_stack.undo()
    document.undo_stack.redo()
    assert watch.experiments == [after, before, after]
    assert document.experiment == after
    assert document.undo_stack.undoText() == "Seed 7"


def test_an_edit_that_changes_nothing_is_dropped(document: Document) -> None:
    document.edit("Seed", seeded(document, document.experiment.seed))
    assert document.undo_stack.count() == 0


def test_quick_edits_with_one_key_are_undone_together(document: Document) -> None:
    before = document.experiment
    for seed in (12, 123, 1234):
        document.edit(f"Seed {seed}", seeded(document, seed), "seed")
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText() == "Seed 1234"
    document.undo_stack.undo()
    assert document.experiment == before


def test_edits_that_lead_back_leave_nothing_to_undo(document: Document) -> None:
    before = document.experiment
    document.edit("Seed", seeded(document, 12), "seed")
    document.edit("Seed", before, "seed")
    assert document.undo_stack.count() == 0
    assert document.experiment == before
    assert not document.modified


def test_edits_of_other_fields_or_later_do_not_merge(qapp: object) -> None:
    now = 0.0
    document = Document(preset("lecture-tanh"), clock=lambda: now)
    document.edit("Seed", seeded(document, 2), "seed")
    document.edit("Batch", replace(document.experiment, batch_size=9), "batch")
    document.edit("Batch", replace(document.experiment, batch_size=90), None)
    document.edit("Seed", seeded(document, 3), "seed")
    now += MERGE_SECONDS + 0.1
    document.edit("Seed", seeded(document, 4), "seed")
    assert document.undo_stack.count() == 5


def test_an_edit_that_joins_the_newest_is_undone_with_it_however_late(qapp: object) -> None:
    now = 0.0
    document = Document(preset("lecture-tanh"), clock=lambda: now)
    before = document.experiment
    document.edit("Seed", seeded(document, 2))
    now += 60
    document.edit("Batch", replace(document.experiment, batch_size=9), joins_newest=True)
    assert (document.undo_stack.count(), document.undo_stack.undoText()) == (1, "Batch")
    document.undo_stack.undo()
    assert document.experiment == before
    document.undo_stack.redo()
    assert (document.experiment.seed, document.experiment.batch_size) == (2, 9)


def test_problems_follow_the_experiment(document: Document) -> None:
    watch = Watch(document)
    document.edit("Batch", replace(document.experiment, batch_size=0))
    assert [problem.field for problem in document.problems] == ["batch_size"]
    document.undo_stack.undo()
    assert document.problems == ()
    assert len(watch.problems) == 2


def test_modified_follows_edits_results_and_saving(document: Document, tmp_path: Path) -> None:
    watch = Watch(document)
    document.edit("Seed", seeded(document, 2))
    document.undo_stack.undo()
    document.mark_results_changed()
    document.mark_saved(tmp_path / "mine.cadl")
    assert watch.modified == [True, False, True, False]
    assert watch.paths == [tmp_path / "mine.cadl"]
    document.undo_stack.redo()
    assert document.modified


def test_edits_after_saving_do_not_merge_into_what_was_saved(document: Document, tmp_path: Path) -> None:
    document.edit("Seed", seeded(document, 2), "seed")
    document.mark_saved(tmp_path / "mine.cadl")
    document.edit("Seed", seeded(document, 3), "seed")
    document.undo_stack.undo()
    assert document.experiment.seed == 2
    assert not document.modified


def test_opening_replaces_everything(document: Document, qtbot: QtBot, tmp_path: Path) -> None:
    document.edit("Seed", seeded(document, 2))
    document.mark_results_changed()
    with qtbot.waitSignals(
        [document.changed, document.path_changed, document.modified_changed], order="none"
    ):
        document.open(preset("lecture-painting"), tmp_path / "other.cadl")
    assert document.experiment == preset("lecture-painting")
    assert document.path == tmp_path / "other.cadl"
    assert not document.undo_stack.canUndo()
    assert not document.modified


def test_an_experiment_that_fitted_into_memory_still_fits_while_training(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    document, painting = Document(preset("lecture-tanh")), preset("lecture-painting")
    document.edit("Painting", painting)
    monkeypatch.setattr("cadl_desktop.session.document.free_memory", lambda: 1_000_000)
    document.edit("Half typed", replace(painting, batch_size=0))
    document.edit("Smaller", replace(painting, batch_size=49))
    assert document.problems == ()
    document.edit("Larger", replace(painting, batch_size=4000))
    (problem,) = document.problems
    assert "and the machine has 1.0 MB free" in problem.message
    document.undo_stack.undo()
    assert document.problems == ()


def test_settings_that_follow_the_picture_change_in_the_same_edit(qapp: object) -> None:
    sharp = preset("sharp-painting")
    document = Document(sharp)

    document.edit("Longest side 128", replace(sharp, data=sharp.data.has(longest=128)))

    assert document.experiment.encoding["finest"] == 128
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert document.experiment == sharp
    document.undo_stack.redo()
    assert document.experiment.batch_size == 2048


def test_a_typed_value_stays_typed_through_undo_and_redo(qapp: object) -> None:
    sharp = preset("sharp-painting")
    document = Document(sharp)
    document.edit("Batch size 100", replace(sharp, batch_size=100))
    assert "batch_size" not in document.experiment.follows

    document.edit("Longest side 128", replace(document.experiment, data=sharp.data.has(longest=128)))
    assert document.experiment.batch_size == 100
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert document.experiment.follows == sharp.follows
