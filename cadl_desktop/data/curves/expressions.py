"""Functions of x that a person types: parsed by Python's grammar, computed by NumPy, never executed.

What isn't Python's notation is rewritten first (`formula_notation.py`), such as '2x' and 'sin x'.
Only numbers, x, pi, e, the usual operators, comparisons, `... if ... else ...` and the functions below are
allowed; everything else is refused by name. All numbers are float64 from the start, so that powers of powers
overflow to infinity instead of filling the memory.
"""

import ast
import operator
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache, partial, reduce
from typing import Any, NoReturn

import numpy as np

from cadl_desktop.data.curves.formula_notation import NotationError, in_python
from cadl_desktop.data.samples import DataError, Doubles
from cadl_desktop.sentences import shortened, shown

MOST_CHARACTERS = 200
MOST_DEPTH = 64

Compute = Callable[[Doubles], Any]

CONSTANTS = {"pi": np.pi, "e": np.e}
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "exp": np.exp,
    "log": np.log,
    "log2": np.log2,
    "log10": np.log10,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "sign": np.sign,
    "floor": np.floor,
    "ceil": np.ceil,
    "round": np.rint,
}
"""Functions of one number."""
REDUCTIONS: dict[str, Callable[[Any, Any], Any]] = {"min": np.minimum, "max": np.maximum}
"""Functions of two numbers or more."""

_OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: np.divide,
    ast.Pow: np.float_power,
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}
_SIGNS: dict[type, Callable[[Any], Any]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
    ast.Not: lambda value: np.equal(value, 0),
}
_REPLACED_SIGNS = str.maketrans({"−": "-", "×": "*", "·": "*", "÷": "/", "π": "pi", "\t": " "})
_UNKNOWN = re.compile(r"[^A-Za-z0-9_ .,+\-*/()<>=!]")
_NUMBER = re.compile(r"(?<![\w.])(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?(\w*)")
_EXAMPLE = "write a function of x, such as sin(x) + x/3."


class ExpressionError(DataError):
    """Error for a text that is no function of x; the message is a plain sentence with the wrong piece."""


@dataclass(frozen=True, eq=False)
class Expression:
    """Parsed function of x. `rewritten` is the text that was read in place of `text`; empty if that itself
    was."""

    text: str
    _compute: Compute
    rewritten: str = ""

    def __call__(self, x: Doubles) -> Doubles:
        """Returns the float64 values at `x`, of its shape; infinite or NaN where there is none."""
        with np.errstate(all="ignore"):
            return np.broadcast_to(np.asarray(self._compute(x), np.float64), x.shape).copy()


@lru_cache(maxsize=64)
def read_expression(text: str) -> Expression:
    """Parses a function of x. Raises ExpressionError."""
    if not text.strip():
        raise ExpressionError("is empty; {example}", example=_EXAMPLE)
    if len(text) > MOST_CHARACTERS:
        raise ExpressionError(
            "has {count} characters; {most} are possible.", count=len(text), most=MOST_CHARACTERS
        )
    plain = text.translate(_REPLACED_SIGNS).strip()
    try:
        return Expression(text, _computed(text, plain))
    except ExpressionError as error:
        try:
            rewritten = in_python(plain, FUNCTIONS, REDUCTIONS, ["x", *CONSTANTS])
        except (NotationError, RecursionError) as refused:
            if str(refused) and isinstance(refused, NotationError):
                raise ExpressionError("{reason}", reason=str(refused)) from None
            raise error from None
    return Expression(text, _computed(text, rewritten), rewritten)


