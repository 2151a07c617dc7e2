"""Opens what EXPERIMENT names: a preset, a project, pictures or a table."""

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

import msgspec

from cadl_desktop.cli.arguments import ALL_FRAMES, PROGRAM, STANDARD_STREAM, UsageError, may_exist
from cadl_desktop.cli.standard_input import INPUT_TITLE, Content, source_of
from cadl_desktop.cli.table_columns import chosen_columns
from cadl_desktop.data.curves.date_cells import Order
from cadl_desktop.data.curves.table_text import is_text, load_text, text_of
from cadl_desktop.data.curves.text_tables import (
    SUFFIXES,
    point_settings,
    point_summary,
    read_table,
    take_points,
)
from cadl_desktop.data.pictures.cropping import Box, Cut, carried_picture, first_longest
from cadl_desktop.data.pictures.many_pictures import is_folder, load_pictures, taken_note
from cadl_desktop.data.pictures.picture_reading import PictureFrame, read_frame
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
from cadl_desktop.sentences import Sentence, counted, readable, sentence_of, shown

_ZIP = b"PK\x03\x04"
_PICTURE_OPTIONS = ("frame", "rotate", "crop", "background")
_TABLE_OPTIONS = ("dates", "x", "y")
_ABOUT = {"preset": "a picture or a table", **dict.fromkeys(_TABLE_OPTIONS, "a table")}
_SET_PRESET = "homework-many-pictures"
"""Preset that a set of pictures is trained with, the only shipped one for sets."""


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
    try:
        if len(options.experiment) > 1:
            return Project(_set_of_files(options))
        name = options.experiment[0]
        if name in preset_names():
            _refuse(options, *_options_of_files(options))
            return Project(preset(name))
        if name == STANDARD_STREAM:
            return Project(_experiment_of(source_of(name, options), options))
        path = Path(name)
        if not may_exist(name):
            raise UsageError(unknown_name(name, preset_names()))
        if _is_project(path):
            _refuse(options, *_options_of_files(options))
            return open_project(path)
        if is_folder(path):
            folder = Path(os.path.abspath(path))  # which has a name where the path is '.'
            return Project(_pictures_of([folder], folder.name, options))
        return Project(_experiment_of(path, options))
    except (ProjectError, DataError) as error:
        raise UsageError(sentence_of(error)) from error


def _experiment_of(source: Path | Content, options: Namespace) -> Experiment:
    """New experiment from a file of a table or a picture, or from their content."""
    if isinstance(source, Path):
        is_table = source.suffix.lower() in SUFFIXES
    elif source.startswith(_ZIP):
        raise UsageError("Standard input holds a project or an archive; give the name of a project's file.")
    else:
        is_table = is_text(source)
    if is_table:
        _refuse(options, *_PICTURE_OPTIONS)
        return _curve_of(source, options)
    _refuse(options, *_TABLE_OPTIONS)
    return _painting_of(source, options)


def _options_of_files(options: Namespace) -> tuple[str, ...]:
    """Options about pictures and tables; not those of tables where --set reads one."""
    reads_table = any(path == "data.points" for path, _ in options.set)
    return (*_PICTURE_OPTIONS, "preset", *(() if reads_table else _TABLE_OPTIONS))


def _refuse(options: Namespace, *names: str) -> None:
    """Raises UsageError for options that apply to files of another kind."""
    for name in names:
        if getattr(options, name) is None:
            continue
        raise UsageError(
            "--{name} is about {what}, and '{experiment}' is none.",
            name=name,
            what=_ABOUT.get(name, "a picture file"),
            experiment=options.experiment[0],
        )


def _is_project(path: Path) -> bool:
    """Whether a file may be a project, also under another name. Only regular files are opened."""
    if path.suffix.lower() == ".cadl":
        return True
    if not os.path.isfile(path):
        return False
    try:
        with path.open("rb") as file:
            return file.read(len(_ZIP)) == _ZIP
    except OSError:
        return False  # the picture reader says why


