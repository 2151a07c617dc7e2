"""Whether an experiment that was read is such as this program would have written."""

from msgspec import ValidationError, convert
from msgspec.structs import replace

from cadl_desktop.data.pictures.many_pictures import MOST_SIDE as MOST_SQUARE
from cadl_desktop.data.pictures.masks import normalised_mask
from cadl_desktop.data.pictures.picture_headers import png_header
from cadl_desktop.data.pictures.picture_reading import PictureError
from cadl_desktop.experiment.catalog import Category, entries
from cadl_desktop.experiment.catalog.dataset_entries import MOST_PICTURES, MOST_PIXELS
from cadl_desktop.experiment.check import MOST_LAYERS, check
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.paths import SETTING_TYPES, parts_of
from cadl_desktop.storage.container import DamageError

_UNFINISHED = frozenset(
    {
        "output.kind",
        "layers",
        *(f"data.{name}" for name in ("image", "high", "mask", "keep", "points", "expression")),
    }
)
"""What a person may have left half done: such an experiment can't be trained, but opened and mended."""

_MOST_TOGETHER, _MOST_OF_A_RUN = 1000, 2 * MOST_LAYERS
"""Layers, or settings of one thing: a person may have added far more than can be trained, but no run has."""
_MOST_SIGNS = 100_000
_TOO_MUCH = "its experiment holds too much to be one; use another copy."


def refuse_long(content: bytes) -> None:
    """Raises DamageError where an experiment as JSON can't be one: what is made of its braces and commas
    takes twenty times as much room as they do."""
    if sum(map(content.count, (b"{", b"[", b","))) > _MOST_SIGNS:
        raise DamageError(_TOO_MUCH)


def refuse_crowded(plain: object, of_run: bool = False) -> None:
    """Raises DamageError where JSON-like data holds more of anything than an experiment has, or that of a
    run: each of its parts is compared with the catalog, and a million of them would take minutes."""
    if isinstance(plain, dict | list) and len(plain) > (_MOST_OF_A_RUN if of_run else _MOST_TOGETHER):
        raise DamageError(_TOO_MUCH)
    for each in plain.values() if isinstance(plain, dict) else plain if isinstance(plain, list) else ():
        refuse_crowded(each, of_run)


def sound(experiment: Experiment) -> Experiment:
    """The same as this program would have written it. Raises DamageError where it couldn't have."""
    _refuse_large_pictures(experiment)
    for field, category, part in parts_of(experiment):
        _refuse_wrong_types(field, category, part)
    experiment = _with_own_mask(experiment)
    for problem in check(experiment):
        if problem.field not in _UNFINISHED:
            raise DamageError("its setting {problem}", problem=problem.sentence)
    return experiment


def _refuse_large_pictures(experiment: Experiment) -> None:
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


def _refuse_wrong_types(field: str, category: Category, part: Part) -> None:
    known = entries(category)
    if part.kind not in known:
        raise DamageError(
            "it uses the {category} '{kind}', which is not installed here; install what adds it.",
            category=category,
            kind=part.kind,
        )
    settings = part.as_dict()
    for parameter in known[part.kind].parameters:
        try:
            convert(settings[parameter.name], SETTING_TYPES[parameter.kind], builtin_types=(bytes,))
        except ValidationError as error:
            raise DamageError(
                "its setting {field}.{name} is of the wrong type; use another copy.",
                field=field,
                name=parameter.name,
            ) from error


def _with_own_mask(experiment: Experiment) -> Experiment:
    """The same with its mask as this program writes it: a mask is looked at on the event loop, which can't
    wait for the process that decodes. Raises DamageError where it can't be read."""
    mask = experiment.data.as_dict().get("mask")
    if not isinstance(mask, bytes):
        return experiment
    try:
        own = normalised_mask(mask)
    except PictureError as error:
        raise DamageError("its mask can't be read; use another copy.") from error
    return experiment if own is mask else replace(experiment, data=experiment.data.has(mask=own))
