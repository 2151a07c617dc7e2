"""Driver for demonstrations: applies every possible input, and checks that the resulting states are valid."""

import re
from collections.abc import Iterator

import numpy as np
from matplotlib.mathtext import MathTextParser

from cadl_desktop.lessons.demonstration import Button, Choice, Control, Demonstration, Slider, Switch, Value
from cadl_desktop.lessons.figure import (
    Bars,
    Figure,
    Handle,
    Heights,
    Item,
    Line,
    Picture,
    Points,
    Table,
    Trail,
)

FORMULA = re.compile(r"\$\$.+?\$\$|\$.+?\$", re.DOTALL)
_DRAWN = MathTextParser("path")
MAX_PRESSES = 30
"""Presses of a button that plays, if it stays possible."""


def control(demonstration: Demonstration, name: str) -> Control:
    return next(element for element in demonstration.controls() if element.name == name)


def handle(demonstration: Demonstration, name: str) -> Handle:
    return next(element for element in handles(demonstration) if element.name == name)


def handles(demonstration: Demonstration) -> Iterator[Handle]:
    for figure in demonstration.figures():
        yield from (item for item in figure.items if isinstance(item, Handle))


def values_of(element: Control) -> list[Value]:
    """Values for a control: both ends of a slider, every option, on and off."""
    match element:
        case Slider():
            return [element.least, element.most]
        case Choice():
            return [key for key, _ in element.options]
        case Switch():
            return [not element.value, element.value]
    return []


def states_after_every_input(demonstration: Demonstration) -> Iterator[Demonstration]:
    """Yields the states after every possible input, applied one after the other."""
    for name in [element.name for element in demonstration.controls()]:
        element = control(demonstration, name)
        for value in values_of(element):
            demonstration = demonstration.with_value(name, value)
            yield demonstration
        if isinstance(element, Button):
            for _ in range(MAX_PRESSES if element.plays else 2):
                still = control(demonstration, name)
                if isinstance(still, Button) and still.possible:
                    demonstration = demonstration.after_press(name)
                    yield demonstration
    for name in [*(element.name for element in handles(demonstration)), *clicked(demonstration)]:
        for x, y in ((-1e3, -1e3), (1e3, 1e3), (0.3, 0.4)):
            demonstration = demonstration.after_move(name, x, y)
            yield demonstration


def clicked(demonstration: Demonstration) -> list[str]:
    """Names that are reported for clicks on planes."""
    return [figure.clicked for figure in demonstration.figures() if figure.clicked]


def check_state(demonstration: Demonstration) -> None:
    """Checks everything that a state shows."""
    figures = demonstration.figures()
    names = [figure.name for figure in figures]
    assert figures
    assert len(set(names)) == len(names)
    for figure in figures:
        check_figure(figure)
    for table in (*demonstration.tables(), *demonstration.numbers()):
        check_table(table)
    for sentence in demonstration.words():
        assert isinstance(sentence, str)
        check_formulas(sentence)
    for element in demonstration.controls():
        check_control(element)


def check_formulas(text: str) -> None:
    """Checks that matplotlib can read all formulas in a text."""
    for formula in FORMULA.findall(text):
        _DRAWN.parse(f"${formula.strip('$')}$")


def check_figure(figure: Figure) -> None:
    assert figure.name == figure.name.lower().replace(" ", "-")
    assert figure.title
    for axis in (figure.x, figure.y):
        assert axis.range is None or axis.range[0] < axis.range[1]
    for item in figure.items:
        check_item(item)


def check_item(item: Item) -> None:
    match item:
        case Line() | Points() | Trail():
            assert item.x.ndim == 1
            assert item.x.shape == item.y.shape
            assert not np.isinf(item.x).any()
            assert not np.isinf(item.y).any()
        case Bars():
            assert item.edges.shape == (len(item.counts) + 1,)
        case Heights():
            assert item.values.ndim == 2
            assert np.isfinite(item.values).all()
        case Picture():
            assert item.colours.dtype == np.uint8
            assert item.colours.shape[2:] == (3,)
        case Handle():
            assert item.label
            assert np.isfinite((item.x, item.y)).all()
            assert item.step > 0


def check_table(table: Table) -> None:
    assert table.header
    assert all(len(row) == len(table.header) for row in table.rows)
    assert all(at < len(table.rows) for at in table.marked)


def check_control(element: Control) -> None:
    assert element.name
    assert element.label
    assert element.tip
    match element:
        case Slider():
            assert element.least <= element.value <= element.most
            assert not element.logarithmic or element.least > 0
        case Choice():
            assert element.value in values_of(element)
