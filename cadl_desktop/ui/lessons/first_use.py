"""What the lessons need when they are first opened, made ready while nobody waits for it.

Matplotlib reads the formulas of all pages in a third of a second.
"""

from collections.abc import Callable, Iterator
from functools import partial

from cadl_desktop.lessons.page import Page
from cadl_desktop.lessons.pages import PAGES
from cadl_desktop.lessons.texts import shipped_text, spans_of
from cadl_desktop.ui.lessons.formulas import formula, live_formula
from cadl_desktop.ui.lessons.text_document import formulas_in
from cadl_desktop.ui.lessons.words import lesson_text


def readings() -> Iterator[Callable[[], None]]:
    """One for each page, on whichever thread."""
    return (partial(read_formulas, page) for page in PAGES)


def read_formulas(page: Page) -> None:
    """Those of its text, and of the words that its figures begin with."""
    for block in shipped_text(page.name).blocks:
        for tex in formulas_in(block.spans):
            formula(tex)
    for words in page.begin().words() if page.begin else ():
        for tex in formulas_in(spans_of(lesson_text(words))):
            live_formula(tex)
