"""Homework of the course as one zip: pictures, films, the notebook and the settings."""

import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import fill, indent

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cadl_desktop.data.pictures.many_pictures import montage_grid
from cadl_desktop.data.samples import as_pixels
from cadl_desktop.experiment.model import has_many_pictures, picture_count
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.export.export_kind import Preview
from cadl_desktop.export.job import Job
from cadl_desktop.export.pictures.film import OPTIONS, write_film
from cadl_desktop.export.pictures.film_files import Film, write_film_file
from cadl_desktop.export.recipe import as_bytes, recipe
from cadl_desktop.export.script.program import write_program
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.events import Floats

Pixels = NDArray[np.uint8]
Write = Callable[[Path, Trained, Job], None]

MOMENTS = 40
"""Frames of a film of the training, if as many snapshots were kept."""
FRAMES_PER_SECOND = 10.0
HOLD = 20
"""Frame periods for which a film's last frame stays longer."""
_SCREEN = 384
"""Pixels along the longer side, to which small pictures are enlarged."""
_WIDTH = 48
"""Characters of a line that explains a missing file, so that the dialog shows all of it."""
_MANY = "multiple/"
"""Folder for what both runs give, of the one of many pictures."""
_NO_MOMENTS = "no earlier moments of this run were kept; train it again."


@dataclass(frozen=True)
class _File:
    """File of the zip, written of `run`; without one, `missing` says why."""

    about: str
    run: Trained | None
    write: Write
    missing: str = ""


def paints_many(run: Trained) -> bool:
    """Whether a run gives the homework's many pictures; else it gives the single one."""
    return has_many_pictures(run.experiment.data)


def joined(run: Trained, others: Iterable[Trained]) -> Trained:
    """Joins a run with the first other run that has the exports which it lacks; with none where none has."""
    fitting = (each for each in others if is_painting(each.experiment))
    other = next((each for each in fitting if paints_many(each) != paints_many(run)), None)
    return replace(run, other=other)


def write_homework(path: Path, trained: Trained, job: Job) -> None:
    """Writes the zip of a run and, where there is one, its `other`; 'contents.txt' says what is missing."""
    asked, besides = _files(trained)
    writers = [(name, file.write, file.run) for name, file in (asked | besides).items() if file.run]
    made = {}
    with TemporaryDirectory(prefix="cadl_desktop-homework-") as folder:
        for number, (name, write, run) in enumerate(writers):
            part = _FileJob(job, number / len(writers), (number + 1) / len(writers))
            file = Path(folder) / f"{number}{Path(name).suffix}"
            part.ending = file.suffix
            write(file, run, part)
            made[name] = file.read_bytes()
    made["contents.txt"] = _contents(asked, besides).encode()
    _pack(path, made)


def preview_homework(trained: Trained, job: Job) -> Preview:
    return Preview(text=_contents(*_files(trained)), caption="A zip with these files")


def _files(trained: Trained) -> tuple[dict[str, _File], dict[str, _File]]:
    """Files that the course asks for, and those besides, by name."""
    runs = {paints_many(run): run for run in (trained.other, trained) if run}
    single, many = runs.get(False), runs.get(True)
    first = single or many
    no_single, no_many = "no run of a single picture was given.", "no run of many pictures was given."
    asked = {
        "reference.png": _File("what was to be painted", first, _reference),
        "single.gif": _film("a single picture while it was learned", single, write_film, no_single),
        "multiple.gif": _film("many pictures while they were learned", many, _multiple, no_many),
        "final.gif": _File("the pictures that came of it, one by one", many, _final, no_many),
        "homework.ipynb": _File("a notebook that trains it again", first, write_program),
    }
    besides = {"settings.json": _File("all settings of the run", first, _settings)}
    if single and many:
        shared = ("reference.png", "homework.ipynb", "settings.json")
        besides |= {_MANY + name: replace((asked | besides)[name], run=many) for name in shared}
    return asked, besides


def _film(about: str, run: Trained | None, write: Write, missing: str) -> _File:
    has_moments = run is not None and len(run.moments(2)) > 1
    return _File(about, run if has_moments else None, write, _NO_MOMENTS if run else missing)


def _contents(asked: Mapping[str, _File], besides: Mapping[str, _File]) -> str:
    lines = ["What the course asks for:"]
    for name, file in asked.items():
        why = indent(fill(file.missing, _WIDTH), "    ")
        lines.append(f"\N{CHECK MARK} {name}: {file.about}" if file.run else f"– {name} is missing:\n{why}")
    lines += ["", "Besides:", *(f"  {name}: {file.about}" for name, file in besides.items())]
    return "\n".join(lines) + "\n"


class _FileJob(Job):
    """Job of one of the files: reports a part of the whole job's progress, and has a film's options."""

    def __init__(self, whole: Job, start: float, end: float) -> None:
        options = {option.name: option.default for option in OPTIONS}
        own = {"seconds": MOMENTS / FRAMES_PER_SECOND, "fps": FRAMES_PER_SECOND}
        super().__init__(options | own, lambda share: whole.report(start + share * (end - start)))
        self._whole = whole

    def check(self) -> None:
        self._whole.check()


def _pack(path: Path, files: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            # ZipInfo has a fixed date, so that the same run gives the same bytes.
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def _reference(path: Path, trained: Trained, job: Job) -> None:
    Image.fromarray(trained.target.astype(np.uint8)).save(path, "PNG")


def _multiple(path: Path, trained: Trained, job: Job) -> None:
    states = trained.moments(MOMENTS)

    def montages() -> Iterator[Pixels]:
        for number, state in enumerate(states):
            job.report(number / len(states))
            yield _enlarged(trained.samples.as_picture(trained.predicted(state)))

    _write_film(path, montages(), len(states))


def _final(path: Path, trained: Trained, job: Job) -> None:
    count = picture_count(trained.experiment.data)
    side = round(float(trained.samples.high[0]))
    rows, columns = montage_grid(count)
    cells = trained.prediction.reshape(rows, side, columns, side, 3).swapaxes(1, 2).reshape(-1, side, side, 3)
    _write_film(path, map(_enlarged, cells[:count]), count)


def _settings(path: Path, trained: Trained, job: Job) -> None:
    path.write_bytes(as_bytes(recipe("homework", {}, replace(trained, other=None))))


def _enlarged(colours: Floats) -> Pixels:
    pixels = as_pixels(colours)
    factor = max(1, _SCREEN // max(pixels.shape[:2]))
    return pixels.repeat(factor, axis=0).repeat(factor, axis=1)


def _write_film(path: Path, pictures: Iterator[Pixels], count: int) -> None:
    first = next(pictures)
    height, width = first.shape[:2]
    beats = (*[1] * (count - 1), 1 + HOLD)
    write_film_file(path, Film(height, width, chain([first], pictures), beats, FRAMES_PER_SECOND))
