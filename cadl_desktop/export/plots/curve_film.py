"""The pictures of a curve's film: one plot, in which only the fit moves."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.drawing.palette import LIGHT
from cadl_desktop.export.plots.figures import legend, new_plot, pixels_of, taken_apart
from cadl_desktop.export.plots.plots import draw_observed, limit_to_observed
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.events import RunState

Pixels = NDArray[np.uint8]


def curve_pictures(trained: Trained, states: Sequence[RunState], height: int, width: int) -> Iterator[Pixels]:
    """The plot at each of the states, (height, width, 3)."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure, axes = new_plot(height, width, "x", "y")
    with taken_apart(figure):
        figure.set_dpi(width / figure.get_figwidth())
        canvas: Any = FigureCanvasAgg(figure)  # whose methods have no types
        draw_observed(axes, trained)
        x = trained.positions[:, 0]
        fit = axes.plot(x, np.zeros_like(x), color=LIGHT.series, linewidth=2, label="Fit", animated=True)[0]
        # Keeps the room for the titles that follow.
        words = axes.set_title("Epoch", loc="left", fontsize="medium", color=LIGHT.muted, animated=True)
        limit_to_observed(axes, trained)
        legend(axes)
        canvas.draw()
        still = canvas.copy_from_bbox(figure.bbox)
        for state in states:
            canvas.restore_region(still)
            fit.set_ydata(trained.predicted(state)[:, 0])
            words.set_text(f"Epoch {state.epoch:,}")
            axes.draw_artist(fit)
            axes.draw_artist(words)
            yield pixels_of(canvas)
