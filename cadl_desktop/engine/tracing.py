"""Functions traced by TensorFlow, and a cache of them for networks of the same structure."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, TypeVar

from cadl_desktop.engine.device import tf


def traced(compute: Callable[..., Any], by_xla: bool = False) -> Any:
    """Wraps a function as a `tf.function`, traced for each structure and shape of its arguments. With
    `by_xla` calls are faster and the first one takes longer."""
    return tf.function(compute, jit_compile=by_xla, autograph=False)


class SingleTraceFunction:
    """A traced function that is always called with the same shapes.

    A `tf.function` searches for the matching trace at each call, in Python: 0.2 to 0.5 ms, as long as two to
    six steps of a small network. This class searches once, at the first call and on its thread. Arguments of
    other shapes raise TypeError.
    """

    def __init__(self, function: Any) -> None:
        self._function = function
        self._trace: Any = None

    def __call__(self, *arguments: Any) -> Any:
        if self._trace is None:
            self._trace = self._function.get_concrete_function(*arguments)
        return self._trace(*arguments)


CACHE_SIZE = 64
"""Entries of each cache. A trace holds some megabytes, of which TensorFlow frees only a fifth when it is
dropped: with a size of 8, each run of a cycle of 20 networks leaked 4 MB."""

Value = TypeVar("Value")


class LruCache(Generic[Value]):
    """Thread-safe cache of the `CACHE_SIZE` most recently used values."""

    def __init__(self) -> None:
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Returns the value of `key`, calling `make` where it is missing. `key` holds all that the value
        depends on."""
        with self._lock:
            if key not in self._values:
                self._values[key] = make()
            self._values.move_to_end(key)
            while len(self._values) > CACHE_SIZE:
                self._values.popitem(last=False)
            return self._values[key]
