"""What a linear readout of each layer alone makes of the input."""

from dataclasses import dataclass

from cadl_desktop.runs.events import Floats


@dataclass(frozen=True, eq=False)
class Readouts:
    """`outputs` are (outputs, places) for each column between input and output, in the target's own units,
    at the places of a `Probed`. It took `seconds` to find them."""

    outputs: tuple[Floats, ...]
    seconds: float
