"""List of the sets of trainings that a window can show, and the one that its page shows."""

from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.session.comparing.comparison import Comparison, Selection


class ComparedSets(QObject):
    """Sets in the order in which they came, the runs of the project first.

    `listed` is emitted when there are others, `shown_changed` when another set is shown, or when the shown
    one has other trainings, `changed` when its trainings have changed. `selection` is that of the shown set;
    what was chosen in another comes back with it, and each has its own baseline.
    """

    listed = Signal()
    shown_changed = Signal()
    changed = Signal()

    def __init__(self, first: Comparison, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sets: tuple[Comparison, ...] = ()
        self.selection = Selection(self)
        self.shown = first
        self.selection.share(first.baseline)
        self._chosen: dict[Comparison, tuple[int, ...]] = {}
        self.add(first)

    def add(self, comparison: Comparison) -> None:
        """Lists a set, unless it is listed already."""
        if comparison in self.sets:
            return
        self.sets = (*self.sets, comparison)
        comparison.replaced.connect(self._show_again)
        comparison.changed.connect(self._follow)
        self.listed.emit()

    def show(self, comparison: Comparison) -> None:
        """Lists a set and shows it."""
        self.add(comparison)
        if comparison is not self.shown:
            self._turn_to(comparison)

    def remove(self, comparison: Comparison) -> None:
        """Lets a set go, and shows the first one in its place, which always stays."""
        if comparison is self.sets[0] or comparison not in self.sets:
            return
        if comparison is self.shown:
            self.show(self.sets[0])
        self.sets = tuple(each for each in self.sets if each is not comparison)
        self._chosen.pop(comparison, None)
        comparison.disconnect(self)
        comparison.end()
        self.listed.emit()

    def end(self) -> None:
        """Lets all sets go, as the window closes."""
        for comparison in self.sets:
            comparison.end()

    @Slot()
    def _follow(self) -> None:
        if self.sender() is self.shown:
            self.selection.keep(self.shown.trainings.by_number)
            self.changed.emit()

    @Slot()
    def _show_again(self) -> None:
        """Forgets what was chosen of a set that now has other trainings of the same numbers, and shows it
        anew."""
        if (replaced := self.sender()) is self.shown:
            self.selection.keep(())
            self._turn_to(self.shown)
        elif isinstance(replaced, Comparison):
            self._chosen.pop(replaced, None)
            replaced.baseline.keep(())
        self.listed.emit()

    def _turn_to(self, comparison: Comparison) -> None:
        self._chosen[self.shown] = self.selection.numbers
        self.selection.share(comparison.baseline)
        self.selection.set_kept(None)
        self.selection.select()
        self.shown = comparison
        self.shown_changed.emit()
        self.selection.select(*self._chosen.pop(comparison, ()))
        self.selection.keep(comparison.trainings.by_number)
