"""The line above the canvas: what is large there, how near the painting is, how closely it is looked at."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cadl_desktop.data.scores import Scores
from cadl_desktop.ui.controls.fitting_label import FittingLabel
from cadl_desktop.ui.controls.layouts import in_row, wide
from cadl_desktop.ui.controls.looks import label, small_label
from cadl_desktop.ui.controls.tips import set_tip
from cadl_desktop.ui.painting.errors import ScaleBar
from cadl_desktop.ui.painting.score_text import score_help, score_texts
from cadl_desktop.ui.painting.view import View
from cadl_desktop.ui.painting.zoom_bar import ZoomBar
from cadl_desktop.ui.theme.theme import GRID

HEIGHT = 4 * GRID


class CanvasHead(QWidget):
    """Parts that whoever paints fills in; `sign` stands beside the name, `switches` before the zoom. Where
    room is short, what can be seen or done elsewhere as well goes first."""

    def __init__(
        self, view: View, sign: QWidget | None, switches: Sequence[QWidget], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.name = label("", "heading")
        self.pixels, self.score, self.how = small_label(), FittingLabel(), small_label()
        self.scale, self.zoom = ScaleBar(), ZoomBar(view)
        self.scale.hide()
        self.setFixedHeight(HEIGHT)
        self.score.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        signs = [sign] if sign else []
        self._others = *signs, self.how, self.scale, *switches, self.zoom.fit
        self._parting = ((self.zoom.text,), (self.pixels,), (self.name,), (self.zoom.out, self.zoom.closer))
        self._row = in_row(
            self.name,
            *signs,
            self.pixels,
            wide(self.score),
            self.how,
            self.scale,
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

    def minimumSizeHint(self) -> QSize:
        return QSize(self._least(len(self._parting)), self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        gone = next((count for count in range(len(self._parting)) if self._least(count) <= self.width()), -1)
        for place, parts in enumerate(self._parting):
            for part in parts:
                part.setHidden(gone < 0 or place < gone)

    def _least(self, gone: int) -> int:
        """How wide it is at least, without the first of what goes."""
        left_out = {part for parts in self._parting[:gone] for part in parts}
        goes = {part for parts in self._parting for part in parts}
        widths = [
            max(part.sizeHint().width(), part.minimumWidth())
            for part in (*self._others, *goes)
            if part not in left_out and (part in goes or not part.isHidden())
        ]
        widths.append(self.score.shortest())
        return sum(widths) + (len(widths) + 1) * self._row.spacing()
