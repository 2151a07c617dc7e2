"""Facts about the data, from which rules derive settings."""

from dataclasses import dataclass
from math import sqrt

from cadl_desktop.experiment.catalog.dataset_entries import colour_count, trained_size
from cadl_desktop.experiment.check import allowed_parameters
from cadl_desktop.experiment.effort import sample_count
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import load_reference


@dataclass(frozen=True)
class Facts:
    """Facts about the data.

    The length of a run is not among them: a network whose shape followed it would start over whenever
    somebody lengthens a run. Neither may a network's shape follow how much is hidden, which changes with
    every stroke on the mask.
    """

    points: int
    """Number of samples; for a picture its pixels, hidden ones included."""
    height: int = 1
    width: int = 1
    masked: float = 0.0
    """Share of the picture that the mask hides, 0 to 1."""
    kept: float = 1.0
    """Share of all pixels that are kept at random, 0 to 1."""
    validation: float = 0.0
    """Share of the samples that is held out, 0 to 1."""
    explicit_batch: int | None = None
    """Batch size where it doesn't follow the method; it determines the steps of an epoch instead of the
    rule."""
    parameters: float | None = None
    """Share of the picture's numbers that the network may have as parameters; None where nobody has set
    it."""
    colours: int = 3
    """Numbers of a pixel: 1 where a picture is grey."""

    @property
    def longest(self) -> int:
        """Pixels along the longer side."""
        return max(self.height, self.width)

    @property
    def hidden(self) -> float:
        """Expected share of the pixels that the network doesn't see."""
        return 1 - (1 - self.masked) * self.kept

    @property
    def learned(self) -> int:
        """Number of samples that are learned from: a lower estimate, three standard deviations below the mean
        where pixels are kept at random beside a mask."""
        by_chance = sqrt(self.points * self.kept * (1 - self.kept) * self.masked * (1 - self.masked))
        seen = self.points * (1 - self.hidden) - 3 * by_chance
        return max(1, round(seen * (1 - self.validation)))

    def allowed(self, share: float) -> int:
        """Returns how many parameters a network may have at this share of the picture's numbers."""
        return allowed_parameters(self.points * self.colours, share)

    def steps_per_epoch(self, batch_size: int) -> int:
        """Returns the number of whole batches in an epoch."""
        return max(1, self.learned // batch_size)


def facts_of(experiment: Experiment) -> Facts:
    """Returns the facts about an experiment's data, fast enough for every edit: only masks are decoded,
    once."""
    data, points = experiment.data, sample_count(experiment)
    explicit_batch = None if "batch_size" in experiment.follows else experiment.batch_size
    if data.kind != "picture":
        return Facts(points, validation=experiment.validation, explicit_batch=explicit_batch)
    height, width = trained_size(data)
    return Facts(
        points=points,
        height=height,
        width=width,
        masked=_masked_share(data, height, width),
        kept=float(data["keep"]) / 100,
        validation=experiment.validation,
        explicit_batch=explicit_batch,
        parameters=experiment.parameters,
        colours=colour_count(data),
    )


def _masked_share(data: Part, height: int, width: int) -> float:
    if not data["mask"]:
        return 0.0  # avoids the imports that decoding a mask needs
    share: float = load_reference("cadl_desktop.data.pictures.masks:masked_share")(
        data["mask"], height, width
    )
    return share
