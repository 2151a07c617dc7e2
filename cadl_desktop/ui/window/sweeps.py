"""Sweeps in this window: the panel that sets one up, and the page that shows one.

What they are made of is imported when they are first asked for.
"""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from cadl_desktop.sentences import filled, sentence_of
from cadl_desktop.session.asking import Newest
from cadl_desktop.ui.controls import settings
from cadl_desktop.ui.window.sweep_fields import sweep_fields

if TYPE_CHECKING:
    from cadl_desktop.project import Project
    from cadl_desktop.session.sweeps.setup import SweepSetup
    from cadl_desktop.session.sweeps.sweeping import Sweeping
    from cadl_desktop.ui.sweeps.page import SweepPage
    from cadl_desktop.ui.sweeps.setup.marks import Marks
    from cadl_desktop.ui.sweeps.setup.panel import SetupPanel
    from cadl_desktop.ui.window.main_window import MainWindow

FIND_MS = 1500
"""What earlier windows left running is looked for when this one has come to rest."""


class Sweeps(QObject):
    """One sweep is looked at at a time; others go on unseen."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._sweeping: Sweeping | None = None
        self._setup: SweepSetup | None = None
        self.panel: SetupPanel | None = None
        self.page: SweepPage | None = None
        self.marks: Marks | None = None
        self._adoptions = Newest()
        self._shows_next = False
        self._find = QTimer(self, singleShot=True, interval=FIND_MS)
        self._find.timeout.connect(self.find_again)
        window.about_to_close.connect(self._end)

    @property
    def sweeping(self) -> "Sweeping":
        if self._sweeping is None:
            from cadl_desktop.session.sweeps.sweeping import Sweeping

            self._sweeping = Sweeping(self._window.session.background, self)
            self._sweeping.message.connect(self._window.say)
            self._sweeping.opened.connect(self._follow_opened)
            self._sweeping.changed.connect(self._remember)
        return self._sweeping

    @property
    def setup(self) -> "SweepSetup":
        if self._setup is None:
            from cadl_desktop.session.sweeps.setup import SweepSetup

            self._setup = SweepSetup(self._window.session, self)
        return self._setup

    def look_for_running(self) -> None:
        """Called when the window is on screen."""
        if settings.sweep_folder():
            self._find.start()

    @Slot()
    def find_again(self) -> None:
        """Looks at the sweep that ran when the last window closed."""
        folder = settings.sweep_folder()
        if folder and Path(folder).is_dir() and self._sweeping is None:
            self.sweeping.open(Path(folder))

    # What Pages and Docks ask for

    def make_page(self) -> QWidget:
        from cadl_desktop.ui.sweeps.page import SweepPage

        page = self.page = SweepPage(self.sweeping, self._window.session.background)
        page.left.connect(self._window.pages.leave_sweep)
        page.new_wanted.connect(self.set_up)
        page.open_wanted.connect(self.choose_folder)
        page.adopt_wanted.connect(self.adopt)
        return page

    def make_panel(self) -> QWidget:
        from cadl_desktop.ui.sweeps.setup.marks import Marks
        from cadl_desktop.ui.sweeps.setup.panel import SetupPanel

        self.marks = Marks(self.setup, partial(sweep_fields, self._window), self)
        self._window.designer.beside.opened.connect(self.marks.show)
        panel = self.panel = SetupPanel(self.setup)
        panel.place.beside = self._window.document.path
        self._window.document.path_changed.connect(self._follow_path)
        panel.begin_wanted.connect(self._begin)
        return panel

    # What a person does

    @Slot()
    def set_up(self) -> None:
        """Shows the panel beside the forms."""
        self._window.pages.show_work()
        self._window.docks.show_sweep()

    @Slot()
    def choose_folder(self) -> None:
        title = self.tr("Folder of a sweep")
        start = settings.sweep_folder() or settings.last_folder()
        found = QFileDialog.getExistingDirectory(self._window, title, start)
        if found:
            self._shows_next = True
            self.sweeping.open(Path(found))

    @Slot(int)
    def adopt(self, number: int) -> None:
        """Makes a trial the document's run, once it is read."""
        from cadl_desktop.session.sweeps.adoption import read_trial

        folder = self.sweeping.folder
        if folder is None:
            return
        path = folder.project(number)
        if not path.exists():
            text = self.tr(
                "Trial {number} has nothing to adopt yet; it will have when it has trained a while."
            )
            self._window.say("info", filled(text, number=number))
            return
        text = self.tr("Trial {number} of {sweep}")
        label = filled(text, number=number, sweep=folder.path.name)
        self._window.session.background.do(
            lambda: read_trial(path), partial(self._adopt, label, number), self._refuse, self._adoptions
        )

    def _adopt(self, label: str, number: int, trial: "Project") -> None:
        from cadl_desktop.session.sweeps.adoption import adopt

        stands = self.sweeping.standing.trials.get(number)
        adopt(self._window.session, trial, label, stands.ended if stands else None)
        self._window.pages.show_work()
        text = self.tr("{trial} is the run of the document now; Undo goes back.")
        self._window.say("info", filled(text, trial=label))

    def _refuse(self, error: Exception) -> None:
        self._window.say("error", sentence_of(error))

    @Slot(object)
    def _begin(self, folder: Path) -> None:
        self._shows_next = True
        self.sweeping.begin(self.setup.sweep, folder)

    # What follows

    @Slot()
    def _follow_opened(self) -> None:
        self._remember()
        if self._shows_next:
            self._shows_next = False
            self._window.docks.sweep.hide()
            self._window.pages.show_sweep()
            return
        sweeping = self.sweeping
        if sweeping.folder is None:
            return
        name = sweeping.folder.path.name
        goes_on = self.tr("The sweep “{name}” goes on: Run ▸ Trials of the sweep shows it.")
        has_ended = self.tr("The sweep “{name}” has ended: Run ▸ Trials of the sweep shows it.")
        self._window.say("info", filled(goes_on if sweeping.is_running else has_ended, name=name))

    @Slot()
    def _remember(self) -> None:
        folder = self.sweeping.folder
        wanted = str(folder.path) if folder and self.sweeping.is_running else ""
        if wanted != settings.sweep_folder():
            settings.remember_sweep_folder(wanted)

    @Slot(object)
    def _follow_path(self, path: Path | None) -> None:
        if self.panel is not None:
            self.panel.place.beside = path

    @Slot()
    def _end(self) -> None:
        if self._sweeping is not None:
            self._sweeping.close()
