"""Shares as people write them, in forms and on the command line: '20 %', '20' and '0.2' are the same."""

from collections.abc import Callable


def read_share(text: str, hundred: float, read: Callable[[str], float | None]) -> float | None:
    """The share that a person meant, of which `hundred` is 100 %; None where `read` finds no number.

    A bare number is in per cent from 1 on, and below it a part of the whole.
    """
    plain = text.strip()
    number = read(plain.removesuffix("%"))
    if number is None:
        return None
    per_cent = plain.endswith("%") or abs(number) >= 1
    return round(number * hundred / 100 if per_cent else number * hundred, 12)


def write_share(value: float, hundred: float) -> str:
    """In per cent, as `read_share` reads it: '20 %'."""
    return f"{100 * value / hundred:.10g} %"
