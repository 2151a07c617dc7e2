"""Header of the painting's canvas: name and size, scores, colour scale of the error, and zoom."""

import math
from collections.abc import Sequence
from itertools import chain

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from cadl_desktop.data.scores import Scores
from cadl_desktop.drawing.palette import ERROR_REACH
from cadl_desktop.ui.controls.action import Action, bind_button
from cadl_desktop.ui.controls.layouts import in_row, wide
from cadl_desktop.ui.controls.looks import FittingLabel, label, set_tip, small_label
from cadl_desktop.ui.painting.pane import ZOOM_STEP
from cadl_desktop.ui.painting.view import View
from cadl_desktop.ui.theme.theme import GRID, SMALL, sign_bar, tabular_font, theme

HEIGHT = 4 * GRID
INTERPOLATED = (
    "The network has painted fewer pixels than are shown, and those between them are blended. "
    "At rest it paints every pixel of the screen."
)
GUESSED = (
    "What is hidden is covered by guesses copied from the picture itself, until the network learns them: "
    "it has not painted them."
)
_BAR = 64
_NEARLY = 1.0
"""Largest change of the PSNR in dB since the scored painting for which its scores still apply; scoring takes
a while."""


class CanvasHead(QWidget):
    """Labels that the canvas fills in; `sign` stands beside the name, `spare` and `switches` before the zoom.
    Where room is short, what is available elsewhere is hidden first, as `spare` is."""

    def __init__(
        self, view: View, sign: QWidget | None, spare: QWidget, switches: Sequence[QWidget], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.name = label("", "heading")
        self.pixels, self.score, self.interpolation = small_label(), FittingLabel(), small_label()
        self.scale, self.zoom = ScaleBar(), ZoomBar(view)
        self.amplifier = QToolButton(self)
        for part in (self.scale, self.amplifier):
            part.hide()
        self.setFixedHeight(HEIGHT)
        self.score.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        signs = [sign] if sign else []
        self._required = *signs, self.interpolation, self.scale, self.amplifier, *switches, self.zoom.fit
        zooms = self.zoom.out, self.zoom.closer
        self._optional = ((self.zoom.text,), (self.pixels,), (self.name,), (spare,), zooms)
        self._left_out = 0
        """How many of the optional groups are hidden for want of room."""
        self._row = in_row(
            self.name,
            *signs,
            self.pixels,
            wide(self.score),
            self.interpolation,
            self.scale,
            self.amplifier,
            spare,
            *switches,
            self.zoom,
            on=self,
            apart=GRID,
            margins=(GRID, 0, GRID // 2, 0),
        )

    def show_scores(self, psnr: float | None, scores: Scores | None, *, in_part: bool) -> None:
        """Writes the PSNR and the scores in the longest form that fits; see `score_text`."""
        self.score.show_texts(score_texts(psnr, scores, in_part=in_part))
        set_tip(self.score, score_help(scores))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._width_without(len(self._optional)), self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        groups = len(self._optional)
        count = next((each for each in range(groups) if self._width_without(each) <= self.width()), groups)
        if count == self._left_out:
            return
        self._left_out = count
        for part in chain.from_iterable(self._optional):
            part.setVisible(self.has_room_for(part))

    def has_room_for(self, part: QWidget) -> bool:
        """Whether a part isn't left out for want of room."""
        return part not in chain.from_iterable(self._optional[: self._left_out])

    def _width_without(self, hidden: int) -> int:
        """Minimum width without the first `hidden` of the optional groups."""
        hidden_parts = {part for parts in self._optional[:hidden] for part in parts}
        optional = {part for parts in self._optional for part in parts}
        widths = [
            max(part.sizeHint().width(), part.minimumWidth())
            for part in (*self._required, *optional)
            if part not in hidden_parts and (part in optional or not part.isHidden())
        ]
        widths.append(self.score.shortest())
        return sum(widths) + (len(widths) + 1) * self._row.spacing()


class ScaleBar(QWidget):
    """Colour scale of the error, in levels of 255. As wide as for the largest, so that nothing jumps."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.show_reach(ERROR_REACH)

    def show_reach(self, reach: int) -> None:
        """Shows the error of full colour."""
        self._low, self._high = f"−{reach}", f"+{reach}"
        self.setAccessibleName(f"Colours of the error, {self._low} to {self._high}")
        text = "Orange where the painting is too dark, blue where it is too bright: in full colour by "
        set_tip(self, f"{text}{reach} of 255 levels or more.")
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(tabular_font(SMALL))
        widest = metrics.horizontalAdvance(f"−{ERROR_REACH}+{ERROR_REACH}")
        return QSize(widest + _BAR + 16, metrics.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(tabular_font(SMALL))
        painter.setPen(QColor(theme().muted))
        metrics = QFontMetrics(tabular_font(SMALL))
        start = metrics.horizontalAdvance(self._low) + 6
        middle = self.height() / 2
        left = self.width() - start - metrics.horizontalAdvance(self._high) - 8
        bar = QRectF(start, middle - 3, max(8, min(_BAR, left)), 6)
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, 0, start, self.height()), flags, self._low)
        painter.drawText(QRectF(bar.right() + 6, 0, 60, self.height()), flags, self._high)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(bar, sign_bar(theme(), ERROR_REACH))
        painter.setPen(QColor(theme().border))
        painter.drawRect(bar.adjusted(-0.5, -0.5, 0.5, 0.5))


class ZoomBar(QWidget):
    """Magnification of a view, with buttons to zoom in, out, and to fit."""

    def __init__(self, view: View) -> None:
        super().__init__()
        self._view = view
        self.text = small_label()
        self.text.setAccessibleName("Zoom")
        self.text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.text.setMinimumWidth(self.text.fontMetrics().horizontalAdvance("0,000×"))
        self.out = self._button(Action("Zoom out", self._go_out, tip="Shows more (−).", icon="minus"))
        self.closer = self._button(
            Action("Zoom in", self._go_in, tip="Shows less, and larger (+).", icon="plus")
        )
        text = "Shows the whole picture, as large as there is room for (Home, or a double click)."
        self.fit = self._button(Action("Fit", view.reset, tip=text, icon="zoom-reset"))
        in_row(self.text, self.out, self.closer, self.fit, on=self, apart=0)
        view.changed.connect(self._show)
        self._show()

    def _button(self, action: Action) -> QToolButton:
        button = QToolButton(self)
        bind_button(button, action)
        return button

    @Slot()
    def _show(self) -> None:
        text = zoom_text(self._view.zoom)
        self.text.setText("" if text == "1" else f"{text}×")

    @Slot()
    def _go_out(self) -> None:
        self._view.magnify(1 / ZOOM_STEP, self._view.centre)

    @Slot()
    def _go_in(self) -> None:
        self._view.magnify(ZOOM_STEP, self._view.centre)


def zoom_text(zoom: float) -> str:
    """Magnification to two digits: 0.13, 1, 2.4, 98, 1,024."""
    decimals = 0 if zoom >= 9.95 else 1 if zoom >= 0.995 else 2
    return f"{zoom:,.{decimals}f}".removesuffix(".0")


def score_text(psnr: float | None, scores: Scores | None, *, in_part: bool = False) -> str:
    """Scores such as 'PSNR 24.31 dB · SSIM 0.71', or 'PSNR 21.3 dB seen · 18.0 held out · 15.9 hidden' if the
    network sees the picture `in_part` only, as some pixels are held out or hidden."""
    others = others_in_words(scores)
    if scores is not None and others and scores.seen_psnr is not None:
        return " · ".join([f"PSNR {_decibels(scores.seen_psnr)} dB seen", *others])
    if psnr is None or not math.isfinite(psnr):
        return ""
    said = [f"PSNR {psnr:.2f} dB seen" if in_part else f"PSNR {psnr:.2f} dB"]
    if scores is not None and scores.seen_ssim is not None:
        said.append(f"SSIM {scores.seen_ssim:.2f}")
    return " · ".join(said)


def scores_apply(scored: float | None, shown: float | None) -> bool:
    """Whether the scores of one painting apply to another, judged by the PSNR of both in dB: while a painting
    improves quickly, its scores are those of a much worse one. None means no training yet."""
    if scored is None or shown is None:
        return scored is shown
    return scored == shown or abs(scored - shown) < _NEARLY


def score_texts(psnr: float | None, scores: Scores | None, *, in_part: bool = False) -> tuple[str, ...]:
    """Forms of the scores from the longest to the shortest; the tooltip has the unit and SSIM."""
    whole, others = score_text(psnr, scores, in_part=in_part), others_in_words(scores)
    if scores is not None and others and scores.seen_psnr is not None:
        seen = _decibels(scores.seen_psnr)
        firsts = f"{seen} seen", seen
        shorter = [" · ".join([first, *others]) for first in firsts]
    else:
        alone = score_text(psnr, None, in_part=in_part)
        shorter = [alone, f"{psnr:.2f} dB" if alone else ""]
    return whole, *(text.removeprefix("PSNR ") for text in (whole, *shorter))


def score_help(scores: Scores | None) -> str:
    """Explanation of all scores, a sentence each; empty if there are none."""
    if scores is None or scores.seen_psnr is None:
        return ""
    said = "How near the painting is to the target: higher is nearer, and SSIM is 1 at most."
    in_part = bool(others_in_words(scores))
    if in_part:
        said += " Seen pixels are those that the network learns from."
    if scores.held_out_psnr is not None:
        said += " Held-out pixels are kept for validation: the network is only measured by them."
    for title, similar in (
        ("seen", scores.seen_ssim),
        ("held-out", scores.held_out_ssim),
        ("hidden", scores.hidden_ssim),
    ):
        if similar is not None:
            said += f" SSIM of {title} pixels: {similar:.3f}." if in_part else f" SSIM: {similar:.3f}."
    return said


def others_in_words(scores: Scores | None) -> list[str]:
    """Scores of pixels that the network does not learn from."""
    if scores is None:
        return []
    said = []
    if scores.held_out_psnr is not None:
        said.append(f"{_decibels(scores.held_out_psnr)} held out")
    if scores.hidden_psnr is not None:
        said.append(f"{_decibels(scores.hidden_psnr)} hidden")
    return said


def _decibels(value: float) -> str:
    return f"{value:.1f}" if math.isfinite(value) else "∞"
