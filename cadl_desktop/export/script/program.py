"""Scripts and notebooks, assembled from the same cells."""

import json
import re
import textwrap
from pathlib import Path
from typing import Any

from cadl_desktop import __version__
from cadl_desktop.data.curves.columns import Column, columns_of
from cadl_desktop.experiment.model import Experiment, has_many_pictures
from cadl_desktop.experiment.shapes import is_painting, target_columns
from cadl_desktop.export.export_kind import Preview
from cadl_desktop.export.job import Job
from cadl_desktop.export.script.cell import Cell, code, docstring, literal
from cadl_desktop.export.script.data_cells import data_cells
from cadl_desktop.export.script.figure_cells import IMPORT, figures_cells, looks_cell
from cadl_desktop.export.script.loop_code import mean_cost_code
from cadl_desktop.export.script.network_cells import network_cells
from cadl_desktop.export.script.replayed_run import ReplayedRun, replayed_run
from cadl_desktop.export.script.training_cells import is_split, training_cells
from cadl_desktop.export.trained import Trained
from cadl_desktop.sentences import in_one_line

NOTEBOOK = ".ipynb"
ENDINGS = (".py", NOTEBOOK)
WIDTH = 100
_PREVIEWED = 400
"""Lines shown in the dialog's preview."""
_BYTES = re.compile(r'(?<= = """\n)[\w+/=\n]+(?=""")')


def write_program(path: Path, trained: Trained, job: Job) -> None:
    """Writes a script or, for a path in .ipynb, a notebook that trains the experiment as it was trained.

    The program needs Python, NumPy, Pillow and TensorFlow only, and Matplotlib for its figures. Raises
    FileError for entries that don't support scripts, `data.samples.DataError`.
    """
    write = notebook if path.name.lower().endswith(NOTEBOOK) else script
    path.write_text(write(trained), encoding="utf-8")


def preview_program(trained: Trained, job: Job) -> Preview:
    """First lines of the script, without the base64 of pictures."""
    text = script(trained)
    shown = _BYTES.sub("…\n", text).splitlines()[:_PREVIEWED]
    return Preview(text="\n".join(shown), caption=f"{len(text.splitlines()):,} lines")


def script(trained: Trained) -> str:
    """Text of a Python file."""
    cells = program_cells(trained)
    about = docstring(f"{trained.experiment.name}\n\n{_introduction(trained)}")
    parts = [f"{about}\n", cells[0].code]
    for cell in cells[1:]:
        comment = "\n".join(f"# {line}" for line in [cell.title, *textwrap.wrap(cell.text, WIDTH - 2)])
        gap = "\n\n" if cell.code.startswith(("def ", "@")) else "\n"
        parts.append(f"\n\n# {'-' * (WIDTH - 2)}\n{comment}\n{gap}{cell.code}")
    return "\n".join(parts) + "\n"


def notebook(trained: Trained) -> str:
    """Text of a notebook: nbformat 4, as JSON."""
    cells = [_markdown(f"# {trained.experiment.name}\n\n{_introduction(trained)}")]
    for cell in program_cells(trained):
        if cell.title:
            cells.append(_markdown(f"## {cell.title}\n\n{cell.text}"))
        cells.append(_code(cell.code + (f"\n\n{cell.shown}" if cell.shown else "")))
    for index, made in enumerate(cells):
        made["id"] = f"cell-{index}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    plain = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(plain, indent=1, ensure_ascii=False) + "\n"


def program_cells(trained: Trained) -> list[Cell]:
    """All cells; the first, without a title, has the imports. Raises as `write_program` does."""
    experiment, run = trained.experiment, replayed_run(trained)
    cells = [
        *data_cells(experiment, trained.samples),
        *network_cells(experiment),
        looks_cell(experiment),
        *training_cells(experiment, trained.samples, run),
        _result(experiment, run),
        *figures_cells(experiment),
    ]
    return [Cell("", "", _head(experiment, cells)), *cells]


def _head(experiment: Experiment, cells: list[Cell]) -> str:
    text = "\n".join(f"{cell.code}\n{cell.shown}" for cell in cells)
    modules = [
        name
        for name in ("base64", "datetime", "functools", "io", "itertools", "math", "operator", "zlib")
        if f"{name}." in text
    ]
    imports = [f"import {name}" for name in modules] + ([""] if modules else [])
    imports += ["import numpy as np", "import tensorflow as tf"]
    imports += ["from PIL import Image"] if "Image." in text else []
    return "\n".join([*imports, "", IMPORT, "", f"SEED = {experiment.seed}"])


