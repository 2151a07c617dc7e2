"""How the catalog works: entries, their parameters, and the way to what computes them.

An entry says what it is called, which parameters it has and, as 'module:function', what computes it, so
that reading the catalog never imports TensorFlow. Forms, command line, `check` and file format follow
from it. Another package adds entries through the entry-point group 'cadl_desktop.catalog': a function
without arguments that calls `register`.

Titles and help are plain English, shown as they are.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from cadl_desktop.experiment.entries.activation import NOTHING_SAID, Activation
from cadl_desktop.experiment.entries.roles import Kind, Weight
from cadl_desktop.experiment.part import Part, Value

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
"""What an experiment chooses by its name alone, so that it can't have settings."""


@dataclass(frozen=True)
class Parameter:
    """One setting of an entry: what it may be, and what to say about it.

    `kind` decides which control a form shows: 'choice' takes its choices from `choices`, either a fixed
    tuple of names or the name of a catalog category; the `maximum` of a 'text' is its most characters.
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
    """Of shares: the value that a person reads and writes as 100 %."""
    only_when: tuple[str, *tuple[Value, ...]] | None = None
    """Matters only when another setting of the same part has one of these values; forms hide it otherwise."""
    newer: bool = False
    """Whether earlier versions of the program don't know it: files leave it out where it has its default."""
    always_written: bool = False
    """Settings of what can be chosen: whether files have it even where nothing is chosen that has it, as they
    always had."""

    def choice_names(self) -> tuple[str, ...]:
        if isinstance(self.choices, str):
            return tuple(entries(self.choices))
        return self.choices

    def matters(self, settings: Mapping[str, object]) -> bool:
        """Whether it has any effect in a part that has these settings."""
        if self.only_when is None:
            return True
        name, *values = self.only_when
        return settings.get(name) in values


@dataclass(frozen=True)
class Entry:
    """One thing that can be chosen. `computes` is 'module:function'; its signature is the category's."""

    kind: str
    title: str
    help: str
    computes: str
    own: tuple[Parameter, ...] = ()
    """The parameters of its own, to which come those of what is chosen in them."""
    script: str = ""
    """'module:function' of the words for it in an exported script."""
    exported: str = ""
    """Encodings, layers, activations: 'module:function' of the words for it in exported networks."""
    curve: str = ""
    """Activations, initialisers: 'module:function' of its icon's curve, (numbers, settings) -> numbers."""
    columns: tuple[int, int] = (0, 0)
    """Datasets: how many numbers an input and a target have."""
    makes: Literal["curve", "picture", "pictures"] = "curve"
    """Datasets: what a network makes that has learned one."""
    pictures: Callable[[Part], int] | None = None
    """Datasets that make pictures, without which they can't be registered: how many."""
    samples: Callable[[Part], int] | None = None
    """Datasets: how many samples there are; None where that can't be said without reading them."""
    problems: Callable[[Part], Iterator[tuple[str, str]]] | None = None
    """Datasets: what is wrong with settings each of which is right by itself, as (setting, sentence)."""
    memories: int = 0
    """Optimizers: how many numbers they remember of each weight."""
    step: Callable[[Part, float, Sequence[Weight]], float] | None = None
    """Optimizers: how large a step at rate 1 comes to be, along gradients of such a size, both the root of
    the mean square over all these weights; None where that can't be said."""
    lasts: Callable[[Part], float] | None = None
    """Schedules: in how many epochs what they do can be seen; None where that can't be said."""
    width: Callable[[int, Part], int] | None = None
    """Encodings and layers: how many numbers come out when so many go in; None keeps their number."""
    shapes: Callable[[int, int, Part], list[tuple[int, ...]]] | None = None
    """Encodings, layers, outputs: shapes of the weights between so many numbers in and out; None has none."""
    starts: str = ""
    """'module:function' that draws the first weights: (random, their shapes, part) -> arrays."""
    kinds: tuple[Kind, ...] = ()
    """Encodings, layers, outputs: what each of the weights is; otherwise those of two dimensions are matrices
    and all others biases."""
    joins_encoded: bool = False
    """Layers: whether the encoded inputs come out too, after what goes in."""
    keeps: float = 1.0
    """Layers: how many numbers lie in memory for each that comes out, while training goes back."""
    activation: Activation = NOTHING_SAID
    """Activations: how it bends."""
    brings: tuple[tuple[str, Value], ...] = ()
    """Activations: settings of a layer that are another by default where this is chosen."""
    biases: str = ""
    """Initialisers: 'module:function' that draws what is added to the first biases:
    (random, inputs, outputs, layer) -> (outputs,)."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Its settings: behind each choice from the catalog stand those of all that can be chosen there."""
        return tuple(parameter for own in self.own for parameter in (own, *_of_the_chosen(own)))

    @property
    def looks_up(self) -> bool:
        """Whether the weights hold a table in which entries are looked up."""
        return "table" in self.kinds

    def load(self) -> Callable[..., Any]:
        """Imports and returns what computes this entry."""
        return loaded(self.computes)

    def parameter(self, name: str) -> Parameter:
        """Raises KeyError where there is no such parameter."""
        return {parameter.name: parameter for parameter in self.parameters}[name]

    def settings_of(self, part: Part) -> dict[str, Any]:
        """The settings of this entry in a part in which it is chosen."""
        settings = part.as_dict()
        return {own.name: settings.get(own.name, own.default) for own in self.own}

    def part(self, /, **settings: Value) -> Part:
        """A part of this kind with the defaults, changed by `settings`."""
        return Part(self.kind, tuple((self._defaults(settings) | settings).items()))

    def changed(self, part: Part, name: str, value: Value) -> Part:
        """The part with another value of a setting. What else still stands at its default takes the one that
        a new choice brings along."""
        settings = part.as_dict()
        was, now = self._defaults(settings), self._defaults(settings | {name: value})
        brought = {key: now[key] for key in now if now[key] != was[key] == settings.get(key)}
        return part.has(**(brought | {name: value}))

    def written(self, settings: Mapping[str, Value]) -> dict[str, Value]:
        """What a file says of these settings: no defaults of what is newer or isn't chosen, which another
        version of the program may not know."""
        unwritten = {
            parameter.name
            for own in self.own
            for parameter in _of_the_chosen(own)
            if not parameter.always_written and not parameter.matters(settings)
        }
        unwritten |= {own.name for own in self.own if own.newer}
        unwritten = {name for name in unwritten if settings.get(name) == self.parameter(name).default}
        return {name: value for name, value in settings.items() if name not in unwritten}

    def _defaults(self, settings: Mapping[str, Value]) -> dict[str, Value]:
        found = {parameter.name: parameter.default for parameter in self.parameters}
        for own in self.own:
            chosen = _chosen(own, settings.get(own.name, found[own.name]))
            if chosen is not None:
                found |= {parameter.name: parameter.default for parameter in chosen.own}
                found |= dict(chosen.brings)
        return found


