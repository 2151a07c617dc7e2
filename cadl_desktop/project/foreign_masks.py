"""Masks that a file carries in another form than this program writes."""

import msgspec

from cadl_desktop.data.pictures.masks import as_own
from cadl_desktop.data.pictures.picture_files import PictureError
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.storage.container import DamageError


def with_own_mask(experiment: Experiment) -> Experiment:
    """The same with its mask as this program writes it: a mask is looked at on the event loop, which can't
    wait for the process that decodes. Raises DamageError where it can't be read."""
    mask = experiment.data.as_dict().get("mask")
    if not isinstance(mask, bytes):
        return experiment
    try:
        own = as_own(mask)
    except PictureError as error:
        raise DamageError("its mask can't be read; use another copy.") from error
    return (
        experiment if own is mask else msgspec.structs.replace(experiment, data=experiment.data.has(mask=own))
    )
