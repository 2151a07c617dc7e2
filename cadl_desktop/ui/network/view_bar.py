"""Bar above the network: legend of the colours, switches of the tiles, and the way back from a zoom."""

from itertools import product

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolButton, QWidget

from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import in_row, wide
from cadl_desktop.ui.controls.looks import FittingLabel, small_label, toggle
from cadl_desktop.ui.network.line_painting import LINE_WIDTHS, line_colour
from cadl_desktop.ui.network.lines import LEVELS
from cadl_desktop.ui.settings.settings_table import NETWORK_CONTRAST
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID, SMALL, sign_bar, text_font, theme

_BAR = 7 * GRID
_SAMPLE = 3 * GRID
_APART = GRID // 2
_BETWEEN = 2 * GRID
_SHORT = ("−", "+")
_ICON_ROOM = 43
"""Width of a switch that shows only its icon."""
_WORDS, _ICONS = Qt.ToolButtonStyle.ToolButtonTextOnly, Qt.ToolButtonStyle.ToolButtonIconOnly


class Legend(QWidget):
    """Meaning of the drawing's colours and line widths. With less room it drops the line widths, then the
    words."""

    def __init__(self) -> None:
        super().__init__()
        self._signs = "below 0", "above 0"
        self.show_gradients(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_gradients(self, on: bool) -> None:
        """Explains gradients in place of values and weights."""
        self._sizes = ("small", "large gradient") if on else ("weak", "strong influence")
        self.setAccessibleName(
            "Legend: gradients of the next batch's cost, orange below zero and blue above; the wider a line, "
            "the larger the gradient by its weight."
            if on
            else "Legend: orange is below zero and blue above, in neurons and weights; the wider a line, the "
            "more of a neuron's sum comes along it."
        )
        self.updateGeometry()
        self.update()

    @property
    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(text_font(SMALL))

    def sizeHint(self) -> QSize:
        return QSize(self._signs_width(self._signs) + _BETWEEN + self._sizes_width() + GRID, 3 * GRID)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._signs_width(_SHORT), 3 * GRID)

    def widths(self) -> tuple[int, int, int]:
        """Widths of the legend with everything, without line widths, and without words."""
        return self.sizeHint().width(), self._signs_width(self._signs), self._signs_width(_SHORT)

    def _signs_width(self, signs: tuple[str, str]) -> int:
        return _BAR + 2 * _APART + sum(map(self._metrics.horizontalAdvance, signs))

    def _sizes_width(self) -> int:
        return 2 * _SAMPLE + 2 * GRID + sum(map(self._metrics.horizontalAdvance, self._sizes))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(text_font(SMALL))
        words = self._signs_width(self._signs) <= self.width()
        self._paint_signs(painter, self._signs if words else _SHORT)
        if self.sizeHint().width() <= self.width():
            self._paint_sizes(painter, self._signs_width(self._signs) + _BETWEEN)
        painter.end()

    def _paint_signs(self, painter: QPainter, signs: tuple[str, str]) -> None:
        left = self._draw_text(painter, 0, signs[0]) + _APART
        bar = QRectF(left, self.height() / 2 - 4, _BAR, GRID)
        painter.drawImage(bar, sign_bar(theme()))
        painter.setPen(QPen(QColor(theme().border), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(bar.adjusted(0.5, 0.5, -0.5, -0.5))
        self._draw_text(painter, left + _BAR + _APART, signs[1])

    def _paint_sizes(self, painter: QPainter, left: int) -> None:
        for text, level in zip(self._sizes, (1, LEVELS), strict=True):
            for sign, up in ((1, -3), (-1, 3)):
                painter.setPen(QPen(line_colour(sign * level), LINE_WIDTHS[level - 1]))
                height = self.height() / 2 + up
                painter.drawLine(QPointF(left, height), QPointF(left + _SAMPLE, height))
            left = self._draw_text(painter, left + _SAMPLE + _APART, text) + GRID

    def _draw_text(self, painter: QPainter, left: int, text: str) -> int:
        """Draws a text at `left` and returns its right edge."""
        width = self._metrics.horizontalAdvance(text)
        painter.setPen(QColor(theme().muted))
        painter.drawText(QRectF(left, 0, width + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, text)
        return left + width


class ViewBar(QWidget):
    """Legend and switches; the network's `size` stands between them and `last` at the end. The contrast is
    remembered."""

    def __init__(self, size: FittingLabel, last: QToolButton) -> None:
        super().__init__()
        self.legend = Legend()
        self.zoom_text = small_label()
        self.fit = QPushButton("Fit")
        self.fit.setProperty("small", True)
        set_icon(self.fit, "zoom-reset")
        text = "Shows the whole network again (Home, or a double click)."
        describe(self.fit, "Fit the network", text)
        self.contrast = toggle(
            "Tile contrast", "On: every tile has the full colours. Off: the tiles of a layer can be compared."
        )
        self.contrast.setChecked(NETWORK_CONTRAST.get())
        self.contrast.toggled.connect(NETWORK_CONTRAST.set)
        self.importance = toggle(
            "By importance", "Puts the neurons first without which the cost would rise most, as measured now."
        )
        self.readouts = toggle(
            "What layers know",
            "Shows below each layer the best that a straight readout of this layer alone can make.",
        )
        self.backwards = toggle(
            "Backwards",
            "In a pause, shows the gradient of the next batch's cost by every neuron's output and every "
            "weight; a card has the step that the optimizer will take, and Step takes it.",
        )
        self._switches = self.contrast, self.importance, self.readouts, self.backwards, last
        names = ("contrast", "importance", "readouts", "backwards", "keep")
        for switch, name in zip(self._switches, names, strict=True):
            set_icon(switch, name)
        self._size = size
        self._others = (self.zoom_text, self.fit)
        in_row(
            wide(self.legend, 2), size, *self._others, *self._switches, on=self, margins=(GRID, 0, GRID, 0)
        )
        # Widgets beside the bar that come and go get their text first, but for the bar's least width.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(4 * GRID)  # a fixed height, so that the drawing never moves
        self.show_zoom(1.0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_words()

    def show_gradients(self, on: bool) -> None:
        """Has the legend explain gradients in place of values."""
        self.legend.show_gradients(on)
        self.fit_words()

    def fit_words(self) -> None:
        """Gives up words by width: first those of the switches, which become icons, then the legend's line
        widths, its words, the legend, and all but the shortest text of the network's size. What is left is
        the size's."""
        whole, signs, least = (width + 2 * GRID for width in self.legend.widths())
        said, short = max(self._size.widths()[-2:]), self._size.shortest()
        self.setMinimumWidth(len(self._switches) * _ICON_ROOM + short + 7 * GRID)
        forms = (whole, said), (signs, said), (least, said), (0, said), (0, short)
        for (wanted, size), style in product(forms, (_WORDS, _ICONS)):
            for switch in self._switches:
                switch.setToolButtonStyle(style)
            room = self._free_width() - size
            if room >= wanted:
                break
        legend = next((width for width in (whole, signs, least) if width <= room), 0)
        self.legend.setVisible(legend > 0)
        self.legend.setMinimumWidth(max(legend - GRID, 0))
        self._size.setMaximumWidth(max(room + size - legend, 0))

    def _free_width(self) -> int:
        """Width that the switches leave."""
        shown = [one for one in (*self._others, *self._switches) if not one.isHidden()]
        return self.width() - sum(one.sizeHint().width() + GRID for one in shown) - 2 * GRID

    def show_zoom(self, scale: float) -> None:
        """Shows the magnification; nothing where the whole network is visible."""
        self.zoom_text.setText("" if scale == 1.0 else f"{scale:.1f}×")
        self.fit.setVisible(scale != 1.0)
        self.fit_words()
