"""Numbers as texts: counts, figures of any size, a cost, a time, and what stands where there is none yet."""

from math import floor, isfinite, log10

from PySide6.QtCore import QLocale

NOTHING = "–"
DIGITS = 3
"""As many significant figures as are read at a glance."""


def own_locale() -> QLocale:
    """The person's own way of writing numbers; a system without a language has none."""
    locale = QLocale()
    return QLocale(QLocale.Language.English) if locale.language() == QLocale.Language.C else locale


def grouped(count: int) -> str:
    """21,187."""
    locale = own_locale()
    return locale.toString(count) if count.bit_length() < 64 else locale.toString(float(count), "g", 3)


def figure(value: float, digits: int = DIGITS) -> str:
    """A number with so many significant figures, as short as it can be read."""
    if not isfinite(value):
        return NOTHING
    size = abs(value)
    if wants_exponent(value):
        return with_exponent(value, digits)
    places = 0 if size >= 1000 or size == 0 else max(0, digits - 1 - floor(log10(size)))
    text = f"{value:,.{places}f}"
    return (text.rstrip("0").rstrip(".") if places else text).replace("-", "−")


def signed(value: float, digits: int = DIGITS) -> str:
    """The same with its sign: +0.25, −1.3, 0."""
    return f"+{figure(value, digits)}" if isfinite(value) and value > 0 else figure(value, digits)


def wants_exponent(value: float) -> bool:
    """Whether a number is too small or too large to be read without one."""
    return value != 0 and not 1e-4 <= abs(value) < 1e6


def with_exponent(value: float, digits: int) -> str:
    """1.25e−7."""
    mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}".replace("-", "−")


def cost_text(cost: float, locale: QLocale) -> str:
    """Four significant figures, as many as can be read while they change."""
    if cost == 0 or 1e-3 <= abs(cost) < 1e5:
        decimals = max(0, 3 - len(str(int(abs(cost))))) if abs(cost) >= 1 else 4
        return locale.toString(cost, "f", decimals + (1 if abs(cost) >= 1 else 0))
    if not isfinite(cost):
        return locale.toString(cost)
    mantissa, _, exponent = f"{cost:.2e}".partition("e")
    return f"{locale.toString(float(mantissa), 'f', 2)}e{int(exponent)}".replace("-", "−")


def clock_text(seconds: float) -> str:
    """'1:07' or '2:01:07'."""
    whole = max(0, round(seconds))
    hours, minutes, left = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def duration_text(seconds: float) -> str:
    """About how long something takes: '40 s', '12 min', '3 h', as one says it."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h" if seconds < 36000 else f"{round(seconds / 3600)} h"
