"""Throttled and latest-only requests, with answers arriving at any time."""

from collections.abc import Callable, Iterator
from functools import partial
from threading import Event
from time import monotonic
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from cadl_desktop.session.background import Background, LatestOnly, RequestThrottle, ThrottledRequest

LONG = 3600.0
"""A rest that no test waits for."""


class View:
    """Throttle whose wanted value is set by `want`, and whose requests are answered by hand."""

    def __init__(self, **options: Any) -> None:
        self.throttle = RequestThrottle(self._next_request, self._fail)
        self.options = options
        self.asked: list[str] = []
        self.answers: list[str] = []
        self.errors: list[str] = []
        self.then: Callable[[], None] = lambda: None
        self._wanted = self._asked = ""
        self._open: list[tuple[Callable[[Any], None], Callable[[Exception], None]]] = []

    def want(self, what: str) -> None:
        self._wanted = what
        self.throttle.look()

    def hurry(self, what: str) -> None:
        self._wanted = what
        self.throttle.hurry()

    def answer(self) -> None:
        """Answers the oldest pending request."""
        done, _ = self._open.pop(0)
        done(f"answer to {self.asked[-1]}")

    def refuse(self) -> None:
        _, failed = self._open.pop(0)
        failed(ValueError(f"no {self.asked[-1]}"))

    def _next_request(self) -> ThrottledRequest | None:
        if self._wanted == self._asked:
            return None
        self._asked = self._wanted
        return ThrottledRequest(self._ask, self._take, **self.options)

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


# RequestThrottle


def test_one_request_is_pending_at_a_time_and_the_newest_is_next(qtbot: QtBot) -> None:
    view = View()
    for what in ("a", "b", "c"):
        view.want(what)
        assert view.throttle.busy
    assert view.asked == ["a"]
    view.answer()
    assert view.asked == ["a", "c"]
    view.answer()
    assert view.answers == ["answer to a", "answer to c"]
    assert not view.throttle.busy


def test_after_an_error_the_next_request_is_sent(qtbot: QtBot) -> None:
    view = View()
    view.want("a")
    view.want("b")
    view.refuse()
    assert view.errors == ["no a"]
    view.answer()
    assert view.answers == ["answer to b"]


def test_a_request_made_by_an_answer_is_sent_once(qtbot: QtBot) -> None:
    view = View()
    view.then = partial(view.want, "b")
    view.want("a")
    view.answer()
    assert view.asked == ["a", "b"]
    view.answer()
    assert view.asked == ["a", "b"]


def test_a_request_made_by_an_answer_waits_for_the_rest(qtbot: QtBot) -> None:
    view = View(least=LONG)
    view.then = partial(view.want, "b")
    view.want("a")
    view.answer()
    view.want("c")
    assert view.answers == ["answer to a"]
    assert view.asked == ["a"]
    assert not view.throttle.busy


def test_a_rest_follows_an_error_too(qtbot: QtBot) -> None:
    view = View(least=LONG)
    view.want("a")
    view.refuse()
    view.want("b")
    assert view.asked == ["a"]


def test_hurry_ends_the_rest(qtbot: QtBot) -> None:
    view = View(least=LONG)
    view.want("a")
    view.answer()
    view.hurry("b")
    assert view.asked == ["a", "b"]
    view.hurry("c")
    assert view.asked == ["a", "b"]
    view.answer()
    assert view.asked == ["a", "b", "c"]
    view.answer()
    view.want("d")
    assert view.asked == ["a", "b", "c"]


def test_hurry_in_an_answer_ends_the_rest(qtbot: QtBot) -> None:
    view = View(least=LONG)
    view.then = partial(view.hurry, "b")
    view.want("a")
    view.answer()
    assert view.asked == ["a", "b"]
    view.then = lambda: None
    view.answer()
    view.want("c")
    assert view.asked == ["a", "b"]


def test_hurry_applies_to_one_request_only(qtbot: QtBot) -> None:
    view = View(least=LONG)
    view.hurry("")
    view.want("a")
    view.answer()
    view.want("b")
    assert view.asked == ["a"]


def test_the_rest_is_proportional_to_the_duration(qtbot: QtBot) -> None:
    view = View(rest=2.0)
    view.want("a")
    began = monotonic()
    qtbot.waitUntil(lambda: monotonic() - began > 0.1)
    view.answer()
    answered = monotonic()
    view.want("b")
    view.want("c")
    qtbot.waitUntil(lambda: len(view.asked) == 2)
    assert view.asked == ["a", "c"]
    assert monotonic() - answered >= 0.2 * 0.95  # Qt's timers may fire so much early


def test_an_answer_can_state_its_own_duration(qtbot: QtBot) -> None:
    view = View(rest=1.0, took=lambda answer: LONG if answer == "answer to a" else 0.0)
    view.want("a")
    view.answer()
    view.want("b")
    assert view.asked == ["a"]
    view.hurry("b")
    view.answer()
    view.want("c")
    assert view.asked == ["a", "b", "c"]


