"""Small marks on the fields of the forms, by which a person picks what a sweep varies."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QBoxLayout, QToolButton, QWidget

from cadl_desktop.session.sweeps.setup import SweepSetup
from cadl_desktop.sweeps.plan.variables import variables
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.looks import toggle
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import TARGET


class Marks(QObject):
    """Shows marks right of the controls that `controls` returns by path, while a sweep is set up."""

    def __init__(
        self, setup: SweepSetup, controls: Callable[[], Mapping[str, QWidget]], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._setup, self._controls = setup, controls
        self._marks: dict[QWidget, QToolButton] = {}
        self._paths: dict[QWidget, str] = {}
        """Paths of the settings of the controls that have marks now."""
        setup.changed.connect(self.show)

    def mark(self, path: str) -> QToolButton | None:
        """Mark of a setting; None where none is shown."""
        return next((self._marks[control] for control, its in self._paths.items() if its == path), None)

    @Slot()
    def show(self) -> None:
        """Shows the marks of the present controls; also called when a form shows other settings."""
        self._paths = {}
        if self._setup.is_wanted:
            known = variables(self._setup.sweep.base)
            for path, control in self._controls().items():
                if path in known and (control in self._marks or self._add_mark(control)):
                    self._paths[control] = path
                    mark, name = self._marks[control], f"{control.accessibleName()}: vary"
                    mark.setChecked(self._setup.varies(path))
                    if mark.accessibleName() != name:  # a card shows another layer
                        describe(mark, name, "On: a sweep trains with several values of this setting.")
        # A mark that appears or disappears has its form laid out anew.
        for control, mark in self._marks.items():
            mark.setVisible(control in self._paths and not control.isHidden())

    def _add_mark(self, control: QWidget) -> bool:
        """Adds a mark to a control; returns False where the control is in no row."""
        row = _row_of(control)
        if row is None:
            return False
        mark = self._marks[control] = toggle("", "")
        set_icon(mark, "vary", "muted")
        mark.toggled.connect(lambda on: set_icon(mark, "vary", "accent" if on else "muted"))
        mark.setProperty("narrow", True)
        mark.setFixedSize(TARGET, TARGET)
        row.insertWidget(row.indexOf(control) + 1, mark)
        QWidget.setTabOrder(control, mark)
        mark.clicked.connect(lambda on: self._vary(control, on))
        control.destroyed.connect(lambda _=None: self._forget(control))
        return True

    def _vary(self, control: QWidget, on: bool) -> None:
        """Varies a setting, unless an edit that the marks haven't followed yet has removed it."""
        path = self._paths.get(control)
        if path is not None and path in variables(self._setup.sweep.base):
            self._setup.vary(path, on)

    def _forget(self, control: QWidget) -> None:
        self._marks.pop(control, None)
        self._paths.pop(control, None)


def _row_of(control: QWidget) -> QBoxLayout | None:
    """Returns the row that holds a control, at any depth of its parent's layout."""
    parent = control.parentWidget()
    layout = parent.layout() if parent else None
    # Not by its items: Python would keep them under addresses that Qt gives to the next widget.
    within = (layout, *layout.findChildren(QBoxLayout)) if layout else ()
    return next((row for row in within if isinstance(row, QBoxLayout) and row.indexOf(control) >= 0), None)
