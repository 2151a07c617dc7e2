"""Base of all plots: theme colours, zoom, readout, copying, and an empty state."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPoint, QPointF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QImage,
    QKeySequence,
    QPainter,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QGridLayout, QMenu, QWidget

from cadl_desktop.data.curves.columns import MOST_LETTERS, forms_of
from cadl_desktop.data.samples import Doubles
from cadl_desktop.ui.controls.action import Action, Within, add_action
from cadl_desktop.ui.controls.layouts import in_column, in_row, wide
from cadl_desktop.ui.controls.looks import (
    FittingLabel,
    hint_label,
    set_plot_background,
    wrapped,
)
from cadl_desktop.ui.controls.speech import announce
from cadl_desktop.ui.plots.axes import BOTTOM_HEIGHT, LEFT_WIDTH
from cadl_desktop.ui.plots.key import Key
from cadl_desktop.ui.plots.plot_canvas import PlotCanvas, cursor_pen
from cadl_desktop.ui.plots.spoken_summary import SpokenSummary
from cadl_desktop.ui.theme.theme import GRID, SMALL, Theme, notifier, tabular_font, theme

Range = tuple[float, float]

_STOPS = 101
"""Places in the visible range at which keys read a curve's values."""
_SPOKEN_MS = 150
"""Time that a cursor rests before its values are said: a held key passes thirty in a second."""


