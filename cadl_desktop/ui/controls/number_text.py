"""Numbers as text: written for labels, and read from and written into fields in any locale's notation."""

import re
from dataclasses import dataclass
from math import floor, isfinite, log10

from PySide6.QtCore import QLocale

from cadl_desktop.experiment.paths import read_share, write_share
from cadl_desktop.sentences import cost_words

Number = int | float

NO_VALUE = "–"
DIGITS = 3
"""Significant digits of figures in labels."""

_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}([.,]\d{3})+")
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
_NICE = (1, 2, 5, 10)


def user_locale() -> QLocale:
    """The user's locale; English on a system without a language (the C locale)."""
    locale = QLocale()
    return QLocale(QLocale.Language.English) if locale.language() == QLocale.Language.C else locale


def grouped(count: int) -> str:
    """Integer with digit groups: 21,187."""
    locale = user_locale()
    return locale.toString(count) if count.bit_length() < 64 else locale.toString(float(count), "g", 3)


def figure(value: float, digits: int = DIGITS) -> str:
    """Number with `digits` significant digits, as short as possible; a dash if it isn't finite."""
    if not isfinite(value):
        return NO_VALUE
    size = abs(value)
    if wants_exponent(value):
        return with_exponent(value, digits)
    places = 0 if size >= 1000 or size == 0 else max(0, digits - 1 - floor(log10(size)))
    text = f"{value:,.{places}f}"
    return (text.rstrip("0").rstrip(".") if places else text).replace("-", "−")


def signed(value: float, digits: int = DIGITS) -> str:
    """`figure` with a sign: +0.25, −1.3, 0."""
    return f"+{figure(value, digits)}" if isfinite(value) and value > 0 else figure(value, digits)


def wants_exponent(value: float) -> bool:
    """Whether `figure` writes a number with an exponent, as it is very small or large."""
    return value != 0 and not 1e-4 <= abs(value) < 1e6


def with_exponent(value: float, digits: int) -> str:
    """Scientific notation: 1.25e−7."""
    mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}".replace("-", "−")


def cost_text(cost: float) -> str:
    """`cost_words` with the separators of the user's locale."""
    locale = user_locale()
    signs: dict[str, str | int | None] = {",": locale.groupSeparator(), ".": locale.decimalPoint()}
    return cost_words(cost).translate(str.maketrans(signs))


def decibels_text(value: float) -> str:
    """PSNR with its unit; a dash if it isn't finite."""
    return f"{user_locale().toString(value, 'f', 2)} dB" if isfinite(value) else NO_VALUE


def clock_text(seconds: float) -> str:
    """Duration as a clock shows it: '1:07' or '2:01:07'."""
    whole = max(0, round(seconds))
    hours, minutes, left = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def duration_text(seconds: float) -> str:
    """Rough duration: '40 s', '12 min', '3 h'."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h" if seconds < 36000 else f"{round(seconds / 3600)} h"


@dataclass(frozen=True)
class Notation:
    """Notation of the numbers in a field: `whole` numbers, or shares in per cent, where `hundred` is the
    value shown as 100 %."""

    whole: bool = False
    hundred: float = 0.0

    def read(self, text: str) -> Number | None:
        """The number that was typed; None if it isn't one."""
        if self.hundred:
            return read_share(text, self.hundred, read_number)
        return read_number(text, whole=self.whole)

    def write(self, value: Number) -> str:
        text = write_share(value, self.hundred) if self.hundred else plain_number(value)
        return text.replace("-", "−")  # as labels write it


def read_number(text: str, *, whole: bool = False) -> Number | None:
    """Reads '0.01', '0,01', '1e-3', and for whole numbers '1,000'; None for anything else."""
    plain = re.sub(r"\s", "", text).replace("\u2212", "-")
    if whole and _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "").replace(".", "")
    plain = plain.replace(",", ".")
    if not _DECIMAL.fullmatch(plain):
        return None
    number = float(plain)
    if not isfinite(number):
        return None
    if whole:
        return int(number) if number == int(number) else None
    return number + 0.0  # no negative zero


def plain_number(value: Number) -> str:
    """Writes a number for a field: 1000, 0.001, 1e-8."""
    if isinstance(value, int) or not isfinite(value):
        return str(value)
    if value != 0 and not 1e-5 <= abs(value) < 1e9:
        mantissa, _, exponent = f"{value:.10g}".partition("e")
        return f"{mantissa}e{int(exponent)}" if exponent else mantissa
    return f"{value:.10f}".rstrip("0").rstrip(".")


def next_nice(value: float, up: bool) -> float:
    """The nearest of 0.1, 0.2, 0.5, 1, 2, 5, 10 and so on, above or below a positive value."""
    exponent = floor(log10(value)) - 1
    nice = [digit * 10.0**power for power in range(exponent, exponent + 4) for digit in _NICE[:3]]
    beyond = [n for n in nice if n > value * 1.000001] if up else [n for n in nice if n < value * 0.999999]
    return float(f"{(min(beyond) if up else max(beyond)):.0e}")
