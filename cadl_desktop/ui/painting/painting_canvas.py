"""Canvas of a painted picture: one large pane, the others small beside it, and a strip of tools."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from cadl_desktop.ui.controls.action import Action, Within, add_action
from cadl_desktop.ui.controls.fields import ProblemLine, order_tabs
from cadl_desktop.ui.controls.layouts import in_column, in_row, scrolled, wide
from cadl_desktop.ui.controls.looks import FittingLabel, set_plot_background, set_usage_tip, toggle
from cadl_desktop.ui.painting.canvas_head import CanvasHead
from cadl_desktop.ui.painting.images import Pixels
from cadl_desktop.ui.painting.painting_switches import PaintingSwitches
from cadl_desktop.ui.painting.pane import LEAST_SIDE, Pane, name_height
from cadl_desktop.ui.painting.swipe import Comparison
from cadl_desktop.ui.painting.view import View
from cadl_desktop.ui.theme.theme import GRID

UNPAINTED = "The network will paint here."
_AROUND = 2.0
"""Side of the view that shows the surroundings, as a multiple of the picture's."""
_TOOLS = 9 * GRID
"""Width of the strip of tools."""
_SMALL_SHARE = 0.1
"""Share of the width, or of the height, for the small panes; more where room would stay empty."""
_LEAST_THUMBNAIL, _MOST_THUMBNAIL = 8 * GRID, 24 * GRID


class PaintingCanvas(QWidget):
    """Panes of target, painting and error, zoomed and moved together.

    Subclasses fill the panes. `readout` is displayed elsewhere by the window: a line below would take height
    from the picture.
    """

    look_changed = Signal()

    def __init__(
        self, parent: QWidget | None, switches: PaintingSwitches | None, sign: QWidget | None
    ) -> None:
        super().__init__(parent)
        switches = switches or PaintingSwitches(self)
        self.larger, self.outside, self._bytes = switches.larger, switches.outside, switches.bytes
        self.view = View(self)
        self._make_panes()
        text = "Shows the target where it was seen, and the painting only where it was hidden."
        self.composite = toggle("Composite", text)
        self.composite.hide()
        self.bytes = QToolButton()
        self.bytes.setProperty("toggle", True)
        self.bytes.setDefaultAction(self._bytes)
        self.bytes.setAccessibleName("File size beside JPEG and WebP")
        beside = self.comparison.switch, self.composite
        self.head = CanvasHead(self.view, sign, self.bytes, beside, self)
        self.interpolation = self.head.interpolation
        self.readout, self.problem = FittingLabel(self), ProblemLine()
        self.readout.setAccessibleName("Value under the cursor")
        self.readout.hide()
        self.setAccessibleName("Painting")
        self._lay_out()
        self._order_tabs()
        self.view.changed.connect(self.look_changed)
        self.stage.main_changed.connect(self.look_changed)
        self.comparison.wanted.connect(self.show_main_painting)
        self.composite.clicked.connect(self.show_main_painting)

    def compare_with(self, picture: Pixels | None, name: str = "") -> None:
        """Shows another painting of the same picture, (height, width, 3), under the divider; None returns to
        the target."""
        self.comparison.compare_with(picture, name)

    def show_beside(self, widget: QWidget, on: bool) -> None:
        """Shows a widget to the right of the pictures, or hides it."""
        if widget.parentWidget() is not self:
            self._body.addWidget(widget, 2)
        widget.setVisible(on)

    def show_tools(self, tools: QWidget, controls: Sequence[QWidget]) -> None:
        """Places drawing tools at the left of the canvas; `controls` are theirs in tab order."""
        in_column(wide(scrolled(tools)), on=self.tools)
        self._order_tabs(controls)
        self.tools.show()

    @Slot()
    def reset_zoom(self) -> None:
        self.view.reset()

    @Slot(bool)
    def show_outside(self, on: bool = True) -> None:
        """Shows the surroundings, at twice the picture's width and height, or the picture alone."""
        self.view.show_around(_AROUND if on else 1.0)

    @Slot()
    def _check_outside(self) -> None:
        self.outside.setChecked(self.view.is_around(_AROUND))

    def menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self.actions())
        return menu

    def panes(self) -> tuple[Pane, Pane, Pane]:
        """Panes of the target, the painting and the error."""
        return self.target, self.painting, self.error

    def _make_panes(self) -> None:
        self.target = self._pane("Target", "Choose a picture under Data.")
        self.painting = self._pane("Painting", UNPAINTED)
        self.error = self._pane("Error", "Where the painting differs will show here.")
        self.stage = Stage([self.painting, self.target, self.error], self)
        self.comparison = Comparison(self.painting, self.target.accessibleName(), self.view)

    def _pane(self, name: str, hint: str) -> Pane:
        pane = Pane(self.view, name, hint, self)
        text = (
            f"{name}. Small, a click makes it large. Large, wheel to zoom, out as well as in, drag to move, "
            "double click to see it whole again."
        )
        set_usage_tip(pane, text)
        pane.resized.connect(self.look_changed)
        pane.menu_wanted.connect(self._show_menu)
        return pane

    def _lay_out(self) -> None:
        self.tools = QWidget()
        self.tools.setFixedWidth(_TOOLS)
        self.tools.hide()
        self._body = in_row(self.tools, wide(self.stage, 5), apart=GRID, margins=(GRID, 0, GRID, GRID))
        problem = in_row(wide(self.problem), margins=(GRID, 0, GRID, 0))
        in_column(self.head, wide(self._body), problem, on=self, apart=0)
        set_plot_background(self)

    def _order_tabs(self, tools: Sequence[QWidget] = ()) -> None:
        amplifier, zoom = self.head.amplifier, self.head.zoom
        switches = amplifier, self.bytes, self.comparison.switch, self.composite
        above = *switches, zoom.out, zoom.closer, zoom.fit
        pictures = self.painting, self.comparison.swipe.handle, self.target, self.error
        order_tabs([*above, *tools, *pictures])

    @Slot()
    def show_main_painting(self) -> None:
        """Makes the painting the large picture."""
        self.stage.make_large(self.painting)

    def add_actions(self) -> None:
        """Adds the view's actions; subclasses call it after adding those that come first."""
        for action in (
            Action("Target or painting", self._swap_target, "T"),
            Action("Error or painting", self._swap_error, "E"),
            Action("Swipe", self.comparison.switch.click, "S"),
            Action("Reset zoom", self.reset_zoom, "Home", icon="zoom-reset"),
        ):
            add_action(self, action, Within.WidgetWithChildrenShortcut)
        self.larger.toggled.connect(self.look_changed)
        self.outside.triggered.connect(self.show_outside)
        self.view.changed.connect(self._check_outside)
        self.addActions([self._bytes, self.larger, self.outside])

    @Slot()
    def _swap_target(self) -> None:
        self._swap(self.target)

    @Slot()
    def _swap_error(self) -> None:
        self._swap(self.error)

    def _swap(self, pane: Pane) -> None:
        """Makes a pane large, or the painting if the pane is large already."""
        self.stage.make_large(self.painting if self.stage.main is pane else pane)

    @Slot(object)
    def _show_menu(self, where: QPoint) -> None:
        self.menu().popup(where)


