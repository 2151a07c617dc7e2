"""Transfer of learned weights to an edited network, which starts as the same function where possible.

After Net2Net (Chen, Goodfellow and Shlens, 2016): a wider layer gets copies of its neurons, between which the
next layer splits its weights; a new layer passes its inputs on. Copies get unequal shares of the split
weights instead of noise, so that the function stays the same and they still learn different things.
"""

from dataclasses import replace
from functools import cache
from math import inf, prod

import msgspec
import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.pictures.masks import only_reveals
from cadl_desktop.experiment.catalog.dataset_entries import trained_size
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.model import (
    Experiment,
    data_differ_only_in_hiding,
    learned_data,
    network_of,
    structure_of,
    unfrozen,
)
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import activation_of
from cadl_desktop.experiment.shapes import widths
from cadl_desktop.runs.changes import (
    INITIAL_WEIGHTS,
    OTHER_SETTINGS,
    PIXELS_SHOWN,
    activation_changed,
    layer_added,
    layer_resized,
)
from cadl_desktop.runs.events import Floats, RunState
from cadl_desktop.runs.network_weights import by_column, shapes_of, weights_of

LayerMatches = tuple[int | None, ...]
"""Index of the earlier layer for each layer of the edited network; None for a new one."""

MOST_NEGATIVE = 0.2
"""Share of negative sums up to which a new layer can pass on what a leaky one gives it: at 0.1 the cost of
the next epoch was at most 1.1 times the last one's, amid and after trainings by the default method."""
_LIFT = 6.0
"""Bias that lifts negative inputs of a new layer, as a multiple of their share and of the norm of the weights
behind them. At 3 the cost of the next epoch rose by half after the end of a training, at 30 amid one."""
_PASS_THROUGH = ("dropout", "skip", "layer normalisation")
"""Layers whose neurons correspond to those of the layer before; a skip adds others after them."""


def carry_over(before: Experiment, after: Experiment, state: RunState) -> RunState | None:
    """State from which `after` continues where `before` stands; None where it has to start anew.

    `state` belongs to `before`; both experiments have passed `check`. A narrower layer loses its least
    important neurons, with their own weights and no others. Optimizer slots move with their weights. A pure
    function of its arguments.
    """
    places = _matched_layers(before, after)
    if places is None:
        return None
    network = _EditedWeights(before, state.latest, np.random.default_rng([after.seed, 3, state.latest.step]))
    kept = [after.layers[place] for place, index in enumerate(places) if index is not None]
    for number, part in enumerate((*kept, after.output)):
        network.apply_settings(number, part)
    units = {number: int(part["units"]) for number, part in enumerate(kept) if _is_dense(part)}
    # Narrower ones first: two wide neighbours would, for a moment, have far more weights between them than
    # either network has.
    order = sorted(units, key=lambda number: units[number] > network.units(number))
    fits = all(network.resize(number, units[number]) for number in order)
    for number, part in enumerate(after.layers):
        if fits and places[number] is None:
            network.insert(
                number, part, widths(after)[number], negative=_least_negative(after.layers[:number])
            )
            fits = network.resize(number, int(part["units"]))
    return network.state(after) if fits else None


def without_neuron(experiment: Experiment, state: RunState, layer: int, neuron: int) -> RunState | None:
    """State of the network without one neuron of a dense layer: the neuron's weights and those that read it
    are removed, and nothing else changes. None where the state does not fit the network."""
    units = int(experiment.layers[layer]["units"])
    network = _EditedWeights(experiment, state.latest, np.random.default_rng(0))
    network.select(layer, np.delete(np.arange(units), neuron))
    layers = list(experiment.layers)
    layers[layer] = layers[layer].has(units=units - 1)
    return network.state(msgspec.structs.replace(experiment, layers=tuple(layers)))


def only_shows_pixels(before: Experiment, after: Experiment) -> bool:
    old, new = before.data, after.data
    return data_differ_only_in_hiding(old, new) and only_reveals(old, new, *trained_size(new))


