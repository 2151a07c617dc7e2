"""What every plot has: the theme's colours, zoom and its reset, a readout, copying, and an empty state."""

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

from cadl_desktop.ui.controls.action import Action, Within, add_action
from cadl_desktop.ui.controls.fitting_label import FittingLabel
from cadl_desktop.ui.controls.layouts import in_column, in_row, wide
from cadl_desktop.ui.controls.looks import hint_label, paper, small_label
from cadl_desktop.ui.controls.tips import set_handling
from cadl_desktop.ui.plots.axes import BOTTOM_HEIGHT, LEFT_WIDTH, Axis
from cadl_desktop.ui.plots.key import Key
from cadl_desktop.ui.theme.theme import GRID, SMALL, Theme, notifier, tabular_font, theme

Range = tuple[float, float]

_REST_MS = 10
"""Between two moves of the mouse that are told: some mice move a thousand times a second."""
_SCALES = {Qt.Key.Key_Plus: 0.8, Qt.Key.Key_Equal: 0.8, Qt.Key.Key_Minus: 1.25}
_MOVES = {
    Qt.Key.Key_Left: (-0.1, 0.0),
    Qt.Key.Key_Right: (0.1, 0.0),
    Qt.Key.Key_Up: (0.0, 0.1),
    Qt.Key.Key_Down: (0.0, -0.1),
}


def shade(colour: str, opacity: float) -> QColor:
    """One of the theme's colours, partly transparent."""
    found = QColor(colour)
    found.setAlphaF(opacity)
    return found


class PlotCanvas(pg.PlotWidget):  # type: ignore[misc]
    """pyqtgraph's plot without its menu and buttons; tells what the mouse does instead."""

    mouse_moved = Signal()
    double_clicked = Signal()
    menu_wanted = Signal(QPoint)
    moved_by_key = Signal()

    def __init__(self) -> None:
        super().__init__(enableMenu=False, axisItems={"left": Axis("left"), "bottom": Axis("bottom")})
        item = self.getPlotItem()
        self.destroyed.connect(item.ctrlMenu.deleteLater)  # it has no parent, and would outlive the plot
        item.hideButtons()
        item.disableAutoRange()
        item.showGrid(x=True, y=True, alpha=1.0)
        item.layout.setContentsMargins(GRID // 2, GRID // 2, GRID * 2, 0)
        for name in ("left", "bottom"):
            # Behind the curves, where pyqtgraph would lay its grid across them.
            self.axis(name).setZValue(-1000)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._mouse: QPointF | None = None
        self._told: QPointF | None = None
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._tell)
        self.scene().sigMouseMoved.connect(self._moved)

    def axis(self, name: str) -> Axis:
        found: Axis = self.getPlotItem().getAxis(name)
        return found

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Moves all items now: moved only as they are painted, they would be painted once more."""
        super().resizeEvent(event)
        self.scene().prepareForPaint()

    @Slot(object)
    def _moved(self, where: QPointF) -> None:
        self._mouse = where
        if not self._rest.isActive():
            self._tell()

    @Slot()
    def _tell(self) -> None:
        if self._mouse != self._told:
            self._told = self._mouse
            self._rest.start()
            self.mouse_moved.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Keeps from pyqtgraph moves without a button: by their shapes it would look for all items that lie
        there and want to know, and none does."""
        if event.buttons():
            super().mouseMoveEvent(event)
        else:
            self._moved(self.mapToScene(event.position().toPoint()))

    def under_mouse(self) -> QPointF | None:
        """The point of the plane under the mouse; None while it is elsewhere."""
        view = self.getPlotItem().getViewBox()
        if self._mouse is None or not view.sceneBoundingRect().contains(self._mouse):
            return None
        return QPointF(view.mapSceneToView(self._mouse))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, view = Qt.Key(event.key()), self.getPlotItem().getViewBox()
        if key in _SCALES:
            view.scaleBy((_SCALES[key], _SCALES[key]))
        elif key in _MOVES:
            (low, high), (bottom, top) = view.viewRange()
            across, along = _MOVES[key]
            view.translateBy((across * (high - low), along * (top - bottom)))
        else:
            super().keyPressEvent(event)
            return
        self.moved_by_key.emit()

    def viewportEvent(self, event: QEvent) -> bool:
        """Leaves the help to the axes: over a curve it would hide what is read there."""
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
        self._tell()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.double_clicked.emit()
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())
        event.accept()