def _chosen(parameter: Parameter, kind: Value) -> Entry | None:
    """What is chosen from the catalog, where a parameter's choices come from there."""
    if not isinstance(parameter.choices, str) or not isinstance(kind, str):
        return None
    return entries(parameter.choices).get(kind)


def _of_the_chosen(parameter: Parameter) -> tuple[Parameter, ...]:
    """The settings of all that can be chosen for a parameter; one that several of them have stands once."""
    if not isinstance(parameter.choices, str):
        return ()
    return _of_these(parameter.name, parameter.choices, tuple(entries(parameter.choices)))


@cache  # by name: no entry is ever replaced, and forms and checks ask at every edit
def _of_these(name: str, category: Category, kinds: tuple[str, ...]) -> tuple[Parameter, ...]:
    found: dict[str, Parameter] = {}
    for kind in kinds:
        for own in entry(category, kind).own:
            known = found.get(own.name, own)
            others = known.only_when[1:] if known.only_when else ()
            found[own.name] = replace(known, only_when=(name, *others, kind))
    return tuple(found.values())


def loaded(reference: str) -> Callable[..., Any]:
    """Imports and returns what 'module:function' names."""
    module, _, function = reference.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), function)
    return found


PLUGINS = "cadl_desktop.catalog"
"""The group of entry points by which another package registers what it has."""

_entries: dict[Category, dict[str, Entry]] = {}


def register(category: Category, entry: Entry) -> None:
    """Adds an entry. Raises ValueError when the name is taken, as nothing is replaced in silence, for a
    dataset of many pictures that doesn't say how many, and for settings that no experiment could have."""
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
        if _means_something_else(category, parameter):
            raise ValueError(
                f"the {category} '{entry.kind}' has a setting '{parameter.name}', which means something else "
                "already; give it another name"
            )
    known[entry.kind] = entry


def _means_something_else(category: Category, parameter: Parameter) -> bool:
    """Whether a setting of what can be chosen has the name of another that stands in the same part. Several
    choices may share a setting, with defaults of their own."""
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
    """All entries of a category by name, in the order in which they are shown."""
    _load_plugins()
    return _entries[category]


def entry(category: Category, kind: str) -> Entry:
    """Raises KeyError where the catalog has no such entry."""
    return entries(category)[kind]


def part(category: Category, kind: str, **settings: Value) -> Part:
    """A part with the catalog's defaults, changed by `settings`."""
    return entry(category, kind).part(**settings)


@cache
def _load_plugins() -> None:
    if any(PLUGINS in path.read_text(errors="replace") for path in _entry_point_files()):
        # Only where there is one: the import takes as long as all others of this package together.
        from importlib.metadata import entry_points

        for point in entry_points(group=PLUGINS):
            point.load()()


def _entry_point_files() -> Iterator[Path]:
    for folder in sys.path:
        yield from Path(folder).glob("*-info/entry_points.txt")
