"""The cost over a plane through a network's weights, with the run's path on it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from cadl_desktop.drawing.run_survey import RunSurvey
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.registry import Parameter
from cadl_desktop.export.export_kind import Preview
from cadl_desktop.export.job import Job
from cadl_desktop.export.plots.figures import SIZE, Plot, Table, rows_in_words
from cadl_desktop.export.plots.landscape_drawing import draw_hills, draw_map
from cadl_desktop.export.trained import Trained
from cadl_desktop.lessons.descending.landscape import LEAST_MOMENTS, SIDES, Choice
from cadl_desktop.lessons.figure import Doubles
from cadl_desktop.runs.evaluations import Costs
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.network_weights import flatten, shapes_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_PREVIEWED = 13
_PIECE_SECONDS, _FIRST_PIECE = 0.02, 4
"""Training waits no longer for what is asked at a time."""

DIRECTIONS = Parameter(
    "directions",
    "Directions",
    "choice",
    "main",
    "The two main ones of the run's moments; or two random ones, in which a neuron's weights are as long as "
    "its own (Li et al., 2018), as in any case where fewer than three moments were kept.",
    choices=("main", "random"),
)
ZOOM = Parameter(
    "zoom", "Reach", "float", 1.0, "1 is as far as the moments go.", 0.01, 100.0, logarithmic=True
)
PLACES = Parameter(
    "places",
    "Places",
    "choice",
    "25",
    "At so many places along each side the cost is computed.",
    choices=tuple(map(str, SIDES)),
)
SEEN = Parameter(
    "seen",
    "Seen",
    "choice",
    "from above",
    "From above, as a map with contours; or from aside, as hills, with each moment as high as its own cost.",
    choices=("from above", "as hills"),
)
OPTIONS = (DIRECTIONS, ZOOM, PLACES, SEEN, *SIZE)


def _survey(trained: Trained, job: Job) -> RunSurvey:
    """What is asked of a run: its moments, and the plane that is looked at through the last."""
    wanted = job["directions"] == "main" and len(trained.states) >= LEAST_MOMENTS
    choice = Choice("main" if wanted else "random", trained.experiment.seed, float(job["zoom"]))
    return RunSurvey(choice, trained.state, trained.states, shapes_of(trained.experiment))


def _path(survey: RunSurvey, trained: Trained, job: Job) -> Doubles:
    """The costs of the moments (n,)."""
    return _costs(trained, job, [flatten(state.weights) for state in survey.states])


def _measure(survey: RunSurvey, trained: Trained, job: Job) -> None:
    """Finds the surface, grid by grid."""
    side = int(str(job["places"]))
    while len(places := survey.next_places(side)):
        begin, share = survey.side**2 / side**2, len(places) / side**2
        costs = _costs(trained, job, survey.vectors(places), begin, share)
        survey.take_costs(places, costs)


def _costs(
    trained: Trained, job: Job, vectors: Sequence[Floats], begin: float = 0.0, share: float = 0.0
) -> Doubles:
    """The mean costs (n,) over the training set with each of some weights, asked for in pieces; `begin` and
    `share` say how much of all work was done before, and how much this is."""
    found: list[float] = []
    piece = _FIRST_PIECE
    while len(found) < len(vectors):
        some = vectors[len(found) : len(found) + piece]
        costs: Costs = trained.compute(partial(_measured, trained.experiment, some))
        found += costs.values.tolist()
        piece = max(1, int(_PIECE_SECONDS * len(some) / max(costs.seconds, 1e-9)))
        job.report(begin + share * len(found) / len(vectors))
    return np.array(found)


def _measured(experiment: Experiment, vectors: Sequence[Floats]) -> Costs:
    from cadl_desktop.engine import costs_of  # brings TensorFlow along

    return costs_of(experiment, vectors)


def _draw(trained: Trained, job: Job) -> "Figure":
    """The lighter the lower; each moment has the colour of its own cost."""
    survey = _survey(trained, job)
    survey.take_path(_path(survey, trained, job).tolist())
    _measure(survey, trained, job)
    draw = draw_hills if job["seen"] == "as hills" else draw_map
    return draw(survey, _titles(survey), job)


def _titles(survey: RunSurvey) -> tuple[str, str]:
    shares = survey.seen.plane.shares
    if shares is None:
        return "First random direction", "Second random direction"
    return (
        f"First main direction: {100 * shares[0]:.0f} % of the moments' variance",
        f"Second main direction: {100 * shares[1]:.0f} %",
    )


HEADER = ("what", "step", "x", "y", "cost", "distance")


def _table(trained: Trained, job: Job) -> Table:
    """The moments, each with its own cost and its distance from the plane, then the surface."""
    survey = _survey(trained, job)
    rows = _moment_rows(survey, _path(survey, trained, job))
    _measure(survey, trained, job)
    along = survey.along.tolist()
    rows += [
        ["surface", "", x, y, cost, 0.0]
        for y, costs in zip(along, survey.values.tolist(), strict=True)
        for x, cost in zip(along, costs, strict=True)
    ]
    return Table(HEADER, rows)


def _moment_rows(survey: RunSurvey, costs: Doubles) -> list[list[float | str]]:
    told = zip(survey.states, survey.seen.places, costs, survey.seen.distances, strict=True)
    return [
        ["moment", state.step, float(x), float(y), float(cost), float(distance)]
        for state, (x, y), cost, distance in told
    ]


LANDSCAPE = Plot(_draw, _table)


def preview_landscape(trained: Trained, job: Job) -> Preview:
    """From fewer places; of the table the moments."""
    side = int(str(job["places"]))
    quick = Job(job.options | {"places": str(min(side, _PREVIEWED))}, job.report)
    quick.ending = job.ending
    if job.ending != ".csv":
        return LANDSCAPE.preview(trained, quick)
    survey = _survey(trained, job)

    def moments(trained: Trained, job: Job) -> Table:
        return Table(HEADER, _moment_rows(survey, _path(survey, trained, job)))

    count = len(survey.states) + side**2
    return replace(Plot(_draw, moments).preview(trained, quick), caption=rows_in_words(count))
