"""A trace that is found once: another is neither looked for nor made."""

import numpy as np
import pytest

from cadl_desktop.engine.device import tf
from cadl_desktop.engine.tracing import OfOneShape


def test_the_trace_is_found_once_and_fits_one_shape() -> None:
    asked = []

    class Function:
        """Counts what is asked of TensorFlow's own."""

        def __init__(self) -> None:
            self.real = tf.function(lambda pair, other: pair[0] * pair[1] if other is None else other)

        def get_concrete_function(self, *arguments: object) -> object:
            asked.append(arguments)
            return self.real.get_concrete_function(*arguments)

    doubled = OfOneShape(Function())
    two, three = tf.constant([2.0, 3.0]), tf.constant([1.0, 2.0, 3.0])
    for factor in (1.0, 2.0):
        assert np.array_equal(doubled((two, tf.fill([2], factor)), None), np.array([2.0, 3.0]) * factor)
    assert len(asked) == 1
    with pytest.raises(TypeError):
        doubled((three, three), None)
