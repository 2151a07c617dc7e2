"""Page 13: a network in which every number is seen, forward and back, one product a click."""

from dataclasses import dataclass, replace

import numpy as np

from cadl_desktop.lessons.controls import Button, Control, Slider, Value
from cadl_desktop.lessons.demonstration import Demonstration
from cadl_desktop.lessons.demonstrations.networks.small_diagram import diagram, letter
from cadl_desktop.lessons.figure import Axis, Figure, Item, Line, Node, Points, Table
from cadl_desktop.lessons.networks.backpropagation import (
    BEGUN,
    FORWARD,
    PARAMETERS,
    PRODUCTS,
    Product,
    back,
    forward,
    stepped,
)

ALL = len(FORWARD) + len(PRODUCTS)
GOAL = 0.1
"""The share of the cost that a single step should leave at most."""
MOST_STEPS = 30
"""Of which the costs are kept."""
Held = tuple[float, ...]


@dataclass(frozen=True)
class Backpropagation(Demonstration):
    """`taken` numbers are known: those of the way forward, then those of the way back. `costs` are those
    before each step of descent since the sample was changed; `walked` says whether a person has gone through
    all of them one by one."""

    parameters: Held = tuple(BEGUN[name] for name in PARAMETERS)
    x: float = 0.9
    target: float = -0.5
    rate: float = 0.02
    taken: int = 0
    costs: Held = ()
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
        descend = Button(
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
        return following, rest, descend, again, rate, x, target

    def turned(self, name: str, value: Value) -> "Backpropagation":
        turned = super().turned(name, float(value))
        return turned if name == "rate" else replace(turned, taken=0, costs=())

    def pressed(self, name: str) -> "Backpropagation":
        match name:
            case "next":
                taken = self.taken + 1
                return replace(self, taken=taken, walked=self.walked or taken == ALL)
            case "rest":
                return replace(self, taken=ALL)
            case "descend":
                return self._descended()
        return replace(
            Backpropagation(x=self.x, target=self.target, rate=self.rate),
            walked=self.walked,
            lowered=self.lowered,
        )

    def figures(self) -> tuple[Figure, ...]:
        passed = self._passed()
        known = {name: passed[name] for name in FORWARD[: self.taken]}
        slopes = {product.name: self._slopes()[product.name] for product in self._products()}
        last = None
        if 0 < self.taken <= len(FORWARD):
            last = FORWARD[self.taken - 1]
        elif self.taken:
            last = self._products()[-1].name
        given = {"x": self.x, "t": self.target, **self._parameters()}
        return diagram(given, known, slopes, last), self._history()

    def tables(self) -> tuple[Table, ...]:
        passed, slopes = self._passed(), self._slopes()
        rows = [
            (
                _slope(product.name),
                f"{_slope(product.through)} · ∂{letter(product.through)}/∂{letter(product.name)}",
                f"{slopes[product.through]:z.3f} · {passed[product.factor]:z.3f}",
                slopes[product.name],
            )
            for product in self._products()
        ]
        header = ("slope", "by the chain rule", "in numbers", "is")
        if not rows:
            return ()
        return (Table("products", "The way back", header, rows, frozenset({len(rows) - 1})),)

    def words(self) -> tuple[str, ...]:
        told = (self._last_step() if self.taken else _BEFORE,)
        if not self.costs or self.taken > len(FORWARD):
            return told
        before, now = self.costs[-1], self._passed()["J"]
        return (f"The step has changed the cost from {before:.4f} to {now:.4f}.",)

    def as_in_lecture(self) -> "Backpropagation":
        return replace(self, taken=ALL)

    def reached(self) -> bool:
        return self.lowered

    def _parameters(self) -> dict[str, float]:
        return dict(zip(PARAMETERS, self.parameters, strict=True))

    def _passed(self) -> dict[str, float]:
        return forward(self._parameters(), self.x, self.target)

    def _slopes(self) -> dict[str, float]:
        return back(self._passed())

    def _products(self) -> tuple[Product, ...]:
        """Those that are known."""
        return PRODUCTS[: max(0, self.taken - len(FORWARD))]

    def _descended(self) -> "Backpropagation":
        moved = stepped(self._parameters(), self._slopes(), self.rate)
        before = self._passed()["J"]
        after = forward(moved, self.x, self.target)["J"]
        return replace(
            self,
            parameters=tuple(moved[name] for name in PARAMETERS),
            taken=len(FORWARD),
            costs=(*self.costs, before)[-MOST_STEPS:],
            lowered=self.lowered or after < GOAL * before,
        )

    def _last_step(self) -> str:
        passed = self._passed()
        match self.taken:
            case 1:
                return (
                    rf"$h_1 = \tanh(w_1 x + b_1) = \tanh({passed['z1']:z.3f}) = "
                    rf"{passed['h1']:z.3f}$"
                )
            case 2:
                return (
                    rf"$h_2 = \tanh(w_2 x + b_2) = \tanh({passed['z2']:z.3f}) = "
                    rf"{passed['h2']:z.3f}$"
                )
            case 3:
                return rf"$y = v_1 h_1 + v_2 h_2 + c = {passed['y']:z.3f}$"
            case 4:
                return rf"$J = (y - t)^2 = ({passed['E']:z.3f})^2 = {passed['J']:.3f}$"
        product, slopes = self._products()[-1], self._slopes()
        name, through = _formula(product.name), _formula(product.through)
        first, second = slopes[product.through], passed[product.factor]
        return (
            rf"$\partial J / \partial {name} = \partial J / \partial {through} \cdot "
            rf"\partial {through} / \partial {name}$ "
            rf"$= {first:z.3f} \cdot {second:z.3f} = {slopes[product.name]:z.3f}$"
        )

    def _history(self) -> Figure:
        costs = np.array((*self.costs, self._passed()["J"]) if self.taken >= len(FORWARD) else self.costs)
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
