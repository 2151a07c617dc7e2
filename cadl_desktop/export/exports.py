"""Everything that can be exported, in one table that the Export dialog and the command line both follow."""

import logging
import os
from collections.abc import Iterator
from concurrent.futures import CancelledError as DroppedError
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from traceback import clear_frames

from cadl_desktop.experiment.model import Experiment, has_many_pictures, hides_pixels
from cadl_desktop.experiment.shapes import has_weights
from cadl_desktop.export import errors, homework, tensorboard_log
from cadl_desktop.export.export_kind import Export, Preview
from cadl_desktop.export.job import CancelledError, Job
from cadl_desktop.export.networks import weights
from cadl_desktop.export.pictures import film, film_files, montages, picture_files, pictures, sizes
from cadl_desktop.export.plots import figures, histograms, landscape, network_drawing, plots
from cadl_desktop.export.recipe import recipe_path, remove_recipe, write_recipe
from cadl_desktop.export.script import program
from cadl_desktop.export.trained import Trained
from cadl_desktop.sentences import SentenceError, listed
from cadl_desktop.storage.atomic import FileError, check_place, write_atomically, write_folder_atomically

__all__ = ["EXPORTS", "Export", "Preview", "default_export", "export", "export_named", "exports_for"]

log = logging.getLogger(__name__)

_PLAIN = (SentenceError, CancelledError, DroppedError, OSError)
"""What can go wrong and has words, here or where it is told."""

_picture = partial(
    Export,
    suffixes=picture_files.ENDINGS,
    about="painting",
    in_pieces=True,
    only_for=pictures.ONLY_FOR,
    linked=sizes.LINKED,
    complete=sizes.complete,
)
"""A picture of any size."""
_plot = partial(Export, suffixes=figures.ENDINGS, in_pieces=True)
"""A plot, and the numbers in it as a table."""

EXPORTS = (
    _picture(
        "painting",
        "Painting",
        "What the network paints, rendered by it at any size, inside its frame and around it.",
        "painting.png",
        write=pictures.PAINTING.write,
        preview=pictures.PAINTING.preview,
        options=pictures.PAINTING_OPTIONS,
        begin=pictures.begin_painting,
        only_of=pictures.only_of,
        default_for=picture_files.ENDINGS,
    ),
    _picture(
        "montage",
        "Montage",
        "All of the pictures side by side, as the network paints them.",
        "montage.png",
        write=montages.MONTAGE.write,
        preview=montages.MONTAGE.preview,
        options=montages.OPTIONS,
        wants=lambda experiment: has_many_pictures(experiment.data),
    ),
    _picture(
        "composite",
        "Composite",
        "What was seen of the target, filled in by the network where it was hidden.",
        "composite.png",
        write=pictures.COMPOSITE.write,
        preview=pictures.COMPOSITE.preview,
        options=pictures.COMPOSITE_OPTIONS,
        wants=hides_pixels,
    ),
    _picture(
        "error",
        "Error",
        "Where the painting differs from its target: blue where it is too bright, orange where too dark.",
        "error.png",
        write=errors.write_error,
        preview=errors.preview_error,
        options=pictures.TARGET_OPTIONS,
        only_of=errors.only_of,
    ),
    _picture(
        "target",
        "Target",
        "The picture that it was to paint.",
        "target.png",
        write=pictures.TARGET.write,
        preview=pictures.TARGET.preview,
        options=pictures.TARGET_OPTIONS,
        wants=lambda experiment: not has_many_pictures(experiment.data),
    ),
    Export(
        "film",
        "Film",
        "How the training went: what the network made at every moment that was kept of it.",
        f"film{film_files.default_ending()}",
        film_files.ENDINGS,
        film.write_film,
        preview=film.preview_film,
        options=film.OPTIONS,
        in_pieces=True,
        only_for=film.ONLY_FOR,
        only_of=film.only_of,
        linked=sizes.LINKED,
        complete=film.complete,
        default_for=(".gif", ".mp4"),
    ),
    _plot(
        "curve",
        "Curve",
        "The observed points, the curve that was fitted to them, and how it came about.",
        "curve.png",
        write=plots.CURVE.write,
        preview=plots.CURVE.preview,
        about="curve",
        options=figures.SIZE,
        only_for=figures.ONLY_FOR,
        default_for=(".png",),
        also=("curve-plot",),
    ),
    _plot(
        "cost",
        "Cost",
        "The cost at each epoch that was measured, with what was changed on the way.",
        "cost.svg",
        write=plots.COST.write,
        preview=plots.COST.preview,
        options=plots.COST_OPTIONS,
        only_for=plots.COST_ONLY_FOR,
        default_for=(".svg", ".pdf", ".csv"),
        also=("cost-plot", "history"),
    ),
    _plot(
        "rate",
        "Learning rate",
        "The learning rate over the epochs, with what was changed on the way.",
        "rate.svg",
        write=plots.RATE.write,
        preview=plots.RATE.preview,
        options=plots.COST_OPTIONS,
        only_for=plots.COST_ONLY_FOR,
    ),
    _plot(
        "histograms",
        "Histograms",
        "How weights, gradients and activations spread in every layer.",
        "histograms.png",
        write=histograms.HISTOGRAMS.write,
        preview=histograms.HISTOGRAMS.preview,
        options=histograms.OPTIONS,
        only_for=figures.ONLY_FOR,
    ),
    _plot(
        "landscape",
        "Landscape",
        "The cost around the weights that were learned, on a plane through them, and the run's path over it.",
        "landscape.png",
        write=landscape.LANDSCAPE.write,
        preview=landscape.preview_landscape,
        options=landscape.OPTIONS,
        only_for=figures.ONLY_FOR,
        wants=has_weights,
    ),
    _plot(
        "network",
        "Network",
        "The network as a drawing: its layers, their neurons, and the largest of its weights.",
        "network.svg",
        write=network_drawing.NETWORK.write,
        preview=network_drawing.NETWORK.preview,
        options=network_drawing.OPTIONS,
        only_for=network_drawing.DRAWING_ONLY_FOR,
    ),
    Export(
        "weights",
        "Weights",
        "What was learned: the weights by name, or the whole network as other programs run it.",
        "weights.safetensors",
        weights.ENDINGS,
        weights.write_weights,
        preview=weights.preview_weights,
        folders=(".savedmodel",),
        default_for=weights.ENDINGS,
        also=("keras",),
    ),
    Export(
        "script",
        "Script or notebook",
        "Plain Python and TensorFlow that train the same network the same way, without this program.",
        "train.py",
        program.ENDINGS,
        program.write_program,
        preview=program.preview_program,
        default_for=program.ENDINGS,
        also=("notebook",),
        in_pieces=True,
    ),
    Export(
        "tensorboard",
        "TensorBoard logs",
        "The network's graph, and costs, pictures and weights along the run, in a folder for TensorBoard.",
        "run.tensorboard",
        (tensorboard_log.FOLDER,),
        tensorboard_log.write_logs,
        preview=tensorboard_log.preview_logs,
        folders=(tensorboard_log.FOLDER,),
        default_for=(tensorboard_log.FOLDER,),
        in_pieces=True,
    ),
    Export(
        "homework",
        "Homework",
        "What the course wants handed in, in one file; a run of one picture and one of many share a file.",
        "homework.zip",
        (".zip",),
        homework.write_homework,
        "painting",
        preview=homework.preview_homework,
        default_for=(".zip",),
        in_pieces=True,
        adds=True,
    ),
)


