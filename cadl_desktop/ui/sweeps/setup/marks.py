"""Small marks on the fields of the forms, by which a person picks what a sweep varies."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QBoxLayout, QLayout, QToolButton, QWidget

from cadl_desktop.session.sweeps.setup import SweepSetup
from cadl_desktop.sweeps.plan.variables import variables
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.theme.event_loop import NEXT_ITERATION_MS
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import TARGET


class VaryMark(QToolButton):
    """Stands right of a control; pressed, what the control sets varies."""

    def __init__(self, control: QWidget, row: QBoxLayout) -> None:
        super().__init__()
        self.control = control
        self.setCheckable(True)
        self.setProperty("toggle", True)
        self.setProperty("narrow", True)
        self.setFixedSize(TARGET, TARGET)
        self._shown: tuple[str, bool] | None = None
        row.insertWidget(row.indexOf(control) + 1, self)
        QWidget.setTabOrder(control, self)

    def show_varies(self, on: bool) -> None:
        self.setChecked(on)
        setting = self.control.accessibleName()
        if self._shown != (setting, on):  # most edits change neither
            self._shown = setting, on
            set_icon(self, "vary", "accent" if on else "muted")
            name = f"{setting}: vary"
            describe(self, name, "On: a sweep trains with several values of this setting.")


class Marks(QObject):
    """Keeps marks on whatever `controls` finds, by the paths of the settings, while a sweep is set up."""

    def __init__(
        self, setup: SweepSetup, controls: Callable[[], Mapping[str, QWidget]], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._setup, self._controls = setup, controls
        self._marks: dict[QWidget, VaryMark] = {}
        self._paths: dict[VaryMark, str] = {}
        # In a turn of their own, after the panel's: together they take a tenth of a second beside a training.
        self._next_turn = QTimer(self, singleShot=True, interval=NEXT_ITERATION_MS)
        self._next_turn.timeout.connect(self.show)
        setup.wanted_changed.connect(lambda _: self._next_turn.start())
        setup.changed.connect(self._next_turn.start)

    def mark(self, path: str) -> VaryMark | None:
        """That of a setting, where it has one now."""
        return next((mark for mark, its_path in self._paths.items() if its_path == path), None)

    @Slot()
    def show(self) -> None:
        """Shows them where they belong now; also called when a form shows other settings."""
        self._paths.clear()
        wanted = self._setup.is_wanted
        known = variables(self._setup.sweep.base) if wanted else {}
        for path, control in self._controls().items() if wanted else ():
            if path in known and (mark := self._mark_of(control)) is not None:
                self._paths[mark] = path
                mark.show_varies(self._setup.varies(path))
        # Each that goes or comes has its form laid out anew.
        for control, mark in self._marks.items():
            mark.setVisible(mark in self._paths and not control.isHidden())

    def _mark_of(self, control: QWidget) -> VaryMark | None:
        if control not in self._marks:
            parent = control.parentWidget()
            row = _row_of(control, parent.layout() if parent else None)
            if row is None:
                return None
            mark = self._marks[control] = VaryMark(control, row)
            mark.clicked.connect(lambda on: self._vary(mark, on))
            control.destroyed.connect(lambda _=None, key=control: self._forget(key))
        return self._marks[control]

    def _vary(self, mark: VaryMark, on: bool) -> None:
        """Unless an edit that the marks haven't followed yet has taken the setting away."""
        path = self._paths.get(mark)
        if path is not None and path in variables(self._setup.sweep.base):
            self._setup.vary(path, on)

    def _forget(self, control: QWidget) -> None:
        mark = self._marks.pop(control, None)
        if mark is not None:
            self._paths.pop(mark, None)


def _row_of(control: QWidget, layout: QLayout | None) -> QBoxLayout | None:
    """The row that a control stands in, however deep that is in a layout."""
    if layout is None:
        return None
    # Not by its items: Python would keep them under addresses that Qt gives to the next widget.
    within = (layout, *layout.findChildren(QBoxLayout))
    return next((row for row in within if isinstance(row, QBoxLayout) and row.indexOf(control) >= 0), None)
