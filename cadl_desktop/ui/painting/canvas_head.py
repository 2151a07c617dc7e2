"""The line above the canvas: what is large there, how near the painting is, how closely it is looked at."""

from collections.abc import Sequence

from PySide6.QtWidgets import QSizePolicy, QWidget

from cadl_desktop.data.scores import Scores
from cadl_desktop.ui.controls.fitting_label import FittingLabel
from cadl_desktop.ui.controls.layouts import in_row, wide
from cadl_desktop.ui.controls.looks import label, small_label
from cadl_desktop.ui.controls.tips import set_tip
from cadl_desktop.ui.painting.between import BetweenButton
from cadl_desktop.ui.painting.errors import ScaleBar
from cadl_desktop.ui.painting.score_text import score_help, score_texts
from cadl_desktop.ui.painting.view import View
from cadl_desktop.ui.painting.zoom_bar import ZoomBar
from cadl_desktop.ui.theme.theme import GRID

HEIGHT = 4 * GRID


class CanvasHead(QWidget):
    """Parts that whoever paints fills in; `sign` stands beside the name, `switches` before the zoom."""

    def __init__(
        self, view: View, sign: QWidget | None, switches: Sequence[QWidget], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.name = label("", "heading")
        self.pixels, self.score = small_label(), FittingLabel()
        self.scale, self.between = ScaleBar(), BetweenButton(self)
        self.zoom = ZoomBar(view)
        self.scale.hide()
        self.setFixedHeight(HEIGHT)
        self.score.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        signs = [sign] if sign else []
        in_row(
            self.name,
            *signs,
            self.pixels,
            wide(self.score),
            self.scale,
            self.between,
            *switches,
            self.zoom,
            on=self,
            apart=GRID,
            margins=(GRID, 0, GRID // 2, 0),
        )

    def show_scores(self, psnr: float | None, scores: Scores | None) -> None:
        """Writes how near the painting is, as long as there is room for it."""
        self.score.show_texts(score_texts(psnr, scores))
        set_tip(self.score, score_help(scores))
