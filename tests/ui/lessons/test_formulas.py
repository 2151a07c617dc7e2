"""Formulas as vector outlines, with replaced digits and in lines of text."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from cadl_desktop.ui.texts import formulas
from cadl_desktop.ui.texts.formulas import (
    Formula,
    formula,
    lesson_text,
    live_formula,
    paint_words,
    typeset,
    without_formulas,
    words_width,
)
from cadl_desktop.ui.theme.theme import text_font


def lightness(image: QImage) -> NDArray[np.int64]:
    """Grey values (rows, columns), 0 to 255."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), grey.bytesPerLine())
    return rows[:, : grey.width()].astype(np.int64)


def painted(drawn: Formula) -> NDArray[np.int64]:
    image = QImage(600, 80, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    drawn.paint(painter, 4, 50, 24, "#000000")
    painter.end()
    return lightness(image)


@pytest.mark.parametrize(
    "tex",
    [
        r"\theta = 1.500 - 0.05 \cdot 2 \cdot 1.500",
        r"x_1^2 + x_{12}^{34} = \frac{56}{\sqrt[3]{789}}",
        r"\mathbf{10} + \hspace{0.5} 3",
        "y = x",
        "1234567890123456789",
    ],
)
def test_a_live_formula_is_drawn_as_it_would_be_otherwise(qtbot: QtBot, tex: str) -> None:
    live_formula(
        tex.translate(str.maketrans("0123456789", "9876543210"))
    )  # the same layout with other digits
    live, plain = live_formula(tex), formula(tex)
    assert live is not None
    assert plain is not None
    assert (live.width, live.ascent, live.descent) == pytest.approx(
        (plain.width, plain.ascent, plain.descent), abs=0.02
    )
    one, other = painted(live), painted(plain)
    assert np.abs(one - other).max() < 100  # antialiasing; another digit makes it 255
    assert one.min() < 100


def test_other_digits_do_not_need_another_layout(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    live_formula(r"\eta = 0.123")

    def refuse(tex: str) -> None:
        raise AssertionError(tex)

    monkeypatch.setattr(formulas, "_read", refuse)
    assert live_formula(r"\eta = 4.567") is not None


def test_invalid_formula_is_none(qtbot: QtBot) -> None:
    assert formula(r"\fraction{1}{2") is None
    assert live_formula(r"\fraction{1}{2") is None


def test_words_and_formulas_share_a_line(qtbot: QtBot) -> None:
    image = QImage(400, 40, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setFont(text_font())
    width = words_width(painter, "the rate $\\eta$ and on")
    assert words_width(painter, "the rate  and on") < width
    paint_words(painter, QRectF(0, 0, 400, 40), "the rate $\\eta$ and on", "#000000")
    assert words_width(painter, "5 $ alone") == painter.fontMetrics().horizontalAdvance("5 $ alone")
    painter.end()
    dark = np.flatnonzero((lightness(image) < 100).any(axis=0))
    assert dark.max() == pytest.approx(width, abs=4)


@pytest.mark.parametrize(
    ("words", "plain"),
    [
        ("rate $\\eta$", "rate η"),
        ("$x^2$ and $x^{3}$", "x² and x³"),
        ("$W_1 \\cdot x$", "W1 ·x"),
        ("5 $", "5 "),
    ],
)
def test_words_without_formulas(words: str, plain: str) -> None:
    assert without_formulas(words) == plain


def test_minus_signs_stand_before_numbers_alone() -> None:
    assert typeset("from -3 to 1e-5, 2 × 10 of well-known") == (
        "from \u22123 to 1e\u22125,\u00a02\u00a0×\u00a010 of well-known"
    )


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("slope -0.30, then (-2) and [-3]", "slope \u22120.30, then (\u22122) and [\u22123]"),
        ("cost 2.5e-05, at most 1e+12 or -3e-10", "cost 2.5e\u22125, at most 1e12 or \u22123e\u221210"),
        ("layer-2, 3-4, f(x)-1, the-3rd", "layer-2, 3-4, f(x)-1, the-3rd"),
    ],
)
def test_numbers_of_a_sentence_are_spelled_as_everywhere_in_the_window(words: str, shown: str) -> None:
    assert lesson_text(words) == lesson_text(shown) == shown
    assert without_formulas(words) == shown


@pytest.mark.parametrize(
    "tex", [r"\theta = -0.30 + x", r"-1.5 \cdot -0.25 - 3", r"x_{-1}^{-2}", r"\frac{-1}{2-3}", "2-0.5"]
)
def test_a_minus_looks_the_same_in_a_formula_however_it_is_written(qtbot: QtBot, tex: str) -> None:
    one, other = formula(tex), formula(lesson_text(tex))
    assert one is not None
    assert other is not None
    assert (one.path, one.width) == (other.path, other.width)


def test_formulas_are_read_while_an_export_draws_others() -> None:
    sheet = Figure((1, 1))
    for number in range(40):
        sheet.text(0.1, 0.1, rf"$\frac{{{number}}}{{x^{{{number}}}}}$")
    with ThreadPoolExecutor(1) as pool:
        drawing = pool.submit(FigureCanvasAgg(sheet).draw)
        read = [formula(rf"\frac{{a_{{{number}}}}}{{\sqrt{{{number}}}}}") for number in range(900, 930)]
        drawing.result()
    assert all(read)