class Plot(QWidget):
    """A key and a readout above a canvas. Subclasses draw, say their range, and read values out.

    Ranges never follow the data by themselves: `fit` sets them, unless a person has zoomed.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles = {"bottom": "", "left": ""}
        self.zoomed = False
        self._fitted: tuple[Range, Range] | None = None
        self.canvas, self.key = PlotCanvas(), Key()
        self.readout, self._below = FittingLabel(), small_label()
        self.header = in_row(wide(self.key), margins=(GRID, GRID // 2, GRID, 0))
        self._said = ""
        self._empty = hint_label()
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self._lay_out()
        self._connect()

    def hasHeightForWidth(self) -> bool:
        """Its empty state wraps, which would rule its height until there is something to see."""
        return False

    def rename(self, name: str, horizontal: str, vertical: str) -> None:
        """Names the plot for screen readers, and its axes (with their units) for everybody."""
        titles = {"bottom": horizontal, "left": vertical}
        if (self.accessibleName(), self._titles) == (name, titles):
            return  # all would be laid out anew
        self._titles = titles
        self.setAccessibleName(name)
        self.canvas.setAccessibleName(name)
        text = "Wheel to zoom, drag to move, double click to see everything again."
        set_handling(self.canvas, f"{name}. {text}")
        self._below.setText(horizontal)
        self.canvas.axis("left").wear(theme(), vertical)

    @property
    def empty_text(self) -> str:
        """What the empty state says; nothing once there is something to see."""
        return self._empty.text()

    def say_empty(self, text: str) -> None:
        """Shows what to do next in the middle of the plot; an empty text shows nothing."""
        if text == self._empty.text():
            return
        self._empty.setText(text)
        self._empty.setVisible(bool(text))
        for side in self._titles:
            # Numbers of nothing would only be noise.
            self.canvas.axis(side).setStyle(showValues=not text)
        self.canvas.getPlotItem().showGrid(x=not text, y=not text, alpha=1.0)

    def fit(self, horizontal: Range, vertical: Range) -> None:
        """Shows this part of the plane, unless a person is looking at another."""
        # Setting the same range again would draw everything again.
        if not self.zoomed and self._fitted != (horizontal, vertical):
            self._fitted = (horizontal, vertical)
            view = self.canvas.getPlotItem().getViewBox()
            view.setRange(xRange=horizontal, yRange=vertical, padding=0, disableAutoRange=True)

    def say(self, text: str) -> None:
        """Writes this in the place of what is under the mouse, until that moves; an empty text ends it."""
        self._said = text
        self.read_again()

    @Slot()
    def read_again(self) -> None:
        """Says what is under the mouse, where something else may be drawn by now."""
        where = self.canvas.under_mouse()
        text, mark = self.read_out(where) if where is not None else ("", None)
        self.readout.show_texts([self._said or text])
        self._cursor.setVisible(mark is not None)
        if mark is not None:
            self._cursor.setValue(mark)

    @Slot()
    def reset_zoom(self) -> None:
        """Back to everything there is."""
        self.zoomed = False
        self.fit(*self.whole_range())

    @Slot()
    def copy_picture(self) -> None:
        """The plot with its key, as it is on screen, to the clipboard."""
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

    def whole_range(self) -> tuple[Range, Range]:
        """The part of the plane to show when nobody has zoomed."""
        raise NotImplementedError

    def read_out(self, where: QPointF) -> tuple[str, float | None]:
        """What to say of this point, and the x to mark."""
        raise NotImplementedError

    def recolour(self, colours: Theme) -> None:
        """Gives every item of the plot its colour."""
        raise NotImplementedError

    def _lay_out(self) -> None:
        margins = (LEFT_WIDTH + GRID // 2, 0, GRID * 2, GRID // 2)
        footer = in_row(wide(self.readout), self._below, apart=0, margins=margins)
        # A text that comes and goes must not move the plot.
        self.readout.setMinimumSize(0, self._below.fontMetrics().height())
        self.readout.setAccessibleName("Value under the cursor")
        self.setFocusProxy(self.canvas)
        # In the middle of what the axes leave free.
        self._empty.setContentsMargins(LEFT_WIDTH + GRID, 0, GRID, BOTTOM_HEIGHT)
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        stack = QGridLayout()
        stack.addWidget(self.canvas, 0, 0)
        stack.addWidget(self._empty, 0, 0)
        in_column(self.header, wide(stack), footer, on=self, apart=0)
        paper(self)
        self._cursor.setZValue(5)
        self._cursor.hide()
        self.canvas.addItem(self._cursor, ignoreBounds=True)

    def _connect(self) -> None:
        self.canvas.mouse_moved.connect(self._hover)
        self.canvas.getPlotItem().getViewBox().sigRangeChanged.connect(self.read_again)
        self.canvas.double_clicked.connect(self.reset_zoom)
        self.canvas.menu_wanted.connect(self._show_menu)
        self.canvas.getPlotItem().getViewBox().sigRangeChangedManually.connect(self._zoomed_by_hand)
        self.canvas.moved_by_key.connect(self._zoomed_by_hand)
        notifier().changed.connect(self.wear)
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
    def wear(self, colours: Theme) -> None:
        """Takes on the theme's colours; a subclass calls it once it has made its items."""
        self.canvas.setBackground(colours.plot_background)
        self.canvas.axis("left").wear(colours, self._titles["left"])
        self.canvas.axis("bottom").wear(colours, "")
        self._cursor.setPen(pg.mkPen(colours.muted, width=1, style=Qt.PenStyle.DotLine))
        self.readout.setFont(tabular_font(SMALL))
        self.recolour(colours)
