"""Homework of the course as one zip: pictures, films, the notebook and the settings."""

import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import fill, indent
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cadl_desktop.data.pictures.many_pictures import montage_grid
from cadl_desktop.data.samples import as_pixels
from cadl_desktop.experiment.model import has_many_pictures, picture_count
from cadl_desktop.export.export_kind import Preview
from cadl_desktop.export.job import Job
from cadl_desktop.export.pictures.film import OPTIONS, write_film
from cadl_desktop.export.pictures.film_files import Film, write_film_file
from cadl_desktop.export.recipe import as_bytes, recipe
from cadl_desktop.export.script.program import write_program
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.events import Floats
from cadl_desktop.storage.untrusted_files import is_encrypted, opened_archive, unpacked

Pixels = NDArray[np.uint8]
Kind = Literal["single", "multiple"]

_OWN_FILES: Mapping[Kind, tuple[str, ...]] = {
    "single": ("single.gif",),
    "multiple": ("multiple.gif", "final.gif"),
}
"""Files that only a run of a single picture produces, and those of a run of many."""
_SHARED = ("reference.png", "homework.ipynb", "settings.json")
_MOST_BYTES = 1 << 30
_MOST_MEMBERS = 1000
"""Limits for an earlier homework, which is an untrusted file."""

MOMENTS = 40
"""Frames of a film of the training, if as many snapshots were kept."""
FRAMES_PER_SECOND = 10.0
HOLD = 20
"""Frame periods for which a film's last frame stays longer."""
_SCREEN = 384
"""Pixels along the longer side, to which small pictures are enlarged."""
_WIDTH = 48
"""Characters of a line that explains a missing file, so that the dialog shows all of it."""
_NO_MOMENTS = "no earlier moments of this run were kept; train it again."


@dataclass(frozen=True)
class _File:
    """File of the zip. `write` is None if this run can't produce it; `missing` then says why."""

    about: str
    write: Callable[[Path, Trained, Job], None] | None
    missing: str = ""


def write_homework(path: Path, trained: Trained, job: Job) -> None:
    """Writes the zip. Files that this run can't produce are taken from a homework of the other kind at the
    same path; what is missing after that is named in 'contents.txt'."""
    files = _files(trained)
    writers = {name: file.write for name, file in files.items() if file.write}
    kind: Kind = "multiple" if has_many_pictures(trained.experiment.data) else "single"
    others = _files_of_other_kind(kind, _previous_homework(job.place))
    with TemporaryDirectory(prefix="cadl_desktop-homework-") as folder:
        for number, (name, write) in enumerate(writers.items()):
            part = _FileJob(job, number / len(writers), (number + 1) / len(writers))
            part.ending = Path(name).suffix
            write(Path(folder) / name, trained, part)
        made = {name: (Path(folder) / name).read_bytes() for name in writers}
    made |= others | {"contents.txt": _contents(files, others).encode()}
    _pack(path, made)


def preview_homework(trained: Trained, job: Job) -> Preview:
    return Preview(text=_contents(_files(trained), {}), caption="A zip with these files")


def _files(trained: Trained) -> Mapping[str, _File]:
    many = has_many_pictures(trained.experiment.data)
    moments = len(trained.moments(MOMENTS)) > 1
    single = "this run paints many pictures; export a run of a single one to the same file as well."
    several = "this run paints a single picture; export a run of many pictures to the same file as well."
    return {
        "reference.png": _File("what was to be painted", _reference),
        "single.gif": _File(
            "a single picture while it was learned",
            None if many or not moments else write_film,
            single if many else _NO_MOMENTS,
        ),
        "multiple.gif": _File(
            "many pictures while they were learned",
            _multiple if many and moments else None,
            _NO_MOMENTS if many else several,
        ),
        "final.gif": _File("the pictures that came of it, one by one", _final if many else None, several),
        "homework.ipynb": _File("a notebook that trains it again", write_program),
        "settings.json": _File("all settings of the run", _settings),
    }


def _previous_homework(place: Path | None) -> Mapping[str, bytes]:
    """Files of an earlier homework at the new one's path; empty if there is none, or something else."""
    in_folders = (f"{kind}/{name}" for kind in _OWN_FILES for name in _SHARED)
    names = {*_SHARED, *chain(*_OWN_FILES.values()), *in_folders}
    if place is None or not place.is_file():
        return {}
    try:
        with opened_archive(place, _MOST_MEMBERS) as archive:
            found = [info for info in archive.infolist() if info.filename in names]
            if sum(info.file_size for info in found) > _MOST_BYTES or any(map(is_encrypted, found)):
                return {}
            return {info.filename: unpacked(archive, info) for info in found}
    except (OSError, ValueError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error):
        return {}


def _files_of_other_kind(kind: Kind, earlier: Mapping[str, bytes]) -> dict[str, bytes]:
    """Files of an earlier homework that come from a run of the other kind.

    Those that only that kind produces keep their names; those that both produce go into a folder.
    """
    other: Kind = "single" if kind == "multiple" else "multiple"
    if not any(name in earlier for name in _OWN_FILES[other]):
        return {}
    together = any(name.startswith(f"{other}/") for name in earlier)
    place = f"{other}/" if together else ""
    taken = {name: earlier[name] for name in _OWN_FILES[other] if name in earlier}
    return taken | {f"{other}/{name}": earlier[place + name] for name in _SHARED if place + name in earlier}


def _contents(files: Mapping[str, _File], others: Mapping[str, bytes]) -> str:
    lines = []
    for name, file in files.items():
        why = indent(fill(file.missing, _WIDTH), "    ")
        given = file.write or name in others
        lines.append(f"{name}: {file.about}" if given else f"{name} is missing:\n{why}")
    lines += [f"{name}: {files[Path(name).name].about}" for name in others if name not in files]
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
    plain = recipe("homework.zip", "homework", {}, trained)
    path.write_bytes(as_bytes(plain))


def _enlarged(colours: Floats) -> Pixels:
    pixels = as_pixels(colours)
    factor = max(1, _SCREEN // max(pixels.shape[:2]))
    return pixels.repeat(factor, axis=0).repeat(factor, axis=1)


def _write_film(path: Path, pictures: Iterator[Pixels], count: int) -> None:
    first = next(pictures)
    height, width = first.shape[:2]
    beats = (*[1] * (count - 1), 1 + HOLD)
    write_film_file(path, Film(height, width, chain([first], pictures), beats, FRAMES_PER_SECOND))
