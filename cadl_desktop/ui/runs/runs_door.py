"""The dock of runs."""

from cadl_desktop.session.session import Session
from cadl_desktop.ui.frame.door import Dock, Door
from cadl_desktop.ui.runs.panel import RunsPanel


def runs_door(session: Session, panel: RunsPanel) -> Door:
    """Door of the dock, which appears once there is another run than the shown one: when the first ends,
    nothing moves."""
    runs = Dock(
        "runs", "Runs", lambda _: panel, is_lazy=False, has_content=lambda: bool(session.runs.others())
    )
    return Door(docks=(runs,))
