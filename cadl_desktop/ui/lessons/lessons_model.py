"""Model of the lessons in a window: the open page, states of demonstrations, reached goals, own lessons.

Own lessons come from a folder: every NAME.md there, with its experiment NAME.cadl or NAME.json.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.experiment import Experiment
from cadl_desktop.lessons.demonstration import Demonstration, Value
from cadl_desktop.lessons.page import Page, Trial
from cadl_desktop.lessons.page_list import PAGES
from cadl_desktop.lessons.texts import TextError, read_text, shipped_text
from cadl_desktop.markdown import Block, Span, Text
from cadl_desktop.project import open_experiment, open_plain_experiment
from cadl_desktop.sentences import sentence_of
from cadl_desktop.session.views.lesson_progress import LessonProgress
from cadl_desktop.ui.settings.settings_table import LESSON, LESSONS_FOLDER, REACHED_LESSONS

MOST_OWN_LESSONS = 100
"""Most lessons read from the folder."""


@dataclass(frozen=True)
class OwnLesson:
    """Lesson from the user's folder; `text` reads its file again whenever the page is opened."""

    page: Page
    text: Callable[[], Text]


def own_lessons() -> list[OwnLesson]:
    """Lessons in the folder set in Preferences, by file name; none if it cannot be read."""
    folder = LESSONS_FOLDER.get()
    if not folder:
        return []
    try:
        files = sorted(path for path in Path(folder).glob("*.md") if path.is_file())
    except OSError:
        return []
    return [_lesson(path) for path in files[:MOST_OWN_LESSONS]]


def _lesson(path: Path) -> OwnLesson:
    try:
        title = read_text(path).title
    except TextError:
        title = path.stem  # opening the page shows the error
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
    """Text with a link to its experiment appended, unless it has one."""
    missing = [trial for trial in trials if f"try:{trial.name}" not in text.links()]
    added = tuple(Block("paragraph", (Span("Try it", link=f"try:{trial.name}"),)) for trial in missing)
    return Text(text.title, text.blocks + added)


def read_experiment(path: Path) -> Experiment:
    """Reads an experiment from a project or a JSON file. Raises ProjectError."""
    return open_plain_experiment(path) if path.suffix == ".json" else open_experiment(path)


@dataclass(frozen=True)
class Chapter:
    """Entry of the contents: a shipped page, numbered, or an own lesson."""

    page: Page
    number: int = 0
    """0 for own lessons."""
    read: Callable[[], Text] | None = None

    def text(self) -> Text:
        """Reads the text. Raises TextError."""
        return self.read() if self.read else shipped_text(self.page.name)


