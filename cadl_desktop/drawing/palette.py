"""Colours of the light and the dark theme, by meaning. Plots in files use the light theme."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """Colours by meaning, each '#rrggbb'. `blue` is positive and `orange` negative everywhere;
    `accent` is for acting; `series` is what the network makes, `series_two` what was held out from it."""

    dark: bool
    window: str
    surface: str
    raised: str
    hover: str
    border: str
    text: str
    muted: str
    disabled: str
    accent: str
    accent_hover: str
    on_accent: str
    warning_surface: str
    error_surface: str
    good: str
    amber: str
    red: str
    blue: str
    orange: str
    neutral: str
    """The middle of the blue and orange scale: no weight, no error."""
    plot_background: str
    grid: str
    series: str
    series_two: str
    truth: str
    points: str
    ghost: str


LIGHT = Theme(
    dark=False,
    window="#eeeff1",
    surface="#f8f8f9",
    raised="#ffffff",
    hover="#e7e8eb",
    border="#cfd1d6",
    text="#1d2025",
    muted="#5a5f68",
    disabled="#a3a7ae",
    accent="#0b7a6c",
    accent_hover="#096659",
    on_accent="#ffffff",
    warning_surface="#fbefd2",
    error_surface="#fae1de",
    good="#1f7a3d",
    amber="#c98500",
    red="#b3261e",
    blue="#1f6fc4",
    orange="#d2650a",
    neutral="#ffffff",
    plot_background="#ffffff",
    grid="#e3e5e8",
    series="#0b7a6c",
    series_two="#a8478f",
    truth="#24282e",
    points="#747a84",
    ghost="#55a99d",
)

DARK = Theme(
    dark=True,
    window="#191b1e",
    surface="#22252a",
    raised="#2d3137",
    hover="#393e45",
    border="#40454d",
    text="#e8e9ec",
    muted="#a9aeb7",
    disabled="#6b717a",
    accent="#35b39e",
    accent_hover="#4cc9b4",
    on_accent="#04201b",
    warning_surface="#41351a",
    error_surface="#482725",
    good="#6cc887",
    amber="#e8b13c",
    red="#ff8a7f",
    blue="#5aa7f2",
    orange="#f0953a",
    neutral="#1b1d20",
    plot_background="#1d2024",
    grid="#2f3339",
    series="#3fc0aa",
    series_two="#e08cc4",
    truth="#e4e6ea",
    points="#8d939c",
    ghost="#2f9082",
)

SIGN_ROOT = 0.7
"""Exponent applied to a number's share of the largest, to get the share of blue or orange. It emphasises
small numbers, such as errors of a good painting."""
ERROR_REACH = 128
"""Error at which the colour scale ends; the scale does not depend on the data."""
