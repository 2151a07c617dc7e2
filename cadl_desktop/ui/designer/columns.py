"""What an experiment's network is drawn as: its columns, and the words on heads without controls."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.end_names import input_names, output_names
from cadl_desktop.experiment.identity import identity_of, is_many
from cadl_desktop.experiment.shapes import input_columns, is_encoded, is_painting, widths
from cadl_desktop.sentences import Sentence, filled
from cadl_desktop.ui.controls.fields import translated
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
    columns = [DrawnColumn(Role.INPUT, inputs, _tr("Input"), _in_words(input_names(experiment)))]
    if encoded:
        columns.append(DrawnColumn(Role.FEATURES, counts[0], _tr("Encoding")))
    for index, count in enumerate(counts[1:-1]):
        title = filled(_tr("Layer {number}"), number=index + 1)
        columns.append(DrawnColumn(Role.LAYER, count, title))
    names = _in_words(output_names(experiment))
    has_result = is_painting(experiment) and counts[-1] == len(names)
    return [*columns, DrawnColumn(Role.OUTPUT, counts[-1], _tr("Output"), names, has_result)]


def _in_words(names: Sequence[Sentence]) -> tuple[str, ...]:
    return tuple(translated(name) for name in names)


def input_words(experiment: Experiment) -> tuple[Words, Words]:
    """Both lines of the input's head."""
    what = _tr("a pixel's place") if is_painting(experiment) else _tr("x")
    if is_many(experiment.data):
        what = _tr("place and picture")
    return (_tr("Input"), _tr("In")), (what, "")


def encoding_words(experiment: Experiment, columns: Sequence[DrawnColumn]) -> tuple[Words, Words]:
    """The same of the encoding's."""
    kind = translated(experiment.encoding.kind.capitalize())
    if identity_of(experiment.data) is not None:
        kind = filled(_tr("{encoding}, and which picture"), encoding=kind)
    count = next((column.neurons for column in columns if column.role is Role.FEATURES), 0)
    return (f"{count} · {kind}", str(count)), (_tr("Encoding"), "")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Columns", text)
