"""Optimizers: (settings, all weights) -> `Optimizer`. Those that `tf.compat.v1.train` has are defined as
there.

All parameters of a network are one vector, so that a step is a few operations for any network.
`experiment/catalog/shipped.py` says that the functions named in the catalog's optimizers lie here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import prod, sqrt
from typing import Any

from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.experiment.catalog import entry, part
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import Weight
from cadl_desktop.experiment.shapes import learned_weights

Update = Callable[[Tensor, tuple[Tensor, ...], Tensor, Tensor, Tensor], tuple[Tensor, tuple[Tensor, ...]]]


@dataclass(frozen=True)
class Optimizer:
    """`starts` has the initial value of each slot (the optimizer's memory of one number per parameter).

    `update(parameters, slots, gradient, step, rate)` gives the new parameters and slots; `step` counts from 1
    where the memories begin.
    """

    starts: tuple[float, ...]
    update: Update


def optimizer_for(experiment: Experiment) -> Optimizer:
    """Optimizer of an experiment. Raises ValueError where a package's optimizer has another number of slots
    than its catalog entry says, by which projects are checked when they are opened."""
    kind = experiment.optimizer.kind
    known = entry("optimizer", kind)
    optimizer: Optimizer = known.load()(experiment.optimizer, learned_weights(experiment))
    has, declared = len(optimizer.starts), known.memories
    if has != declared:
        raise ValueError(f"'{kind}' has {has} memories, and its entry in the catalog says {declared}.")
    return optimizer


def gradient_descent(settings: Part, weights: Sequence[Weight]) -> Optimizer:
    """Cauchy, 1847."""

    def update(parameters: Tensor, slots: Any, gradient: Tensor, step: Tensor, rate: Tensor) -> Any:
        return parameters - rate * gradient, slots

    return Optimizer((), update)


def momentum(settings: Part, weights: Sequence[Weight]) -> Optimizer:
    """Polyak, Some methods of speeding up the convergence of iteration methods, 1964."""
    kept = float(settings["momentum"])

    def update(parameters: Tensor, slots: Any, gradient: Tensor, step: Tensor, rate: Tensor) -> Any:
        speed = kept * slots[0] + gradient
        return parameters - rate * speed, (speed,)

    return Optimizer((0.0,), update)


def rmsprop(settings: Part, weights: Sequence[Weight]) -> Optimizer:
    """Tieleman and Hinton, Neural networks for machine learning, lecture 6.5, 2012; the mean starts at 1."""
    decay = float(settings["decay"])

    def update(parameters: Tensor, slots: Any, gradient: Tensor, step: Tensor, rate: Tensor) -> Any:
        square = decay * slots[0] + (1 - decay) * tf.square(gradient)
        return parameters - rate * gradient / tf.sqrt(square + 1e-10), (square,)

    return Optimizer((1.0,), update)


def adagrad(settings: Part, weights: Sequence[Weight]) -> Optimizer:
    """Duchi, Hazan and Singer, Adaptive subgradient methods, 2011; the sum starts at 0.1."""

    def update(parameters: Tensor, slots: Any, gradient: Tensor, step: Tensor, rate: Tensor) -> Any:
        total = slots[0] + tf.square(gradient)
        return parameters - rate * gradient / tf.sqrt(total), (total,)

    return Optimizer((0.1,), update)


def adam(settings: Part, weights: Sequence[Weight]) -> Optimizer:
    """Kingma and Ba, Adam: a method for stochastic optimization, 2015; the form that ends its section 2."""
    beta1, beta2 = float(settings["beta1"]), float(settings["beta2"])

    def update(parameters: Tensor, slots: Any, gradient: Tensor, step: Tensor, rate: Tensor) -> Any:
        count = tf.cast(step, tf.float32)
        size = rate * tf.sqrt(1 - tf.pow(beta2, count)) / (1 - tf.pow(beta1, count))
        mean = beta1 * slots[0] + (1 - beta1) * gradient
        square = beta2 * slots[1] + (1 - beta2) * tf.square(gradient)
        return parameters - size * mean / (tf.sqrt(square) + 1e-8), (mean, square)

    return Optimizer((0.0, 0.0), update)


def adamw(settings: Part, weights: Sequence[Weight]) -> Optimizer:
    """Loshchilov and Hutter, Decoupled weight decay regularization, 2019: Adam, and each step also takes away
    rate * decay of the weights themselves, which doesn't enter Adam's means."""
    decay, by_adam = float(settings["decay"]), adam(settings, weights)

    def update(parameters: Tensor, slots: Any, gradient: Tensor, step: Tensor, rate: Tensor) -> Any:
        return by_adam.update(parameters - rate * decay * parameters, slots, gradient, step, rate)

    return Optimizer(by_adam.starts, update)


NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)
"""Coefficients of the iteration x -> a x + b x^3 + c x^5 on singular values, with a steep slope at 0."""
ITERATIONS = 5


def muon(settings: Part, weights: Sequence[Weight]) -> Optimizer:
    """Jordan, Muon: an optimizer for hidden layers in neural networks, 2024: momentum with Nesterov's
    look-ahead. The update of each hidden matrix is orthogonalised and multiplied by sqrt(max(1, outputs /
    inputs)), Jordan's scaling; Moonlight's, 0.2 sqrt(max(outputs, inputs)), is the default of Keras. All
    other weights use Adam, at `share` of the rate.

    The momentum is a mean rather than a sum, which only scales the matrix before it is orthogonalised: it
    takes the slot of Adam's mean gradient. Adam's mean square stays 0 for a hidden matrix.
    """
    kept, share = float(settings["momentum"]), float(settings["share"])
    pieces = _hidden_and_others(weights)
    sizes = [prod(shape) for shape, _ in pieces]
    by_adam = adam(part("optimizer", "adam"), weights).update

    def by_matrix(shape: tuple[int, ...], weight: Tensor, slots: Any, gradient: Tensor, rate: Tensor) -> Any:
        mean = kept * slots[0] + (1 - kept) * gradient
        ahead = tf.reshape(kept * mean + (1 - kept) * gradient, shape)
        scale = sqrt(max(1.0, shape[1] / shape[0]))
        moved = weight - rate * scale * tf.reshape(orthogonalised(ahead), [-1])
        return moved, (mean, slots[1])

    def update(parameters: Tensor, slots: Any, gradient: Tensor, step: Tensor, rate: Tensor) -> Any:
        split = [tf.split(vector, sizes) for vector in (parameters, *slots, gradient)]
        moved = [
            by_matrix(shape, weight, own, slope, rate)
            if is_hidden
            else by_adam(weight, tuple(own), slope, step, share * rate)
            for (shape, is_hidden), weight, *own, slope in zip(pieces, *split, strict=True)
        ]
        return tf.nest.map_structure(lambda *parts: tf.concat(parts, 0), *moved)

    return Optimizer((0.0, 0.0), update)


def _hidden_and_others(weights: Sequence[Weight]) -> list[tuple[tuple[int, ...], bool]]:
    """Shapes of the hidden matrices, with True, and of the weights before, between and after them, with
    False: each such stretch is one vector."""
    pieces: list[tuple[tuple[int, ...], bool]] = []
    for is_hidden, stretch in groupby(weights, lambda weight: weight.role == "hidden"):
        shapes = [weight.shape for weight in stretch]
        pieces += [(shape, is_hidden) for shape in (shapes if is_hidden else [(sum(map(prod, shapes)),)])]
    return pieces


def orthogonalised(matrix: Tensor) -> Tensor:
    """Approximation of the orthogonal factor of a matrix's polar decomposition, by Newton-Schulz iteration:
    the singular values end up between about 0.7 and 1.2."""
    rows, columns = matrix.shape
    x = tf.transpose(matrix) if rows > columns else matrix
    x = x / (tf.norm(x) + 1e-7)
    a, b, c = NEWTON_SCHULZ
    for _ in range(ITERATIONS):
        square = tf.matmul(x, x, transpose_b=True)
        x = a * x + tf.matmul(b * square + c * tf.matmul(square, square), x)
    return tf.transpose(x) if rows > columns else x