def exports_for(experiment: Experiment) -> list[Export]:
    """What can be exported of an experiment, in the dialog's order."""
    return [export for export in EXPORTS if export.suits(experiment)]


def export_named(name: str) -> Export:
    """Raises KeyError where there is no export of this name, and none that once had it."""
    for entry in EXPORTS:
        if name == entry.name or name in entry.also:
            return entry
    raise KeyError(name)


def default_export(path: Path, experiment: Experiment) -> Export | None:
    """What a file is when only its name is known; None where its ending is nobody's."""
    possible = [entry for entry in exports_for(experiment) if entry.ending(path)]
    for entry in possible:
        if entry.ending(path) in entry.default_for:
            return entry
    return possible[0] if possible else None


def export(what: str, path: Path, trained: Trained, job: Job | None = None) -> None:
    """Writes one export atomically, and its recipe unless the job leaves that out; the path's ending
    chooses the format, and `job` is of `Export.job`. No recipe of an earlier file stays beside a new one.

    Raises `job.CancelledError`, FileError where the file can't be written or its ending is none of the
    export's suffixes, `data.samples.DataError` where the target can't be read, KeyError where there is
    no such export.
    """
    wanted = export_named(what)
    ending = wanted.ending(path)
    if ending is None:
        raise FileError(
            "{path} was not written: give it a name that ends in {endings}.",
            path=path,
            endings=listed(wanted.suffixes),
        )
    _refuse_project(path)
    job = job or wanted.job()
    job.ending, job.place = ending, path
    write_whole = write_folder_atomically if ending in wanted.folders else write_atomically
    write_whole(path, lambda neighbour: _write(wanted, neighbour, trained, job))
    if not job["recipe"]:
        remove_recipe(path)
        return
    chosen = {option.name: job[option.name] for option in wanted.options_for(ending, trained.experiment)}
    try:
        write_recipe(path, wanted.name, wanted.complete(trained, chosen), trained)
    except FileError:
        remove_recipe(path)
        raise


def _refuse_project(path: Path) -> None:
    """Raises FileError where a link leads to a project, whatever the link is called."""
    target = Path(os.path.realpath(path))
    if target.suffix.lower() == ".cadl":
        raise FileError(
            "{path} was not written: it is a link to the project {name}, which would be lost; choose another "
            "name.",
            path=path,
            name=target.name,
        )


def preview(wanted: Export, trained: Trained, job: Job) -> Preview:
    """What a dialog shows of an export; `job.ending` says which format is meant."""
    with _ended_here():
        return wanted.preview(trained, job)


def _write(wanted: Export, path: Path, trained: Trained, job: Job) -> None:
    job.begun(path)
    if job["recipe"] and job.place is not None:
        check_place(recipe_path(job.place))
    job.report(0.0)
    try:
        with _ended_here():
            wanted.write(path, trained, job)
    except _PLAIN:
        raise
    except Exception as error:
        log.info("an export ended with an error", exc_info=True)
        raise FileError(
            "{path} was not written: what writes such files failed; try another format or place.",
            path=job.place,
        ) from error
    job.report(1.0)
    job.settle()


@contextmanager
def _ended_here() -> Iterator[None]:
    """Ends on this thread what an error has left in the middle of something: like a piece that is asked for.
    Else the error would hold it, and who forgets that in the end may be the window, which can't wait. Want of
    memory is told."""
    try:
        yield
    except BaseException as error:
        held: BaseException | None = error
        while held:
            clear_frames(held.__traceback__)
            held = held.__cause__ or held.__context__
        if isinstance(error, MemoryError):
            raise FileError("There is not enough memory for this; choose a smaller size.") from error
        raise
