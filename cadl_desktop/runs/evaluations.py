"""Results of evaluating a network, as plain data."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.experiment.catalog import entries
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import has_weights
from cadl_desktop.runs.events import Floats
from cadl_desktop.sentences import Sentence, SentenceError

if TYPE_CHECKING:  # Pillow would be imported with it
    from cadl_desktop.data.pictures.codec_sizes import CodecComparison


@dataclass(frozen=True, eq=False)
class Costs:
    """Mean costs of several weight vectors, `values` (n,), over `samples` samples; infinite or NaN where the
    network is. Computing them took `seconds`."""

    values: NDArray[np.float64]
    samples: int
    seconds: float


@dataclass(frozen=True, eq=False)
class Readouts:
    """Linear readouts of each layer: `outputs` has (outputs, places) for each column between input and
    output, in the target's units, at the places of a `Probed`. Computing them took `seconds`."""

    outputs: tuple[Floats, ...]
    seconds: float


class RoundingError(SentenceError):
    """Error for weights that can't be rounded; the message is one plain sentence."""


def no_bytes(experiment: Experiment) -> Sentence | None:
    """Returns why a network has no bytes to compare with those of picture files; None if it has."""
    dataset = entries("dataset").get(experiment.data.kind)
    if dataset is None or dataset.makes != "picture":
        return Sentence(
            "'{name}' doesn't paint one picture; only such a network can be compared with picture files.",
            name=experiment.name,
        )
    if not has_weights(experiment):
        return Sentence("'{name}' has no weights that could be rounded; add a layer.", name=experiment.name)
    return None


@dataclass(frozen=True)
class NetworkBytes:
    """Size in bytes of a network that paints a picture, once its weights are rounded to `bits` bits on
    average; the PSNR in dB that it still paints; and what JPEG and WebP make of the picture."""

    bits: float
    bytes: int
    psnr: float
    codecs: "CodecComparison"


@dataclass(frozen=True)
class Operation:
    """Operation of a traced forward pass.

    `scope` is the part of the network that made it: 'encoding', 'layer_1', ..., 'output_7', or '' for the
    inputs. `name` is its name within that scope, `kind` its type. `shape` is that of its result, with None
    for the number of samples.
    """

    name: str
    kind: str
    scope: str
    shape: tuple[int | None, ...]
