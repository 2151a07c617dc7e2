"""Page 6: a sine with noise, first weights, and what ten layers of tanh make of their spread."""

from dataclasses import dataclass, replace

import numpy as np

from cadl_desktop.lessons.controls import Button, Control, Slider, Value
from cadl_desktop.lessons.demonstration import Demonstration
from cadl_desktop.lessons.figure import Axis, Bars, Doubles, Figure, Line, Points, Table
from cadl_desktop.lessons.lecture import LECTURE
from cadl_desktop.lessons.networks import first_weights
from cadl_desktop.lessons.samples import noisy_sine
from cadl_desktop.sentences import Sentence, said

WIDE, NARROW = LECTURE["L6"]["spreads"]
AWAKE, SATURATED = 0.1, 0.05
"""The last layer is awake when its outputs are at least so large, and at most so many of them saturated."""


@dataclass(frozen=True)
class NoiseAndFirstWeights(Demonstration):
    """`found` is set once a person has rightly said of a spread that the last layer is awake."""

    noise: float = noisy_sine.NOISE
    spread: float = WIDE
    claimed: bool = False
    found: bool = False

    def controls(self) -> tuple[Control, ...]:
        noise = Slider(
            "noise",
            said("Noise"),
            self.noise,
            0.0,
            1.0,
            said("How far a point can lie above or below the sine."),
        )
        spread = Slider(
            "spread",
            said("Spread of the first weights"),
            self.spread,
            0.01,
            2.0,
            said("The standard deviation of the weights that a network begins with."),
            logarithmic=True,
        )
        claim = Button(
            "claim",
            said("The tenth layer is awake"),
            said("Says that with this spread the tenth layer is neither saturated nor silent."),
        )
        return noise, spread, claim

    def turned(self, name: str, value: Value) -> "NoiseAndFirstWeights":
        if name == "noise":
            return replace(self, noise=float(value))
        return replace(self, spread=float(value), claimed=False)

    def pressed(self, name: str) -> "NoiseAndFirstWeights":
        return replace(self, claimed=True, found=self.found or self._is_awake())

    def figures(self) -> tuple[Figure, ...]:
        return self._points(), self._weights(), self._layers()

    def tables(self) -> tuple[Table, ...]:
        known = first_weights.layers(self.spread)
        rows = [
            (float(at), float(known.sizes[at - 1]), float(100 * known.saturated[at - 1]))
            for at in (1, 2, 5, 10)
        ]
        header = (said("layer"), said("usual size of an output"), said("saturated, %"))
        return (Table("layers", said("Layer by layer"), header, rows),)

    def words(self) -> tuple[Sentence, ...]:
        y = noisy_sine.with_noise(self.noise)
        truth = said(
            "Measured against these points, even the true sine has a cost of {cost:.3f}.",
            cost=float(np.abs(np.sin(noisy_sine.x()) - y).mean()),
        )
        return (truth, self._verdict()) if self.claimed else (truth,)

    def as_in_lecture(self) -> "NoiseAndFirstWeights":
        return NoiseAndFirstWeights(spread=NARROW)

    def numbers(self) -> tuple[Table, ...]:
        counts = [_counts(first_weights.draws(spread)) for spread in (WIDE, NARROW)]
        rows = list(zip(_EDGES[:-1].tolist(), *(count.tolist() for count in counts), strict=True))
        header = (
            said("from"),
            said("drawn with spread {spread:g}", spread=WIDE),
            said("drawn with spread {spread:g}", spread=NARROW),
        )
        return Table("first-weights", said("Histograms of first weights"), header, rows), *self.tables()

    def reached(self) -> bool:
        return self.found

    def _is_awake(self) -> bool:
        known = first_weights.layers(self.spread)
        return bool(known.sizes[-1] >= AWAKE and known.saturated[-1] <= SATURATED)

    def _verdict(self) -> Sentence:
        known = first_weights.layers(self.spread)
        if self._is_awake():
            return said(
                r"Right. A rule of thumb: one over the root of the number of inputs, $1 / \sqrt{{{units}}} = "
                r"{rule:g}$.",
                units=first_weights.UNITS,
                rule=first_weights.UNITS**-0.5,
            )
        if known.saturated[-1] > SATURATED:
            return said("No: {share:.0%} of the tenth layer is saturated.", share=known.saturated[-1])
        return said("No: hardly anything arrives at the tenth layer.")

    def _points(self) -> Figure:
        x = noisy_sine.x()
        items = (
            Points(x, noisy_sine.with_noise(self.noise), opacity=0.5, size=3, name=said("what was measured")),
            Line(x, np.sin(x), "truth", said("the sine beneath")),
        )
        return Figure(
            "noisy-sine", said("A sine with noise"), items, Axis(said("x")), Axis(said("y"), (-2.1, 2.1))
        )

    def _weights(self) -> Figure:
        wide, own = (_counts(first_weights.draws(spread)) for spread in (WIDE, self.spread))
        items = (
            Bars(_EDGES, wide, "muted", said("spread {spread:g}, to compare", spread=WIDE), opacity=0.4),
            Bars(_EDGES, own, name=said("your spread, {spread:.3g}", spread=self.spread), opacity=0.7),
        )
        title = said("{count:,} first weights", count=LECTURE["L6"]["draws"])
        return Figure("first-weights", title, items, Axis(said("weight")), Axis(said("how many")))

    def _layers(self) -> Figure:
        outputs = first_weights.layers(self.spread).outputs
        edges = np.linspace(-1, 1, 41)
        first, last = (100 * np.histogram(layer, edges)[0] / len(layer) for layer in outputs[[0, -1]])
        items = (
            Bars(edges, first, "muted", said("layer 1"), opacity=0.4),
            Bars(edges, last, "second", said("layer {count}", count=len(outputs)), opacity=0.7),
        )
        return Figure(
            "after-ten-layers",
            said("What ten layers make of them"),
            items,
            Axis(said("output of a tanh neuron"), (-1, 1)),
            Axis(said("share of outputs, %")),
        )


_EDGES = np.linspace(-4, 4, 81)


def _counts(numbers: Doubles) -> Doubles:
    """How many lie between each two edges; those beyond count with the last."""
    clipped = np.clip(numbers, _EDGES[0], _EDGES[-1])
    return np.histogram(clipped, _EDGES)[0].astype(np.float64)
