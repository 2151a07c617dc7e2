"""What a `Probed` says of the network's columns: whose weights are whose, and who has fallen silent."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import ChosenActivation, Range, activation_of
from cadl_desktop.experiment.shapes import is_encoded, widths
from cadl_desktop.runs.events import Floats, Probed
from cadl_desktop.runs.weights import between, by_column, fit

_USUAL = 3.0
"""How many times the usual weight is a large one."""


@dataclass(frozen=True, eq=False)
class Column:
    """One column of neurons as it was probed.

    `values` is (neurons, places); `weights` is (neurons before, neurons), None where it has none such;
    `bias` is (neurons,), None where it has none. `activation` is what made its values, None where nothing
    did or where they are no longer in its range (the output, told in the target's units).
    """

    values: Floats
    weights: Floats | None = None
    bias: Floats | None = None
    activation: ChosenActivation | None = None
    paired: bool = False
    """Whether each neuron hears only the one beside it, and not all of those before."""

    @cached_property
    def peaks(self) -> Floats:
        """The largest finite value of each neuron, up or down, (neurons,)."""
        peaks: Floats = np.abs(self.values).max(axis=1)
        if not np.isfinite(peaks).all():
            peaks = np.abs(np.nan_to_num(self.values, posinf=0.0, neginf=0.0)).max(axis=1)
        return peaks

    @cached_property
    def means(self) -> Floats:
        """What each neuron gives on average, (neurons,); no finite number where it gives none somewhere."""
        return _means(self.values)

    @cached_property
    def activity(self) -> Floats:
        """How much each neuron gives over all places, up or down, (neurons,); 0 where that is no finite
        number."""
        return np.nan_to_num(_means(np.abs(self.values)), posinf=0.0, neginf=0.0)

    @cached_property
    def weight_scale(self) -> float:
        """What counts as a large weight here: 1 where there is none. A few that are much larger than all
        others don't make those small."""
        if self.weights is None or not self.weights.size:
            return 1.0
        flat = self.weights.ravel()
        usual = float(np.sqrt(flat @ flat / flat.size))
        if not np.isfinite(usual):
            return 1.0
        return min(_USUAL * usual, float(max(flat.max(), -flat.min()))) or 1.0

    @cached_property
    def idle(self) -> Floats | None:
        """At which share of the places each neuron hears no small change of its inputs, (neurons,): a relu
        at 0, a tanh or sigmoid at its ends. None for an activation that has no such range."""
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
        """Whether a neuron that is idle gives 0."""
        return self.activation is not None and self.activation.declared.dies

    @cached_property
    def always_idle(self) -> int:
        """How many neurons are idle at every place."""
        return 0 if self.idle is None else int((self.idle == 1).sum())


def _means(values: Floats) -> Floats:
    """Of each row. The sum of one that diverges may be too large for a float32, where the mean is not."""
    with np.errstate(over="ignore", invalid="ignore"):
        means: Floats = values.mean(axis=1)
        if not np.isfinite(means).all():
            means = values.mean(axis=1, dtype=np.float64).astype(np.float32)
    return means


def saturated(values: Floats, ends: Range) -> NDArray[np.bool_]:
    """Which values of an activation lie at its ends or beyond."""
    low, high = ends
    found: NDArray[np.bool_] = (values <= low) | (values >= high)
    return found


def is_of(experiment: Experiment, probed: Probed) -> bool:
    """Whether the network that was probed has the columns and weights of this experiment's."""
    try:
        counts = widths(experiment)
    except (KeyError, ValueError):  # an unknown part, which `check` has told
        return False
    before = int(is_encoded(experiment))
    return (
        [len(values) for values in probed.columns[before:]] == counts
        and len(probed.columns) == before + len(counts)
        and fit(experiment, probed.weights)
    )


def columns_of(experiment: Experiment, probed: Probed) -> tuple[Column, ...]:
    """The columns from left to right: inputs, encoding where there is one, layers, output.

    Nothing where another network was probed.
    """
    if not is_of(experiment, probed):
        return ()
    sides = 1 + is_encoded(experiment)
    columns = [Column(values) for values in probed.columns[:sides]]
    owned = by_column(experiment, probed.weights)[1:]
    for values, part, own in zip(probed.columns[sides:], (*experiment.layers, None), owned, strict=True):
        columns.append(_column(values, part, own, len(columns[-1].values)))
    return tuple(columns)


def _column(values: Floats, layer: Part | None, arrays: Sequence[Floats], before: int) -> Column:
    """`layer` is None for the output, `before` how many neurons the column before has."""
    weights = between(arrays, before, len(values))
    has_bias = weights is not None and len(arrays) > 1 and arrays[1].shape == (len(values),)
    return Column(
        values,
        weights=weights,
        bias=arrays[1] if has_bias else None,
        activation=activation_of(layer) if layer else None,
        paired=weights is None and len(values) > 1,
    )
