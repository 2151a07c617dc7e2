"""Lessons out of a folder of one's own: every NAME.md, with its experiment NAME.cadl or NAME.json."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cadl_desktop.experiment import Experiment
from cadl_desktop.lessons.page import Page, Trial
from cadl_desktop.lessons.texts import Block, Span, Text, TextError, read_text
from cadl_desktop.ui.settings.remembered import LESSONS_FOLDER

MOST = 100
"""Lessons of one folder."""


@dataclass(frozen=True)
class OwnLesson:
    """The page, and how its words are read; they are read anew whenever it is opened."""

    page: Page
    text: Callable[[], Text]


def own_lessons() -> list[OwnLesson]:
    """Those of the folder that Preferences name, by their file names; none where it can't be read."""
    folder = LESSONS_FOLDER.get()
    if not folder:
        return []
    try:
        files = sorted(path for path in Path(folder).glob("*.md") if path.is_file())
    except OSError:
        return []
    return [_lesson(path) for path in files[:MOST]]


def _lesson(path: Path) -> OwnLesson:
    try:
        title = read_text(path).title
    except TextError:
        title = path.stem  # opening it says what is wrong
    trials = tuple(_trials(path, title))
    page = Page(f"own:{path.stem}", title, "", trials=trials)
    return OwnLesson(page, lambda: _with_trial(read_text(path), trials))


def _trials(path: Path, title: str) -> list[Trial]:
    for ending in (".cadl", ".json"):
        beside = path.with_suffix(ending)
        if beside.is_file():
            return [Trial(path.stem, title, partial(read_experiment, beside))]
    return []


def _with_trial(text: Text, trials: tuple[Trial, ...]) -> Text:
    """A text that doesn't link to its experiment ends with a link to it."""
    missing = [trial for trial in trials if f"try:{trial.name}" not in text.links()]
    added = tuple(Block("paragraph", (Span("Try it", link=f"try:{trial.name}"),)) for trial in missing)
    return Text(text.title, text.blocks + added)


def read_experiment(path: Path) -> Experiment:
    """Raises ProjectError, with one plain sentence."""
    from cadl_desktop.project import open_experiment, open_plain_experiment

    return open_plain_experiment(path) if path.suffix == ".json" else open_experiment(path)
