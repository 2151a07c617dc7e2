"""A curve's points and the network's largest error in words."""

import numpy as np

from cadl_desktop.data.curves.columns import Column
from cadl_desktop.data.curves.curve_summary import in_words
from cadl_desktop.data.samples import Samples


def samples(*columns: Column) -> Samples:
    made = Samples(
        inputs=np.array([[0.0], [1.0], [2.5]]),
        targets=np.array([[-1.0], [3.0], [2.0]]),
        low=np.array([0.0]),
        high=np.array([2.5]),
        target_low=-1.0,
        target_high=3.0,
    )
    return made if not columns else Samples(**{**vars(made), "columns": columns})


def test_points_alone() -> None:
    assert in_words(samples(), None, "{:g}".format) == ("3 points, x from 0 to 2.5 and y from -1 to 3.")


def test_the_largest_error_and_where() -> None:
    told = in_words(samples(), np.array([-1.0, 2.5, 2.75]), "{:g}".format)
    assert told.endswith(" The largest error of the network is 0.75, above the point at x 2.5.")


def test_units_and_names_of_columns() -> None:
    named = samples(Column("x", "Year"), Column("y", "Height [m]"))
    told = in_words(named, np.array([-1.0, 2.5, 2.0]), "{:g}".format)
    assert told == (
        "3 points, Year from 0 to 2.5 and Height [m] from -1 to 3. "
        "The largest error of the network is 0.5 m, below the point at Year 1."
    )


def test_a_diverged_network() -> None:
    told = in_words(samples(), np.array([0.0, np.inf, 0.0]), "{:g}".format)
    assert told.endswith(" The network's curve grew beyond all bounds.")
