"""Page 4: three learning rates side by side, and the largest with which a descent settles."""

from dataclasses import dataclass, replace

from cadl_desktop.lessons import valleys
from cadl_desktop.lessons.demonstration import Button, Control, Demonstration, Hints, Slider, Value
from cadl_desktop.lessons.figure import Axis, Doubles, Figure, Line, Points, Table, Trail
from cadl_desktop.lessons.lecture import LECTURE

START: float = LECTURE["L2"]["start"]
SMALL, RIGHT, LARGE = LECTURE["L3"]["rates"]
MARGIN = 1.1
"""A rate counts as the largest that settles if `MARGIN` times that rate does not."""


@dataclass(frozen=True)
class LearningRate(Demonstration):
    """State of page 4; `rate` is that of the middle figure, and `found` is set once the largest was claimed
    rightly."""

    rate: float = RIGHT
    claimed: bool = False
    found: bool = False

    def controls(self) -> tuple[Control, ...]:
        rate = Slider(
            "rate",
            "Your learning rate",
            self.rate,
            SMALL,
            LARGE,
            "What the gradient is multiplied by to make a step.",
            logarithmic=True,
        )
        claim = Button(
            "claim",
            "This is the largest that settles",
            "Says that the descent with your rate settles, and would not with a larger one.",
        )
        return rate, claim

    def with_value(self, name: str, value: Value) -> "LearningRate":
        return replace(self, rate=float(value), claimed=False)

    def after_press(self, name: str) -> "LearningRate":
        is_largest = _settles(self.rate) and not _settles(MARGIN * self.rate)
        return replace(self, claimed=True, found=self.found or is_largest)

    def figures(self) -> tuple[Figure, ...]:
        return (
            _figure("too-small", f"Learning rate {SMALL:g}", SMALL),
            _figure("your-rate", f"Yours: {self.rate:.3g}", self.rate),
            _figure("too-large", f"Learning rate {LARGE:g}", LARGE),
        )

    def tables(self) -> tuple[Table, ...]:
        ends = _ends(SMALL, self.rate, LARGE)
        # A descent stands between two points, and looks its cost up at the lower one.
        return (replace(ends, rows=[(rate, int(end), cost) for rate, end, cost in ends.rows]),)

    def words(self) -> tuple[str, ...]:
        if _settles(self.rate):
            state = "With your rate the descent settles: it comes to the bottom and stays there."
        elif self.rate < RIGHT:
            state = "With your rate the descent doesn't settle: it is still on its way."
        else:
            state = "With your rate the descent doesn't settle: it leaps from slope to slope."
        return (state, *self._verdict()) if self.claimed else (state,)

    def numbers(self) -> tuple[Table, ...]:
        return (_ends(SMALL, RIGHT, LARGE),)

    def reached(self) -> bool:
        return self.found

    def missed(self) -> bool:
        return self.claimed and not self.found

    def hints(self) -> Hints:
        if not _settles(self.rate):
            look = (
                "The warm dots lie on both slopes: the steps are too "
                "long. Go back until they lie in one spot."
            )
            if self.rate < RIGHT:
                look = "The warm dots are still under way: the steps are too short. Go up by a factor of ten."
        elif _settles(MARGIN * self.rate):
            look = (
                f"It settles, and with {MARGIN * self.rate:.3g} it would as well. "
                "Go up until the warm dots part, then a little back."
            )
        else:
            look = "It settles, and a tenth more would not: say so."
        return look, "Set your learning rate to 305, and press “This is the largest that settles”."

    def _verdict(self) -> tuple[str, ...]:
        if not _settles(self.rate):
            return ("No: with this rate it doesn't settle.",)
        if _settles(MARGIN * self.rate):
            return ("Not yet: it settles with a rate a tenth larger as well.",)
        theory = (
            r"Right. Two divided by the curvature at the bottom would have told you: $2 / J'' = "
            rf"{valleys.largest_rate(valleys.bottom_below(int(START))):.0f}$."
        )
        return (theory,)


def _path(rate: float) -> Doubles:
    return valleys.descent(START, rate)


def _settles(rate: float) -> bool:
    return valleys.settles(_path(rate))


def _figure(name: str, title: str, rate: float) -> Figure:
    x, y, path = valleys.places(), valleys.cost(), valleys.indices(_path(rate))
    items = (
        Line(x, y, "truth", "cost"),
        Trail(x[path], y[path], "descent"),
        Points(x[path[-1:]], y[path[-1:]], "series", "end", size=10),
    )
    return Figure(name, title, items, Axis("a parameter"), Axis("cost"))


def _ends(*rates: float) -> Table:
    ends = [_path(rate)[-1] for rate in rates]
    rows = [
        (rate, float(end), float(valleys.cost()[int(end)])) for rate, end in zip(rates, ends, strict=True)
    ]
    header = ("learning rate", "ends at point", "cost there")
    return Table("ends", "Where each rate ends", header, rows)
