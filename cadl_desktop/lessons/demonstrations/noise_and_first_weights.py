"""Page 6: the noisy sine, initial weights (the lecture's L6), and their effect on ten tanh layers."""

from dataclasses import dataclass, replace
from functools import cache, lru_cache

import numpy as np

from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.registry import activation_of
from cadl_desktop.lessons import noisy_sine
from cadl_desktop.lessons.demonstration import Button, Control, Demonstration, Hints, Slider, Value
from cadl_desktop.lessons.figure import Axis, Bars, Doubles, Figure, Line, Points, Table
from cadl_desktop.lessons.lecture import LECTURE
from cadl_desktop.lessons.small_network import SmallNetwork

LAYERS, UNITS = 10, 100
SAMPLES = 25
"""Places of the sine that go through the layers. With more NumPy would start threads, which takes longer than
the computation."""
NETWORK = SmallNetwork((1,) + LAYERS * (UNITS,), LAYERS * ("tanh",))
_SEED = 1


def draw_weights(spread: float) -> Doubles:
    """1000 weights from N(0, spread): the same draw, scaled."""
    return spread * _standard_draws()


@dataclass(frozen=True, eq=False)
class LayerOutputs:
    """Outputs (10, 2500) of ten tanh layers, their root mean squares (10,) and saturated shares (10,)."""

    outputs: Doubles
    sizes: Doubles
    saturated: Doubles


