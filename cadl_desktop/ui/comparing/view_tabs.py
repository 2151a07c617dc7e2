"""The views of a set as tabs, each made when it is first seen, with the reason in place of an empty one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedLayout, QTabWidget, QToolButton, QWidget

from cadl_desktop.comparing.training import TrainingSet
from cadl_desktop.data.samples import Samples
from cadl_desktop.ui.comparing.view import ComparisonView
from cadl_desktop.ui.controls.looks import hint_label, set_plot_background, set_tip
from cadl_desktop.ui.theme.theme import GRID


@dataclass(frozen=True)
class ViewEntry:
    """Title and help of a tab, and the function that makes its view, given the parent."""

    title: str
    help: str
    make: Callable[[QWidget], ComparisonView]


class ViewTabs(QTabWidget):
    """Tabs of all views. `open_wanted` has the number of a training that is to become the document's run."""

    open_wanted = Signal(int)

    def __init__(self, entries: Sequence[ViewEntry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDocumentMode(True)
        self._tabs = {entry.title: _Tab(entry, self) for entry in entries}
        for place, (title, tab) in enumerate(self._tabs.items()):
            self.addTab(tab, title)
            self.setTabToolTip(place, tab.entry.help)
        self.tabBar().setAccessibleName("Views")
        set_tip(self.tabBar(), "The same runs, looked at in several ways.")
        for button in self.tabBar().findChildren(QToolButton):
            set_tip(button, "Shows the views that there is no room for.")

    def show_trainings(self, trainings: TrainingSet, samples: Samples | None) -> None:
        """Passes a set on to the views; those that aren't seen take it when they are."""
        for tab in self._tabs.values():
            tab.show_trainings(trainings, samples)

    def turn_to(self, title: str) -> None:
        self.setCurrentWidget(self._tabs[title])

    def view(self, title: str) -> ComparisonView | None:
        """View of a tab; None until it was first seen."""
        return self._tabs[title].view


class _Tab(QWidget):
    """A view, or the reason why it shows nothing."""

    def __init__(self, entry: ViewEntry, tabs: ViewTabs) -> None:
        super().__init__(tabs)
        self.entry, self._tabs = entry, tabs
        self.view: ComparisonView | None = None
        self._shown: tuple[TrainingSet, Samples | None] | None = None
        self._is_old = False
        self._hint = hint_label()
        self._hint.setContentsMargins(3 * GRID, 0, 3 * GRID, 0)
        set_plot_background(self)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._hint)

    def show_trainings(self, trainings: TrainingSet, samples: Samples | None) -> None:
        self._shown, self._is_old = (trainings, samples), True
        self._update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.view is None:
            self.view = self.entry.make(self)
            self.view.open_wanted.connect(self._tabs.open_wanted)
            self._stack.addWidget(self.view)
        self._update()

    def _update(self) -> None:
        if self.view is None or self._shown is None or not self._is_old or not self.isVisible():
            return
        self._is_old = False
        obstacle = self.view.obstacle(self._shown[0])
        self._hint.setText(obstacle)
        self._stack.setCurrentIndex(0 if obstacle else 1)
        if not obstacle:
            self.view.show_trainings(*self._shown)
