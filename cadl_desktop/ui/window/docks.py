"""The docks at the sides of the window, and how they share its room."""

from collections.abc import Callable, Iterator

from PySide6.QtCore import QByteArray, QObject, Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from cadl_desktop.session.session import Session
from cadl_desktop.session.views.time_machine import TimeMachine
from cadl_desktop.ui.controls.settings import LAYOUT_VERSION
from cadl_desktop.ui.theme.theme import GRID, notifier, scaled
from cadl_desktop.ui.window.room import Room

SETTINGS_WIDTH = 280
LEAST_RIGHT, RIGHT_SHARE = 28 * GRID, 0.18
"""Of the window's width, for what stands at its right side."""


class Docks(QObject):
    """The settings on the left; the cost on the right, with the runs and what is asked for below it."""

    were_reset = Signal()

    def __init__(
        self,
        window: QMainWindow,
        session: Session,
        room: Room,
        settings: QWidget,
        cost: QWidget,
        runs: QWidget,
        machine: TimeMachine,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._session, self._room, self._machine = session, room, machine
        self._size = notifier().size
        notifier().changed.connect(self._follow_size)
        self._shown = self._restored = self._height_shared = False
        window.setDockOptions(
            QMainWindow.DockOption.AllowNestedDocks | QMainWindow.DockOption.AllowTabbedDocks
        )
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        self.settings = self._dock("settings", self.tr("Experiment"), settings, left)
        cost.setMinimumWidth(LEAST_RIGHT)  # Qt squeezes docks first when a window becomes narrower
        self.cost = self._dock("cost", self.tr("Cost"), cost, right)
        self.runs = self._dock("runs", self.tr("Runs"), runs, right)
        room.keep(self.cost, lambda: session.status.live or session.result.history.newest_cost is not None)
        room.keep(self.runs, lambda: bool(session.runs.records))
        room.appeared.connect(self._share_room_again)
        late = LateDock(self.tr("Histograms"), self._make_histograms, window)
        self.histograms = self._add("histograms", late, right)
        late = LateDock(self.tr("Operations"), self._make_operations, window)
        self.operations = self._add("operations", late, right)
        late = LateDock(self.tr("Landscape"), self._make_landscape, window)
        self.landscape = self._add("landscape", late, right)
        window.tabifyDockWidget(self.runs, self.histograms)
        window.tabifyDockWidget(self.histograms, self.operations)
        window.tabifyDockWidget(self.operations, self.landscape)
        for dock in (self.histograms, self.operations, self.landscape):
            dock.hide()  # until they are asked for: a beginner needs none of them
            dock.visibilityChanged.connect(self._share_height)
            dock.toggleViewAction().triggered.connect(dock.raise_)  # Qt leaves it behind the other tabs
        self._standard = window.saveState(LAYOUT_VERSION)

    def __iter__(self) -> Iterator[QDockWidget]:
        """In the order in which a menu lists them."""
        return iter((self.settings, self.cost, self.runs, self.histograms, self.operations, self.landscape))

    def reset(self) -> None:
        """Puts them where a first start has them."""
        self._window.restoreState(self._standard, LAYOUT_VERSION)
        self._restored = self._height_shared = False
        self._room.want_all()
        self.share_room()
        self.were_reset.emit()

    def restore(self, layout: QByteArray) -> None:
        """Puts them where they were when `layout` was saved."""
        self._restored = self._height_shared = self._window.restoreState(layout, LAYOUT_VERSION)

    def share_room(self) -> None:
        """Called when the window is first shown: unless they were restored, the middle gets most of it."""
        self._shown = True
        self._share_room()

    @Slot(object)
    def _share_room_again(self, panel: QWidget) -> None:
        """A dock has come that there was nothing in before."""
        if panel in (self.cost, self.runs):
            self._share_room()

    def _share_room(self) -> None:
        if self._restored:
            return
        self._share_width()
        runs = self.runs.widget().sizeHint().height()
        docks = [self.cost, self.runs]
        self._window.resizeDocks(docks, [self._window.height() - runs, runs], Qt.Orientation.Vertical)

    def _share_width(self) -> None:
        cost = max(scaled(LEAST_RIGHT), round(RIGHT_SHARE * self._window.width()))
        docks = [self.settings, self.cost]
        self._window.resizeDocks(docks, [scaled(SETTINGS_WIDTH), cost], Qt.Orientation.Horizontal)

    @Slot()
    def _follow_size(self) -> None:
        """An interface of another size begins with its standard widths: what it asks for has changed."""
        if self._size != notifier().size and self._shown:
            self._share_width()
        self._size = notifier().size

    @Slot(bool)
    def _share_height(self, shown: bool) -> None:
        """What is first opened below the cost gets the larger part of the height."""
        if shown and not self._height_shared and self._shown:
            self._height_shared = True
            docks = [self.cost, self.histograms, self.operations, self.landscape]
            self._window.resizeDocks(docks, [3, 7, 7, 7], Qt.Orientation.Vertical)

    def _dock(self, name: str, title: str, content: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setWidget(content)
        return self._add(name, dock, area)

    def _add(self, name: str, dock: QDockWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock.setObjectName(name)
        self._window.addDockWidget(area, dock)
        return dock

    def _make_histograms(self) -> QWidget:
        from cadl_desktop.ui.diagnosis.histograms_panel import HistogramsPanel

        return HistogramsPanel(self._session)

    def _make_operations(self) -> QWidget:
        from cadl_desktop.ui.diagnosis.operations_panel import OperationsPanel

        return OperationsPanel(self._session)

    def _make_landscape(self) -> QWidget:
        from cadl_desktop.ui.landscape.panel import LandscapePanel

        return LandscapePanel(self._machine)


class LateDock(QDockWidget):
    """Makes its content when it is first shown: what a beginner may never ask for shall not let the program
    start later."""

    def __init__(self, title: str, make: Callable[[], QWidget], parent: QWidget) -> None:
        super().__init__(title, parent)
        self._make = make

    def showEvent(self, event: QShowEvent) -> None:
        if self.widget() is None:
            self.setWidget(self._make())
        super().showEvent(event)
