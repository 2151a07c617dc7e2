"""The words of Keras, and of TensorFlow Lite, which is converted from it."""

from collections.abc import Callable, Sequence
from math import pi

import numpy as np

from cadl_desktop.data.scaling import Affine
from cadl_desktop.engine.network.layers import EPSILON
from cadl_desktop.export.networks.float32_pairs import difference, multiplied_and_added, parts, quotient
from cadl_desktop.export.networks.vocabulary import Function, NumberType, Tensor
from cadl_desktop.runs.events import Floats


class KerasOperations:
    """`keras.layers` and `keras.ops` alone, so that bare Keras reads the file."""

    integers = "int64"

    def scaled(self, positions: Tensor, scaling: Affine) -> Tensor:
        from keras import ops

        # In float64, as training did: waves of a high frequency show the last digits of float32.
        shifted = ops.subtract(ops.cast(positions, "float64"), scaling.offset)
        return ops.cast(ops.divide(shifted, scaling.scale), "float32")

    def unscaled(self, values: Tensor, scaling: Affine, given: NumberType) -> Tensor:
        from keras import ops

        stretched = ops.multiply(ops.cast(values, given), scaling.scale.astype(given))
        return ops.add(stretched, scaling.offset.astype(given))

    def dense(self, values: Tensor, weights: Sequence[Floats], name: str, learns: bool = True) -> Tensor:
        from keras.layers import Dense

        layer = Dense(weights[0].shape[1], use_bias=len(weights) > 1, trainable=learns, name=name)
        summed = layer(values)
        layer.set_weights(weights)
        return summed

    def waves(self, values: Tensor, waves: Floats) -> Tensor:
        return self.dense(values, [waves], "waves", learns=False) * (2 * pi)

    def layer_normalisation(
        self, values: Tensor, weights: Sequence[Floats], name: str, learns: bool = True
    ) -> Tensor:
        from keras.layers import LayerNormalization

        layer = LayerNormalization(epsilon=EPSILON, trainable=learns, name=name)
        normalised = layer(values)
        layer.set_weights(weights)
        return normalised

    def dropout(self, values: Tensor, share: float, name: str) -> Tensor:
        from keras.layers import Dropout

        return Dropout(share, name=name)(values)

    def apply(self, function: Function, values: Tensor) -> Tensor:
        from keras import ops

        return getattr(ops, function)(values)

    def clip(self, values: Tensor, low: float, high: float) -> Tensor:
        from keras import ops

        return ops.clip(values, low, high)

    def sum(self, values: Tensor) -> Tensor:
        from keras import ops

        return ops.sum(values, axis=1, keepdims=True)

    def join(self, parts: Sequence[Tensor]) -> Tensor:
        from keras import ops

        return ops.concatenate(list(parts), axis=1)

    def column(self, values: Tensor, index: int) -> Tensor:
        return values[:, index : index + 1]

    def table(self, entries: Floats, name: str) -> Callable[[Tensor], Tensor]:
        from keras.layers import Embedding

        layer = Embedding(*entries.shape, name=name)
        layer.build()
        layer.set_weights([entries])
        return lambda rows: layer(rows[:, 0])

    def whole(self, values: Tensor) -> Tensor:
        from keras import ops

        return ops.cast(values, self.integers)

    def mixed(self, places: Sequence[Tensor], factors: Sequence[int], most: int, size: int) -> Tensor:
        from keras import ops

        products = [place * factor for place, factor in zip(places, factors, strict=True)]
        found = products[0]
        for product in products[1:]:
            found = ops.bitwise_xor(found, product)
        return ops.mod(found, size)


class LiteOperations(KerasOperations):
    """The same with what TensorFlow Lite has: neither float64 nor whole numbers beyond 31 bits."""

    integers = "int32"
    has_waves = False
    """Whether a sine or cosine was asked for."""

    def apply(self, function: Function, values: Tensor) -> Tensor:
        self.has_waves |= function in ("sin", "cos")
        return super().apply(function, values)

    def scaled(self, positions: Tensor, scaling: Affine) -> Tensor:
        return quotient(*difference(positions, scaling.offset), scaling.scale)

    def unscaled(self, values: Tensor, scaling: Affine, given: NumberType) -> Tensor:
        from keras import ops

        coarse, fine = parts(scaling.offset)
        near_zero = ops.add(ops.multiply(values, scaling.scale.astype(np.float32)), fine)
        # Not added: the converter takes that into the sum before it, whose terms then all lose digits.
        return ops.subtract(near_zero, -coarse)

    def waves(self, values: Tensor, waves: Floats) -> Tensor:
        parts = [self.column(values, axis) for axis in range(len(waves))]
        return multiplied_and_added(parts, waves) * np.float32(2 * pi)

    def mixed(self, places: Sequence[Tensor], factors: Sequence[int], most: int, size: int) -> Tensor:
        """By digits: the products are looked up in base 256, mixed digit by digit, and each digit counts as
        much as the remainder of its place value."""
        from keras import ops

        count = -(-(most * max(factors)).bit_length() // 8)
        mixed = None
        for place, factor in zip(places, factors, strict=True):
            products = np.arange(most + 1, dtype=np.int64)[:, np.newaxis] * factor
            digits = (products >> (8 * np.arange(count))) & 255
            own = ops.take(digits.astype(np.int32), place[:, 0], axis=0)
            mixed = own if mixed is None else ops.bitwise_xor(mixed, own)
        values = np.array([256**digit % size for digit in range(count)], np.int32)
        return ops.mod(ops.sum(ops.multiply(mixed, values), axis=1, keepdims=True), size)
