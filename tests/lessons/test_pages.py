"""Every page: it begins as nobody's achievement, and whatever a hand does to it can be shown."""

import re

import pytest

from cadl_desktop.lessons.page import Page
from cadl_desktop.lessons.pages import PAGES
from cadl_desktop.resources import resource
from tests.lessons.playing import check_shown, clicked, control, handles, played, values_of

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
def test_a_page_begins_with_its_goal_before_it(page: Page) -> None:
    assert page.begin
    begun = page.begin()
    check_shown(begun)
    assert not begun.reached()
    assert begun == page.begin()
    names = [known.name for known in begun.controls()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("page", WITH_FIGURES)
def test_whatever_a_hand_does_can_be_shown(page: Page) -> None:
    assert page.begin
    begun = page.begin()
    assert begun.controls() or list(handles(begun)) or clicked(begun)
    for state in played(begun):
        check_shown(state)
        assert isinstance(state.reached(), bool)


@pytest.mark.parametrize("page", WITH_FIGURES)
def test_a_control_shows_what_it_was_set_to(page: Page) -> None:
    assert page.begin
    begun = page.begin()
    for name in [known.name for known in begun.controls()]:
        for value in values_of(control(begun, name)):
            assert control(begun.turned(name, value), name).value == value


@pytest.mark.parametrize("page", WITH_FIGURES)
def test_the_lecture_s_end_can_be_shown(page: Page) -> None:
    assert page.begin
    ended = page.begin().as_in_lecture()
    check_shown(ended)
    assert ended.figures()
