"""Cells of a script that draw figures of the training, as the lecture's programs do at their end."""

import textwrap

from cadl_desktop.data.curves.columns import Column, columns_of
from cadl_desktop.experiment.model import Experiment, has_many_pictures
from cadl_desktop.experiment.shapes import is_painting, target_columns
from cadl_desktop.export.script.cell import Cell, code, literal

IMPORT = code(
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        print("Matplotlib is missing, so no figures will be drawn.")
        Figure = None
    """
)
LOOKS, MEASURED = 20, 100
"""Approximate numbers of pictures and of costs that are recorded along one training."""
_SIDE = 128
_PICTURES = 4

_COST = """
    figure = Figure()
    axes = figure.subplots()
    axes.plot(*zip(*history))
    axes.set(xlabel="epoch", ylabel="cost")
    axes.set_yscale("log" if all(cost > 0 for _, cost in history) else "linear")
    figure.savefig("retrained-cost.png")
    """
_CURVE = """
    figure = Figure()
    axes = figure.subplots()
    axes.plot(positions[training, 0], targets[training, 0], "+", color="0.6", label="observed"){held_out}
    for number, (_, fit) in enumerate(looks):
        opacity = 0.1 + 0.4 * number / len(looks)
        axes.plot(positions[shown, 0], fit, color="C0", alpha=opacity, linewidth=1)
    axes.plot(positions[shown, 0], values[shown, 0], color="C3", label="fit")
    margin = 0.3 * (targets.max() - targets.min())
    axes.set(xlabel={x}, ylabel={y}, ylim=(targets.min() - margin, targets.max() + margin))
    axes.legend()
    figure.savefig("retrained-curve.png")
    """
_HELD_BACK = """
    axes.plot(positions[validation, 0], targets[validation, 0], "o", mfc="none", label="held out")"""
_PICTURE = """
    figure = Figure(figsize=(8, 4))
    pair = figure.subplots(1, 2)
    for axes, name, some in zip(pair, ["target", "painting"], [targets[shown], values[shown]]):
        axes.imshow(np.clip(some, 0, 255).astype(np.uint8), cmap="gray")
        axes.set_title(name)
        axes.axis("off")
    figure.savefig("retrained-picture.png")
    """
_PROGRESS = """
    rows = max(1, -(-len(looks) // 5))
    figure = Figure(figsize=(10, 2.3 * rows))
    sheet = figure.subplots(rows, 5, squeeze=False).ravel()
    for axes in sheet:
        axes.axis("off")
    for axes, (epoch, some) in zip(sheet, looks):
        axes.imshow(np.clip(some, 0, 255).astype(np.uint8), cmap="gray")
        axes.set_title(f"epoch {epoch:,}")
    figure.savefig("retrained-epochs.png")
    """


def looks_cell(experiment: Experiment) -> Cell:
    """Cell that defines `look(weights)`: the network's current output at the samples `shown`."""
    values = "predict(tf.constant(x[shown.ravel()]), weights).numpy() * target_scale + target_offset"
    shape = "*shown.shape, 3" if target_columns(experiment) == 3 else "shown.shape"
    look = f"def look(weights):\n    values = {values}\n    return values.reshape({shape})"
    about = "What the figures show of the training on its way."
    return Cell("Looks", about, f"{_shown(experiment)}\n\n\n{look}")


def figures_cells(experiment: Experiment) -> list[Cell]:
    """Cells that draw `history`, `looks` and the final result."""
    cost = _figure("cost", "How it fell.", _COST)
    if is_painting(experiment):
        picture = _figure("picture", "What was painted, beside what was to be.", _PICTURE)
        return [cost, picture, _figure("epochs", "How the picture came about.", _PROGRESS)]
    held_out = _HELD_BACK if experiment.validation > 0 else ""
    # Matplotlib takes what stands between dollars for a formula.
    x, y = (literal(_axis_title(column).replace("$", r"\$")) for column in columns_of(experiment.data))
    curve = _CURVE.replace("{held_out}", held_out).replace("{x}", x).replace("{y}", y)
    return [cost, _figure("curve", "What was fitted, before what it had been.", curve)]


def _axis_title(column: Column) -> str:
    return f"{column.label}: {column.counts}" if column.counts else column.label


def _figure(name: str, about: str, text: str) -> Cell:
    drawn = textwrap.indent(code(text), "    ")
    # The notebook shows the file, as it can't display a figure that was made without pyplot.
    shown = f'Image.open("retrained-{name}.png") if Figure else None'
    return Cell(f"Figure: {name}", about, f"if Figure:\n{drawn}", shown)


def _shown(experiment: Experiment) -> str:
    """Code of `shown`, the samples in the figures: a coarse grid of a large picture, the first of many."""
    if not is_painting(experiment):
        return 'shown = np.argsort(positions[:, 0], kind="stable")[:: max(1, len(positions) // 2000)]'
    several = has_many_pictures(experiment.data)
    rows, longest = ("-1, side", "side") if several else ("height, width", "max(height, width)")
    first = f"[: {_PICTURES} * side]" if several else ""
    return code(
        f"""
        apart = -(-{longest} // {_SIDE})
        shown = np.arange(len(positions)).reshape({rows}){first}[::apart, ::apart]
        """
    )