def keeps_cost(before: Experiment, after: Experiment) -> bool:
    """Whether a transferred network has the cost of before: not where neurons were lost or pixels added, or a
    new layer bends what it passes on."""
    places = _matched_layers(before, after) or ()
    kept = [
        (before.layers[place], after.layers[number])
        for number, place in enumerate(places)
        if place is not None
    ]
    new = [number for number, place in enumerate(places) if place is None]
    if any(
        _activation_bends(after.layers[number]) and _least_negative(after.layers[:number]) for number in new
    ):
        return False
    kept.append((before.output, after.output))
    return learned_data(before.data) == learned_data(after.data) and all(
        _units(old) <= _units(new) and _activation(old) == _activation(new) for old, new in kept
    )


def can_carry_over(before: Experiment, after: Experiment) -> bool:
    """Whether an edited network keeps what was learned, as far as its layers decide that."""
    return _matched_layers(before, after) is not None


def differ_only_at_start(before: Experiment, after: Experiment) -> bool:
    """Whether two experiments differ only in how their first weights are drawn."""
    like_before = msgspec.structs.replace(after, layers=before.layers, output=before.output)
    return (
        structure_of(before) != structure_of(after)
        and structure_of(before) == structure_of(like_before)
        and network_of(before) == network_of(after)
    )


def why_not_carried(before: Experiment, after: Experiment) -> str:
    """Sentence that says which edit made a network start anew, where `carry_over` returns None."""
    edits = {
        "Another seed": before.seed != after.seed,
        "Other data": learned_data(before.data) != learned_data(after.data),
        "Another share for validation": before.validation != after.validation,
        "Another scaling": (before.input_scaling, before.target_scaling)
        != (after.input_scaling, after.target_scaling),
        "Another network size": _is_resized(before, after),
        "Another encoding": before.encoding != after.encoding,
    }
    subject = next((words for words, differs in edits.items() if differs), "This change of the layers")
    return f"{subject} can't keep what was learned: the network begins anew."


def _is_resized(before: Experiment, after: Experiment) -> bool:
    """Whether the same method gives the network another share of the picture's numbers."""
    shares = before.parameters, after.parameters
    return before.encoding.kind == after.encoding.kind and None not in shares and shares[0] != shares[1]


def change_in_words(before: Experiment, after: Experiment) -> str:
    """Description of a structural edit that can be carried over: '64 → 80 neurons in layer 2'."""
    words = [PIXELS_SHOWN] if data_differ_only_in_hiding(before.data, after.data) else []
    for number, place in enumerate(_matched_layers(before, after) or ()):
        if place is None:
            words.append(layer_added(number + 1))
        elif _units(before.layers[place]) != _units(after.layers[number]):
            was, now = _units(before.layers[place]), _units(after.layers[number])
            words.append(layer_resized(number + 1, was, now))
        if place is not None and _activation(before.layers[place]) != _activation(after.layers[number]):
            words.append(activation_changed(_activation(after.layers[number]), number + 1))
    if _activation(before.output) != _activation(after.output):
        words.append(activation_changed(_activation(after.output), None))
    others = INITIAL_WEIGHTS if differ_only_at_start(before, after) else OTHER_SETTINGS
    return ", ".join(words or [others])


