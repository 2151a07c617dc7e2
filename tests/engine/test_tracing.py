"""Functions with a single trace, which is searched for once."""

import numpy as np
import pytest

from cadl_desktop.engine.device import tf
from cadl_desktop.engine.tracing import SingleTraceFunction


def test_the_trace_is_found_once_and_fits_one_shape() -> None:
    requests = []

    class Function:
        """Counts requests for a trace."""

        def __init__(self) -> None:
            self.real = tf.function(lambda pair, other: pair[0] * pair[1] if other is None else other)

        def get_concrete_function(self, *arguments: object) -> object:
            requests.append(arguments)
            return self.real.get_concrete_function(*arguments)

    function = SingleTraceFunction(Function())
    two, three = tf.constant([2.0, 3.0]), tf.constant([1.0, 2.0, 3.0])
    for factor in (1.0, 2.0):
        assert np.array_equal(function((two, tf.fill([2], factor)), None), np.array([2.0, 3.0]) * factor)
    assert len(requests) == 1
    with pytest.raises(TypeError):
        function((three, three), None)
