"""The page of a sweep: how far it is, and what its trials make."""

import platform
from typing import Protocol

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QProgressBar, QSplitter, QTabWidget, QToolButton, QWidget

from cadl_desktop.sentences import shown
from cadl_desktop.session.background import Background
from cadl_desktop.session.sweeps.chosen_trial import SweepSelection
from cadl_desktop.session.sweeps.sweeping import Sweeping
from cadl_desktop.sweeps.findings.duration import seconds_left
from cadl_desktop.sweeps.plan.sweep_model import Sweep
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.sweeps.records.sweep_status import SweepStatus, trials_wanted
from cadl_desktop.ui.controls.action import Action, button_for
from cadl_desktop.ui.controls.fields import describe, order_tabs
from cadl_desktop.ui.controls.layouts import in_column, in_row, wide
from cadl_desktop.ui.controls.looks import FittingLabel, hint_label, label, make_primary, set_tip, toggle
from cadl_desktop.ui.controls.number_text import clock_text
from cadl_desktop.ui.runs.pictures import Frame, frame_of
from cadl_desktop.ui.sweeps.axes.view import ParallelCoordinates
from cadl_desktop.ui.sweeps.contact.panel import ContactPanel
from cadl_desktop.ui.sweeps.importance import ImportanceView
from cadl_desktop.ui.sweeps.table.view import TrialsTable
from cadl_desktop.ui.sweeps.words import objective_text
from cadl_desktop.ui.theme.theme import GRID

_SHARES = (600, 400)
"""How the contact sheet and what stands beside it share the width."""
_TOLD = 8


class SweepView(Protocol):
    """A view of a sweep's trials."""

    def show_sweep(self, sweep: Sweep, standing: SweepStatus, folder: SweepFolder) -> None: ...


