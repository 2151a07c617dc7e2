"""A network of dense layers in plain NumPy, small enough to be trained while a hand moves."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.experiment.catalog import icon_curves
from cadl_desktop.lessons.descending.descents import Method
from cadl_desktop.lessons.figure import Doubles

Cost = Literal["l1", "l2"]
Arrays = Sequence[Doubles]
"""Weights (inputs, outputs), then bias (outputs,), of each layer in turn; gradients have the same shapes."""


@dataclass(frozen=True)
class Activation:
    """`given` makes of what comes in (n, units) what goes out, and `slope` how fast that rises with it."""

    given: Callable[[Doubles], Doubles]
    slope: Callable[[Doubles], Doubles]


ACTIVATIONS: Mapping[str, Activation] = {
    "linear": Activation(lambda x: x, np.ones_like),
    "tanh": Activation(lambda x: icon_curves.tanh(x, {}), lambda x: 1 - np.tanh(x) ** 2),
    "sigmoid": Activation(
        lambda x: icon_curves.sigmoid(x, {}),
        lambda x: icon_curves.sigmoid(x, {}) * (1 - icon_curves.sigmoid(x, {})),
    ),
    "relu": Activation(lambda x: icon_curves.relu(x, {}), lambda x: (x > 0).astype(np.float64)),
    "sine": Activation(np.sin, np.cos),
}


@dataclass(frozen=True, eq=False)
class Passed:
    """What one layer did with n samples, `before` its activation and after it: (n, units) each."""

    before: Doubles
    outputs: Doubles


@dataclass(frozen=True)
class SmallNetwork:
    """`sizes` counts the inputs, then the units of each layer; `activations` has one name a layer. Where it
    is `summed`, its only output is the sum of its last layer's units."""

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    summed: bool = False

    def first_weights(self, random: np.random.Generator, spread: float, bias: float = 0.0) -> list[Doubles]:
        """Weights from N(0, spread), every bias the same."""
        arrays: list[Doubles] = []
        for inputs, units in zip(self.sizes[:-1], self.sizes[1:], strict=True):
            arrays += [random.normal(0, spread, (inputs, units)), np.full(units, bias)]
        return arrays

    def forward(self, weights: Arrays, x: Doubles) -> list[Passed]:
        """Of each layer in turn what it makes of samples x (n, inputs)."""
        passed: list[Passed] = []
        for at, name in enumerate(self.activations):
            before = x @ weights[2 * at] + weights[2 * at + 1]
            x = ACTIVATIONS[name].given(before)
            passed.append(Passed(before, x))
        return passed

    def outputs(self, weights: Arrays, x: Doubles) -> Doubles:
        """(n, outputs)."""
        return self._ended(self.forward(weights, x)[-1].outputs)

    def gradients(self, weights: Arrays, x: Doubles, targets: Doubles, cost: Cost = "l1") -> list[Doubles]:
        """By backpropagation (Rumelhart, Hinton and Williams, 1986), for targets (n, outputs)."""
        passed = self.forward(weights, x)
        errors = self._ended(passed[-1].outputs) - targets
        by_output = (np.sign(errors) if cost == "l1" else 2 * errors) / len(
            x
        )  # each unit of a sum gets all of it
        found: list[Doubles] = []
        for at in reversed(range(len(passed))):
            by_before = by_output * ACTIVATIONS[self.activations[at]].slope(passed[at].before)
            taken_in = passed[at - 1].outputs if at else x
            found = [taken_in.T @ by_before, by_before.sum(axis=0), *found]
            by_output = by_before @ weights[2 * at].T
        return found

    def _ended(self, outputs: Doubles) -> Doubles:
        return outputs.sum(axis=1, keepdims=True) if self.summed else outputs


def cost_of(errors: Doubles, cost: Cost = "l1") -> float:
    """The mean over samples of the sum over outputs of sizes (l1) or squares (l2) of errors (n, outputs)."""
    sizes = np.abs(errors) if cost == "l1" else errors**2
    return float(sizes.sum(axis=1).mean())


def batches(count: int, batch: int, random: np.random.Generator | None = None) -> list[NDArray[np.intp]]:
    """The samples of one epoch, batch by batch, in order or shuffled by `random`; a remainder is left out,
    and no batch is larger than all there are."""
    order = np.arange(count) if random is None else random.permutation(count)
    batch = min(batch, count)
    return [order[at : at + batch] for at in range(0, count - batch + 1, batch)]


def training(
    network: SmallNetwork,
    weights: Arrays,
    samples: tuple[Doubles, Doubles],
    method: Method,
    rate: float,
    batch: int,
    epochs: int,
    random: np.random.Generator | None,
    cost: Cost = "l1",
) -> Iterator[list[Doubles]]:
    """The weights after each step on samples x (n, inputs) and targets (n, outputs); with `random` every
    epoch is shuffled anew."""
    x, targets = samples
    memories = [method.begins] * len(weights)
    step = 0
    for _ in range(epochs):
        for chosen in batches(len(x), batch, random):
            step += 1
            slopes = network.gradients(weights, x[chosen], targets[chosen], cost)
            changes = [
                method.move(memory, slope, step, rate) for memory, slope in zip(memories, slopes, strict=True)
            ]
            memories = [memory for _, memory in changes]
            weights = [array - change for array, (change, _) in zip(weights, changes, strict=True)]
            yield weights
