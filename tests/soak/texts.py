"""The soak 'texts': projects, tables and functions of x, altered at random and put together from pieces."""

import json
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from cadl_desktop.data.curves.expressions import FUNCTIONS, read_expression
from cadl_desktop.data.curves.table_text import load_text
from cadl_desktop.data.curves.text_tables import likely_columns, read_table, take_points
from cadl_desktop.data.samples import DataError
from cadl_desktop.project import ProjectError, open_project
from cadl_desktop.project.file import open_plain_experiment
from tests.project.members import members_of, with_members
from tests.soak.harm import Harm, altered
from tests.soak.soak import Attempt, Row, Soak

INPUTS = 500
"""Number of inputs of an attempt."""
PROJECTS = Path(__file__).parents[1] / "project" / "saved_by_0_1"
ODD: tuple[Any, ...] = (
    None, True, -1, 0, 1, 2**31, 2**63, 10**30, -0.5, 1e308, float("inf"), "", "x", "\0", "é" * 300, [], {},
    [[]], {"picture": "pictures/0.png"}, {"kind": "dense"},
)  # fmt: skip
PIECES = (
    *FUNCTIONS, *"+-*/()<>=,.x", "**", "<=", "==", "pi", "e", "1e308", "9" * 20, "0", "0.5", " if ", " else ",
    " and ", "not ", "min(", "max(", "π", "×", "_", "__class__", "lambda:", "[", "'", "\\", "\n", "\0", "²",
)  # fmt: skip
TABLES = (
    "x,y\n0,1\n1,2.5\n2,-3e4\n",
    "Zeit;Höhe\n0,5;1,25\n1,5;2\n",
    "# a comment\n0 1 2\n3 4 5\n",
    'name\t"a ""b"""\nx\t1\ny\t2\n',
    "1|2|3\n4|nan|inf\n",
)
_X = np.linspace(-3, 3, 100)


def attempt(seed: int, folder: Path, inputs: int = INPUTS) -> Attempt:
    draw = Random(seed)
    harm = Harm((ProjectError, DataError), most_seconds=1.0, most_bytes=500 * 2**20, clock=time.process_time)
    path = folder / "altered.cadl"
    for number in range(inputs):
        make = draw.choice(MAKERS)
        name = f"{make.__name__} {number}"
        harm.read(name, make(draw, path))
    return harm.attempt()


def flipped_project(draw: Random, path: Path) -> Callable[[], object]:
    path.write_bytes(altered(draw.choice(_projects()), draw))
    return lambda: open_project(path)


def flipped_member(draw: Random, path: Path) -> Callable[[], object]:
    path.write_bytes(draw.choice(_projects()))
    name = draw.choice([*members_of(path)])
    with_members(path, lambda members: members.update({name: altered(members[name], draw)}))
    return lambda: open_project(path)


def odd_json(draw: Random, path: Path) -> Callable[[], object]:
    """A project of which a value or two were replaced."""
    path.write_bytes(draw.choice(_projects()))
    name = draw.choice([name for name in members_of(path) if name.endswith(".json")])

    def change(members: dict[str, bytes]) -> None:
        plain = json.loads(members[name])
        for _ in range(draw.choice([1, 1, 2])):
            plain = _with_odd(plain, draw)
        members[name] = json.dumps(plain).encode()

    with_members(path, change)
    return lambda: open_project(path)


def odd_plain_experiment(draw: Random, path: Path) -> Callable[[], object]:
    path.write_bytes(draw.choice(_projects()))
    plain = json.loads(members_of(path)["experiment.json"])["experiment"]
    path.write_text(json.dumps(_with_odd(plain, draw)))
    return lambda: open_plain_experiment(path)


def table(draw: Random, path: Path) -> Callable[[], object]:
    whole = draw.choice(TABLES) * draw.choice([1, 3, 200])
    encoding = draw.choice(["utf-8", "utf-16", "utf-8-sig", "latin-1", "utf-32"])
    path.write_bytes(altered(whole.encode(encoding), draw))

    def read() -> object:
        found = read_table(load_text(path))
        return take_points(found, *likely_columns(found))

    return read


def function(draw: Random, path: Path) -> Callable[[], object]:
    text = "".join(draw.choice(PIECES) for _ in range(draw.randrange(1, 40)))
    return lambda: read_expression(text)(_X)


MAKERS = (flipped_project, flipped_member, odd_json, odd_plain_experiment, table, table, function, function)


@cache
def _projects() -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in sorted(PROJECTS.glob("*.cadl")))


def _with_odd(plain: Any, draw: Random) -> Any:
    """Copy of the data with one value, anywhere in it, replaced."""
    if isinstance(plain, dict) and plain and draw.random() < 0.85:
        name = draw.choice([*plain])
        changed = {**plain, name: _with_odd(plain[name], draw)}
        if draw.random() < 0.05:
            del changed[name]
        return changed
    if isinstance(plain, list) and plain and draw.random() < 0.85:
        at = draw.randrange(len(plain))
        return [*plain[:at], _with_odd(plain[at], draw), *plain[at + 1 :]]
    return draw.choice(ODD)


SOAK = Soak(
    "projects, tables and functions, altered and put together at random",
    250_000 // INPUTS,
    attempt,
    (
        Row("inputs", "", bound=("at least", 250_000)),
        Row("refused", ""),
        Row("slowest input", "s", "each"),
        Row("growth of the program", "MB", "each"),
    ),
)
