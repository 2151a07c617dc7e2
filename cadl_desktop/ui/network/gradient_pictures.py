"""Pictures of a backward pass in place of those of a probe."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtGui import QImage

from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.probed_columns import Column
from cadl_desktop.ui.network.cards.step_formulas import StepFormulas
from cadl_desktop.ui.network.mosaic import VisibleTiles
from cadl_desktop.ui.network.neuron_pictures import Colours, Part, Size, bar_tiles, cell_tiles, flat_tiles
from cadl_desktop.ui.network.probe_pictures import Bools, Chosen, Grid, ProbePictures


class GradientPictures(ProbePictures):
    """Pictures of the gradients of one backward pass; `formulas` are those of its step. What the output's
    neurons make together, and the paths of a neuron, are those of the `values`."""

    def __init__(
        self, columns: Sequence[Column], grid: Grid | None, values: ProbePictures, formulas: StepFormulas
    ) -> None:
        super().__init__(columns, grid, values.ratio, own_contrast=values.own_contrast)
        self.values, self.formulas = values, formulas

    def result_image(self) -> QImage | None:
        return self.values.result_image()

    def has_sign(self, column: int) -> bool:
        return True

    def dead(self, column: int) -> Bools:
        return self.values.dead(column)  # gradients of others may be 0 as well

    def shares_on_path(self, column: int, neuron: int) -> list[Floats]:
        return self.values.shares_on_path(column, neuron)

    def source_of_strongest(self, column: int, neuron: int) -> int | None:
        """Neuron of the column before from which the weight with the largest gradient comes; None for a
        neuron without weights."""
        weights = self.columns[column].weights
        return None if weights is None else int(np.abs(np.nan_to_num(weights[:, neuron])).argmax())

    def _mean_tiles(self, column: int, visible: VisibleTiles) -> Colours:
        """Tiles of one colour, from the sums over the batch on a scale of their own."""
        sums = np.nan_to_num(self.columns[column].means, posinf=0.0, neginf=0.0)
        limits = np.full(len(sums), np.abs(sums).max(initial=0.0), np.float32)
        return flat_tiles(sums[visible.shown], limits[visible.shown])

    def _tiles(
        self, columns: Sequence[int], neurons: Sequence[Chosen], size: Size, part: Part | None = None
    ) -> Colours:
        values, limits = self._values_and_limits(columns, neurons)
        if self.grid is not None:
            return cell_tiles(values, self.grid, limits, size, part)
        if self.has_curves(size):
            return bar_tiles(values, limits, size, self.ratio, part)
        return cell_tiles(values, (1, values.shape[1]), limits, size, part)
