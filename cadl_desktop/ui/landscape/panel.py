"""The cost surface of the network around the moment that is looked at, and the run's path over it."""

from dataclasses import replace

from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QPushButton, QWidget

from cadl_desktop.drawing.cost_surface import RunSurvey
from cadl_desktop.lessons.cost_plane import SIDES
from cadl_desktop.session.views.cost_landscape import Landscape, LandscapePoint
from cadl_desktop.session.views.time_machine import TimeMachine
from cadl_desktop.ui.controls.fields import Chooser, describe, order_tabs
from cadl_desktop.ui.controls.figures import figure
from cadl_desktop.ui.controls.layouts import in_column, in_row, wide
from cadl_desktop.ui.controls.looks import hint_label, paper, small_label, toggle
from cadl_desktop.ui.landscape.chosen_point import ChosenPoint
from cadl_desktop.ui.landscape.surface_view import SurfaceView
from cadl_desktop.ui.theme.theme import GRID

LEAST_WIDTH = 36 * GRID
_ZOOMS = ("0.25", "0.5", "1", "2", "4")


class LandscapePanel(QWidget):
    """Has the surface found while it is seen."""

    def __init__(self, machine: TimeMachine, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.landscape = Landscape(machine)
        self.point = LandscapePoint(machine.session, self)
        self.directions, self.range = self._make_directions(), self._make_range()
        self.another, self.turned = self._make_another(), self._make_turned()
        self.view = SurfaceView()
        self.key, self.readout, self.empty = small_label(), small_label(), hint_label()
        self._lay_out()
        self.setMinimumWidth(LEAST_WIDTH)
        self.view.read.connect(self.readout.setText)
        self.view.chosen.connect(self._choose_point)
        self.landscape.changed.connect(self._show)
        self.point.changed.connect(self._show)
        self._show()

    def sizeHint(self) -> QSize:
        return QSize(296, 480)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.landscape.want(True)
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        self.landscape.want(False)
        super().hideEvent(event)

    # Parts

    def _make_directions(self) -> Chooser:
        text = "The two directions in which the run moved most."
        random = "Two random directions in which each neuron's weights are as long as they are."
        chooser = Chooser(
            [("main", "Main directions of the run", text), ("random", "Random directions", random)]
        )
        text = "Which plane through the network's weights the surface stands over."
        describe(chooser, "Directions", text)
        chooser.set_name("main")
        chooser.chosen.connect(self._choose_directions)
        return chooser

    def _make_range(self) -> Chooser:
        chooser = Chooser([(name, f"Range {name} ×", "") for name in _ZOOMS])
        text = (
            "How much of the plane is shown: 1 × is as far as the run went, or of random directions as far "
            "as the weights are long."
        )
        describe(chooser, "Range", text)
        chooser.set_name("1")
        chooser.chosen.connect(self._choose_range)
        return chooser

    def _make_another(self) -> QPushButton:
        button = QPushButton("Another two")
        button.setProperty("small", True)
        text = "Draws two other random directions."
        describe(button, "Another two random directions", text)
        button.clicked.connect(self._draw_another)
        return button

    def _make_turned(self) -> QWidget:
        text = "On: a height field that turns under the mouse. Off: a map with contours."
        button = toggle("Turned", text)
        button.toggled.connect(self._turn)
        return button

    def _lay_out(self) -> None:
        text = (
            "Click a point to have its weights painted; turned, drag. Arrow keys move a reading mark, Return "
            "paints its weights, Shift with the arrow keys turns."
        )
        describe(self.view, "Landscape", text)
        paper(self)
        first = in_row(wide(self.directions), self.another, apart=GRID // 2)
        second = in_row(wide(self.range), self.turned, apart=GRID // 2)
        head = in_column(first, second, apart=GRID // 2, margins=(GRID, GRID, GRID, 0))
        for words in (self.key, self.readout):
            words.setWordWrap(True)
            words.setContentsMargins(GRID, 0, GRID, 0)
        # A text that comes and goes must not move the surface.
        self.readout.setFixedHeight(2 * self.readout.fontMetrics().lineSpacing())
        self.empty.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        column = in_column(
            head,
            wide(self.view),
            wide(self.empty),
            self.readout,
            self.key,
            on=self,
            apart=GRID // 2,
            margins=(0, 0, 0, GRID // 2),
        )
        self.chosen = ChosenPoint(self.point, self)  # after the others: Tab comes to it last
        column.addWidget(self.chosen)
        order_tabs(
            [
                self.directions,
                self.another,
                self.range,
                self.turned,
                self.view,
                self.chosen.adopt,
                self.chosen.leave,
            ]
        )

    # What a person does

    @Slot(str)
    def _choose_directions(self, name: str) -> None:
        choice = self.landscape.choice
        self.landscape.choose(replace(choice, directions="random" if name == "random" else "main"))
        self._show()

    @Slot(str)
    def _choose_range(self, name: str) -> None:
        self.landscape.choose(replace(self.landscape.choice, zoom=float(name)))

    @Slot()
    def _draw_another(self) -> None:
        choice = self.landscape.choice
        self.landscape.choose(replace(choice, directions="random", seed=choice.seed + 1))

    @Slot(bool)
    def _turn(self, on: bool) -> None:
        self.view.turn(on)

    @Slot(float, float)
    def _choose_point(self, x: float, y: float) -> None:
        survey = self.landscape.survey
        if survey is not None:
            self.point.choose(survey, (x, y))

    # Showing

    @Slot()
    def _show(self) -> None:
        survey = self.landscape.survey
        self.another.setVisible(self.landscape.choice.directions == "random")
        for widget in (self.view, self.key, self.readout):
            widget.setVisible(survey is not None)
        self.empty.setVisible(survey is None)
        if survey is None:
            self.empty.setText(self._missing())
            return
        self.view.show_survey(survey, self.point.place_on(survey))
        self.key.setText(self._key_of(survey))

    def _missing(self) -> str:
        match self.landscape.missing:
            case "weights":
                return "Train the network, and the cost around its weights appears here."
            case "moments":
                return (
                    "Main directions need three moments of a run: train a little longer, or choose random "
                    "directions."
                )
        return "The landscape is being measured."

    def _key_of(self, survey: RunSurvey) -> str:
        scale = self.view.scale
        cost, low, high = figure(survey.cost or 0.0, 4), figure(scale.low), figure(scale.high)
        words = [f"The ball costs {cost}, its surroundings {low} to {high}."]
        if scale.logarithmic:
            words.append("Heights are logarithmic.")
        if survey.seen.plane.shares:
            first, second = (f"{100 * share:.0f}" for share in survey.seen.plane.shares)
            words.append(f"The directions hold {first} % and {second} % of the variance of all moments.")
        if survey.samples < survey.all_samples:
            some, every = f"{survey.samples:,}", f"{survey.all_samples:,}"
            words.append(f"The surface is of {some} samples, the ball's cost of all {every}.")
        if survey.side < SIDES[-1]:
            words.append(f"{survey.side} × {survey.side} points.")
        return " ".join(words)
