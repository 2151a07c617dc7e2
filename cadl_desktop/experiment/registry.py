"""How the catalog works: entries, their parameters, and the way to what computes them.

An entry says what it is called, which parameters it has and, as 'module:function', what computes it, so
that reading the catalog never imports TensorFlow. Forms, command line, `check` and file format follow
from it. Another package adds entries through the entry-point group 'cadl_desktop.catalog': a function
without arguments that calls `register`.

Titles and help are plain English, written to be translated by the user interface.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from cadl_desktop.experiment.part import Part, Value
from cadl_desktop.experiment.roles import Kind, Weight

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
    only_when: tuple[str, Value] | None = None
    """Matters only when another setting of the same part has this value; forms hide it otherwise."""

    def choice_names(self) -> tuple[str, ...]:
        if isinstance(self.choices, str):
            return tuple(entries(self.choices))
        return self.choices


@dataclass(frozen=True)
class Entry:
    """One thing that can be chosen. `computes` is 'module:function'; its signature is the category's."""

    kind: str
    title: str
    help: str
    computes: str
    parameters: tuple[Parameter, ...] = ()
    script: str = ""
    """Datasets, encodings, optimizers: 'module:function' of the words for it in an exported script."""
    exported: str = ""
    """Encodings: 'module:function' of the words for it in exported networks, as in `export.networks`."""
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

    @property
    def looks_up(self) -> bool:
        """Whether the weights hold a table in which entries are looked up."""
        return "table" in self.kinds

    def load(self) -> Callable[..., Any]:
        """Imports and returns what computes this entry."""
        return loaded(self.computes)

    def load_starts(self) -> Callable[..., Any]:
        """Imports and returns what draws this entry's first weights."""
        return loaded(self.starts)

    def parameter(self, name: str) -> Parameter:
        """Raises KeyError where there is no such parameter."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        raise KeyError(name)

    def part(self, /, **settings: Value) -> Part:
        """A part of this kind with the defaults, changed by `settings`."""
        defaults = {parameter.name: parameter.default for parameter in self.parameters}
        return Part(self.kind, tuple((defaults | settings).items()))


def loaded(reference: str) -> Callable[..., Any]:
    """Imports and returns what 'module:function' names."""
    module, _, function = reference.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), function)
    return found


PLUGINS = "cadl_desktop.catalog"
"""The group of entry points by which another package registers what it has."""

_entries: dict[Category, dict[str, Entry]] = {}


def register(category: Category, entry: Entry) -> None:
    """Adds an entry. Raises ValueError when the name is taken, as nothing is replaced in silence, and for a
    dataset of many pictures that doesn't say how many."""
    known = _entries.setdefault(category, {})
    if entry.makes == "pictures" and entry.pictures is None:
        raise ValueError(f"the {category} '{entry.kind}' makes pictures but does not say how many")
    if entry.kind in known:
        raise ValueError(f"the catalog already has a {category} named '{entry.kind}'")
    known[entry.kind] = entry


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
