"""What --set, --mask and --seed make of an experiment."""

import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import msgspec

from cadl_desktop.cli.arguments import UsageError
from cadl_desktop.cli.openings import points_of
from cadl_desktop.data.pictures.many_pictures import load_pictures
from cadl_desktop.data.pictures.masks import mask_of_file, stretch_note
from cadl_desktop.data.pictures.picture_dataset import load_picture
from cadl_desktop.data.samples import DataError
from cadl_desktop.experiment.catalog import entries
from cadl_desktop.experiment.catalog.dataset_entries import MOST_PICTURES
from cadl_desktop.experiment.methods.following import followed, stop_following
from cadl_desktop.experiment.model import Experiment, has_many_pictures
from cadl_desktop.experiment.part import Part, Value
from cadl_desktop.experiment.paths import PathError, set_path
from cadl_desktop.sentences import sentence_of, shown


def with_settings(experiment: Experiment, options: Namespace) -> Experiment:
    """What is set is typed, and all else that follows a method follows it. Raises UsageError."""
    # A kind brings its defaults along, which would undo what was set before it.
    for path, value in sorted(options.set, key=lambda setting: not setting[0].endswith(".kind")):
        experiment = _with_setting(experiment, path, value)
    if options.mask is not None:
        if experiment.data.kind != "picture":
            raise UsageError(
                "--mask: '{name}' doesn't paint one picture; leave it out.", name=experiment.name
            )
        experiment = _with_setting(experiment, "data.mask", options.mask)
    if options.seed is not None:
        experiment = msgspec.structs.replace(experiment, seed=options.seed)
    return experiment


def _with_setting(experiment: Experiment, path: str, value: str) -> Experiment:
    try:
        changed = _set(experiment, path, value)
    except (PathError, DataError) as error:
        raise UsageError(sentence_of(error)) from error
    return followed(experiment, stop_following(changed, [path]))


def _set(experiment: Experiment, path: str, text: str) -> Experiment:
    head, _, name = path.partition(".")
    known = entries("dataset").get(experiment.data.kind)
    kinds = {parameter.name: parameter.kind for parameter in known.parameters} if known else {}
    if head != "data" or kinds.get(name) not in _READERS:
        return set_path(experiment, path, text)
    settings = _READERS[kinds[name]](experiment.data, text)
    return msgspec.structs.replace(experiment, data=experiment.data.has(**settings))


def _picture(data: Part, text: str) -> dict[str, Value]:
    path = Path(text)
    image = load_pictures([path], MOST_PICTURES)[0] if has_many_pictures(data) else load_picture(path)
    return {"image": image, "source": "own"}


def _mask(data: Part, text: str) -> dict[str, Value]:
    """Its file; another shape than the picture's is told on standard error."""
    if text.strip().lower() == "none":
        return {"mask": b""}
    path = Path(text)
    mask = mask_of_file(path)
    if stretched := stretch_note(data, mask):
        told = f"{shown(path.name)}: {stretched}."
        sys.stderr.write(f"{told}\n")
    return {"mask": mask}


def _points(data: Part, text: str) -> dict[str, Value]:
    return {"points": points_of(Path(text))}


_READERS: dict[str, Callable[[Part, str], dict[str, Value]]] = {
    "picture": _picture,
    "mask": _mask,
    "points": _points,
}
"""Settings of these kinds are given the name of a file."""
