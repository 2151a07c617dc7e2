"""Dense networks in plain NumPy, small enough to be trained while a slider moves."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.experiment.catalog import icon_curves
from cadl_desktop.lessons.descents import Method
from cadl_desktop.lessons.figure import Doubles

Cost = Literal["l1", "l2"]
Arrays = Sequence[Doubles]
"""Weights (inputs, outputs) and bias (outputs,) of each layer in turn; gradients have the same shapes."""


@dataclass(frozen=True)
class Activation:
    """Activation function: `given` maps inputs (n, units) to outputs, `slope` to their derivative."""

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
    """Pre-activations (`before`) and outputs of one layer for n samples: (n, units) each."""

    before: Doubles
    outputs: Doubles


@dataclass(frozen=True)
class SmallNetwork:
    """Network of dense layers. `sizes` counts the inputs, then the units of each layer; `activations` has a
    name for each layer. If `summed`, the only output is the sum of the last layer's units."""

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    summed: bool = False

    def first_weights(self, random: np.random.Generator, spread: float, bias: float = 0.0) -> list[Doubles]:
        """Initial weights from N(0, spread), and equal biases."""
        arrays: list[Doubles] = []
        for inputs, units in zip(self.sizes[:-1], self.sizes[1:], strict=True):
            arrays += [random.normal(0, spread, (inputs, units)), np.full(units, bias)]
        return arrays

    def forward(self, weights: Arrays, x: Doubles) -> list[Passed]:
        """Forward pass of samples x (n, inputs), layer by layer."""
        passed: list[Passed] = []
        for layer, name in enumerate(self.activations):
            before = x @ weights[2 * layer] + weights[2 * layer + 1]
            x = ACTIVATIONS[name].given(before)
            passed.append(Passed(before, x))
        return passed

    def outputs(self, weights: Arrays, x: Doubles) -> Doubles:
        """Outputs (n, outputs) for samples x (n, inputs)."""
        return self._summed_outputs(self.forward(weights, x)[-1].outputs)

    def gradients(self, weights: Arrays, x: Doubles, targets: Doubles, cost: Cost = "l1") -> list[Doubles]:
        """Gradients of the mean cost for targets (n, outputs), by backpropagation.

        Rumelhart, Hinton and Williams, 1986.
        """
        passed = self.forward(weights, x)
        errors = self._summed_outputs(passed[-1].outputs) - targets
        # Each unit of a sum receives the whole gradient of the sum.
        by_output = (np.sign(errors) if cost == "l1" else 2 * errors) / len(x)
        gradients: list[Doubles] = []
        for layer in reversed(range(len(passed))):
            by_before = by_output * ACTIVATIONS[self.activations[layer]].slope(passed[layer].before)
            inputs = passed[layer - 1].outputs if layer else x
            gradients = [inputs.T @ by_before, by_before.sum(axis=0), *gradients]
            by_output = by_before @ weights[2 * layer].T
        return gradients

    def _summed_outputs(self, outputs: Doubles) -> Doubles:
        return outputs.sum(axis=1, keepdims=True) if self.summed else outputs


def batches(count: int, batch: int, random: np.random.Generator | None = None) -> list[NDArray[np.intp]]:
    """Sample indices of one epoch's batches, in order or shuffled by `random`. A remainder is left out; a
    batch has `count` samples at most."""
    order = np.arange(count) if random is None else random.permutation(count)
    batch = min(batch, count)
    return [order[first : first + batch] for first in range(0, count - batch + 1, batch)]


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
    """Yields the weights after each step on samples (x (n, inputs), targets (n, outputs)). With `random`
    every epoch is shuffled."""
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
