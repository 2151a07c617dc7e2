"""Page 7: one neuron, one line, and the bowl down which its weight and bias roll."""

from dataclasses import dataclass, replace

from cadl_desktop.lessons.controls import Button, Control, Slider, Value
from cadl_desktop.lessons.demonstration import Demonstration
from cadl_desktop.lessons.demonstrations.fitting.line_figures import (
    bowl_from_above,
    bowl_turned,
    data_figure,
    fading,
    held,
)
from cadl_desktop.lessons.figure import Doubles, Figure, Table
from cadl_desktop.lessons.lecture import LECTURE
from cadl_desktop.lessons.networks import line

_L7 = LECTURE["L7"]
LEAST_CHANGE, EVERY = _L7["least_change"], _L7["drawn_every"]
FEW, NEAR = 50, 0.005
"""Who has the rule stop the training after fewer steps than that, and so near to the lowest cost, is done."""


@dataclass(frozen=True)
class FirstNetwork(Demonstration):
    """`taken` steps of the descent from `start` are shown."""

    start: line.Place = line.BEGIN
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
            f"Takes ten steps, and again ten, until the rule stops it or {line.STEPS} are done.",
            possible=not self._has_ended(),
            plays=True,
        )
        again = Button("again", "From the start", "Takes all steps back.")
        return rate, train, again

    def turned(self, name: str, value: Value) -> "FirstNetwork":
        return replace(self, rate=float(value), taken=0)

    def pressed(self, name: str) -> "FirstNetwork":
        return replace(self, taken=0 if name == "again" else min(self.taken + EVERY, self._most()))

    def moved(self, name: str, x: float, y: float) -> "FirstNetwork":
        return replace(self, start=held(x, y), taken=0)

    def figures(self) -> tuple[Figure, ...]:
        path = self._path()
        return (
            data_figure("line", "A line through the points", fading(path, EVERY)),
            bowl_from_above("bowl", "What every line costs", path, self.start),
            bowl_turned("bowl-turned", "The same as a bowl", path),
        )

    def words(self) -> tuple[str, ...]:
        w, b = self._path()[-1].tolist()
        here = (
            f"After {self.taken} steps: $y = xW + b = {w:z.3f} x + {b:z.3f}$. It costs "
            f"{self._cost():.4f}; the best of all lines costs {line.lowest()[1]:.4f}."
        )
        return (here, self._ended()) if self._has_ended() else (here,)

    def as_in_lecture(self) -> "FirstNetwork":
        begun = FirstNetwork()
        return replace(begun, taken=begun._most())

    def numbers(self) -> tuple[Table, ...]:
        path = self._path()[::EVERY]
        rows = [
            (float(EVERY * at), float(w), float(b), float(cost))
            for at, ((w, b), cost) in enumerate(zip(path, line.costs(path), strict=True))
        ]
        header = ("step", "W", "b", "cost")
        return (Table("steps", f"Every {EVERY} steps", header, rows),)

    def reached(self) -> bool:
        return self._was_stopped() and self.taken < FEW and self._is_near()

    def _whole(self) -> Doubles:
        return line.descent(self.start, self.rate, LEAST_CHANGE)

    def _path(self) -> Doubles:
        return self._whole()[: self.taken + 1]

    def _most(self) -> int:
        return len(self._whole()) - 1

    def _has_ended(self) -> bool:
        return self.taken == self._most()

    def _was_stopped(self) -> bool:
        return self._has_ended() and self.taken < line.STEPS

    def _cost(self) -> float:
        return float(line.costs(self._path()[-1:])[0])

    def _is_near(self) -> bool:
        return self._cost() - line.lowest()[1] <= NEAR

    def _ended(self) -> str:
        if not self._was_stopped():
            return f"All {line.STEPS} steps are taken; the rule never stopped them."
        if self._is_near():
            return "The rule has stopped it, at the bottom of the bowl."
        return "The rule has stopped it, far from the bottom: with such small steps no cost changes."