def test_a_dropped_answer_is_ignored_but_awaited(qtbot: QtBot) -> None:
    view = View()
    view.want("a")
    view.throttle.drop()
    view.want("b")
    assert view.asked == ["a"]
    view.answer()
    assert view.answers == []
    assert view.asked == ["a", "b"]
    view.throttle.drop()
    view.refuse()
    assert view.errors == []
    view.throttle.drop()  # nothing is pending
    view.want("c")
    view.answer()
    assert view.answers == ["answer to c"]


@pytest.mark.parametrize("end", [View.answer, View.refuse])
def test_nothing_is_delivered_or_sent_after_close(qtbot: QtBot, end: Callable[[View], None]) -> None:
    view = View()
    view.want("a")
    view.want("b")
    view.throttle.close()
    end(view)
    view.hurry("c")
    assert view.asked == ["a"]
    assert view.answers == view.errors == []
    assert not view.throttle.busy


def test_the_end_ends_a_rest(qtbot: QtBot) -> None:
    view = View(least=0.001)
    view.want("a")
    view.answer()
    view.want("b")
    view.throttle.close()
    other = View(least=0.001)
    other.want("a")
    other.answer()
    other.want("b")
    qtbot.waitUntil(lambda: other.asked == ["a", "b"])
    assert view.asked == ["a"]


def test_an_answer_may_arrive_synchronously(qtbot: QtBot) -> None:
    wanted, answers = ["a", "b", "c"], list[Any]()

    def request() -> ThrottledRequest | None:
        return ThrottledRequest(lambda done, failed: done(wanted.pop(0)), answers.append) if wanted else None

    throttle = RequestThrottle(request, answers.append)
    throttle.look()
    assert answers == ["a", "b", "c"]
    assert not throttle.busy


def test_an_error_in_a_callback_does_not_stop_the_throttle(qtbot: QtBot) -> None:
    view = View()
    view.then = lambda: [][0]
    view.want("a")
    with pytest.raises(IndexError):
        view.answer()
    view.want("b")
    assert view.asked == ["a", "b"]


def test_threads_answer_only_the_newest_of_many_positions(qtbot: QtBot, background: Background) -> None:
    """Positions are requested only if they are the newest when the thread is free."""
    place, asked, answers = 0, -1, list[int]()

    def request() -> ThrottledRequest | None:
        nonlocal asked
        if asked == place:
            return None
        here = asked = place

        def work() -> int:
            if here % 2:
                raise ValueError(here)
            return here

        return ThrottledRequest(partial(background.do, work), answers.append)

    def fail(error: Exception) -> None:
        answers.append(error.args[0])

    throttle = RequestThrottle(request, fail)
    for step in range(1000):
        place = step
        throttle.look()
        if not step % 100:
            qtbot.waitUntil(partial(answers.__contains__, step))
    qtbot.waitUntil(lambda: answers[-1] == 999 and not throttle.busy)
    assert answers == sorted(set(answers))
    assert len(answers) < 100


def test_work_that_ends_during_close_delivers_nothing(qtbot: QtBot) -> None:
    """Work that ends while the window closes delivers no answer."""
    background, goes_on, answers = Background(), Event(), list[Any]()
    request = ThrottledRequest(partial(background.do, goes_on.wait), answers.append)
    throttle = RequestThrottle(lambda: request, answers.append)
    throttle.look()
    throttle.close()
    goes_on.set()
    background.close()
    assert answers == []


# LatestOnly


def test_an_older_answer_that_arrives_later_is_ignored(qtbot: QtBot, background: Background) -> None:
    newest, goes_on, answers = LatestOnly(), Event(), list[Any]()
    ended: list[Any] = []
    background.do(lambda: goes_on.wait() and "older", answers.append, answers.append, newest)
    background.do(lambda: "newer", answers.append, answers.append, newest)
    qtbot.waitUntil(lambda: answers == ["newer"])
    goes_on.set()
    background.do(lambda: None, ended.append, ended.append)
    background.do(lambda: None, ended.append, ended.append)
    qtbot.waitUntil(lambda: len(ended) == 2)
    assert answers == ["newer"]


def test_an_older_answer_that_arrives_earlier_is_ignored() -> None:
    newest, answers = LatestOnly(), list[str]()
    older, newer = newest.begin(), newest.begin()
    older.only(answers.append)("older")
    older.only(answers.append)("its error")
    newer.only(answers.append)("newer")
    assert answers == ["newer"]
    assert newer.wanted
    assert not older.wanted


def test_dropped_answers_are_ignored_until_the_next_request() -> None:
    newest, answers = LatestOnly(), list[str]()
    before = newest.begin()
    newest.drop()
    before.only(answers.append)("before")
    assert not before.wanted
    newest.begin().only(answers.append)("after")
    before.only(answers.append)("before")
    assert answers == ["after"]


def test_an_answer_may_make_the_next_request() -> None:
    newest, answers = LatestOnly(), list[str]()

    def take(answer: str) -> None:
        answers.append(answer)
        newest.begin().only(answers.append)("next")

    first = newest.begin()
    first.only(take)("first")
    first.only(answers.append)("first again")
    assert answers == ["first", "next"]


def test_work_sees_that_it_is_no_longer_wanted(qtbot: QtBot, background: Background) -> None:
    newest, begun, ended = LatestOnly(), Event(), list[Any]()
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
