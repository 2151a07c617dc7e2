"""How near holes come to the truth by *Best guess* and *By example*, over smooth filling, and how long
guesses take.

Smooth filling is the inpainting preset as it was before guesses, to the bit.
"""

from dataclasses import replace
from functools import partial
from statistics import mean, median
from typing import Any

from tests.benchmarks.figures import Bound, Figure
from tests.benchmarks.sitting import Sitting, say

SIDES = (64, 128)
GUESSED = {128: (22, "first", 1.0), 256: (44, "first", 3.0), 512: (115, "last", 10.0)}
"""Sides of a picture in pixels, each with the side of its hole, and within how many seconds which guesses
have to be there; at 512 the hole is 5 % of the picture."""
MOST_MEGABYTES = 300


def by_example(sitting: Sitting) -> list[Figure]:
    """Scores on the hidden pixels through the preset as it follows each picture; one turn, as the same seed
    gives the same numbers."""
    once = replace(sitting, rounds=1)
    say("by example: sixteen holes")
    cases = once.ask("by-example-sixteen")["cases"]
    gains = [_gain(case) for case in cases]
    name = "best guess, 16 holes at 128 pixels"
    figures = [
        Figure(f"{name}: over smooth, mean", "dB", (mean(gains),), ("at least", 0.5)),
        Figure(f"{name}: over smooth, median", "dB", (median(gains),), ("at least", 0.0)),
        Figure(f"{name}: over smooth, worst", "dB", (min(gains),), ("at least", -0.5)),
        Figure(f"{name}: not smooth", "holes", (_not_smooth(cases),)),
    ]
    for side in SIDES:
        say(f"by example: holes at {side}")
        usual = once.ask("by-example-twenty", side)["cases"]
        gains = [_gain(case) for case in usual]
        name = f"best guess, {len(usual)} holes of `inpaint` at {side} pixels"
        figures += [
            Figure(f"{name}: over smooth, mean", "dB", (mean(gains),)),
            Figure(f"{name}: over smooth, median", "dB", (median(gains),), ("at least", 0.0)),
            Figure(f"{name}: over smooth, worst", "dB", (min(gains),), ("at least", -0.5)),
            Figure(f"{name}: not smooth", "holes", (_not_smooth(usual),)),
        ]
    return [*figures, *_always_by_example(cases), *_seconds(sitting)]


def _gain(case: dict[str, Any]) -> float:
    return float(case["best"]["psnr"] - case["smooth"]["psnr"])


def _not_smooth(cases: list[dict[str, Any]]) -> float:
    return float(sum(case["example"] > 0 for case in cases))


def _always_by_example(cases: list[dict[str, Any]]) -> list[Figure]:
    figures = []
    for name in dict.fromkeys(case["name"] for case in cases if "by_example" in case):
        own = [case for case in cases if case["name"] == name]
        over = [case["by_example"]["ssim"] - case["smooth"]["ssim"] for case in own]
        contrasts = tuple(case["by_example"]["contrast"] for case in own)
        is_pattern = name not in ("grass", "gravel")
        similar: Bound | None = ("at least", 0.15) if is_pattern else None
        contrast: Bound = ("at least", 0.7 if is_pattern else 0.6)
        words = f"by example, {name}"
        figures += [
            Figure(f"{words}: SSIM over smooth", "", tuple(over), similar),
            Figure(
                f"{words}: contrast over the true one",
                "",
                contrasts,
                contrast,
            ),
            Figure(f"smooth, {name}: contrast", "", tuple(case["smooth"]["contrast"] for case in own)),
        ]
    return figures


def _seconds(sitting: Sitting) -> list[Figure]:
    figures = []
    for side, (hole, which, most) in GUESSED.items():
        (runs,) = sitting.alternate([partial(sitting.ask, "guesses", side, hole)])
        name = f"guesses, a hole of {hole} x {hole} in {side} x {side}"
        for each in ("first", "last"):
            bound: Bound | None = ("at most", most) if each == which else None
            figures.append(Figure(f"{name}: {each}", "s", tuple(run[each] for run in runs), bound))
        added = tuple(run["megabytes"] for run in runs)
        figures.append(Figure(f"{name}: memory", "MB", added, ("at most", MOST_MEGABYTES)))
    return figures
