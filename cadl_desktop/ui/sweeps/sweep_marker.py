"""A sign in the status line that a sweep goes on while nobody looks at it; a click shows its trials."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QToolButton

from cadl_desktop.sentences import shown
from cadl_desktop.session.sweeps.sweeping import Sweeping
from cadl_desktop.sweeps.records.sweep_status import trials_wanted
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.number_text import grouped
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID

_HEIGHT = 2 * GRID
"""As that of the words beside it: a line that grew would move all above it."""


class SweepMarker(QToolButton):
    """Says how many trials are over, as long as the sweep runs and `is_seen` is false."""

    def __init__(self, sweeping: Sweeping, is_seen: Callable[[], bool]) -> None:
        super().__init__()
        self._sweeping, self._is_seen = sweeping, is_seen
        self.setAutoRaise(True)
        self.setFixedHeight(_HEIGHT)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        set_icon(self, "sweep", "accent")
        sweeping.opened.connect(self.follow)
        sweeping.changed.connect(self.follow)
        self.follow()

    @Slot()
    def follow(self) -> None:
        """Also called when the page of the sweep comes or goes."""
        sweeping = self._sweeping
        sweep, folder = sweeping.sweep, sweeping.folder
        is_wanted = sweep is not None and folder is not None and sweeping.is_running and not self._is_seen()
        self.setVisible(is_wanted)
        if not is_wanted or sweep is None or folder is None:
            return
        wanted = trials_wanted(sweep)
        over = grouped(sweeping.standing.over)
        self.setText(f"Sweep {over} of {grouped(wanted)}" if wanted else f"Sweep {over}")
        describe(self, self.text(), f"The sweep “{shown(folder.path.name)}” goes on; shows its trials.")
