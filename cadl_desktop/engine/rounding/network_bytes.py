"""Bytes in which a network paints its picture, beside those of JPEG and WebP."""

from collections.abc import Generator, Sequence

from cadl_desktop.data.pictures.codec_sizes import codec_comparison
from cadl_desktop.engine.rounding.weight_rounding import rounded
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.evaluations import NetworkBytes
from cadl_desktop.runs.events import Floats


def network_bytes(
    experiment: Experiment, weights: Sequence[Floats], for_cores: int | None = None
) -> Generator[NetworkBytes | None, None, None]:
    """Rounds weights as `rounded` does, and compares their bytes with those of picture files. Yields None
    after each piece of work, and the result at the end; closing the iterator cancels.

    Raises RoundingError, and `data.samples.DataError`.
    """
    network = yield from rounded(experiment, weights, for_cores=for_cores)
    size = len(network.packed)
    codecs = yield from codec_comparison(experiment, network.psnr, size)
    yield NetworkBytes(network.bits, size, network.psnr, codecs)
