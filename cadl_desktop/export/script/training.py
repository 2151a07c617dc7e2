"""The training of a script: cost, optimizer, schedule, what was changed live, and the loop."""

import json

from cadl_desktop.data.samples import Samples
from cadl_desktop.data.schedules import spans_run
from cadl_desktop.experiment.live_settings import PENALTIES
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.shapes import multiplications
from cadl_desktop.export.script.cell import Cell, code, dictionary, written
from cadl_desktop.export.script.coherence import incoherence
from cadl_desktop.export.script.loop import about_loop, places_of, start_cell, training_loop, words_of
from cadl_desktop.export.script.replayed_run import ReplayedRun
from cadl_desktop.export.script.roughness import roughness
from cadl_desktop.export.script.words.optimizers import optimizer_cell
from cadl_desktop.export.words import script_words
from cadl_desktop.runs.changes import spelled
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.network_weights import weight_names

MOST_COMPILED = 1.2e7
"""Floating-point operations of a step up to which it is quicker compiled as a whole."""
MEASURED_AT_A_TIME = 2**14

_ROUGHNESS = {"smoothness", "bending"}
_PENALTIES = {
    "l1": "tf.add_n([tf.reduce_sum(tf.abs(weight)) for weight in weights])",
    "l2": "tf.add_n([tf.reduce_sum(tf.square(weight)) for weight in weights])",
    "smoothness": "variation(weights, step, max(1, batch_size // 2))",
    "bending": "bend(weights, step, max(1, batch_size // 2))",
    "coherence": "incoherence(weights, step)",
}


_PROGRESS = code(
    """
    def progress(horizon, steps):
        if horizon is None:
            return np.zeros(len(steps))
        step, done, end = horizon  # so much of the run was done at that step, and all of it is at the end
        return np.clip(done + (1.0 - done) * ((steps - step) / (end - step)), 0.0, 1.0)
    """
)


def training_cells(
    experiment: Experiment, samples: Samples, replayed: ReplayedRun, end: RunState
) -> list[Cell]:
    """Defines `weights` as they are at the end, and `mean_cost(weights, rows)`."""
    cells = [Cell("Cost", "Of each sample; that of a set is the mean of its samples'.", _costs(replayed))]
    if replayed.penalised:
        cells.append(_penalties(experiment, samples, replayed))
    cells += [
        optimizer_cell(experiment),
        Cell(
            "Learning rate",
            "What the rate is multiplied by, at places counted in epochs"
            + (", or where so much of the run is done." if replayed.spans_run else "."),
            _schedules(replayed),
        ),
        Cell(
            "Steps",
            "Many optimizer steps in one call: `count` batches of `size`, from place `row` of `order` on.",
            f"{_train(experiment, replayed)}\n\n\n{_measure(replayed)}",
        ),
    ]
    if replayed.start:
        cells.append(start_cell(experiment, replayed.start))
    cells.append(Cell("Training", about_loop(experiment), training_loop(experiment, samples, replayed, end)))
    return cells


def is_split(experiment: Experiment, replayed: ReplayedRun) -> bool:
    """Whether the program has split the steps over cores, for which they must hold much arithmetic."""
    largest = max(replayed.values("batch_size"))
    return bool(6 * multiplications(experiment) * largest >= MOST_COMPILED)


def _costs(replayed: ReplayedRun) -> str:
    if not replayed.changing("cost"):
        return f"def costs(prediction, target):\n    return {_cost(replayed.settings['cost'])}"
    known = {written(name): f"lambda prediction, target: {_cost(name)}" for name in replayed.values("cost")}
    return dictionary("COSTS", known)


def _cost(name: str) -> str:
    cost: str = script_words("cost", name)("prediction", "target")
    return cost


