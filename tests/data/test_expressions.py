"""Typed functions give the values of Python's arithmetic, and allow nothing but arithmetic."""

import ast
import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cadl_desktop.data.curves.expressions import (
    CONSTANTS,
    FUNCTIONS,
    MOST_CHARACTERS,
    REDUCTIONS,
    ExpressionError,
    read_expression,
)

X = np.linspace(-3, 3, 13)
PYTHON: dict[str, Callable[..., Any]] = {
    **{name: getattr(math, name) for name in FUNCTIONS if hasattr(math, name)},
    "abs": abs,
    "round": round,
    "sign": lambda value: (value > 0) - (value < 0),
    "min": min,
    "max": max,
}


class RealPowers(ast.NodeTransformer):
    """Replaces powers by `real_power`, which raises an error where Python would return a complex number."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.op, ast.Pow):
            return node
        call = ast.Call(ast.Name("real_power", ast.Load()), [node.left, node.right], [])
        return ast.fix_missing_locations(ast.copy_location(call, node))


def real_power(base: float, exponent: float) -> float:
    power = base**exponent
    if isinstance(power, complex):
        raise ValueError
    return power


def in_python(text: str, x: float) -> float:
    tree = RealPowers().visit(ast.parse(text, mode="eval"))
    names = {"__builtins__": {}, "real_power": real_power, **PYTHON, **CONSTANTS, "x": x}
    return float(eval(compile(tree, "typed", "eval"), names))


def value(text: str, x: float = 0.0) -> float:
    return float(read_expression(text)(np.array([x]))[0])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("sin(x) + x/3", np.sin(X) + X / 3),
        ("-x**2", -(X**2)),
        ("2**-1", np.full(13, 0.5)),
        ("2**3**2", np.full(13, 512.0)),
        (" max(x, 0) ", np.maximum(X, 0)),
        ("min(x, 1, -1)", np.minimum(X, -1)),
        ("x if x > 0 else -x", np.abs(X)),
        ("1 if -1 < x <= 1 else 0", ((X > -1) & (X <= 1)).astype(float)),
        ("(x > 0) - (x < 0)", np.sign(X)),
        ("1 if x < -1 or x > 1 and not x == 2 else 0", ((X < -1) | ((X > 1) & (X != 2))).astype(float)),
        ("pi", np.full(13, np.pi)),
        ("e**x", np.exp(X)),
        ("2×x − π", 2 * X - np.pi),
        ("1e-3*x", 1e-3 * X),
    ],
)
def test_functions_of_x(text: str, wanted: np.ndarray) -> None:
    np.testing.assert_allclose(read_expression(text)(X), wanted, rtol=1e-15)


LEAVES = st.sampled_from(["x", "pi", "e"]) | st.floats(0, 100).map(repr) | st.integers(0, 50).map(str)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(["+", "-", "*", "/", "**"])
    comparisons = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
    return st.one_of(
        st.builds("({} {} {})".format, inner, operators, inner),
        st.builds("-{}".format, inner),
        st.builds("{}({})".format, st.sampled_from(list(FUNCTIONS)), inner),
        st.builds("{}({}, {})".format, st.sampled_from(list(REDUCTIONS)), inner, inner),
        st.builds("({} if {} {} {} else {})".format, inner, inner, comparisons, inner, inner),
    )


@settings(max_examples=400, deadline=None, derandomize=True)  # rounding may part the two somewhere
@given(
    st.recursive(LEAVES, _larger, max_leaves=8).filter(lambda text: len(text) <= MOST_CHARACTERS),
    st.floats(-5, 5),
)
def test_values_equal_pythons_where_python_has_one(text: str, x: float) -> None:
    computed = value(text, x)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            wanted = in_python(text, x)
    except (ArithmeticError, ValueError):
        return
    if math.isfinite(wanted):
        assert computed == pytest.approx(wanted, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_is_pythons(name: str) -> None:
    for x in (-2.5, -1.0, -0.3, 0.0, 0.3, 0.5, 1.0, 1.5, 2.5):
        try:
            wanted = float(PYTHON[name](x))
        except ValueError:
            assert not math.isfinite(value(f"{name}(x)", x))
        else:
            assert value(f"{name}(x)", x) == pytest.approx(wanted, rel=1e-14)


def test_many_brackets_are_allowed() -> None:
    assert value("abs(" * 39 + "x" + ")" * 39, -2.0) == 2.0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty; write a function of x"),
        ("   ", "is empty"),
        ("x +", r"'x \+' is not a whole formula"),
        ("(x", "is not a whole formula"),
        ("yield", "is not a whole formula"),
        ("007", "is not a whole formula"),
        ("y", "'y' is not known"),
        ("sine(x)", r"'sine' is not known; did you mean 'sin'\?"),
        ("sin", r"'sin' needs brackets; write sin\(x\)"),
        ("sin(x, x)", r"'sin\(x, x\)' is wrong: sin takes one number"),
        ("sin()", "sin takes one number"),
        ("max(x)", "max takes two numbers or more"),
        ("max(x, key=x)", r"'max\(x, key=x\)' can't be used"),
        ("max(*x)", r"'max\(\*x\)' can't be used|'\*x' can't be used"),
        ("0x10", "is not a number"),
        ("1_000", "is not a number"),
        ("1j", "is not a number"),
        ("x % 2", "'%' can't be used"),
        ("__import__('os')", "^A quotation mark can't be used"),
        ("x // 2", "'x // 2' can't be used"),
        ("x.real", r"'x\.real' can't be used"),
        ("(1).__class__", r"'\(1\)\.__class__' can't be used"),
        ("().__class__", r"can't be used"),
        ("__import__('os')", "can't be used"),
        ("__import__(x)", "'__import__' is not known"),
        ("__builtins__", "'__builtins__' is not known"),
        ("exec(x)", "'exec' is not known"),
        ("[x]", r"'\[' can't be used"),
        ("x[0]", r"'\[' can't be used"),
        ("{x}", r"'\{' can't be used"),
        ("lambda: x", "':' can't be used"),
        ("(x := 1)", "':' can't be used"),
        ("x; x", "';' can't be used"),
        ("x\nx", "can't be used"),
        ("x, 1", "'x, 1' can't be used"),
        ("True", "'True' can't be used"),
        ("None", "'None' can't be used"),
        ("'x'*10**9", "can't be used"),
        ("x is x", "'x is x' can't be used"),
        ("x in x", "'x in x' can't be used"),
        ("(yield)", "can't be used"),
        ("await x", "is not a whole formula|can't be used"),
        ("sin(cos)(x)", "can't be used"),
        ("\0", "can't be used"),
        ("x" * 201, "has 201 characters; 200 are possible"),
        ("(" * 200, "is not a whole formula"),
        ("-" * 150 + "x", "too many pieces one inside the other"),
    ],
)
def test_invalid_expressions_name_the_wrong_piece(text: str, words: str) -> None:
    with pytest.raises(ExpressionError, match=words) as refused:
        read_expression(text)
    assert str(refused.value).endswith((".", "?"))
    assert len(str(refused.value)) < 160


def test_powers_of_powers_overflow_to_infinity() -> None:
    assert value("9**9**9") == math.inf
    assert value("10.0**308*10") == math.inf


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.text("x0123456789.()+-*/<>=!, esinpmaxfl_", max_size=MOST_CHARACTERS))
def test_any_expression_is_computed_or_refused(text: str) -> None:
    try:
        computed = read_expression(text)(X)
    except ExpressionError:
        return
    assert (computed.shape, computed.dtype) == (X.shape, np.float64)


def test_parsing_writes_nothing_to_the_terminal() -> None:
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        with pytest.raises(ExpressionError):
            read_expression("1or x)")
    assert warned == []


def test_the_middle_values_of_chained_comparisons_are_computed_once() -> None:
    """Computed twice at each level, this expression would take years."""
    deep = "1<(" * 32 + "x" + ")<1" * 32
    assert len(deep) <= MOST_CHARACTERS
    assert value(deep) == 0
