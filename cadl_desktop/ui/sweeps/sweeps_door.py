"""Sweeps in a window: the panel that sets one up, and the sweep that the page of trainings shows.

The panel is imported when it is first asked for.
"""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QToolButton, QWidget

from cadl_desktop.sentences import shown
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.ui.comparing.comparing_door import Comparing
from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.number_text import grouped
from cadl_desktop.ui.designer.card_frame import CardFrame
from cadl_desktop.ui.frame.door import Dock, Door, MenuEntry
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.panels.panels_door import SidePanel
from cadl_desktop.ui.settings.recent_paths import existing_folders, last_folder
from cadl_desktop.ui.settings.settings_table import SWEEP_FOLDERS
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID

if TYPE_CHECKING:
    from cadl_desktop.session.comparing.sweep_comparison import SweepComparison
    from cadl_desktop.session.sweeps.setup import SweepSetup
    from cadl_desktop.ui.sweeps.setup.marks import Marks
    from cadl_desktop.ui.sweeps.setup.panel import SetupPanel

FIND_MS = 1500
"""Delay after which sweeps that earlier windows left running are looked for."""
_WIDTH, _SHARE = 40 * GRID, 60
"""Width of the panel of a new sweep at first, and its share of the height, in per cent, beside the cost."""
_MARKER_HEIGHT = 2 * GRID
"""Height of the status line's text; a taller marker would move everything above it."""


