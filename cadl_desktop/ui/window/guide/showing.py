"""Shows the controls that lessons speak of, and opens whatever hides them."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QScrollArea, QToolBar, QWidget

from cadl_desktop.ui.controls.section import Section
from cadl_desktop.ui.window.guide.parts import PARTS
from cadl_desktop.ui.window.whole import Whole

NAMED = {part.name: part.find for part in PARTS if part.name}
"""Where `control:NAME` in a lesson's text leads to, by its name."""


def show_control(window: Whole, name: str) -> QWidget | None:
    """Shows a control, opening whatever hides it, and gives it the keys; None where the
    experiment has none."""
    find = NAMED.get(name)
    control = find(window) if find else None
    if control is None:
        return None
    open_around(control)
    if not control.isVisible():
        return None
    target = control if control.focusPolicy() != Qt.FocusPolicy.NoFocus else _first_inside(control)
    target.setFocus(Qt.FocusReason.TabFocusReason)
    return control


def open_around(control: QWidget) -> None:
    """Opens whatever hides a control. Docks first: what is inside them has no place before they are shown."""
    around: list[QWidget] = [control]
    while (parent := around[-1].parentWidget()) is not None:
        around.append(parent)
    for part in reversed(around):
        if isinstance(part, QDockWidget | QToolBar) and part.isHidden():
            part.toggleViewAction().trigger()
        if isinstance(part, QDockWidget):
            part.raise_()
        if isinstance(part, Section):
            part.set_folded(False)
    for part in around[1:]:
        if isinstance(part, QScrollArea):
            if (inside := part.widget()) and (layout := inside.layout()):
                layout.activate()
            part.ensureWidgetVisible(control)


def _first_inside(control: QWidget) -> QWidget:
    """What in it can have the keys, or itself."""
    inside = control.findChildren(QWidget)
    takes = (part for part in inside if part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.isVisible())
    return next(takes, control)