def _penalties(experiment: Experiment, samples: Samples, replayed: ReplayedRun) -> Cell:
    terms = [
        f"strengths[{place}] * {_PENALTIES[name]}"
        for place, name in enumerate(PENALTIES)
        if replayed.ever(name)
    ]
    lines = [f"    cost {'+=' if number else '='} {term}" for number, term in enumerate(terms)]
    text = "\n".join(["def penalty(weights, step, strengths, batch_size):", *lines, "    return cost"])
    rough = f"{roughness(samples, replayed)}\n\n\n" if any(map(replayed.ever, _ROUGHNESS)) else ""
    if replayed.ever("coherence"):
        rough += f"{incoherence(experiment, samples)}\n\n\n"
    about = "What large weights, or outputs that are rough, add to the cost of a step."
    return Cell("Penalties", about, rough + text)


def _schedules(replayed: ReplayedRun) -> str:
    takes = ", ".join(places_of(replayed))
    progress = f"{_PROGRESS}\n\n\n" if replayed.spans_run else ""
    if not replayed.changing("schedule"):
        return f"{progress}def schedule({takes}):\n    return {_factors(replayed.settings['schedule'])}"
    known = {
        written(spelled(part)): f"lambda {takes}: {_factors(part)}" for part in replayed.values("schedule")
    }
    return progress + dictionary("SCHEDULES", known)


def _factors(part: Part) -> str:
    factors: str = script_words("schedule", part.kind)(part, "done" if spans_run(part) else "places")
    return factors


def _train(experiment: Experiment, replayed: ReplayedRun) -> str:
    """What is another number at each call is neither the length of a `for` nor an index in brackets, nor
    where a slice begins: XLA would have to know it beforehand, and compile each call anew."""
    compiled = not is_split(experiment, replayed)
    parameters = "".join(f", {name}" for name, _ in words_of(replayed))
    penalty = "            cost += penalty(weights, step, strengths, size)"
    update = "update(weights, memory, gradients, step + 1, rates[index])"
    names = json.dumps(weight_names(experiment))
    frozen = [
        f"        moved, kept = {update}",
        "        # What is frozen stays as it is, and so does what the optimizer remembers of it.",
        f"        learns = [name not in frozen for name in {names}]",
        "        moved = [new if learn else old for new, old, learn in zip(moved, weights, learns)]",
        "        memory = [",
        "            [new if learn else old for new, old, learn in zip(news, olds, learns)]",
        "            for news, olds in zip(kept, memory)",
        "        ]",
        "        weights = moved",
    ]
    return "\n".join(
        [
            "inputs, wanted = tf.constant(x), tf.constant(y)",
            "",
            "",
            f"@tf.function{'(jit_compile=True)' if compiled else ''}",
            f"def train(weights, memory, order, row, count, size, rates, first{parameters}):",
            "    index = tf.constant(0)",
            "    while index < count:",
            "        step = first + index",
            "        batch = tf.gather(order, row + index * size + tf.range(size))",
            "        with tf.GradientTape() as tape:",
            "            tape.watch(weights)",
            "            prediction = network(tf.gather(inputs, batch), weights, step)",
            "            cost = tf.reduce_mean(costs(prediction, tf.gather(wanted, batch)))",
            *([penalty] if replayed.penalised else []),
            "        # Those of a table are rows of it at first.",
            "        gradients = [tf.convert_to_tensor(slope) for slope in tape.gradient(cost, weights)]",
            *(frozen if replayed.ever("frozen") else [f"        weights, memory = {update}"]),
            "        index += 1",
            "    return weights, memory",
        ]
    )


def _measure(replayed: ReplayedRun) -> str:
    extra = ", costs" if replayed.changing("cost") else ""
    return code(
        f"""
        def mean_cost(weights, rows{extra}):
            found = []
            for start in range(0, len(rows), {MEASURED_AT_A_TIME}):
                some = rows[start : start + {MEASURED_AT_A_TIME}]
                found.append(costs(predict(tf.constant(x[some]), weights), tf.constant(y[some])).numpy())
            return float(np.mean(np.concatenate(found), dtype=np.float64))
        """
    )
