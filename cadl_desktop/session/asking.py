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
Ask = Callable[[Done, Failed], object]
"""Begins work elsewhere, whose answer or error comes later on the window's thread: `session.ask` or
`background.do` with all that comes before these two arguments."""


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
    must not give one again that has been answered, or has failed. `failed` hears every error. `busy` says
    whether an answer is still to come.
    """

    def __init__(
        self, wanted: Callable[[], Question | None], failed: Failed, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._wanted, self._failed = wanted, failed
        self.busy = self._hurried = self._dropped = self._closed = False
        self._clock = QElapsedTimer()
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self.look)

    @Slot()
    def look(self) -> None:
        """Something else may be wanted: asks for it now, or after the answer and the rest that come first."""
        if self._closed or self.busy or self._rest.isActive():
            return
        question = self._wanted()
        if question is not None:
            self.busy, self._hurried, self._dropped = True, False, False
            self._clock.start()
            end = partial(self._end, question)
            question.ask(partial(end, question.done), partial(end, self._failed))

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

    def _end(self, question: Question, tell: Callable[[Any], None], answer: Any) -> None:
        self.busy = False
        if self._closed:
            return
        seconds = self._clock.nsecsElapsed() / 1e9
        if question.took and tell is question.done:
            seconds = question.took(answer)
        # Begun before anybody hears the answer: whoever wants more at once then waits for its end.
        rest = max(question.least, question.rest * seconds)
        if rest and not self._hurried:
            self._rest.start(ceil(1000 * rest))
        if not self._dropped:
            tell(answer)
        self.look()


@dataclass(frozen=True, eq=False)
class Request:
    """One of several; `wanted` may be read on any thread."""

    _newest: "Newest"

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

        background.do(work, done, failed, self._newest)

    `begin` gives a request to whoever asks otherwise, or whose work looks at `wanted`.
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