class Stage(QWidget):
    """Layout of the panes that leaves the large one largest: small ones in a column or a row. The first pane
    is large; a chosen small one changes places with it."""

    main_changed = Signal()
    """Another pane became large."""

    def __init__(self, panes: Sequence[Pane], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panes = list(panes)
        self._shape = (1, 1)
        for pane in panes:
            pane.setParent(self)
            pane.chosen.connect(self._take_chosen)
        self._arrange()

    @property
    def main(self) -> Pane:
        """Large pane."""
        return self._panes[0]

    def make_large(self, pane: Pane) -> None:
        """Makes a pane large; the large one takes its place."""
        if pane is self.main:
            return
        place = self._panes.index(pane)
        self._panes[0], self._panes[place] = pane, self.main
        self._arrange()
        self.main_changed.emit()

    def set_picture_shape(self, height: int, width: int) -> None:
        self._shape = (height, width)
        self._arrange()

    def sizeHint(self) -> QSize:
        return QSize(480, 320)

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST_THUMBNAIL + 8 * LEAST_SIDE, 2 * (_LEAST_THUMBNAIL + name_height()) + GRID)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    @Slot()
    def _take_chosen(self) -> None:
        pane = self.sender()
        if isinstance(pane, Pane):
            self.make_large(pane)

    def _arrange(self) -> None:
        main, *others = self._panes
        room = self.rect()
        beside, below = self._beside(room, len(others)), self._below(room, len(others))
        places = max((beside, below), key=lambda places: _scale(places[0], self._shape))
        main.set_small(False)
        for pane in others:
            pane.set_small(True)
            pane.raise_()
        for pane, place in zip(self._panes, places, strict=True):
            pane.setGeometry(place)

    def _beside(self, room: QRect, count: int) -> list[QRect]:
        """Large pane at the left, small ones in a column at the right."""
        height, width = self._shape
        free = round(room.width() - 2 * GRID - room.height() * width / height)
        highest = (room.height() - (count - 1) * GRID) // count - name_height()
        wanted = max(round(_SMALL_SHARE * room.width()), free // 2)
        side = max(min(wanted, _MOST_THUMBNAIL, round(highest * width / height)), _LEAST_THUMBNAIL)
        each = min(round(side * height / width), highest) + name_height()
        left = room.width() - side
        places = [QRect(left, place * (each + GRID), side, each) for place in range(count)]
        return [QRect(0, 0, left - GRID, room.height()), *places]

    def _below(self, room: QRect, count: int) -> list[QRect]:
        """Large pane at the top, small ones in a row at the bottom."""
        height, width = self._shape
        across = (room.width() - (count - 1) * 2 * GRID) // count
        free = round(room.height() - GRID - room.width() * height / width)
        side = min(
            max(round(_SMALL_SHARE * room.height()), _LEAST_THUMBNAIL, free // 2),
            _MOST_THUMBNAIL,
            round(across * height / width),
        )
        each = side + name_height()
        top = room.height() - each
        across = min(across, round(side * width / height))
        places = [QRect(place * (across + 2 * GRID), top, across, each) for place in range(count)]
        return [QRect(0, 0, room.width(), top - GRID), *places]


def _scale(room: QRect, shape: tuple[int, int]) -> float:
    """Largest scale at which a picture of this shape fits into `room`."""
    return min(room.height() / shape[0], room.width() / shape[1])
