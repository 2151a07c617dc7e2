"""Page 16: the homework is done by learning an own picture and handing it in, and not otherwise."""

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from cadl_desktop.data.pictures.picture_dataset import load_picture
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.lessons.page import Studio
from cadl_desktop.lessons.pages import MANY, PAGES, SINGLE

PAGE = next(page for page in PAGES if page.name == "16-homework")
HANDED_IN = frozenset({"film", "homework"})


@pytest.fixture
def own(tmp_path: Path) -> Experiment:
    path = tmp_path / "own.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (9, 7, 3), np.uint8)).save(path)
    experiment = SINGLE.experiment()
    return replace(experiment, data=experiment.data.has(source="own", image=load_picture(path)))


def done(experiment: Experiment, epochs: int, cost: float, first: float, exported: frozenset[str]) -> bool:
    assert PAGE.reached_in_studio
    return PAGE.reached_in_studio(Studio(experiment, "", epochs, cost, first, exported))


def test_an_own_picture_that_was_learned_and_handed_in_is_the_homework(own: Experiment) -> None:
    assert done(own, 100, 0.3, 1.2, HANDED_IN)


def test_anything_less_is_not(own: Experiment) -> None:
    assert PAGE.reached_in_studio
    assert not PAGE.reached_in_studio(Studio(own))
    assert not done(own, 99, 0.3, 1.2, HANDED_IN)
    assert not done(own, 100, 1.3, 1.2, HANDED_IN)
    assert not done(own, 100, 0.3, 1.2, frozenset({"film"}))
    assert not done(SINGLE.experiment(), 100, 0.3, 1.2, HANDED_IN)
    assert not done(preset("lecture-tanh"), 100, 0.3, 1.2, HANDED_IN)


def test_the_trials_are_the_homework_s() -> None:
    assert [layer["units"] for layer in SINGLE.experiment().layers] == [20] * 6
    assert parameter_count(SINGLE.experiment()) == 2223
    assert [layer["units"] for layer in MANY.experiment().layers] == [30] * 10
