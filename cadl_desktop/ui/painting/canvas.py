"""What the canvas is made of: one large picture, the others beside it, and tools on it."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QMenu, QWidget

from cadl_desktop.ui.controls.action import Action, Within, add_action
from cadl_desktop.ui.controls.fields import ProblemLine, order_tabs
from cadl_desktop.ui.controls.fitting_label import FittingLabel
from cadl_desktop.ui.controls.layouts import in_column, in_row, scrolled, wide
from cadl_desktop.ui.controls.looks import paper, toggle
from cadl_desktop.ui.controls.tips import set_handling
from cadl_desktop.ui.painting.canvas_head import CanvasHead
from cadl_desktop.ui.painting.comparison import Comparison
from cadl_desktop.ui.painting.images import Pixels
from cadl_desktop.ui.painting.painting_switches import PaintingSwitches
from cadl_desktop.ui.painting.pane import Pane
from cadl_desktop.ui.painting.stage import Stage
from cadl_desktop.ui.painting.view import View
from cadl_desktop.ui.theme.theme import GRID

_AROUND = 2.0
_TOOLS = 9 * GRID
"""How wide the strip of tools is."""


class Canvas(QWidget):
    """Whoever fills its panes connects to them; all three are zoomed and moved as one. `readout` is shown by
    whoever has room for it beside the canvas: a line below would be taken from the picture."""

    look_changed = Signal()

    def __init__(
        self, parent: QWidget | None, switches: PaintingSwitches | None, sign: QWidget | None
    ) -> None:
        super().__init__(parent)
        switches = switches or PaintingSwitches(self)
        self.larger, self.outside = switches.larger, switches.outside
        self.view = View(self)
        self._make_panes()
        text = "Shows the target where it was seen, and the painting only where it was hidden."
        self.composite = toggle("Composite", text)
        self.composite.hide()
        self.head = CanvasHead(self.view, sign, (self.comparison.switch, self.composite), self)
        self.readout, self.how, self.problem = FittingLabel(self), self.head.how, ProblemLine()
        self.readout.setAccessibleName("Value under the cursor")
        self.readout.hide()
        self.setAccessibleName("Painting")
        self._lay_out()
        self._order_tabs()
        self._connect()

    def compare_with(self, picture: Pixels | None, name: str = "") -> None:
        """Lays another painting of the same picture, (height, width, 3), under the divider, and shows it;
        None goes back to the target."""
        self.comparison.compare_with(picture, name)

    def show_beside(self, widget: QWidget, on: bool) -> None:
        """Shows a widget to the right of the pictures, or hides it."""
        if widget.parentWidget() is not self:
            self._body.addWidget(widget, 2)
        widget.setVisible(on)

    def show_tools(self, tools: QWidget, controls: Sequence[QWidget]) -> None:
        """Puts what draws on the target at the left of the canvas; its controls in the order of Tab."""
        in_column(wide(scrolled(tools)), on=self.tools)
        self._order_tabs(controls)
        self.tools.show()

    @Slot()
    def reset_zoom(self) -> None:
        self.view.reset()

    @Slot(bool)
    def show_outside(self, on: bool = True) -> None:
        """Shows twice the picture's frame around it, or the whole picture again."""
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
        """Of the target, of the painting, and of the error."""
        return self.target, self.painting, self.error

    def _make_panes(self) -> None:
        self.target = self._pane("Target", "Choose a picture under Data.")
        self.painting = self._pane("Painting", "The network will paint here.")
        self.error = self._pane("Error", "Where the painting differs will show here.")
        self.stage = Stage([self.painting, self.target, self.error], self)
        self.comparison = Comparison(self.painting, self.target.accessibleName(), self.view)

    def _pane(self, name: str, empty: str) -> Pane:
        pane = Pane(self.view, name, empty, self)
        text = (
            f"{name}. Small, a click makes it large. Large, wheel to zoom, out as well as in, drag to move, "
            "double click to see it whole again."
        )
        set_handling(pane, text)
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
        paper(self)

    def _order_tabs(self, tools: Sequence[QWidget] = ()) -> None:
        zoom = self.head.zoom
        above = self.comparison.switch, self.composite, zoom.out, zoom.closer, zoom.fit
        pictures = self.painting, self.comparison.swipe.handle, self.target, self.error
        order_tabs([*above, *tools, *pictures])

    def _connect(self) -> None:
        self.view.changed.connect(self.look_changed)
        self.stage.arranged.connect(self.look_changed)
        self.comparison.wanted.connect(self._bring_painting)

    @Slot()
    def _bring_painting(self) -> None:
        self.stage.bring(self.painting)

    def add_actions(self) -> None:
        """Of the view; called when those that come before them are there."""
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
        self.addActions([self.larger, self.outside])

    @Slot()
    def _swap_target(self) -> None:
        self._swap(self.target)

    @Slot()
    def _swap_error(self) -> None:
        self._swap(self.error)

    def _swap(self, pane: Pane) -> None:
        """Makes it large, or the painting where it is large already."""
        self.stage.bring(self.painting if self.stage.main is pane else pane)

    @Slot(object)
    def _show_menu(self, where: QPoint) -> None:
        self.menu().popup(where)
