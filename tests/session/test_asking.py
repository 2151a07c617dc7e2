"""Asking in the background: one question at a time and a rest, or the newest alone; whatever comes when."""

from collections.abc import Callable, Iterator
from functools import partial
from threading import Event
from time import monotonic
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from cadl_desktop.session.asking import Newest, OneAtATime, Question
from cadl_desktop.session.background import Background

LONG = 3600.0
"""A rest that no test waits for."""


class Owner:
    """Wants the newest of what it was told, and answers its questions by hand."""

    def __init__(self, **question: Any) -> None:
        self.asking = OneAtATime(self._question, self._fail)
        self.question = question
        self.asked: list[str] = []
        self.answers: list[str] = []
        self.errors: list[str] = []
        self.then: Callable[[], None] = lambda: None
        self._wanted = self._asked = ""
        self._open: list[tuple[Callable[[Any], None], Callable[[Exception], None]]] = []

    def want(self, what: str) -> None:
        self._wanted = what
        self.asking.look()

    def hurry(self, what: str) -> None:
        self._wanted = what
        self.asking.hurry()

    def answer(self) -> None:
        """Answers the question that has been open for longest."""
        done, _ = self._open.pop(0)
        done(f"answer to {self.asked[-1]}")

    def refuse(self) -> None:
        _, failed = self._open.pop(0)
        failed(ValueError(f"no {self.asked[-1]}"))

    def _question(self) -> Question | None:
        if self._wanted == self._asked:
            return None
        self._asked = self._wanted
        return Question(self._ask, self._take, **self.question)

    def _ask(self, done: Callable[[Any], None], failed: Callable[[Exception], None]) -> None:
        self.asked.append(self._asked)
        self._open.append((done, failed))

    def _take(self, answer: str) -> None:
        self.answers.append(answer)
        self.then()

    def _fail(self, error: Exception) -> None:
        self.errors.append(str(error))
        self.then()


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    background = Background()
    yield background
    background.close()


# One at a time


def test_nothing_is_asked_while_a_question_is_under_way_and_the_newest_comes_next(qtbot: QtBot) -> None:
    owner = Owner()
    for what in ("a", "b", "c"):
        owner.want(what)
        assert owner.asking.busy
    assert owner.asked == ["a"]
    owner.answer()
    assert owner.asked == ["a", "c"]
    owner.answer()
    assert owner.answers == ["answer to a", "answer to c"]
    assert not owner.asking.busy


def test_an_error_is_told_and_the_next_question_is_asked(qtbot: QtBot) -> None:
    owner = Owner()
    owner.want("a")
    owner.want("b")
    owner.refuse()
    assert owner.errors == ["no a"]
    owner.answer()
    assert owner.answers == ["answer to b"]


def test_what_is_wanted_by_the_answer_is_asked_once(qtbot: QtBot) -> None:
    owner = Owner()
    owner.then = partial(owner.want, "b")
    owner.want("a")
    owner.answer()
    assert owner.asked == ["a", "b"]
    owner.answer()
    assert owner.asked == ["a", "b"]


def test_a_rest_follows_also_where_the_answer_wants_more(qtbot: QtBot) -> None:
    owner = Owner(least=LONG)
    owner.then = partial(owner.want, "b")
    owner.want("a")
    owner.answer()
    owner.want("c")
    assert owner.answers == ["answer to a"]
    assert owner.asked == ["a"]
    assert not owner.asking.busy


def test_a_rest_follows_an_error_too(qtbot: QtBot) -> None:
    owner = Owner(least=LONG)
    owner.want("a")
    owner.refuse()
    owner.want("b")
    assert owner.asked == ["a"]


def test_whoever_waits_cuts_the_rest_short(qtbot: QtBot) -> None:
    owner = Owner(least=LONG)
    owner.want("a")
    owner.answer()
    owner.hurry("b")
    assert owner.asked == ["a", "b"]
    owner.hurry("c")
    assert owner.asked == ["a", "b"]
    owner.answer()
    assert owner.asked == ["a", "b", "c"]
    owner.answer()
    owner.want("d")
    assert owner.asked == ["a", "b", "c"]


def test_the_answer_itself_may_cut_the_rest_short(qtbot: QtBot) -> None:
    owner = Owner(least=LONG)
    owner.then = partial(owner.hurry, "b")
    owner.want("a")
    owner.answer()
    assert owner.asked == ["a", "b"]
    owner.then = lambda: None
    owner.answer()
    owner.want("c")
    assert owner.asked == ["a", "b"]


def test_a_haste_of_before_is_no_haste_of_the_next_question(qtbot: QtBot) -> None:
    owner = Owner(least=LONG)
    owner.hurry("")
    owner.want("a")
    owner.answer()
    owner.want("b")
    assert owner.asked == ["a"]


def test_the_rest_is_in_proportion_to_what_an_answer_took(qtbot: QtBot) -> None:
    owner = Owner(rest=2.0)
    owner.want("a")
    began = monotonic()
    qtbot.waitUntil(lambda: monotonic() - began > 0.1)
    owner.answer()
    answered = monotonic()
    owner.want("b")
    owner.want("c")
    qtbot.waitUntil(lambda: len(owner.asked) == 2)
    assert owner.asked == ["a", "c"]
    assert monotonic() - answered >= 0.2 * 0.95  # Qt's timers may come so much early


def test_an_answer_may_say_itself_what_it_took(qtbot: QtBot) -> None:
    owner = Owner(rest=1.0, took=lambda answer: LONG if answer == "answer to a" else 0.0)
    owner.want("a")
    owner.answer()
    owner.want("b")
    assert owner.asked == ["a"]
    owner.hurry("b")
    owner.answer()
    owner.want("c")
    assert owner.asked == ["a", "b", "c"]


