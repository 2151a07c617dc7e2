"""What inputs and targets are scaled to before the network sees them."""

from cadl_desktop.experiment.catalog.shipped import ship
from cadl_desktop.experiment.registry import Entry

ship(
    "input_scaling",
    Entry("none", "As they are", "Positions in pixels, or x as it was observed.", "none"),
    Entry(
        "standardised",
        "Standardised",
        "One mean and one deviation over all inputs together, as in the lecture.",
        "standardised",
    ),
    Entry(
        "standardised per column",
        "Per column",
        "Each input by its own mean and deviation.",
        "standardised_per_column",
    ),
    Entry("centred", "Centred", "Between −½ and ½, from edge to edge.", "centred"),
    Entry(
        "square",
        "Square pixels",
        "Between −½ and ½ along the longest side; a pixel is as wide as it is high.",
        "square",
    ),
)
ship(
    "target_scaling",
    Entry("none", "As they are", "Colours from 0 to 255, or y as it was observed.", "none"),
    Entry(
        "unit", "0 to 1", "The darkest to the brightest, or the lowest to the highest, become 0 to 1.", "unit"
    ),
    Entry(
        "signed",
        "−1 to 1",
        "The darkest to the brightest, or the lowest to the highest, become −1 to 1.",
        "signed",
    ),
    Entry("standardised", "Standardised", "By their mean and deviation.", "standardised"),
)
