"""Which samples lie next to one another: the pixels of a picture, the points along a curve."""

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.samples import Samples


def neighbours(samples: Samples) -> NDArray[np.int32]:
    """For each sample the row of its next one in every direction, (samples, directions): to the right and
    below for a picture, the next larger input for a curve. At an edge it is the sample itself, as it is
    between two pictures of a montage."""
    if samples.picture_shape is None:
        return _along_the_line(samples.inputs[:, 0])
    grid = samples.laid_out(np.arange(1, len(samples.inputs) + 1)[:, np.newaxis])[..., 0] - 1
    right, below = np.full_like(grid, -1), np.full_like(grid, -1)
    right[:, :-1], below[:-1] = grid[:, 1:], grid[1:]
    return np.stack([_next(samples, grid, right, 1), _next(samples, grid, below, 0)], axis=1)


def stencils(samples: Samples) -> NDArray[np.int32]:
    """For each sample its own row, those of the ones before and after it in every direction, and for a
    picture that of the next one in both directions at once, (samples, 3 or 6). Where there is nothing before
    or nothing after it, both are the sample itself."""
    own = np.arange(len(samples.inputs), dtype=np.int32)
    columns, onward = [own], []
    for following in neighbours(samples).T:
        going = following != own
        preceding = own.copy()
        preceding[following[going]] = own[going]
        between = going & (preceding != own)
        onward.append(np.where(between, following, own))
        columns += [np.where(between, preceding, own), onward[-1]]
    if len(onward) == 2:
        right, below = onward
        columns.append(right[below])
    return np.stack(columns, axis=1)


def _next(
    samples: Samples, grid: NDArray[np.int64], beside: NDArray[np.int64], axis: int
) -> NDArray[np.int32]:
    """The neighbours that really are one pixel further in the same picture, (samples,)."""
    here, there = grid.ravel(), beside.ravel()
    laid = (here >= 0) & (there >= 0)
    here, there = here[laid], there[laid]
    step = np.zeros(samples.inputs.shape[1])
    step[axis] = 1
    near = (samples.inputs[there] - samples.inputs[here] == step).all(axis=1)
    found = np.arange(len(samples.inputs), dtype=np.int32)
    found[here[near]] = there[near]
    return found


def _along_the_line(positions: NDArray[np.float64]) -> NDArray[np.int32]:
    order = np.argsort(positions, kind="stable").astype(np.int32)
    following = order.copy()
    following[order[:-1]], following[order[-1]] = order[1:], order[-1]
    return following[:, np.newaxis]
