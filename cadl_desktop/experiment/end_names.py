"""What the inputs and outputs of a network are called."""

from cadl_desktop.experiment.identity import is_many
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import is_painting


def input_names(experiment: Experiment) -> tuple[str, ...]:
    """Of what it is asked with, before an encoding."""
    if not is_painting(experiment):
        return ("x",)
    place = "row", "column"
    return (*place, "picture") if is_many(experiment.data) else place


def output_names(experiment: Experiment) -> tuple[str, ...]:
    return ("red", "green", "blue") if is_painting(experiment) else ("y",)
