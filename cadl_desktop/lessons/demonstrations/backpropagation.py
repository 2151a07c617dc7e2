"""Page 13: backpropagation through a 1 -> 2 -> 1 network, one product per click.

Rumelhart, Hinton and Williams, 1986.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import tanh
from typing import NamedTuple

import numpy as np

from cadl_desktop.lessons.demonstration import Button, Control, Demonstration, Hints, Slider, Value
from cadl_desktop.lessons.demonstrations.backpropagation_diagram import diagram, letter
from cadl_desktop.lessons.figure import Axis, Figure, Item, Line, Node, Points, Table

Numbers = Mapping[str, float]
"""Numbers by name; names of the first and second hidden neuron's numbers end in 1 and 2."""

PARAMETERS = ("w1", "b1", "w2", "b2", "v1", "v2", "c")
INITIAL: Numbers = {"w1": 0.8, "b1": 0.1, "w2": -0.5, "b2": 0.3, "v1": 1.0, "v2": -0.7, "c": 0.2}
FORWARD = ("h1", "h2", "y", "J")
"""Results of the forward pass in order: both hidden neurons, the output, the cost."""


class Product(NamedTuple):
    """Product of the chain rule: dJ/d`name` = dJ/d`through` · `factor`, where `factor` names the number
    d`through`/d`name`."""

    name: str
    through: str
    factor: str


PRODUCTS = (
    Product("y", "J", "twice E"),
    Product("v1", "y", "h1"),
    Product("v2", "y", "h2"),
    Product("c", "y", "one"),
    Product("h1", "y", "v1"),
    Product("z1", "h1", "slope1"),
    Product("w1", "z1", "x"),
    Product("b1", "z1", "one"),
    Product("h2", "y", "v2"),
    Product("z2", "h2", "slope2"),
    Product("w2", "z2", "x"),
    Product("b2", "z2", "one"),
)


def forward(parameters: Numbers, x: float, target: float) -> dict[str, float]:
    """Forward pass to J = (y - target)², with y = v1 tanh(w1 x + b1) + v2 tanh(w2 x + b2) + c.

    Returns every number by name, including the factors that the backward pass needs.
    """
    found = {**parameters, "x": x, "one": 1.0}
    for at in ("1", "2"):
        found["z" + at] = found["w" + at] * x + found["b" + at]
        found["h" + at] = tanh(found["z" + at])
        found["slope" + at] = 1 - found["h" + at] ** 2
    found["y"] = found["v1"] * found["h1"] + found["v2"] * found["h2"] + found["c"]
    found["E"] = found["y"] - target
    found["twice E"] = 2 * found["E"]
    found["J"] = found["E"] ** 2
    return found


def backward(results: Numbers) -> dict[str, float]:
    """Backward pass: derivatives of J by every number, from the results of `forward`."""
    slopes = {"J": 1.0}
    for name, through, factor in PRODUCTS:
        slopes[name] = slopes[through] * results[factor]
    return slopes


def descend(parameters: Numbers, slopes: Numbers, rate: float) -> dict[str, float]:
    """Parameters after one step of gradient descent."""
    return {name: parameters[name] - rate * slopes[name] for name in PARAMETERS}


ALL = len(FORWARD) + len(PRODUCTS)
GOAL = 0.1
"""Goal: largest share of the cost that is left after a single step."""
MOST_STEPS = 30
"""Steps whose costs are kept."""
Values = tuple[float, ...]


