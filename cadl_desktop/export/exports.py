"""Table of all exports, for the Export dialog and the command line, and the function that runs one."""

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import CancelledError as DroppedError
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from traceback import clear_frames
from typing import Any

from cadl_desktop.experiment.model import Experiment, has_many_pictures, hides_pixels
from cadl_desktop.experiment.part import Value
from cadl_desktop.experiment.shapes import has_weights
from cadl_desktop.export import homework_zip, tensorboard_log
from cadl_desktop.export.export_kind import Export, Preview
from cadl_desktop.export.job import CancelledError, Job
from cadl_desktop.export.networks import weight_files
from cadl_desktop.export.page import page_export
from cadl_desktop.export.pictures import film, film_files, picture_exports, picture_writers, sizes
from cadl_desktop.export.plots import histogram_plot, landscape_plot, network_drawing, plot_files, run_plots
from cadl_desktop.export.recipe import as_text, is_ours, recipe, recipe_path, remove_recipe, write_recipe
from cadl_desktop.export.script import program
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.gains import LEFT_OUT
from cadl_desktop.sentences import SentenceError, listed
from cadl_desktop.storage.atomic import FileError, check_place, write_atomically, write_folder_atomically

__all__ = [
    "EXPORTS",
    "Export",
    "OthersFileError",
    "Preview",
    "default_export",
    "export",
    "export_named",
    "exports_for",
]

log = logging.getLogger(__name__)


class OthersFileError(FileError):
    """There is a file at `path`, and nothing tells that this program has written it."""

    def __init__(self, template: str, /, **values: object) -> None:
        super().__init__(template, **values)
        self.path = Path(str(values.get("path", "")))  # in the sentence it is harmless words


_EXPECTED_ERRORS = (SentenceError, CancelledError, DroppedError, OSError)
"""Errors that are handled, here or by the caller, with a sentence of their own."""

_picture = partial(
    Export,
    suffixes=picture_writers.ENDINGS,
    about="painting",
    in_pieces=True,
    holds_recipe=picture_writers.HOLD_RECIPE,
    only_for=picture_exports.ONLY_FOR,
    linked=sizes.LINKED,
    complete=sizes.complete,
)
"""Picture of any size."""
_plot = partial(Export, suffixes=plot_files.ENDINGS, holds_recipe=plot_files.DRAWN, in_pieces=True)
"""Plot, and its numbers as a table."""
_course = partial(_plot, spans_run=True)
"""Plot of how the run went."""

