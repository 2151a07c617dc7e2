"""Small pages for tests of the widgets, with items and controls of every kind."""

from dataclasses import dataclass, replace

import numpy as np

from cadl_desktop.experiment import preset
from cadl_desktop.lessons.demonstration import Button, Choice, Control, Demonstration, Hints, Slider, Switch
from cadl_desktop.lessons.figure import (
    Arrow,
    Axis,
    Bars,
    Figure,
    Handle,
    Heights,
    Line,
    Node,
    Picture,
    Points,
    Table,
    Trail,
)
from cadl_desktop.lessons.page import Page, Trial

X = np.linspace(-2, 2, 200)
MOST_STEPS = 500


@dataclass(frozen=True)
class Parabola(Demonstration):
    """Descent on y = x²; the goal is to come within 0.1 of the minimum by pressing Step."""

    start: float = 1.5
    rate: float = 0.1
    steps: int = 0
    curve: str = "square"
    shown: bool = True
    clicked: tuple[float, float] = (0.5, 0.5)

    def path(self) -> np.ndarray:
        return self.start * (1 - 2 * self.rate) ** np.arange(self.steps + 1)

    def controls(self) -> tuple[Control, ...]:
        possible = self.steps < MOST_STEPS
        return (
            Button("step", "Step", "Makes one step.", possible),
            Button("play", "Play", "Makes step after step.", possible, plays=True),
            Slider("rate", "Rate $\\eta$", self.rate, 0.001, 1.0, "How far.", logarithmic=True),
            Slider("steps", "Steps", self.steps, 0, MOST_STEPS, "How many.", whole=True),
            Choice("curve", "Curve", self.curve, (("square", "$x^2$"), ("size", "|x|")), "Which."),
            Switch("shown", "Show the path", self.shown, "Whether it is drawn."),
        )

    def after_press(self, name: str) -> "Parabola":
        return replace(self, steps=min(self.steps + 1, MOST_STEPS))

    def after_move(self, name: str, x: float, y: float) -> "Parabola":
        return replace(self, start=x, steps=0) if name == "start" else replace(self, clicked=(x, y))

    def figures(self) -> tuple[Figure, ...]:
        y = X**2 if self.curve == "square" else np.abs(X)
        path = self.path()
        grid = np.linspace(-1, 1, 101)
        values = grid[None, :] ** 2 + 3 * grid[:, None] ** 2 + 0.4 * np.sin(6 * grid[None, :])
        rolled = Trail(path / 2, path / 3)
        point = Points(np.array([self.clicked[0]]), np.array([self.clicked[1]]), size=8)
        trail = [Trail(path, path**2, "the way")] if self.shown else []
        return (
            Figure(
                "parabola",
                "The slope of $y = x^2$",
                (
                    Line(X, y, name="$y = x^2$"),
                    *trail,
                    Points(X[::20], X[::20] ** 2 + 0.2, name="points"),
                    Arrow((1.0, 2.0), (0.5, 1.0)),
                    Node(0.0, 3.0, "$\\theta - \\eta \\nabla$", strong=True),
                    Handle("start", "Start $\\theta$", self.start, self.start**2, "x"),
                ),
                Axis("$\\theta$", (-2.0, 2.0)),
                Axis("cost", (-0.2, 4.2)),
            ),
            Figure(
                "map",
                "Seen from above",
                (Heights(values, (-1, 1), (-1, 1), np.arange(0, 4, 0.4)), rolled, point),
                Axis("W"),
                Axis("b"),
                clicked="place",
                square=True,
            ),
            Figure(
                "hill",
                "As a landscape",
                (Heights(values, (-1, 1), (-1, 1), turned=(30.0, 35.0)), rolled, point),
                Axis("W"),
                Axis("b"),
            ),
            Figure(
                "bars",
                "First weights",
                (Bars(np.linspace(-2, 2, 21), np.exp(-(np.linspace(-2, 2, 20) ** 2)), name="weights"),),
                Axis("weight"),
                Axis("how many"),
            ),
        )

    def tables(self) -> tuple[Table, ...]:
        rows = [(step, float(at), float(at**2)) for step, at in enumerate(self.path()[:4].tolist())]
        header = "step", "$\\theta$", "cost"
        return (Table("steps", "The first steps", header, rows, frozenset({0})),)

    def words(self) -> tuple[str, ...]:
        at, start = float(self.path()[-1]), f"{self.start:.3f}"
        step = f"$\\theta = {start} - {self.rate:.3g} \\cdot 2 \\cdot {start}$"
        return (f"{step} after {self.steps} steps: {at:.3f}",)

    def reached(self) -> bool:
        return self.steps > 0 and abs(float(self.path()[-1])) < 0.1

    def missed(self) -> bool:
        return self.steps >= 20 and not self.reached()

    def hints(self) -> Hints:
        return (
            f"{self.steps} steps are taken: longer ones are there sooner.",
            "Set the rate to 0.5, and press “Step”.",
        )


@dataclass(frozen=True)
class Painted(Demonstration):
    """Picture with clickable pixels; the goal is to click the upper left one."""

    pixel: tuple[int, int] = (3, 3)

    def after_move(self, name: str, x: float, y: float) -> "Painted":
        return replace(self, pixel=(int(y), int(x)))

    def figures(self) -> tuple[Figure, ...]:
        colours = np.arange(8 * 8 * 3, dtype=np.uint8).reshape(8, 8, 3)
        row, column = self.pixel
        mark = Points(np.array([column + 0.5]), np.array([row + 0.5]), size=6)
        return (Figure("picture", "Pixels", (Picture(colours), mark), clicked="pixel", square=True),)

    def reached(self) -> bool:
        return self.pixel == (0, 0)

    def hints(self) -> Hints:
        return "The corner is up there.", "Click it."


DOWNHILL = Page("02-rolling-downhill", "Rolling downhill", "Come within 0.1 of the lowest point.", Parabola)
PIXELS = Page("15-painting", "Painting", "Click the upper left pixel.", Painted)
IN_STUDIO = Page(
    "07-first-network",
    "The first network",
    "Train the line for ten epochs.",
    trials=(Trial("line", "One neuron", lambda: preset("lecture-line")),),
    reached_in_studio=lambda studio: studio.trial == "line" and studio.epochs >= 10,
)
PAGES = (DOWNHILL, PIXELS, IN_STUDIO)
