"""Page 2: gradient descent on the parabola theta² (the lecture's L1), step by step."""

from dataclasses import dataclass, replace

import numpy as np

from cadl_desktop.lessons.demonstration import Button, Control, Demonstration, Hints, Slider
from cadl_desktop.lessons.figure import Arrow, Axis, Figure, Handle, Item, Line, Points, Table
from cadl_desktop.lessons.lecture import LECTURE


def cost(theta: float) -> float:
    """Cost J(theta)."""
    return theta**2


def slope(theta: float) -> float:
    """Derivative of the cost at theta."""
    return 2 * theta


def step(theta: float, rate: float) -> float:
    """Theta after one step of gradient descent (Cauchy, 1847)."""
    return theta - rate * slope(theta)


START: float = LECTURE["L1"]["start"]
LOWEST: float = LECTURE["L1"]["lowest"]
EDGE = 2.0
"""Largest |theta| that can be dragged to; beyond twice that no step is taken."""
START_DISTANCE, GOAL_DISTANCE = 0.5, 0.01
"""Goal: begin at least `START_DISTANCE` from the minimum, and come within `GOAL_DISTANCE` of it by steps."""
STEPS = 500
FEW_STEPS = 50
"""Steps after which an attempt is taken to be too slow."""


@dataclass(frozen=True)
class RollingDownhill(Demonstration):
    """State of page 2; `path` holds the initial theta and that after each step."""

    path: tuple[float, ...] = (START,)
    rate: float = 0.1

    def controls(self) -> tuple[Control, ...]:
        rate = Slider(
            "rate",
            "Learning rate",
            self.rate,
            0.01,
            1.2,
            "What the slope is multiplied by to make a step.",
        )
        one = Button(
            "step",
            "Step",
            "Takes one step against the slope.",
            possible=self._can_step(),
        )
        more = Button(
            "play",
            "Play",
            "Takes one step after the other.",
            possible=self._can_step(),
            plays=True,
        )
        again = Button("again", "From the start", "Puts theta back to where it began.")
        return rate, one, more, again

    def after_press(self, name: str) -> "RollingDownhill":
        if name == "again":
            return replace(self, path=self.path[:1])
        return replace(self, path=(*self.path, self._next())) if self._can_step() else self

    def after_move(self, name: str, x: float, y: float) -> "RollingDownhill":
        return replace(self, path=(float(np.clip(x, -EDGE, EDGE)),))

    def figures(self) -> tuple[Figure, ...]:
        return self._parabola(), self._costs()

    def words(self) -> tuple[str, ...]:
        theta = self._theta()
        formula = r"$\theta \leftarrow \theta - \eta \cdot \nabla J(\theta)$"
        numbers = (
            rf"$= {theta:z.4f} - {self.rate:.2f} \cdot ({slope(theta):z.4f}) = "
            rf"{self._next():z.4f}$"
        )
        here = (
            rf"Step {len(self.path) - 1}: $J(\theta) = \theta^2 = {cost(theta):.4f}$, and its "
            rf"slope is $\nabla J(\theta) = 2\theta = {slope(theta):z.4f}$."
        )
        return formula, numbers, here

    def as_in_lecture(self) -> "RollingDownhill":
        return RollingDownhill(path=(START, LOWEST), rate=(START - LOWEST) / slope(START))

    def numbers(self) -> tuple[Table, ...]:
        rows = [(float(at), theta, cost(theta), slope(theta)) for at, theta in enumerate(self.path)]
        header = ("step", "theta", "cost", "slope")
        return (Table("steps", "Step by step", header, rows),)

    def reached(self) -> bool:
        return abs(self.path[0] - LOWEST) >= START_DISTANCE and abs(self._theta() - LOWEST) < GOAL_DISTANCE

    def missed(self) -> bool:
        return not self.reached() and (len(self.path) > FEW_STEPS or not self._can_step())

    def hints(self) -> Hints:
        if abs(self.path[0] - LOWEST) < START_DISTANCE:
            look = (
                f"It began only {abs(self.path[0] - LOWEST):.2f} away from the "
                "lowest place. Drag θ farther up the bowl first."
            )
        elif len(self.path) == 1:
            look = "Press “Step”, and look how far the arrow brings θ. How many such steps would it need?"
        elif self.rate >= 1:
            look = (
                "Look at the arrow: every step ends as far up the other "
                "side, or farther. So the steps are too long."
            )
        else:
            left = abs(1 - 2 * self.rate)
            look = (
                f"Each step leaves {100 * left:.0f} % of the distance to the "
                "lowest place. Which learning rate leaves less?"
            )
        return look, "Drag θ to 1, set the learning rate to 0.5, and press “Step” once."

    def _theta(self) -> float:
        return self.path[-1]

    def _next(self) -> float:
        return step(self._theta(), self.rate)

    def _can_step(self) -> bool:
        return 1e-6 < abs(self._theta() - LOWEST) <= 2 * EDGE and len(self.path) <= STEPS

    def _parabola(self) -> Figure:
        theta, after = self._theta(), self._next()
        reach = max(EDGE, *map(abs, self.path)) * 1.05
        along = np.linspace(-reach, reach, 201)
        beside = np.array([theta - 0.5, theta + 0.5])
        past = np.array(self.path)
        items: tuple[Item, ...] = (
            Line(along, along**2, "series", "cost J"),
            Line(beside, cost(theta) + slope(theta) * (beside - theta), "second", "slope here"),
            Points(past, past**2, "ghost", size=7),
            Arrow((theta, cost(theta)), (after, cost(after))),
            Handle("theta", "$\\theta$", theta, cost(theta), along="x"),
        )
        return Figure(
            "parabola",
            "A cost like a bowl",
            items,
            Axis("$\\theta$"),
            Axis("cost $J(\\theta)$"),
        )

    def _costs(self) -> Figure:
        steps = np.arange(len(self.path), dtype=np.float64)
        costs = np.array(self.path) ** 2
        items = (Line(steps, costs), Points(steps, costs, "series", size=6))
        most = float(max(10, len(self.path)))
        return Figure(
            "cost-by-step",
            "The cost after each step",
            items,
            Axis("step", (0, most)),
            Axis("cost", (0, 1.05 * max(float(costs.max()), cost(START_DISTANCE)))),
        )
