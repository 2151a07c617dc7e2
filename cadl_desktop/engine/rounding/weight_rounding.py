"""Weights rounded to few bits that still paint a picture well: training goes on with the rounding in
place."""

import dataclasses
import math
import time
from collections.abc import Generator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from msgspec.structs import replace

from cadl_desktop.engine.device import tf
from cadl_desktop.engine.prepared_samples import prepare
from cadl_desktop.engine.rounding.packing import group_rows, pack, spacings_of, weights_from
from cadl_desktop.engine.rounding.sensitivity import sensitivities, spacing_exponents
from cadl_desktop.engine.training.measuring import AnyMeasurer, measurer_of
from cadl_desktop.engine.training.orders import EpochOrders
from cadl_desktop.engine.training.stepper import Point, Stepper, fitted_settings
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.evaluations import RoundingError, no_bytes
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.horizon import Horizon
from cadl_desktop.runs.network_weights import flatten, shapes_of, weights_of

STEPS = 1500
"""Steps of training with the rounding in place."""
RATE = 0.05
"""Adam's rate at first, in spacings between rounded weights, which makes it fit any network; it falls to
0."""
FIRST_BITS, FEWEST_BITS, MOST_BITS, QUARTER = 7.0, 2.0, 16.0, 0.25
"""Bits that are tried: the first, the least and the most, in steps of a quarter."""
GREATEST_LOSS = 0.2
"""PSNR in dB that rounding may cost; the fewest bits that cost less are taken."""
PERFECT = 100.0
"""PSNR in dB that counts as one without any error."""
CHUNK_SECONDS = 0.05
"""Time for the steps of one call, after which a request to cancel is noticed."""


@dataclass(frozen=True, eq=False)
class Rounded:
    """Network in few bytes.

    `bits` is what a weight takes on average before it is entropy coded; `packed` are all bytes that rebuild
    the network (`packing.unpack`), and `weights` what is rebuilt. `psnr` in dB is what they paint, over the
    pixels that are learned from, as in `Progressed.psnr`; `psnr_before` is that of the weights before
    rounding.
    """

    bits: float
    packed: bytes
    weights: tuple[Floats, ...]
    psnr: float
    psnr_before: float

    @property
    def is_good(self) -> bool:
        """Whether rounding cost little."""
        return self.psnr > min(self.psnr_before, PERFECT) - GREATEST_LOSS


def rounded(
    experiment: Experiment, weights: Sequence[Floats], bits: float | None = None, for_cores: int | None = None
) -> Generator[None, None, Rounded]:
    """Rounds the weights of a run that learned a single picture, and trains them for `STEPS` steps as they
    are rounded. Without `bits` the fewest are searched that cost less than `GREATEST_LOSS`.

    Yields None after each chunk of steps, and returns the result; closing the iterator cancels. The result
    follows from the arguments alone: all that is random is drawn from the experiment's seed. As in a run, the
    last bits depend on the kind of machine and on the number of cores that large steps are split for
    (`for_cores`, the run's `RunState.cores`; None is one core). Nothing of the run is changed.

    Raises RoundingError, and `data.samples.DataError`.
    """
    if obstacle := no_bytes(experiment):
        raise RoundingError(obstacle)
    if not all(np.isfinite(array).all() for array in weights):
        raise RoundingError("Some weights are no finite numbers, so that they can't be rounded; train anew.")
    with ThreadPoolExecutor(1, "order") as drawing:
        trials = _Trials(experiment, weights, for_cores or 1, drawing)
        return (yield from (_fewest_bits(trials) if bits is None else trials.trial(bits)))


def _fewest_bits(trials: "_Trials") -> Generator[None, None, Rounded]:
    """Tries `FIRST_BITS`, from its error about as many as will do, then a quarter less or more until
    the fewest are found."""
    first = yield from trials.trial(FIRST_BITS)
    tried, bits = {FIRST_BITS: first}, _estimated_bits(first)
    while True:
        if bits not in tried:
            tried[bits] = yield from trials.trial(bits)
        if tried[bits].is_good:
            if bits == FEWEST_BITS or bits - QUARTER in tried:
                return tried[bits]
            bits -= QUARTER
        elif bits == MOST_BITS:
            return tried[bits]
        else:
            bits += QUARTER


