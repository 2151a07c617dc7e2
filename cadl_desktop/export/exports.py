"""Everything that can be exported, in one table that the Export menu and the command line both follow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cadl_desktop.experiment.model import Experiment, Value
from cadl_desktop.experiment.registry import Parameter
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.export import pictures, plots, weights
from cadl_desktop.export.job import Job
from cadl_desktop.export.trained import Trained
from cadl_desktop.files import FileError, write_atomically, write_folder_atomically


@dataclass(frozen=True)
class Export:
    """One kind of file. `suffixes` are the formats, told apart by how the path ends; `file` is the name
    that the command line gives it and a dialog offers. `write` fills a path that may be overwritten; the
    job that it is given has a value for each of `options`. Those of the suffixes that `folders` names
    are folders, which `write` finds empty."""

    name: str
    title: str
    help: str
    file: str
    suffixes: tuple[str, ...]
    write: Callable[[Path, Trained, Job], None]
    about: Literal["both", "curve", "painting"] = "both"
    options: tuple[Parameter, ...] = ()
    folders: tuple[str, ...] = ()

    def ending(self, path: Path) -> str | None:
        """Which of the suffixes a path has, the longest where several fit; None where it has none of them."""
        fitting = [suffix for suffix in self.suffixes if path.name.lower().endswith(suffix)]
        return max(fitting, key=len, default=None)

    def suits(self, experiment: Experiment) -> bool:
        """Whether this experiment has something to export in this way."""
        return self.about == "both" or (self.about == "painting") == is_painting(experiment)

    def job(
        self, options: Mapping[str, Value] | None = None, told: Callable[[float], None] = lambda share: None
    ) -> Job:
        """A job with these options, and the defaults of all others."""
        return Job({option.name: option.default for option in self.options} | dict(options or {}), told)


EXPORTS = (
    Export(
        "weights",
        "Weights",
        "What was learned: the weights by name, or the whole network as other programs run it.",
        "weights.safetensors",
        (".safetensors", ".npz", ".weights.h5", ".keras"),
        weights.write_weights,
    ),
    Export(
        "history",
        "History",
        "Cost, time and learning rate of every epoch, as a table.",
        "history.csv",
        (".csv",),
        plots.write_history,
    ),
    Export(
        "cost-plot",
        "Cost plot",
        "The cost over the epochs.",
        "cost.svg",
        (".svg", ".png"),
        plots.write_cost_plot,
    ),
    Export(
        "curve-plot",
        "Curve plot",
        "The observed points and the curve that was fitted to them.",
        "curve.svg",
        (".svg", ".png"),
        plots.write_curve_plot,
        "curve",
    ),
    Export(
        "curve",
        "Curve",
        "The fitted curve's x and y, as a table.",
        "curve.csv",
        (".csv",),
        plots.write_curve,
        "curve",
    ),
    Export(
        "painting",
        "Painting",
        "What the network paints now.",
        "painting.png",
        (".png",),
        pictures.write_painting,
        "painting",
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
)


def exports_for(experiment: Experiment) -> list[Export]:
    """What can be exported of an experiment, in the menu's order."""
    return [export for export in EXPORTS if export.suits(experiment)]


def export(what: str, path: Path, trained: Trained, job: Job | None = None) -> None:
    """Writes one export atomically; the path's ending chooses the format, and `job` is of `Export.job`.

    Raises `job.CancelledError`, FileError where the file can't be written or its ending is none of the
    export's suffixes, `data.pictures.PictureError` where the target can't be read, KeyError where there is
    no such export.
    """
    wanted = {entry.name: entry for entry in EXPORTS}[what]
    ending = wanted.ending(path)
    if ending is None:
        endings = " or ".join(wanted.suffixes)
        raise FileError(f"{path} was not written: give it a name that ends in {endings}.")
    write_whole = write_folder_atomically if ending in wanted.folders else write_atomically
    write_whole(path, lambda neighbour: wanted.write(neighbour, trained, job or wanted.job()))
