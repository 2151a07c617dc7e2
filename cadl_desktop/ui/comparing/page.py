"""The page on which trainings are compared: the table of a set and its views, live while they go on."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QProgressBar, QPushButton, QSplitter, QWidget

from cadl_desktop.comparing.comparable import LEAST_SETTINGS
from cadl_desktop.comparing.training import Training, TrainingSet
from cadl_desktop.runs.events import Floats
from cadl_desktop.sentences import counted, shown
from cadl_desktop.session.background import Background
from cadl_desktop.session.comparing.compared_sets import ComparedSets
from cadl_desktop.ui.comparing.coordinates.view import CoordinatesView
from cadl_desktop.ui.comparing.importance import ImportanceView
from cadl_desktop.ui.comparing.pictures.view import PicturesView
from cadl_desktop.ui.comparing.plots.courses import CoursesView
from cadl_desktop.ui.comparing.plots.setting import SettingView, SizeView
from cadl_desktop.ui.comparing.spread.view import SpreadView
from cadl_desktop.ui.comparing.table.view import TrainingsTable
from cadl_desktop.ui.comparing.view_tabs import ViewEntry, ViewTabs
from cadl_desktop.ui.comparing.words import objective_text, telling_text, with_deviation
from cadl_desktop.ui.controls.action import Action, button_for
from cadl_desktop.ui.controls.fields import Chooser, describe, order_tabs
from cadl_desktop.ui.controls.layouts import SPRING, in_column, in_row, wide
from cadl_desktop.ui.controls.looks import FittingLabel, set_look, set_tip
from cadl_desktop.ui.controls.number_text import clock_text, grouped
from cadl_desktop.ui.theme.theme import GRID

_SHARES = (450, 550)
"""Of the width: the table and the views."""
_ASKING = (
    ("Other seeds…", "seeds", "Trains the chosen one, or two, with other seeds, to see what these decide."),
    ("Against…", "against", "Trains two designs side by side, from the same seeds."),
    ("New sweep…", "sweep", "Trains this experiment many times, with several values of some settings."),
    ("Open folder…", "open_sweep", "Shows a sweep that was made earlier, or elsewhere."),
)
"""Titles, names of actions and help of the buttons that train further."""
PICTURES, COURSES, SETTING = PicturesView.title, CoursesView.title, SettingView.title
SIZE = SizeView.title
COORDINATES, IMPORTANCE, SPREAD = CoordinatesView.title, ImportanceView.title, SpreadView.title


def fitting_view(trainings: TrainingSet, *, paints: bool) -> str:
    """Title of the view that shows best what varies among trainings."""
    varied = len(trainings.settings)
    match trainings.kind:
        case "seeds":
            return PICTURES if paints and (trainings.wanted or 0) > trainings.seeds else SPREAD
        case "sweep" if varied == 1:
            return SETTING
        case "sweep" if varied >= LEAST_SETTINGS:
            return COORDINATES
    return PICTURES


def _best_words(trainings: TrainingSet, best: Training, value: float) -> str:
    """Returns which training is the best, or which point by the mean of its seeds."""
    words = partial(objective_text, trainings.objective)
    if trainings.seeds == 1:
        return f"best {words(value)} by {telling_text(best)}"
    point = trainings.points[0]
    mean, its = with_deviation(words, point.values), f"mean of {counted(len(point.values), 'seed')}"
    if not trainings.settings:
        return f"{mean}, {its}"
    return f"best {mean} by {shown(best.group or best.differs)}, {its}"


class ComparingPage(QWidget):
    """Shows the set that `sets` has chosen, and lets another one be chosen. `asked` has the name of the
    window's action that trains something further, or opens it."""

    left = Signal()
    asked = Signal(str)

    def __init__(self, sets: ComparedSets, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sets, self._background = sets, background
        self.setAccessibleName("Runs side by side")
        self.chooser = Chooser()
        describe(
            self.chooser,
            "Set of runs",
            "Which runs are compared: those of this project, a sweep, seeds, or designs.",
        )
        self.progress, self.standing, self.news = QProgressBar(), FittingLabel(), FittingLabel()
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.table = TrainingsTable(sets.selection, sets.shown, background, self.splitter)
        self.views = ViewTabs(self._entries(), self.splitter)
        self.chosen = FittingLabel()
        self.adopt_buttons = QPushButton(), QPushButton()
        self._offered: tuple[Training | None, ...] = ()
        """Trainings that the two buttons adopt."""
        self._make_buttons()
        self._lay_out()
        self.chooser.chosen.connect(self._choose_set)
        sets.listed.connect(self._list_sets)
        sets.shown_changed.connect(self._show_other)
        sets.changed.connect(self._show)
        sets.selection.changed.connect(self._show_chosen)
        for view in (self.table, self.views):
            view.open_wanted.connect(self._adopt)
        self.table.removal_wanted.connect(lambda: sets.shown.remove(sets.selection.numbers))
        self._show_other()

    def _entries(self) -> list[ViewEntry]:
        sets, selection, background = self._sets, self._sets.selection, self._background

        def ask_whole(training: Training, done: Callable[[Floats], None]) -> None:
            sets.shown.ask_whole(training, done)

        return [
            ViewEntry(PICTURES, "What each run makes.", lambda it: PicturesView(selection, ask_whole, it)),
            ViewEntry(COURSES, "How a measure went.", lambda it: CoursesView(selection, it)),
            ViewEntry(SETTING, "What a setting does to the result.", lambda it: SettingView(selection, it)),
            ViewEntry(
                SIZE,
                "Results against the number of parameters: which method does most with few.",
                lambda it: SizeView(selection, it),
            ),
            ViewEntry(COORDINATES, "Values beside their results.", lambda it: CoordinatesView(selection, it)),
            ViewEntry(
                IMPORTANCE,
                "How much each setting decides.",
                lambda it: ImportanceView(selection, background, it),
            ),
            ViewEntry(SPREAD, "How far apart seeds are.", lambda it: SpreadView(selection, background, it)),
        ]

    def _make_buttons(self) -> None:
        sets, text = self._sets, "Ends these runs; what they have learned stays to be looked at."
        self.stop = button_for(Action("Stop", lambda: sets.shown.stop(), tip=text), "Stop these runs")
        text = "Continues each run that isn't over."
        self.resume = button_for(Action("Resume", lambda: sets.shown.resume(), tip=text), "Resume")
        text = "Closes these runs; what was not adopted is lost."
        close = Action("Close", lambda: sets.remove(sets.shown), tip=text)
        self.close_set = button_for(close, "Close these runs")
        self.seeds, self.against, self.sweep, self.open = (
            button_for(Action(title, lambda _, name=name: self.asked.emit(name), tip=text))
            for title, name, text in _ASKING
        )
        text = "Goes back to the network; runs go on (Escape)."
        self.back = button_for(Action("Studio", self.left.emit, tip=text), "Back to the studio")
        for place, button in enumerate(self.adopt_buttons):
            button.clicked.connect(lambda _=None, place=place: self._adopt_offered(place))

    def _lay_out(self) -> None:
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 1000)
        self.progress.setFixedHeight(GRID // 2)
        describe(self.progress, "Runs that are over", "How many of these runs are over.")
        for words in (self.standing, self.news):
            words.setProperty("muted", True)
        self.chooser.setMinimumContentsLength(24)
        asking = self.seeds, self.against, self.sweep, self.open
        ending = self.stop, self.resume, self.close_set
        head = in_row(self.chooser, *ending, SPRING, *asking, self.back)
        foot = in_row(wide(self.chosen), *self.adopt_buttons)
        margins = (2 * GRID, GRID, 2 * GRID, 0)
        in_column(
            in_column(head, self.progress, self.standing, self.news, margins=margins, apart=4),
            wide(self.splitter),
            in_row(foot, margins=(2 * GRID, 0, 2 * GRID, GRID)),
            on=self,
        )
        self.splitter.setChildrenCollapsible(False)
        for place, share in enumerate(_SHARES):
            self.splitter.setStretchFactor(place, share)
        self.splitter.setSizes(list(_SHARES))
        order_tabs([self.chooser, *ending, *asking, self.back, self.table, self.views, *self.adopt_buttons])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show()

    # Which set is shown

    @Slot()
    def _list_sets(self) -> None:
        sets = self._sets.sets
        self.chooser.set_choices(
            (str(place), shown(each.trainings.name), "") for place, each in enumerate(sets)
        )
        self.chooser.set_name(str(sets.index(self._sets.shown)))

    @Slot(str)
    def _choose_set(self, name: str) -> None:
        self._sets.show(self._sets.sets[int(name)])

    @Slot()
    def _show_other(self) -> None:
        """Turns to the set that was chosen, or has other trainings now, in the view that fits what varies."""
        comparison, trainings = self._sets.shown, self._sets.shown.trainings
        self._list_sets()
        self.table.follow(comparison)
        self.views.turn_to(fitting_view(trainings, paints=trainings.is_painting or comparison.paints))
        self._show()

    # State of the set

    @Slot()
    def _show(self) -> None:
        comparison = self._sets.shown
        trainings = comparison.trainings
        if not self.isVisible():
            return  # until the page is shown
        self.table.show_trainings(trainings)
        self.views.show_trainings(trainings, comparison.samples)
        self.setFocusProxy(self.table.grid if trainings.trainings else self.chooser)
        self.stop.setVisible(trainings.kind != "runs" and (trainings.is_live or comparison.can_stop))
        self.stop.setEnabled(comparison.can_stop)
        self.resume.setVisible(comparison.can_resume)
        self.close_set.setVisible(trainings.kind == "seeds")
        headline = comparison.headline
        self.standing.setVisible(trainings.kind != "runs")
        self.standing.show_texts(self._standing_texts(trainings))
        self.news.setVisible(bool(headline.news))
        self.news.show_texts((headline.news,))
        set_tip(self.news, "\n".join(headline.earlier))
        self.progress.setVisible(trainings.kind != "runs")
        self.progress.setValue(round(self.progress.maximum() * comparison.share_done))
        self._show_chosen()

    def _standing_texts(self, trainings: TrainingSet) -> tuple[str, ...]:
        """Returns the state of the set, from the longest text to the shortest."""
        comparison = self._sets.shown
        if trainings.kind == "runs":
            return comparison.headline.words or ("",)
        count = grouped(trainings.over)
        if trainings.wanted:
            count = f"{count} of {grouped(trainings.wanted)}"
        said = [*comparison.headline.words[:1], f"{count} are over"]
        best = trainings.best
        if best is not None and best.value is not None:
            said.append(_best_words(trainings, best, best.value))
        left = comparison.seconds_left
        if left is not None:
            said.append(f"about {clock_text(left)} left")
        if "seconds" in trainings.time_limits:
            said.append("its trials end by the clock: how many epochs each got depends on what else ran")
        return " · ".join(said), " · ".join(said[1:]), said[1]

    # What is chosen

    @Slot()
    def _show_chosen(self) -> None:
        comparison = self._sets.shown
        trainings = comparison.trainings
        current = trainings.by_number.get(self._sets.selection.number or 0)
        pair = (*trainings.trainings, None, None)[:2]
        self._offered = pair if trainings.are_pair else (current, None)
        # Of a pair the better one's stands out, once both are over; there is one button for others.
        best = trainings.best if trainings.over == len(trainings.trainings) else None
        for button, training in zip(self.adopt_buttons, self._offered, strict=True):
            button.setVisible(training is not None or button is self.adopt_buttons[0])
            button.setText(comparison.adopting(training))
            set_look(button, "primary", not trainings.are_pair or (best is not None and training is best))
            button.setEnabled(training is not None and comparison.can_adopt(training))
            text = "Makes this run the shown one, with its moments; Undo goes back (Return)."
            describe(button, button.text(), text)
        if current is None:
            self.chosen.show_texts(("Choose a run to see its settings.", ""))
            return
        self.chosen.show_texts((" · ".join(self.table.model.told(current)),))

    def _adopt_offered(self, place: int) -> None:
        if (training := self._offered[place]) is not None:
            self._adopt(training.number)

    @Slot(int)
    def _adopt(self, number: int) -> None:
        training = self._sets.shown.trainings.by_number.get(number)
        if training is not None and self._sets.shown.can_adopt(training):
            self._sets.shown.adopt(number)
