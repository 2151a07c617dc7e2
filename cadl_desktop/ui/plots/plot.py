"""Base of all plots: theme colours, zoom, readout, copying, and an empty state."""

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QGridLayout, QMenu, QToolTip, QWidget

from cadl_desktop.data.curves.columns import MOST_LETTERS, forms_of
from cadl_desktop.ui.controls.action import Action, Within, add_action
from cadl_desktop.ui.controls.layouts import in_column, in_row, wide
from cadl_desktop.ui.controls.looks import (
    FittingLabel,
    hint_label,
    set_plot_background,
    set_usage_tip,
    wrapped,
)
from cadl_desktop.ui.plots.axes import BOTTOM_HEIGHT, LEFT_WIDTH, Axis
from cadl_desktop.ui.plots.key import Key
from cadl_desktop.ui.theme.theme import GRID, SMALL, Theme, notifier, tabular_font, theme

Range = tuple[float, float]

_REST_MS = 10
"""Least time between two reported mouse moves; some mice send a thousand per second."""
_SCALES = {Qt.Key.Key_Plus: 0.8, Qt.Key.Key_Equal: 0.8, Qt.Key.Key_Minus: 1.25}
DIRECTIONS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
"""Ways right and up of the arrow keys."""
_MOVE = 0.1
"""Share of the visible range by which an arrow key moves it."""


def shade(colour: str, opacity: float) -> QColor:
    found = QColor(colour)
    found.setAlphaF(opacity)
    return found


class PlotCanvas(pg.PlotWidget):  # type: ignore[misc]
    """pyqtgraph plot without its menu and buttons, which reports mouse and keys by signals."""

    mouse_moved = Signal()
    double_clicked = Signal()
    menu_wanted = Signal(QPoint)
    moved_by_key = Signal()

    def __init__(self) -> None:
        super().__init__(enableMenu=False, axisItems={"left": Axis("left"), "bottom": Axis("bottom")})
        item = self.getPlotItem()
        self.destroyed.connect(item.ctrlMenu.deleteLater)  # it has no parent and would outlive the plot
        item.hideButtons()
        item.disableAutoRange()
        item.showGrid(x=True, y=True, alpha=1.0)
        item.layout.setContentsMargins(GRID // 2, GRID // 2, GRID * 2, 0)
        for name in ("left", "bottom"):
            # Behind the curves; pyqtgraph would draw its grid over them.
            self.axis(name).setZValue(-1000)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._mouse: QPointF | None = None
        self._reported: QPointF | None = None
        self._move_timer = QTimer(self, singleShot=True, interval=_REST_MS)
        self._move_timer.timeout.connect(self._report_move)
        self.scene().sigMouseMoved.connect(self._moved)

    def axis(self, name: str) -> Axis:
        found: Axis = self.getPlotItem().getAxis(name)
        return found

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Moves all items now; moved while being painted, they would be painted twice."""
        super().resizeEvent(event)
        self.scene().prepareForPaint()

    @Slot(object)
    def _moved(self, where: QPointF) -> None:
        self._mouse = where
        if not self._move_timer.isActive():
            self._report_move()

    @Slot()
    def _report_move(self) -> None:
        if self._mouse != self._reported:
            self._reported = self._mouse
            self._move_timer.start()
            self.mouse_moved.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Keeps moves without a button from pyqtgraph, which would search all items under the mouse by their
        shapes, in vain."""
        if event.buttons():
            super().mouseMoveEvent(event)
        else:
            self._moved(self.mapToScene(event.position().toPoint()))

    def under_mouse(self) -> QPointF | None:
        """Point of the plane under the mouse; None while it is elsewhere."""
        view = self.getPlotItem().getViewBox()
        if self._mouse is None or not view.sceneBoundingRect().contains(self._mouse):
            return None
        return QPointF(view.mapSceneToView(self._mouse))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, view = Qt.Key(event.key()), self.getPlotItem().getViewBox()
        if key in _SCALES:
            view.scaleBy((_SCALES[key], _SCALES[key]))
        elif key in DIRECTIONS:
            (low, high), (bottom, top) = view.viewRange()
            right, up = DIRECTIONS[key]
            view.translateBy((_MOVE * right * (high - low), _MOVE * up * (top - bottom)))
        else:
            super().keyPressEvent(event)
            return
        self.moved_by_key.emit()

    def viewportEvent(self, event: QEvent) -> bool:
        """Shows tooltips over the axes only; over a curve they would hide the readout."""
        if isinstance(event, QHelpEvent):
            view = self.getPlotItem().getViewBox()
            if view.sceneBoundingRect().contains(self.mapToScene(event.pos())):
                QToolTip.hideText()
                return True
        shown: bool = super().viewportEvent(event)
        return shown

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._mouse = None
        self._report_move()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.double_clicked.emit()
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())
        event.accept()


class Plot(QWidget):
    """Key and readout above a canvas. Subclasses draw, state their range, and read values out.

    Ranges never follow the data by themselves: `fit` sets them unless the user has zoomed.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles = {"bottom": "", "left": ""}
        self.zoomed = False
        self._fitted: tuple[Range, Range] | None = None
        self.canvas, self.key = PlotCanvas(), Key()
        self.readout, self._below = FittingLabel(), FittingLabel()
        self._below.setTextFormat(Qt.TextFormat.PlainText)
        self.header = in_row(wide(self.key), margins=(GRID, GRID // 2, GRID, 0))
        self._message = ""
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
        text = "Wheel to zoom, drag to move, double click to see everything again."
        set_usage_tip(self.canvas, f"{name}. {text}")
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
        """Reads again what is under the mouse, where other data may be drawn now."""
        where = self.canvas.under_mouse()
        text, mark = self.readout_at(where) if where is not None else ("", None)
        self.readout.show_texts([self._message or text])
        self._cursor.setVisible(mark is not None)
        if mark is not None:
            self._cursor.setValue(mark)

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
                Action("Reset zoom", self.reset_zoom, "Home", icon="zoom-reset"),
            )
        ]

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
        self.say("")

    @Slot(object)
    def apply_theme(self, colours: Theme) -> None:
        """Applies the theme; a subclass calls it after creating its items."""
        self.canvas.setBackground(colours.plot_background)
        self.canvas.axis("left").apply_theme(colours, self._titles["left"])
        self.canvas.axis("bottom").apply_theme(colours, "")
        self._cursor.setPen(pg.mkPen(colours.muted, width=1, style=Qt.PenStyle.DotLine))
        self.readout.setFont(tabular_font(SMALL))
        self.recolour(colours)
