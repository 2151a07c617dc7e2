"""Simple and All: leaves parts of the studio out in Simple, but for those that are needed."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QWidget, QWidgetAction

from cadl_desktop.session.document import Document
from cadl_desktop.session.simple_studio import IN_SIMPLE, PARTS, shown_at_start
from cadl_desktop.ui.controls.section import NEEDED
from cadl_desktop.ui.frame.actions import Actions
from cadl_desktop.ui.frame.dock_visibility import Panel
from cadl_desktop.ui.frame.docks import Docks
from cadl_desktop.ui.frame.door import Door, Hideable
from cadl_desktop.ui.settings.preference import Preference, preferences
from cadl_desktop.ui.settings.settings_table import STUDIO

_NAMES = frozenset(part.name for part in PARTS)


class Studio(QObject):
    """Shows in Simple the parts that the table has there, or a teacher's file, and those that are needed.

    A part that was needed stays until another experiment is opened, so that nothing comes and goes while
    somebody works. Owners of hidden widgets may show and hide them as ever: an event filter hides them again.
    """

    changed = Signal()
    """Simple became All, or All became Simple."""

    def __init__(self, window: QMainWindow, document: Document, docks: Docks, actions: Actions) -> None:
        super().__init__(window)
        self._window, self._document, self._docks, self._actions = window, document, docks, actions
        at_start = shown_at_start()
        self._in_simple = IN_SIMPLE if at_start is None else at_start
        self.is_simple = at_start is not None or STUDIO.get() == "simple"
        self._opened = document.opened
        self._needed: set[str] = set()
        self._hideables: list[Hideable] = []
        self._hidden: dict[QObject, Hideable] = {}
        self._shown: frozenset[str] | None = None
        """Parts that panels and menus show now."""
        self._closed: list[QDockWidget] = []
        """Docks that stay closed without Simple, too, unless somebody opens them; these were open."""
        self._menus: list[tuple[QMenu, Sequence[QAction]]] = []
        self._names: dict[QAction, str] = {}
        """Parts of the menus' entries and of the docks' switches."""

    def begin(self, doors: Sequence[Door]) -> None:
        """Takes what there is to hide, once the window is built, and hides it where it is Simple."""
        self._hideables = [each for door in doors for each in door.hideables]
        for menu in self._window.menuBar().findChildren(QMenu):
            if menu.parent() is self._window.menuBar():
                self._menus.append((menu, menu.actions()))
        self._names = {self._actions.listed[entry]: part.name for part in PARTS for entry in part.entries}
        for panel in self._docks.panels():
            switch = panel.toggleViewAction()
            self._names[switch] = panel.objectName()
            switch.triggered.connect(self._keep_opened)
        for news in (self._document.changed, self._document.problems_changed):
            news.connect(self.refresh)
        for door in doors:
            for news in door.news:
                news.connect(self.refresh)
        preferences().changed.connect(self._follow)
        self.refresh()

    def shows(self, name: str) -> bool:
        """Whether a part is shown, as far as Simple has a say in it."""
        return not self.is_simple or name not in _NAMES or name in self._in_simple | self._needed

    def need(self, *names: str) -> None:
        """Shows parts until another experiment is opened."""
        if new := set(names) - self._needed:
            self._needed |= new
            self.refresh()

    @Slot()
    def _keep_opened(self) -> None:
        """Keeps a panel that somebody has opened by its switch."""
        self.need(*(panel.objectName() for panel in self._docks.panels() if not panel.isHidden()))

    @Slot()
    def refresh(self) -> None:
        """Looks what is needed now, and hides widgets that are new."""
        if self._opened != self._document.opened:
            self._opened = self._document.opened
            self._needed.clear()
        if self.is_simple:
            self._needed |= {
                each.name for each in self._hideables if not self.shows(each.name) and each.is_needed()
            }
        shown = frozenset(filter(self.shows, _NAMES))
        is_other, self._shown = shown != self._shown, shown
        self._show_widgets()
        if is_other:
            self._show_panels()
            self._show_entries()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        hideable = self._hidden.get(watched)
        if hideable is not None and isinstance(watched, QWidget):
            if event.type() == NEEDED:
                self.need(hideable.name)
            elif event.type() == QEvent.Type.ShowToParent:
                watched.hide()
        return False

    @Slot(object)
    def _follow(self, preference: Preference[object]) -> None:
        if preference is STUDIO and self.is_simple != (STUDIO.get() == "simple"):
            self.is_simple = not self.is_simple
            self._needed.clear()
            self.refresh()
            self.changed.emit()

    def _show_widgets(self) -> None:
        changed: dict[QWidget, None] = {}
        for hideable in self._hideables:
            is_shown = self.shows(hideable.name)
            for part in hideable.find():
                if is_shown == (_widget_of(part) in self._hidden):
                    self._show(part, hideable, is_shown)
                    if (parent := part.parent()) is not None and isinstance(parent, QWidget):
                        changed[parent] = None
        for parent in changed:
            # Rows that fit their content to their width do so when they are resized.
            QCoreApplication.sendEvent(parent, QResizeEvent(parent.size(), parent.size()))

    def _show(self, part: QWidget | QAction, hideable: Hideable, is_shown: bool) -> None:
        widget = _widget_of(part)
        if is_shown:
            del self._hidden[widget]
            widget.removeEventFilter(self)
            part.setVisible(hideable.is_wanted())
        else:
            self._hidden[widget] = hideable
            part.setVisible(False)
            widget.installEventFilter(self)

    def _show_panels(self) -> None:
        """Shows and hides docks and bars; closes those without content of their own where Simple begins."""

        def is_allowed(panel: Panel) -> bool:
            return self.shows(panel.objectName())

        self._docks.visibility.allow(is_allowed)
        for dock in self._docks.on_demand:
            if not dock.isHidden() and not is_allowed(dock):
                dock.close()
                self._closed.append(dock)
        if not self.is_simple:
            for dock in self._closed:
                dock.show()
            self._closed.clear()

    def _show_entries(self) -> None:
        """Leaves entries out of the menus; as actions of the window they keep their keys."""
        for menu, entries in self._menus:
            shown = [each for each in entries if self.shows(self._names.get(each, ""))]
            if shown != menu.actions():
                for each in entries:
                    menu.removeAction(each)
                menu.addActions(shown)


def _widget_of(part: QWidget | QAction) -> QWidget:
    """Widget itself, or that of a toolbar's action."""
    if isinstance(part, QWidgetAction):
        return part.defaultWidget()
    assert isinstance(part, QWidget)
    return part
