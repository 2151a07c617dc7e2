"""Which page of the lessons is open, what its demonstration stands at, and which goals have been reached."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.lessons.controls import Value
from cadl_desktop.lessons.demonstration import Demonstration
from cadl_desktop.lessons.page import Page, Trial
from cadl_desktop.lessons.pages import PAGES
from cadl_desktop.lessons.texts import Text, TextError, shipped_text
from cadl_desktop.sentences import sentence_of
from cadl_desktop.session.views.lesson_progress import LessonProgress
from cadl_desktop.ui.lessons.own_lessons import OwnLesson, own_lessons
from cadl_desktop.ui.settings.remembered import LESSON, REACHED_LESSONS


@dataclass(frozen=True)
class Chapter:
    """A line of the contents: a page of ours, numbered, or one of a person's own."""

    page: Page
    number: int = 0
    """0 for one's own."""
    read: Callable[[], Text] | None = None

    def text(self) -> Text:
        """Raises TextError."""
        return self.read() if self.read else shipped_text(self.page.name)


class Reading(QObject):
    """The page and the dock beside the studio show the same reading."""

    contents_changed = Signal()
    opened = Signal()  # another page
    changed = Signal()  # another state of its demonstration
    goals_changed = Signal()

    def __init__(self, progress: LessonProgress, pages: Sequence[Page] | None = None) -> None:
        super().__init__(progress)
        self.progress = progress
        self._pages = PAGES if pages is None else tuple(pages)
        self._states: dict[str, Demonstration] = {}
        self._held = False
        self.text = Text("Lessons", ())
        """The words of the page; where they can't be read, one sentence that says so."""
        self.is_readable = True
        self.reached = frozenset(REACHED_LESSONS.get())
        self.chapters: list[Chapter] = []
        self.place = 0
        self._list()
        names = [chapter.page.name for chapter in self.chapters]
        last = LESSON.get()
        self.place = names.index(last) if last in names else 0
        self._begin()
        progress.changed.connect(self._look_into_studio)

    @property
    def chapter(self) -> Chapter | None:
        """None where there are no lessons at all."""
        return self.chapters[self.place] if self.chapters else None

    @property
    def page(self) -> Page | None:
        return self.chapter.page if self.chapter else None

    @property
    def demonstration(self) -> Demonstration | None:
        """None where everything happens in the studio."""
        return self._states.get(self.page.name) if self.page else None

    @property
    def is_reached(self) -> bool:
        return self.page is not None and self.page.name in self.reached

    def trial(self, name: str) -> Trial | None:
        return next((trial for trial in self.page.trials if trial.name == name), None) if self.page else None

    def open(self, place: int) -> None:
        """Opens a page by its place in the contents; what its figure stood at before is there again."""
        if 0 <= place < len(self.chapters) and place != self.place:
            self.place = place
            LESSON.set(self.chapters[place].page.name)
            self._begin()
            self.opened.emit()

    def open_named(self, name: str) -> bool:
        """The same by the name of its file, and whether there is one."""
        names = [chapter.page.name for chapter in self.chapters]
        if name in names:
            self.open(names.index(name))
        return name in names

    def turn(self, name: str, value: Value) -> None:
        if self.demonstration:
            self._take(self.demonstration.turned(name, value))

    def press(self, name: str) -> None:
        if self.demonstration:
            self._take(self.demonstration.pressed(name))

    def move(self, name: str, x: float, y: float) -> None:
        if self.demonstration:
            self._take(self.demonstration.moved(name, x, y))

    def begin_again(self) -> None:
        """The figure stands as the lecture begins; a goal that was reached stays so."""
        if self.page and self.page.begin:
            self._states[self.page.name] = self.page.begin()
            self.changed.emit()

    def start_over(self) -> None:
        """Nothing has been reached, and every figure stands as it did at first."""
        REACHED_LESSONS.set([])
        self.reached = frozenset()
        self._states.clear()
        self._begin()
        self.goals_changed.emit()
        self.changed.emit()

    @Slot()
    def list_again(self) -> None:
        """One's own lessons may be others now."""
        name = self.page.name if self.page else ""
        self._list()
        names = [chapter.page.name for chapter in self.chapters]
        self.place = names.index(name) if name in names else 0
        self.contents_changed.emit()
        self._begin()
        self.opened.emit()

    def _list(self) -> None:
        shipped = [Chapter(page, number) for number, page in enumerate(self._pages, 1)]
        self.chapters = shipped + [_chapter(own) for own in own_lessons()]

    def _begin(self) -> None:
        self.progress.begin()
        self._read()
        page = self.page
        if page and page.begin and page.name not in self._states:
            self._states[page.name] = page.begin()
        self._held = self._holds_in_studio()

    def _read(self) -> None:
        try:
            self.text = self.chapter.text() if self.chapter else Text("Lessons", ())
            self.is_readable = True
        except TextError as error:
            self.text, self.is_readable = _only(error), False

    def _take(self, state: Demonstration) -> None:
        if self.page is None or state is self.demonstration:
            return
        self._states[self.page.name] = state
        self.changed.emit()
        if state.reached():
            self._tick()

    def _holds_in_studio(self) -> bool:
        page = self.page
        return bool(page and page.reached_in_studio and page.reached_in_studio(self.progress.studio))

    @Slot()
    def _look_into_studio(self) -> None:
        """A goal that was there when the page was opened hasn't been reached by doing."""
        if self.is_reached or self.page is None or self.page.reached_in_studio is None:
            return
        before, self._held = self._held, self._holds_in_studio()
        if self._held and not before:
            self._tick()

    def _tick(self) -> None:
        if self.page and not self.is_reached and self.page.goal:
            reached = {self.page.name}
            self.reached |= reached
            REACHED_LESSONS.change(lambda known: sorted(reached.union(known)))
            self.goals_changed.emit()


def _chapter(own: OwnLesson) -> Chapter:
    return Chapter(own.page, read=own.text)


def _only(error: TextError) -> Text:
    from cadl_desktop.lessons.texts import Block, Span

    return Text("This lesson can't be read", (Block("paragraph", (Span(sentence_of(error)),)),))
