"""Everything that can be exported, in one table that the Export dialog and the command line both follow."""

from collections.abc import Iterable
from pathlib import Path

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.export import pictures, plots, weights
from cadl_desktop.export.job import Job
from cadl_desktop.export.kind import Export, Preview
from cadl_desktop.export.recipe import write_recipe
from cadl_desktop.export.trained import Trained
from cadl_desktop.files import FileError, write_atomically, write_folder_atomically

__all__ = ["EXPORTS", "Export", "Preview", "default_export", "export", "export_named", "exports_for"]

EXPORTS = (
    Export(
        "painting",
        "Painting",
        "What the network paints now.",
        "painting.png",
        (".png",),
        pictures.write_painting,
        "painting",
        default_for=(".png",),
    ),
    Export(
        "target",
        "Target",
        "The picture that it was to paint.",
        "target.png",
        (".png",),
        pictures.write_target,
        "painting",
    ),
    Export(
        "curve",
        "Curve",
        "The observed points and the curve that was fitted to them.",
        "curve.png",
        (".png", ".svg", ".csv"),
        plots.write_curve,
        "curve",
        default_for=(".png",),
        also=("curve-plot",),
    ),
    Export(
        "cost",
        "Cost",
        "The cost over the epochs, as a plot or as a table.",
        "cost.svg",
        (".svg", ".png", ".csv"),
        plots.write_cost,
        default_for=(".svg", ".csv"),
        also=("cost-plot", "history"),
    ),
    Export(
        "weights",
        "Weights",
        "What was learned: the weights by name, or the whole network as other programs run it.",
        "weights.safetensors",
        weights.ENDINGS,
        weights.write_weights,
        folders=(".savedmodel",),
        default_for=weights.ENDINGS,
        also=("keras",),
    ),
)


def exports_for(experiment: Experiment) -> list[Export]:
    """What can be exported of an experiment, in the dialog's order."""
    return [export for export in EXPORTS if export.suits(experiment)]


def export_named(name: str, known: Iterable[Export] = EXPORTS) -> Export:
    """Raises KeyError where there is no export of this name, and none that once had it."""
    for entry in known:
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
    chooses the format, and `job` is of `Export.job`.

    Raises `job.CancelledError`, FileError where the file can't be written or its ending is none of the
    export's suffixes, `data.pictures.PictureError` where the target can't be read, KeyError where there is
    no such export.
    """
    wanted = export_named(what)
    ending = wanted.ending(path)
    if ending is None:
        endings = " or ".join(wanted.suffixes)
        raise FileError(f"{path} was not written: give it a name that ends in {endings}.")
    job = job or wanted.job()
    job.ending = ending
    write_whole = write_folder_atomically if ending in wanted.folders else write_atomically
    write_whole(path, lambda neighbour: _write(wanted, neighbour, trained, job))
    if job["recipe"]:
        chosen = {option.name: job[option.name] for option in wanted.options_for(ending)}
        write_recipe(path, wanted.name, wanted.complete(trained, chosen), trained)


def preview(wanted: Export, trained: Trained, job: Job) -> Preview:
    """What a dialog shows of an export; `job.ending` says which format is meant."""
    if wanted.in_pieces:
        return wanted.preview(trained, job)
    shown: Preview = trained.compute(lambda: wanted.preview(trained, job))
    return shown


def _write(wanted: Export, path: Path, trained: Trained, job: Job) -> None:
    job.report(0.0)
    if wanted.in_pieces:
        wanted.write(path, trained, job)
    else:
        trained.compute(lambda: wanted.write(path, trained, job))
    job.report(1.0)
