"""Training loop of a script: its start, live changes of settings, and the order of samples."""

import zlib
from typing import Any

import numpy as np
from msgspec.structs import astuple

from cadl_desktop.data.samples import Samples
from cadl_desktop.experiment.live_settings import PENALTIES
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.export.script.cell import Cell, base64_constant, code, dict_literal, join_passages, literal
from cadl_desktop.export.script.figure_cells import LOOKS, MEASURED
from cadl_desktop.export.script.replayed_run import ReplayedRun
from cadl_desktop.runs.changes import HORIZON, OPTIMIZER_SINCE, spelled
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.horizon import Horizon
from cadl_desktop.runs.network_weights import flatten, shapes_of


def train_arguments(replayed: ReplayedRun) -> list[tuple[str, str]]:
    """Further parameters of `train`, each with the argument that the loop passes."""
    arguments = []
    if replayed.penalised:
        arguments.append(("strengths", "strengths"))
    if replayed.changing("cost"):
        arguments.append(("costs", 'COSTS[settings["cost"]]'))
    if replayed.ever("frozen"):
        arguments.append(("frozen", 'settings["frozen"]'))
    if replayed.changing("optimizer"):
        arguments.append(("update", 'UPDATES[settings["optimizer"]]'))
    if replayed.ever(OPTIMIZER_SINCE):
        arguments.append(("since", f'tf.constant(settings["{OPTIMIZER_SINCE}"])'))
    return arguments


def schedule_parameters(replayed: ReplayedRun) -> list[str]:
    """Parameters of a schedule: places in epochs and, if one ever spans the run, shares of the run."""
    return ["places", *(["done"] if replayed.spans_run else [])]


def start_cell(experiment: Experiment, start: RunState) -> Cell:
    """Cell that defines `start()`: weights and optimizer slots of a state."""
    shapes = shapes_of(experiment)
    flat = np.concatenate([flatten(start.weights), start.slots.ravel()])
    return Cell(
        "Where it starts",
        f"The weights, and what the optimizer remembers of them, at step {start.step:,}.",
        join_passages(
            [
                base64_constant("START", zlib.compress(flat.astype("<f4").tobytes(), 9)),
                code(
                    f"""
                    SHAPES = {shapes}


                    def start():
                        numbers = np.frombuffer(zlib.decompress(base64.b64decode(START)), "<f4")
                        copies = np.split(numbers, {1 + len(start.slots)})  # weights, and each kind of memory
                        ends = np.cumsum([np.prod(shape) for shape in SHAPES])[:-1]
                        weights, *memory = [
                            [tf.constant(part.reshape(shape)) for part, shape in zip(parts, SHAPES)]
                            for parts in (np.split(copy, ends) for copy in copies)
                        ]
                        return weights, memory
                    """
                ),
            ]
        ),
    )


def loop_text(experiment: Experiment, replayed: ReplayedRun) -> str:
    """Explanation of the loop."""
    rule, best = experiment.stop.change_below, replayed.rule
    stop_rule = (
        f" It also ends when the cost of two measured epochs differs by less than {rule:g}." if rule else ""
    )
    if best and best.patience:
        stop_rule += f" It ends when the validation cost hasn't improved for {best.patience} measured epochs."
    if best and best.keeps_weights:
        stop_rule += " The weights of its best epoch are kept."
    return (
        "The order of the samples is drawn anew for every epoch; a rest too small for a batch is left out."
        f"{stop_rule}"
    )


_SHUFFLED = """
    def shuffled(epoch):
        order = np.random.default_rng([SEED, 2, epoch]).permutation(len(training))
        return tf.constant(training[order], tf.int32)
    """
_SHUFFLED_IN_PIECES = """
    def shuffled(epoch):
        pieces = -(-len(training) // 2**20)
        size = len(training) // pieces
        random = np.random.default_rng([SEED, 2, epoch])
        start, shifts = random.integers(len(training)), random.integers(pieces, size=size)
        order = []
        for piece in range(pieces):
            chosen = (start + pieces * np.arange(size) + (shifts + piece) % pieces) % len(training)
            order.append(np.random.default_rng([SEED, 2, epoch, piece]).permutation(chosen))
        return tf.constant(training[np.concatenate(order)], tf.int32)
    """


