"""Sweeps in this window: the panel that sets one up, and the page that shows one.

What they are made of is imported when they are first asked for.
"""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QWidget

from cadl_desktop.sentences import shown
from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.controls.action import Action, add_action
from cadl_desktop.ui.designer.card_frame import CardFrame
from cadl_desktop.ui.frame.door import Dock, Door, MenuEntry
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.frame.pages import Page
from cadl_desktop.ui.panels.panels_door import SidePanel
from cadl_desktop.ui.settings.recent_paths import existing_folders, last_folder
from cadl_desktop.ui.settings.settings_table import SWEEP_FOLDERS
from cadl_desktop.ui.theme.event_loop import NEXT_ITERATION_MS
from cadl_desktop.ui.theme.theme import GRID

if TYPE_CHECKING:
    from cadl_desktop.session.sweeps.chosen_trial import Adoptions
    from cadl_desktop.session.sweeps.setup import SweepSetup
    from cadl_desktop.session.sweeps.sweeping import Sweeping
    from cadl_desktop.ui.sweeps.page import SweepPage
    from cadl_desktop.ui.sweeps.setup.marks import Marks
    from cadl_desktop.ui.sweeps.setup.panel import SetupPanel
    from cadl_desktop.ui.sweeps.sweep_marker import SweepMarker

FIND_MS = 1500
"""What earlier windows left running is looked for when this one has come to rest."""
_WIDTH, _TIMES = 40 * GRID, 4
"""What the panel of a new sweep takes at first, and how many times the cost's height."""


