"""The docks at the sides of the window, and how they share its room."""

from collections.abc import Callable, Iterator

from PySide6.QtCore import QByteArray, QObject, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QDockWidget, QMainWindow, QScrollArea, QWidget

from cadl_desktop.session.session import Session
from cadl_desktop.session.views.time_machine import TimeMachine
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import scroll_area
from cadl_desktop.ui.settings.remembered import LAYOUT_VERSION
from cadl_desktop.ui.theme.theme import GRID
from cadl_desktop.ui.window.docking.one_column import OneColumn
from cadl_desktop.ui.window.docking.room import Room

SETTINGS_WIDTH = 280
LEAST_RIGHT, RIGHT_SHARE = 28 * GRID, 0.18
"""Of the window's width, for what stands at its right side."""
LESSON_WIDTH, LESSON_SHARE = 42 * GRID, 0.6
"""What a lesson beside the studio takes at first, and its share of the height."""
SWEEP_WIDTH, SWEEP_TIMES = 40 * GRID, 4
"""What setting a sweep up takes at first, and how many times the cost's height."""


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
        make_lesson: Callable[[QWidget], QWidget],
        make_sweep: Callable[[QWidget], QWidget],
        machine: TimeMachine,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._session, self._room, self._machine = session, room, machine
        self._shown = self._restored = self._height_shared = False
        self._placed: set[QDockWidget] = set()
        window.setDockOptions(
            QMainWindow.DockOption.AllowNestedDocks | QMainWindow.DockOption.AllowTabbedDocks
        )
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        self.settings = self._dock("settings", "Experiment", settings, left)
        cost.setMinimumWidth(LEAST_RIGHT)  # Qt squeezes docks first when a window becomes narrower
        self.lesson = self._add("lesson", LateDock("Lesson", make_lesson, window), right)
        self.lesson.hide()
        self.cost = self._dock("cost", "Cost", cost, right)
        self.runs = self._dock("runs", "Runs", runs, right)
        room.keep(self.cost, lambda: session.status.live or session.result.history.newest_cost is not None)
        room.keep(self.runs, lambda: bool(session.runs.records))
        room.appeared.connect(self._share_room_again)
        self.histograms = self._late("histograms", "Histograms", self._make_histograms)
        self.operations = self._late("operations", "Operations", self._make_operations)
        self.landscape = self._late("landscape", "Landscape", self._make_landscape)
        window.tabifyDockWidget(self.runs, self.histograms)
        window.tabifyDockWidget(self.histograms, self.operations)
        window.tabifyDockWidget(self.operations, self.landscape)
        self.sweep = LateDock("New sweep", make_sweep, window)
        self._add("sweep", self.sweep, right)
        window.tabifyDockWidget(self.landscape, self.sweep)
        self.sweep.hide()
        self.sweep.closed.connect(self._give_height_back)
        self._lent: list[int] | None = None
        for dock in (self.histograms, self.operations, self.landscape):
            dock.hide()  # until they are asked for: a beginner needs none of them
            dock.visibilityChanged.connect(self._share_height)
            dock.toggleViewAction().triggered.connect(dock.raise_)  # Qt leaves it behind the other tabs
        self._standard = window.saveState(LAYOUT_VERSION)
        self.column = OneColumn(window, self.settings, [dock for dock in self if dock is not self.settings])
        self.column.changed.connect(self._share_room)

    def __iter__(self) -> Iterator[QDockWidget]:
        """In the order in which a menu lists them."""
        below = self.histograms, self.operations, self.landscape
        return iter((self.settings, self.lesson, self.sweep, self.cost, self.runs, *below))

    def show_lesson(self) -> None:
        """Shows the lesson beside the studio, above the cost; at first as wide as its words want."""
        self.lesson.show()
        self.lesson.raise_()
        if self._widen_first(self.lesson, LESSON_WIDTH):
            self._share_height_below(self.lesson)

    def show_sweep(self) -> None:
        """Shows the panel that sets a sweep up below the cost, which lends it its height meanwhile."""
        if self.sweep.isHidden() and not self.column.on:
            self._lent = [self.cost.height(), self.runs.height()] if self.cost.isVisible() else []
        self.sweep.show()
        self.sweep.raise_()
        self._widen_first(self.sweep, SWEEP_WIDTH)
        self._lend_height()

    def _widen_first(self, dock: QDockWidget, width: int) -> bool:
        """Unless it has been shown before, or stands where a person left it."""
        if dock in self._placed or self._restored:
            return False
        self._placed.add(dock)
        self._window.resizeDocks([dock], [width], Qt.Orientation.Horizontal)
        return True

    def _lend_height(self) -> None:
        if self._lent is not None:
            self._window.resizeDocks([self.cost, self.sweep], [1, SWEEP_TIMES], Qt.Orientation.Vertical)

    @Slot()
    def _give_height_back(self) -> None:
        lent, self._lent = self._lent, None
        if lent and not self._below():
            self._window.resizeDocks([self.cost, self.runs], lent, Qt.Orientation.Vertical)
        elif lent is not None and not self._restored:
            self._share_height_with_runs()

    def _share_height_below(self, above: QDockWidget) -> None:
        docks = [above, self.cost, *self._below()]
        left = (1 - LESSON_SHARE) / min(len(docks) - 1, 2)  # what is below the cost stands in one place
        heights = [round(share * self._window.height()) for share in (LESSON_SHARE, *[left] * len(docks[1:]))]
        self._window.resizeDocks(docks, heights, Qt.Orientation.Vertical)

    def reset(self) -> None:
        """Puts them where a first start has them."""
        self.column.end()
        self._window.restoreState(self._standard, LAYOUT_VERSION)
        self._restored = self._height_shared = False
        self._room.want_all()
        self.column.fit()
        self.share_room()
        self.were_reset.emit()

    def restore(self, layout: QByteArray) -> None:
        """Puts them where they were when `layout` was saved."""
        self._restored = self._height_shared = self._window.restoreState(layout, LAYOUT_VERSION)

    def share_room(self) -> None:
        """Called when the window is first shown: unless they were restored, the middle gets most of it."""
        self._shown = True
        self.column.fit()
        self._share_room()

    @Slot(object)
    def _share_room_again(self, panel: QWidget) -> None:
        """A dock has come that there was nothing in before."""
        if panel in (self.cost, self.runs):
            self._share_room()

    @Slot()
    def _share_room(self) -> None:
        if self._restored:
            return
        self._share_width()
        if self.column.on or self._height_shared:
            return
        if self.sweep.isVisible():
            self._lend_height()
            return
        if self.lesson.isVisible():
            self._share_height_below(self.lesson)
            return
        self._share_height_with_runs()

    def _share_height_with_runs(self) -> None:
        runs = self.runs.widget().sizeHint().height()
        docks = [self.cost, self.runs]
        self._window.resizeDocks(docks, [self._window.height() - runs, runs], Qt.Orientation.Vertical)

    def _share_width(self) -> None:
        cost = max(
            LEAST_RIGHT,
            round(RIGHT_SHARE * self._window.width()),
            *(_whole_width(dock.widget()) for dock in self._below()),
        )
        widths = {self.settings: SETTINGS_WIDTH, self.cost: cost}
        if self.column.on:
            del widths[self.cost]
        self._window.resizeDocks(list(widths), list(widths.values()), Qt.Orientation.Horizontal)

    @Slot(bool)
    def _share_height(self, shown: bool) -> None:
        """What is first opened below the cost gets the larger part of the height."""
        if shown and not self._height_shared and self._shown and not self.column.on:
            self._height_shared = True
            docks = self._below()
            self._window.resizeDocks([self.cost, *docks], [3, *[7] * len(docks)], Qt.Orientation.Vertical)

    @Slot(QDockWidget)
    def _widen(self, dock: QDockWidget) -> None:
        """What is first opened is seen whole."""
        wanted = _whole_width(dock.widget())
        if self._shown and not self.column.on and dock.width() < wanted:
            self._window.resizeDocks([dock], [wanted], Qt.Orientation.Horizontal)

    def _dock(self, name: str, title: str, content: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setWidget(content)
        return self._add(name, dock, area)

    def _below(self) -> list[QDockWidget]:
        """What has been opened below the cost."""
        return [dock for dock in (self.histograms, self.operations, self.landscape) if not dock.isHidden()]

    def _late(self, name: str, title: str, make: Callable[[QWidget], QWidget]) -> QDockWidget:
        """One of those below the cost."""
        dock = LateDock(title, make, self._window)
        dock.opened.connect(self._widen)
        return self._add(name, dock, Qt.DockWidgetArea.RightDockWidgetArea)

    def _add(self, name: str, dock: QDockWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock.setObjectName(name)
        self._window.addDockWidget(area, dock)
        self._describe_buttons(dock)
        return dock

    def _describe_buttons(self, dock: QDockWidget) -> None:
        """Of its title bar, which Qt has made."""
        title = dock.windowTitle()
        for button, name, text in (
            ("float", f"Float {title}", f"Takes {title} out of the window, or puts it back."),
            ("close", f"Close {title}", f"Closes {title}; the View menu brings it back."),
        ):
            made = dock.findChild(QAbstractButton, f"qt_dockwidget_{button}button")
            if made is not None:
                describe(made, name, text)

    def _make_histograms(self, dock: QWidget) -> QWidget:
        from cadl_desktop.ui.diagnosis.histograms_panel import HistogramsPanel

        return _in_any_room(dock, lambda within: HistogramsPanel(self._session, within))

    def _make_operations(self, dock: QWidget) -> QWidget:
        from cadl_desktop.ui.diagnosis.operations_panel import OperationsPanel

        return OperationsPanel(self._session, dock)

    def _make_landscape(self, dock: QWidget) -> QWidget:
        from cadl_desktop.ui.landscape.panel import LandscapePanel

        return _in_any_room(dock, lambda within: LandscapePanel(self._machine, within))


def _whole_width(content: QWidget) -> int:
    """Of what is in a dock, with its scroll bar."""
    needed = content.minimumSizeHint().width()
    if isinstance(content, QScrollArea) and (inner := content.widget()) is not None:
        bar = content.verticalScrollBar().sizeHint().width()
        return max(needed, inner.minimumWidth() + bar, inner.minimumSizeHint().width() + bar)
    return needed


def _in_any_room(dock: QWidget, make: Callable[[QWidget], QWidget]) -> QWidget:
    """Scrolled where a dock is too small for it, as Qt would lay it over the window's other parts."""
    scroll = scroll_area(dock)
    scroll.setWidget(make(scroll.viewport()))
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
    return scroll


class LateDock(QDockWidget):
    """Makes its content when it is first shown: what a beginner may never ask for shall not let the program
    start later. `make` is given the dock, as the content's parent."""

    opened = Signal(QDockWidget)  # with content that has just been made
    closed = Signal()

    def __init__(self, title: str, make: Callable[[QWidget], QWidget], parent: QWidget) -> None:
        super().__init__(title, parent)
        self._make = make

    def make(self) -> bool:
        """Makes its content before it is shown, where it has none yet; whether it had none."""
        if self.widget() is not None:
            return False
        self.setWidget(self._make(self))
        return True

    def showEvent(self, event: QShowEvent) -> None:
        is_new = self.make()
        super().showEvent(event)
        if is_new:
            self.opened.emit(self)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()