def _computed(text: str, plain: str) -> Compute:
    """Computation of a formula in Python's notation, `plain`, that was typed as `text`."""
    _check_characters(plain)
    try:
        with warnings.catch_warnings(action="ignore"):  # SyntaxWarning for '1or x'
            tree = ast.parse(plain, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(
            "'{text}' is not a whole formula; {example}", text=_short(text), example=_EXAMPLE
        ) from error
    return _Reader(plain).read(tree.body, MOST_DEPTH)


def _check_characters(text: str) -> None:
    """Refuses characters and numbers that Python's grammar would understand otherwise or warn about."""
    found = _UNKNOWN.search(text)
    if found:
        remedy = "use numbers, x, + - * / ** and functions"
        if found[0] == "^":
            remedy = "write ** for a power"
        if not found[0].isprintable():
            piece = "A line break, or another sign that can't be seen,"
        elif found[0] in "'\"":
            piece = "A quotation mark"
        else:
            piece = f"'{found[0]}'"
        raise ExpressionError("{piece} can't be used; {remedy}.", piece=piece, remedy=remedy)
    for number in _NUMBER.finditer(text):
        if number[3]:
            digits, rest = number[1] + (number[2] or ""), number[3]
            raise ExpressionError(
                "'{number}' is not a number; write {digits}*{rest} for a product.",
                number=_short(number[0]),
                digits=digits,
                rest=rest,
            )


class _Reader:
    """Recursive translation of a syntax tree into functions of x."""

    def __init__(self, text: str) -> None:
        self._text = text

    def read(self, node: ast.expr, depth: int) -> Compute:
        if depth == 0:
            raise ExpressionError("has too many pieces one inside the other; write a shorter one.")
        read = partial(self.read, depth=depth - 1)
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return _constant(float(value))
            case ast.Name(id="x"):
                return lambda x: x
            case ast.Name(id=name) if name in CONSTANTS:
                return _constant(CONSTANTS[name])
            case ast.UnaryOp(op=sign, operand=operand):
                return _applied(_SIGNS.get(type(sign)) or self._refused(node), [read(operand)])
            case ast.BinOp(op=sign, left=left, right=right):
                return _applied(_OPERATORS.get(type(sign)) or self._refused(node), [read(left), read(right)])
            case ast.BoolOp(op=sign, values=values):
                combine = np.logical_and if isinstance(sign, ast.And) else np.logical_or
                return _folded(combine, [read(value) for value in values])
            case ast.Compare(left=left, ops=signs, comparators=others):
                return self._compared(node, [read(left), *map(read, others)], signs)
            case ast.IfExp(test=test, body=body, orelse=otherwise):
                return _applied(_chosen, [read(test), read(body), read(otherwise)])
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self._called(name, node, [read(argument) for argument in arguments])
        self._refused(node)

    def _compared(self, node: ast.expr, values: list[Compute], signs: list[ast.cmpop]) -> Compute:
        compared = [_OPERATORS.get(type(sign)) or self._refused(node) for sign in signs]
        return lambda x: _as_number(_all_hold(compared, [value(x) for value in values]))

    def _called(self, name: str, node: ast.expr, arguments: list[Compute]) -> Compute:
        if name in REDUCTIONS and len(arguments) >= 2:
            return _folded(REDUCTIONS[name], arguments)
        if name in FUNCTIONS and len(arguments) == 1:
            return _applied(FUNCTIONS[name], arguments)
        if name in REDUCTIONS or name in FUNCTIONS:
            wanted = "one number" if name in FUNCTIONS else "two numbers or more"
            raise ExpressionError(
                "'{piece}' is wrong: {name} takes {wanted} in its brackets.",
                piece=self._piece(node),
                name=name,
                wanted=wanted,
            )
        raise _unknown(name)

    def _refused(self, node: ast.expr) -> NoReturn:
        match node:
            case ast.Name(id=name) if name in FUNCTIONS or name in REDUCTIONS:
                raise ExpressionError("'{name}' needs brackets; write {name}(x).", name=name)
            case ast.Name(id=name) | ast.Call(func=ast.Name(id=name), keywords=[]):
                raise _unknown(name)
        raise ExpressionError(
            "'{piece}' can't be used; use numbers, x, + - * / ** and functions such as sin.",
            piece=self._piece(node),
        )

    def _piece(self, node: ast.expr) -> str:
        return _short(ast.get_source_segment(self._text, node) or self._text)


def _constant(value: float) -> Compute:
    return lambda x: np.float64(value)


def _applied(compute: Callable[..., Any], arguments: list[Compute]) -> Compute:
    return lambda x: _as_number(compute(*(argument(x) for argument in arguments)))


def _folded(compute: Callable[[Any, Any], Any], arguments: list[Compute]) -> Compute:
    return lambda x: _as_number(reduce(compute, (argument(x) for argument in arguments)))


def _all_hold(compared: list[Callable[[Any, Any], Any]], values: list[Any]) -> Any:
    """Evaluates a chain of comparisons. Each value is computed once, though the middle ones are compared
    twice; otherwise nested chains would take exponential time."""
    pairs = zip(compared, values, values[1:], strict=False)
    return reduce(np.logical_and, (compare(a, b) for compare, a, b in pairs))


def _as_number(value: Any) -> Any:
    """Converts to float64, so that true counts as 1: NumPy refuses to subtract booleans."""
    return np.asarray(value, np.float64)


def _chosen(test: Any, body: Any, otherwise: Any) -> Any:
    return np.where(np.not_equal(test, 0), body, otherwise)


def _unknown(name: str) -> ExpressionError:
    close = get_close_matches(name.lower(), ["x", *CONSTANTS, *FUNCTIONS, *REDUCTIONS], 1, 0.5)
    hint = "use x, pi, e and functions such as sin or exp."
    if close:
        hint = f"did you mean '{shown(close[0])}'?"
    return ExpressionError("'{name}' is not known; {hint}", name=_short(name), hint=hint)


def _short(text: str) -> str:
    return shortened(" ".join(text.split()), 40)