def _result(experiment: Experiment, run: ReplayedRun) -> Cell:
    keeps_best = run.rule is not None and run.rule.keeps_weights
    lines = [f"cost = {mean_cost_code('training', run)}"]
    if keeps_best:
        lines.append('print(f"epoch {epoch:,}, the best: cost {cost:.9g}")')
    else:
        lines += ["history.append((epoch, cost))", 'print(f"step {step:,}: cost {cost:.9g}")']
    if experiment.validation > 0:
        lines += [f"kept = {mean_cost_code('validation', run)}", 'print(f"validation cost {kept:.9g}")']
    lines.append("values = predict(tf.constant(x), weights).numpy() * target_scale + target_offset")
    if not is_painting(experiment):
        lines.append(_table_code(columns_of(experiment.data)))
        about = "The cost that was reached, and the fitted points as a table."
        return Cell("Result", about, "\n".join(lines))
    size = "-1, side" if has_many_pictures(experiment.data) else "height, width"
    colours = ", 3" if target_columns(experiment) == 3 else ""
    lines.append(f"painting = np.rint(np.clip(values, 0, 255)).astype(np.uint8).reshape({size}{colours})")
    lines.append('Image.fromarray(painting).save("retrained.png")')
    about = "The cost that was reached, and the painting."
    return Cell("Result", about, "\n".join(lines), 'Image.open("retrained.png")')


def _table_code(columns: tuple[Column, Column]) -> str:
    """Code that writes the fitted points, with dates where numbers count them."""
    header = ",".join(map(_csv_cell, columns))
    if not any(column.counts for column in columns):
        table = "np.column_stack([positions, values])"
        how = f'delimiter=",", header={literal(header)}, comments=""'
        named = "" if header.isascii() else ', encoding="utf-8"'
        return f'np.savetxt("retrained.csv", {table}, {how}{named})'
    x, y = (_cell_code(column) for column in columns)
    return code(
        f"""
        with open("retrained.csv", "w", encoding="utf-8") as file:
            print({literal(header)}, file=file)
            for x_value, y_value in zip(positions[:, 0].tolist(), values[:, 0].tolist()):
                print({x}, {y}, sep=",", file=file)
        """
    )


def _cell_code(column: Column) -> str:
    """Code of a value of x or y as `Column.written` has it."""
    value, counts = f"{column.letter}_value", column.counts
    if counts is None:
        return value
    start = counts.start
    numbers = [start.year, start.month, start.day, start.hour, start.minute, start.second, start.microsecond]
    while len(numbers) > 3 and not numbers[-1]:
        numbers.pop()
    begun = f"datetime.datetime({', '.join(map(str, numbers))})"
    moment = f"({begun} + datetime.timedelta({counts.unit}={value}))"
    if counts.is_clock:
        return f"{moment}.time().isoformat()"
    return f"{moment}.isoformat()" + (f' + "{counts.zone}"' if counts.zone else "")


def _csv_cell(column: Column) -> str:
    """Title of a column as CSV has it: in quotes where it holds a comma or a quote."""
    title = in_one_line(column.title)
    return f'"{title.replace(chr(34), 2 * chr(34))}"' if {",", '"'} & {*title} else title


def _introduction(trained: Trained) -> str:
    """Introduction: purpose, cost reached, and changes of the run that can't be replayed."""
    experiment, run = trained.experiment, replayed_run(trained)
    cost = _known_cost(trained)
    reached = "" if cost is None else f", and reaches the cost that it had: {cost:.6g}"
    sentences = [
        f"Made by cadl_desktop {__version__}, but complete without it: Python, NumPy, Pillow and",
        "TensorFlow 2 are all it needs, and Matplotlib for the figures in the end. It makes the",
        f"{run.end.step:,} steps ({run.end.epoch:,} epochs) of the run that it was made of, in the same",
        f"order{reached}.",
    ]
    if run.start:
        sentences += [
            f"The run changed in a way that can't be played again ({run.lost}), so this starts from the",
            f"weights that it had at step {run.start.step:,}.",
        ]
    if is_split(experiment, run) and any(layer.kind == "dropout" for layer in experiment.layers):
        sentences.append("What dropout silences is drawn otherwise here, so the costs will differ a little.")
    paragraphs = [experiment.note, " ".join(sentences)]
    return "\n\n".join("\n".join(textwrap.wrap(text, WIDTH)) for text in paragraphs if text)


def _known_cost(trained: Trained) -> float | None:
    """Cost of all samples at the state's step, where the history has it."""
    rows = trained.history.rows
    known = rows[rows[:, 1] == trained.state.step]
    return float(known[-1, 3]) if len(known) and not trained.samples.large else None


def _markdown(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def _code(text: str) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": text}
