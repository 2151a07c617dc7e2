"""Network as a fragment shader of WebGL2, which computes it at four positions for every fragment.

A number of the network is a `vec4` of its values at these positions, so that a weight is read once for four
of them; several numbers are an array. Weights are in one texture, at the places that a `Shader` lists.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partialmethod
from math import pi
from typing import Any, Literal

import numpy as np

from cadl_desktop.data.scaling import Affine
from cadl_desktop.engine.network.layers import EPSILON
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import input_columns
from cadl_desktop.export.networks.network_graph import add_network
from cadl_desktop.export.networks.operations import Function, NumberType
from cadl_desktop.export.page.page_parts import Shader
from cadl_desktop.runs.events import Floats

_FUNCTIONS = {
    "tanh": "tangent({0})",
    "sigmoid": "1./(1.+exponential(-({0})))",
    "relu": "max({0},0.)",
    "sin": "sine({0})",
    "cos": "cosine({0})",
    "exp": "exponential({0})",
    "erf": "error({0})",
    "floor": "floor({0})",
    "absolute": "abs({0})",
}


@dataclass(eq=False)
class Value:
    """Result of an operation, (samples, `width`).

    `text` is an expression of the sources' texts where it applies to each number alone (`each`), otherwise
    statements that fill `{to}`.
    """

    operations: "GlslOperations"
    width: int
    text: str
    sources: tuple["Value", ...] = ()
    each: bool = True
    type: Literal["vec4", "ivec4"] = "vec4"
    users: list["Value"] = field(default_factory=list)
    name: str = ""

    @property
    def shape(self) -> tuple[None, int]:
        return None, self.width

    @property
    def size(self) -> int:
        """Length of its array."""
        return 4 * -(-self.width // 4)

    @property
    def is_inlined(self) -> bool:
        """Whether the value's expression is written where it is used: in one place only."""
        return self.each and [(user.each, user.width) for user in self.users] == [(True, self.width)]

    def _with(self, text: str, other: "Value | float") -> "Value":
        if isinstance(other, Value):
            return self.operations.add(text, max(self.width, other.width), [self, other], type=self.type)
        number = _number(other, self.type == "ivec4")
        return self.operations.add(text.replace("{1}", number), self.width, [self], type=self.type)

    __add__ = __radd__ = partialmethod(_with, "({0}+{1})")
    __mul__ = __rmul__ = partialmethod(_with, "({0}*{1})")
    __sub__ = partialmethod(_with, "({0}-{1})")
    __rsub__ = partialmethod(_with, "({1}-{0})")
    __truediv__ = partialmethod(_with, "({0}/{1})")


def _number(number: float, is_integer: bool = False) -> str:
    text = str(int(number)) if is_integer else f"{np.float32(number):.9g}"
    if not is_integer and "." not in text and "e" not in text:
        text += "."
    return f"({text})" if text.startswith("-") else text