EXPORTS = (
    _picture(
        "painting",
        "Painting",
        "What the network paints, rendered by it at any size, inside its frame and around it.",
        "painting.png",
        write=picture_exports.PAINTING.write,
        preview=picture_exports.PAINTING.preview,
        options=picture_exports.PAINTING_OPTIONS,
        begin=picture_exports.begin_painting,
        restricted_to=picture_exports.restricted_to,
        default_for=picture_writers.ENDINGS,
    ),
    _picture(
        "montage",
        "Montage",
        "All of the pictures side by side, as the network paints them.",
        "montage.png",
        write=picture_exports.MONTAGE.write,
        preview=picture_exports.MONTAGE.preview,
        options=picture_exports.MONTAGE_OPTIONS,
        wants=lambda experiment: has_many_pictures(experiment.data),
    ),
    _picture(
        "composite",
        "Composite",
        "What was seen of the target, filled in by the network where it was hidden.",
        "composite.png",
        write=picture_exports.COMPOSITE.write,
        preview=picture_exports.COMPOSITE.preview,
        options=picture_exports.COMPOSITE_OPTIONS,
        wants=hides_pixels,
    ),
    _picture(
        "error",
        "Error",
        "Where the painting differs from its target: blue where it is too bright, orange where too dark.",
        "error.png",
        rare=True,
        write=picture_exports.write_error,
        preview=picture_exports.preview_error,
        options=picture_exports.TARGET_OPTIONS,
        restricted_to=picture_exports.error_restricted_to,
    ),
    _picture(
        "target",
        "Target",
        "The picture that it was to paint.",
        "target.png",
        rare=True,
        write=picture_exports.TARGET.write,
        preview=picture_exports.TARGET.preview,
        options=picture_exports.TARGET_OPTIONS,
        wants=lambda experiment: not has_many_pictures(experiment.data),
    ),
    Export(
        "film",
        "Film",
        "How the training went: what the network made at every moment that was kept of it.",
        f"film{film_files.default_ending()}",
        film_files.ENDINGS,
        film.write_film,
        holds_recipe=(".webp",),
        preview=film.preview_film,
        options=film.OPTIONS,
        in_pieces=True,
        spans_run=True,
        only_for=film.ONLY_FOR,
        restricted_to=film.restricted_to,
        linked=sizes.LINKED,
        complete=film.complete,
        default_for=(".gif", ".mp4"),
    ),
    Export(
        "page",
        "Page",
        "A page to send, in which the network itself paints, at any zoom and beyond its frame.",
        "page.html",
        (".html",),
        page_export.write_page,
        holds_recipe=(".html",),
        preview=page_export.preview_page,
        options=page_export.OPTIONS,
        in_pieces=True,
        spans_run=True,
        restricted_to=page_export.restricted_to,
        default_for=(".html",),
    ),
    _plot(
        "curve",
        "Curve",
        "The observed points, the curve that was fitted to them, and how it came about.",
        "curve.png",
        write=run_plots.CURVE.write,
        preview=run_plots.CURVE.preview,
        about="curve",
        options=plot_files.SIZE,
        only_for=plot_files.ONLY_FOR,
        default_for=(".png",),
        aliases=("curve-plot",),
    ),
    _course(
        "cost",
        "Cost",
        "The cost at each epoch that was measured, with what was changed on the way.",
        "cost.svg",
        write=run_plots.COST.write,
        preview=run_plots.COST.preview,
        options=run_plots.COST_OPTIONS,
        only_for=run_plots.COST_ONLY_FOR,
        default_for=(".svg", ".pdf", ".csv"),
        aliases=("cost-plot", "history"),
    ),
    _course(
        "rate",
        "Learning rate",
        "The learning rate over the epochs, with what was changed on the way.",
        "rate.svg",
        rare=True,
        write=run_plots.RATE.write,
        preview=run_plots.RATE.preview,
        options=run_plots.COST_OPTIONS,
        only_for=run_plots.COST_ONLY_FOR,
    ),
    _course(
        "psnr",
        "PSNR",
        "How near the painting came to its target at each epoch that was measured, in dB.",
        "psnr.svg",
        rare=True,
        about="painting",
        write=run_plots.PSNR.write,
        preview=run_plots.PSNR.preview,
        options=run_plots.PSNR_OPTIONS,
        only_for=run_plots.COST_ONLY_FOR,
    ),
    _course(
        "histograms",
        "Histograms",
        "How weights, gradients and activations spread in every layer.",
        "histograms.png",
        write=histogram_plot.HISTOGRAMS.write,
        preview=histogram_plot.HISTOGRAMS.preview,
        options=histogram_plot.OPTIONS,
        only_for=plot_files.ONLY_FOR,
    ),
    _plot(
        "landscape",
        "Landscape",
        "The cost around the weights that were learned, on a plane through them, and the run's path over it.",
        "landscape.png",
        write=landscape_plot.LANDSCAPE.write,
        preview=landscape_plot.preview_landscape,
        options=landscape_plot.OPTIONS,
        only_for=plot_files.ONLY_FOR,
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
        weight_files.ENDINGS,
        weight_files.write_weights,
        holds_recipe=weight_files.HOLD_RECIPE,
        takes_gains=True,
        preview=weight_files.preview_weights,
        folders=(".savedmodel",),
        default_for=weight_files.ENDINGS,
        aliases=("keras",),
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
        aliases=("notebook",),
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
        spans_run=True,
    ),
    Export(
        "homework",
        "Homework",
        "What the course wants handed in, in one file: of a run of a single picture and one of many.",
        "homework.zip",
        (".zip",),
        homework_zip.write_homework,
        "painting",
        rare=True,
        preview=homework_zip.preview_homework,
        default_for=(".zip",),
        in_pieces=True,
        spans_run=True,
        joins=True,
    ),
)


def exports_for(experiment: Experiment) -> list[Export]:
    """Exports that suit an experiment, in the dialog's order."""
    return [export for export in EXPORTS if export.suits(experiment)]


