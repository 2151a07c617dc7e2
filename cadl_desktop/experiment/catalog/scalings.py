"""What inputs and targets are scaled to before the network sees them."""

from cadl_desktop.experiment.registry import Entry, register

for _kind, _title, _help in (
    ("none", "As they are", "Positions in pixels, or x as it was observed."),
    (
        "standardised",
        "Standardised",
        "One mean and one deviation over all inputs together, as in the lecture.",
    ),
    ("standardised per column", "Per column", "Each input by its own mean and deviation."),
    ("centred", "Centred", "Between −½ and ½, from edge to edge."),
):
    register(
        "input_scaling",
        Entry(_kind, _title, _help, f"cadl_desktop.data.scaling:{_kind.replace(' ', '_')}"),
    )
for _kind, _title, _help in (
    ("none", "As they are", "Colours from 0 to 255, or y as it was observed."),
    ("unit", "0 to 1", "The darkest to the brightest, or the lowest to the highest, become 0 to 1."),
    ("signed", "−1 to 1", "The darkest to the brightest, or the lowest to the highest, become −1 to 1."),
    ("standardised", "Standardised", "By their mean and deviation."),
):
    register("target_scaling", Entry(_kind, _title, _help, f"cadl_desktop.data.scaling:{_kind}"))
