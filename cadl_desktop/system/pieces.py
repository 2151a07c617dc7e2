"""Work that needs TensorFlow, run in this process or in another one: as a single call, or in pieces."""

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import CancelledError
from contextlib import closing, suppress
from functools import partial
from operator import methodcaller
from time import monotonic
from typing import Any, TypeVar

from cadl_desktop.sentences import SentenceError

T = TypeVar("T")


class Unfinished:
    """Result by now of work in pieces, yielded in place of None for people to look at while it goes on."""


Compute = Callable[[Callable[[], Any]], Any]
"""Runs work where TensorFlow may be called, and returns its result or raises its error;
`concurrent.futures.CancelledError` at the end of the program.

Work is a `partial` of a module-level function; work and result can be pickled. A result that is a generator
stays in the process that made it: the caller can only run `next(generator, None)` and `generator.close()`, as
further work.
"""


def call_directly(work: Callable[[], Any]) -> Any:
    """Calls the work in this thread: the `Compute` of a process that may use TensorFlow itself."""
    return work()


def pieces(compute: Compute, begin: Callable[[], Any]) -> Generator[Any, None, None]:
    """Yields the items of the generator that `begin` returns; each item is computed as one piece of work.

    The generator must not yield None. Closing this one closes that one.
    """
    generator = compute(begin)
    over = False
    try:
        while (found := compute(partial(next, generator, None))) is not None:
            yield found
        over = True
    finally:
        if not over:
            with suppress(CancelledError, SentenceError):  # it ended with the program, or with its process
                compute(partial(methodcaller("close"), generator))


def some_pieces(pieces: Iterator[T | None], seconds: float) -> T | None:
    """Returns what a generator yields at the end, after None or `Unfinished` for each piece of work; the last
    of these if more is left to do after `seconds`."""
    end = monotonic() + seconds
    while isinstance(found := next(pieces), Unfinished | None) and monotonic() < end:
        pass
    return found


def last_piece(pieces: Generator[Any, None, None], keep_going: Callable[[], bool]) -> Any:
    """Returns what a generator yields at the end, after None or `Unfinished` for each piece of work; None if
    `keep_going` returns False."""
    with closing(pieces):
        while keep_going():
            found = next(pieces)
            if not isinstance(found, Unfinished | None):
                return found
    return None