def test_an_answer_that_was_dropped_goes_unheard_but_is_waited_for(qtbot: QtBot) -> None:
    owner = Owner()
    owner.want("a")
    owner.asking.drop()
    owner.want("b")
    assert owner.asked == ["a"]
    owner.answer()
    assert owner.answers == []
    assert owner.asked == ["a", "b"]
    owner.asking.drop()
    owner.refuse()
    assert owner.errors == []
    owner.asking.drop()  # nothing is under way
    owner.want("c")
    owner.answer()
    assert owner.answers == ["answer to c"]


@pytest.mark.parametrize("end", [Owner.answer, Owner.refuse])
def test_nobody_hears_anything_after_the_end(qtbot: QtBot, end: Callable[[Owner], None]) -> None:
    owner = Owner()
    owner.want("a")
    owner.want("b")
    owner.asking.close()
    end(owner)
    owner.hurry("c")
    assert owner.asked == ["a"]
    assert owner.answers == owner.errors == []
    assert not owner.asking.busy


def test_the_end_ends_a_rest(qtbot: QtBot) -> None:
    owner = Owner(least=0.001)
    owner.want("a")
    owner.answer()
    owner.want("b")
    owner.asking.close()
    other = Owner(least=0.001)
    other.want("a")
    other.answer()
    other.want("b")
    qtbot.waitUntil(lambda: other.asked == ["a", "b"])
    assert owner.asked == ["a"]


def test_an_answer_may_come_at_once(qtbot: QtBot) -> None:
    wanted, answers = ["a", "b", "c"], list[Any]()

    def question() -> Question | None:
        return Question(lambda done, failed: done(wanted.pop(0)), answers.append) if wanted else None

    asking = OneAtATime(question, answers.append)
    asking.look()
    assert answers == ["a", "b", "c"]
    assert not asking.busy


def test_an_owner_that_stumbles_over_an_answer_goes_on(qtbot: QtBot) -> None:
    owner = Owner()
    owner.then = lambda: [][0]
    owner.want("a")
    with pytest.raises(IndexError):
        owner.answer()
    owner.want("b")
    assert owner.asked == ["a", "b"]


def test_threads_answer_a_hand_that_moves(qtbot: QtBot, background: Background) -> None:
    """A thousand positions, of which only those are asked for that are newest when the thread is free."""
    place, asked, answers = 0, -1, list[int]()

    def question() -> Question | None:
        nonlocal asked
        if asked == place:
            return None
        here = asked = place

        def work() -> int:
            if here % 2:
                raise ValueError(here)
            return here

        return Question(partial(background.do, work), answers.append)

    def fail(error: Exception) -> None:
        answers.append(error.args[0])

    asking = OneAtATime(question, fail)
    for step in range(1000):
        place = step
        asking.look()
        if not step % 100:
            qtbot.waitUntil(partial(answers.__contains__, step))
    qtbot.waitUntil(lambda: answers[-1] == 999 and not asking.busy)
    assert answers == sorted(set(answers))
    assert len(answers) < 100


def test_threads_are_outlived_by_nothing(qtbot: QtBot) -> None:
    """The work ends while the window closes: its answer finds nobody."""
    background, goes_on, heard = Background(), Event(), list[Any]()
    question = Question(partial(background.do, goes_on.wait), heard.append)
    asking = OneAtATime(lambda: question, heard.append)
    asking.look()
    asking.close()
    goes_on.set()
    background.close()
    assert heard == []


# The newest wins


def test_an_older_answer_that_comes_later_is_unheard(qtbot: QtBot, background: Background) -> None:
    newest, goes_on, heard = Newest(), Event(), list[Any]()
    ended: list[Any] = []
    background.do(lambda: goes_on.wait() and "older", heard.append, heard.append, newest)
    background.do(lambda: "newer", heard.append, heard.append, newest)
    qtbot.waitUntil(lambda: heard == ["newer"])
    goes_on.set()
    background.do(lambda: None, ended.append, ended.append)
    background.do(lambda: None, ended.append, ended.append)
    qtbot.waitUntil(lambda: len(ended) == 2)
    assert heard == ["newer"]


def test_an_older_answer_that_comes_sooner_is_unheard_too() -> None:
    newest, heard = Newest(), list[str]()
    older, newer = newest.begin(), newest.begin()
    older.only(heard.append)("older")
    older.only(heard.append)("its error")
    newer.only(heard.append)("newer")
    assert heard == ["newer"]
    assert newer.wanted
    assert not older.wanted


def test_what_was_dropped_is_unheard_until_there_is_another_request() -> None:
    newest, heard = Newest(), list[str]()
    before = newest.begin()
    newest.drop()
    before.only(heard.append)("before")
    assert not before.wanted
    newest.begin().only(heard.append)("after")
    before.only(heard.append)("before")
    assert heard == ["after"]


def test_an_answer_may_make_the_next_request() -> None:
    newest, heard = Newest(), list[str]()

    def take(answer: str) -> None:
        heard.append(answer)
        newest.begin().only(heard.append)("next")

    first = newest.begin()
    first.only(take)("first")
    first.only(heard.append)("first again")
    assert heard == ["first", "next"]


def test_work_sees_that_it_is_no_longer_wanted(qtbot: QtBot, background: Background) -> None:
    newest, begun, ended = Newest(), Event(), list[Any]()
    request = newest.begin()

    def work() -> str:
        begun.set()
        while request.wanted:
            pass
        return "ended"

    background.do(work, ended.append, ended.append)
    assert begun.wait(10)
    newest.begin()
    qtbot.waitUntil(lambda: ended == ["ended"])
