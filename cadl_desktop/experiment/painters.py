"""The six painters: small networks that paint the same picture, each with a look of its own."""

from dataclasses import dataclass

from msgspec.structs import replace

from cadl_desktop.experiment.check import LEAST_PARAMETERS
from cadl_desktop.experiment.edits import with_preset
from cadl_desktop.experiment.effort import single_picture_numbers
from cadl_desktop.experiment.methods.following import follow_all, has_setting, stop_following, value_at
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.presets import PAINTERS as GROUP
from cadl_desktop.experiment.presets import preset, preset_groups

LONGEST = 80
"""Pixels along the longer side of the picture that they paint side by side."""
STEPS = 2000
"""Steps of each: two to three seconds on one core."""
_MOST_BATCH = 512


@dataclass(frozen=True)
class Painter:
    """A preset under a plain name, with a sentence on what makes it look so. `parameters` is the network's
    size as a share of the picture's numbers, where that follows the picture."""

    preset: str
    name: str
    note: str
    parameters: float | None = None

    def of(self, experiment: Experiment) -> Experiment:
        """Returns the experiment's picture painted by this painter."""
        painted = with_preset(experiment, self.preset)
        if self.parameters is None:
            return painted
        # Of a strip of a few pixels, even the smallest network is a larger share.
        least = LEAST_PARAMETERS / (single_picture_numbers(painted) or LEAST_PARAMETERS)
        return follow_all(replace(painted, parameters=max(self.parameters, least)))

    def at_full_size(self, experiment: Experiment, small: Experiment) -> Experiment:
        """Returns the experiment's picture painted by the network of `small`, as from `at_small_size`. A size
        that followed the small picture doesn't grow with the large one."""
        painted = self.of(experiment)
        if self.parameters is None:
            return painted
        network = replace(
            small,
            data=painted.data,
            validation=painted.validation,
            batch_size=painted.batch_size,
            stop=painted.stop,
            name=painted.name,
        )
        own = [
            path
            for path in network.follows
            if not has_setting(painted, path) or value_at(network, path) != value_at(painted, path)
        ]
        return stop_following(network, own)

    def at_small_size(self, experiment: Experiment) -> Experiment:
        """Returns the same with a small picture and small batches, to be trained beside the others."""
        data = experiment.data
        small = data.has(longest=min(LONGEST, int(data["longest"])))
        painted = self.of(replace(experiment, data=small, name=self.name, note=self.note, validation=0.0))
        batch = min(painted.batch_size, _MOST_BATCH)
        return replace(painted, name=self.name, note=self.note, batch_size=batch)


def painters() -> tuple[Painter, ...]:
    """Returns the painters, from the simplest look to the truest."""
    simple = next(group.presets for group in preset_groups() if group.title == GROUP)
    return (
        *(Painter(name, preset(name).name, preset(name).note) for name in simple),
        Painter(
            "learned-painting",
            "Brush",
            "A fortieth as many numbers as this small picture: it keeps large shapes, and smears small ones.",
            0.025,
        ),
        Painter(
            "learned-painting",
            "Photograph",
            "A tenth as many numbers as this small picture: the truest; often only streaks beyond the frame.",
            0.1,
        ),
    )
