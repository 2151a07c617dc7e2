"""Panel of the cost surface around the current state, with the run's path and a point that can be adopted."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, Slot
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPen, QPolygonF, QShowEvent
from PySide6.QtWidgets import QPushButton, QWidget

from cadl_desktop.drawing.cost_surface import RunSurvey
from cadl_desktop.lessons.cost_plane import SIDES
from cadl_desktop.runs.events import Floats
from cadl_desktop.session.views.landscape_survey import Landscape, LandscapePoint
from cadl_desktop.session.views.time_machine import TimeMachine
from cadl_desktop.ui.controls.fields import Chooser, describe, order_tabs
from cadl_desktop.ui.controls.layouts import SPRING, at, in_column, in_row, wide
from cadl_desktop.ui.controls.looks import hint_label, label, set_plot_background, small_label, toggle
from cadl_desktop.ui.controls.number_text import cost_text
from cadl_desktop.ui.landscape.surface_view import SurfaceView
from cadl_desktop.ui.painting.images import image_of, pixels_of
from cadl_desktop.ui.theme.theme import GRID, theme

_SIDE = 12 * GRID
LEAST_WIDTH = 36 * GRID
_ZOOMS = ("0.25", "0.5", "1", "2", "4")


class Preview(QWidget):
    """Small picture, or curve scaled to its own range."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.prediction: Floats | None = None
        self.setAccessibleName("What the weights of this point make")
        self.setFixedSize(_SIDE, _SIDE)

    def show_prediction(self, prediction: Floats | None) -> None:
        self.prediction = prediction
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_SIDE, _SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme().plot_background))
        if self.prediction is not None and self.prediction.ndim == 1:
            self._paint_curve(painter, self.prediction)
        elif self.prediction is not None:
            self._paint_picture(painter, self.prediction)
        painter.setPen(QColor(theme().border))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_picture(self, painter: QPainter, colours: Floats) -> None:
        image = image_of(pixels_of(np.nan_to_num(colours)))
        shown = QRect(QPoint(), image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio))
        shown.moveCenter(self.rect().center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, image.width() > shown.width())
        painter.drawImage(shown, image)

    def _paint_curve(self, painter: QPainter, values: Floats) -> None:
        finite = np.nan_to_num(values.astype(np.float64))
        low, high = float(finite.min()), float(finite.max())
        edge = GRID / 2
        across = np.linspace(edge, self.width() - edge, len(finite))
        down = self.height() - edge - (finite - low) / ((high - low) or 1.0) * (self.height() - 2 * edge)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme().series), 2))
        places = zip(across.tolist(), down.tolist(), strict=True)
        painter.drawPolyline(QPolygonF([QPointF(*place) for place in places]))


class ChosenPoint(QWidget):
    """Preview of the chosen point's weights, with buttons to adopt or leave them; hidden while no point is
    chosen."""

    def __init__(self, point: LandscapePoint, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._point = point
        self.preview, self.words = Preview(), label("", "small", wraps=True)
        self.adopt, self.leave = QPushButton("Adopt"), QPushButton("Leave")
        text = "Puts this point's weights in place of what was learned; Undo brings that back."
        describe(self.adopt, "Adopt these weights", text)
        text = "Chooses no point, and changes nothing."
        describe(self.leave, "Leave these weights", text)
        for button in (self.adopt, self.leave):
            button.setProperty("small", True)
        buttons = in_row(self.adopt, self.leave, SPRING, apart=GRID // 2)
        beside = in_column(self.words, SPRING, buttons, apart=GRID // 2)
        in_row(at(Qt.AlignmentFlag.AlignTop, self.preview), wide(beside), on=self, margins=GRID)
        self.adopt.clicked.connect(self._adopt)
        self.leave.clicked.connect(point.forget)
        point.changed.connect(self._show)
        self._show()

    @Slot()
    def _adopt(self) -> None:
        self._point.adopt("Adopt a point of the landscape")

    @Slot()
    def _show(self) -> None:
        self.setVisible(self._point.vector is not None)
        self.preview.show_prediction(self._point.prediction)
        if self._point.cost is None:
            self.words.setText("This point is being painted.")
        else:
            self.words.setText(f"Cost of this point: {cost_text(self._point.cost)}.")


class LandscapePanel(QWidget):
    """Cost surface with its controls. Requests the survey only while it is visible."""

    def __init__(self, machine: TimeMachine, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.landscape = Landscape(machine)
        self.point = LandscapePoint(machine.session, self)
        self.directions, self.range = self._make_directions(), self._make_range()
        self.another = self._make_another()
        text = "On: a height field that turns under the mouse. Off: a map with contours."
        self.turned = toggle("Turned", text)
        self.view = SurfaceView()
        self.key, self.readout, self.empty = small_label(), small_label(), hint_label()
        self._lay_out()
        self.setMinimumWidth(LEAST_WIDTH)
        self.turned.toggled.connect(self.view.turn)
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

    # Controls

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

    def _lay_out(self) -> None:
        text = (
            "Click a point to have its weights painted; turned, drag. Arrow keys move a reading mark, Return "
            "paints its weights, Shift with the arrow keys turns."
        )
        describe(self.view, "Landscape", text)
        set_plot_background(self)
        first = in_row(wide(self.directions), self.another, apart=GRID // 2)
        second = in_row(wide(self.range), self.turned, apart=GRID // 2)
        head = in_column(first, second, apart=GRID // 2, margins=(GRID, GRID, GRID, 0))
        for words in (self.key, self.readout):
            words.setWordWrap(True)
            words.setContentsMargins(GRID, 0, GRID, 0)
        # A fixed height, so that a text that comes and goes does not move the surface.
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
        self.chosen = ChosenPoint(self.point, self)  # created last, as it is last in the tab order
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

    # User actions

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

    @Slot(float, float)
    def _choose_point(self, x: float, y: float) -> None:
        survey = self.landscape.survey
        if survey is not None:
            self.point.choose(survey, (x, y))

    # Content

    @Slot()
    def _show(self) -> None:
        survey = self.landscape.survey
        self.another.setVisible(self.landscape.choice.directions == "random")
        for widget in (self.view, self.key, self.readout):
            widget.setVisible(survey is not None)
        self.empty.setVisible(survey is None)
        if survey is None:
            self.empty.setText(self._missing_text())
            return
        self.view.show_survey(survey, self.point.place_on(survey))
        self.key.setText(self._key_text(survey))

    def _missing_text(self) -> str:
        match self.landscape.missing:
            case "weights":
                return "Train the network, and the cost around its weights appears here."
            case "moments":
                return (
                    "Main directions need three moments of a run: train a little longer, or choose random "
                    "directions."
                )
        return "The landscape is being measured."

    def _key_text(self, survey: RunSurvey) -> str:
        scale = self.view.scale
        cost, low, high = map(cost_text, (survey.cost or 0.0, scale.low, scale.high))
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
