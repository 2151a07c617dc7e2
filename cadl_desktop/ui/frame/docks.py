"""Docks at the sides of the window: creating, opening, and sharing the window's size among them."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QDockWidget,
    QMainWindow,
    QScrollArea,
    QTabBar,
    QToolBar,
    QWidget,
)

from cadl_desktop.session.session import Session
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import scroll_area
from cadl_desktop.ui.controls.topics import set_topic
from cadl_desktop.ui.frame.dock_visibility import ExpandedMiddle, OneColumn, PanelVisibility
from cadl_desktop.ui.frame.door import Bar, Dock, Place
from cadl_desktop.ui.settings.settings_table import LAYOUT_VERSION
from cadl_desktop.ui.theme.theme import GRID

SETTINGS_WIDTH = 280
LEAST_RIGHT, RIGHT_SHARE = 28 * GRID, 0.18
"""Width of the docks on the right: at least so many pixels, and this share of the window's width."""
TABS_SHARE = 0.3
"""Largest share of the window's width that docks on the right get so that no title of a tab is elided."""
ABOVE_SHARE = 0.6
"""Initial share of the window's height for a dock above the cost."""


class LazyDock(QDockWidget):
    """Dock that creates its content when it is first shown, for a faster start.

    `make` is called with the parent of the content. With `scrolls` the content gets scroll bars; in a small
    dock Qt would otherwise draw it over other parts of the window.
    """

    opened = Signal(QDockWidget)  # its content has just been created
    closed = Signal()

    def __init__(
        self, title: str, make: Callable[[QWidget], QWidget], parent: QWidget, *, scrolls: bool = False
    ) -> None:
        super().__init__(title, parent)
        self._make, self._scrolls = make, scrolls

    def make(self) -> bool:
        """Creates the content if there is none yet, and returns whether it did."""
        if self.widget() is not None:
            return False
        self.setWidget(self._scrolled() if self._scrolls else self._make(self))
        return True

    def _scrolled(self) -> QScrollArea:
        scroll = scroll_area(self)
        scroll.setWidget(self._make(scroll.viewport()))
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        return scroll

    def showEvent(self, event: QShowEvent) -> None:
        is_new = self.make()
        super().showEvent(event)
        if is_new:
            self.opened.emit(self)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()


def full_width(content: QWidget) -> int:
    """Width in pixels that a dock's content needs, including its scroll bar."""
    needed = content.minimumSizeHint().width()
    if isinstance(content, QScrollArea) and (inner := content.widget()) is not None:
        bar = content.verticalScrollBar().sizeHint().width()
        return max(needed, inner.minimumWidth() + bar, inner.minimumSizeHint().width() + bar)
    return needed


