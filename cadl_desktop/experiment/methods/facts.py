"""What a rule may look at."""

from dataclasses import dataclass
from math import sqrt

from cadl_desktop.experiment.catalog.datasets import trained_size
from cadl_desktop.experiment.effort import sample_count
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import loaded


@dataclass(frozen=True)
class Facts:
    """Of what is to be learned. How long a run lasts is none of them, as its schedule goes over it: a
    network whose shape followed that would begin anew whenever somebody lengthens a run, and one that
    followed how much is hidden, at every stroke of a mask."""

    points: int
    """How many samples there are, of a picture its pixels, hidden ones among them."""
    height: int = 1
    width: int = 1
    masked: float = 0.0
    """The share of a picture that its mask hides, 0 to 1."""
    kept: float = 1.0
    """The share that is kept of all pixels, chosen by chance."""
    validation: float = 0.0
    """The share of the samples that is only measured."""
    typed_batch: int | None = None
    """The batch size where it follows nothing: an epoch has other steps than the rule would give it."""

    @property
    def longest(self) -> int:
        """Pixels along the longer side."""
        return max(self.height, self.width)

    @property
    def hidden(self) -> float:
        """The share of the pixels that the network doesn't see, about."""
        return 1 - (1 - self.masked) * self.kept

    @property
    def learned(self) -> int:
        """How many samples are learned from, about; hardly ever fewer, if chance keeps some beside a mask."""
        by_chance = sqrt(self.points * self.kept * (1 - self.kept) * self.masked * (1 - self.masked))
        seen = self.points * (1 - self.hidden) - 3 * by_chance
        return max(1, round(seen * (1 - self.validation)))

    def steps_of_an_epoch(self, batch_size: int) -> int:
        """An epoch has whole batches only."""
        return max(1, self.learned // batch_size)


def facts_of(experiment: Experiment) -> Facts:
    """Cheap enough for every edit: a picture is not decoded, and a mask once."""
    data, points = experiment.data, sample_count(experiment)
    typed_batch = None if "batch_size" in experiment.follows else experiment.batch_size
    if data.kind != "picture":
        return Facts(points, validation=experiment.validation, typed_batch=typed_batch)
    height, width = trained_size(data)
    return Facts(
        points=points,
        height=height,
        width=width,
        masked=_masked(data, height, width),
        kept=float(data["keep"]) / 100,
        validation=experiment.validation,
        typed_batch=typed_batch,
    )


def _masked(data: Part, height: int, width: int) -> float:
    if not data["mask"]:
        return 0.0  # decoding takes imports along that a picture without a mask can do without
    share: float = loaded("cadl_desktop.data.pictures.masks:masked_share")(data["mask"], height, width)
    return share
