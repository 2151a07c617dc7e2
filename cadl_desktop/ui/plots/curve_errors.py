"""How far the curve is from the points and from the truth behind them, in the words above it."""

import math

from PySide6.QtWidgets import QSizePolicy

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
        points, truth = (f"{error:.3f}" for error in errors)
        shorter = f"{points} to the points · {truth} to the truth"
        self.show_texts((f"mean error {shorter}", shorter, f"{points} · {truth}"))
        set_tip(
            self,
            "How far the curve as drawn is on average from what was measured, held-back points included, "
            "and from what is true. The noise keeps the first up and leaves the second alone.",
        )
