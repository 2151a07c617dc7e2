"""All pages: initial states, valid states after every input, and the goal of the homework."""

import re
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from cadl_desktop.data.pictures.picture_dataset import load_picture
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.lessons.page import Page, Studio
from cadl_desktop.lessons.page_list import MANY, PAGES, SINGLE
from cadl_desktop.resources import resource
from tests.lessons.demonstration_driver import (
    check_state,
    clicked,
    control,
    handles,
    states_after_every_input,
    values_of,
)

WITH_FIGURES = [pytest.param(page, id=page.name) for page in PAGES if page.begin]


def test_pages_are_numbered_by_their_places() -> None:
    names = [page.name for page in PAGES]
    assert len(set(names)) == len(names)
    for place, name in enumerate(names, 1):
        assert re.fullmatch(rf"{place:02}(-[a-z]+)+", name)


def test_every_text_has_its_page() -> None:
    texts = {path.stem for path in resource("lessons").glob("*.md")} - {"glossary"}
    assert texts == {page.name for page in PAGES}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_has_a_title_a_goal_and_a_way_to_reach_it(page: Page) -> None:
    assert page.title
    assert page.goal
    assert page.begin or page.reached_in_studio
    assert len({trial.name for trial in page.trials}) == len(page.trials)
    for trial in page.trials:
        assert trial.label
        assert trial.experiment().name


@pytest.mark.parametrize("page", WITH_FIGURES)
def test_no_goal_is_reached_initially(page: Page) -> None:
    assert page.begin
    begun = page.begin()
    check_state(begun)
    assert not begun.reached()
    assert begun == page.begin()
    names = [known.name for known in begun.controls()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("page", WITH_FIGURES)
def test_every_input_leads_to_a_valid_state(page: Page) -> None:
    assert page.begin
    begun = page.begin()
    assert begun.controls() or list(handles(begun)) or clicked(begun)
    for state in states_after_every_input(begun):
        check_state(state)
        assert isinstance(state.reached(), bool)


@pytest.mark.parametrize("page", WITH_FIGURES)
def test_a_control_shows_what_it_was_set_to(page: Page) -> None:
    assert page.begin
    begun = page.begin()
    for name in [known.name for known in begun.controls()]:
        for value in values_of(control(begun, name)):
            assert control(begun.with_value(name, value), name).value == value


@pytest.mark.parametrize("page", WITH_FIGURES)
def test_lecture_s_final_state_is_valid(page: Page) -> None:
    assert page.begin
    ended = page.begin().as_in_lecture()
    check_state(ended)
    assert ended.figures()


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


def test_homework_is_an_own_picture_trained_and_exported(own: Experiment) -> None:
    assert done(own, 100, 0.3, 1.2, HANDED_IN)


def test_anything_less_is_no_homework(own: Experiment) -> None:
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
