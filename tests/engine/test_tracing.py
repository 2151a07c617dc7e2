"""Functions with a single trace, which is searched for once."""

from collections.abc import Callable
from threading import Thread, current_thread
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.engine import Control, render, train
from cadl_desktop.engine.device import tf
from cadl_desktop.engine.tracing import SingleTraceFunction
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.runs.events import EpochEnded, Event, Probed
from tests.engine.runs import epochs, finished, of_kind, small_painting


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


def test_only_the_thread_that_trains_traces(monkeypatch: pytest.MonkeyPatch) -> None:
    real, traced_on = tf.function, list[Thread]()

    def function(compute: Callable[..., Any], **options: Any) -> Any:
        def body(*arguments: Any) -> Any:  # called by TensorFlow to trace it
            traced_on.append(current_thread())
            return compute(*arguments)

        return real(body, **options)

    monkeypatch.setattr(tf, "function", function)
    hidden = part("layer", "dense", units=5, activation="elu")  # a network that no other test has traced
    experiment = epochs(small_painting(layers=(hidden,)), 40)
    control = Control(picture_seconds=None, probe_seconds=0.0)
    events: list[Event] = []
    for event in train(experiment, control):
        events.append(event)
        if isinstance(event, EpochEnded) and event.epoch == 3:
            control.change(replace(LiveSettings.of(experiment), cost="l2"))
    assert of_kind(events, Probed)
    render(experiment, finished(events).state.weights)
    assert traced_on
    assert set(traced_on) == {current_thread()}
