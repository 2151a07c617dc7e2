"""Neighbouring samples: adjacent pixels of a picture, adjacent points along a curve."""

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.samples import Samples


def neighbours(samples: Samples) -> NDArray[np.int32]:
    """Returns the row of each sample's next one in every direction, (samples, directions): to the right and
    below for a picture, the next larger input for a curve. At an edge, and between two pictures of a montage,
    it is the sample itself."""
    if samples.picture_shape is None:
        return _next_on_curve(samples.inputs[:, 0])
    grid = samples.laid_out(np.arange(1, len(samples.inputs) + 1)[:, np.newaxis])[..., 0] - 1
    right, below = np.full_like(grid, -1), np.full_like(grid, -1)
    right[:, :-1], below[:-1] = grid[:, 1:], grid[1:]
    return np.stack(
        [_next_in_picture(samples, grid, right, 1), _next_in_picture(samples, grid, below, 0)], axis=1
    )


def stencils(samples: Samples) -> NDArray[np.int32]:
    """Returns, for each sample, the rows of itself, of those before and after it in every direction and, for
    a picture, of the next one diagonally, (samples, 3 or 6). Where there is none before or none after it,
    both are the sample itself."""
    own = np.arange(len(samples.inputs), dtype=np.int32)
    columns, next_rows = [own], []
    for following in neighbours(samples).T:
        has_next = following != own
        preceding = own.copy()
        preceding[following[has_next]] = own[has_next]
        has_both = has_next & (preceding != own)
        next_rows.append(np.where(has_both, following, own))
        columns += [np.where(has_both, preceding, own), next_rows[-1]]
    if len(next_rows) == 2:
        right, below = next_rows
        columns.append(right[below])
    return np.stack(columns, axis=1)


def _next_in_picture(
    samples: Samples, grid: NDArray[np.int64], beside: NDArray[np.int64], axis: int
) -> NDArray[np.int32]:
    """Returns the neighbours (samples,) that are one pixel further along `axis` in the same picture."""
    here, there = grid.ravel(), beside.ravel()
    exists = (here >= 0) & (there >= 0)
    here, there = here[exists], there[exists]
    step = np.zeros(samples.inputs.shape[1])
    step[axis] = 1
    is_adjacent = (samples.inputs[there] - samples.inputs[here] == step).all(axis=1)
    rows = np.arange(len(samples.inputs), dtype=np.int32)
    rows[here[is_adjacent]] = there[is_adjacent]
    return rows


def _next_on_curve(positions: NDArray[np.float64]) -> NDArray[np.int32]:
    order = np.argsort(positions, kind="stable").astype(np.int32)
    following = order.copy()
    following[order[:-1]], following[order[-1]] = order[1:], order[-1]
    return following[:, np.newaxis]
