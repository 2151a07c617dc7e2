"""What another package registers is trained, listed and exported as far as its entry says all that it takes,
and refused in a sentence elsewhere."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cadl_desktop.experiment import Experiment, check
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.edits import with_dataset
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.export.exports import export
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.events import Progressed
from cadl_desktop.runs.history import History
from tests.catalog import plugin
from tests.engine.runs import finished, of_kind, run, small_painting

pytestmark = pytest.mark.usefixtures("catalog")


def trained(experiment: Experiment) -> Trained:
    assert check(experiment) == []
    events, history = run(experiment), History()
    for event in events:
        history.add(event)
    return Trained(experiment, finished(events).state, history)


def grey_painting() -> Experiment:
    plugin.add_grey()
    adam = part("optimizer", "adam", rate=0.01)
    painting = small_painting(target_scaling="unit", input_scaling="standardised", optimizer=adam)
    return with_dataset(painting, part("dataset", "grey"))


def test_a_grey_picture_is_a_painting_for_everybody(tmp_path: Path) -> None:
    experiment = grey_painting()
    assert is_painting(experiment)
    assert experiment.layers == small_painting().layers  # it is no other kind of data than a picture
    shown = next(each for each in of_kind(run(experiment), Progressed) if each.prediction is not None)
    assert shown.prediction.shape == (plugin.HEIGHT, plugin.WIDTH, 3)
    assert shown.psnr is not None

    export("painting", tmp_path / "grey.png", trained(experiment))
    with Image.open(tmp_path / "grey.png") as picture:
        pixels = np.asarray(picture)
    assert pixels.shape[2] == 3
    assert (pixels == pixels[..., :1]).all()
