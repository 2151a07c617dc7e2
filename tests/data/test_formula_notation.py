"""Formulas as people write them: what they are read as, and what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cadl_desktop.data.curves.curve_datasets import function
from cadl_desktop.data.curves.expressions import MOST_CHARACTERS, ExpressionError, read_expression
from cadl_desktop.experiment.catalog import part

X = np.array([0.3, -1.2, 2.0])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2x+1", "2*x + 1"),
        ("x^2", "x**2"),
        ("sin x", "sin(x)"),
        ("0,5*x", "0.5*x"),
        ("1,5", "1.5"),
        ("|x|", "abs(x)"),
        ("2|x| - ||x|-1|", "2*abs(x) - abs(abs(x) - 1)"),
        ("|x||x|", "abs(x)*abs(x)"),
        ("x²", "x**2"),
        ("x⁻¹⁰", "x**(-10)"),
        ("e^-x", "e**(-x)"),
        ("e^-x^2", "e**(-x**2)"),
        ("-x^2", "-x**2"),
        ("2^-x", "2**(-x)"),
        ("2^3^2", "2**3**2"),
        ("sin 2x", "sin(2*x)"),
        ("sin x cos x", "sin(x)*cos(x)"),
        ("sin(2x)cos(3x)", "sin(2*x)*cos(3*x)"),
        ("sin(x)^2", "sin(x)**2"),
        ("sin^2 x", "sin(x)**2"),
        ("sin²x", "sin(x)**2"),
        ("tan -x", "tan(-x)"),
        ("sin x/2", "sin(x)/2"),
        ("xsinx", "x*sin(x)"),
        ("x x", "x*x"),
        ("2(x+1)", "2*(x + 1)"),
        ("(x+1)(x-1)", "(x + 1)*(x - 1)"),
        ("πx", "pi*x"),
        ("2√x", "2*sqrt(x)"),
        ("1e3x", "1e3*x"),
        ("２ｘ", "2*x"),
        ("Sin(X)", "sin(x)"),
        ("ln x", "log(x)"),
        ("y = 2x", "2*x"),
        ("f(x)=x^2", "x**2"),
        ("max(2x, 3)", "max(2*x, 3)"),
        ("2x if x>0 else -x", "2*x if x > 0 else -x"),
    ],
)
def test_a_formula_is_read_as_people_mean_it(text: str, wanted: str) -> None:
    found = read_expression(text)
    assert found.rewritten == wanted
    np.testing.assert_array_equal(found(X), read_expression(wanted)(X))


@pytest.mark.parametrize(
    "text", ["sin(x) + x/3", "2*x**2", "x×2", "6÷x", "−x", "not x", "max(x, 1)", "1 < x < 2"]
)
def test_what_was_read_before_is_read_as_it_is(text: str) -> None:
    assert read_expression(text).rewritten == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1/2x", "may be two things"),
        ("x/3(x+1)", "may be two things"),
        ("sin^-1 x", r"1/sin\(x\) or asin\(x\)"),
        ("x2", "not known"),
        ("1 2", "not a whole formula"),
        ("sin", "needs brackets"),
        ("max x", "not a whole formula"),
        ("x^", "can't be used"),
        ("|x", "can't be used"),
        ("exec(x)", "not known"),
        ("2x.real", "."),
        ("(2x).__class__", "."),
        ("0,5*max(x, 1)", "."),
        ("sin " * 49 + "x", "."),
        ("|" * MOST_CHARACTERS, "."),
        ("(2" * 66, "."),
    ],
)
def test_what_may_be_two_things_or_is_no_formula_is_refused(text: str, words: str) -> None:
    with pytest.raises(ExpressionError, match=words):
        read_expression(text)


@settings(max_examples=300, deadline=None)
@given(st.text("x0123456789.()+-*/<>=!, |^²⁻√πesinpmaxfly_", max_size=MOST_CHARACTERS) | st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = read_expression(text)
    except ExpressionError:
        return
    assert found(X).shape == X.shape
    if found.rewritten:  # in Python's notation, and of the same meaning there
        np.testing.assert_array_equal(read_expression(found.rewritten)(X), found(X))


def test_what_was_understood_is_told_under_the_field() -> None:
    assert function(part("dataset", "function", expression="sin 2x")).note == "Read as y = sin(2*x)."
    assert function(part("dataset", "function", expression="sin(2*x)")).note == ""
