"""What an encoding computes with beside its weights: numbers and words for files that hold arrays alone."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.experiment.catalog.encoding_entries import grid_levels
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import encoded_columns
from cadl_desktop.runs.network_weights import fourier_waves

_WAVES = (
    "B (inputs, waves): what was drawn for the Fourier encoding, in swings per unit of the scaled input x. "
    "The first layer takes in cos(2 pi x B), then sin(2 pi x B)."
)
_GRID = (
    "E1 has the tables of all levels of the hash grid one below the other, the coarsest first, of E1_rows "
    "rows each. A level divides a whole side into E1_cells cells, of which E1_sides along each input have a "
    "knot in their middle, from cell E1_first on: the scaled input x, -1/2 to 1/2, lies at k = (x + 1/2) "
    "cells - 1/2 - first. The knot (k0, k1, ...) is row k0 + k1 sides0 + k2 sides0 sides1 of its table where "
    "that has a row for each, and row (k0 p0 xor k1 p1 xor ...) mod rows otherwise, p being E1_primes. "
    "Blending the rows around x gives the level's features; those of all levels side by side go into the "
    "first layer."
)


def drawn(experiment: Experiment) -> tuple[dict[str, NDArray[Any]], str]:
    """Arrays by name, and what they mean, '' where the weights say all."""
    kind, inputs = experiment.encoding.kind, encoded_columns(experiment)
    if kind == "fourier":
        return {"B": fourier_waves(experiment.encoding, inputs)}, _WAVES
    if kind == "hash grid":
        from cadl_desktop.engine.network.encodings import PRIMES

        levels = grid_levels(inputs, experiment.encoding)
        columns = {
            "E1_rows": [level.entries for level in levels],
            "E1_cells": [level.cells for level in levels],
            "E1_sides": [level.sides for level in levels],
            "E1_first": [level.first for level in levels],
            "E1_primes": PRIMES[:inputs],
        }
        return {name: np.array(numbers, np.int64) for name, numbers in columns.items()}, _GRID
    return {}, ""
