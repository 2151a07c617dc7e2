"""The optimizers of a script, as the engine defines them: (settings, all weights) -> their words."""

from collections.abc import Sequence
from dataclasses import dataclass

from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import Weight
from cadl_desktop.experiment.shapes import learned_weights
from cadl_desktop.export.script.cell import Cell, code, written
from cadl_desktop.export.words import script_words


@dataclass(frozen=True)
class Update:
    """`about` is a plain sentence, `memory` what each number that is remembered of a weight starts with;
    `code` makes new lists of `weights` and `memory` of those and of `gradients`, `step` and `rate`, and gives
    both back; `before` is code that stands before it."""

    about: str
    memory: list[float]
    code: str
    before: str = ""


def optimizer_cell(experiment: Experiment) -> Cell:
    """Defines `MEMORY` and `update`, whose steps count from 1. Raises FileError without words for them."""
    optimizer = experiment.optimizer
    found: Update = script_words("optimizer", optimizer.kind)(optimizer, learned_weights(experiment))
    lines = "\n".join(f"    {line}" for line in code(found.code).splitlines())
    passages = [
        f"MEMORY = {found.memory}  # what each number that is remembered of a weight starts with",
        *([code(found.before)] if found.before else []),
        f"def update(weights, memory, gradients, step, rate):\n{lines}",
    ]
    about = f"{found.about} Written out, since Keras defines some of its numbers otherwise."
    return Cell("Optimizer", about, "\n\n\n".join(passages))


def gradient_descent(optimizer: Part, weights: Sequence[Weight]) -> Update:
    return Update(
        "Gradient descent.",
        [],
        """
        weights = [weight - rate * gradient for weight, gradient in zip(weights, gradients)]
        return weights, memory
        """,
    )


def momentum(optimizer: Part, weights: Sequence[Weight]) -> Update:
    kept = written(float(optimizer["momentum"]))
    return Update(
        "Momentum (Polyak, 1964).",
        [0.0],
        f"""
        speeds = [{kept} * speed + gradient for speed, gradient in zip(memory[0], gradients)]
        return [weight - rate * speed for weight, speed in zip(weights, speeds)], [speeds]
        """,
    )


def rmsprop(optimizer: Part, weights: Sequence[Weight]) -> Update:
    decay = float(optimizer["decay"])
    return Update(
        "RMSprop (Tieleman and Hinton, 2012).",
        [1.0],
        f"""
        squares = [
            {written(decay)} * square + (1 - {written(decay)}) * tf.square(gradient)
            for square, gradient in zip(memory[0], gradients)
        ]
        weights = [
            weight - rate * gradient / tf.sqrt(square + 1e-10)
            for weight, gradient, square in zip(weights, gradients, squares)
        ]
        return weights, [squares]
        """,
    )


def adagrad(optimizer: Part, weights: Sequence[Weight]) -> Update:
    return Update(
        "Adagrad (Duchi et al., 2011).",
        [0.1],
        """
        totals = [total + tf.square(gradient) for total, gradient in zip(memory[0], gradients)]
        weights = [
            weight - rate * gradient / tf.sqrt(total)
            for weight, gradient, total in zip(weights, gradients, totals)
        ]
        return weights, [totals]
        """,
    )


def adam(optimizer: Part, weights: Sequence[Weight]) -> Update:
    beta1, beta2 = float(optimizer["beta1"]), float(optimizer["beta2"])
    return Update(
        "Adam (Kingma and Ba, 2015), in the form that ends its section 2.",
        [0.0, 0.0],
        f"""
        count = tf.cast(step, tf.float32)
        size = rate * tf.sqrt(1 - tf.pow({written(beta2)}, count)) / (1 - tf.pow({written(beta1)}, count))
        means = [
            {written(beta1)} * mean + (1 - {written(beta1)}) * gradient
            for mean, gradient in zip(memory[0], gradients)
        ]
        squares = [
            {written(beta2)} * square + (1 - {written(beta2)}) * tf.square(gradient)
            for square, gradient in zip(memory[1], gradients)
        ]
        weights = [
            weight - size * mean / (tf.sqrt(square) + 1e-8)
            for weight, mean, square in zip(weights, means, squares)
        ]
        return weights, [means, squares]
        """,
    )


def muon(optimizer: Part, weights: Sequence[Weight]) -> Update:
    kept, share = written(float(optimizer["momentum"])), written(float(optimizer["share"]))
    beta1, beta2 = (written(float(part("optimizer", "adam")[name])) for name in ("beta1", "beta2"))
    return Update(
        "Muon (Jordan, 2024), with Adam for all but the hidden matrices.",
        [0.0, 0.0],
        f"""
        count = tf.cast(step, tf.float32)
        size = {share} * rate * tf.sqrt(1 - tf.pow({beta2}, count)) / (1 - tf.pow({beta1}, count))
        moved, means, squares = [], [], []
        for hidden, weight, mean, square, gradient in zip(HIDDEN, weights, *memory, gradients):
            if hidden:
                mean = {kept} * mean + (1 - {kept}) * gradient
                ahead = {kept} * mean + (1 - {kept}) * gradient
                scale = max(1.0, weight.shape[1] / weight.shape[0]) ** 0.5
                weight = weight - rate * scale * orthogonalised(ahead)
            else:
                mean = {beta1} * mean + (1 - {beta1}) * gradient
                square = {beta2} * square + (1 - {beta2}) * tf.square(gradient)
                weight = weight - size * mean / (tf.sqrt(square) + 1e-8)
            moved, means, squares = [*moved, weight], [*means, mean], [*squares, square]
        return moved, [means, squares]
        """,
        f"""
        HIDDEN = {[weight.role == "hidden" for weight in weights]}  # the matrices between layers


        def orthogonalised(matrix):
            rows, columns = matrix.shape
            x = tf.transpose(matrix) if rows > columns else matrix
            x = x / (tf.norm(x) + 1e-7)
            for _ in range(5):
                square = tf.matmul(x, x, transpose_b=True)
                x = 3.4445 * x + tf.matmul(-4.775 * square + 2.0315 * tf.matmul(square, square), x)
            return tf.transpose(x) if rows > columns else x
        """,
    )
