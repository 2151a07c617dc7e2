"""Description of one kind of export: name, formats, options, writer and preview."""

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

RECIPE_INSIDE = Parameter(
    "recipe",
    "Recipe inside",
    "bool",
    True,
    "Puts into the file how it was made: all settings, the seed and the step. That takes 1 to 3 kB.",
)
"""Option of formats that have a place for a recipe."""
RECIPE_BESIDE = Parameter(
    "recipe",
    "Recipe file",
    "bool",
    False,
    "Writes a second file beside it that tells how it was made: all settings, the seed and the step.",
)
"""Option of all other formats."""


@dataclass(frozen=True, eq=False)
class Preview:
    """Preview of an export in the dialog.

    Holds one picture (height, width, 3) uint8; or the frames of a film, each shown for `every_ms`
    milliseconds; or rows of a table; or lines of text. `caption` is one line about the size of the file.
    """

    picture: NDArray[np.uint8] | None = None
    film: tuple[NDArray[np.uint8], ...] = ()
    every_ms: int = 0
    rows: tuple[tuple[str, ...], ...] = ()
    text: str = ""
    caption: str = ""


@dataclass(frozen=True)
class Export:
    """Kind of export, an entry of the table `EXPORTS`.

    The path's suffix, one of `suffixes`, chooses the format. `file` has what it is and its own format, as
    'painting.png'; the dialog puts the experiment's title before it.
    `write` fills a path that may be overwritten, by a job that has a value for each option. Formats in
    `folders` are folders, which `write` finds empty.
    """

    name: str
    title: str
    help: str
    file: str
    suffixes: tuple[str, ...]
    write: Callable[[Path, Trained, Job], None]
    about: Literal["both", "curve", "painting"] = "both"
    wants: Callable[[Experiment], bool] = lambda experiment: True
    """Further condition on the experiment."""
    options: tuple[Parameter, ...] = ()
    folders: tuple[str, ...] = ()
    holds_recipe: tuple[str, ...] = ()
    """Suffixes of formats that have a place for the recipe, into which `write` puts `job.recipe()`."""
    preview: Callable[[Trained, Job], Preview] = lambda trained, job: Preview()
    """Preview for the dialog; `job.ending` says for which format."""
    default_for: tuple[str, ...] = ()
    """Suffixes that select this export if none is named; the first suitable export of the table wins."""
    aliases: tuple[str, ...] = ()
    """Earlier names, which the command line still accepts."""
    in_pieces: bool = False
    """Whether `write` passes its TensorFlow work to `Trained.compute` in pieces of a few milliseconds and
    reports progress. Otherwise it is one piece, and training waits for it."""
    spans_run: bool = False
    """Whether it shows how the run went, so that it takes all of it also while an earlier moment is looked
    at, unless a person wants it to end there."""
    rare: bool = False
    """Whether menus keep it under *More*, as few people need it."""
    joins: bool = False
    """Whether it takes a run of a single picture and one of many."""
    takes_gains: bool = False
    """Whether muted and scaled neurons are exported as the window shows them, where weights can say so."""
    only_for: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Suffixes that an option applies to, by its name; options not named here apply to all."""
    restricted_to: Callable[[Experiment, str], str | None] = lambda experiment, name: None
    """Phrase for the experiments that an option applies to, such as 'a painting'; None if this is one."""
    linked: tuple[str, ...] = ()
    """Options that determine one another: when one is set, `complete` computes the others."""
    begin: Callable[[Trained], dict[str, Value]] = lambda trained: {}
    """Initial values in the dialog, in place of the defaults that the command line uses."""
    complete: Callable[[Trained, Mapping[str, Value]], dict[str, Value]] = lambda trained, given: dict(given)
    """All options, with those that follow from others filled in; for the dialog and the recipe."""

    def ending(self, path: Path) -> str | None:
        """The longest of `suffixes` that the path ends in; None if it ends in none."""
        fitting = [suffix for suffix in self.suffixes if path.name.lower().endswith(suffix)]
        return max(fitting, key=len, default=None)

    def suits(self, experiment: Experiment) -> bool:
        """Whether an experiment can be exported in this way."""
        about = self.about == "both" or (self.about == "painting") == is_painting(experiment)
        return about and self.wants(experiment)

    def options_for(self, ending: str, experiment: Experiment) -> tuple[Parameter, ...]:
        """Options for files of this suffix, within the limits of the experiment."""
        fitting = [
            _limited(option, experiment)
            for option in self.options
            if ending in self.only_for.get(option.name, (ending,))
            and self.restricted_to(experiment, option.name) is None
        ]
        return (*fitting, self.recipe_option(ending))

    def recipe_option(self, ending: str) -> Parameter:
        """Option for the recipe, inside files of this suffix or beside them."""
        return RECIPE_INSIDE if ending in self.holds_recipe else RECIPE_BESIDE

    def job(
        self,
        options: Mapping[str, Value] | None = None,
        on_progress: Callable[[float], None] = lambda share: None,
    ) -> Job:
        """Job with these options, and the defaults of all others but 'recipe', which the suffix decides."""
        defaults = {option.name: option.default for option in self.options}
        return Job(defaults | dict(options or {}), on_progress)


def _limited(option: Parameter, experiment: Experiment) -> Parameter:
    """Limits the option `number` to the number of pictures."""
    if option.name != "number":
        return option
    return replace(option, maximum=float(picture_count(experiment.data)))