class Docks(QObject):
    """All docks: settings on the left, cost on the right, runs and the docks of the View menu below the
    cost."""

    were_reset = Signal()

    def __init__(self, window: QMainWindow, session: Session) -> None:
        super().__init__(window)
        self._window = window
        self._shown = self._restored = self._height_shared = self._share_due = False
        self._placed: set[QDockWidget] = set()
        self._heights_before: list[int] | None = None
        """Heights of cost and runs before another dock borrowed from them."""
        self._offered: dict[str, Dock] = {}
        self._made: dict[str, QDockWidget] = {}
        self.on_demand: list[QDockWidget] = []
        """Docks below the cost that the View menu opens."""
        self._bars: list[QToolBar] = []
        self.visibility = PanelVisibility(session)
        self.tab_bars = DockTabBars(self)
        self.expanded_middle = ExpandedMiddle(window, self.visibility, self.panels)
        window.setDockOptions(
            QMainWindow.DockOption.AllowNestedDocks | QMainWindow.DockOption.AllowTabbedDocks
        )

    def __getitem__(self, name: str) -> QDockWidget:
        return self._made[name]

    def __iter__(self) -> Iterator[QDockWidget]:
        """Yields the docks in menu order."""
        return (self._made[name] for name in self._offered)

    def panels(self) -> list[QDockWidget | QToolBar]:
        """Everything that can be shown and hidden: docks and bars."""
        return [*self, *self._bars]

    def is_behind(self, widget: QWidget | None) -> bool:
        """Whether a widget is in a dock behind another one's tab, which Qt moves outside the window."""
        docks = [dock for dock in self if widget is not None and dock.isAncestorOf(widget)]
        return any(
            not dock.isFloating() and not dock.geometry().intersects(self._window.rect()) for dock in docks
        )

    # Creation, once the window has its features

    def fill(self, offered: Sequence[Dock]) -> None:
        """Creates the docks in their initial places. Of the tabs below the cost, those that a command opens
        are last."""
        self._offered = {dock.name: dock for dock in offered}
        beside = [dock for dock in offered if dock.place is not Place.BELOW]
        below = sorted((dock for dock in offered if dock.place is Place.BELOW), key=lambda dock: dock.width)
        for dock in (*beside, *below):
            self._made[dock.name] = self._dock(dock)
        self._settings, self._cost, self._runs = (
            next(self._at(place)) for place in (Place.LEFT, Place.RIGHT, Place.BELOW)
        )
        self._cost.widget().setMinimumWidth(LEAST_RIGHT)  # Qt shrinks docks first in a narrower window
        for left, right in pairwise(below):
            self._window.tabifyDockWidget(self[left.name], self[right.name])
        for dock in offered:
            if dock.is_lazy:
                self._connect_lazy(self[dock.name], dock)
        self.visibility.appeared.connect(self._share_room_again)
        self._standard = self._window.saveState(LAYOUT_VERSION)
        others = [self[dock.name] for dock in offered if dock.place is not Place.LEFT]
        self.column = OneColumn(self._window, self._settings, others)
        self.column.changed.connect(self._share_room)

    def add_bar(self, offered: Bar) -> None:
        """Adds a toolbar at its side of the window."""
        self._window.addToolBar(offered.area, offered.bar)
        self._bars.append(offered.bar)
        self.visibility.manage(offered.bar, offered.has_content)

    def _at(self, place: Place) -> Iterator[QDockWidget]:
        """Yields the docks of an initial place, lazy ones last."""
        docks = [dock for dock in self._offered.values() if dock.place is place]
        return (self[dock.name] for dock in sorted(docks, key=lambda dock: dock.is_lazy))

    def _dock(self, offered: Dock) -> QDockWidget:
        window = self._window
        if offered.is_lazy:
            dock: QDockWidget = LazyDock(offered.title, offered.make, window, scrolls=offered.scrolls)
        else:
            dock = QDockWidget(offered.title, window)
            dock.setWidget(offered.make(dock))
        dock.setObjectName(offered.name)
        set_topic(dock, offered.manual)
        at_left = offered.place is Place.LEFT
        area = Qt.DockWidgetArea.LeftDockWidgetArea if at_left else Qt.DockWidgetArea.RightDockWidgetArea
        window.addDockWidget(area, dock)
        self._describe_buttons(dock)
        dock.windowTitleChanged.connect(lambda _: self._describe_buttons(dock))
        if offered.has_content is not None:
            self.visibility.manage(dock, offered.has_content)
        return dock

    def _connect_lazy(self, dock: QDockWidget, offered: Dock) -> None:
        assert isinstance(dock, LazyDock)
        if offered.has_content is None:
            dock.hide()  # until the View menu opens it: a beginner needs none of them
        if offered.lent:
            dock.closed.connect(self._give_height_back)
        if not offered.width and offered.place is Place.BELOW:
            self.on_demand.append(dock)
            dock.opened.connect(self._widen)
            dock.visibilityChanged.connect(self._share_height)
            dock.toggleViewAction().triggered.connect(dock.raise_)  # Qt would leave it behind the other tabs

    # Opening and closing

    def open(self, name: str) -> None:
        """Shows a dock in front of its tabs, the first time at its own width. A dock above the cost gets its
        share of the height; one below may borrow height from the cost."""
        offered, dock = self._offered[name], self[name]
        if offered.lent and dock.isHidden() and not self.column.on:
            self._heights_before = (
                [self._cost.height(), self._runs.height()] if self._cost.isVisible() else []
            )
        dock.show()
        dock.raise_()
        width = max(offered.width, self._tabs_width()) if offered.place is Place.BELOW else offered.width
        if self._widen_first(dock, width) and offered.place is Place.ABOVE:
            self._share_height_below(dock)
        if offered.lent:
            self._lend_height(name)

    def close_borrowing(self) -> None:
        """Closes docks that borrow height, before a layout is saved."""
        for dock in self._offered.values():
            if dock.lent:
                self[dock.name].close()

    def _widen_first(self, dock: QDockWidget, width: int) -> bool:
        """Sets the width of a dock that is shown for the first time and isn't part of a restored layout."""
        if dock in self._placed or self._restored:
            return False
        self._placed.add(dock)
        self._window.resizeDocks([dock], [width], Qt.Orientation.Horizontal)
        return True

    def _lend_height(self, name: str) -> None:
        if self._heights_before is not None:
            lent = self._offered[name].lent
            shares = [100 - lent, lent]
            self._window.resizeDocks([self._cost, self[name]], shares, Qt.Orientation.Vertical)

    @Slot()
    def _give_height_back(self) -> None:
        heights, self._heights_before = self._heights_before, None
        if heights and not self._below():
            self._window.resizeDocks([self._cost, self._runs], heights, Qt.Orientation.Vertical)
        elif heights is not None and not self._restored:
            self._share_height_with_runs()

    def _share_height_below(self, above: QDockWidget) -> None:
        docks = [above, self._cost, *self._below()]
        left = (1 - ABOVE_SHARE) / min(len(docks) - 1, 2)  # docks below the cost are tabs of one place
        heights = [round(share * self._window.height()) for share in (ABOVE_SHARE, *[left] * len(docks[1:]))]
        self._window.resizeDocks(docks, heights, Qt.Orientation.Vertical)

    def reset(self) -> None:
        """Restores the layout of a first start."""
        self.column.end()
        self._window.restoreState(self._standard, LAYOUT_VERSION)
        self._restored = self._height_shared = False
        self.visibility.want_all()
        self.column.fit()
        self.share_room()
        self.were_reset.emit()

    def restore(self, layout: QByteArray) -> None:
        self._restored = self._height_shared = self._window.restoreState(layout, LAYOUT_VERSION)

    def share_room(self) -> None:
        """Called when the window is first shown. Unless a layout was restored, the middle gets most of the
        room."""
        self._shown = True
        if self.expanded_middle.on:  # a page is shown first
            self._share_due = True
        else:
            self.column.fit()
            self._share_room()

    @Slot(object)
    def _share_room_again(self, panel: QWidget) -> None:
        """Called when a dock appears that was empty before."""
        if panel in (self._cost, self._runs):
            self._share_room()

    @Slot(bool)
    def hide_for_page(self, on: bool) -> None:
        """Hides all panels while a page is shown, and shows them again."""
        self.expanded_middle.hide_panels(on)
        if not on and self._share_due:
            self._share_due = False
            self.share_room()
        self.column.hold(on)

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
            *(full_width(dock.widget()) for dock in self._below()),
        )
        widths = {self._settings: SETTINGS_WIDTH, self._cost: cost}
        if self.column.on:
            del widths[self._cost]
        self._window.resizeDocks(list(widths), list(widths.values()), Qt.Orientation.Horizontal)

    @Slot(bool)
    def _share_height(self, shown: bool) -> None:
        """Gives the larger part of the height to the first dock opened below the cost."""
        if shown and not self._height_shared and self._shown and not self.column.on:
            self._height_shared = True
            docks = self._below()
            self._window.resizeDocks([self._cost, *docks], [3, *[7] * len(docks)], Qt.Orientation.Vertical)

    @Slot(QDockWidget)
    def _widen(self, dock: QDockWidget) -> None:
        """Widens a dock that is opened for the first time, so that nothing of it and of the tabs is cut
        off."""
        wanted = max(full_width(dock.widget()), self._tabs_width())
        if self._shown and not self.column.on and dock.width() < wanted:
            self._window.resizeDocks([dock], [wanted], Qt.Orientation.Horizontal)

    def _tabs_width(self) -> int:
        """Width in pixels of the tabs of all open docks below the cost, or 0 where it would be too large."""
        tabs = QTabBar(self._window)
        for dock in self._at(Place.BELOW):
            if not dock.isHidden():
                tabs.addTab(dock.windowTitle())
        tabs.ensurePolished()
        width = tabs.sizeHint().width()
        tabs.deleteLater()
        return width if width <= TABS_SHARE * self._window.width() else 0

    def _below(self) -> list[QDockWidget]:
        """Open docks below the cost."""
        return [dock for dock in self.on_demand if not dock.isHidden()]

    def _describe_buttons(self, dock: QDockWidget) -> None:
        """Names the buttons that Qt has put into a dock's title bar."""
        title = dock.windowTitle()
        for button, name, text in (
            ("float", f"Float {title}", f"Takes {title} out of the window, or puts it back."),
            ("close", f"Close {title}", f"Closes {title}; the View menu brings it back."),
        ):
            made = dock.findChild(QAbstractButton, f"qt_dockwidget_{button}button")
            if made is not None:
                describe(made, name, text)


class DockTabBars(QObject):
    """Excludes hidden tab bars from the tab order: where a single dock is left of several tabs, Qt moves its
    bar outside the window, and still reports it as visible."""

    def watch(self, bar: QTabBar) -> None:
        """Called with each tab bar that Qt creates when docks become tabs."""
        bar.setUsesScrollButtons(False)  # they would have no tooltip; long titles are elided
        bar.setAccessibleName("Panels")
        bar.installEventFilter(self)
        _update_focus_policy(bar)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Show) and isinstance(watched, QTabBar):
            _update_focus_policy(watched)
        return False


def _update_focus_policy(bar: QTabBar) -> None:
    corner = bar.geometry().topLeft()
    is_seen = corner.x() >= 0 and corner.y() >= 0
    bar.setFocusPolicy(Qt.FocusPolicy.TabFocus if is_seen else Qt.FocusPolicy.NoFocus)
