"""The figures in which a script ends, as the lecture's programs do."""

import textwrap

from cadl_desktop.experiment.identity import is_many
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import is_painting, target_columns
from cadl_desktop.export.script.cell import Cell, code, joined

IMPORT = code(
    """
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        plt = None  # all but the figures is made without it
    """
)
LOOKS, MEASURED = 20, 100
"""About so many pictures, and costs, are of one training."""
_SIDE = 128
_PICTURES = 4

_COST = code(
    """
    figure, axes = plt.subplots()
    axes.plot(*zip(*history))
    axes.set(xlabel="epoch", ylabel="cost")
    axes.set_yscale("log" if all(cost > 0 for _, cost in history) else "linear")
    figure.savefig("retrained-cost.png")
    """
)
_CURVE = """
    figure, axes = plt.subplots()
    axes.plot(positions[training, 0], targets[training, 0], "+", color="0.6", label="observed"){validation}
    for number, (_, fit) in enumerate(looks):
        opacity = 0.1 + 0.4 * number / len(looks)
        axes.plot(positions[shown, 0], fit, color="C0", alpha=opacity, linewidth=1)
    axes.plot(positions[shown, 0], values[shown, 0], color="C3", label="fit")
    margin = 0.3 * (targets.max() - targets.min())
    axes.set(xlabel="x", ylabel="y", ylim=(targets.min() - margin, targets.max() + margin))
    axes.legend()
    figure.savefig("retrained-curve.png")
    """
_VALIDATION = """
    axes.plot(positions[validation, 0], targets[validation, 0], "o", mfc="none", label="held back")"""
_PICTURE = code(
    """
    figure, pair = plt.subplots(1, 2, figsize=(8, 4), squeeze=False)
    for axes, name, some in zip(pair[0], ["target", "painting"], [targets[shown], values[shown]]):
        axes.imshow(np.clip(some, 0, 255).astype(np.uint8), cmap="gray")
        axes.set_title(name)
        axes.axis("off")
    figure.savefig("retrained-picture.png")

    rows = max(1, -(-len(looks) // 5))
    figure, sheet = plt.subplots(rows, 5, figsize=(10, 2.3 * rows), squeeze=False)
    for axes in sheet.ravel():
        axes.axis("off")
    for axes, (epoch, some) in zip(sheet.ravel(), looks):
        axes.imshow(np.clip(some, 0, 255).astype(np.uint8), cmap="gray")
        axes.set_title(f"epoch {epoch:,}")
    figure.savefig("retrained-epochs.png")
    """
)


def looks_cell(experiment: Experiment) -> Cell:
    """Defines `look(weights)`, what the network makes now of the samples `shown`."""
    values = "predict(tf.constant(x[shown.ravel()]), weights).numpy() * target_scale + target_offset"
    shape = "*shown.shape, 3" if target_columns(experiment) == 3 else "shown.shape"
    look = f"def look(weights):\n    values = {values}\n    return values.reshape({shape})"
    about = "What the figures show of the training on its way."
    return Cell("Looks", about, f"{_shown(experiment)}\n\n\n{look}")


def figures_cell(experiment: Experiment) -> Cell:
    """Draws what `history` and `looks` hold, and what came out in the end."""
    if is_painting(experiment):
        about = "The cost, the painting beside its target, and how it came about."
        text = joined([_COST, _PICTURE])
    else:
        about = "The cost, and the curve that was fitted, behind it what it was before."
        held_back = _VALIDATION if experiment.validation > 0 else ""
        text = joined([_COST, code(_CURVE.replace("{validation}", held_back))])
    missing = 'print("The figures need Matplotlib, which is missing here.")'
    drawn = textwrap.indent(text, "    ")
    return Cell("Figures", about, f"if plt is None:\n    {missing}\nelse:\n{drawn}")


def _shown(experiment: Experiment) -> str:
    """Of large pictures not every pixel, and of many not every picture."""
    if not is_painting(experiment):
        return 'shown = np.argsort(positions[:, 0], kind="stable")[:: max(1, len(positions) // 2000)]'
    several = is_many(experiment.data)
    rows, longest = ("-1, side", "side") if several else ("height, width", "max(height, width)")
    first = f"[: {_PICTURES} * side]" if several else ""
    return code(
        f"""
        apart = -(-{longest} // {_SIDE})
        shown = np.arange(len(positions)).reshape({rows}){first}[::apart, ::apart]
        """
    )
