"""The log of what was changed while a run was going on: a run is its experiment and this log."""

from collections.abc import Callable, Collection

import msgspec

from cadl_desktop.experiment.catalog import Category, entries
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.shapes import describe_frozen
from cadl_desktop.runs.horizon import NO_HORIZON
from cadl_desktop.sentences import in_one_line

STRUCTURE = "structure"
"""What a change of what is no live setting is logged as."""

HORIZON = "horizon"
"""What is logged where a run, whose schedule goes over it, says when it will end: no setting of anybody's."""

CORES = "cores"
"""What is logged of how many cores a run's steps are cut for, by which whoever trains it anew cuts them. Logs
of runs whose steps are too small for it, and those of older versions, don't have it."""

UNKNOWN_CORES = 0

PIXELS_SHOWN = "pixels shown"
"""What a structure's change is called where an edit only shows more of a picture."""
LANDSCAPE_POINT = "weights of a point of the landscape"
OTHER_SETTINGS = "other settings"


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From step `step` on, `setting` had the value `value`. A run's first entries are those it began with.

    A setting is live, STRUCTURE, HORIZON or CORES; ValueError of any other. A schedule's value is what
    `spelled` makes of it; that of a structure are finished words, as the layers themselves stand in the
    experiment.
    What is frozen is 'layer 1, output' or 'nothing'. All words are finished English, as files have them.
    """

    step: int
    setting: str
    value: float | str

    def __post_init__(self) -> None:
        if self.setting not in (*LiveSettings.names(), STRUCTURE, HORIZON, CORES):
            raise ValueError(f"a run can't change its '{self.setting}'")

    @property
    def is_visible(self) -> bool:
        """Whether people are shown it: what a run finds out by itself they aren't."""
        return self.step > 0 and self.setting not in (HORIZON, CORES)


def changed_structure(step: int, words: str) -> Change:
    return Change(step, STRUCTURE, words)


def weights_from(name: str) -> str:
    return f"weights from {in_one_line(name)}"


def gains_kept(count: int) -> str:
    return f"kept gains of {count}"


def neuron_left(layer: int, neuron: int) -> str:
    return f"neuron {neuron} left layer {layer}"


def layer_added(number: int) -> str:
    return f"new layer {number}"


def layer_resized(number: int, was: int, now: int) -> str:
    return f"{was} → {now} neurons in layer {number}"


def branched(run: int | None) -> str:
    return f"branched from run {run}" if run else "branched"


def weight_set(layer: int | None, source: int | None, neuron: int, value: float) -> str:
    """Without a source its bias; without a layer the output's. All count from 1."""
    end = "of the output" if layer is None else f"of layer {layer}"
    weight = f"bias {neuron}" if source is None else f"weight {source} → {neuron}"
    return f"{weight} {end} = {value:.3g}"


def in_words(change: Change, figure: Callable[[float], str]) -> str:
    """What a plot says beside a change, numbers as `figure` spells them."""
    if isinstance(change.value, str):
        return in_one_line(_named(change.setting, change.value))
    value = figure(change.value)
    usual = {
        "rate": f"rate {value}",
        "batch_size": f"batch {value}",
        "measure_every": f"measured every {value}",
        "l1": f"L1 penalty {value}",
        "l2": f"L2 penalty {value}",
    }
    return usual.get(change.setting, f"{change.setting} {value}")


def _named(setting: str, value: str) -> str:
    """Where the value is words; those of a structure stand for themselves."""
    match setting:
        case "cost":
            return f"cost {_title('cost', value)}"
        case "schedule":
            return f"{_title('schedule', value.partition('(')[0])} rate"
        case "frozen":
            return f"frozen: {value}"
    return value


def logged(settings: LiveSettings, experiment: Experiment) -> dict[str, float | str]:
    """The live settings of an experiment's run as its log has them."""
    output = len(experiment.layers) + 1
    return {name: _logged(value, output) for name, value in settings.as_dict().items()}


def spelled(part: Part) -> str:
    """A schedule in one line, with all that a file says of it: 'cosine(epochs=500, floor=0.0)'."""
    known = entries("schedule").get(part.kind)
    written = known.written(part.as_dict()) if known else part.as_dict()
    settings = ", ".join(f"{name}={value!r}" for name, value in written.items())
    return f"{part.kind}({settings})" if settings else part.kind


def _title(category: Category, kind: str) -> str:
    known = entries(category).get(kind)
    return known.title if known else kind


def _logged(value: Part | Collection[int] | float | str, output: int) -> float | str:
    match value:
        case Part():
            return spelled(value)
        case float() | int() | str():
            return value
        case _:
            return describe_frozen(value, output)


USUAL: dict[str, float | str] = {
    field.name: _logged(field.default, 0)
    for field in msgspec.structs.fields(LiveSettings)
    if not field.required
} | {HORIZON: NO_HORIZON, CORES: UNKNOWN_CORES}
"""What settings are as long as a log says nothing of them; the others it begins with."""
