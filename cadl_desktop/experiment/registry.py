"""Registry of the catalog: entries, their parameters and traits, and references to their functions.

An entry has a title, parameters and a reference 'module:function' to the function that computes it, so that
reading the catalog never imports TensorFlow. Forms, command line, `check` and file format are generated from
it. Another package adds entries through the entry-point group 'cadl_desktop.catalog': a function without
arguments that calls `register`.

Titles and help are plain English and shown unchanged.
"""

import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from cadl_desktop.experiment.part import Part, Value
from cadl_desktop.system.safe_start import is_safe

Role = Literal["hidden", "first", "last", "bias", "table", "normalisation"]
"""Role of a weight, by which an optimizer may treat it: matrix between hidden layers, of the first layer or
of the output ('last'); bias; table that is looked up by index; scale or shift of a normalisation."""
Kind = Literal["matrix", "bias", "table", "normalisation"]
"""Kind of a weight within its column: a role, but 'matrix' where the role depends on the column's place."""


@dataclass(frozen=True)
class Weight:
    """Shape and role of one of the arrays that a network learns."""

    shape: tuple[int, ...]
    role: Role


Settings = Mapping[str, Any]
"""Settings of an activation, by name."""
Range = tuple[float, float]


def _unbounded(settings: Settings) -> Range:
    return -math.inf, math.inf


@dataclass(frozen=True)
class Activation:
    """Traits of an activation's shape. Nothing is concluded from traits that are left at their defaults."""

    bounds: Callable[[Settings], Range] = _unbounded
    """Least and greatest value."""
    symmetry: Literal["odd", "even", "none"] = "none"
    """Odd: f(-x) = -f(x); even: f(-x) = f(x)."""
    saturates: Callable[[Settings], Range] | None = None
    """Values below and above which the slope is less than 6 % of the steepest (for tanh 0.97)."""
    dies: bool = False
    """Whether a neuron that is 0 for all samples stops learning, since its slope is 0 where its value is."""
    bends: bool = True
    """Whether it is nonlinear."""
    keeps_positive: bool = False
    """Whether it is the identity for 0 and positive numbers."""
    leaks: bool = False
    """Whether it is a straight line below 0, with the layer's setting `slope`."""
    initialiser: str = "xavier"
    """Recommended initialiser, which the diagnosis names."""
    reach: float = 3.2
    """Largest |x| in its icon."""
    drawn: tuple[tuple[str, Any], ...] = ()
    """Settings in its icon, where the defaults give too dense a curve."""


NO_TRAITS = Activation()


Category = Literal[
    "dataset",
    "encoding",
    "layer",
    "output",
    "activation",
    "initialiser",
    "cost",
    "optimizer",
    "schedule",
    "input_scaling",
    "target_scaling",
]
BY_NAME: tuple[Category, ...] = ("cost", "input_scaling", "target_scaling")
"""Categories from which an experiment chooses by name alone, so that their entries can't have settings."""


@dataclass(frozen=True)
class Parameter:
    """Setting of an entry: its type, its limits, and its title and help.

    `kind` decides which control a form shows. A 'choice' takes its choices from `choices`, either a tuple of
    names or the name of a category. The `maximum` of a 'text' is its length in characters.
    """

    name: str
    title: str
    kind: Literal["int", "float", "bool", "choice", "text", "picture", "mask", "points"]
    default: Value
    help: str
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] | Category = ()
    logarithmic: bool = False
    hundred: float = 0.0
    """Value that is read and written as 100 %, where the setting is a share."""
    only_when: tuple[str, *tuple[Value, ...]] | None = None
    """Name of another setting of the same part, followed by the values of it for which this setting has an
    effect. Forms hide it otherwise."""
    newer: bool = False
    """Whether earlier versions of the program don't know the setting. Files omit it at its default."""
    initial_only: bool = False
    """Layers, outputs, initialisers: whether only the initial weights depend on it. Networks that differ in
    nothing else share their compiled functions."""
    describes: bool = False
    """Datasets: whether the setting only says what the numbers mean, not what is learned."""
    always_written: bool = False
    """Whether files contain the setting even where no entry is chosen that has it, as files always did."""

    def choice_names(self) -> tuple[str, ...]:
        if isinstance(self.choices, str):
            return tuple(entries(self.choices))
        return self.choices

    def matters(self, settings: Mapping[str, object]) -> bool:
        """Tells whether it has any effect in a part with these settings."""
        if self.only_when is None:
            return True
        name, *values = self.only_when
        return settings.get(name) in values


