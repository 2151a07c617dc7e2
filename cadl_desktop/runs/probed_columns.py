"""Columns of neurons as they were probed, with their weights and the share of inputs at which each neuron is
idle."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import ChosenActivation, Range, activation_of
from cadl_desktop.experiment.shapes import is_encoded, widths
from cadl_desktop.runs.events import BackwardPass, Floats, Probed
from cadl_desktop.runs.network_weights import between, by_column, weights_fit

_USUAL = 3.0
"""Multiple of the root mean square that counts as a large weight."""


@dataclass(frozen=True, eq=False)
class Column:
    """Column of neurons as it was probed.

    `values` is (neurons, places); `weights` is (neurons before, neurons), None without such; `bias` is
    (neurons,), None without one. `activation` produced the values; None without one, and where they are no
    longer in its range (the output, in the target's units). `paired`: each neuron reads only the one at its
    place, not all of the column before.
    """

    values: Floats
    weights: Floats | None = None
    bias: Floats | None = None
    activation: ChosenActivation | None = None
    paired: bool = False

    @cached_property
    def _highs(self) -> Floats:
        """Largest value of each neuron, (neurons,)."""
        highs: Floats = self.values.max(axis=1)
        return highs

    @cached_property
    def _lows(self) -> Floats:
        """Smallest value of each neuron, (neurons,)."""
        lows: Floats = self.values.min(axis=1)
        return lows

    @cached_property
    def peaks(self) -> Floats:
        """Largest finite absolute value of each neuron, (neurons,)."""
        peaks: Floats = np.maximum(self._highs, -self._lows)
        if not np.isfinite(peaks).all():
            peaks = np.abs(np.nan_to_num(self.values, posinf=0.0, neginf=0.0)).max(axis=1)
        return peaks

    @cached_property
    def means(self) -> Floats:
        """Mean value of each neuron, (neurons,); not finite where one of its values is not."""
        return _means(self.values)

    @cached_property
    def activity(self) -> Floats:
        """Mean absolute value of each neuron, (neurons,); 0 where that is not finite."""
        means = self.means if (self._lows >= 0).all() else _means(np.abs(self.values))
        return means if np.isfinite(means).all() else np.nan_to_num(means, posinf=0.0, neginf=0.0)

    @cached_property
    def weight_scale(self) -> float:
        """Size of a large weight here; 1 without weights. A few outliers do not make the others appear
        small."""
        if self.weights is None or not self.weights.size:
            return 1.0
        flat = self.weights.ravel()
        usual = float(np.sqrt(flat @ flat / flat.size))
        if not np.isfinite(usual):
            return 1.0
        return min(_USUAL * usual, float(max(flat.max(), -flat.min()))) or 1.0

    @cached_property
    def idle(self) -> Floats | None:
        """Share of the places at which each neuron is idle, insensitive to small changes of its inputs,
        (neurons,): a ReLU at 0, a tanh or sigmoid at its ends. None for an activation without such a
        range."""
        if self.activation is None:
            return None
        if self.dies:
            idle = self.values <= 0
        elif ends := self.activation.ends:
            idle = saturated(self.values, ends)
        else:
            return None
        shares: Floats = idle.mean(axis=1, dtype=np.float32)
        return shares

    @property
    def dies(self) -> bool:
        """Whether an idle neuron outputs 0."""
        return self.activation is not None and self.activation.declared.dies

    @cached_property
    def dead(self) -> NDArray[np.bool_]:
        """Mask of the neurons that output 0 at every place as they are idle, (neurons,)."""
        found: NDArray[np.bool_] = (self._highs <= 0) & self.dies
        return found

    @cached_property
    def always_idle(self) -> int:
        """Number of neurons that are idle at every place."""
        return 0 if self.idle is None else int((self.idle == 1).sum())


class GradientColumn(Column):
    """Column of a `BackwardPass`: gradients by the outputs in place of `values`, by weights and biases in
    place of these. Lines are as strong as the gradients by their weights, wherever they come from."""

    @cached_property
    def means(self) -> Floats:
        """Gradient by each neuron's output, summed over the batch, (neurons,)."""
        with np.errstate(over="ignore", invalid="ignore"):
            sums: Floats = self.values.sum(axis=1)
        return sums

    @cached_property
    def activity(self) -> Floats:
        return np.ones(len(self.values), np.float32)


def _means(values: Floats) -> Floats:
    """Mean of each row, in double precision where the sum overflows float32."""
    with np.errstate(over="ignore", invalid="ignore"):
        means: Floats = values.mean(axis=1)
        if not np.isfinite(means).all():
            means = values.mean(axis=1, dtype=np.float64).astype(np.float32)
    return means


def saturated(values: Floats, ends: Range) -> NDArray[np.bool_]:
    """Mask of the values at or beyond an activation's ends."""
    low, high = ends
    found: NDArray[np.bool_] = (values <= low) | (values >= high)
    return found


def matches_network(experiment: Experiment, probed: Probed) -> bool:
    """Whether the probed network has the columns and weights of this experiment's."""
    try:
        counts = widths(experiment)
    except (KeyError, ValueError):  # an unknown part, which `check` reports
        return False
    before = int(is_encoded(experiment))
    return (
        [len(values) for values in probed.columns[before:]] == counts
        and len(probed.columns) == before + len(counts)
        and weights_fit(experiment, probed.weights)
    )


def columns_of(experiment: Experiment, probed: Probed) -> tuple[Column, ...]:
    """Columns from left to right: inputs, encoding if any, layers, output. Empty where another network was
    probed."""
    if not matches_network(experiment, probed):
        return ()
    return _columns(Column, experiment, probed.columns, probed.weights, (*experiment.layers, None))


def gradient_columns(experiment: Experiment, backward: BackwardPass) -> tuple[Column, ...]:
    """Columns of a backward pass, as `columns_of`, of the network that it is of."""
    layers = (None,) * (len(experiment.layers) + 1)  # gradients are in no activation's range
    return _columns(GradientColumn, experiment, backward.columns, backward.gradients, layers)


def _columns(
    kind: type[Column],
    experiment: Experiment,
    every: Sequence[Floats],
    weights: Sequence[Floats],
    layers: Sequence[Part | None],
) -> tuple[Column, ...]:
    sides = 1 + is_encoded(experiment)
    columns = [kind(values) for values in every[:sides]]
    owned = by_column(experiment, weights)[1:]
    for values, part, own in zip(every[sides:], layers, owned, strict=True):
        columns.append(_column(kind, values, part, own, len(columns[-1].values)))
    return tuple(columns)


def _column(
    kind: type[Column], values: Floats, layer: Part | None, arrays: Sequence[Floats], before: int
) -> Column:
    """Column of a layer, or where `layer` is None one whose values are in no activation's range; `before` is
    the number of neurons in the column before."""
    weights = between(arrays, before, len(values))
    has_bias = weights is not None and len(arrays) > 1 and arrays[1].shape == (len(values),)
    return kind(
        values,
        weights=weights,
        bias=arrays[1] if has_bias else None,
        activation=activation_of(layer) if layer else None,
        paired=weights is None and len(values) > 1,
    )
