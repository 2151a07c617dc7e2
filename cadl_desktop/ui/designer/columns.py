"""What an experiment's network is drawn as: its columns, and the words on heads without controls."""

from collections.abc import Sequence

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.end_names import input_names, output_names
from cadl_desktop.experiment.identity import identity_of, is_many
from cadl_desktop.experiment.shapes import input_columns, is_encoded, is_painting, widths
from cadl_desktop.ui.network.geometry.layout import DrawnColumn, Role

_MOST_DRAWN = 1 << 16
"""Neurons of a layer. What is wider can't be trained, and may have been typed all the same."""

Words = Sequence[str]
"""The same from its longest form to its shortest."""


def columns_of(experiment: Experiment) -> list[DrawnColumn]:
    """From left to right: the input, the encoding where there is one, the layers, the output."""
    encoded, layers = is_encoded(experiment), len(experiment.layers)
    try:
        counts = [min(count, _MOST_DRAWN) for count in widths(experiment)]
    except KeyError:  # a part that the catalog doesn't know; `check` says so beside it
        counts = [0] * (layers + 2)
    inputs = input_columns(experiment) if encoded else counts[0]
    columns = [DrawnColumn(Role.INPUT, inputs, "Input", input_names(experiment))]
    if encoded:
        columns.append(DrawnColumn(Role.FEATURES, counts[0], "Encoding"))
    for index, count in enumerate(counts[1:-1]):
        columns.append(DrawnColumn(Role.LAYER, count, f"Layer {index + 1}"))
    names = output_names(experiment)
    has_result = is_painting(experiment) and counts[-1] == len(names)
    return [*columns, DrawnColumn(Role.OUTPUT, counts[-1], "Output", names, has_result)]


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
