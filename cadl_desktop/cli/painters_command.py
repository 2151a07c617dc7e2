"""`cadl-desktop painters`: six small networks paint one picture, as a contact sheet or as a film."""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cadl_desktop.cli.arguments import PROGRAM, UsageError, make_parser, number
from cadl_desktop.cli.openings import frame_of
from cadl_desktop.cli.output import Exit, clean_standard_output, print_result, progress_bar
from cadl_desktop.data.frames import around
from cadl_desktop.data.pictures.cropping import Cut, carried_picture
from cadl_desktop.data.samples import DataError, as_pixels
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.catalog.dataset_entries import trained_size
from cadl_desktop.experiment.edits import with_opened_data
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.painters import LONGEST, STEPS, painters
from cadl_desktop.experiment.presets import DEFAULT_PAINTING, preset
from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.export.pictures.contact_sheet import ON_WHITE, contact_sheet
from cadl_desktop.runs.events import Finished, Progressed, RunState, Snapshot
from cadl_desktop.sentences import sentence_of, shown
from cadl_desktop.storage.atomic import FileError, check_place, write_atomically
from cadl_desktop.system.signals import interrupted_by

Pixels = NDArray[np.uint8]

_SHEETS, _FILMS = (".png", ".jpg", ".jpeg"), (".gif", ".webp", ".mp4")
_SIDE = 240
"""Pixels along the longer side of each painting on the sheet."""
_MOST_MARGIN = 4.0
_FRAMES, _RATE, _HOLD = 64, 10.0, 20
"""Pictures of a film, how many of them there are in a second, and for how many the last one stays."""


def painters_parser() -> argparse.ArgumentParser:
    sentences = "\n".join(f"{painter.name}: {painter.note}" for painter in painters())
    sheets, films = ", ".join(_SHEETS), ", ".join(_FILMS)
    parser = make_parser(
        f"{PROGRAM} painters",
        "Six small networks paint a picture, each with a look of its own.",
        f"{sentences}\n\nFILE ends in {sheets} for a contact sheet, in {films} for a film.\n"
        "Exit codes: 0 done, 1 the file could not be written, 2 bad input, 130 interrupted.\n",
    )
    parser.add_argument("picture", metavar="PICTURE", help="a picture file")
    parser.add_argument("--out", required=True, metavar="FILE", help="the file for the sheet or the film")
    parser.add_argument(
        "--margin",
        metavar="TIMES",
        type=number(float, 1.0, _MOST_MARGIN, f"a number from 1 to {_MOST_MARGIN:g}"),
        default=1.0,
        help="paint so many times as high and wide as the picture: what the networks make beyond its frame",
    )
    parser.add_argument("--overwrite", action="store_true", help="replace FILE")
    return parser


def run_painters(arguments: list[str]) -> int:
    """Writes the file and returns the exit code. Raises UsageError before anything is trained.

    Named in `commands.py`.
    """
    options = painters_parser().parse_args(arguments)
    path = Path(options.out)
    _check_file(path, overwrite=options.overwrite)
    designs = painter_designs(Path(options.picture))
    try:
        with clean_standard_output():
            states = trained_states(designs)
            if states is None:
                return Exit.INTERRUPTED
            write_atomically(path, lambda place: _write(place, designs, states, options.margin))
    except FileError as error:
        sys.stderr.write(f"{sentence_of(error)}\n")
        return Exit.FAILED
    print_result("\n".join([*map(_line, designs), f"Written to {shown(path)}"]))
    return Exit.DONE


def _check_file(path: Path, *, overwrite: bool) -> None:
    endings = (*_SHEETS, *_FILMS)
    if path.suffix.lower() not in endings:
        raise UsageError(
            "--out: nothing is written to '{name}'; end it in {endings}.",
            name=path.name,
            endings=", ".join(endings),
        )
    if os.path.exists(path) and not overwrite:
        raise UsageError(
            "--out: there is a file '{name}' already; give another name, or --overwrite to replace it.",
            name=path.name,
        )
    try:
        check_place(path)
    except FileError as error:
        raise UsageError(sentence_of(error)) from error


def painter_designs(file: Path) -> list[Experiment]:
    """Returns the experiments of the six for a picture. Raises UsageError where it can't be read."""
    try:
        image = carried_picture(frame_of(file), Cut())
    except DataError as error:
        raise UsageError(sentence_of(error)) from error
    own = part("dataset", "picture", source="own", image=image, longest=LONGEST)
    experiment = with_opened_data(preset(DEFAULT_PAINTING), own)
    return [painter.at_small_size(experiment) for painter in painters()]


def _line(design: Experiment) -> str:
    return f"{design.name}, {parameter_count(design):,} numbers"


def trained_states(designs: Sequence[Experiment]) -> list[list[RunState]] | None:
    """Trains the six in turns and returns the states of each, oldest first; None once interrupted."""
    from cadl_desktop.engine import Control, race  # brings TensorFlow along

    controls = [Control(picture_seconds=None, snapshots=True) for _ in designs]
    states: list[list[RunState]] = [[] for _ in designs]
    interrupted = False

    def stop() -> None:
        nonlocal interrupted
        interrupted = True
        for control in controls:
            control.stop()

    steps = [0] * len(designs)
    with interrupted_by(stop), progress_bar(total=STEPS, unit="step") as bar:
        for place, event in race(designs, STEPS, controls):
            match event:
                case Snapshot(state=state) | Finished(state=state):
                    states[place].append(state)
                case Progressed(step=step):
                    steps[place] = step
                    bar.update(min(steps) - bar.n)
    return None if interrupted else states


def _write(
    path: Path, designs: Sequence[Experiment], states: Sequence[Sequence[RunState]], margin: float
) -> None:
    from cadl_desktop.export.pictures.film_files import Film, write_film_file

    if path.suffix.lower() in _SHEETS:
        sheet = next(sheets_of(designs, states, [1.0], margin))
        Image.fromarray(sheet).save(path, quality=92)
        return
    shares = np.linspace(0.0, 1.0, _FRAMES) ** 2  # the start slowly, where most happens
    sheets = sheets_of(designs, states, shares.tolist(), margin)
    first = next(sheets)

    def pictures() -> Iterator[Pixels]:
        yield first
        yield from sheets

    beats = (*[1] * (_FRAMES - 1), 1 + _HOLD)
    height, width = first.shape[:2]
    write_film_file(path, Film(height, width, pictures(), beats, _RATE))


def sheets_of(
    designs: Sequence[Experiment],
    states: Sequence[Sequence[RunState]],
    shares: Sequence[float],
    margin: float,
    colours: tuple[str, str] = ON_WHITE,
) -> Iterator[Pixels]:
    """Yields the contact sheet at each share, 0 to 1, of the training. `colours` are those of ground and
    text."""
    from cadl_desktop.engine import Renderer

    rows, columns = trained_size(designs[0].data)
    height, width = (max(1, round(_SIDE * side / max(rows, columns))) for side in (rows, columns))
    renderers, lines = [Renderer(design) for design in designs], [_line(design) for design in designs]
    for share in shares:
        pictures = []
        for renderer, kept in zip(renderers, states, strict=True):
            weights = kept[round(share * (len(kept) - 1))].weights
            painting = renderer.painting(weights, around(margin), height, width, compiled=False)
            pictures.append(as_pixels(np.concatenate(list(painting.bands()))))
        yield contact_sheet(pictures, lines, colours)