class _EditedWeights:
    """Weights by column, layers first and the output last, with their optimizer slots. Weights of an encoding
    are kept apart and unchanged.

    An array is (1 + slots, ...): the weights themselves, then each of their slots.
    """

    def __init__(self, experiment: Experiment, state: RunState, random: np.random.Generator) -> None:
        memories = weights_of(experiment, state.slots)
        arrays = [
            np.concatenate([own[None], memory]).astype(np.float32, copy=False)
            for own, memory in zip(state.weights, memories, strict=True)
        ]
        self._parts = [*experiment.layers, experiment.output]
        self._encoding, *self._columns = by_column(experiment, arrays)
        self._before = state
        self._random = random
        self._fresh = np.array([0.0, *(_initial_slot(memory) for memory in state.slots)], np.float32)

    def apply_settings(self, number: int, part: Part) -> None:
        """Applies changes of a column other than its width, such as a new bias."""
        self._parts[number] = part
        column = self._columns[number]
        if len(column) == 1 and part.as_dict().get("bias"):
            column.append(self._new((column[0].shape[-1],)))

    def insert(self, number: int, part: Part, inputs: int, *, negative: float) -> None:
        """Inserts a dense layer that passes its inputs on. Of those that may be `negative` by that share of
        their sums, each is moved above 0 by a bias, which the next layer's bias takes back."""
        weights = self._new((inputs, inputs))
        np.fill_diagonal(weights[0], 1.0)
        self._parts.insert(number, part)
        self._columns.insert(number, [weights, self._new((inputs,))] if part["bias"] else [weights])
        reader = self._columns[number + 1]
        if (
            part["bias"]
            and 0 < negative < inf
            and self._parts[number + 1].kind == "dense"
            and len(reader) == 2
        ):
            lift = _LIFT * negative * np.linalg.norm(self._columns[number - 1][0][0], axis=0)
            self._columns[number][1][0] = lift
            reader[1][0] -= lift @ reader[0][0]

    def units(self, number: int) -> int:
        """Present number of neurons of a dense layer."""
        return int(self._columns[number][0].shape[-1])

    def resize(self, number: int, units: int) -> bool:
        """Changes a dense layer's number of neurons. Returns False where the layers after it do not allow
        that."""
        have = self.units(number)
        normalised, reader = self._path(number)
        if units == have:
            return True
        if units < have:
            self.select(number, self._most_important(number, units))
        elif normalised:
            return False  # copies would change the mean
        elif self._parts[reader].kind == "dense":
            self._copy(number, units)
        elif _is_odd(self._parts[number]):
            self._add_opposites(number, units - have)
        else:
            return False
        return True

    def state(self, after: Experiment) -> RunState | None:
        """State of `after`; None where the shapes do not fit it."""
        arrays = [array for column in (self._encoding, *self._columns) for array in column]
        if [array.shape[1:] for array in arrays] != shapes_of(after):
            return None
        memories = len(self._before.slots)
        slots = [array[1:].reshape(memories, prod(array.shape[1:])) for array in arrays]
        weights = tuple(np.ascontiguousarray(array[0]) for array in arrays)
        memory = np.concatenate(slots, axis=1)
        settings = self._before.settings.with_values_of(["frozen"], LiveSettings.of(after))
        return replace(self._before, weights=weights, slots=memory, settings=settings, best=None)

    def select(self, number: int, neurons: NDArray[np.int64]) -> None:
        """Replaces a layer's neurons by a selection of them, possibly with repetitions."""
        have = self.units(number)
        self._columns[number] = [np.take(array, neurons, -1) for array in self._columns[number]]
        normalised, reader = self._path(number)
        for place in normalised:
            self._columns[place] = [_selected(array, -1, have, neurons) for array in self._columns[place]]
        if following := self._columns[reader]:
            following[0] = _selected(following[0], 1, have, neurons)

    def _path(self, number: int) -> tuple[list[int], int]:
        """Normalisation layers that a layer's neurons pass through, and the column that reads them."""
        normalised, reader = [], number + 1
        while self._parts[reader].kind in _PASS_THROUGH:
            if self._columns[reader]:
                normalised.append(reader)
            reader += 1
        return normalised, reader

    def _copy(self, number: int, units: int) -> None:
        have = self.units(number)
        copied = np.resize(self._random.permutation(have), units - have)
        neurons = np.concatenate([np.arange(have), copied])
        self.select(number, neurons)
        outgoing = self._columns[self._path(number)[1]][0][:, :units]
        shares = self._random.uniform(0.5, 1.5, outgoing.shape[1:])
        totals = shares[:have].copy()
        np.add.at(totals, copied, shares[have:])
        outgoing[0] *= shares / totals[neurons]

    def _add_opposites(self, number: int, count: int) -> None:
        """Adds neurons in pairs that cancel in a sum; a single one that is left over gives 0."""
        for place, array in enumerate(self._columns[number]):
            new = self._new((*array.shape[1:-1], count))
            half = self._random.normal(0.0, np.std(array[0]), (*array.shape[1:-1], count // 2))
            new[0, ..., : count // 2], new[0, ..., count // 2 : count // 2 * 2] = half, -half
            self._columns[number][place] = np.concatenate([array, new], axis=-1)

    def _most_important(self, number: int, units: int) -> NDArray[np.int64]:
        """The neurons with the largest weights in and out, in their order."""
        following = self._columns[self._path(number)[1]]
        incoming = np.linalg.norm(self._columns[number][0][0], axis=0)
        outgoing = np.linalg.norm(following[0][0][: len(incoming)], axis=1) if following else 1.0
        return np.sort(np.argsort(-incoming * outgoing, kind="stable")[:units])

    def _new(self, shape: tuple[int, ...]) -> Floats:
        """Zero weights with slots of untrained weights."""
        fresh = self._fresh.reshape(-1, *(1 for _ in shape))
        return np.broadcast_to(fresh, (len(fresh), *shape)).copy()


def _selected(array: Floats, axis: int, have: int, neurons: NDArray[np.int64]) -> Floats:
    """Selection among the first `have` entries of an axis, and all later ones, which a skip has added."""
    beside = np.arange(have, array.shape[axis])
    found: Floats = np.take(array, np.concatenate([neurons, beside]), axis)
    return found


def _initial_slot(memory: Floats) -> float:
    """Slot value for a new weight: 0 for a direction, the mean for a size."""
    return 0.0 if not len(memory) or memory.min() < 0 else float(memory.mean())


def _matched_layers(before: Experiment, after: Experiment) -> LayerMatches | None:
    """Layers of `before` that continue in `after`, as similar as possible; None where the edit cannot be
    carried over."""
    like_before = msgspec.structs.replace(
        after,
        layers=before.layers,
        output=before.output,
        data=before.data if only_shows_pixels(before, after) else after.data,
    )
    if structure_of(like_before) != structure_of(before):
        return None
    if not _is_compatible(before.output, after.output):
        return None

    incoming = widths(after)
    passing = [_can_pass_on(after.layers, number, incoming[number]) for number in range(len(after.layers))]

    @cache
    def best(old: int, new: int) -> tuple[float, LayerMatches]:
        """Least difference between the layers from `old` and `new` on, infinite without a match, and its
        matches."""
        if new == len(after.layers):
            return (0 if old == len(before.layers) else inf), ()
        found: list[tuple[float, LayerMatches]] = []
        if old < len(before.layers) and _is_compatible(before.layers[old], after.layers[new]):
            cost, rest = best(old + 1, new + 1)
            found.append((cost + (before.layers[old] != after.layers[new]), (old, *rest)))
        if len(after.layers) - new > len(before.layers) - old and passing[new]:
            cost, rest = best(old, new + 1)
            found.append((cost + 1, (None, *rest)))
        return min(found, key=lambda each: each[0], default=(inf, ()))

    difference, places = best(0, 0)
    return places if difference < inf else None


def _is_compatible(old: Part, new: Part) -> bool:
    """Whether a column can take over the weights of another one: between dense ones only a bias must not get
    lost; of all others nothing but being frozen may differ."""
    if _is_dense(old) and _is_dense(new):
        return bool(new["bias"] or not old["bias"])
    return unfrozen(old) == unfrozen(new)


def _can_pass_on(layers: tuple[Part, ...], number: int, inputs: int) -> bool:
    """Whether this layer can start as the identity."""
    layer = layers[number]
    chosen = activation_of(layer)
    if chosen is None or not _is_dense(layer) or layer["units"] < inputs:
        return False
    return not chosen.declared.bends or (
        chosen.declared.keeps_positive and _least_negative(layers[:number]) <= MOST_NEGATIVE
    )


def _least_negative(layers: tuple[Part, ...]) -> float:
    """Share of their negative sums that these layers let through, for any weights: 0 after ReLU, the slope
    after a leaky one, infinite where that is unknown."""
    if not layers:
        return inf
    last = layers[-1]
    if last.kind == "sum":
        return _least_negative(layers[:-1])
    chosen = activation_of(last)
    if not _is_dense(last) or chosen is None:
        return inf
    if chosen.bounds[0] >= 0:
        return 0.0
    return abs(float(last["slope"])) if chosen.declared.leaks else inf


def _activation_bends(layer: Part) -> bool:
    chosen = activation_of(layer)
    return chosen is not None and chosen.declared.bends


def _is_odd(layer: Part) -> bool:
    chosen = activation_of(layer)
    return chosen is not None and chosen.declared.symmetry == "odd"


def _activation(layer: Part) -> str:
    """Title of a layer's activation; empty where it has none."""
    chosen = activation_of(layer)
    return chosen.title if chosen else ""


def _units(layer: Part) -> int:
    return int(layer.as_dict().get("units", 0))


def _is_dense(part: Part) -> bool:
    return part.kind == "dense"
