"""Functions that TensorFlow traces."""

from collections.abc import Callable
from typing import Any

from cadl_desktop.engine.device import tf


def traced(compute: Callable[..., Any], by_xla: bool = False) -> Any:
    """A `tf.function`, traced anew for each structure and shape of arguments; compiled `by_xla` its calls
    take less, and the first one longer."""
    return tf.function(compute, jit_compile=by_xla, autograph=False)


class OfOneShape:
    """A traced function that is always called alike.

    TensorFlow looks for the trace that fits at each call, in Python: 0.2 to 0.5 ms, as long as two to six of
    a small network's steps. Here it is found at the first call, on the thread that makes it; arguments that
    don't fit it raise TypeError.
    """

    def __init__(self, function: Any) -> None:
        self._function = function
        self._trace: Any = None

    def __call__(self, *arguments: Any) -> Any:
        if self._trace is None:
            self._trace = self._function.get_concrete_function(*arguments)
        return self._trace(*arguments)