class Sweeps(QObject):
    """Sets up sweeps, begins and opens them. The window follows one sweep at a time; others go on without
    it. `marker` is the button in the status line while a sweep runs that isn't seen."""

    def __init__(self, frame: Frame, comparing: Comparing, side: SidePanel, card: CardFrame) -> None:
        super().__init__(frame.window)
        self._frame, self._comparing, self._side, self._card = frame, comparing, side, card
        self.panel: SetupPanel | None = None
        self.marks: Marks | None = None
        self._comparison: SweepComparison | None = None
        self._shows_next = self._ran = False
        self.marker = QToolButton(autoRaise=True)
        self.marker.setFixedHeight(_MARKER_HEIGHT)
        self.marker.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        set_icon(self.marker, "sweep", "accent")
        self.marker.clicked.connect(self.show)
        self.marker.hide()
        frame.window.statusBar().addPermanentWidget(self.marker)
        panel = Dock(
            "sweep",
            "New sweep",
            self._make_panel,
            width=_WIDTH,
            lent=_SHARE,
            manual="sweeps.md#in-the-window",
        )
        text = "Trains this experiment many times, with several values of some settings (F7)."
        sweep = Action("Sweep…", self.set_up, "F7", text, "sweep")
        text = "Shows a sweep that was made earlier, or elsewhere."
        open_ = Action("Open a sweep's folder…", self.choose_folder, tip=text)
        entries = MenuEntry("sweep", sweep, "run", 2), MenuEntry("open_sweep", open_, "run", 2)
        self.door = Door(entries=entries, docks=(panel,), on_shown=self._look_for_running)

    @property
    def comparison(self) -> "SweepComparison":
        """Trials of the sweep that the window follows, created for the first one."""
        if self._comparison is None:
            from cadl_desktop.session.comparing.sweep_comparison import SweepComparison

            made = self._comparison = SweepComparison(self._frame.session, self)
            self._comparing.follow(made)
            made.replaced.connect(self._follow_opened)
            made.changed.connect(self._follow_news)
            self._frame.pages.currentChanged.connect(self._show_marker)
        return self._comparison

    @cached_property
    def setup(self) -> "SweepSetup":
        from cadl_desktop.session.sweeps.setup import SweepSetup

        return SweepSetup(self._frame.session, self)

    @property
    def is_shown(self) -> bool:
        """Whether the page shows the sweep."""
        comparing = self._comparing
        return comparing.page.is_shown and comparing.sets.shown is self._comparison

    @Slot()
    def show(self) -> None:
        """Shows the sweep's trials on the page."""
        self._comparing.show(self.comparison)

    def _look_for_running(self) -> None:
        """Called when the window is on screen."""
        if SWEEP_FOLDERS.get():
            QTimer.singleShot(FIND_MS, self, self.find_again)

    @Slot()
    def find_again(self) -> None:
        """Looks at a sweep that an earlier window has left running; rather at one that still runs."""
        folders = existing_folders(SWEEP_FOLDERS.get())
        SWEEP_FOLDERS.set([str(path) for path in folders])
        if folders and self._comparison is None:
            self.comparison.open(min(folders, key=lambda path: not SweepFolder(path).has_owner))

    def _make_panel(self, dock: QWidget) -> QWidget:
        from cadl_desktop.ui.sweeps.setup.marks import Marks
        from cadl_desktop.ui.sweeps.setup.panel import SetupPanel

        document = self._frame.session.document
        self.marks = Marks(self.setup, self._form_fields, self)
        self._card.opened.connect(self.marks.show)
        panel = self.panel = SetupPanel(self.setup, dock)
        panel.put_beside(document.path)
        document.path_changed.connect(panel.put_beside)
        panel.begin_wanted.connect(self._begin)
        panel.against_wanted.connect(lambda: self._frame.actions["against"].trigger())
        return panel

    def _form_fields(self) -> Mapping[str, QWidget]:
        """Controls of the panels and of the open card, by their settings' paths."""
        found: dict[str, QWidget] = {}
        for panel in (self._side.data, self._side.encoding, self._side.training):
            found |= panel.controls()
        card = self._card
        if card.head is not None:
            head = "output" if card.card is card.output else f"layers.{card.layer.index}"
            found |= {f"{head}.{name}": control for name, control in card.card.controls().items()}
        return found

    # Commands

    @Slot()
    def set_up(self) -> None:
        """Shows the panel beside the forms; Tab goes on in it."""
        self._frame.pages.show_work()
        self._frame.docks.open("sweep")
        if self.panel is not None:
            self.panel.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def choose_folder(self) -> None:
        folder = self.comparison.folder
        start = str(folder.path.parent) if folder else last_folder()
        found = file_dialogs.folder_to_open(self._frame.window, "Folder of a sweep", start)
        if found:
            self._shows_next = True
            self.comparison.open(Path(found))

    @Slot(object)
    def _begin(self, folder: Path) -> None:
        self._shows_next = True
        self.comparison.begin(self.setup.sweep, folder)

    # Following the sweep

    @Slot()
    def _follow_opened(self) -> None:
        self._comparing.sets.add(self.comparison)
        self._ran = self.comparison.is_running
        if self._shows_next:
            self._frame.docks["sweep"].close()
            self.show()
        else:
            self._announce_state()
        self._shows_next = False

    @Slot()
    def _follow_news(self) -> None:
        ran, self._ran = self._ran, self.comparison.is_running
        if ran and not self._ran and not self.is_shown:
            self._announce_state()
        folder = self.comparison.folder
        if folder is not None:
            # The next window looks for sweeps that run.
            known, path = SWEEP_FOLDERS.get(), str(folder.path)
            wanted = [path] * self._ran + [each for each in known if each != path]
            if wanted != known:
                SWEEP_FOLDERS.set(wanted)
        self._show_marker()

    def _announce_state(self) -> None:
        """Says whether the sweep runs, and has the page show it when that is opened next."""
        state = "is interrupted" if self.comparison.can_resume else "has ended"
        state = "goes on" if self.comparison.is_running else state
        if not self._comparing.page.is_shown:
            self._comparing.sets.show(self.comparison)
        name = shown(self.comparison.trainings.name)
        self._frame.messages.say("info", f"The sweep “{name}” {state}: Run ▸ Compare runs shows it.")

    @Slot()
    def _show_marker(self) -> None:
        """Shows how many trials are over, while the sweep runs and the page doesn't show it."""
        trainings = self.comparison.trainings
        wanted = f" of {grouped(trainings.wanted)}" if trainings.wanted else ""
        self.marker.setText(f"Sweep {grouped(trainings.over)}{wanted}")
        text = f"The sweep “{shown(trainings.name)}” goes on; shows its trials."
        describe(self.marker, self.marker.text(), text)
        self.marker.setVisible(self.comparison.is_running and not self.is_shown)
