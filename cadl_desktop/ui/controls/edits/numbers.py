"""Numbers as a person writes them, read in any locale's way: plain, whole, or shares in per cent."""

import math
import re
from dataclasses import dataclass

from cadl_desktop.experiment.paths import read_share, write_share

Number = int | float

_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}([.,]\d{3})+")
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
_NICE = (1, 2, 5, 10)


@dataclass(frozen=True)
class Notation:
    """How the numbers of a field are written. Of shares, `hundred` is the value that is shown as 100 %."""

    whole: bool = False
    hundred: float = 0.0

    def read(self, text: str) -> Number | None:
        """The number that a person meant, or None."""
        if self.hundred:
            return read_share(text, self.hundred, read_number)
        return read_number(text, whole=self.whole)

    def write(self, value: Number) -> str:
        return write_share(value, self.hundred) if self.hundred else plain_number(value)


def read_number(text: str, *, whole: bool = False) -> Number | None:
    """The number that a person meant: '0.01', '0,01', '1e-3', and for whole numbers '1,000'; else None."""
    plain = re.sub(r"\s", "", text).replace("\u2212", "-")
    if whole and _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "").replace(".", "")
    plain = plain.replace(",", ".")
    if not _DECIMAL.fullmatch(plain):
        return None
    number = float(plain)
    if not math.isfinite(number):
        return None
    if whole:
        return int(number) if number == int(number) else None
    return number + 0.0  # a minus before zero means nothing


def plain_number(value: Number) -> str:
    """A number as a person writes it: 1000, 0.001, 1e-8."""
    if isinstance(value, int) or not math.isfinite(value):
        return str(value)
    if value != 0 and not 1e-5 <= abs(value) < 1e9:
        mantissa, _, exponent = f"{value:.10g}".partition("e")
        return f"{mantissa}e{int(exponent)}" if exponent else mantissa
    return f"{value:.10f}".rstrip("0").rstrip(".")


def next_nice(value: float, up: bool) -> float:
    """The nearest of ... 0.1, 0.2, 0.5, 1, 2, 5, 10 ... above or below a positive value."""
    exponent = math.floor(math.log10(value)) - 1
    nice = [digit * 10.0**power for power in range(exponent, exponent + 4) for digit in _NICE[:3]]
    further = [n for n in nice if n > value * 1.000001] if up else [n for n in nice if n < value * 0.999999]
    return float(f"{(min(further) if up else max(further)):.0e}")