def _estimated_bits(found: Rounded) -> float:
    """Bits that cost `GREATEST_LOSS`, as one bit less makes the added squared error four times as large."""
    before = 10 ** (-min(found.psnr_before, PERFECT) / 10)
    added = max(10 ** (-found.psnr / 10) - before, before / 1000)
    allowed = before * (10 ** (GREATEST_LOSS / 10) - 1)
    wanted = found.bits + math.log2(added / allowed) / 2
    return min(MOST_BITS, max(FEWEST_BITS, math.ceil(wanted / QUARTER) * QUARTER))


class _Trials:
    """Rounds the same weights to any number of bits."""

    def __init__(
        self, experiment: Experiment, weights: Sequence[Floats], for_cores: int, drawing: Executor
    ) -> None:
        self._weights, self._for_cores, self._drawing = weights, for_cores, drawing
        self._prepared = prepare(experiment)
        self._experiment = replace(
            fitted_settings(LiveSettings.of(experiment), self._prepared).into(experiment),
            optimizer=part("optimizer", "adam", rate=RATE),
            schedule=part("schedule", "cosine", over="run", floor=0.0),
        )
        self._sensitive = sensitivities(experiment, self._prepared, weights)
        self._rows = group_rows(experiment)
        self._psnr_before: float | None = None

    def trial(self, bits: float) -> Generator[None, None, Rounded]:
        """Rounds to some number of bits; yields None after each chunk of steps."""
        exponents = spacing_exponents(self._experiment, self._weights, self._sensitive, bits)
        described = zip(exponents, self._rows, shapes_of(self._experiment), strict=True)
        spacing = flatten([spacings_of(*each) for each in described])
        horizon = Horizon(step=0, done=0.0, end=STEPS)
        stepper = Stepper(self._experiment, self._prepared, horizon, self._for_cores, spacing)
        measurer = measurer_of(stepper, self._prepared, self._experiment)
        vector = flatten(self._weights)
        if self._psnr_before is None:
            self._psnr_before = _psnr(measurer, vector)
        end = yield from self._trained(stepper, vector / spacing)
        codes = [np.rint(array).astype(np.int32) for array in weights_of(self._experiment, end)]
        weights = tuple(map(weights_from, codes, exponents, self._rows))
        return Rounded(
            bits=bits,
            packed=pack(self._experiment, self._prepared, codes, exponents),
            weights=weights,
            psnr=_psnr(measurer, flatten(weights)),
            psnr_before=self._psnr_before,
        )

    def _trained(self, stepper: Stepper, parameters: Floats) -> Generator[None, None, Floats]:
        """Parameters after `STEPS` steps."""
        zeros = tf.zeros(len(parameters))
        point = Point(tf.constant(parameters), (zeros, zeros), step=0, epoch=0, row=0)
        orders = EpochOrders(self._prepared, self._experiment.seed, 0, self._drawing)
        wanted = 1
        while point.step < STEPS:
            count = min(wanted, stepper.batches_left(point), stepper.most_steps, STEPS - point.step)
            if not count:
                point = dataclasses.replace(point, epoch=point.epoch + 1, row=0)
                continue
            began = time.perf_counter()
            point, finite = stepper.steps(point, orders.of(point.epoch), count)
            parameters = np.array(memoryview(point.parameters))
            if finite < count:
                raise RoundingError(
                    "The cost diverged while the weights were rounded; train for longer first."
                )
            wanted = 2 * count if time.perf_counter() - began < CHUNK_SECONDS else max(1, count // 2)
            yield None
        return parameters


def _psnr(measurer: AnyMeasurer, vector: Floats) -> float:
    measured = measurer.exactly(tf.constant(vector), False)
    assert measured is not None
    assert measured.psnr is not None
    return measured.psnr
