"""Columns of a table for x and y, as --x and --y name them."""

from collections.abc import Sequence

from cadl_desktop.cli.arguments import UsageError
from cadl_desktop.data.curves.columns import shortened_name
from cadl_desktop.data.curves.text_tables import ROW_NUMBER, Table, clock_of, likely_columns
from cadl_desktop.sentences import shown

_ROW = "row"
_MOST_LISTED = 20


def chosen_columns(table: Table, x: Sequence[str] | None, y: Sequence[str] | None) -> tuple[int, int]:
    """Columns that the options --x and --y name; of one that isn't given the first that is left, and without
    both the likeliest. Raises UsageError, which lists the columns, and TableError."""
    if x is None and y is None:
        return likely_columns(table)
    across = None if x is None else _named_column(table, "x", x)
    up = None if y is None else _named_column(table, "y", y)
    if across is None:
        left = [each for each in sorted((*table.numeric, *table.dated)) if each != up]
        across = _likeliest(table, "x", left)
    if up is None:
        taken = across, clock_of(table, across, ROW_NUMBER)
        left = [each for each in (*table.numeric, *table.dated) if each not in taken]
        up = _likeliest(table, "y", left)
    if up == ROW_NUMBER:
        raise UsageError("--y: {table} has no column of numbers that is left for y.", table=table.title)
    return across, up


def _likeliest(table: Table, letter: str, left: Sequence[int]) -> int:
    """Column with the letter for its name, else the first one that is left, else ROW_NUMBER."""
    named = [each for each in left if table.names[each].strip().casefold() == letter]
    return next(iter((*named, *left)), ROW_NUMBER)


def _named_column(table: Table, letter: str, given: Sequence[str]) -> int:
    if len(given) > 1:
        raise UsageError("--{letter} is given twice; a curve has one {letter}.", letter=letter)
    name = " ".join(given[0].split())
    found = _columns_called(table, name)
    if len(found) > 1:
        raise UsageError(
            "--{letter}: {table} has several columns '{name}'; give a number: {numbers}.",
            letter=letter,
            table=table.title,
            name=name,
            numbers=" or ".join(str(each + 1) for each in found),
        )
    if not found and letter == "x" and name.casefold() == _ROW:
        return ROW_NUMBER
    if not found and name.isascii() and name.isdecimal() and 1 <= int(name[:9]) <= len(table.names):
        found = [int(name) - 1]
    usable = [*table.numeric, *table.dated]
    if found and found[0] in usable:
        return found[0]
    parts = name.split(",")
    if not found and len(parts) > 1 and all(_columns_called(table, each.strip()) for each in parts):
        raise UsageError(
            "--{letter}: '{name}' are several columns; a curve has one.", letter=letter, name=name
        )
    problem = "holds too few numbers or dates" if found else "is no column of the table"
    raise UsageError(
        "--{letter}: '{name}' {problem}; choose one of {columns}.",
        letter=letter,
        name=name[:40],
        problem=problem,
        columns=_listed(table, sorted(usable)) or "another table",
    )


def _columns_called(table: Table, name: str) -> list[int]:
    """Columns of this name, spelled exactly so or else with other capitals."""
    names = dict(enumerate(table.names))
    exact = [each for each, called in names.items() if called == name]
    return exact or [each for each, called in names.items() if called.casefold() == name.casefold()]


def _listed(table: Table, columns: Sequence[int]) -> str:
    names = ", ".join(f"'{shown(shortened_name(table.names[each]))}'" for each in columns[:_MOST_LISTED])
    more = len(columns) - _MOST_LISTED
    return f"{names} and {more} more" if more > 0 else names
