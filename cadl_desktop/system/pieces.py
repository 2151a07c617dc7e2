"""Work that is done where TensorFlow may be called, which may be another process: at once, or in pieces."""

from collections.abc import Callable, Generator
from concurrent.futures import CancelledError
from contextlib import suppress
from functools import partial
from operator import methodcaller
from typing import Any

from cadl_desktop.sentences import SentenceError

Compute = Callable[[Callable[[], Any]], Any]
"""Has work done where TensorFlow may be called, and returns what it gives, or raises what it raises;
`concurrent.futures.CancelledError` at the end of the program.

Work is a `partial` of what a module names, and like its answer it can be pickled. A generator stays where it
is made: for whoever gets it as an answer there are only `next(it, None)` and `it.close()`, done in the same
way.
"""


def at_once(work: Callable[[], Any]) -> Any:
    """For who may call TensorFlow: the simplest `Compute`."""
    return work()


def pieces(compute: Compute, begin: Callable[[], Any]) -> Generator[Any, None, None]:
    """What comes of the generator that `begin` gives, which never gives None: each time it is asked is one
    piece of work. Closing this one closes that one."""
    generator = compute(begin)
    over = False
    try:
        while (found := compute(partial(next, generator, None))) is not None:
            yield found
        over = True
    finally:
        if not over:
            with suppress(CancelledError, SentenceError):  # with the program, or its process, it has ended
                compute(partial(methodcaller("close"), generator))
