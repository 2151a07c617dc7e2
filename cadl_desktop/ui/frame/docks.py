"""The docks at the sides of the window, and how they share its room."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from PySide6.QtCore import QByteArray, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QDockWidget, QMainWindow, QToolBar, QWidget

from cadl_desktop.session.session import Session
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.frame.door import Bar, Dock, Place
from cadl_desktop.ui.frame.late_dock import LateDock, whole_width
from cadl_desktop.ui.frame.one_column import OneColumn
from cadl_desktop.ui.frame.room import Room
from cadl_desktop.ui.frame.tab_bars import TabBars
from cadl_desktop.ui.frame.whole_middle import WholeMiddle
from cadl_desktop.ui.settings.remembered import LAYOUT_VERSION
from cadl_desktop.ui.theme.theme import GRID

SETTINGS_WIDTH = 280
LEAST_RIGHT, RIGHT_SHARE = 28 * GRID, 0.18
"""Of the window's width, for what stands at its right side."""
ABOVE_SHARE = 0.6
"""What stands above the cost takes at first, of the height."""


class Docks(QObject):
    """The settings on the left; the cost on the right, with the runs and what is asked for below it."""

    were_reset = Signal()

    def __init__(self, window: QMainWindow, session: Session) -> None:
        super().__init__(window)
        self._window = window
        self._shown = self._restored = self._height_shared = False
        self._placed: set[QDockWidget] = set()
        self._lent: list[int] | None = None
        self._offered: dict[str, Dock] = {}
        self._made: dict[str, QDockWidget] = {}
        self._asked: list[QDockWidget] = []
        """The docks below the cost that the View menu opens."""
        self._bars: list[QToolBar] = []
        self.room = Room(session)
        self.tab_bars = TabBars(self)
        self.whole_middle = WholeMiddle(window, self.room, self.panels)
        window.setDockOptions(
            QMainWindow.DockOption.AllowNestedDocks | QMainWindow.DockOption.AllowTabbedDocks
        )

    def __getitem__(self, name: str) -> QDockWidget:
        return self._made[name]

    def __iter__(self) -> Iterator[QDockWidget]:
        """In the order in which a menu lists them."""
        return (self._made[name] for name in self._offered)

    def panels(self) -> list[QDockWidget | QToolBar]:
        """All that can be shown and hidden: docks, and bars below them."""
        return [*self, *self._bars]

    # Made once, when the window has its features

    def fill(self, offered: Sequence[Dock]) -> None:
        """Makes the docks, each where a first start has it. Of the tabs below the cost, those that a command
        opens come last."""
        self._offered = {dock.name: dock for dock in offered}
        beside = [dock for dock in offered if dock.place is not Place.BELOW]
        below = sorted((dock for dock in offered if dock.place is Place.BELOW), key=lambda dock: dock.width)
        for dock in (*beside, *below):
            self._made[dock.name] = self._dock(dock)
        self._settings, self._cost, self._runs = (
            next(self._at(place)) for place in (Place.LEFT, Place.RIGHT, Place.BELOW)
        )
        self._cost.widget().setMinimumWidth(LEAST_RIGHT)  # Qt squeezes docks first when a window is narrower
        for left, right in pairwise(below):
            self._window.tabifyDockWidget(self[left.name], self[right.name])
        for dock in offered:
            if dock.is_late:
                self._connect_late(self[dock.name], dock)
        self.room.appeared.connect(self._share_room_again)
        self._standard = self._window.saveState(LAYOUT_VERSION)
        others = [self[dock.name] for dock in offered if dock.place is not Place.LEFT]
        self.column = OneColumn(self._window, self._settings, others)
        self.column.changed.connect(self._share_room)

    def add_bar(self, offered: Bar) -> None:
        """Puts a bar at its side of the window."""
        self._window.addToolBar(offered.area, offered.bar)
        self._bars.append(offered.bar)
        self.room.keep(offered.bar, offered.has_content)

    def _at(self, place: Place) -> Iterator[QDockWidget]:
        """Yields the docks that stand at `place` at first, late ones last."""
        docks = [dock for dock in self._offered.values() if dock.place is place]
        return (self[dock.name] for dock in sorted(docks, key=lambda dock: dock.is_late))

    def _dock(self, offered: Dock) -> QDockWidget:
        window = self._window
        if offered.is_late:
            dock: QDockWidget = LateDock(offered.title, offered.make, window, scrolls=offered.scrolls)
        else:
            dock = QDockWidget(offered.title, window)
            dock.setWidget(offered.make(dock))
        dock.setObjectName(offered.name)
        at_left = offered.place is Place.LEFT
        area = Qt.DockWidgetArea.LeftDockWidgetArea if at_left else Qt.DockWidgetArea.RightDockWidgetArea
        window.addDockWidget(area, dock)
        self._describe_buttons(dock)
        if offered.has_content is not None:
            self.room.keep(dock, offered.has_content)
        return dock

    def _connect_late(self, dock: QDockWidget, offered: Dock) -> None:
        assert isinstance(dock, LateDock)
        if offered.has_content is None:
            dock.hide()  # until it is asked for: a beginner needs none of them
        if offered.lent:
            dock.closed.connect(self._give_height_back)
        if not offered.width and offered.place is Place.BELOW:
            self._asked.append(dock)
            dock.opened.connect(self._widen)
            dock.visibilityChanged.connect(self._share_height)
            dock.toggleViewAction().triggered.connect(dock.raise_)  # Qt leaves it behind the other tabs

    # What opens and closes

    def prepare(self, name: str) -> bool:
        """Makes the content of a dock that is about to be opened; whether it had none."""
        dock = self[name]
        return isinstance(dock, LateDock) and dock.make()

    def open(self, name: str) -> None:
        """Shows a dock in front of others, at first as wide as it wants. What stands above the cost gets its
        share of the height; what is below may borrow from the cost."""
        offered, dock = self._offered[name], self[name]
        if offered.lent and dock.isHidden() and not self.column.on:
            self._lent = [self._cost.height(), self._runs.height()] if self._cost.isVisible() else []
        dock.show()
        dock.raise_()
        if self._widen_first(dock, offered.width) and offered.place is Place.ABOVE:
            self._share_height_below(dock)
        if offered.lent:
            self._lend_height(name)

    def close_borrowers(self) -> None:
        """Gives back what was borrowed: a layout is about to be kept."""
        for dock in self._offered.values():
            if dock.lent:
                self[dock.name].close()

    def _widen_first(self, dock: QDockWidget, width: int) -> bool:
        """Unless it has been shown before, or stands where a person left it."""
        if dock in self._placed or self._restored:
            return False
        self._placed.add(dock)
        self._window.resizeDocks([dock], [width], Qt.Orientation.Horizontal)
        return True

    def _lend_height(self, name: str) -> None:
        if self._lent is not None:
            shares = [1, self._offered[name].lent]
            self._window.resizeDocks([self._cost, self[name]], shares, Qt.Orientation.Vertical)

    @Slot()
    def _give_height_back(self) -> None:
        lent, self._lent = self._lent, None
        if lent and not self._below():
            self._window.resizeDocks([self._cost, self._runs], lent, Qt.Orientation.Vertical)
        elif lent is not None and not self._restored:
            self._share_height_with_runs()

    def _share_height_below(self, above: QDockWidget) -> None:
        docks = [above, self._cost, *self._below()]
        left = (1 - ABOVE_SHARE) / min(len(docks) - 1, 2)  # what is below the cost stands in one place
        heights = [round(share * self._window.height()) for share in (ABOVE_SHARE, *[left] * len(docks[1:]))]
        self._window.resizeDocks(docks, heights, Qt.Orientation.Vertical)

    def reset(self) -> None:
        """Puts them where a first start has them."""
        self.column.end()
        self._window.restoreState(self._standard, LAYOUT_VERSION)
        self._restored = self._height_shared = False
        self.room.want_all()
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
        if panel in (self._cost, self._runs):
            self._share_room()

    @Slot()
    def _share_room(self) -> None:
        if self._restored:
            return
        self._share_width()
        if self.column.on or self._height_shared:
            return
        for name, offered in self._offered.items():
            if offered.lent and self[name].isVisible():
                self._lend_height(name)
                return
        for above in self._at(Place.ABOVE):
            if above.isVisible():
                self._share_height_below(above)
                return
        self._share_height_with_runs()

    def _share_height_with_runs(self) -> None:
        runs = self._runs.widget().sizeHint().height()
        docks = [self._cost, self._runs]
        self._window.resizeDocks(docks, [self._window.height() - runs, runs], Qt.Orientation.Vertical)

    def _share_width(self) -> None:
        cost = max(
            LEAST_RIGHT,
            round(RIGHT_SHARE * self._window.width()),
            *(whole_width(dock.widget()) for dock in self._below()),
        )
        widths = {self._settings: SETTINGS_WIDTH, self._cost: cost}
        if self.column.on:
            del widths[self._cost]
        self._window.resizeDocks(list(widths), list(widths.values()), Qt.Orientation.Horizontal)

    @Slot(bool)
    def _share_height(self, shown: bool) -> None:
        """What is first opened below the cost gets the larger part of the height."""
        if shown and not self._height_shared and self._shown and not self.column.on:
            self._height_shared = True
            docks = self._below()
            self._window.resizeDocks([self._cost, *docks], [3, *[7] * len(docks)], Qt.Orientation.Vertical)

    @Slot(QDockWidget)
    def _widen(self, dock: QDockWidget) -> None:
        """What is first opened is seen whole."""
        wanted = whole_width(dock.widget())
        if self._shown and not self.column.on and dock.width() < wanted:
            self._window.resizeDocks([dock], [wanted], Qt.Orientation.Horizontal)

    def _below(self) -> list[QDockWidget]:
        """What has been opened below the cost."""
        return [dock for dock in self._asked if not dock.isHidden()]

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
