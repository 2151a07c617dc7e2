"""What a hand can do with a demonstration, done from outside, and whether what comes of it can be drawn."""

import re
from collections.abc import Iterator

import numpy as np
from matplotlib.mathtext import MathTextParser

from cadl_desktop.lessons.controls import Button, Choice, Control, Slider, Switch, Value
from cadl_desktop.lessons.demonstration import Demonstration
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
OFTEN = 30
"""So many times a button that plays is pressed, if it can be for so long."""


def control(demonstration: Demonstration, name: str) -> Control:
    return next(known for known in demonstration.controls() if known.name == name)


def handle(demonstration: Demonstration, name: str) -> Handle:
    return next(known for known in handles(demonstration) if known.name == name)


def handles(demonstration: Demonstration) -> Iterator[Handle]:
    for figure in demonstration.figures():
        yield from (item for item in figure.items if isinstance(item, Handle))


def values_of(known: Control) -> list[Value]:
    """To which a control can be set: both ends of a slider, every option, on and off."""
    match known:
        case Slider():
            return [known.least, known.most]
        case Choice():
            return [key for key, _ in known.options]
        case Switch():
            return [not known.value, known.value]
    return []


def played(demonstration: Demonstration) -> Iterator[Demonstration]:
    """Everything that can be turned, pressed, dragged and clicked, one after the other, on what the one
    before has left."""
    for name in [known.name for known in demonstration.controls()]:
        known = control(demonstration, name)
        for value in values_of(known):
            demonstration = demonstration.turned(name, value)
            yield demonstration
        if isinstance(known, Button):
            for _ in range(OFTEN if known.plays else 2):
                still = control(demonstration, name)
                if isinstance(still, Button) and still.possible:
                    demonstration = demonstration.pressed(name)
                    yield demonstration
    for name in [*(known.name for known in handles(demonstration)), *clicked(demonstration)]:
        for x, y in ((-1e3, -1e3), (1e3, 1e3), (0.3, 0.4)):
            demonstration = demonstration.moved(name, x, y)
            yield demonstration


def clicked(demonstration: Demonstration) -> list[str]:
    """The names by which clicks on planes are told."""
    return [figure.clicked for figure in demonstration.figures() if figure.clicked]


def check_shown(demonstration: Demonstration) -> None:
    """Asks for all that stands on a page, and fails where it couldn't be drawn or read."""
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
    for known in demonstration.controls():
        check_control(known)


def check_formulas(text: str) -> None:
    """Fails where matplotlib couldn't draw what stands between dollar signs."""
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


def check_control(known: Control) -> None:
    assert known.name
    assert known.label
    assert known.tip
    match known:
        case Slider():
            assert known.least <= known.value <= known.most
            assert not known.logarithmic or known.least > 0
        case Choice():
            assert known.value in values_of(known)
