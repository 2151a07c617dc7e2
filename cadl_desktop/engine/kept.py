"""What TensorFlow has traced or compiled, kept for the next network of the same structure."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

MOST_KEPT = 64
"""Each holds some megabytes, of which TensorFlow gives back a fifth when it is dropped, and takes all of them
once more when it is made anew: of 20 networks in turn each run took 4 MB for good while 8 were kept."""

Thing = TypeVar("Thing")


class Kept(Generic[Thing]):
    """The few things that were asked for last, each by all that it depends on. Any thread may ask."""

    def __init__(self) -> None:
        self._things: OrderedDict[Hashable, Thing] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Thing]) -> Thing:
        with self._lock:
            if key not in self._things:
                self._things[key] = make()
            self._things.move_to_end(key)
            while len(self._things) > MOST_KEPT:
                self._things.popitem(last=False)
            return self._things[key]
