"""Cells of a script that train: cost, penalties, optimizer, schedule, steps and loop."""

import json

from cadl_desktop.data.samples import Samples
from cadl_desktop.data.schedules import spans_run
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.shapes import multiplications
from cadl_desktop.export.entry_writers import script_writer
from cadl_desktop.export.script.cell import Cell, code, dict_literal, literal
from cadl_desktop.export.script.loop_code import (
    loop_text,
    schedule_parameters,
    start_cell,
    train_arguments,
    training_loop,
)
from cadl_desktop.export.script.optimizer_code import optimizer_cell
from cadl_desktop.export.script.penalty_code import penalties_cell, penalty_parameters
from cadl_desktop.export.script.replayed_run import ReplayedRun
from cadl_desktop.runs.changes import OPTIMIZER_SINCE, spelled
from cadl_desktop.runs.horizon import RISE
from cadl_desktop.runs.network_weights import weight_names

MOST_COMPILED = 1.2e7
"""Floating-point operations of a step, up to which compiling it as a whole is faster."""
MEASURED_AT_A_TIME = 2**14

_PROGRESS = code(
    """
    def progress(horizon, steps):
        if horizon is None:
            return np.zeros(len(steps))
        # So much of the run was done at that step, and all of it is at the end.
        step, done, end = horizon[:3]
        return np.clip(done + (1.0 - done) * ((steps - step) / (end - step)), 0.0, 1.0)
    """
)
_LATE = code(
    f"""
    def late(peak, done):
        # The schedule had ended: the rate rises to a share of itself, and falls to 0 again.
        return peak * np.minimum(done / {RISE!r}, 1.0) * (1.0 + np.cos(np.pi * done)) / 2.0
    """
)


def training_cells(experiment: Experiment, samples: Samples, replayed: ReplayedRun) -> list[Cell]:
    """Cells that define `weights` as they are at the end, and `mean_cost(weights, rows)`."""
    cells = [Cell("Cost", "Of each sample; that of a set is the mean of its samples'.", _costs(replayed))]
    if replayed.penalised:
        cells.append(penalties_cell(experiment, samples, replayed))
    cells += [
        optimizer_cell(experiment, replayed.values("optimizer")),
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
    text = loop_text(experiment, replayed)
    cells.append(Cell("Training", text, training_loop(experiment, samples, replayed)))
    return cells


def is_split(experiment: Experiment, replayed: ReplayedRun) -> bool:
    """Whether the program split its steps over several cores, as it does for large ones."""
    largest = max(replayed.values("batch_size"))
    return bool(6 * multiplications(experiment) * largest >= MOST_COMPILED)


def _costs(replayed: ReplayedRun) -> str:
    if not replayed.changing("cost"):
        return f"def costs(prediction, target):\n    return {_cost(replayed.settings['cost'])}"
    known = {literal(name): f"lambda prediction, target: {_cost(name)}" for name in replayed.values("cost")}
    return dict_literal("COSTS", known)


def _cost(name: str) -> str:
    cost: str = script_writer("cost", name)("prediction", "target")
    return cost


def _schedules(replayed: ReplayedRun) -> str:
    takes = ", ".join(schedule_parameters(replayed))
    progress = f"{_PROGRESS}\n\n\n" if replayed.spans_run or replayed.goes_on_late else ""
    if replayed.goes_on_late:
        progress += f"{_LATE}\n\n\n"
    if not replayed.changing("schedule"):
        return f"{progress}def schedule({takes}):\n    return {_factors(replayed.settings['schedule'])}"
    known = {
        literal(spelled(part, "schedule")): f"lambda {takes}: {_factors(part)}"
        for part in replayed.values("schedule")
    }
    return progress + dict_literal("SCHEDULES", known)


def _factors(part: Part) -> str:
    factors: str = script_writer("schedule", part.kind)(part, "done" if spans_run(part) else "places")
    return factors


def _train(experiment: Experiment, replayed: ReplayedRun) -> str:
    """Code of `train`. Numbers that differ between calls must not be the length of a `for`, an index in
    brackets or the start of a slice: XLA would compile each call anew."""
    compiled = not is_split(experiment, replayed)
    parameters = "".join(f", {name}" for name, _ in train_arguments(replayed))
    arguments = penalty_parameters(replayed).replace("batch_size", "size")
    penalty = f"            cost += penalty({arguments})"
    count = "step + 1 - since" if replayed.ever(OPTIMIZER_SINCE) else "step + 1"
    update = f"update(weights, memory, gradients, {count}, rates[index])"
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
