"""Texts in files of networks: what goes in and comes out, the experiment, and words on arrays and steps."""

import json

from cadl_desktop.experiment.model import Experiment, has_many_pictures, identity_of, picture_count
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.export.networks.column_text import KEY, column_text
from cadl_desktop.export.recipe import experiment_as_json
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.network_weights import weight_names

ABOUT = "about"
"""Key of the words on what goes in and comes out."""
STEPS = (
    "What leads from one to the other is the JSON list 'steps' of [result, function, input, ...]; the last "
    "result is the values. An input is a number, a list of numbers, or the name of an array, of an earlier "
    "result or of the 'positions'. Functions are NumPy's, but for erf (the error function), sum (of a row, "
    "as a column), join (columns side by side), column (of this number, counted from 0) and rows (of a "
    "table, by a column of numbers)."
)
SCALING = (
    "The scaled input x is (input - x_offset) / x_scale, computed in float64 and only then cut to float32. "
    "An input is the x of a curve, or the row and column of a pixel, of many pictures with their number "
    "behind, all counted from 0. What the last layer gives, times y_scale plus y_offset, is in the target's "
    "own units."
)
_WAVES = (
    "B (inputs, waves): what was drawn for the Fourier encoding, in swings per unit of the scaled input x. "
    "The first layer takes in cos(2 pi x B), then sin(2 pi x B)."
)
_GRID = (
    "E1 has the tables of all levels of the hash grid one below the other, the coarsest first, of E1_rows "
    "rows each. A level divides a whole side into E1_cells cells, of which E1_sides along each input have a "
    "knot in their middle, from cell E1_first on: the scaled input x, -1/2 to 1/2, lies at k = (x + 1/2) "
    "cells - 1/2 - first, which is kept between 0 and sides - 1, as are knots. The knot (k0, k1, ...) is row "
    "k0 + k1 sides0 + k2 sides0 sides1 of its table where that has a row for each, and row (k0 p0 xor k1 p1 "
    "xor ...) mod rows otherwise, p being E1_primes. The product of its shares is "
    "a row's weight; the weighted rows around x add up to the level's features, and those of all levels side "
    "by side go into the first layer."
)
_BLENDS = {
    "linear": "With f past a knot along an input, it and the next have the shares 1 - f and f.",
    "cubic": "With f past a knot along an input, the one before it, it and the next two have the shares "
    "(1 - f)^3 / 6, (4 - 6 f^2 + 3 f^3) / 6, (1 + 3 f + 3 f^2 - 3 f^3) / 6 and f^3 / 6.",
}
"""Words on the shares of knots along an input, by the grid's interpolation."""


def network_texts(trained: Trained) -> dict[str, str]:
    """Texts by key that every such file has; 'columns' only where something is known of them."""
    experiment = trained.experiment
    columns = column_text(experiment)
    return {
        ABOUT: _positions_and_values(experiment),
        "experiment": experiment.name,
        "experiment_json": experiment_as_json(experiment),
        "step": str(trained.state.step),
        "epoch": str(trained.state.epoch),
        **({KEY: columns} if columns else {}),
        **({"shape": json.dumps(_shape(trained))} if is_painting(experiment) else {}),
    }


def _shape(trained: Trained) -> list[int]:
    """Rows, columns and, of a set, pictures of what a painting learned."""
    if not has_many_pictures(trained.experiment.data):
        return [*(trained.samples.picture_shape or ())]
    side = int(trained.samples.high[0])
    return [side, side, picture_count(trained.experiment.data)]


def _positions_and_values(experiment: Experiment) -> str:
    if not is_painting(experiment):
        return "Positions (samples, 1) are x, values (samples, 1) y, both in their own units."
    colours = "values (samples, 3) are red, green and blue, about 0 to 255, not clipped."
    if has_many_pictures(experiment.data):
        place = "(samples, 3) are a pixel's row and column and its picture's number, all"
    else:
        place = "(samples, 2) are a pixel's row and column,"
    return f"Positions {place} counted from 0; the JSON list 'shape' has how many of each; {colours}"


def encoding_text(experiment: Experiment) -> str:
    """Words on what the first layer takes in; '' where that is the scaled input."""
    words = _encoding(experiment)
    identity = identity_of(experiment.data)
    if identity is None:
        return words
    names = [name for name in weight_names(experiment) if name.startswith("E")]
    vectors = "" if identity.dimensions is None else f", times {names[-1]}"
    beside = f"Behind these it takes in max(0, 1 - |number - i|) for each picture i{vectors}."
    return f"{words or 'The first layer takes in x.'} {beside}"


def _encoding(experiment: Experiment) -> str:
    encoding = experiment.encoding
    match encoding.kind:
        case "polynomial":
            if encoding["basis"] == "raw":
                terms = f"x, its square, and so on to its power {encoding['degree']}"
            else:
                terms = f"Legendre's polynomials of x / sqrt(3), of degree 1 to {encoding['degree']}"
            return f"The first layer takes in 1, then {terms}."
        case "fourier":
            return _WAVES
        case "siren":
            return f"The first layer takes in sin({encoding['w0']:g} (x E1 + E2))."
        case "hash grid":
            return f"{_GRID} {_BLENDS[encoding['interpolation']]}"
    return ""
