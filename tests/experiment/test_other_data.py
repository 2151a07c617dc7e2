"""Another dataset: what follows the data is left behind, and what a person has set stays."""

from io import BytesIO

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.data.pictures.masks import mask_to_png
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.edits import with_dataset, with_preset
from cadl_desktop.experiment.other_data import is_other_data, words_for_other_data
from cadl_desktop.experiment.part import Part
from cadl_desktop.session.document import Document

PICTURES = [
    "learned-painting",
    "siren-painting",
    "fourier-painting",
    "own-painting",
    "inpainting",
    "lecture-painting",
]


def altered(name: str) -> Experiment:
    """A picture preset with a mask, another size, a wild rate and another cost."""
    experiment = preset(name)
    hidden = np.zeros((8, 8), np.bool_)
    hidden[2:5, 2:5] = True
    data = part("dataset", "picture", source="coffee", longest=100, mask=mask_to_png(hidden), keep=50.0)
    wild = experiment.optimizer.has(rate=1000.0)
    return replace(experiment, data=data, optimizer=wild, cost="l1", layers=experiment.layers[:1] * 2)


def own(source: Part) -> Part:
    return source.has(source="own", image=b"another picture", longest=48)


@pytest.mark.parametrize("name", PICTURES)
def test_another_picture_of_the_gallery_begins_without_the_mask_and_at_the_usual_rate(name: str) -> None:
    document = Document(altered(name))
    document.edit_data("Picture", document.experiment.data.has(source="camera"))
    now, shipped = document.experiment, preset(name)
    assert now.data == part("dataset", "picture", source="camera", longest=100)
    assert now.optimizer == shipped.optimizer
    assert now.cost == "l1"
    document.undo_stack.undo()
    assert document.experiment == altered(name)


def test_an_own_picture_has_the_size_that_was_chosen_for_it_alone() -> None:
    document = Document(altered("siren-painting"))
    document.edit_own("Picture", own(document.experiment.data))
    data = document.experiment.data
    assert (data["mask"], data["keep"], data["longest"]) == (b"", 100.0, 48)
    assert document.experiment.optimizer["rate"] == preset("siren-painting").optimizer["rate"]
    document.edit_data("Picture", part("dataset", "picture", source="cat", longest=48))
    assert document.experiment.data["longest"] == preset("siren-painting").data["longest"]


def test_the_same_picture_in_another_size_keeps_everything() -> None:
    before = altered("siren-painting")
    document = Document(before)
    document.edit_data("Longest side", before.data.has(longest=90))
    assert document.experiment.data == before.data.has(longest=90)
    assert document.experiment.optimizer["rate"] == 1000.0
    assert not is_other_data(before.data, document.experiment.data)
    assert words_for_other_data(before, document.experiment) == ""


def test_another_optimizer_has_the_rate_of_the_catalog() -> None:
    before = replace(preset("siren-painting"), optimizer=part("optimizer", "adagrad", rate=1000.0))
    document = Document(before)
    document.edit_data("Picture", before.data.has(source="coffee"))
    assert document.experiment.optimizer == part("optimizer", "adagrad")


def test_another_curve_begins_at_the_usual_rate() -> None:
    before = preset("lecture-tanh")
    document = Document(replace(before, optimizer=before.optimizer.has(rate=1000.0)))
    document.edit_data("Function", part("dataset", "function"))
    assert document.experiment.optimizer == before.optimizer


def test_what_was_left_and_what_stays_is_said() -> None:
    before = altered("siren-painting")
    document = Document(before)
    document.edit_data("Picture", before.data.has(source="camera"))
    words = words_for_other_data(before, document.experiment)
    for said in ("mask", "1000", "0.001", "cost"):
        assert said in words
    assert "batch" not in words


def test_a_rate_alone_is_no_optimizer_that_stays() -> None:
    before = preset("siren-painting")
    document = Document(replace(before, optimizer=before.optimizer.has(rate=1000.0)))
    at_first = document.experiment
    document.edit_data("Picture", before.data.has(source="camera"))
    assert "ptimizer" not in words_for_other_data(at_first, document.experiment)


def test_a_table_is_other_data_and_a_moved_point_is_not() -> None:
    def points(*values: float) -> Part:
        content = BytesIO()
        np.save(content, np.column_stack([values, values]))
        return part("dataset", "points", points=content.getvalue())

    document = Document(with_dataset(preset("lecture-tanh"), points(0.0, 1.0, 2.0)))
    moved = replace(document.experiment, data=points(0.0, 1.5, 2.0))
    document.edit("Point", replace(moved, optimizer=moved.optimizer.has(rate=0.5)))
    assert not document.has_other_data
    assert not document.leads_to_other_data()
    document.edit_own("Points", points(5.0, 6.0), "table")
    assert document.has_other_data
    assert document.leads_to_other_data()
    assert document.experiment.optimizer["rate"] != 0.5
    document.undo_stack.undo()
    assert document.has_other_data
    assert not document.leads_to_other_data()


def test_nothing_is_said_where_nothing_was_set() -> None:
    before = with_preset(preset("learned-painting"), "siren-painting")
    document = Document(before)
    document.edit_data("Picture", before.data.has(source="coffee"))
    assert words_for_other_data(before, document.experiment) == ""


def test_the_title_of_an_own_picture_goes_with_it() -> None:
    document = Document(preset("siren-painting"))
    document.edit_own("Picture", own(document.experiment.data), "sunset")
    assert document.experiment.name == "sunset"
    document.edit_own("Crop", document.experiment.data.has(image=b"a part of it"))
    assert document.experiment.name == "sunset"
    document.edit_own("Picture", own(document.experiment.data), "sunrise")
    assert document.experiment.name == "sunrise"
    document.edit("Method", with_preset(document.experiment, "fourier-painting"))
    assert document.experiment.name == "sunrise"
    document.edit_data("Picture", part("dataset", "picture", source="cat"))
    assert document.experiment.name == preset("fourier-painting").name
