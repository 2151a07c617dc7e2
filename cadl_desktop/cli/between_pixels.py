"""`train --between`: accuracy of the painting between the pixels that it was trained on."""

from collections.abc import Callable
from dataclasses import dataclass

from cadl_desktop.cli.arguments import UsageError
from cadl_desktop.data.pictures.pixel_references import (
    is_too_large,
    leave_out_pixels,
    load_original,
    original_longest,
)
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.export.trained import Trained
from cadl_desktop.system.pieces import last_piece


@dataclass(frozen=True)
class Between:
    """PSNR in dB between the pixels, measured in one of two ways.

    Against the original with `longest` pixels along its longer side, for the weights after `steps`; `bicubic`
    is the PSNR of bicubic interpolation, None if pixels are hidden. Or by training for `seconds` on every
    second pixel; `neighbours` is the PSNR of the mean of neighbouring pixels.
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
    original = f"from the original at {found.longest:,} pixels."
    if found.bicubic is None:
        return f"Between seen pixels after {found.steps:,} steps: {found.psnr:.1f} dB, {original}"
    return (
        f"Between the pixels after {found.steps:,} steps: {found.psnr:.1f} dB "
        f"(bicubic {found.bicubic:.1f}), {original}"
    )


def refuse_between(experiment: Experiment) -> None:
    """Raises UsageError for experiments that can't be measured between the pixels."""
    if experiment.data.kind != "picture":
        raise UsageError("--between: '{name}' doesn't paint one picture; leave it out.", name=experiment.name)
    if is_too_large(experiment.data):
        raise UsageError(
            "--between: the picture is too large for it, unless it is learned at less than its own size; set "
            "a smaller data.longest."
        )


def measured_between(trained: Trained, keep_going: Callable[[], bool]) -> Between | None:
    """Compares a run's painting with its original, if that is larger than the trained picture; otherwise
    trains briefly on every second pixel. None if `keep_going` returns False.

    Raises `data.samples.DataError`, and what `engine.train` raises.
    """
    from cadl_desktop.engine import near_left_out, near_original  # brings TensorFlow along

    experiment, state = trained.experiment, trained.state
    longest = original_longest(experiment.data)
    if longest is None:
        left_out = leave_out_pixels(experiment)
        found = last_piece(near_left_out(left_out), keep_going)
        return found and Between(found[0], seconds=found[1], neighbours=left_out.neighbours)
    original = load_original(experiment.data, longest)
    psnr = last_piece(near_original(experiment, state.weights, original), keep_going)
    if psnr is None:
        return None
    return Between(psnr, longest=longest, steps=state.step, bicubic=original.bicubic)