@dataclass(frozen=True)
class Backpropagation(Demonstration):
    """State of page 13.

    `taken` numbers are known: those of the forward pass, then those of the backward pass. `costs` are those
    before each step of descent since the sample was changed; `walked` is set once all numbers were computed
    one by one, `lowered` once the goal was reached.
    """

    parameters: Values = tuple(INITIAL[name] for name in PARAMETERS)
    x: float = 0.9
    target: float = -0.5
    rate: float = 0.02
    taken: int = 0
    costs: Values = ()
    walked: bool = False
    lowered: bool = False

    def controls(self) -> tuple[Control, ...]:
        following = Button(
            "next",
            "Next number",
            "Computes one more number, on the way forward or back.",
            possible=self.taken < ALL,
        )
        rest = Button(
            "rest",
            "All the others",
            "Computes what is left at once. First go through all of them one by one.",
            possible=self.walked and self.taken < ALL,
        )
        step = Button(
            "descend",
            "Step of descent",
            "Takes the rate times its slope off every parameter, and goes forward again.",
            possible=self.taken == ALL,
        )
        again = Button("again", "Begin again", "Takes back all steps.")
        rate = Slider(
            "rate",
            "Learning rate",
            self.rate,
            0.001,
            1.0,
            "What every slope is multiplied by to make a step.",
            logarithmic=True,
        )
        x = Slider("x", "Input x", self.x, -2.0, 2.0, "The number that comes in.")
        target = Slider("target", "Target t", self.target, -2.0, 2.0, "The number that should come out.")
        return following, rest, step, again, rate, x, target

    def with_value(self, name: str, value: Value) -> "Backpropagation":
        turned = super().with_value(name, float(value))
        return turned if name == "rate" else replace(turned, taken=0, costs=())

    def after_press(self, name: str) -> "Backpropagation":
        match name:
            case "next":
                taken = self.taken + 1
                return replace(self, taken=taken, walked=self.walked or taken == ALL)
            case "rest":
                return replace(self, taken=ALL)
            case "descend":
                return self._after_descent()
        return replace(
            Backpropagation(x=self.x, target=self.target, rate=self.rate),
            walked=self.walked,
            lowered=self.lowered,
        )

    def figures(self) -> tuple[Figure, ...]:
        results = self._forward()
        known = {name: results[name] for name in FORWARD[: self.taken]}
        slopes = {product.name: self._slopes()[product.name] for product in self._products()}
        last = None
        if 0 < self.taken <= len(FORWARD):
            last = FORWARD[self.taken - 1]
        elif self.taken:
            last = self._products()[-1].name
        given = {"x": self.x, "t": self.target, **self._parameters()}
        return diagram(given, known, slopes, last), self._history()

    def tables(self) -> tuple[Table, ...]:
        results, slopes = self._forward(), self._slopes()
        rows = [
            (
                _slope(product.name),
                f"{_slope(product.through)} · ∂{letter(product.through)}/∂{letter(product.name)}",
                f"{slopes[product.through]:z.3f} · {results[product.factor]:z.3f}",
                slopes[product.name],
            )
            for product in self._products()
        ]
        header = ("slope", "by the chain rule", "in numbers", "is")
        if not rows:
            return ()
        return (Table("products", "The way back", header, rows, frozenset({len(rows) - 1})),)

    def words(self) -> tuple[str, ...]:
        lines = (self._last_step() if self.taken else _BEFORE,)
        if not self.costs or self.taken > len(FORWARD):
            return lines
        before, now = self.costs[-1], self._forward()["J"]
        return (f"The step has changed the cost from {before:.4f} to {now:.4f}.",)

    def as_in_lecture(self) -> "Backpropagation":
        return replace(self, taken=ALL)

    def reached(self) -> bool:
        return self.lowered

    def missed(self) -> bool:
        return self.taken == len(FORWARD) and bool(self.costs) and not self.lowered

    def hints(self) -> Hints:
        if not self.walked:
            look = (
                "First press “Next number” until every slope is known: four times forward, twelve times back."
            )
        elif not self.costs:
            look = "All slopes are known. “Step of descent” shows how much of the cost one step leaves."
        else:
            left = self._forward()["J"] / max(self.costs[-1], 1e-12)
            look = (
                f"The last step left {100 * left:.0f} % of the cost. Is its "
                "rate too small, or did the output leap beyond t?"
            )
        return look, (
            "Press “Begin again”, set the learning rate to 0.15, press “Next "
            "number” sixteen times, then “Step of descent”."
        )

    def _parameters(self) -> dict[str, float]:
        return dict(zip(PARAMETERS, self.parameters, strict=True))

    def _forward(self) -> dict[str, float]:
        return forward(self._parameters(), self.x, self.target)

    def _slopes(self) -> dict[str, float]:
        return backward(self._forward())

    def _products(self) -> tuple[Product, ...]:
        """Products that have been computed."""
        return PRODUCTS[: max(0, self.taken - len(FORWARD))]

    def _after_descent(self) -> "Backpropagation":
        moved = descend(self._parameters(), self._slopes(), self.rate)
        before = self._forward()["J"]
        after = forward(moved, self.x, self.target)["J"]
        return replace(
            self,
            parameters=tuple(moved[name] for name in PARAMETERS),
            taken=len(FORWARD),
            costs=(*self.costs, before)[-MOST_STEPS:],
            lowered=self.lowered or after < GOAL * before,
        )

    def _last_step(self) -> str:
        results = self._forward()
        match self.taken:
            case 1:
                return (
                    rf"$h_1 = \tanh(w_1 x + b_1) = \tanh({results['z1']:z.3f}) = "
                    rf"{results['h1']:z.3f}$"
                )
            case 2:
                return (
                    rf"$h_2 = \tanh(w_2 x + b_2) = \tanh({results['z2']:z.3f}) = "
                    rf"{results['h2']:z.3f}$"
                )
            case 3:
                return rf"$y = v_1 h_1 + v_2 h_2 + c = {results['y']:z.3f}$"
            case 4:
                return rf"$J = (y - t)^2 = ({results['E']:z.3f})^2 = {results['J']:.3f}$"
        product, slopes = self._products()[-1], self._slopes()
        name, through = _formula(product.name), _formula(product.through)
        first, second = slopes[product.through], results[product.factor]
        return (
            rf"$\partial J / \partial {name} = \partial J / \partial {through} \cdot "
            rf"\partial {through} / \partial {name}$ "
            rf"$= {first:z.3f} \cdot {second:z.3f} = {slopes[product.name]:z.3f}$"
        )

    def _history(self) -> Figure:
        costs = np.array((*self.costs, self._forward()["J"]) if self.taken >= len(FORWARD) else self.costs)
        steps = np.arange(len(costs), dtype=np.float64)
        items: list[Item] = [Line(steps, costs, "series"), Points(steps, costs, "series", size=8)]
        if not len(costs):
            items.append(Node(2.5, 0.5, "once J is known", "muted", framed=False))
        return Figure(
            "costs",
            "The cost after each step of descent",
            items,
            Axis("step", (0.0, max(5.0, len(costs) - 1.0))),
            Axis("cost J", (0.0, max(1.0, 1.1 * float(costs.max(initial=0.0))))),
        )


_BEFORE = "Known so far: the input, the target and the seven parameters."


def _slope(name: str) -> str:
    return f"∂J/∂{letter(name)}"


def _formula(name: str) -> str:
    return f"{name[0]}_{name[1]}" if len(name) > 1 else name
