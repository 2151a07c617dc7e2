"""Arithmetic that rounds once, for formats that only know float32: each number is the sum of two.

Tensors may be of any library, as long as they stand on the left of arrays.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cadl_desktop.data.samples import Doubles
from cadl_desktop.runs.events import Floats

Tensor = Any


def difference(values: Tensor, offset: Doubles) -> tuple[Tensor, Tensor]:
    """values - offset, as a float32 number and what its rounding lost."""
    coarse, fine = parts(offset)
    high, low = _sum(values, -coarse)
    return high, low - fine


def quotient(high: Tensor, low: Tensor, divisor: Doubles) -> Tensor:
    """(high + low) / divisor in float32: a division that is corrected by its own remainder."""
    coarse, fine = parts(divisor)
    first = high / coarse
    product, lost = _product(first, coarse)
    remainder = (high - product) - lost + low - first * fine
    return first + remainder / coarse


def multiplied_and_added(columns: Sequence[Tensor], matrix: Floats) -> Tensor:
    """The columns (samples, 1) side by side times a matrix (columns, width), added up from the first to the
    last as processors do it, by multiply-adds that round once."""
    total = columns[0] * matrix[0]
    for column, row in zip(columns[1:], matrix[1:], strict=True):
        product, lost = _product(column, row)
        high, low = _sum(total, product)
        total = high + (low + lost)
    return total


def parts(values: Doubles) -> tuple[Floats, Floats]:
    """float64 numbers as sums of two float32 ones."""
    coarse = values.astype(np.float32)
    return coarse, (values - coarse).astype(np.float32)


def _sum(one: Tensor, other: Tensor) -> tuple[Tensor, Tensor]:
    """A rounded sum and what was lost: Knuth, The art of computer programming 2, 4.2.2."""
    high = one + other
    back = high - one
    return high, (one - (high - back)) - (back - other)


def _product(one: Tensor, other: Tensor) -> tuple[Tensor, Tensor]:
    """A rounded product and what was lost: Dekker, A floating-point technique for extending the available
    precision, 1971."""
    product = one * other
    (upper, lower), (other_upper, other_lower) = _halves(one), _halves(other)
    lost = upper * other_upper - product
    lost = lost + upper * other_lower
    lost = lost + lower * other_upper
    return product, lost + lower * other_lower


def _halves(values: Tensor) -> tuple[Tensor, Tensor]:
    """float32 numbers as sums of two with half as many digits, whose products are exact."""
    large = values * np.float32(2**12 + 1)
    upper = large - (large - values)
    return upper, values - upper
