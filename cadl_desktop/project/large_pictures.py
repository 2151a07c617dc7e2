"""Carried pictures that are larger than any that this program has written, as their headers say."""

from cadl_desktop.data.pictures.many_pictures import MOST_SIDE as MOST_SQUARE
from cadl_desktop.data.pictures.png_header import png_header
from cadl_desktop.experiment.catalog import entries
from cadl_desktop.experiment.catalog.datasets import MOST_PICTURES
from cadl_desktop.experiment.catalog.large_pictures import MOST_PIXELS
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.storage.container import DamageError


def refuse_large_pictures(experiment: Experiment) -> None:
    """Raises DamageError: a few thousand bytes can be a hundred million pixels."""
    known = entries("dataset").get(experiment.data.kind)
    if known is None:
        return
    most = MOST_PICTURES * MOST_SQUARE**2 if known.pictures else MOST_PIXELS
    for value in experiment.data.as_dict().values():
        header = png_header(value) if isinstance(value, bytes) else None
        if header and header.width * header.height > most:
            raise DamageError(
                "its picture has more than the {most:g} megapixels that are possible; use another copy.",
                most=round(most / 1e6, 1),
            )
