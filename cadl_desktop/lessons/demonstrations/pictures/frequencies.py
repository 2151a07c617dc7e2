"""Page 17: how fast a network learns slow and fast waves, and what it makes between the points."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from cadl_desktop.lessons.controls import Button, Choice, Control, Slider, Value
from cadl_desktop.lessons.demonstration import Demonstration
from cadl_desktop.lessons.figure import Axis, Bars, Doubles, Figure, Item, Line, Node, Points, Role, Table
from cadl_desktop.lessons.samples import waves

LITTLE, NEAR = 0.05, 0.1
"""All waves are learned when no more than such a share of any is left, and the curve is right between the
points when it is off by less than that on average."""
WAYS: Mapping[str, str] = {
    "relu": "relu neurons",
    "sine": "sine neurons",
    "fourier": "relu neurons, told waves",
}
_ROLES: tuple[Role, ...] = ("series", "second", "positive", "negative")
_NAMES = tuple(f"swings: {swings}" for swings in waves.SWINGS)


@dataclass(frozen=True)
class Frequencies(Demonstration):
    """`taken` steps of the training are shown."""

    way: str = "relu"
    frequency: float = 30.0
    taken: int = 0

    def controls(self) -> tuple[Control, ...]:
        way = Choice("way", "Made of", self.way, tuple(WAYS.items()), "What the network is made of.")
        frequency = Slider(
            "frequency",
            "First waves",
            self.frequency,
            1.0,
            60.0,
            "How often the network's waves swing before it learns; relu neurons alone have none.",
            logarithmic=True,
        )
        train = Button(
            "train",
            "Train",
            f"Takes ten steps, and again ten, until {waves.STEPS} are done.",
            possible=self.taken < waves.STEPS,
            plays=True,
        )
        again = Button("again", "From the start", "Takes all steps back.")
        return way, frequency, train, again

    def turned(self, name: str, value: Value) -> "Frequencies":
        if name == "way":
            return replace(self, way=str(value), taken=0)
        return replace(self, frequency=float(value), taken=0)

    def pressed(self, name: str) -> "Frequencies":
        return replace(self, taken=0 if name == "again" else min(self.taken + waves.EVERY, waves.STEPS))

    def figures(self) -> tuple[Figure, ...]:
        return self._curve(), self._bars(), self._over_time()

    def words(self) -> tuple[str, ...]:
        left = waves.left(self._made()[-1])
        told = (
            f"After {self.taken} steps {100 * float(left[0]):.0f} % of the slowest wave is "
            f"left to be learned, and {100 * float(left[-1]):.0f} % of the fastest. Between "
            f"the points the curve is off by {self._off():.2f} on average."
        )
        return (told, self._verdict()) if self._has_learned() else (told,)

    def as_in_lecture(self) -> "Frequencies":
        return Frequencies(taken=waves.STEPS)

    def numbers(self) -> tuple[Table, ...]:
        made = self._made()
        rows = [
            (float(waves.EVERY * at), *map(float, left), float(off))
            for at, (left, off) in enumerate(zip(waves.left(made), waves.off_between(made), strict=True))
        ]
        header = ("step", *_NAMES, "mean error between the points")
        return (Table("left", "What is left of each wave", header, rows),)

    def reached(self) -> bool:
        return self._has_learned() and self._off() < NEAR

    def _made(self) -> Doubles:
        return waves.outputs(cast("waves.Way", self.way), self.frequency, self.taken)

    def _has_learned(self) -> bool:
        return bool(waves.left(self._made()[-1]).max() <= LITTLE)

    def _off(self) -> float:
        return float(waves.off_between(self._made()[-1]))

    def _verdict(self) -> str:
        if self.reached():
            return "All four waves are learned, and the curve is right between the points as well."
        return "All four waves are learned at the points, but between them the curve is its own."

    def _curve(self) -> Figure:
        x, truth = waves.places(), waves.truth()
        items = (
            Line(x, truth, "truth", "four waves, added up", width=1.5, dashed=True),
            Line(x, self._made()[-1], "series", "the network", width=2.5),
            Points(waves.at_points(x), waves.at_points(truth), name="learned from", size=5),
        )
        return Figure(
            "curve",
            f"After {self.taken} steps",
            items,
            Axis("x", (0.0, 1.0)),
            Axis("y", (-4.5, 4.5)),
        )

    def _bars(self) -> Figure:
        edges = np.array(waves.EDGES)
        items: tuple[Item, ...] = (
            Bars(edges, np.ones(len(edges) - 1), "muted", "at first", opacity=0.3),
            Bars(edges, waves.left(self._made()[-1]), "series", "now"),
            *(Node(swings, _ABOVE, str(swings), framed=False) for swings in waves.SWINGS),
        )
        return Figure(
            "left",
            "What is left of each wave",
            items,
            Axis("swings from 0 to 1", (waves.EDGES[0], waves.EDGES[-1]), logarithmic=True),
            _SHARE,
        )

    def _over_time(self) -> Figure:
        left = waves.left(self._made())
        steps = waves.EVERY * np.arange(float(len(left)))
        items: list[Item] = []
        for band, role, name in zip(left.T, _ROLES, _NAMES, strict=True):
            items += Line(steps, band, role, name), Points(steps[-1:], band[-1:], role, size=8)
        return Figure(
            "left-over-time",
            "The same, step by step",
            items,
            Axis("step", (0.0, float(waves.STEPS))),
            _SHARE,
        )


_ABOVE = 1.15
"""Where bars are named."""
_SHARE = Axis("share that is left", (0.0, 1.3))
