"""What the inputs and outputs of a network are called."""

from cadl_desktop.experiment.identity import is_many
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.sentences import Sentence, said


def input_names(experiment: Experiment) -> tuple[Sentence, ...]:
    """Of what it is asked with, before an encoding."""
    if not is_painting(experiment):
        return (said("x"),)
    place = said("row"), said("column")
    return (*place, said("picture")) if is_many(experiment.data) else place


def output_names(experiment: Experiment) -> tuple[Sentence, ...]:
    return (said("red"), said("green"), said("blue")) if is_painting(experiment) else (said("y"),)
