"""The window of a race: who against whom, how far, both at work, who leads, and which one is kept."""

from functools import cached_property

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.runs.race_standing import LEFT, RIGHT, Goal, refusal
from cadl_desktop.sentences import shown
from cadl_desktop.session.design_race import Contender, Race
from cadl_desktop.ui.controls.fields import Chooser, ProblemLine, describe, order_tabs
from cadl_desktop.ui.controls.layouts import SPRING, in_column, in_row, wide
from cadl_desktop.ui.controls.line_edits import NumberEdit
from cadl_desktop.ui.controls.looks import label, make_primary, set_plot_background
from cadl_desktop.ui.race.canvas import RaceCanvas
from cadl_desktop.ui.race.contenders import DOCUMENT, Contenders
from cadl_desktop.ui.race.costs import RaceCosts
from cadl_desktop.ui.theme.theme import GRID

STEPS, SECONDS = 5_000, 10.0
MOST_STEPS, MOST_SECONDS = 10_000_000, 86_400.0
_SHARES = 6, 5
"""Of the width: canvas and costs."""


class RaceDialog(QDialog):
    """Stays open while other things are done in the window; closing it ends the race."""

    def __init__(self, race: Race, contenders: Contenders, parent: QWidget) -> None:
        super().__init__(parent)
        self._race, self._contenders = race, contenders
        self.setWindowTitle("Race")
        self._make_choices()
        self.canvas = RaceCanvas(race)
        self._costs_room = QWidget()
        set_plot_background(self._costs_room)
        self.verdict = label("", "heading", wraps=True)
        self.verdict.setAccessibleName("Who leads")
        text = "Their costs are measured differently, so the errors of their paintings are compared."
        self.by_error = label(text, "small", "muted", wraps=True)
        self.problem = ProblemLine()
        self.start_button = QPushButton()
        self.start_button.setDefault(True)
        self.start_button.setMinimumWidth(12 * GRID)  # it is called this and that
        make_primary(self.start_button)
        self.keep_buttons = QPushButton("Keep left"), QPushButton("Keep right")
        for button in self.keep_buttons:
            button.setAutoDefault(False)
        self._lay_out()
        self._connect()
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._make_more)
        self.resize(124 * GRID, 78 * GRID)

    @cached_property
    def costs(self) -> RaceCosts:
        made = RaceCosts()
        in_column(wide(made), on=self._costs_room)
        QWidget.setTabOrder(self.keep_buttons[RIGHT], made.canvas)
        return made

    def offer(self, left: str, right: str) -> None:
        """Comes to the front with these two chosen, unless a race is going on."""
        if not self._race.going:
            self._show_choices()
            for chooser, key in zip(self.choosers, (left, right), strict=True):
                chooser.set_name(key)
        self._refresh()
        self.show()
        self._show_race()
        self.raise_()
        self.activateWindow()
        self.start_button.setFocus()
        self._later.start()

    @Slot()
    def _make_more(self) -> None:
        """One plot in each turn of the event loop, once the window is on screen: it never stands for both."""
        pair = self._pair()
        if "costs" not in vars(self):
            assert self.costs
            self._later.start()
        elif pair is not None and not is_painting(pair[LEFT].experiment):
            assert self.canvas.curves

    def done(self, result: int) -> None:
        self._race.stop()
        super().done(result)

    def _make_choices(self) -> None:
        self.choosers = Chooser(), Chooser()
        text = "The design on the left; both begin from its seed."
        describe(self.choosers[LEFT], "Left design", text)
        text = "The design on the right, which is trained from the seed of the left one."
        describe(self.choosers[RIGHT], "Right design", text)
        self.equal = Chooser(
            [
                ("step", "Equal steps", "Whoever has made fewer steps goes on."),
                ("seconds", "Equal seconds", "Whoever has trained for less time goes on."),
            ]
        )
        self.equal.set_name("step")
        text = "What is equal for both: how many steps they make, or how long each trains."
        describe(self.equal, "What is equal", text)
        self.steps = NumberEdit(1, MOST_STEPS, whole=True, logarithmic=True)
        self.seconds = NumberEdit(0.1, MOST_SECONDS, logarithmic=True)
        self.steps.set_value(STEPS)
        self.seconds.set_value(SECONDS)
        describe(self.steps, "Steps of each", "After how many steps of each it ends.")
        text = "After how many seconds of its own training each ends, while the other waits."
        describe(self.seconds, "Seconds of each", text)

    def _lay_out(self) -> None:
        against, for_ = label("against", "muted"), label("for", "muted")
        who = wide(self.choosers[LEFT], 3), against, wide(self.choosers[RIGHT], 3)
        head = in_row(*who, wide(self.equal, 2), for_, self.steps, self.seconds, self.start_button)
        canvas = QWidget()
        keeping = in_row(self.keep_buttons[LEFT], SPRING, self.keep_buttons[RIGHT])
        in_column(wide(self.canvas), keeping, on=canvas)
        both = in_row(wide(canvas, _SHARES[0]), wide(self._costs_room, _SHARES[1]))
        below = self.verdict, self.by_error, self.problem
        in_column(head, *below, wide(both), on=self, margins=2 * GRID)
        order = [*self.choosers, self.equal, self.steps, self.seconds, self.start_button]
        canvases = self.canvas.pane, self.canvas.swipe.handle
        order_tabs([*order, *canvases, *self.keep_buttons])

    def _connect(self) -> None:
        self.start_button.clicked.connect(self._start_or_stop)
        for chooser in (*self.choosers, self.equal):
            chooser.chosen.connect(self._refresh)
        self.keep_buttons[LEFT].clicked.connect(lambda: self._race.keep(LEFT))
        self.keep_buttons[RIGHT].clicked.connect(lambda: self._race.keep(RIGHT))
        self._race.changed.connect(self._show_race)

    @Slot()
    def follow_runs(self) -> None:
        """Other runs are there to choose, or another document."""
        if self.isVisible() and not self._race.going:
            self._show_choices()
            self._refresh()

    def _show_choices(self) -> None:
        """What is chosen stays, where it is still there."""
        choices = self._contenders.choices()
        known = {key for key, _, _ in choices}
        for chooser in self.choosers:
            chosen = chooser.name()
            chooser.set_choices(choices)
            chooser.set_name(chosen if chosen in known else DOCUMENT)

    def _pair(self) -> tuple[Contender, Contender] | None:
        left, right = self.choosers
        return self._contenders.pair(left.name(), right.name())

    def _goal(self) -> Goal:
        if self.equal.name() == "step":
            return Goal("step", float(self.steps.value or STEPS))
        return Goal("seconds", float(self.seconds.value or SECONDS))

    @Slot()
    def _start_or_stop(self) -> None:
        pair = self._pair()
        if self._race.going:
            self._race.stop()
        elif pair is not None:
            self._race.begin(*pair, self._goal())
            self.canvas.begin()
            self.costs.begin(self._race.goal, self._race.names, by_error=self._race.by_error)
            self._show_race()

    @Slot()
    def _show_race(self) -> None:
        if not self.isVisible():
            return  # until it is offered again
        if self._race.racers is not None:
            left, right = self._race.racers
            self.canvas.show_made()
            self.costs.show_tracks((left.track, right.track))
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        """What can be done now, and what stands in the way."""
        going, equal_steps = self._race.going, self.equal.name() == "step"
        for control in (*self.choosers, self.equal, self.steps, self.seconds):
            control.setEnabled(not going)
        self.steps.setVisible(equal_steps)
        self.seconds.setVisible(not equal_steps)
        why = "" if going else self._why_not()
        self.problem.show_problem("" if going else why or self._race.problem)
        self.start_button.setEnabled(not why)
        self._name_start(going)
        self._show_keeping()
        self._show_verdict()

    def _why_not(self) -> str:
        """Why the chosen two can't race."""
        pair = self._pair()
        if pair is None:
            return "One of these runs is no longer in the list: choose another."
        left, right = pair
        return refusal((left.experiment, right.experiment), (left.name, right.name)) or ""

    def _name_start(self, going: bool) -> None:
        again = self._race.racers is not None
        title = "Stop" if going else "Again" if again else "Start"
        if title == self.start_button.text():
            return
        text = "Trains both from the seed, in turns, until each has come equally far."
        if going:
            text = "Ends the race; what both have learned can be kept."
        self.start_button.setText(title)
        describe(self.start_button, "Start or stop the race", text)

    def _show_keeping(self) -> None:
        names = self._race.names if self._race.racers is not None else ("", "")
        text = "Goes on with this design and all that it has learned here; it can be undone."
        for place, (button, name) in enumerate(zip(self.keep_buttons, names, strict=True)):
            button.setEnabled(self._race.can_keep(place))
            describe(button, f"Keep “{shown(name)}”" if name else button.text(), text)

    def _show_verdict(self) -> None:
        race = self._race
        if race.preparing:
            text = "Both networks are being prepared…"
        elif race.racers is None:
            text = "Both are trained from the same seed, on the same samples in the same order."
        else:
            told = race.verdict()
            text = "Nobody leads yet." if told is None else told
        self.by_error.setVisible(race.racers is not None and race.by_error)
        if text != self.verdict.text():
            self.verdict.setText(text)
