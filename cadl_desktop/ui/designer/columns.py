"""The words on heads of the network that have no controls: its input and its encoding."""

from collections.abc import Sequence

from cadl_desktop.drawing.drawn_network import DrawnColumn, Role
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.identity import identity_of, is_many
from cadl_desktop.experiment.shapes import is_painting

Words = Sequence[str]
"""A text from its longest form to its shortest."""


def input_words(experiment: Experiment) -> tuple[Words, Words]:
    """Both lines of the input's head."""
    what = "a pixel's place" if is_painting(experiment) else "x"
    if is_many(experiment.data):
        what = "place and picture"
    return ("Input", "In"), (what, "")


def encoding_words(experiment: Experiment, columns: Sequence[DrawnColumn]) -> tuple[Words, Words]:
    """Both lines of the encoding's head."""
    kind = experiment.encoding.kind.capitalize()
    if identity_of(experiment.data) is not None:
        kind = f"{kind}, and which picture"
    count = next((column.neurons for column in columns if column.role is Role.FEATURES), 0)
    return (f"{count} · {kind}", str(count)), ("Encoding", "")