def training_loop(experiment: Experiment, samples: Samples, replayed: ReplayedRun) -> str:
    """Code that trains from the first weights to the last by `train`."""
    changed, end, best = bool(replayed.changes), replayed.end, replayed.rule
    place = (replayed.start.step, replayed.start.epoch, replayed.start.row) if replayed.start else (0, 0, 0)
    arguments = "".join(f", {value}" for _, value in train_arguments(replayed))
    schedule = 'SCHEDULES[settings["schedule"]]' if replayed.changing("schedule") else "schedule"
    factors = f"{schedule}({', '.join(schedule_parameters(replayed))})"
    done = '        done = progress(settings["horizon"], step + batches)'
    late: list[str] = []
    if replayed.goes_on_late:
        late = [
            '        peak = (settings["horizon"] or ())[3:]',
            '        middle = progress(settings["horizon"], step + batches + 0.5)',
            f"        factors = late(*peak, middle) if peak else {factors}",
        ]
        factors = "factors"
    later = "min([STEPS, *(later for later in CHANGES if later > step)])" if changed else "STEPS"
    # Otherwise the rules say when to measure.
    is_measured = experiment.stop.change_below is None and best is None
    measured_every = max(1, -(-end.epoch // MEASURED))
    every = measured_every * max(1, -(-end.epoch // (LOOKS * measured_every)))
    strengths = f"[settings[name] for name in {literal(tuple(PENALTIES))}]"
    steps = [
        "    if whole:",
        f"        count = min(whole, {later} - step)",
        "        batches = np.arange(len(order) // size)  # of a whole epoch: more than are made use of",
        "        places = epoch + (row + size * batches) / size / len(batches)",
        *([done] if replayed.spans_run else []),
        *late,
        f'        rates = tf.constant(settings["rate"] * {factors}, tf.float32)',
        *(
            [f"        strengths = {strengths}", "        strengths = tf.constant(strengths, tf.float32)"]
            if replayed.penalised
            else []
        ),
        "        begin = tf.constant(row), tf.constant(count), size, rates, tf.constant(step)",
        f"        weights, memory = train(weights, memory, order, *begin{arguments})",
        "        step, row = step + count, row + count * size",
    ]
    return join_passages(
        [
            _settings(replayed),
            code(
                f"""
                STEPS = {end.step}
                EVERY = {every}  # epochs between two lines that are printed, and two pictures
                """
            )
            + (f"\nMEASURED = {measured_every}  # epochs between two costs" if is_measured else ""),
            "\n" + code(_SHUFFLED_IN_PIECES if samples.large else _SHUFFLED),
            "\n" + _beginning(replayed),
            "\n".join(
                [
                    f"step, epoch, row = {place}",
                    "history, looks = [], []",
                    "order = shuffled(epoch)",
                    *(["previous = None"] if experiment.stop.change_below else []),
                    *([best.beginning] if best else []),
                    "while step < STEPS:",
                    *(["    settings.update(CHANGES.get(step, {}))"] if changed else []),
                    *(_new_memory(replayed) if replayed.changing(OPTIMIZER_SINCE) else []),
                    '    size = min(settings["batch_size"], len(training))',
                    "    whole = (len(order) - row) // size  # batches left in this epoch",
                    *steps,
                    "    if (len(order) - row) // size == 0:",
                    "        epoch, row = epoch + 1, 0",
                    "        order = shuffled(epoch)",
                    *_epoch_end(experiment, replayed),
                    *(best.ending if best else []),
                ]
            ),
        ]
    )


def _beginning(replayed: ReplayedRun) -> str:
    if replayed.start:
        return "weights, memory = start()"
    return f"weights = first_weights()\n{_memory_line(replayed)}"


def _memory_line(replayed: ReplayedRun) -> str:
    firsts = 'MEMORIES[settings["optimizer"]]' if replayed.changing("optimizer") else "MEMORY"
    return f"memory = [[tf.fill(weight.shape, first) for weight in weights] for first in {firsts}]"


def _new_memory(replayed: ReplayedRun) -> list[str]:
    about = "  # the optimizer begins anew"
    return [
        f'    if "{OPTIMIZER_SINCE}" in CHANGES.get(step, {{}}):{about}',
        f"        {_memory_line(replayed)}",
    ]


def _epoch_end(experiment: Experiment, replayed: ReplayedRun) -> list[str]:
    cost, rule = mean_cost_code("training", replayed), experiment.stop.change_below
    report = [
        "if epoch % EVERY == 0:",
        '    print(f"epoch {epoch:,}: cost {cost:.6g}")',
        "    looks.append((epoch, look(weights)))",
    ]
    lines = [f"cost = {cost}", "history.append((epoch, cost))", *report]
    if rule is None and replayed.rule is None:
        return ["        if epoch % MEASURED == 0:", *(f"            {line}" for line in lines)]
    if replayed.rule:
        deciding = mean_cost_code("validation", replayed) if experiment.validation > 0 else "cost"
        lines += replayed.rule.measured(deciding)
    if rule is not None:
        lines += [
            f"if previous is not None and abs(previous - cost) < {literal(rule)}:",
            "    break",
            "previous = cost",
        ]
    if not replayed.skips_epochs:
        return [f"        {line}" for line in lines]
    ends = " or step == STEPS" if replayed.rule else ""  # whose last epoch is measured, too
    condition = f'        if epoch % settings["measure_every"] == 0{ends}:'
    return [condition, *(f"            {line}" for line in lines)]


def mean_cost_code(rows: str, replayed: ReplayedRun) -> str:
    """Code for the mean cost of a set of rows."""
    return f"mean_cost(weights, {rows}" + (', COSTS[settings["cost"]])' if replayed.changing("cost") else ")")


def _settings(replayed: ReplayedRun) -> str:
    names = ["rate", "batch_size"]
    names += [name for name in ("cost", "optimizer", "schedule") if replayed.changing(name)]
    names += list(PENALTIES) if replayed.penalised else []
    names += ["frozen"] if replayed.ever("frozen") else []
    names += [HORIZON] if replayed.spans_run or replayed.goes_on_late else []
    names += ["measure_every"] if replayed.skips_epochs else []
    names += [OPTIMIZER_SINCE] if replayed.ever(OPTIMIZER_SINCE) else []
    values = {literal(name): _plain(name, replayed.settings[name]) for name in names}
    settings = dict_literal("settings", values)
    if not replayed.changes:
        return settings
    changes = {
        str(step): "{"
        + ", ".join(f"{literal(name)}: {_plain(name, value)}" for name, value in change.items())
        + "}"
        for step, change in replayed.changes.items()
    }
    about = "# What was changed while the run went on, by the step from which on."
    return "\n".join([settings, about, dict_literal("CHANGES", changes)])


def _plain(name: str, value: Any) -> str:
    match value:
        case Part():
            return literal(spelled(value, "optimizer" if name == "optimizer" else "schedule"))
        case Horizon():
            return literal(astuple(value)[: 3 if value.peak is None else 4])
    return literal(value)