class LessonsModel(QObject):
    """State of the lessons in a window, shared by their page and their dock."""

    contents_changed = Signal()
    opened = Signal()  # emitted for another page
    changed = Signal()  # emitted for another state of the demonstration
    goals_changed = Signal()

    def __init__(self, progress: LessonProgress, pages: Sequence[Page] | None = None) -> None:
        super().__init__(progress)
        self.progress = progress
        self._pages = PAGES if pages is None else tuple(pages)
        self._states: dict[str, Demonstration] = {}
        self._was_met = False
        self._hints_given: dict[str, int] = {}
        self.text = Text("Lessons", ())
        """Text of the page, or an error message if it cannot be read."""
        self.is_readable = True
        self.reached = frozenset(REACHED_LESSONS.get())
        self.chapters: list[Chapter] = []
        self.place = 0
        self._list_chapters(LESSON.get())
        self._open_page()
        progress.changed.connect(self._check_studio)

    @property
    def chapter(self) -> Chapter | None:
        """Open entry; None if there are no lessons at all."""
        return self.chapters[self.place] if self.chapters else None

    @property
    def page(self) -> Page | None:
        return self.chapter.page if self.chapter else None

    @property
    def demonstration(self) -> Demonstration | None:
        """State of the page's demonstration; None if it has none."""
        return self._states.get(self.page.name) if self.page else None

    @property
    def is_reached(self) -> bool:
        return self.page is not None and self.page.name in self.reached

    @property
    def hint(self) -> str:
        """Last hint that was given, as it reads now; empty if none was, or once the goal is reached."""
        given = self._given_here
        return self._hints()[given - 1] if given and not self.is_reached else ""

    @property
    def hints_left(self) -> int:
        """Number of hints to the open page's goal that weren't given yet; 0 once it is reached."""
        return len(self._hints()) - self._given_here if not self.is_reached else 0

    def give_hint(self) -> None:
        """Gives the next hint to the open page's goal."""
        if self.page and self.hints_left:
            self._hints_given[self.page.name] = self._given_here + 1
            self.goals_changed.emit()

    def trial(self, name: str) -> Trial | None:
        return next((trial for trial in self.page.trials if trial.name == name), None) if self.page else None

    def open(self, place: int) -> None:
        """Opens a page by its index in the contents; its demonstration keeps its earlier state."""
        if 0 <= place < len(self.chapters) and place != self.place:
            self.place = place
            LESSON.set(self.chapters[place].page.name)
            self._open_page()
            self.opened.emit()

    def open_named(self, name: str) -> bool:
        """Opens a page by the name of its file, and returns whether it exists."""
        names = [chapter.page.name for chapter in self.chapters]
        if name in names:
            self.open(names.index(name))
        return name in names

    def set_value(self, name: str, value: Value) -> None:
        if self.demonstration:
            self._set_state(self.demonstration.with_value(name, value))

    def press(self, name: str) -> None:
        if self.demonstration:
            self._set_state(self.demonstration.after_press(name))

    def move(self, name: str, x: float, y: float) -> None:
        if self.demonstration:
            self._set_state(self.demonstration.after_move(name, x, y))

    def reset_demonstration(self) -> None:
        """Resets the demonstration of the page; a reached goal stays reached."""
        if self.page and self.page.begin:
            self._states[self.page.name] = self.page.begin()
            self.changed.emit()

    def start_over(self) -> None:
        """Resets all goals and demonstrations."""
        REACHED_LESSONS.set([])
        self.reached = frozenset()
        self._states.clear()
        self._hints_given.clear()
        self._open_page()
        self.goals_changed.emit()
        self.changed.emit()

    @Slot()
    def list_again(self) -> None:
        """Reads the list of own lessons again."""
        self._list_chapters(self.page.name if self.page else "")
        self.contents_changed.emit()
        self._open_page()
        self.opened.emit()

    def _list_chapters(self, name: str) -> None:
        """Lists all pages, and makes the one of this name the open one, or else the first."""
        shipped = [Chapter(page, number) for number, page in enumerate(self._pages, 1)]
        self.chapters = shipped + [Chapter(own.page, read=own.text) for own in own_lessons()]
        names = [chapter.page.name for chapter in self.chapters]
        self.place = names.index(name) if name in names else 0

    def _open_page(self) -> None:
        self.progress.begin()
        try:
            self.text = self.chapter.text() if self.chapter else Text("Lessons", ())
            self.is_readable = True
        except TextError as error:
            words = Block("paragraph", (Span(sentence_of(error)),))
            self.text, self.is_readable = Text("This lesson can't be read", (words,)), False
        page = self.page
        if page and page.begin and page.name not in self._states:
            self._states[page.name] = page.begin()
        self._was_met = self._is_met_in_studio()

    def _set_state(self, state: Demonstration) -> None:
        if self.page is None or state is self.demonstration:
            return
        self._states[self.page.name] = state
        self.changed.emit()
        if state.reached():
            self._mark_reached()
        elif state.missed() and not self._given_here:
            self.give_hint()

    @property
    def _given_here(self) -> int:
        return self._hints_given.get(self.page.name, 0) if self.page else 0

    def _hints(self) -> tuple[str, ...]:
        """Hints to the open page's goal, from what was tried; none for pages without a goal."""
        if self.demonstration:
            return self.demonstration.hints()
        if self.page and self.page.hints_in_studio:
            return self.page.hints_in_studio(self.progress.studio)
        return ()

    def _is_met_in_studio(self) -> bool:
        page = self.page
        return bool(page and page.reached_in_studio and page.reached_in_studio(self.progress.studio))

    @Slot()
    def _check_studio(self) -> None:
        """Marks the goal as reached once its condition in the studio becomes true.

        A condition that held already when the page was opened does not count.
        """
        if self.is_reached or self.page is None or self.page.reached_in_studio is None:
            return
        before, self._was_met = self._was_met, self._is_met_in_studio()
        if self._was_met and not before:
            self._mark_reached()

    def _mark_reached(self) -> None:
        if self.page and not self.is_reached and self.page.goal:
            reached = {self.page.name}
            self.reached |= reached
            REACHED_LESSONS.change(lambda known: sorted(reached.union(known)))
            self.goals_changed.emit()
