"""Opens what EXPERIMENT names: a preset, a project, a picture or a table."""

import os
import sys
from argparse import Namespace
from difflib import get_close_matches
from pathlib import Path

import msgspec

from cadl_desktop.cli.arguments import PROGRAM, UsageError, may_exist
from cadl_desktop.data.curves.date_cells import Order
from cadl_desktop.data.curves.table_text import load_text
from cadl_desktop.data.curves.text_tables import (
    SUFFIXES,
    likely_columns,
    point_settings,
    point_summary,
    read_table,
    take_points,
)
from cadl_desktop.data.pictures.cropping import Cut, first_longest
from cadl_desktop.data.pictures.many_pictures import load_pictures
from cadl_desktop.data.pictures.picture_dataset import load_picture
from cadl_desktop.data.samples import DataError
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.catalog.dataset_entries import MOST_PICTURES, picture_size
from cadl_desktop.experiment.edits import with_dataset
from cadl_desktop.experiment.methods.following import follow_all
from cadl_desktop.experiment.methods.rules import METHODS_FOR_OPENED
from cadl_desktop.experiment.model import Experiment, has_many_pictures
from cadl_desktop.experiment.part import Value
from cadl_desktop.experiment.presets import preset, preset_names
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.project import Project, ProjectError, open_project
from cadl_desktop.sentences import Sentence, readable, sentence_of, shown

_ZIP = b"PK\x03\x04"
_PICTURE_OPTIONS = ("frame", "background")
_ABOUT = {"preset": "a picture or a table", "dates": "a table"}


def unknown_name(name: str, known: list[str]) -> Sentence:
    """Sentence about a name that is neither a file nor known."""
    return Sentence("'{name}' is neither a preset nor a file; {hint}", name=name, hint=_hint(name, known))


def _hint(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, 1, 0.6)
    if close:
        return f"did you mean '{close[0]}'?"
    return f"see {PROGRAM} list."


def project_of(options: Namespace) -> Project:
    """Project or new experiment that EXPERIMENT names, before --set. Raises UsageError."""
    name = options.experiment
    if name in preset_names():
        _refuse(options, *_options_of_files(options))
        return Project(preset(name))
    path = Path(name)
    if not may_exist(name):
        raise UsageError(unknown_name(name, preset_names()))
    try:
        if path.suffix.lower() == ".cadl" or _is_zip(path):
            _refuse(options, *_options_of_files(options))
            return open_project(path)
        if path.suffix.lower() in SUFFIXES:
            _refuse(options, *_PICTURE_OPTIONS)
            return Project(_curve_of(path, options))
        _refuse(options, "dates")
        return Project(_painting_of(path, options))
    except (ProjectError, DataError) as error:
        raise UsageError(sentence_of(error)) from error


def _options_of_files(options: Namespace) -> tuple[str, ...]:
    """Options about pictures and tables; not that of dates where --set reads a table."""
    reads_table = any(path == "data.points" for path, _ in options.set)
    return (*_PICTURE_OPTIONS, "preset") if reads_table else (*_PICTURE_OPTIONS, "preset", "dates")


def _refuse(options: Namespace, *names: str) -> None:
    """Raises UsageError for options that apply to files of another kind."""
    for name in names:
        if getattr(options, name) is None:
            continue
        raise UsageError(
            "--{name} is about {what}, and '{experiment}' is none.",
            name=name,
            what=_ABOUT.get(name, "a picture file"),
            experiment=options.experiment,
        )


def _is_zip(path: Path) -> bool:
    """Whether a file may be a project under another name. Anything but a regular file is not opened."""
    if not os.path.isfile(path):
        return False
    try:
        with path.open("rb") as file:
            return file.read(len(_ZIP)) == _ZIP
    except OSError:
        return False  # the picture reader says why


def _painting_of(path: Path, options: Namespace) -> Experiment:
    shipped = _shipped(options.preset or METHODS_FOR_OPENED["picture"], path, paints=True)
    if has_many_pictures(shipped.data):
        image, count, _ = load_pictures([path], MOST_PICTURES)
        data = shipped.data.has(source="own", image=image, count=count)
    else:
        cut = Cut(ground=options.background) if options.background else Cut()
        own = shipped.data.has(source="own", image=load_picture(path, cut, options.frame or 1))
        data = own.has(longest=first_longest(picture_size(own)))
    return _named(path, follow_all(msgspec.structs.replace(shipped, data=data)))


def _curve_of(path: Path, options: Namespace) -> Experiment:
    shipped = _shipped(options.preset or METHODS_FOR_OPENED["curve"], path, paints=False)
    data = part("dataset", "points", **points_of(path, options.dates))
    return _named(path, follow_all(with_dataset(shipped, data)))


def points_of(path: Path, dates: str | None) -> dict[str, Value]:
    """Settings of the points in a table's most likely columns, which are reported on standard error; `dates`
    is the option of that name. Raises DataError."""
    table = read_table(load_text(path), title=f"'{path.name}'")
    x, y = likely_columns(table)
    order: Order | None = "day" if dates == "day-first" else "month" if dates else None
    taken = take_points(table, x, y, order=order)
    sys.stderr.write(f"{shown(path.name)}: {point_summary(table, x, y, taken)}\n")
    return point_settings(table, x, y, taken)


def _shipped(name: str, path: Path, *, paints: bool) -> Experiment:
    """Preset to train a file with. Raises UsageError if it is of another kind than the file."""
    if name not in preset_names():
        hint = _hint(name, preset_names())
        raise UsageError("--preset: '{name}' is no preset; {hint}", name=name, hint=hint)
    shipped = preset(name)
    if is_painting(shipped) != paints:
        wanted = "paints a picture" if paints else "fits a curve"
        raise UsageError(
            "--preset: '{preset}' is not for '{file}'; choose one that {wanted}.",
            preset=name,
            file=path.name,
            wanted=wanted,
        )
    return shipped


def _named(path: Path, experiment: Experiment) -> Experiment:
    return msgspec.structs.replace(experiment, name=readable(path.stem), note="")
