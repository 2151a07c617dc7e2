"""Settings by which a person would tell trainings apart, and layers in a few words."""

from collections.abc import Sequence
from itertools import groupby

from cadl_desktop.comparing.training import Setting
from cadl_desktop.experiment.setting_descriptions import Settings
from cadl_desktop.sweeps.plan.sweep_model import DESIGN, LAYERS, PRESET

MOST_TOLD = 12
_FIRST = (
    *(
        PRESET,
        "method",
        DESIGN,
        LAYERS,
        "encoding.kind",
        "optimizer.kind",
        "optimizer.rate",
        "batch_size",
        "cost",
    ),
    *("data", "encoding", "output", "schedule.kind", "optimizer", "target_scaling", "input_scaling"),
    *("validation", "schedule", "seed"),
)
"""Paths, or their heads, in the order in which people name them; others come after these."""


def telling_paths(settings: Sequence[Setting]) -> frozenset[str]:
    """Returns the paths of at most a dozen settings, those by which people tell trainings apart first."""

    def rank(setting: Setting) -> int:
        path = f"{setting.path}."
        return next((at for at, head in enumerate(_FIRST) if path.startswith(f"{head}.")), len(_FIRST))

    return frozenset(each.path for each in sorted(settings, key=rank)[:MOST_TOLD])


def with_layers_as_one(settings: Settings) -> Settings:
    """Returns settings in which one, LAYERS, stands for those of all layers: '3 × 64 Sine, 16 Tanh'."""
    said = []
    for number in range(int(settings[LAYERS][1])):
        known = (settings.get(f"layers.{number}.{name}") for name in ("units", "activation"))
        words = " ".join(each[1] for each in known if each is not None)
        said.append(words or settings[f"layers.{number}.kind"][1])
    counts = ((words, len(list(equal))) for words, equal in groupby(said))
    text = ", ".join(f"{count} × {words}" if count > 1 else words for words, count in counts) or "none"
    others = {path: words for path, words in settings.items() if not path.startswith(f"{LAYERS}.")}
    return {**others, LAYERS: (settings[LAYERS][0], text)}