class Plot(QWidget):
    """Key above a canvas, readout below. Subclasses draw, state their range, read values out, and may
    summarise what they show.

    Ranges never follow the data by themselves: `fit` sets them unless the user has zoomed.
    """

    read_at = Signal(object)  # place of the cursor on the horizontal axis, or None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles = {"bottom": "", "left": ""}
        self.zoomed = False
        self._fitted: tuple[Range, Range] | None = None
        self.canvas, self.key = PlotCanvas(), Key()
        self.readout, self._below = FittingLabel(), FittingLabel()
        self._below.setTextFormat(Qt.TextFormat.PlainText)
        self.header = in_row(wide(self.key), margins=(GRID, GRID // 2, GRID, 0))
        self._message = self._reading = ""
        self._mark: float | None = None
        self.summary = SpokenSummary(self.canvas, self.summary_words)
        self._speak_timer = QTimer(self, singleShot=True, interval=_SPOKEN_MS)
        self._empty = hint_label()
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self._lay_out()
        self._connect()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._below.setMaximumWidth(self.width() // 2)  # the readout beside it needs as much

    def hasHeightForWidth(self) -> bool:
        """False, as the wrapped text of the empty state would otherwise determine the height."""
        return False

    def rename(self, name: str, horizontal: str, vertical: str) -> None:
        """Sets the accessible name, and the axis titles with their units."""
        titles = {"bottom": horizontal, "left": vertical}
        if (self.accessibleName(), self._titles) == (name, titles):
            return  # avoids a new layout
        self._titles = titles
        self.setAccessibleName(name)
        self.canvas.setAccessibleName(name)
        text = "Wheel to zoom, drag to move, double click to see everything; left and right read values."
        self.canvas.setToolTip(wrapped(f"{name}. {text}"))
        self.summary.usage = text
        self.summary.renew()
        self._below.show_texts(forms_of(horizontal))
        self._below.setToolTip(wrapped(horizontal) if len(horizontal) > MOST_LETTERS else "")
        self.canvas.axis("left").apply_theme(theme(), vertical)

    @property
    def titles(self) -> tuple[str, str]:
        """Titles of the horizontal and vertical axis."""
        return self._titles["bottom"], self._titles["left"]

    @property
    def empty_text(self) -> str:
        """Text of the empty state; empty once there is data."""
        return self._empty.text()

    def show_empty_text(self, text: str) -> None:
        """Shows a hint in the middle of the plot; an empty text shows none."""
        if text == self._empty.text():
            return
        self._empty.setText(text)
        self._empty.setVisible(bool(text))
        for side in self._titles:
            # Tick numbers without data would only be noise.
            self.canvas.axis(side).setStyle(showValues=not text)
        self.canvas.getPlotItem().showGrid(x=not text, y=not text, alpha=1.0)

    def fit(self, horizontal: Range, vertical: Range) -> None:
        """Shows this range, unless the user has zoomed."""
        # Setting the same range would redraw everything.
        if not self.zoomed and self._fitted != (horizontal, vertical):
            self._fitted = (horizontal, vertical)
            view = self.canvas.getPlotItem().getViewBox()
            view.setRange(xRange=horizontal, yRange=vertical, padding=0, disableAutoRange=True)

    def say(self, text: str) -> None:
        """Shows a message in place of the readout until the mouse moves; an empty text ends it."""
        self._message = text
        self.update_readout()

    @Slot()
    def update_readout(self) -> None:
        """Reads again what is at the cursor of the keys or else under the mouse, where other data may be
        drawn now."""
        where, mark = self.canvas.under_mouse(), self.canvas.cursor.x
        if mark is not None:
            self._reading = self.readout_along(mark)
        else:
            self._reading, mark = self.readout_at(where) if where is not None else ("", None)
        self.readout.show_texts([self._message or self._reading])
        if mark != self._mark:
            self._mark = mark
            self._cursor.setVisible(mark is not None)
            if mark is not None:
                self._cursor.setValue(mark)
            self.read_at.emit(mark)

    @Slot()
    def reset_zoom(self) -> None:
        self.zoomed = False
        self.fit(*self.full_range())

    @Slot()
    def copy_picture(self) -> None:
        """Copies the plot with its key, as it is on the screen, to the clipboard."""
        QGuiApplication.clipboard().setImage(self.picture())

    def picture(self) -> QImage:
        top, below, ratio = self.key.height() + GRID, self._below.geometry(), self.devicePixelRatioF()
        size = QSize(self.canvas.width(), self.canvas.height() + top + below.height() + GRID) * ratio
        image = QImage(size, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(QColor(theme().plot_background))
        canvas = self.canvas.grab()
        painter = QPainter(image)
        painter.drawPixmap(0, top, canvas)
        for widget, place in (
            (self.key, QPoint(GRID, GRID // 2)),
            (self._below, QPoint(below.left(), top + canvas.deviceIndependentSize().toSize().height())),
        ):
            widget.render(painter, place, QRegion(), QWidget.RenderFlag.DrawChildren)
        painter.end()
        return image

    def full_range(self) -> tuple[Range, Range]:
        """Range to show while the user has not zoomed."""
        raise NotImplementedError

    def readout_at(self, where: QPointF) -> tuple[str, float | None]:
        """Text about a point, and the x to mark."""
        raise NotImplementedError

    def readout_along(self, x: float) -> str:
        """Text about the values at a position on the horizontal axis."""
        return self.readout_at(QPointF(x, np.nan))[0]

    def stops(self) -> Doubles:
        """Positions on the horizontal axis, (stops,), between which the keys' cursor moves."""
        low, high = self.canvas.getPlotItem().getViewBox().viewRange()[0]
        return np.empty(0) if self.empty_text else np.linspace(low, high, _STOPS)

    def summary_words(self) -> str:
        """Summary of what is shown, in sentences; '' while nothing is."""
        shown = "" if self.empty_text else self.key.accessibleName()
        return f"{self.accessibleName()}: {shown}." if shown else ""

    def recolour(self, colours: Theme) -> None:
        """Applies the theme's colours to all items."""
        raise NotImplementedError

    def _lay_out(self) -> None:
        margins = (LEFT_WIDTH + GRID // 2, 0, GRID * 2, GRID // 2)
        footer = in_row(wide(self.readout), self._below, apart=0, margins=margins)
        # A fixed height, so that a text that comes and goes does not move the plot.
        self.readout.setMinimumSize(0, self._below.fontMetrics().height())
        self.readout.setAccessibleName("Value under the cursor")
        self.setFocusProxy(self.canvas)
        # Centred in the area that the axes leave free.
        self._empty.setContentsMargins(LEFT_WIDTH + GRID, 0, GRID, BOTTOM_HEIGHT)
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        stack = QGridLayout()
        stack.addWidget(self.canvas, 0, 0)
        stack.addWidget(self._empty, 0, 0)
        in_column(self.header, wide(stack), footer, on=self, apart=0)
        set_plot_background(self)
        self._cursor.setZValue(5)
        self._cursor.hide()
        self.canvas.addItem(self._cursor, ignoreBounds=True)

    def _connect(self) -> None:
        self.canvas.mouse_moved.connect(self._hover)
        self.canvas.cursor.move_over(self.stops)
        self.canvas.cursor.moved.connect(self._read_by_keys)
        self.canvas.focused.connect(self.summary.renew)
        self._speak_timer.timeout.connect(self._speak)
        self.canvas.getPlotItem().getViewBox().sigRangeChanged.connect(self.update_readout)
        self.canvas.double_clicked.connect(self.reset_zoom)
        self.canvas.menu_wanted.connect(self._show_menu)
        self.canvas.getPlotItem().getViewBox().sigRangeChangedManually.connect(self._zoomed_by_hand)
        self.canvas.moved_by_key.connect(self._zoomed_by_hand)
        notifier().changed.connect(self.apply_theme)
        copy = QKeySequence.StandardKey.Copy
        self._actions = [
            add_action(self, action, Within.WidgetWithChildrenShortcut)
            for action in (
                Action("Copy picture of plot", self.copy_picture, copy, icon="copy"),
                Action("Reset zoom", self.reset_zoom, "0", icon="zoom-reset"),
            )
        ]
        tell = Action("Summary in words", self.summary.tell, "Space")
        self._actions.append(add_action(self.canvas, tell, Within.WidgetShortcut))

    @Slot()
    def _zoomed_by_hand(self) -> None:
        self.zoomed, self._fitted = True, None

    @Slot(QPoint)
    def _show_menu(self, where: QPoint) -> None:
        self.menu().popup(where)

    def menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self._actions)
        return menu

    @Slot()
    def _hover(self) -> None:
        if self.canvas.under_mouse() is not None:
            self.canvas.cursor.leave()
        self.say("")

    @Slot()
    def _read_by_keys(self) -> None:
        """Shows the keys' cursor, moves a zoomed view along, and has a screen reader say the values."""
        x, view = self.canvas.cursor.x, self.canvas.getPlotItem().getViewBox()
        self._message = ""
        if x is not None:
            low, high = view.viewRange()[0]
            if not low <= x <= high:
                view.translateBy(x=x - (low + high) / 2)
            self._speak_timer.start()
        self.update_readout()

    @Slot()
    def _speak(self) -> None:
        if self.canvas.cursor.x is not None:
            announce(self.canvas, self._reading)

    @Slot(object)
    def apply_theme(self, colours: Theme) -> None:
        """Applies the theme; a subclass calls it after creating its items."""
        self.canvas.setBackground(colours.plot_background)
        self.canvas.axis("left").apply_theme(colours, self._titles["left"])
        self.canvas.axis("bottom").apply_theme(colours, "")
        self._cursor.setPen(cursor_pen(colours))
        self.readout.setFont(tabular_font(SMALL))
        self.recolour(colours)