@dataclass(frozen=True)
class Entry:
    """Something that can be chosen. `computes` is 'module:function', with a signature set by the category."""

    kind: str
    title: str
    help: str
    computes: str
    own: tuple[Parameter, ...] = ()
    """Parameters of the entry itself. Those of the entries chosen in them are added by `parameters`."""
    script: str = ""
    """'module:function' that returns its code for an exported script."""
    exported: str = ""
    """Encodings, layers, activations: 'module:function' that adds it to an exported network."""
    curve: str = ""
    """Activations, initialisers: 'module:function' of its icon's curve, (numbers, settings) -> numbers."""
    columns: tuple[int, int] = (0, 0)
    """Datasets: how many numbers an input and a target have."""
    makes: Literal["curve", "picture", "pictures"] = "curve"
    """Datasets: what the trained network generates."""
    pictures: Callable[[Part], int] | None = None
    """Datasets that make 'pictures': counts them; required for registration."""
    samples: Callable[[Part], int] | None = None
    """Datasets: number of samples; None where it is unknown without reading them."""
    problems: Callable[[Part], Iterator[tuple[str, str]]] | None = None
    """Datasets: problems of settings that are valid one by one, as (setting, sentence)."""
    memories: int = 0
    """Optimizers: how many numbers are stored for each weight (slots)."""
    step: Callable[[Part, float, Sequence[Weight]], float] | None = None
    """Optimizers: size of a step at rate 1, for gradients of this size that stay the same; both are root mean
    squares over all these weights. None where it can't be predicted."""
    lasts: Callable[[Part], float] | None = None
    """Schedules: number of epochs after which the effect is visible; None where it can't be predicted."""
    width: Callable[[int, Part], int] | None = None
    """Encodings and layers: number of outputs for a number of inputs. Without it both are the same."""
    shapes: Callable[[int, int, Part], list[tuple[int, ...]]] | None = None
    """Encodings, layers, outputs: weight shapes for these numbers of inputs and outputs; without it none."""
    starts: str = ""
    """'module:function' that draws the initial weights: (random, their shapes, part) -> arrays."""
    kinds: tuple[Kind, ...] = ()
    """Encodings, layers, outputs: kind of each weight; by default 'matrix' for two dimensions, else
    'bias'."""
    joins_encoded: bool = False
    """Layers: whether the encoded inputs are appended to the output."""
    keeps: float = 1.0
    """Layers: numbers that the backward pass keeps in memory for each output."""
    activation: Activation = NO_TRAITS
    """Activations: traits of its shape."""
    brings: tuple[tuple[str, Value], ...] = ()
    """Activations: defaults of a layer's other settings that change where this activation is chosen."""
    biases: str = ""
    """Initialisers: 'module:function' of values added to the first biases, (random, inputs, outputs, layer)
    -> (outputs,)."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """All settings: each choice from the catalog is followed by the settings of all of its choices."""
        return tuple(parameter for own in self.own for parameter in (own, *_choice_parameters(own)))

    @property
    def looks_up(self) -> bool:
        """Whether the weights contain a table that is looked up by index."""
        return "table" in self.kinds

    def load(self) -> Callable[..., Any]:
        """Imports and returns the function that computes this entry."""
        return load_reference(self.computes)

    def parameter(self, name: str) -> Parameter:
        """Returns the parameter of this name. Raises KeyError where there is none."""
        return {parameter.name: parameter for parameter in self.parameters}[name]

    def settings_of(self, part: Part) -> dict[str, Any]:
        """Returns this entry's settings, read from a part in which it is chosen."""
        settings = part.as_dict()
        return {own.name: settings.get(own.name, own.default) for own in self.own}

    def part(self, /, **settings: Value) -> Part:
        """Returns a part of this kind with the defaults, changed by `settings`."""
        return Part(self.kind, tuple((self._defaults(settings) | settings).items()))

    def changed(self, part: Part, name: str, value: Value) -> Part:
        """Returns the part with a changed setting. Others at their defaults take those of a new choice."""
        settings = part.as_dict()
        was, now = self._defaults(settings), self._defaults(settings | {name: value})
        brought = {key: now[key] for key in now if now[key] != was[key] == settings.get(key)}
        return part.has(**(brought | {name: value}))

    def written(self, settings: Mapping[str, Value]) -> dict[str, Value]:
        """Returns the settings that a file contains: not the defaults of newer settings or of entries that
        aren't chosen, since other versions of the program may not know them."""
        unwritten = {
            parameter.name
            for own in self.own
            for parameter in _choice_parameters(own)
            if not parameter.always_written and not parameter.matters(settings)
        }
        unwritten |= {own.name for own in self.own if own.newer}
        unwritten = {name for name in unwritten if settings.get(name) == self.parameter(name).default}
        return {name: value for name, value in settings.items() if name not in unwritten}

    def _defaults(self, settings: Mapping[str, Value]) -> dict[str, Value]:
        found = {parameter.name: parameter.default for parameter in self.parameters}
        for own in self.own:
            chosen = _chosen_entry(own, settings.get(own.name, found[own.name]))
            if chosen is not None:
                found |= {parameter.name: parameter.default for parameter in chosen.own}
                found |= dict(chosen.brings)
        return found


