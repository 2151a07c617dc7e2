"""What an experiment's network is drawn as: its columns, and the words on heads without controls."""

from collections.abc import Sequence
from dataclasses import replace

from cadl_desktop.drawing.drawn_network import DrawnColumn, Role, drawn_columns
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.identity import identity_of, is_many
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.ui.controls.fields import translated

Words = Sequence[str]
"""The same from its longest form to its shortest."""


def columns_of(experiment: Experiment) -> list[DrawnColumn]:
    """From left to right, as the person calls them."""
    return [
        replace(column, title=column.title, names=tuple(map(translated, column.names)))
        for column in drawn_columns(experiment)
    ]


def input_words(experiment: Experiment) -> tuple[Words, Words]:
    """Both lines of the input's head."""
    what = "a pixel's place" if is_painting(experiment) else "x"
    if is_many(experiment.data):
        what = "place and picture"
    return ("Input", "In"), (what, "")


def encoding_words(experiment: Experiment, columns: Sequence[DrawnColumn]) -> tuple[Words, Words]:
    """The same of the encoding's."""
    kind = experiment.encoding.kind.capitalize()
    if identity_of(experiment.data) is not None:
        kind = f"{kind}, and which picture"
    count = next((column.neurons for column in columns if column.role is Role.FEATURES), 0)
    return (f"{count} · {kind}", str(count)), ("Encoding", "")
