"""Page 7: gradient descent fits a line, one neuron, on the cost surface of its weight and bias."""

from dataclasses import dataclass, replace

from cadl_desktop.lessons import line_fit
from cadl_desktop.lessons.demonstration import Button, Control, Demonstration, Hints, Slider, Value
from cadl_desktop.lessons.figure import Doubles, Figure, Table
from cadl_desktop.lessons.lecture import LECTURE
from cadl_desktop.lessons.line_fit import (
    bowl_from_above,
    bowl_turned,
    clipped_start,
    data_figure,
    fading,
)

_L7 = LECTURE["L7"]
LEAST_CHANGE, DRAW_INTERVAL = _L7["least_change"], _L7["drawn_every"]
STEP_LIMIT, TOLERANCE = 50, 0.005
"""Goal: the stop rule ends training after fewer than `STEP_LIMIT` steps, within `TOLERANCE` of the lowest
cost."""


@dataclass(frozen=True)
class FirstNetwork(Demonstration):
    """State of page 7, which shows `taken` steps of the descent from `start`."""

    start: line_fit.Place = line_fit.INITIAL
    rate: float = _L7["rate"]
    taken: int = 0

    def controls(self) -> tuple[Control, ...]:
        rate = Slider(
            "rate",
            "Learning rate",
            self.rate,
            1e-6,
            1.0,
            "What the gradient is multiplied by to make a step.",
            logarithmic=True,
        )
        train = Button(
            "train",
            "Train",
            f"Takes ten steps, and again ten, until the rule stops it or {line_fit.STEPS} are done.",
            possible=not self._has_ended(),
            plays=True,
        )
        again = Button("again", "From the start", "Takes all steps back.")
        return rate, train, again

    def with_value(self, name: str, value: Value) -> "FirstNetwork":
        return replace(self, rate=float(value), taken=0)

    def after_press(self, name: str) -> "FirstNetwork":
        return replace(
            self, taken=0 if name == "again" else min(self.taken + DRAW_INTERVAL, self._last_step())
        )

    def after_move(self, name: str, x: float, y: float) -> "FirstNetwork":
        return replace(self, start=clipped_start(x, y), taken=0)

    def figures(self) -> tuple[Figure, ...]:
        path = self._path()
        return (
            data_figure("line", "A line through the points", fading(path, DRAW_INTERVAL)),
            bowl_from_above("bowl", "What every line costs", path, self.start),
            bowl_turned("bowl-turned", "The same as a bowl", path),
        )

    def words(self) -> tuple[str, ...]:
        w, b = self._path()[-1].tolist()
        here = (
            f"After {self.taken} steps: $y = xW + b = {w:z.3f} x + {b:z.3f}$. It costs "
            f"{self._cost():.4f}; the best of all lines costs {line_fit.best_line()[1]:.4f}."
        )
        return (here, self._ending_text()) if self._has_ended() else (here,)

    def as_in_lecture(self) -> "FirstNetwork":
        initial = FirstNetwork()
        return replace(initial, taken=initial._last_step())

    def numbers(self) -> tuple[Table, ...]:
        path = self._path()[::DRAW_INTERVAL]
        rows = [
            (float(DRAW_INTERVAL * at), float(w), float(b), float(cost))
            for at, ((w, b), cost) in enumerate(zip(path, line_fit.costs(path), strict=True))
        ]
        header = ("step", "W", "b", "cost")
        return (Table("steps", f"Every {DRAW_INTERVAL} steps", header, rows),)

    def reached(self) -> bool:
        return self._was_stopped() and self.taken < STEP_LIMIT and self._is_near()

    def missed(self) -> bool:
        return self._has_ended() and not self.reached()

    def hints(self) -> Hints:
        if not self._has_ended():
            look = (
                "Press “Train”, and look after how many steps the rule "
                "stops it. What would make each step longer?"
            )
        elif not self._was_stopped():
            look = "It leaps from side to side of the bowl and never rests: its steps are too long."
        elif self._is_near():
            look = (
                f"It has come to the bottom, but in {self.taken} steps. Longer "
                "steps are there sooner: what makes them long?"
            )
        else:
            look = (
                f"After {self.taken} steps the cost hardly changed, so the rule "
                "stopped it on its way. Its steps are too short."
            )
        return look, "Set the learning rate to 0.3, and press “Train”."

    def _full_path(self) -> Doubles:
        return line_fit.descent(self.start, self.rate, LEAST_CHANGE)

    def _path(self) -> Doubles:
        return self._full_path()[: self.taken + 1]

    def _last_step(self) -> int:
        return len(self._full_path()) - 1

    def _has_ended(self) -> bool:
        return self.taken == self._last_step()

    def _was_stopped(self) -> bool:
        return self._has_ended() and self.taken < line_fit.STEPS

    def _cost(self) -> float:
        return float(line_fit.costs(self._path()[-1:])[0])

    def _is_near(self) -> bool:
        return self._cost() - line_fit.best_line()[1] <= TOLERANCE

    def _ending_text(self) -> str:
        if not self._was_stopped():
            return f"All {line_fit.STEPS} steps are taken; the rule never stopped them."
        if self._is_near():
            return "The rule has stopped it, at the bottom of the bowl."
        return "The rule has stopped it, far from the bottom: with such small steps no cost changes."
