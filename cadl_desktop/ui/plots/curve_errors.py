"""How far the curve is from the points and from the truth behind them, in the words above it."""

import math

from PySide6.QtWidgets import QSizePolicy

from cadl_desktop.sentences import filled
from cadl_desktop.ui.controls.fitting_label import FittingLabel
from cadl_desktop.ui.controls.tips import set_tip


class CurveErrors(FittingLabel):
    """Says nothing where the truth isn't known or there is no curve."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_errors(self, errors: tuple[float, float] | None) -> None:
        """Writes both mean absolute errors, to the points and to the truth, as long as there is room."""
        if errors is None or not all(map(math.isfinite, errors)):
            self.show_texts([""])
            set_tip(self, "")
            return
        whole = "mean error {points:.3f} to the points · {truth:.3f} to the truth"
        shorter = "{points:.3f} to the points · {truth:.3f} to the truth"
        shortest = "{points:.3f} · {truth:.3f}"
        points, truth = errors
        self.show_texts([filled(text, points=points, truth=truth) for text in (whole, shorter, shortest)])
        set_tip(
            self,
            (
                "How far the curve as drawn is on average from what was measured, held-back points included, "
                "and from what is true. The noise keeps the first up and leaves the second alone."
            ),
        )
