"""Figures of a run as texts: a cost, a time, and what stands where there is none yet."""

from math import isfinite

from PySide6.QtCore import QLocale

NOTHING = "–"


def cost_text(cost: float, locale: QLocale) -> str:
    """Four significant figures, as many as can be read while they change."""
    if cost == 0 or 1e-3 <= abs(cost) < 1e5:
        decimals = max(0, 3 - len(str(int(abs(cost))))) if abs(cost) >= 1 else 4
        return locale.toString(cost, "f", decimals + (1 if abs(cost) >= 1 else 0))
    if not isfinite(cost):
        return locale.toString(cost)
    mantissa, _, exponent = f"{cost:.2e}".partition("e")
    return f"{locale.toString(float(mantissa), 'f', 2)}e{int(exponent)}".replace("-", "−")  # as on the axes


def clock_text(seconds: float) -> str:
    """'1:07' or '2:01:07'."""
    whole = max(0, round(seconds))
    hours, minutes, left = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"