@lru_cache(maxsize=4)
def pass_through_layers(spread: float) -> LayerOutputs:
    """Outputs of the layers with weights from N(0, spread) and biases of 0."""
    weights = [spread * array for array in _standard_weights()]
    sent = noisy_sine.x()[:: len(noisy_sine.x()) // SAMPLES, np.newaxis]
    outputs = np.array([passed.outputs.ravel() for passed in NETWORK.forward(weights, sent)])
    return LayerOutputs(
        outputs, np.sqrt((outputs**2).mean(axis=1)), (np.abs(outputs) > saturation_threshold()).mean(axis=1)
    )


@cache
def saturation_threshold() -> float:
    """Output above which the studio calls tanh saturated."""
    tanh = activation_of(part("layer", "dense", activation="tanh"))
    assert tanh
    assert tanh.ends
    return tanh.ends[1]


@cache
def _standard_draws() -> Doubles:
    return np.random.default_rng(_SEED).standard_normal(int(LECTURE["L6"]["draws"]))


@cache
def _standard_weights() -> list[Doubles]:
    return NETWORK.first_weights(np.random.default_rng(_SEED), 1.0)


WIDE, NARROW = LECTURE["L6"]["spreads"]
AWAKE, SATURATED = 0.1, 0.05
"""The last layer is awake with an RMS output of `AWAKE` or more, and `SATURATED` or less of it saturated."""


@dataclass(frozen=True)
class NoiseAndFirstWeights(Demonstration):
    """State of page 6; `found` is set once a spread was rightly claimed to keep the last layer awake."""

    noise: float = noisy_sine.NOISE
    spread: float = WIDE
    claimed: bool = False
    found: bool = False

    def controls(self) -> tuple[Control, ...]:
        noise = Slider(
            "noise",
            "Noise",
            self.noise,
            0.0,
            1.0,
            "How far a point can lie above or below the sine.",
        )
        spread = Slider(
            "spread",
            "Spread of the first weights",
            self.spread,
            0.01,
            2.0,
            "The standard deviation of the weights that a network begins with.",
            logarithmic=True,
        )
        claim = Button(
            "claim",
            "The tenth layer is awake",
            "Says that with this spread the tenth layer is neither saturated nor silent.",
        )
        return noise, spread, claim

    def with_value(self, name: str, value: Value) -> "NoiseAndFirstWeights":
        if name == "noise":
            return replace(self, noise=float(value))
        return replace(self, spread=float(value), claimed=False)

    def after_press(self, name: str) -> "NoiseAndFirstWeights":
        return replace(self, claimed=True, found=self.found or self._is_awake())

    def figures(self) -> tuple[Figure, ...]:
        return self._points(), self._weights(), self._layers()

    def tables(self) -> tuple[Table, ...]:
        known = pass_through_layers(self.spread)
        rows = [
            (float(at), float(known.sizes[at - 1]), float(100 * known.saturated[at - 1]))
            for at in (1, 2, 5, 10)
        ]
        header = ("layer", "usual size of an output", "saturated, %")
        return (Table("layers", "Layer by layer", header, rows),)

    def words(self) -> tuple[str, ...]:
        y = noisy_sine.with_noise(self.noise)
        truth = (
            "Measured against these points, even the true sine has a cost of "
            f"{float(np.abs(np.sin(noisy_sine.x()) - y).mean()):.3f}."
        )
        return (truth, self._verdict()) if self.claimed else (truth,)

    def as_in_lecture(self) -> "NoiseAndFirstWeights":
        return NoiseAndFirstWeights(spread=NARROW)

    def numbers(self) -> tuple[Table, ...]:
        counts = [_counts(draw_weights(spread)) for spread in (WIDE, NARROW)]
        rows = list(zip(_EDGES[:-1].tolist(), *(count.tolist() for count in counts), strict=True))
        header = (
            "from",
            f"drawn with spread {WIDE:g}",
            f"drawn with spread {NARROW:g}",
        )
        return Table("first-weights", "Histograms of first weights", header, rows), *self.tables()

    def reached(self) -> bool:
        return self.found

    def missed(self) -> bool:
        return self.claimed and not self.found

    def hints(self) -> Hints:
        known = pass_through_layers(self.spread)
        if self._is_awake():
            look = "The tenth layer is neither saturated nor silent now: say so."
        elif known.saturated[-1] > SATURATED:
            look = (
                f"{100 * known.saturated[-1]:.0f} % of the tenth layer stick at -1 or 1, "
                "as the last figure shows. Which weights make smaller sums?"
            )
        else:
            look = (
                f"An output of the tenth layer is usually only {known.sizes[-1]:.2g} "
                "in size. Which weights let more through?"
            )
        return look, (
            f"Set the spread to {UNITS**-0.5:g}, one over the root of "
            f"{UNITS}, and press “The tenth layer is awake”."
        )

    def _is_awake(self) -> bool:
        known = pass_through_layers(self.spread)
        return bool(known.sizes[-1] >= AWAKE and known.saturated[-1] <= SATURATED)

    def _verdict(self) -> str:
        known = pass_through_layers(self.spread)
        if self._is_awake():
            return (
                r"Right. A rule of thumb: one over the root of the number of inputs, $1 / "
                rf"\sqrt{{{{{UNITS}}}}} = {UNITS**-0.5:g}$."
            )
        if known.saturated[-1] > SATURATED:
            return f"No: {100 * known.saturated[-1]:.0f} % of the tenth layer is saturated."
        return "No: hardly anything arrives at the tenth layer."

    def _points(self) -> Figure:
        x = noisy_sine.x()
        items = (
            Points(x, noisy_sine.with_noise(self.noise), opacity=0.5, size=3, name="what was measured"),
            Line(x, np.sin(x), "truth", "the sine beneath"),
        )
        return Figure("noisy-sine", "A sine with noise", items, Axis("x"), Axis("y", (-2.1, 2.1)))

    def _weights(self) -> Figure:
        wide, own = (_counts(draw_weights(spread)) for spread in (WIDE, self.spread))
        items = (
            Bars(_EDGES, wide, "muted", f"spread {WIDE:g}, to compare", opacity=0.4),
            Bars(_EDGES, own, name=f"your spread, {self.spread:.3g}", opacity=0.7),
        )
        title = f"{LECTURE['L6']['draws']:,} first weights"
        return Figure("first-weights", title, items, Axis("weight"), Axis("how many"))

    def _layers(self) -> Figure:
        outputs = pass_through_layers(self.spread).outputs
        edges = np.linspace(-1, 1, 41)
        first, last = (100 * np.histogram(layer, edges)[0] / len(layer) for layer in outputs[[0, -1]])
        items = (
            Bars(edges, first, "muted", "layer 1", opacity=0.4),
            Bars(edges, last, "second", f"layer {len(outputs)}", opacity=0.7),
        )
        return Figure(
            "after-ten-layers",
            "What ten layers make of them",
            items,
            Axis("output of a tanh neuron", (-1, 1)),
            Axis("share of outputs, %"),
        )


_EDGES = np.linspace(-4, 4, 81)


def _counts(numbers: Doubles) -> Doubles:
    """Histogram of numbers over `_EDGES`, whose outer bins include what lies beyond."""
    clipped = np.clip(numbers, _EDGES[0], _EDGES[-1])
    return np.histogram(clipped, _EDGES)[0].astype(np.float64)
