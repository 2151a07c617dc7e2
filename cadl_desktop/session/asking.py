"""The two ways to ask for something that takes a while: one question at a time, or the newest alone."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import Any, ParamSpec

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Slot

P = ParamSpec("P")
Done = Callable[[Any], None]
Failed = Callable[[Exception], None]
Ask = Callable[[Done, Failed], None]
"""Begins work elsewhere, whose answer or error comes later on the window's thread: `session.ask.picture` or
`background.do` with all but their last two arguments."""


@dataclass(frozen=True, eq=False)
class Question:
    """`done` takes the answer. The rest after it is `rest` times as long as it took and `least` seconds at
    least; `took` reads the seconds from the answer, where the time since it was asked would say too much."""

    ask: Ask
    done: Done
    rest: float = 0.0
    least: float = 0.0
    took: Callable[[Any], float] | None = None


class OneAtATime(QObject):
    """One question at a time, then a rest: for what follows a training or a hand that moves.

    `wanted` is called whenever something may be asked, and gives the question of that moment or None; it
    must not give one again that has been answered, or has failed. `failed` hears every error.
    """

    def __init__(
        self, wanted: Callable[[], Question | None], failed: Failed, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._wanted, self._failed = wanted, failed
        self._under_way: Question | None = None
        self._hurried = self._dropped = self._closed = False
        self._clock = QElapsedTimer()
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self.look)

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._under_way is not None

    @Slot()
    def look(self) -> None:
        """Something else may be wanted: asks for it now, or after the answer and the rest that come first."""
        if self.busy or self._rest.isActive() or self._closed:
            return
        question = self._wanted()
        if question is not None:
            self._under_way, self._hurried, self._dropped = question, False, False
            self._clock.start()
            question.ask(partial(self._take, question), partial(self._fail, question))

    @Slot()
    def hurry(self) -> None:
        """The same without a rest, as somebody waits for it or there is nobody to rest for any more."""
        self._hurried = True
        self._rest.stop()
        self.look()

    def drop(self) -> None:
        """The answer that is still to come is for nobody; what is wanted next waits for it all the same."""
        self._dropped = True

    def close(self) -> None:
        """Nobody hears of anything any more, and nothing is asked."""
        self._closed = True
        self._rest.stop()

    def _take(self, question: Question, answer: Any) -> None:
        took = question.took(answer) if question.took else self._elapsed()
        self._end(question, took, partial(question.done, answer))

    def _fail(self, question: Question, error: Exception) -> None:
        self._end(question, self._elapsed(), partial(self._failed, error))

    def _elapsed(self) -> float:
        return self._clock.nsecsElapsed() / 1e9

    def _end(self, question: Question, took: float, tell: Callable[[], None]) -> None:
        self._under_way = None
        if self._closed:
            return
        # Begun before anybody hears the answer: whoever wants more at once then waits for its end.
        rest = max(question.least, question.rest * took)
        if rest and not self._hurried:
            self._rest.start(ceil(1000 * rest))
        if not self._dropped:
            tell()
        self.look()


class Request:
    """One of several; `wanted` may be read on any thread."""

    def __init__(self, newest: "Newest") -> None:
        self._newest = newest

    @property
    def wanted(self) -> bool:
        """Whether nothing newer has been requested, and this one was not dropped."""
        return self._newest.request is self

    def only(self, call: Callable[P, None]) -> Callable[P, None]:
        """The same call, which does nothing once this is no longer wanted."""

        def call_if_wanted(*args: P.args, **kwargs: P.kwargs) -> None:
            if self.wanted:
                call(*args, **kwargs)

        return call_if_wanted


class Newest:
    """The newest request wins: for what a person opens or chooses, where the answer to an older choice would
    come as a surprise. All are asked at once, and whatever belongs to an older one goes unheard:

        request = self._newest.begin()
        background.do(work, request.only(done), request.only(failed))
    """

    def __init__(self) -> None:
        self.request: Request | None = None

    def begin(self) -> Request:
        """Takes the place of every request before."""
        self.request = Request(self)
        return self.request

    def drop(self) -> None:
        """Nothing is wanted any more: another document was opened, or a dialog closed."""
        self.request = None
