"""One kind of export: what it is called, which formats and options it has, and what writes and shows it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.experiment.model import Experiment, picture_count
from cadl_desktop.experiment.part import Value
from cadl_desktop.experiment.registry import Parameter
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.export.job import Job
from cadl_desktop.export.trained import Trained

RECIPE = Parameter(
    "recipe",
    "Recipe",
    "bool",
    True,
    "Writes a second file beside it that tells how it was made: all settings, the seed and the step.",
)
"""An option of every export."""


@dataclass(frozen=True, eq=False)
class Preview:
    """What a dialog shows of a file that isn't written yet: a picture (height, width, 3) uint8, or several
    that take turns, each for so many milliseconds; the rows of a table, or lines of text; and one line that
    says how large the file's content will be."""

    picture: NDArray[np.uint8] | None = None
    film: tuple[NDArray[np.uint8], ...] = ()
    every_ms: int = 0
    rows: tuple[tuple[str, ...], ...] = ()
    text: str = ""
    caption: str = ""


@dataclass(frozen=True)
class Export:
    """One kind of file. `suffixes` are the formats, told apart by how the path ends; `file` is the name
    that a dialog offers. `write` fills a path that may be overwritten; the job that it is given has a value
    for each of the options. Those of the suffixes that `folders` names are folders, which `write` finds
    empty."""

    name: str
    title: str
    help: str
    file: str
    suffixes: tuple[str, ...]
    write: Callable[[Path, Trained, Job], None]
    about: Literal["both", "curve", "painting"] = "both"
    wants: Callable[[Experiment], bool] = lambda experiment: True
    """What else an experiment needs to have something to export in this way."""
    options: tuple[Parameter, ...] = ()
    folders: tuple[str, ...] = ()
    preview: Callable[[Trained, Job], Preview] = lambda trained, job: Preview()
    """What a dialog shows beforehand; the job's ending is that of the file that would be written."""
    default_for: tuple[str, ...] = ()
    """Endings that mean this export unless another is named; of several, the first that suits counts."""
    also: tuple[str, ...] = ()
    """Earlier names, which the command line still takes."""
    in_pieces: bool = False
    """Whether `write` hands what needs TensorFlow to `Trained.compute` in pieces of some milliseconds, and
    tells how far it has come. Otherwise all of that is one piece, and training waits for it."""
    adds: bool = False
    """Whether a file that is replaced passes on to the new one what only it can give."""
    only_for: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Endings that an option is for, by its name; one that isn't named here is for all of them."""
    only_of: Callable[[Experiment, str], str | None] = lambda experiment, name: None
    """What an option, by its name, is for where it isn't for this experiment; None where it is."""
    linked: tuple[str, ...] = ()
    """Options that say the same in several ways: where one is set, `complete` finds the others."""
    begin: Callable[[Trained], dict[str, Value]] = lambda trained: {}
    """Options that a dialog begins with in place of their defaults, which are the command line's."""
    complete: Callable[[Trained, Mapping[str, Value]], dict[str, Value]] = lambda trained, given: dict(given)
    """All options as they come to be, where some follow from others: for the dialog and the recipe."""

    def ending(self, path: Path) -> str | None:
        """Which of the suffixes a path has, the longest where several fit; None where it has none of them."""
        fitting = [suffix for suffix in self.suffixes if path.name.lower().endswith(suffix)]
        return max(fitting, key=len, default=None)

    def suits(self, experiment: Experiment) -> bool:
        """Whether this experiment has something to export in this way."""
        about = self.about == "both" or (self.about == "painting") == is_painting(experiment)
        return about and self.wants(experiment)

    def options_for(self, ending: str, experiment: Experiment) -> tuple[Parameter, ...]:
        """What can be chosen for files of this ending, within the limits of the experiment."""
        fitting = [
            _limited(option, experiment)
            for option in self.options
            if ending in self.only_for.get(option.name, (ending,))
            and self.only_of(experiment, option.name) is None
        ]
        return (*fitting, RECIPE)

    def job(
        self, options: Mapping[str, Value] | None = None, told: Callable[[float], None] = lambda share: None
    ) -> Job:
        """A job with these options, and the defaults of all others."""
        defaults = {option.name: option.default for option in (*self.options, RECIPE)}
        return Job(defaults | dict(options or {}), told)


def _limited(option: Parameter, experiment: Experiment) -> Parameter:
    """A picture's number goes as far as there are pictures."""
    if option.name != "number":
        return option
    return replace(option, maximum=float(picture_count(experiment.data)))
