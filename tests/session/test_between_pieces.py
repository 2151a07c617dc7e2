"""The score between pixels, where another process computes it."""

from collections.abc import Callable
from concurrent.futures import CancelledError
from typing import Any

import pytest

from cadl_desktop.experiment import Experiment
from cadl_desktop.runs.gains import with_gain
from cadl_desktop.session.worker.between_pieces import Painted, between
from cadl_desktop.system.pieces import at_once
from tests.engine.runs import small_painting
from tests.export.elsewhere import Here, There
from tests.export.networks import untrained
from tests.session.test_between_pixels import of_no_larger_original

WITH_ORIGINAL = small_painting()
WITHOUT = of_no_larger_original(small_painting())


def painted(experiment: Experiment) -> Painted:
    weights = untrained(experiment).state.weights
    return Painted(experiment, weights, 15, with_gain(experiment, {}, 0, 1, 0.5))


def after(count: int, asks: Here, then: Callable[[], None]) -> Callable[[Callable[[], Any]], Any]:
    """Asks so many times, and does something before the next."""

    def compute(work: Callable[[], Any]) -> Any:
        if asks.asked == count:
            then()
        return asks(work)

    return compute


def test_the_original_is_compared_with_there() -> None:
    there = There()
    found = between(painted(WITH_ORIGINAL), Here(there), lambda: True)
    assert found == between(painted(WITH_ORIGINAL), at_once, lambda: True)
    assert there.running == 0


def test_what_learns_every_second_pixel_learns_there() -> None:
    there = There()
    found = between(painted(WITHOUT), Here(there), lambda: True)
    here = between(painted(WITHOUT), at_once, lambda: True)
    assert found is not None
    assert here is not None
    assert (found.psnr, found.neighbours) == (here.psnr, here.neighbours)
    assert there.running == 0


def test_what_nobody_wants_any_more_ends_there() -> None:
    there, wanted = There(), [True]
    assert between(painted(WITHOUT), after(2, Here(there), wanted.clear), lambda: bool(wanted)) is None
    assert there.generators
    assert there.running == 0


def test_at_the_end_of_the_program_nothing_is_left_to_be_ended() -> None:
    def refuse() -> None:
        raise CancelledError

    with pytest.raises(CancelledError) as caught:
        between(painted(WITHOUT), after(2, Here(There()), refuse), lambda: True)
    assert caught.value.__context__ is None