class SweepPage(QWidget):
    """Shows what `sweeping` looks at. `adopt_wanted` carries a trial's number."""

    adopt_wanted = Signal(int)
    left = Signal()
    new_wanted = Signal()
    open_wanted = Signal()

    def __init__(self, sweeping: Sweeping, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sweeping = sweeping
        self._frame: Frame | None = None
        self.setAccessibleName("Sweep")
        self.selection = SweepSelection(self)
        self.contact = ContactPanel(self.selection)
        self.views = QTabWidget()
        self.table = TrialsTable(self.selection, background)
        self.axes = ParallelCoordinates(self.selection)
        self.importance = ImportanceView(self.selection, background)
        for hint in (self.table.empty, self.axes.empty, self.importance.empty):
            hint.setContentsMargins(3 * GRID, 0, 3 * GRID, 0)
        self._views: tuple[SweepView, ...] = (self.contact, self.table, self.axes, self.importance)
        self.title, self.progress = label("", "heading"), QProgressBar()
        self.standing, self.told = FittingLabel(), FittingLabel()
        self.empty = hint_label(
            "No sweep is open. Set one up with New sweep, or open the folder of an earlier one."
        )
        self._make_buttons()
        self._lay_out()
        sweeping.opened.connect(self._show_opened)
        sweeping.changed.connect(self._show)
        for view in (self.contact.sheet, self.table, self.axes):
            view.open_wanted.connect(self.adopt_wanted)
        self.axes.kept_changed.connect(self.contact.sheet.keep)
        self.axes.kept_changed.connect(self.table.show_only)
        self.contact.adopt.clicked.connect(self._adopt)
        self._show_opened()

    def _make_buttons(self) -> None:
        sweeping = self._sweeping
        text = "Ends the sweep within a second; everything is kept, and Resume goes on from there."
        self.stop = button_for(Action("Stop", sweeping.stop, tip=text), "Stop the sweep")
        text = "Goes on with a sweep that was stopped, from where each trial stood."
        self.resume = button_for(Action("Resume", sweeping.resume, tip=text), "Resume the sweep")
        text = "Sets another sweep up, beside the forms of the experiment."
        self.new = button_for(Action("New sweep…", self.new_wanted.emit, tip=text))
        text = "Shows a sweep that was made earlier, or elsewhere."
        self.open = button_for(Action("Open folder…", self.open_wanted.emit, tip=text))
        text = "On: what all trials make stands at the left. Off: the other views have all of the room."
        self.sheet_shown = toggle("Contact sheet", text)
        self.sheet_shown.setChecked(True)
        self.sheet_shown.setMinimumHeight(3 * GRID + 4)  # as the buttons beside it
        self.sheet_shown.toggled.connect(self.contact.setVisible)
        text = "Goes back to the network; a sweep goes on (Escape)."
        self.back = button_for(Action("Studio", self.left.emit, tip=text), "Back to the studio")

    def _lay_out(self) -> None:
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(GRID)
        describe(self.progress, "Trials that are over", "How many trials are over.")
        for words in (self.standing, self.told):
            words.setProperty("muted", True)
        buttons = self.stop, self.resume, self.sheet_shown, self.new, self.open, self.back
        head = in_row(wide(self.title), *buttons)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        # Before anything is in it: whatever gets another parent is dressed anew, with all that is in it.
        in_column(
            in_column(
                head, self.progress, self.standing, self.told, margins=(2 * GRID, GRID, 2 * GRID, 0), apart=4
            ),
            wide(self.splitter),
            wide(self.empty),
            on=self,
        )
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.contact)
        self.splitter.addWidget(self.views)
        for view, title in (
            (self.table, "Table"),
            (self.axes, "Parallel coordinates"),
            (self.importance, "Importance"),
        ):
            self.views.addTab(view, title)
        self.views.setDocumentMode(True)
        self.views.tabBar().setElideMode(Qt.TextElideMode.ElideRight)
        for button in self.views.tabBar().findChildren(QToolButton):
            set_tip(button, "Shows the views that there is no room for.")
        self.views.tabBar().setAccessibleName("Views of the sweep")
        set_tip(self.views.tabBar(), "The same trials as numbers.")
        for place, share in enumerate(_SHARES):
            self.splitter.setStretchFactor(place, share)
        self.splitter.setSizes(list(_SHARES))
        make_primary(self.contact.adopt)
        order_tabs([*buttons, *self.contact.tab_widgets()])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():  # a window that is made small takes its own along
            self.table.close_comparison()

    # Showing

    @Slot()
    def _show_opened(self) -> None:
        self.selection.select(None)
        samples = self._sweeping.samples
        self._frame = frame_of(samples) if samples else None
        self.contact.show_settings(self._sweeping.sweep)
        self._show()

    @Slot()
    def _show(self) -> None:
        sweeping = self._sweeping
        sweep, folder = sweeping.sweep, sweeping.folder
        is_open = sweep is not None and folder is not None
        for part in (self.splitter, self.progress, self.standing, self.sheet_shown):
            part.setVisible(is_open)
        self.empty.setVisible(not is_open)
        self.stop.setVisible(sweeping.is_running and not sweeping.elsewhere)
        self.stop.setEnabled(not sweeping.is_stopping)
        self.resume.setVisible(sweeping.can_resume)
        self.title.setText(folder.path.name if folder else "Sweep")
        set_tip(self.title, str(folder.path) if folder else "")
        self._show_told()
        if sweep is None or folder is None:
            return
        self._show_progress()
        self.contact.sheet.show_previews(sweeping.previews, self._frame)
        for view in self._views:
            view.show_sweep(sweep, sweeping.standing, folder)

    def _show_progress(self) -> None:
        sweeping = self._sweeping
        sweep, standing = sweeping.sweep, sweeping.standing
        assert sweep is not None
        wanted = trials_wanted(sweep)
        self.progress.setRange(0, wanted or 1)
        self.progress.setValue(min(standing.over, wanted or 1) if wanted else 0)
        count = f"{standing.over:,} of {wanted:,}" if wanted else f"{standing.over:,}"
        said = [self._state(), f"{count} trials are over"]
        best = standing.best(sweep.objective)
        if best is not None and best.value is not None:
            value = objective_text(sweep.objective, best.value)
            said.append(f"best {value} by trial {best.number}")
        left = seconds_left(sweep, standing) if sweeping.is_running else None
        if left is not None:
            said.append(f"about {clock_text(left)} left")
        self.standing.show_texts((" · ".join(said), " · ".join(said[1:]), said[1]))

    def _state(self) -> str:
        sweeping = self._sweeping
        if sweeping.is_stopping:
            return "Stopping"
        if sweeping.is_starting:
            return "Starting the workers"
        if sweeping.elsewhere:
            return f"Running on {shown(sweeping.elsewhere)}"
        if sweeping.is_running:
            return "Running"
        closed = sweeping.standing.closed
        words = {
            "done": "Done",
            "seconds": "Its time is over",
            "stopped": "Stopped",
            "failed": "Failed",
        }
        if closed is not None:
            return words[closed.reason]
        return "Stands still" if sweeping.standing.trials else "Not running"

    def _show_told(self) -> None:
        """The newest sentence, and in the tooltip those before it."""
        standing = self._sweeping.standing
        sentences = [told.sentence for told in standing.told[-_TOLD:]]
        if standing.closed is not None and standing.closed.message:
            sentences.append(standing.closed.message)
        if own := self._told_of_owner():
            sentences.append(own)
        # Of a sweep that has ended what was said on the way is no news; of one that failed the end is.
        has_ended = standing.closed is not None and not standing.closed.message
        newest = sentences[-1] if sentences and not has_ended else ""
        self.told.setVisible(bool(newest))
        self.told.show_texts((newest,))
        set_tip(self.told, "\n".join(sentences))

    def _told_of_owner(self) -> str:
        """What there is to know of the process that has the sweep, or had it."""
        sweeping = self._sweeping
        owned = sweeping.standing.owned
        if sweeping.elsewhere:
            machine = shown(sweeping.elsewhere)
            return f"It is owned by a process on {machine}; from here it is only looked at."
        if owned is None or not sweeping.can_resume or sweeping.standing.closed is not None:
            return ""
        if owned.machine != platform.node():
            return (
                f"Nothing was heard of its process on {shown(owned.machine)} for a while; where that has "
                "ended, Resume goes on here."
            )
        return "Its process was ended from outside; Resume goes on from where each trial stood."

    @Slot()
    def _adopt(self) -> None:
        if self.selection.number is not None:
            self.adopt_wanted.emit(self.selection.number)