class Sweeps(QObject):
    """One sweep is looked at at a time; others go on unseen."""

    def __init__(self, frame: Frame, side: SidePanel, card: CardFrame) -> None:
        super().__init__(frame.window)
        self._frame, self._side, self._card = frame, side, card
        self._sweeping: Sweeping | None = None
        self._setup: SweepSetup | None = None
        self.panel: SetupPanel | None = None
        self.page: SweepPage | None = None
        self.trials = Page(self._make_page, of_studio=True)
        self.marks: Marks | None = None
        self.marker: SweepMarker | None = None
        self._shows_next = self._ran = False
        self._left: Path | None = None
        self._find = QTimer(self, singleShot=True, interval=FIND_MS)
        self._find.timeout.connect(self.find_again)
        frame.about_to_close.connect(self._end)
        panel = Dock("sweep", "New sweep", self._make_panel, width=_WIDTH, lent=_TIMES)
        self.door = Door(
            entries=self._entries(),
            docks=(panel,),
            pages=(self.trials,),
            on_shown=self._look_for_running,
        )

    def _entries(self) -> tuple[MenuEntry, ...]:
        text = "Trains this experiment many times, with several values of some settings (F7)."
        sweep = Action("Sweep…", self.set_up, "F7", text, "sweep")
        text = "Shows what the trials of a sweep make, while they train and afterwards."
        switch = add_action(
            self._frame.window,
            Action("Trials of the sweep", self.trials.toggle, "Shift+F7", text, checked=False),
        )
        self.trials.shown.connect(switch.setChecked)
        text = "Shows a sweep that was made earlier, or elsewhere."
        open_ = Action("Open a sweep's folder…", self.choose_folder, tip=text)
        return (
            MenuEntry("sweep", sweep, "run", 2),
            MenuEntry("trials", switch, "run", 2),
            MenuEntry("open_sweep", open_, "run", 2),
        )

    @property
    def sweeping(self) -> "Sweeping":
        if self._sweeping is None:
            from cadl_desktop.session.sweeps.sweeping import Sweeping

            self._sweeping = Sweeping(self._frame.session.background, self)
            self._sweeping.message.connect(self._frame.messages.say)
            self._sweeping.settled.connect(self._frame.messages.settle)
            self._sweeping.opened.connect(self._follow_opened)
            self._sweeping.changed.connect(self._follow_news)
            self._add_marker(self._sweeping)
        return self._sweeping

    @cached_property
    def adoptions(self) -> "Adoptions":
        from cadl_desktop.session.sweeps.chosen_trial import Adoptions

        made = Adoptions(self._frame.session, self)
        made.adopted.connect(self._frame.pages.show_work)
        made.message.connect(self._frame.messages.say)
        return made

    @property
    def setup(self) -> "SweepSetup":
        if self._setup is None:
            from cadl_desktop.session.sweeps.setup import SweepSetup

            self._setup = SweepSetup(self._frame.session, self)
        return self._setup

    def _look_for_running(self) -> None:
        """Called when the window is on screen."""
        if SWEEP_FOLDERS.get():
            self._find.start()

    @Slot()
    def find_again(self) -> None:
        """Looks at a sweep that an earlier window has left running; rather at one that still runs."""
        from cadl_desktop.sweeps.records.sweep_folder import SweepFolder

        folders = existing_folders(SWEEP_FOLDERS.get())
        SWEEP_FOLDERS.set([str(path) for path in folders])
        if folders and self._sweeping is None:
            self.sweeping.open(min(folders, key=lambda path: not SweepFolder(path).has_owner))

    # What the window has made when it is first shown

    def _make_page(self, within: QWidget) -> QWidget:
        from cadl_desktop.ui.sweeps.page import SweepPage

        # In its place at once: whatever gets another parent is dressed anew, with all that is in it.
        page = self.page = SweepPage(self.sweeping, self._frame.session.background, within)
        page.left.connect(self.trials.leave)
        page.new_wanted.connect(self.set_up)
        page.open_wanted.connect(self.choose_folder)
        page.adopt_wanted.connect(self.adopt)
        return page

    def _make_panel(self, dock: QWidget) -> QWidget:
        from cadl_desktop.ui.sweeps.setup.marks import Marks
        from cadl_desktop.ui.sweeps.setup.panel import SetupPanel

        self.marks = Marks(self.setup, self._form_fields, self)
        self._card.opened.connect(self.marks.show)
        panel = self.panel = SetupPanel(self.setup, dock)
        panel.put_beside(self._frame.session.document.path)
        self._frame.session.document.path_changed.connect(self._follow_path)
        panel.begin_wanted.connect(self._begin)
        return panel

    def _form_fields(self) -> Mapping[str, QWidget]:
        """The controls of the window's forms by the paths of their settings: those of the panels, and of the
        layer's card or the output's where one is open."""
        found: dict[str, QWidget] = {}
        for panel in (self._side.data, self._side.encoding, self._side.training):
            found |= panel.controls()
        card = self._card
        if card.head is not None:
            head = "output" if card.card is card.output else f"layers.{card.layer.index}"
            found |= {f"{head}.{name}": control for name, control in card.card.controls().items()}
        return found

    # What a person does

    @Slot()
    def set_up(self) -> None:
        """Shows the panel beside the forms; Tab goes on in it."""
        if self._frame.docks.prepare("sweep"):
            # In the next turn: to make it and to lay it out together takes a tenth of a second beside a
            # training.
            QTimer.singleShot(NEXT_ITERATION_MS, self, self.set_up)
            return
        self._frame.pages.show_work()
        self._frame.docks.open("sweep")
        if self.panel is not None:
            self.panel.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def choose_folder(self) -> None:
        title = "Folder of a sweep"
        shown = self.sweeping.folder
        start = str(shown.path.parent) if shown else last_folder()
        found = file_dialogs.folder_to_open(self._frame.window, title, start)
        if found:
            self._show_next()
            self.sweeping.open(Path(found))

    @Slot(int)
    def adopt(self, number: int) -> None:
        """Makes a trial the document's run, once it is read."""
        folder = self.sweeping.folder
        if folder is None:
            return
        label = f"Trial {number} of {shown(folder.path.name)}"
        stands = self.sweeping.standing.trials.get(number)
        self.adoptions.want(folder.project(number), label, stands.ended if stands else None)

    @Slot(object)
    def _begin(self, folder: Path) -> None:
        self._show_next()
        self.sweeping.begin(self.setup.sweep, folder)

    def _show_next(self) -> None:
        """What is opened now is wanted, instead of what is looked at."""
        folder, self._shows_next = self.sweeping.folder, True
        self._left = folder.path if folder is not None and self.sweeping.is_running else None

    def _tell_of_another(self, left: Path) -> None:
        """Of the sweep that runs and isn't looked at any more."""
        text = f"The sweep “{shown(left.name)}” goes on, too: Run ▸ Open a sweep's folder… shows it."
        self._frame.messages.say("info", text)

    # What follows

    @Slot()
    def _follow_opened(self) -> None:
        self._remember()
        self._ran = self.sweeping.is_running
        if self._shows_next:
            self._shows_next = False
            self._frame.docks["sweep"].close()
            # In a turn of its own: its owner is started in this one.
            QTimer.singleShot(NEXT_ITERATION_MS, self.trials, self.trials.show)
            folder = self.sweeping.folder
            if folder is not None and self._left is not None and self._left != folder.path:
                self._tell_of_another(self._left)
            return
        self._tell_how_it_stands()

    def _tell_how_it_stands(self) -> None:
        sweeping = self.sweeping
        if sweeping.folder is None:
            return
        name = shown(sweeping.folder.path.name)
        if sweeping.is_running:
            text = f"The sweep “{name}” goes on: Run ▸ Trials of the sweep shows it."
        elif sweeping.can_resume:
            text = f"The sweep “{name}” stands still: Run ▸ Trials of the sweep goes on with it."
        else:
            text = f"The sweep “{name}” has ended: Run ▸ Trials of the sweep shows it."
        self._frame.messages.say("info", text)

    def _add_marker(self, sweeping: "Sweeping") -> None:
        from cadl_desktop.ui.sweeps.sweep_marker import SweepMarker

        marker = self.marker = SweepMarker(sweeping, lambda: self.trials.is_shown)
        marker.clicked.connect(self.trials.show)
        self._frame.pages.currentChanged.connect(marker.follow)
        self._frame.window.statusBar().addPermanentWidget(marker)

    @Slot()
    def _follow_news(self) -> None:
        self._remember()
        ran, self._ran = self._ran, self.sweeping.is_running
        if ran and not self._ran and not self.trials.is_shown:
            self._tell_how_it_stands()

    @Slot()
    def _remember(self) -> None:
        """The sweeps that run, of which the others aren't looked at: the next window looks for them."""
        folder = self.sweeping.folder
        if folder is not None:
            known, path = SWEEP_FOLDERS.get(), str(folder.path)
            others = [each for each in known if each != path]
            wanted = [path, *others] if self.sweeping.is_running else others
            if wanted != known:
                SWEEP_FOLDERS.set(wanted)

    @Slot(object)
    def _follow_path(self, path: Path | None) -> None:
        if self.panel is not None:
            self.panel.put_beside(path)

    @Slot()
    def _end(self) -> None:
        if self._sweeping is not None:
            self._sweeping.close()
