"""The optimizer of a script, as the engine defines it."""

from cadl_desktop.experiment.part import Part
from cadl_desktop.export.script.cell import Cell, code, written


def optimizer_cell(optimizer: Part) -> Cell:
    """Defines `MEMORY` and `update`, whose steps count from 1."""
    about, start, body = {
        "gradient descent": _gradient_descent,
        "momentum": _momentum,
        "rmsprop": _rmsprop,
        "adagrad": _adagrad,
        "adam": _adam,
    }[optimizer.kind](optimizer)
    lines = "\n".join(f"    {line}" for line in code(body).splitlines())
    return Cell(
        "Optimizer",
        f"{about} Written out, since Keras defines some of its numbers otherwise.",
        f"MEMORY = {start}  # what each number that is remembered of a weight starts with\n\n\n"
        f"def update(weights, memory, gradients, step, rate):\n{lines}",
    )


def _gradient_descent(optimizer: Part) -> tuple[str, str, str]:
    return (
        "Gradient descent.",
        "[]",
        """
        weights = [weight - rate * gradient for weight, gradient in zip(weights, gradients)]
        return weights, memory
        """,
    )


def _momentum(optimizer: Part) -> tuple[str, str, str]:
    kept = written(float(optimizer["momentum"]))
    return (
        "Momentum (Polyak, 1964).",
        "[0.0]",
        f"""
        speeds = [{kept} * speed + gradient for speed, gradient in zip(memory[0], gradients)]
        return [weight - rate * speed for weight, speed in zip(weights, speeds)], [speeds]
        """,
    )


def _rmsprop(optimizer: Part) -> tuple[str, str, str]:
    decay = float(optimizer["decay"])
    return (
        "RMSprop (Tieleman and Hinton, 2012).",
        "[1.0]",
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


def _adagrad(optimizer: Part) -> tuple[str, str, str]:
    return (
        "Adagrad (Duchi et al., 2011).",
        "[0.1]",
        """
        totals = [total + tf.square(gradient) for total, gradient in zip(memory[0], gradients)]
        weights = [
            weight - rate * gradient / tf.sqrt(total)
            for weight, gradient, total in zip(weights, gradients, totals)
        ]
        return weights, [totals]
        """,
    )


def _adam(optimizer: Part) -> tuple[str, str, str]:
    beta1, beta2 = float(optimizer["beta1"]), float(optimizer["beta2"])
    return (
        "Adam (Kingma and Ba, 2015), in the form that ends its section 2.",
        "[0.0, 0.0]",
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
