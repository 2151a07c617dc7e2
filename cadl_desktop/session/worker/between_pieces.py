"""How near a painting comes between its pixels, measured where TensorFlow is, in pieces."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from cadl_desktop.data.pictures.between_sizes import original_longest
from cadl_desktop.experiment import Experiment
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.gains import Gains
from cadl_desktop.system.pieces import Compute, end

if TYPE_CHECKING:
    from cadl_desktop.data.pictures.between import LeftOut, Original


@dataclass(frozen=True)
class Between:
    """PSNR in dB between the pixels.

    From the original with `longest` pixels along its longer side, of weights after so many `steps`, beside
    what `bicubic` enlargement reaches, None where pixels are hidden; or of a training of `seconds` on every
    second pixel, beside the mean of the `neighbours`.
    """

    psnr: float
    longest: int | None = None
    steps: int | None = None
    bicubic: float | None = None
    seconds: float | None = None
    neighbours: float | None = None


def in_words(found: Between) -> str:
    """'Between the pixels after 1,200 steps: 25.9 dB (bicubic 25.5), from the original at 256 pixels.'"""
    if found.neighbours is not None:
        return (
            f"Between the pixels: {found.psnr:.1f} dB (mean of neighbours {found.neighbours:.1f}), "
            f"after {found.seconds:.1f} s of training on every second pixel."
        )
    if found.bicubic is None:
        return (
            f"Between seen pixels after {found.steps:,} steps: {found.psnr:.1f} dB, "
            f"from the original at {found.longest:,} pixels."
        )
    return (
        f"Between the pixels after {found.steps:,} steps: {found.psnr:.1f} dB (bicubic {found.bicubic:.1f}), "
        f"from the original at {found.longest:,} pixels."
    )


@dataclass(frozen=True, eq=False)
class Painted:
    """What paints: weights of an experiment after so many steps, and their gains."""

    experiment: Experiment
    weights: Sequence[Floats]
    step: int
    gains: Gains


def between(painted: Painted, compute: Compute, wanted: Callable[[], bool]) -> Between | None:
    """Compares a painting with its original, where that is larger than what is learned, and otherwise trains
    for a moment on every second pixel; None once that isn't `wanted` any more.

    Called on a thread that may wait. Raises `data.samples.DataError`, and what `engine.train` raises.
    """
    longest = original_longest(painted.experiment.data)
    if longest is None:
        return _from_left_out(painted.experiment, compute, wanted)
    return _from_original(painted, longest, compute, wanted)


def _from_original(
    painted: Painted, longest: int, compute: Compute, wanted: Callable[[], bool]
) -> Between | None:
    from cadl_desktop.data.pictures.between import original_of  # brings Pillow along

    original = original_of(painted.experiment.data, longest)
    begin = partial(_near_original, painted.experiment, painted.weights, original, painted.gains)
    psnr = _last(compute, begin, wanted)
    if psnr is None:
        return None
    return Between(psnr, longest=longest, steps=painted.step, bicubic=original.bicubic)


def _from_left_out(experiment: Experiment, compute: Compute, wanted: Callable[[], bool]) -> Between | None:
    from cadl_desktop.data.pictures.between import left_out_of

    left_out = left_out_of(experiment)
    found = _last(compute, partial(_near_left_out, left_out), wanted)
    return found and Between(found[0], seconds=found[1], neighbours=left_out.neighbours)


def _near_original(
    experiment: Experiment, weights: Sequence[Floats], original: "Original", gains: Gains
) -> Iterator[float | None]:
    from cadl_desktop.engine import near_original  # brings TensorFlow along

    return near_original(experiment, weights, original, gains)


def _near_left_out(left_out: "LeftOut") -> Iterator[tuple[float, float] | None]:
    from cadl_desktop.engine import near_left_out

    return near_left_out(left_out)


def _last(compute: Compute, begin: Callable[[], Any], wanted: Callable[[], bool]) -> Any:
    """What the pieces come to in the end."""
    generator = compute(begin)
    try:
        while wanted():
            found = compute(partial(next, generator, None))
            if found is not None:
                return found
        return None
    finally:
        end(compute, generator)
