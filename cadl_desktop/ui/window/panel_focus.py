"""Keyboard focus from panel to panel (F6): panels of settings, docks, parts of the middle, and bars."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QToolBar, QWidget

from cadl_desktop.ui.controls.fields import tab_stops
from cadl_desktop.ui.controls.layouts import scroll_to_focus
from cadl_desktop.ui.controls.section import Section
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.panels.panel import Panel

_DIRECT = Qt.FindChildOption.FindDirectChildrenOnly


def focus_panel(frame: Frame, step: int) -> None:
    """Focuses the next panel, or the one before where `step` is -1: the control that had the focus there
    last, or the first one; the heading of a folded section."""
    found = [(panel, _controls(frame, panel)) for panel in _panels(frame)]
    reached = [(panel, controls) for panel, controls in found if controls]
    if not reached:
        return
    focused = QApplication.focusWidget()
    holders = [place for place, (panel, _) in enumerate(reached) if focused and panel.isAncestorOf(focused)]
    here = holders[0] if holders else min(-step, 0)
    panel, controls = reached[(here + step) % len(reached)]
    last, inside = panel.focusWidget(), panel.content if isinstance(panel, Section) else panel
    first = next((control for control in controls if inside.isAncestorOf(control)), controls[0])
    control = last if last in controls else first
    control.window().activateWindow()  # another one where a dock floats
    control.setFocus(Qt.FocusReason.TabFocusReason)
    scroll_to_focus()


def _panels(frame: Frame) -> list[QWidget]:
    """From left to right and from top to bottom, and bars last. The column of settings has several, with
    their headings, and of the middle network and canvas are two."""
    panels: list[QWidget] = []
    for dock in frame.docks:
        sections = dock.findChildren(Section)
        panels += [each for each in sections if isinstance(each.content, Panel)] or [dock]
    middle = frame.window.centralWidget()
    assert middle is not None
    panels += middle.findChildren(QWidget, options=_DIRECT)
    if frame.pages.shown is None:
        panels.remove(frame.pages)
        panels += frame.work.findChildren(QWidget, options=_DIRECT)
    bars = frame.window.findChildren(QToolBar, options=_DIRECT)
    return [*sorted(panels, key=_place), *sorted(bars, key=lambda bar: -bar.y())]


def _place(panel: QWidget) -> tuple[int, int]:
    corner = panel.mapToGlobal(QPoint(0, 0))
    return corner.x(), corner.y()


def _controls(frame: Frame, panel: QWidget) -> list[QWidget]:
    """The panel's controls in tab order; none of a dock behind another one's tab."""
    if not panel.isVisible() or frame.docks.is_behind(panel):
        return []
    return [control for control in tab_stops(panel.window()) if panel.isAncestorOf(control)]
