"""Operations of Keras, and of TensorFlow Lite, which is converted from Keras.

TensorFlow Lite has float32 only. Where rounding matters, numbers are kept as sums of two float32 numbers,
with the rounding error in the second.
"""

from collections.abc import Callable, Sequence
from functools import reduce
from math import pi

import numpy as np
from keras import ops
from keras.layers import Dense, Dropout, Embedding, LayerNormalization

from cadl_desktop.data.samples import Doubles
from cadl_desktop.data.scaling import Affine
from cadl_desktop.engine.network.layers import EPSILON
from cadl_desktop.export.networks.operations import Function, NumberType, Tensor
from cadl_desktop.runs.events import Floats


def _difference(values: Tensor, offset: Doubles) -> tuple[Tensor, Tensor]:
    """values - offset, as a float32 number and its rounding error."""
    coarse, fine = _split_float64(offset)
    high, low = _sum(values, -coarse)
    return high, low - fine


def _quotient(high: Tensor, low: Tensor, divisor: Doubles) -> Tensor:
    """(high + low) / divisor in float32, by a division corrected by its remainder."""
    coarse, fine = _split_float64(divisor)
    first = high / coarse
    product, lost = _product(first, coarse)
    remainder = (high - product) - lost + low - first * fine
    return first + remainder / coarse


def _multiplied_and_added(columns: Sequence[Tensor], matrix: Floats) -> Tensor:
    """Columns (samples, 1) times a matrix (columns, width), summed from first to last by fused multiply-adds,
    which round once, as processors do."""
    total = columns[0] * matrix[0]
    for column, row in zip(columns[1:], matrix[1:], strict=True):
        product, lost = _product(column, row)
        high, low = _sum(total, product)
        total = high + (low + lost)
    return total


def _split_float64(values: Doubles) -> tuple[Floats, Floats]:
    """float64 numbers as sums of two float32 numbers."""
    coarse = values.astype(np.float32)
    return coarse, (values - coarse).astype(np.float32)


def _sum(one: Tensor, other: Tensor) -> tuple[Tensor, Tensor]:
    """Rounded sum and its error: Knuth, The Art of Computer Programming 2, 4.2.2."""
    high = one + other
    back = high - one
    return high, (one - (high - back)) - (back - other)


def _product(one: Tensor, other: Tensor) -> tuple[Tensor, Tensor]:
    """Rounded product and its error: Dekker, A floating-point technique for extending the available
    precision, 1971."""
    product = one * other
    (upper, lower), (other_upper, other_lower) = _halves(one), _halves(other)
    lost = upper * other_upper - product
    lost = lost + upper * other_lower
    lost = lost + lower * other_upper
    return product, lost + lower * other_lower


def _halves(values: Tensor) -> tuple[Tensor, Tensor]:
    """float32 numbers as sums of two with half as many digits, whose products are exact (Dekker)."""
    large = values * np.float32(2**12 + 1)
    upper = large - (large - values)
    return upper, values - upper


class KerasOperations:
    """Operations by `keras.layers` and `keras.ops` only, so that Keras alone reads the file."""

    integers = "int64"

    def scaled(self, positions: Tensor, scaling: Affine) -> Tensor:
        # In float64, as in training: with waves of high frequency the last digits of float32 are visible.
        shifted = ops.subtract(ops.cast(positions, "float64"), scaling.offset)
        return ops.cast(ops.divide(shifted, scaling.scale), "float32")

    def unscaled(self, values: Tensor, scaling: Affine, given: NumberType) -> Tensor:
        stretched = ops.multiply(ops.cast(values, given), scaling.scale.astype(given))
        return ops.add(stretched, scaling.offset.astype(given))

    def dense(self, values: Tensor, weights: Sequence[Floats], name: str, learns: bool = True) -> Tensor:
        layer = Dense(weights[0].shape[1], use_bias=len(weights) > 1, trainable=learns, name=name)
        summed = layer(values)
        layer.set_weights(weights)
        return summed

    def waves(self, values: Tensor, waves: Floats) -> Tensor:
        return self.dense(values, [waves], "waves", learns=False) * (2 * pi)

    def layer_normalisation(
        self, values: Tensor, weights: Sequence[Floats], name: str, learns: bool = True
    ) -> Tensor:
        layer = LayerNormalization(epsilon=EPSILON, trainable=learns, name=name)
        normalised = layer(values)
        layer.set_weights(weights)
        return normalised

    def dropout(self, values: Tensor, share: float, name: str) -> Tensor:
        return Dropout(share, name=name)(values)

    def apply(self, function: Function, values: Tensor) -> Tensor:
        return getattr(ops, function)(values)

    def clip(self, values: Tensor, low: float, high: float) -> Tensor:
        return ops.clip(values, low, high)

    def sum(self, values: Tensor) -> Tensor:
        return ops.sum(values, axis=1, keepdims=True)

    def join(self, parts: Sequence[Tensor]) -> Tensor:
        return ops.concatenate(list(parts), axis=1)

    def column(self, values: Tensor, index: int) -> Tensor:
        return values[:, index : index + 1]

    def table(self, entries: Floats, name: str) -> Callable[[Tensor], Tensor]:
        layer = Embedding(*entries.shape, name=name)
        layer.build()
        layer.set_weights([entries])
        return lambda rows: layer(rows[:, 0])

    def to_integers(self, values: Tensor) -> Tensor:
        return ops.cast(values, self.integers)

    def hashed(self, indices: Sequence[Tensor], factors: Sequence[int], largest: int, size: int) -> Tensor:
        products = [index * factor for index, factor in zip(indices, factors, strict=True)]
        return ops.mod(reduce(ops.bitwise_xor, products), size)


class LiteOperations(KerasOperations):
    """Operations within TensorFlow Lite's limits: no float64, no integers beyond 31 bits."""

    integers = "int32"
    has_waves = False
    """Whether a sine or cosine was used."""

    def apply(self, function: Function, values: Tensor) -> Tensor:
        self.has_waves |= function in ("sin", "cos")
        return super().apply(function, values)

    def scaled(self, positions: Tensor, scaling: Affine) -> Tensor:
        return _quotient(*_difference(positions, scaling.offset), scaling.scale)

    def unscaled(self, values: Tensor, scaling: Affine, given: NumberType) -> Tensor:
        coarse, fine = _split_float64(scaling.offset)
        near_zero = ops.add(ops.multiply(values, scaling.scale.astype(np.float32)), fine)
        # Subtracted: the converter fuses additions into the sum before, whose terms would then lose digits.
        return ops.subtract(near_zero, -coarse)

    def waves(self, values: Tensor, waves: Floats) -> Tensor:
        columns = [self.column(values, axis) for axis in range(len(waves))]
        return _multiplied_and_added(columns, waves) * np.float32(2 * pi)

    def hashed(self, indices: Sequence[Tensor], factors: Sequence[int], largest: int, size: int) -> Tensor:
        """Hash by digits in base 256: products are looked up, digits combined by xor, and each digit weighted
        by its place value modulo `size`."""
        count = -(-(largest * max(factors)).bit_length() // 8)
        combined = None
        for index, factor in zip(indices, factors, strict=True):
            products = np.arange(largest + 1, dtype=np.int64)[:, np.newaxis] * factor
            digits = (products >> (8 * np.arange(count))) & 255
            own = ops.take(digits.astype(np.int32), index[:, 0], axis=0)
            combined = own if combined is None else ops.bitwise_xor(combined, own)
        values = np.array([256**digit % size for digit in range(count)], np.int32)
        return ops.mod(ops.sum(ops.multiply(combined, values), axis=1, keepdims=True), size)
