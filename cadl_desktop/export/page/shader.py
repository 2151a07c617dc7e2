"""Network as a fragment shader of WebGL2, which computes it at one position for every pixel.

Values of a position are `vec4` arrays, their last one padded; a single number is a `float`. Weights are in one
texture of `vec4`, at the places that a `Shader` lists.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import pi
from typing import Any, Literal

import numpy as np

from cadl_desktop.data.scaling import Affine
from cadl_desktop.engine.network.layers import EPSILON
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import input_columns
from cadl_desktop.export.networks.network_graph import add_network
from cadl_desktop.export.networks.operations import Function, NumberType
from cadl_desktop.runs.events import Floats

_FUNCTIONS = {
    "tanh": "tangent({0})",
    "sigmoid": "(1./(1.+exponential(-({0}))))",
    "relu": "max({0},0.)",
    "sin": "sine({0})",
    "cos": "cosine({0})",
    "exp": "exponential({0})",
    "erf": "error({0})",
    "floor": "floor({0})",
    "absolute": "abs({0})",
}
_BYTE_CHUNKED = 2**24
"""Most entries of a table: `remainder` of the page's shader functions takes a byte at a time."""


@dataclass(frozen=True)
class Placed:
    """Array (rows, columns) in the texture: weight number `weight` or, counted from the last weight on, a
    constant. Its first number is in texel `texel`, and each row takes `padded` numbers."""

    weight: int
    rows: int
    columns: int
    texel: int
    padded: int


@dataclass(frozen=True, eq=False)
class Shader:
    """Statements that make `values` of `positions`, what the texture holds, and scalings as (offset, scale)
    that the page applies before and after."""

    code: str
    placed: tuple[Placed, ...]
    texels: int
    constants: tuple[Floats, ...]
    to_input: Affine
    to_target: Affine


