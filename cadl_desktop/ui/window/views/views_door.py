"""Door of the output and the cost plot, with their actions."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from cadl_desktop.session.views.followed_point import PointProbe
from cadl_desktop.ui.controls.action import Action, add_action
from cadl_desktop.ui.controls.topics import set_topic
from cadl_desktop.ui.frame.door import Dock, Door, Hideable, MenuEntry, Place
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.window.views.live_views import LiveViews

if TYPE_CHECKING:
    from cadl_desktop.ui.painting.painting_view import PaintingView


class ViewsDoor(QObject):
    """Offers the output for the middle of the window, the cost as a dock, and their actions."""

    def __init__(self, frame: Frame, views: LiveViews, point: PointProbe) -> None:
        super().__init__(frame.window)
        self._line, self._output, session = frame.messages.line, views.output, frame.session
        views.output.kind_shown.connect(self._place_readout)
        self._docks, self._cost = frame.docks, views.cost
        views.cost.measure_changed.connect(self._name_cost)
        cost = Dock(
            "cost",
            "Cost",
            lambda _: views.cost,
            Place.RIGHT,
            is_lazy=False,
            manual="output.md#the-cost-plot",
            has_content=lambda: session.status.live or session.result.history.newest_cost is not None,
        )
        set_topic(views.output, "output.md")
        self.door = Door(
            middle=(views.output,),
            docks=(cost,),
            entries=(*self._entries(views), MenuEntry("hold_point", _hold_action(frame, point), "view", 1)),
            hideables=tuple(self._hideables()),
            news=(views.output.kind_shown,),
        )

    def _hideables(self) -> Iterator[Hideable]:
        output = self._output

        def of_painting(name: str, find: "Callable[[PaintingView], QWidget]") -> Hideable:
            return Hideable(
                name,
                lambda: [find(output.painting)] if output.is_painting else [],
                is_wanted=lambda: output.painting.head.has_room_for(find(output.painting)),
            )

        yield of_painting("scores", lambda painting: painting.head.score)
        yield of_painting("scores", lambda painting: painting.head.pixels)
        yield of_painting("scores", lambda painting: painting.head.interpolation)
        yield Hideable("scores", lambda: [output.errors] if output.shown and not output.is_painting else [])
        yield of_painting("bytes", lambda painting: painting.bytes)
        yield of_painting("swipe", lambda painting: painting.comparison.switch)
        yield of_painting("zoom", lambda painting: painting.head.zoom)
        yield Hideable("swipe", list, self._is_swiped)
        yield Hideable("device", lambda: [self._line.device])

    def _is_swiped(self) -> bool:
        return self._output.is_painting and self._output.painting.comparison.switch.isChecked()

    def _entries(self, views: LiveViews) -> tuple[MenuEntry, ...]:
        switches = views.output.switches
        text = "Puts what the network makes now on the clipboard."
        copy_output = Action(
            "Copy painting or curve", views.output.copy_picture, "Ctrl+Shift+C", text, "copy"
        )
        text = "Puts the cost plot on the clipboard."
        copy_cost = Action("Copy cost plot", views.cost.copy_picture, "Ctrl+Alt+C", text, "copy")
        text = "Shows the whole picture and all plots again."
        reset_zoom = Action("Reset zoom", views.reset_zoom, "Ctrl+0", text, "zoom-reset")
        return (
            MenuEntry("copy_output", copy_output, "edit", 3),
            MenuEntry("copy_cost", copy_cost, "edit", 3),
            MenuEntry("reset_zoom", reset_zoom, "view"),
            MenuEntry("logarithmic", views.cost.log_axis, "view"),
            MenuEntry("psnr", views.cost.show_psnr, "view"),
            MenuEntry("painting_larger", switches.larger, "view", 1),
            MenuEntry("painting_outside", switches.outside, "view", 1),
        )

    @Slot()
    def _name_cost(self) -> None:
        """Names the dock of the cost by what is drawn there."""
        self._docks["cost"].setWindowTitle(self._cost.accessibleName())

    @Slot()
    def _place_readout(self) -> None:
        if self._output.is_painting:
            self._line.show_beside(self._output.painting.readout)


def _hold_action(frame: Frame, point: PointProbe) -> QAction:
    """Switch that holds the point under the mouse."""
    text = (
        "Holds the point under the mouse and what every neuron gives there while training continues, or "
        "lets it go (F8)."
    )
    switch = add_action(
        frame.window, Action("Pin the point under the mouse", point.hold, "F8", text, checked=False)
    )
    point.changed.connect(lambda: switch.setChecked(point.held))
    return switch
