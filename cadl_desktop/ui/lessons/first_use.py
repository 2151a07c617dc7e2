"""What the lessons need when they are first opened, made ready while nobody waits for it.

Their modules and matplotlib's take a third of a second to import, the formulas of all pages as long again.
"""

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cadl_desktop.lessons.page import Page


def steps() -> Iterator[str]:
    """Each step does a part of it, and says which; any thread may take any of them, one after the other."""
    import_module("cadl_desktop.ui.lessons.page")
    yield "modules"
    pages = import_module("cadl_desktop.lessons.pages")
    for page in pages.PAGES:
        read_formulas(page)
        yield page.name


def read_formulas(page: "Page") -> None:
    """Those of its text, and of the words that its figures begin with."""
    from cadl_desktop.lessons.texts import shipped_text, spans_of
    from cadl_desktop.ui.controls.fields import translated
    from cadl_desktop.ui.lessons.formulas import formula, live_formula
    from cadl_desktop.ui.lessons.text_document import formulas_in

    for block in shipped_text(page.name).blocks:
        for tex in formulas_in(block.spans):
            formula(tex)
    for words in page.begin().words() if page.begin else ():
        for tex in formulas_in(spans_of(translated(words))):
            live_formula(tex)
