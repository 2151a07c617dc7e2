"""Formulas of the lessons, laid out before they are needed."""

from collections.abc import Callable, Iterator
from functools import partial

from cadl_desktop.lessons.page import Page
from cadl_desktop.lessons.page_list import PAGES
from cadl_desktop.lessons.texts import shipped_text
from cadl_desktop.markdown import spans_of
from cadl_desktop.ui.texts.formulas import formula, lesson_text, live_formula
from cadl_desktop.ui.texts.writer import formulas_in


def readings() -> Iterator[Callable[[], None]]:
    """Jobs, one per page, that lay out formulas in advance; safe on any thread.

    Called through its module's name by ui.frame.preload. Matplotlib takes a third of a second for all
    pages.
    """
    return (partial(cache_formulas, page) for page in PAGES)


def cache_formulas(page: Page) -> None:
    """Lays out the formulas of a page's text and of its demonstration's initial words."""
    for block in shipped_text(page.name).blocks:
        for tex in formulas_in(block.spans):
            formula(tex)
    for words in page.begin().words() if page.begin else ():
        for tex in formulas_in(spans_of(lesson_text(words))):
            live_formula(tex)
