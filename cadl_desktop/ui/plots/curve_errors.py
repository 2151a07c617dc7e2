"""Line above a curve that says how far it is from its points."""

import math

from PySide6.QtWidgets import QSizePolicy

from cadl_desktop.data.scores import CurveScores
from cadl_desktop.ui.controls.looks import FittingLabel, set_tip
from cadl_desktop.ui.controls.number_text import figure

_BEST_R2 = 0.9999
"""Largest R² that is shown of a curve with any errors."""


class CurveErrors(FittingLabel):
    """R², RMS and largest error of the curve at its points, and its mean distance from the truth if that is
    known; empty without a curve."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_errors(self, scores: CurveScores | None, to_truth: float | None = None, unit: str = "") -> None:
        """Shows the scores, errors in this unit, in the longest form that fits."""
        if scores is None or not math.isfinite(scores.rms):
            self.show_texts([""])
            self.setAccessibleName("")
            set_tip(self, "")
            return
        r2 = [] if scores.r2 is None else [f"R² {_r2_text(scores.r2)}"]
        rms, largest_error = (f"{figure(error)} {unit}".rstrip() for error in (scores.rms, scores.largest))
        words = [*r2, f"RMS {rms}"]
        largest = f"largest error {largest_error}"
        truth = [] if to_truth is None else [f"{figure(to_truth)} to the truth"]
        texts = [*words, largest, *truth], [*words, largest], words, words[:1]
        self.show_texts([" · ".join(text) for text in texts])
        self.setAccessibleName(" · ".join(texts[0]))
        tip = (
            "R² is the share of the points' variance that the curve explains; RMS is the root mean square of "
            "its errors, in the unit of y, as is the largest of them. Held-out points count as well."
        )
        if truth:
            tip += " The noise raises these, and not the mean distance to the truth."
        set_tip(self, tip)


def _r2_text(r2: float) -> str:
    """R² with four decimals; only a perfect fit has 1."""
    if r2 < 0:
        return figure(r2)
    return f"{r2 if r2 == 1 else min(r2, _BEST_R2):.4f}"
