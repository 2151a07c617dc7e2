"""Networks for a picture that have at most so many parameters, and nearly as many."""

from collections.abc import Callable
from math import ceil, log2
from typing import Any

from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.check import LEAST_PARAMETERS, MOST_PARAMETERS
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import parameter_count

Network = dict[str, Any]
"""Values of 'encoding' and 'layers', in which these networks differ, and the 'optimizer.rate' that they are
trained at."""

_LEAST_GRID = 1000
"""Parameters from which on there are grids in place of waves: these were 1.7 dB better with 389 parameters,
0.3 dB with 750, and as good with 1,300."""


def sized_network(allowed: int, height: int, width: int) -> Network:
    """Returns the network of at most `allowed` parameters that paints a picture of this size best; the
    smallest one, of `LEAST_PARAMETERS`, where fewer are allowed, which `check` reports."""
    allowed = min(max(allowed, LEAST_PARAMETERS), MOST_PARAMETERS)
    return _waves(allowed) if allowed < _LEAST_GRID else _grids(allowed, height, width)


def _waves(allowed: int) -> Network:
    """Returns a network of sine waves, and two layers of half as many sines where there is room for them.

    With 389 parameters and 64 pixels a single layer of as many sines as waves was 1.6 dB worse.
    """
    units = _largest(lambda units: _size(_wave_network(2 * units, units)) <= allowed, 0, allowed)
    waves = _largest(lambda waves: _size(_wave_network(waves, units)) <= allowed, 1, allowed)
    return _wave_network(waves, units)


def _wave_network(waves: int, units: int) -> Network:
    layer = part("layer", "dense", units=max(1, units), activation="sine", w0=15.0, initialiser="siren")
    return {
        "encoding": part("encoding", "siren", features=max(1, waves), w0=30.0),
        "layers": (layer, layer) if units else (),
        "optimizer.rate": 0.004,
    }


_COARSEST = 10
"""Knots along the longer side of the coarsest grid, about; each next grid has twice as many. At a tenth of
the numbers of 256 pixels, four grids of up to 82 knots were 0.4 dB better than three and 0.1 dB better than
five; at a quarter five, of up to 130 knots, were 0.5 dB better than four."""
_LEAST_LEVELS, _MOST_LEVELS = 3, 6
_FEATURES, _MOST_FEATURES = 2, 8
"""Numbers of a knot: with 2 a run of 10,000 steps was 0.7 dB better than with 1, and 1.0 dB better than with
4 on fewer knots. There are more only where 2 on every pixel would leave parameters unused."""
_LAYERS_SHARE, _MOST_UNITS = 0.1, 64
"""Share of the parameters that the layers behind the grids have, and the units that this brings at most."""
_MOST_FILLED = 4096
"""Units that a layer may have."""
_SLOPE = 0.1
"""Slope of negative sums: with 0 (ReLU) three seeds were 0.4 dB worse and 0.35 dB apart instead of 0.04, and
of one 18 neurons of 34 in the second layer were dead; 0.25 was 0.3 dB worse, Swish 0.8 dB."""


def _grids(allowed: int, height: int, width: int) -> Network:
    """Returns grids with fewer knots than pixels, and two layers that make colours of what these hold."""
    longest, aspect = max(height, width), height / width

    def size(finest: int, features: int, units: int) -> int:
        return _size(_grid_network(finest, features, units, aspect))

    for_layers = _LAYERS_SHARE * allowed
    units = _largest(lambda units: size(1, _FEATURES, units) <= for_layers, 1, _MOST_UNITS)
    features = 1 + _largest(
        lambda features: size(longest, features, units) <= allowed, _FEATURES - 1, _MOST_FEATURES - 1
    )
    finest = _largest(lambda finest: size(finest, features, units) <= allowed, 1, longest)
    units = _largest(lambda units: size(finest, features, units) <= allowed, units, _MOST_FILLED)
    return _grid_network(finest, features, units, aspect)


def _grid_network(finest: int, features: int, units: int, aspect: float) -> Network:
    levels = min(max(_LEAST_LEVELS, 1 + round(log2(finest / _COARSEST))), _MOST_LEVELS)
    encoding = part(
        "encoding",
        "hash grid",
        levels=levels,
        features=features,
        table=max(16, finest**2),
        coarsest=max(1, round(finest / 2 ** (levels - 1))),
        finest=finest,
        interpolation="cubic",
        aspect=aspect,
    )
    layer = part("layer", "dense", units=units, activation="leaky relu", slope=_SLOPE, initialiser="he")
    return {"encoding": encoding, "layers": (layer, layer), "optimizer.rate": 0.02}


def _size(network: Network) -> int:
    """Returns how many parameters a network has with a neuron for each colour after it."""
    return parameter_count(
        Experiment(
            data=part("dataset", "picture"),
            encoding=network["encoding"],
            layers=network["layers"],
            output=part("output", "dense"),
            optimizer=part("optimizer", "adam"),
        )
    )


def _largest(fits: Callable[[int], bool], low: int, high: int) -> int:
    """Returns the largest number from `low` to `high` that fits, where everything below one that fits does,
    too; `low` where none does."""
    while low < high:
        middle = ceil((low + high) / 2)
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low