@dataclass(eq=False)
class Value:
    """Result of an operation, (samples, `width`).

    `text` is an expression of the sources' texts where it applies to each number alone (`each`); otherwise
    statements that fill the array `{to}` or the number `{to}`.
    """

    operations: "GlslOperations"
    width: int
    text: str
    sources: tuple["Value", ...] = ()
    each: bool = True
    type: Literal["float", "int"] = "float"
    users: list["Value"] = field(default_factory=list)
    name: str = ""

    @property
    def shape(self) -> tuple[None, int]:
        return None, self.width

    @property
    def groups(self) -> int:
        return -(-self.width // 4)

    @property
    def is_inlined(self) -> bool:
        """Whether its expression is written where it is used, as that is in one place only."""
        if not self.each or len(self.users) != 1:
            return False
        user = self.users[0]
        return user.each and (user.width == self.width or user.groups == 1)

    def __add__(self, other: "Value | float") -> "Value":
        return self._binary(self, "+", other)

    def __radd__(self, other: float) -> "Value":
        return self._binary(other, "+", self)

    def __sub__(self, other: "Value | float") -> "Value":
        return self._binary(self, "-", other)

    def __rsub__(self, other: float) -> "Value":
        return self._binary(other, "-", self)

    def __mul__(self, other: "Value | float") -> "Value":
        return self._binary(self, "*", other)

    def __rmul__(self, other: float) -> "Value":
        return self._binary(other, "*", self)

    def __truediv__(self, other: "Value | float") -> "Value":
        return self._binary(self, "/", other)

    def _binary(self, left: "Value | float", sign: str, right: "Value | float") -> "Value":
        texts, sources = list[str](), list[Value]()
        for operand in (left, right):
            if isinstance(operand, Value):
                texts.append(f"{{{len(sources)}}}")
                sources.append(operand)
            else:
                texts.append(_number(operand, self.type))
        width = max(source.width for source in sources)
        return self.operations.add(f"({texts[0]}{sign}{texts[1]})", width, sources, type=self.type)


def _number(number: float, type: str = "float") -> str:
    text = str(int(number)) if type == "int" else f"{np.float32(number):.9g}"
    if type == "float" and "." not in text and "e" not in text:
        text += "."
    return f"({text})" if text.startswith("-") else text


class GlslOperations:
    """Operations that collect values, and write the statements that compute them."""

    def __init__(self, weights: Sequence[Floats]) -> None:
        self._weights = {id(array): number for number, array in enumerate(weights)}
        self._values: list[Value] = []
        self.placed: list[Placed] = []
        self.constants: list[Floats] = []
        self.texels = 0
        self.to_input = self.to_target = Affine(np.zeros(1), np.ones(1))

    def add(self, text: str, width: int, sources: Sequence[Value], **more: Any) -> Value:
        value = Value(self, width, text, tuple(sources), **more)
        for source in sources:
            source.users.append(value)
        self._values.append(value)
        return value

    def scaled(self, positions: Value, scaling: Affine) -> Value:
        self.to_input = scaling  # by the page, in float64
        return positions

    def unscaled(self, values: Value, scaling: Affine, given: NumberType) -> Value:
        self.to_target = scaling
        return values

    def dense(self, values: Value, weights: Sequence[Floats], name: str, learns: bool = True) -> Value:
        (inputs, outputs), groups = weights[0].shape, -(-weights[0].shape[1] // 4)
        matrix = self._place(weights[0], 4 * groups, 4 * values.groups)
        bias = f"number({self._place(weights[1], 4 * groups)}+o)" if len(weights) > 1 else "vec4(0.)"
        terms = [f"x.{letter}*number(t+{row * groups})" for row, letter in enumerate("xyzw")]
        if values.width == 1:
            add = f"s+={{0}}*number({matrix}+o);"
        else:
            step = f"vec4 x={{0}}[i];int t={matrix}+i*{4 * groups}+o;s+={'+'.join(terms)};"
            add = f"for(int i=0;i<{values.groups};i++){{{{{step}}}}}"
        give = "{to}=s.x;" if outputs == 1 else "{to}[o]=s;"
        return self.add(f"LOOP({groups}){{{{vec4 s={bias};{add}{give}}}}}", outputs, [values], each=False)

    def waves(self, values: Value, waves: Floats) -> Value:
        turns = self.dense(values, [waves], "waves")
        # Whole turns are dropped while they are exact.
        return self.add("fract({0})", turns.width, [turns]) * (2 * pi)

    def layer_normalisation(
        self, values: Value, weights: Sequence[Floats], name: str, learns: bool = True
    ) -> Value:
        width, groups = values.width, values.groups
        gain, shift = (self._place(array, 4 * groups) for array in weights)
        if width == 1:
            return self.add(f"({{0}}*0.+number({shift}).x)", 1, [values])
        each = f"for(int i=0;i<{groups};i++)"
        text = (
            f"{{{{float m=0.,q=0.;{each}m+=dot({{0}}[i],some(i,{width}));m/={width}.;"
            f"{each}{{{{vec4 d=({{0}}[i]-m)*some(i,{width});q+=dot(d,d);}}}}"
            f"q=1./sqrt(q/{width}.+{_number(EPSILON)});"
            f"LOOP({groups}){{{{{{to}}[o]=({{0}}[o]-m)*q*number({gain}+o)+number({shift}+o);}}}}}}}}"
        )
        return self.add(text, width, [values], each=False)

    def dropout(self, values: Value, share: float, name: str) -> Value:
        return values

    def apply(self, function: Function, values: Value) -> Value:
        return self.add(_FUNCTIONS[function], values.width, [values])

    def clip(self, values: Value, low: float, high: float) -> Value:
        return self.add(f"clamp({{0}},{_number(low)},{_number(high)})", values.width, [values])

    def sum(self, values: Value) -> Value:
        if values.width == 1:
            return values
        add = f"{{to}}+=dot({{0}}[i],some(i,{values.width}));"
        return self.add(f"{{to}}=0.;for(int i=0;i<{values.groups};i++){add}", 1, [values], each=False)

    def join(self, parts: Sequence[Value]) -> Value:
        statements, at = list[str](), 0
        for number, part in enumerate(parts):
            source = f"{{{number}}}"
            if part.width == 1:
                statements.append(f"{{to}}[{at // 4}].{'xyzw'[at % 4]}={source};")
            elif at % 4 == 0:
                loop = f"for(int i=0;i<{part.groups};i++)"
                statements.append(f"{loop}{{to}}[i+{at // 4}]={source}[i];")
            else:
                loop = f"for(int i=0;i<{part.width};i++)"
                place = f"{{to}}[i+{at}>>2][i+{at}&3]"
                statements.append(f"{loop}{place}={source}[i>>2][i&3];")
            at += part.width
        if len(parts) == 1:
            return parts[0]
        return self.add(f"{{to}}[{(at - 1) // 4}]=vec4(0.);" + "".join(statements), at, parts, each=False)

    def column(self, values: Value, index: int) -> Value:
        if values.width == 1:
            return values
        return self.add(f"{{to}}={{0}}[{index // 4}].{'xyzw'[index % 4]};", 1, [values], each=False)

    def table(self, entries: Floats, name: str) -> Callable[[Value], Value]:
        features = entries.shape[1]
        packed = features if features < 3 else 4 * -(-features // 4)
        texel = self._place(entries, packed)
        if packed == 1:
            text = f"single({texel},{{0}})"
        elif packed == 2:
            text = f"pair({texel},{{0}})"
        else:
            text = f"number({texel}+{{0}}*{packed // 4}+i)"
        return lambda rows: self.add(text, features, [rows])

    def to_integers(self, values: Value) -> Value:
        return self.add("int({0})", 1, [values], type="int")

    def hashed(self, indices: Sequence[Value], factors: Sequence[int], largest: int, size: int) -> Value:
        assert size <= _BYTE_CHUNKED
        products = (f"product({{{number}}},{factor}u)" for number, factor in enumerate(factors))
        return self.add(f"remainder({'^'.join(products)},{size}u)", 1, indices, type="int")

    def _place(self, array: Floats, padded: int, least_rows: int = 1) -> int:
        """Texel at which an array begins whose rows take `padded` numbers; rows of 0 make them `least_rows`."""
        number = self._weights.get(id(array))
        if number is None:
            number = len(self._weights) + len(self.constants)
            self.constants.append(np.asarray(array, np.float32))
        columns = array.shape[-1]
        rows, texel = array.size // columns, self.texels
        self.placed.append(Placed(number, rows, columns, texel, padded))
        self.texels += -(-max(rows, least_rows) * padded // 4)
        return texel

    def code(self) -> str:
        """Statements of all values in their order. An array takes the place of one that is not needed any
        more."""
        kept = [value for value in self._values if not value.is_inlined]
        last_used = {id(source): value for value in kept for source in _read(value)}
        free: dict[int, list[str]] = {}
        written = list[str]()
        for number, value in enumerate(kept):
            read = dict.fromkeys(_read(value))
            over = [source for source in read if last_used[id(source)] is value and source.width > 1]
            if value.each:  # which reads an array no further than it writes it
                _release(over, free)
            value.name, declared = f"v{number}", ""
            if value.width == 1:
                declared = f"{value.type} {value.name};"
            elif names := free.get(value.groups):
                value.name = names.pop()
            else:
                declared = f"vec4 {value.name}[{value.groups}];"
            if not value.each:
                _release(over, free)
            written.append(declared + _statement(value))
        return "\n".join(written)


def _read(value: Value) -> list[Value]:
    """Values that the statement of a value reads."""
    found = list[Value]()
    for source in value.sources:
        found += _read(source) if source.is_inlined else [source]
    return found


def _release(values: Sequence[Value], free: dict[int, list[str]]) -> None:
    for value in values:
        free.setdefault(value.groups, []).append(value.name)


def _statement(value: Value) -> str:
    if not value.each:
        return value.text.format(*(source.name for source in value.sources), to=value.name)
    if value.width == 1:
        return f"{value.name}={_expression(value)};"
    return f"for(int i=0;i<{value.groups};i++){value.name}[i]={_expression(value)};"


def _expression(value: Value) -> str:
    return value.text.format(
        *(
            _expression(source)
            if source.is_inlined
            else source.name
            if source.width == 1
            else f"{source.name}[i]"
            for source in value.sources
        )
    )


def shader_of(experiment: Experiment, weights: Sequence[Floats]) -> Shader:
    """Shader of a network. Raises FileError for entries that don't support exported networks, and
    `data.samples.DataError`."""
    operations = GlslOperations(weights)
    inputs = input_columns(experiment)
    made = "{to}=place.x;" if inputs == 1 else "{to}[0]=place;"
    positions = operations.add(made, inputs, [], each=False)
    last = add_network(experiment, weights, operations, positions)
    end = "{to}=vec4({0});" if last.width == 1 else "{to}={0}[0];"
    code = operations.code()
    return Shader(
        f"{code}\n{end.format(last.name, to='values')}",
        tuple(operations.placed),
        operations.texels,
        tuple(operations.constants),
        operations.to_input,
        operations.to_target,
    )