def export_named(name: str) -> Export:
    """Export of this name, or of this earlier name. Raises KeyError."""
    for entry in EXPORTS:
        if name == entry.name or name in entry.aliases:
            return entry
    raise KeyError(name)


def default_export(path: Path, experiment: Experiment) -> Export | None:
    """Export that a path selects by its suffix alone; None if no suitable export has that suffix."""
    possible = [entry for entry in exports_for(experiment) if entry.ending(path)]
    for entry in possible:
        if entry.ending(path) in entry.default_for:
            return entry
    return possible[0] if possible else None


def export(what: str, path: Path, trained: Trained, job: Job | None = None) -> None:
    """Writes one export atomically; the path's suffix chooses the format. `job` comes from `Export.job`; its
    option 'recipe' decides whether there is a recipe, in the file where its format has a place for it, else
    beside it. The recipe beside an earlier file is replaced or removed.

    Raises `job.CancelledError`; OthersFileError for a file that isn't ours if the job spares these; FileError
    if the file can't be written or its suffix is none of the export's; `data.samples.DataError` if the target
    can't be read; KeyError if there is no such export.
    """
    kind = export_named(what)
    ending = kind.ending(path)
    if ending is None:
        raise FileError(
            "{path} was not written: give it a name that ends in {endings}.",
            path=path,
            endings=listed(kind.suffixes),
        )
    _refuse_project(path)
    job = job or kind.job()
    job.ending, job.place = ending, path
    option = kind.recipe_option(ending)
    wants_recipe = bool(job.options.get(option.name, option.default))
    inside = ending in kind.holds_recipe
    beside = wants_recipe and not inside
    if inside and wants_recipe:
        options = job.options
        job.describe = lambda notes: as_text(_recipe(kind, ending, trained, options, notes))
    write_whole = write_folder_atomically if ending in kind.folders else write_atomically
    write_whole(path, lambda neighbour: _write(kind, neighbour, trained, job, beside))
    if not beside:
        remove_recipe(path)
        return
    try:
        write_recipe(path, _recipe(kind, ending, trained, job.options, job.notes))
    except FileError:
        remove_recipe(path)
        raise


def _recipe(
    kind: Export, ending: str, trained: Trained, options: Mapping[str, Value], notes: Sequence[str]
) -> dict[str, Any]:
    known = kind.options_for(ending, trained.experiment)
    chosen = {option.name: options[option.name] for option in known if option.name != "recipe"}
    notes = (*notes, LEFT_OUT) if trained.lacks_gains else notes
    return recipe(kind.name, kind.complete(trained, chosen), trained, notes)


def _refuse_project(path: Path) -> None:
    """Raises FileError if the path is a link to a project, whatever the link is called."""
    target = Path(os.path.realpath(path))
    if target.suffix.lower() == ".cadl":
        raise FileError(
            "{path} was not written: it is a link to the project {name}, which would be lost; choose another "
            "name.",
            path=path,
            name=target.name,
        )


def preview(kind: Export, trained: Trained, job: Job) -> Preview:
    """Preview of an export for the dialog; `job.ending` says for which format."""
    with _frames_cleared():
        return kind.preview(trained, job)


def _write(kind: Export, path: Path, trained: Trained, job: Job, beside: bool) -> None:
    job.begun(path)
    if beside and job.place is not None:
        check_place(recipe_path(job.place))
    if job.spares_others and job.place is not None:
        for place in (job.place, recipe_path(job.place)) if beside else (job.place,):
            if os.path.exists(place) and not is_ours(place):
                raise OthersFileError(
                    "{path} was not written: there is a file of this name that this program doesn't know as "
                    "its own; choose another name.",
                    path=place,
                )
    job.report(0.0)
    try:
        with _frames_cleared():
            kind.write(path, trained, job)
    except _EXPECTED_ERRORS:
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
def _frames_cleared() -> Iterator[None]:
    """Clears the frames of an error, so that suspended generators of remote work end on this thread.

    Otherwise the traceback would keep them alive until it is dropped, possibly on the window's thread, which
    must not wait for them. Turns MemoryError into a FileError.
    """
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
