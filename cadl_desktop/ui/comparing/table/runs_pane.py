"""Pane of the project's runs beside the studio: the table in its compact form, and what can be done."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from cadl_desktop.comparing.seeded_designs import can_be_compared
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.session.comparing.comparison import Selection
from cadl_desktop.session.comparing.run_comparison import RunComparison
from cadl_desktop.session.session import Session
from cadl_desktop.session.views.missing_pictures import RunThumbnails
from cadl_desktop.ui.comparing.table.delegate import ROW_HEIGHT
from cadl_desktop.ui.comparing.table.view import TrainingsTable
from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import in_column, in_row, wide
from cadl_desktop.ui.theme.theme import GRID

_REMOVAL = -1
_WITH_BUTTONS = 0, 1, _REMOVAL
"""Places of the actions that have a button: reopening, comparing and removing."""
_SHOWN_STAYS = "The run that is shown stays in the list."
_REMOVES = "Takes the chosen runs out of the list; it can be undone (Delete)."
_AGAINST = "Trains both anew side by side: two chosen runs, or one and this network."
_SEEDS = "Trains one run, or two of equal data, with several seeds, to see what the seed decides."
_SWIPE = "Lays what this run made over what the shown one makes."


class RunsPane(QWidget):
    """Runs of a session.

    compare_wanted: the chosen runs, which are in the selection, are to be seen on the page.
    swipe_wanted(record, name): a run's painting is to be laid over the shown one.
    seeds_wanted: the chosen run, or two, are to be trained with other seeds.
    against_wanted: the chosen run is to be trained against the document, or two against one another.
    """

    compare_wanted = Signal()
    swipe_wanted = Signal(object, str)  # RunRecord
    seeds_wanted = Signal()
    against_wanted = Signal()

    def __init__(
        self, comparison: RunComparison, selection: Selection, session: Session, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._comparison, self.selection = session, comparison, selection
        selection.share(comparison.baseline)
        self.setAccessibleName("Runs")
        self.table = TrainingsTable(selection, comparison, session.background, is_compact=True)
        self.table.menu_actions = self.run_actions
        self._buttons = [QPushButton() for _ in range(3)]
        self.reopen_button, self.compare_button, self.remove_button = self._buttons
        for place, button in zip(_WITH_BUTTONS, self._buttons, strict=True):
            button.setProperty("small", True)
            button.clicked.connect(partial(self._act, place))
        in_column(wide(self.table), in_row(*map(wide, self._buttons)), on=self, margins=(GRID, 0, GRID, GRID))
        RunThumbnails(session, self)
        comparison.changed.connect(self._show_runs)
        for news in (selection.changed, session.status_changed, session.document.changed):
            news.connect(self._refresh)
        self.table.open_wanted.connect(comparison.adopt)
        self.table.removal_wanted.connect(partial(self._act, _REMOVAL))
        self._show_runs()

    def sizeHint(self) -> QSize:
        return QSize(36 * GRID, 15 * GRID + 4 * ROW_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(30 * GRID, 15 * GRID + ROW_HEIGHT)

    @Slot()
    def _show_runs(self) -> None:
        trainings = self._comparison.trainings
        self.selection.keep([each.number for each in trainings.trainings])
        self.table.show_trainings(trainings)
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        actions = self.run_actions()
        for place, button in zip(_WITH_BUTTONS, self._buttons, strict=True):
            action = actions[place]
            button.setVisible(bool(self._comparison.trainings.trainings))
            button.setText(action.title)
            button.setEnabled(action.possible())
            describe(button, action.title, action.tip)

    # What can be done

    def _act(self, place: int, _checked: bool = False) -> None:
        self.run_actions()[place]()

    def run_actions(self) -> list[Action]:
        """Returns what can be done with the chosen runs."""
        session, numbers, trainings = self._session, self.selection.numbers, self._comparison.trainings
        current, shown, count = session.runs.current, session.document.experiment, len(trainings.trainings)
        records = [record for number in numbers if (record := session.runs.record(number))]
        is_few = len(records) in (1, 2)
        can_seed = is_few and can_be_compared([record.experiment for record in records])
        is_alike = [it.state is not None and it.experiment.data == shown.data for it in records[:1]]
        can_swipe = is_painting(shown) and any(is_alike)
        can_remove = any(number != current for number in numbers)

        def action(title: str, calls: Callable[[], object], can: bool, tip: str) -> Action:
            return Action(title, calls, tip=tip, possible=lambda: can)

        against = "Against one another…" if len(numbers) == 2 else "Against this network…"
        removal = _REMOVES if can_remove else _SHOWN_STAYS
        return [
            self.table.adoption,
            action("Compare", self._compare, count >= 2, "Shows runs side by side, also the shown one."),
            action(against, self.against_wanted.emit, is_few, _AGAINST),
            action("Again with other seeds…", self.seeds_wanted.emit, can_seed, _SEEDS),
            action("Swipe over the painting", self._swipe, can_swipe, _SWIPE),
            *self.table.common_actions(),
            action("Remove", self._remove, can_remove, removal),
        ]

    def _swipe(self) -> None:
        number = self.selection.number
        training = self._comparison.trainings.by_number[number or 0]
        self.swipe_wanted.emit(self._session.runs.record(number), training.differs)

    def _compare(self) -> None:
        if len(self.selection.numbers) == 1:
            shown = self._session.runs.current
            if shown is not None and shown not in self.selection.numbers:
                self.selection.select(*self.selection.numbers, shown)
        self.compare_wanted.emit()

    def _remove(self) -> None:
        """Removes the chosen runs, and chooses the one below, so that the same key removes several."""
        numbers, chosen = [each.number for each in self.table.model.listed], self.selection.numbers
        place = numbers.index(chosen[0]) if chosen[0] in numbers else 0
        self._comparison.remove(chosen)
        if left := self.table.model.listed:
            self.selection.select(left[min(place, len(left) - 1)].number)