class GlslOperations:
    """Operations that collect values, and write the statements that compute them."""

    def __init__(self, weights: Sequence[Floats]) -> None:
        self._weights = {id(array): number for number, array in enumerate(weights)}
        self._values: list[Value] = []
        self.placed: list[tuple[int, ...]] = []
        self.constants: list[Floats] = []
        self.texels = 0
        self._texels: dict[int, int] = {}
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
        inputs, outputs = weights[0].shape
        groups = -(-outputs // 4)
        matrix = self._place(weights[0], 4 * groups)
        bias = f"number({self._place(weights[1], 4 * groups)}+o)" if len(weights) > 1 else "vec4(0.)"
        x = "{0}" if inputs == 1 else "{0}[i]"
        sums = "".join(f"s{row}+=x*w.{row};" for row in "xyzw")
        # An array has room for whole texels of outputs.
        give = "".join(f"{{to}}[4*o+{row}]=s{letter};" for row, letter in enumerate("xyzw"))
        return self.add(
            f"LOOP({groups}){{{{vec4 b={bias},sx=vec4(b.x),sy=vec4(b.y),sz=vec4(b.z),sw=vec4(b.w);"
            f"for(int i=0;i<{inputs};i++){{{{vec4 x={x},w=number({matrix}+i*{groups}+o);{sums}}}}}"
            f"{'{to}=sx;' if outputs == 1 else give}}}}}",
            outputs,
            [values],
            each=False,
        )

    def waves(self, values: Value, waves: Floats) -> Value:
        turns = self.dense(values, [waves], "waves")
        # Whole turns are dropped while they are exact.
        return self.add(f"(fract({{0}})*{_number(2 * pi)})", turns.width, [turns])

    def layer_normalisation(
        self, values: Value, weights: Sequence[Floats], name: str, learns: bool = True
    ) -> Value:
        width, each = values.width, f"for(int i=0;i<{values.width};i++)"
        gain, shift = (self._place(array, width) for array in weights)
        x, to = ("{0}", "{to}") if width == 1 else ("{0}[i]", "{to}[i]")
        text = (
            f"{{{{vec4 m=vec4(0.),q=m;{each}m+={x}/{width}.;"
            f"{each}q+=({x}-m)*({x}-m)/{width}.;q=1./sqrt(q+{_number(EPSILON)});"
            f"{each}{to}=({x}-m)*q*single({gain},i)+single({shift},i);}}}}"
        )
        return self.add(text, width, [values], each=False)

    def dropout(self, values: Value, share: float, name: str) -> Value:
        return values

    def apply(self, function: Function, values: Value) -> Value:
        return self.add(f"({_FUNCTIONS[function]})", values.width, [values])

    def clip(self, values: Value, low: float, high: float) -> Value:
        return self.add(f"clamp({{0}},{_number(low)},{_number(high)})", values.width, [values])

    def sum(self, values: Value) -> Value:
        if values.width == 1:
            return values
        text = f"{{to}}=vec4(0.);for(int i=0;i<{values.width};i++){{to}}+={{0}}[i];"
        return self.add(text, 1, [values], each=False)

    def join(self, parts: Sequence[Value]) -> Value:
        statements, at = list[str](), 0
        for number, part in enumerate(parts):
            copy = f"{{to}}[{at}]={{{number}}};"
            if part.width > 1:
                copy = f"for(int i=0;i<{part.width};i++){{to}}[i+{at}]={{{number}}}[i];"
            statements.append(copy)
            at += part.width
        return parts[0] if len(parts) == 1 else self.add("".join(statements), at, parts, each=False)

    def column(self, values: Value, index: int) -> Value:
        if values.width == 1:
            return values
        return self.add(f"{{to}}={{0}}[{index}];", 1, [values], each=False)

    def table(self, entries: Floats, name: str) -> Callable[[Value], Value]:
        return lambda rows: self.blend(entries, [(rows, self.add("vec4(1.)", 1, [rows]))])

    def blend(self, entries: Floats, terms: Sequence[tuple[Value, Value]]) -> Value:
        features, count = entries.shape[1], len(terms)
        texel, to = self._place(entries, features), "{to}" if features == 1 else "{to}[i]"
        given = "".join(f"r[{n}]={{{2 * n}}};s[{n}]={{{2 * n + 1}}};" for n in range(count))
        loop = f"for(int i=0;i<{features};i++)"
        text = (
            f"{{{{ivec4 r[{count}];vec4 s[{count}];{given}{loop}{to}=vec4(0.);"
            f"LOOP({count}){loop}{to}+=entries({texel},r[o]*{features}+i)*s[o];}}}}"
        )
        return self.add(text, features, [each for term in terms for each in term], each=False)

    def to_integers(self, values: Value) -> Value:
        return self.add("ivec4({0})", 1, [values], type="ivec4")

    def hashed(self, indices: Sequence[Value], factors: Sequence[int], largest: int, size: int) -> Value:
        low, high = (
            "^".join(f"{half}({{{number}}},{factor}u)" for number, factor in enumerate(factors))
            for half in ("low", "high")
        )
        return self.add(f"remainder({low},{high},{size}u)", 1, indices, type="ivec4")

    def _place(self, array: Floats, padded: int) -> int:
        """Texel at which an array begins whose rows take `padded` numbers."""
        if id(array) in self._texels:
            return self._texels[id(array)]
        number = self._weights.get(id(array))
        if number is None:
            number = len(self._weights) + len(self.constants)
            self.constants.append(np.asarray(array, np.float32))
        columns, texel = array.shape[-1], self.texels
        rows = array.size // columns
        self.placed.append((number, rows, columns, texel, padded))
        self._texels[id(array)] = texel
        self.texels += -(-rows * padded // 4)
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
            value.name = f"v{number}"
            if value.width == 1:
                written.append(f"{value.type} {value.name};")
            elif names := free.get(value.size):
                value.name = names.pop()
            else:
                written.append(f"vec4 {value.name}[{value.size}];")
            if not value.each:
                _release(over, free)
            written.append(_statement(value))
        return "\n".join(written)


def _read(value: Value) -> list[Value]:
    """Values that the statement of a value reads."""
    found = list[Value]()
    for source in value.sources:
        found += _read(source) if source.is_inlined else [source]
    return found


def _release(values: Sequence[Value], free: dict[int, list[str]]) -> None:
    for value in values:
        free.setdefault(value.size, []).append(value.name)


def _statement(value: Value) -> str:
    if not value.each:
        return value.text.format(*(source.name for source in value.sources), to=value.name)
    if value.width == 1:
        return f"{value.name}={_expression(value)};"
    return f"for(int i=0;i<{value.width};i++){value.name}[i]={_expression(value)};"


def _expression(value: Value) -> str:
    texts = []
    for source in value.sources:
        name = source.name if source.width == 1 else f"{source.name}[i]"
        texts.append(_expression(source) if source.is_inlined else name)
    return value.text.format(*texts)


def shader_of(experiment: Experiment, weights: Sequence[Floats]) -> Shader:
    """Shader of a network. Raises FileError for entries that don't support exported networks, and
    `data.samples.DataError`."""
    operations, inputs = GlslOperations(weights), input_columns(experiment)
    given = "".join(f"{{to}}[{index}]=places[{index}];" for index in range(inputs))
    positions = operations.add("{to}=places[0];" if inputs == 1 else given, inputs, [], each=False)
    last = add_network(experiment, weights, operations, positions)
    code = operations.code()
    ends = (f"values[{index}]={last.name}{f'[{index}]' if last.width > 1 else ''};" for index in range(3))
    return Shader(
        f"{code}\n{''.join(ends)}",
        operations.placed,
        operations.texels,
        tuple(operations.constants),
        operations.to_input,
        operations.to_target,
    )
