"""In which order arrays come that have numbers in their names."""

import re
from collections.abc import Iterable
from itertools import zip_longest
from typing import Any

_PIECES = re.compile(r"_?[0-9]+|:|(?:(?!_?[0-9])[^:])+", re.DOTALL)
"""Of 'dense_10:last' these are 'dense', '_10', ':' and 'last'."""


def in_order(names: Iterable[str]) -> list[str]:
    """'dense_2' before 'dense_10', and what differs in more than numbers as it was given: 'encoder.1' before
    'decoder.0' where the first encoder stood before the first decoder."""
    tree: dict[str, Any] = {}
    places: dict[str, list[tuple[int, int, str]]] = {}
    for name in names:
        node, places[name] = tree, []
        for piece in _pieces(name):
            length, digits = _number(piece)
            # One place for all numbers that could stand here, and one for each other piece.
            place, children = node.setdefault("0" if length else piece, (len(node), {}))
            places[name].append((place, length, digits))
            node = children.setdefault(digits, {})
    return sorted(places, key=places.__getitem__)


def numbers_tell(one: str, other: str) -> bool:
    """Whether the first thing in which two names differ is a number: 'dense' and 'dense_1' do, and
    'net.2' and 'net.10', but 'in' and 'hidden1' don't."""
    pairs = zip_longest(_pieces(one), _pieces(other), fillvalue=":")
    first = next(((mine, theirs) for mine, theirs in pairs if _number(mine) != _number(theirs)), None)
    return first is not None and all(piece == ":" or _number(piece)[0] for piece in first)


def natural(name: str) -> list[tuple[int, str]]:
    """Sorts 'dense_2' before 'dense_10', and all else by the alphabet."""
    return [_number(piece) for piece in _pieces(name)]


def _pieces(name: str) -> list[str]:
    return _PIECES.findall(name)


def _number(piece: str) -> tuple[int, str]:
    """How many digits it has, as `int` refuses very long ones, and which; none and the piece where it is
    something else."""
    digits = piece.removeprefix("_")
    if not "0" <= digits[:1] <= "9":
        return 0, piece
    digits = digits.lstrip("0") or "0"
    return len(digits), digits