def _painting_of(source: Path | Content, options: Namespace) -> Experiment:
    title = _title(source)
    shipped = _shipped(options.preset or METHODS_FOR_OPENED["picture"], title, paints=True)
    if options.frame == ALL_FRAMES or (options.preset and has_many_pictures(shipped.data)):
        return _pictures_of([source], _stem(source), options)
    frame = frame_of(source, options.frame or 1).turned((options.rotate or 0) // 90)
    box = Box(*options.crop) if options.crop else None
    if box and (box.left + box.width > frame.size[0] or box.top + box.height > frame.size[1]):
        raise UsageError(
            "--crop: {box} reaches beyond {title} of {width:,} x {height:,} pixels; choose a part of it.",
            box=",".join(map(str, box)),
            title=frame.name,
            width=frame.size[0],
            height=frame.size[1],
        )
    cut = Cut(box, ground=options.background or Cut.ground)
    own = shipped.data.has(source="own", image=carried_picture(frame, cut))
    data = own.has(longest=first_longest(picture_size(own)))
    return _named(_stem(source), follow_all(msgspec.structs.replace(shipped, data=data)))


def frame_of(source: Path | Content, number: int = 1) -> PictureFrame:
    """Frame of a picture file, or of its content. Raises PictureError."""
    return read_frame(source, number, "" if isinstance(source, Path) else INPUT_TITLE)


def _set_of_files(options: Namespace) -> Experiment:
    """New experiment from several pictures; other files among them are left out and counted."""
    names = options.experiment
    for name in names:
        if name != STANDARD_STREAM and not may_exist(name):
            if name in preset_names():
                raise UsageError("'{name}' is a preset, which is trained alone; leave it out.", name=name)
            raise UsageError("'{name}' is not there; check its name and folder.", name=name)
    sources = [source_of(name, options) for name in names]
    if not any(map(_may_be_pictures, sources)):
        raise UsageError("Only pictures are trained together; name one of these files.")
    return _pictures_of(sources, "", options)


def _may_be_pictures(source: Path | Content) -> bool:
    return not isinstance(source, Path) or not (_is_project(source) or source.suffix.lower() in SUFFIXES)


def _pictures_of(sources: Sequence[Path | Content], title: str, options: Namespace) -> Experiment:
    """New experiment from a set of pictures, which are counted on standard error; without a title they are
    named by their number."""
    takes_frames = options.frame == ALL_FRAMES and len(sources) == 1 and not is_folder(sources[0])
    for name in (*_PICTURE_OPTIONS, *_TABLE_OPTIONS):
        if getattr(options, name) is not None and not (name == "frame" and takes_frames):
            what = "a table" if name in _TABLE_OPTIONS else "a single picture"
            raise UsageError("--{name} is about {what}; leave it out for a set.", name=name, what=what)
    shipped = _shipped(options.preset or _SET_PRESET, title or "pictures", paints=True)
    image, count, left_out = load_pictures(sources, MOST_PICTURES)
    if takes_frames and count == 1:
        raise UsageError("--frame: '{title}' has one frame only; leave it out.", title=_title(sources[0]))
    sys.stderr.write(f"{taken_note(count, left_out)}\n")
    data = shipped.data if has_many_pictures(shipped.data) else part("dataset", "pictures")
    return _named(
        title or counted(count, "picture"),
        with_dataset(shipped, data.has(source="own", image=image, count=count)),
    )


def _curve_of(source: Path | Content, options: Namespace) -> Experiment:
    shipped = _shipped(options.preset or METHODS_FOR_OPENED["curve"], _title(source), paints=False)
    data = part("dataset", "points", **points_of(source, options))
    return _named(_stem(source), follow_all(with_dataset(shipped, data)))


def points_of(source: Path | Content, options: Namespace) -> dict[str, Value]:
    """Settings of the points in a table's columns, those of --x and --y or the most likely ones, which are
    reported on standard error. Raises DataError and UsageError."""
    if isinstance(source, Path):
        table = read_table(load_text(source), title=f"'{source.name}'")
    else:
        table = read_table(text_of(source, INPUT_TITLE), title=INPUT_TITLE)
    x, y = chosen_columns(table, options.x, options.y)
    order: Order | None = None
    if options.dates:
        order = "day" if options.dates == "day-first" else "month"
    taken = take_points(table, x, y, order=order)
    sys.stderr.write(f"{shown(_title(source))}: {point_summary(table, x, y, taken)}\n")
    return point_settings(table, x, y, taken)


def _title(source: Path | Content) -> str:
    return source.name if isinstance(source, Path) else INPUT_TITLE


def _stem(source: Path | Content) -> str:
    return source.stem if isinstance(source, Path) else INPUT_TITLE


def _shipped(name: str, title: str, *, paints: bool) -> Experiment:
    """Preset to train a file of this title with. Raises UsageError if it is of another kind than the file."""
    if name not in preset_names():
        hint = _hint(name, preset_names())
        raise UsageError("--preset: '{name}' is no preset; {hint}", name=name, hint=hint)
    shipped = preset(name)
    if is_painting(shipped) != paints:
        wanted = "paints a picture" if paints else "fits a curve"
        raise UsageError(
            "--preset: '{preset}' is not for '{file}'; choose one that {wanted}.",
            preset=name,
            file=title,
            wanted=wanted,
        )
    return shipped


def _named(title: str, experiment: Experiment) -> Experiment:
    return msgspec.structs.replace(experiment, name=readable(title), note="")