def _chosen_entry(parameter: Parameter, kind: Value) -> Entry | None:
    """Returns the entry that a parameter with choices from the catalog refers to, else None."""
    if not isinstance(parameter.choices, str) or not isinstance(kind, str):
        return None
    return entries(parameter.choices).get(kind)


def _choice_parameters(parameter: Parameter) -> tuple[Parameter, ...]:
    """Returns the settings of all entries that a parameter can choose, shared ones once."""
    if not isinstance(parameter.choices, str):
        return ()
    return _merged_parameters(parameter.name, parameter.choices, tuple(entries(parameter.choices)))


@cache  # keyed by names, since entries are never replaced; forms and checks need it at every edit
def _merged_parameters(name: str, category: Category, kinds: tuple[str, ...]) -> tuple[Parameter, ...]:
    found: dict[str, Parameter] = {}
    for kind in kinds:
        for own in entry(category, kind).own:
            known = found.get(own.name, own)
            others = known.only_when[1:] if known.only_when else ()
            found[own.name] = replace(known, only_when=(name, *others, kind))
    return tuple(found.values())


def load_reference(reference: str) -> Callable[..., Any]:
    """Imports and returns the function that 'module:function' names."""
    module, _, function = reference.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), function)
    return found


PLUGINS = "cadl_desktop.catalog"
"""Group of entry points through which other packages register entries."""

_entries: dict[Category, dict[str, Entry]] = {}


def register(category: Category, entry: Entry) -> None:
    """Adds an entry. Raises ValueError where its name is taken, for a dataset of many pictures without their
    number, and for settings that no experiment could have."""
    known = _entries.setdefault(category, {})
    if entry.makes == "pictures" and entry.pictures is None:
        raise ValueError(f"the {category} '{entry.kind}' makes pictures but does not say how many")
    if entry.kind in known:
        raise ValueError(f"the catalog already has a {category} named '{entry.kind}'")
    if category in BY_NAME and entry.own:
        raise ValueError(
            f"the {category} '{entry.kind}' has settings, which nobody could choose; register one entry for "
            "each choice"
        )
    for parameter in entry.own:
        if _is_name_taken(category, parameter):
            raise ValueError(
                f"the {category} '{entry.kind}' has a setting '{parameter.name}', which means something else "
                "already; give it another name"
            )
    known[entry.kind] = entry


def _is_name_taken(category: Category, parameter: Parameter) -> bool:
    """Tells whether a setting of an entry would clash with another setting of the same name in the same part.
    Entries of one category may share a setting, with different defaults."""
    hosts = [
        host
        for known in _entries.values()
        for host in known.values()
        if any(own.choices == category for own in host.own)
    ]
    chosen_there = [
        own
        for host in hosts
        for choice in host.own
        for other in (_entries.get(choice.choices, {}).values() if isinstance(choice.choices, str) else ())
        for own in other.own
    ]
    return parameter.name in {own.name for host in hosts for own in host.own} or any(
        own.name == parameter.name and own != replace(parameter, default=own.default) for own in chosen_there
    )


def entries(category: Category) -> dict[str, Entry]:
    """Returns all entries of a category by name, in the order in which they are shown."""
    _load_plugins()
    return _entries[category]


def entry(category: Category, kind: str) -> Entry:
    """Returns an entry. Raises KeyError where the catalog has no such entry."""
    return entries(category)[kind]


def part(category: Category, kind: str, **settings: Value) -> Part:
    """Returns a part with the catalog's defaults, changed by `settings`."""
    return entry(category, kind).part(**settings)


@cache
def _load_plugins() -> None:
    if not is_safe() and any(PLUGINS in path.read_text(errors="replace") for path in _entry_point_files()):
        # Imported only where there is a plug-in: it takes as long as all other imports of this package.
        from importlib.metadata import entry_points

        for point in entry_points(group=PLUGINS):
            point.load()()


def _entry_point_files() -> Iterator[Path]:
    for folder in sys.path:
        yield from Path(folder).glob("*-info/entry_points.txt")


@dataclass(frozen=True)
class ChosenActivation:
    """Activation of a layer, with its settings there; `declared` are the traits from its entry."""

    title: str
    declared: Activation
    settings: Settings

    @property
    def bounds(self) -> Range:
        """Least and greatest value."""
        return self.declared.bounds(self.settings)

    @property
    def ends(self) -> Range | None:
        """Values below and above which it is saturated; None where it never is."""
        return self.declared.saturates(self.settings) if self.declared.saturates else None


def activation_of(part: Part) -> ChosenActivation | None:
    """Returns the activation of a layer; None where it has none, or one that the catalog doesn't know."""
    known = entries("activation").get(str(part.as_dict().get("activation")))
    return ChosenActivation(known.title, known.activation, known.settings_of(part)) if known else None
