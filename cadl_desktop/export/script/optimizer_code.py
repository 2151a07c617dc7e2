"""Costs, optimizers and schedules in a script, as the engine defines them.

The catalog finds each function by the name of its entry (`experiment/catalog/shipped.py`).
Costs: code of predictions and targets -> code of each sample's cost.
Optimizers: (settings, all weights) -> `Update`.
Schedules: (settings, code of an array of places) -> code of the factors of the learning rate there; places
are epochs, or shares of the run if the schedule spans the run.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cadl_desktop.data.schedules import spans_run
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import Weight
from cadl_desktop.experiment.shapes import learned_weights
from cadl_desktop.export.entry_writers import script_writer
from cadl_desktop.export.script.cell import Cell, code, dict_literal, literal
from cadl_desktop.runs.changes import spelled


def l1(prediction: str, target: str) -> str:
    return f"tf.reduce_mean(tf.abs({prediction} - {target}), 1)"


def l2(prediction: str, target: str) -> str:
    return f"tf.reduce_mean(tf.square({prediction} - {target}), 1)"


def l1_sum(prediction: str, target: str) -> str:
    return f"tf.reduce_sum(tf.abs({prediction} - {target}), 1)"


def l2_sum(prediction: str, target: str) -> str:
    return f"tf.reduce_sum(tf.square({prediction} - {target}), 1)"


@dataclass(frozen=True)
class Update:
    """Code of an optimizer's update step.

    `about` is a sentence. `memory` has the initial value of each slot of a weight. `code` computes new lists
    `weights` and `memory` from these, `gradients`, `step` and `rate`, and returns both; `before` precedes it.
    """

    about: str
    memory: list[float]
    code: str
    before: str = ""


_MEMORY = "what each number that is remembered of a weight starts with"


def optimizer_cell(experiment: Experiment, optimizers: Sequence[Part]) -> Cell:
    """Cell that defines `MEMORY` and `update`, whose steps count from 1; of a run whose optimizer changes,
    `MEMORIES` and `UPDATES` by the line that names each. Raises FileError if one is unsupported."""
    weights = learned_weights(experiment)
    found: dict[str, Update] = {
        spelled(each, "optimizer"): script_writer("optimizer", each.kind)(each, weights)
        for each in optimizers
    }
    abouts = dict.fromkeys(update.about for update in found.values())
    about = f"{' '.join(abouts)} Written out, since Keras defines some of its numbers otherwise."
    before = [*dict.fromkeys(code(update.before) for update in found.values() if update.before)]
    if len(found) == 1:
        (update,) = found.values()
        passages = [f"MEMORY = {update.memory}  # {_MEMORY}", *before, _function("update", update)]
        return Cell("Optimizer", about, "\n\n\n".join(passages))
    functions = {name: f"update_{number}" for number, name in enumerate(found, 1)}
    memories = {literal(name): str(update.memory) for name, update in found.items()}
    passages = [
        f"# {_MEMORY.capitalize()}.\n{dict_literal('MEMORIES', memories)}",
        *before,
        *(_function(functions[name], update) for name, update in found.items()),
        dict_literal("UPDATES", {literal(name): function for name, function in functions.items()}),
    ]
    return Cell("Optimizer", about, "\n\n\n".join(passages))


def _function(name: str, update: Update) -> str:
    lines = "\n".join(f"    {line}" for line in code(update.code).splitlines())
    return f"def {name}(weights, memory, gradients, step, rate):\n{lines}"


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
    kept = literal(float(optimizer["momentum"]))
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
            {literal(decay)} * square + (1 - {literal(decay)}) * tf.square(gradient)
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
        size = rate * tf.sqrt(1 - tf.pow({literal(beta2)}, count)) / (1 - tf.pow({literal(beta1)}, count))
        means = [
            {literal(beta1)} * mean + (1 - {literal(beta1)}) * gradient
            for mean, gradient in zip(memory[0], gradients)
        ]
        squares = [
            {literal(beta2)} * square + (1 - {literal(beta2)}) * tf.square(gradient)
            for square, gradient in zip(memory[1], gradients)
        ]
        weights = [
            weight - size * mean / (tf.sqrt(square) + 1e-8)
            for weight, mean, square in zip(weights, means, squares)
        ]
        return weights, [means, squares]
        """,
    )


def adamw(optimizer: Part, weights: Sequence[Weight]) -> Update:
    decay, by_adam = literal(float(optimizer["decay"])), adam(optimizer, weights)
    shrunk = f"weights = [weight - rate * {decay} * weight for weight in weights]"
    return Update(
        "AdamW (Loshchilov and Hutter, 2019): Adam after a decay of the weights.",
        by_adam.memory,
        f"{shrunk}\n{code(by_adam.code)}",
    )


def muon(optimizer: Part, weights: Sequence[Weight]) -> Update:
    kept, share = literal(float(optimizer["momentum"])), literal(float(optimizer["share"]))
    beta1, beta2 = (literal(float(part("optimizer", "adam")[name])) for name in ("beta1", "beta2"))
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


def constant(schedule: Part, places: str) -> str:
    return f"np.ones(len({places}))"


def cosine(schedule: Part, places: str) -> str:
    floor = literal(float(schedule["floor"]))
    share = places
    if not spans_run(schedule):
        share = f"np.minimum({places} / {literal(float(schedule['epochs']))}, 1.0)"
    return f"{floor} + (1.0 - {floor}) * (1.0 + np.cos(np.pi * {share})) / 2.0"


def step(schedule: Part, places: str) -> str:
    factor = literal(float(schedule["factor"]))
    if spans_run(schedule):
        falls = float(schedule["falls"])
        fallen = f"np.floor({places} * ({literal(falls)} + 1.0))"
        return f"np.power({factor}, np.minimum({fallen}, {literal(falls)}))"
    every = literal(float(schedule["every"]))
    return f"np.power({factor}, np.floor({places} / {every}))"


def exponential(schedule: Part, places: str) -> str:
    if spans_run(schedule):
        return f"np.power({literal(float(schedule['end']))}, {places})"
    return f"np.exp2(-{places} / {literal(float(schedule['half_life']))})"
