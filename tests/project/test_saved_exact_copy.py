"""A project whose network followed an own picture, saved by version 0.1, is edited as that version did it.

The expected numbers are those that version 0.1 computed from the same edits.
"""

from io import BytesIO

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from cadl_desktop.data.pictures.masks import mask_to_png
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.session.document import Document
from tests.project.test_saved_projects import FOLDER, opened

NAME = "exact-copy-of-own-picture"


@pytest.fixture
def saved() -> Experiment:
    return opened(NAME).experiment


@pytest.fixture
def document(qapp: object, saved: Experiment) -> Document:
    document = Document(preset("lecture-tanh"))
    document.open(saved, FOLDER / f"{NAME}.cadl")
    return document


def crop(document: Document, width: int, height: int) -> None:
    """Takes another part of a picture, as the crop dialog does."""
    written = BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(written, "PNG")
    own = document.experiment.data.has(source="own", image=written.getvalue(), longest=max(width, height))
    document.edit_own("Crop and size", own)


def hide_a_quarter(document: Document, width: int, height: int) -> None:
    """Sets the mask, as a stroke does."""
    mask = np.zeros((height, width), np.bool_)
    mask[: height // 2, : width // 2] = True
    experiment = document.experiment
    document.edit("Mask", replace(experiment, data=experiment.data.has(mask=mask_to_png(mask))))


def expected(
    document: Document,
    saved: Experiment,
    encoding: dict[str, int | float | str],
    units: int = 32,
    epochs: int = 3600,
    **settings: float,
) -> Experiment:
    """Returns the saved experiment with the edited data and these values; everything else is as it was."""
    return replace(
        saved,
        data=document.experiment.data,
        encoding=saved.encoding.has(**encoding),
        layers=(saved.layers[0].has(units=units),),
        stop=replace(saved.stop, epochs=epochs),
        **settings,
    )


CROPPED: dict[str, int | float | str] = {"levels": 3, "table": 960, "finest": 40, "aspect": 0.6}
LARGE: dict[str, int | float | str] = {
    "levels": 6,
    "features": 2,
    "table": 120_000,
    "coarsest": 16,
    "finest": 400,
    "interpolation": "linear",
    "aspect": 0.75,
}


def test_it_is_opened_as_it_was_saved(saved: Experiment) -> None:
    assert saved.method == "own-painting"
    assert saved.parameters is None
    assert saved.encoding.kind == "hash grid"
    assert saved.encoding.as_dict() == {
        "levels": 2,
        "features": 3,
        "table": 300,
        "coarsest": 8,
        "finest": 20,
        "interpolation": "cubic",
        "aspect": 0.75,
    }
    (layer,) = saved.layers
    assert (layer.kind, layer["units"], layer["activation"]) == ("dense", 32, "relu")
    assert (saved.batch_size, saved.measure_every, saved.stop.epochs) == (150, 100, 3600)
    assert saved.coherence == 0.0
    assert (saved.optimizer.kind, saved.optimizer["rate"], saved.cost) == ("adam", 0.01, "l2")
    assert len(saved.follows) == 12


def test_a_crop_and_a_mask_give_the_experiment_that_they_gave(document: Document, saved: Experiment) -> None:
    crop(document, 40, 24)
    assert document.experiment == expected(document, saved, CROPPED, batch_size=480)
    hide_a_quarter(document, 40, 24)
    assert document.experiment == expected(
        document, saved, CROPPED, epochs=27_778, batch_size=360, coherence=3e-4
    )


def test_a_large_picture_gives_the_experiment_that_it_gave(document: Document, saved: Experiment) -> None:
    crop(document, 400, 300)
    assert document.experiment == expected(
        document, saved, LARGE, units=16, epochs=167, batch_size=4096, measure_every=7
    )
    hide_a_quarter(document, 400, 300)
    assert document.experiment == expected(
        document, saved, LARGE, units=16, epochs=222, batch_size=4096, measure_every=10, coherence=3e-4
    )
