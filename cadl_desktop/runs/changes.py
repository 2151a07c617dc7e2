"""Log of live changes: an experiment and this log define a run."""

from collections.abc import Callable, Collection
from contextlib import suppress

import msgspec

from cadl_desktop.experiment.catalog import Category, entries
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.shapes import describe_frozen
from cadl_desktop.runs.horizon import NO_HORIZON, PEAK, Horizon
from cadl_desktop.sentences import in_one_line

STRUCTURE = "structure"
"""Setting under which a change is logged that is no live setting."""

HORIZON = "horizon"
"""Setting under which a run whose schedule spans it logs its expected end; not set by people."""

CORES = "cores"
"""Setting under which the number of cores is logged that a run's steps are split for, so that it can be
repeated. Missing in runs whose steps are too small to be split, and in logs of older versions."""

UNKNOWN_CORES = 0

OPTIMIZER_SINCE = "optimizer_since"
"""Setting under which the step is logged at which the optimizer's memories and its count of steps began.
Missing while that is the run's start."""

PIXELS_SHOWN = "pixels shown"
"""Description of a structural change that only reveals pixels."""
LANDSCAPE_POINT = "weights of a point of the landscape"
INITIAL_WEIGHTS = "other initial weights"
OTHER_SETTINGS = "other settings"
_BRANCHED = "branched"


_OWN = (HORIZON, CORES, OPTIMIZER_SINCE)
"""Settings that a run determines itself."""


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A setting's `value` from step `step` on. The first entries of a run have the values that it began with.

    A setting is a live one, STRUCTURE, HORIZON, CORES or OPTIMIZER_SINCE; others raise ValueError. The value
    of a schedule or optimizer is from `spelled`; that of a structure is a description, as the experiment has
    the layers themselves. Frozen layers are 'layer 1, output' or 'nothing'. All words are finished English,
    as they are stored in files.

    The fields are stored by name in projects and logs.
    """

    step: int
    setting: str
    value: float | str

    def __post_init__(self) -> None:
        if self.setting not in (*LiveSettings.names(), STRUCTURE, *_OWN):
            raise ValueError(f"a run can't change its '{self.setting}'")

    @property
    def is_visible(self) -> bool:
        """Whether people are shown this change. Values that a run determines itself are not, but for the
        rate at which it goes on after its schedule."""
        return self.step > 0 and (self.setting not in _OWN or self._goes_on_late)

    @property
    def _goes_on_late(self) -> bool:
        """Whether a run goes on here whose schedule had ended."""
        if self.setting != HORIZON or self.value == NO_HORIZON:
            return False
        with suppress(ValueError):  # a file's log may have an entry that no run writes
            return Horizon.read(str(self.value)).begins_late
        return False


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


def activation_changed(title: str, number: int | None) -> str:
    """Description of a column's new activation; of the output without a number."""
    return f"{title} in layer {number}" if number else f"{title} in the output"


def layer_resized(number: int, was: int, now: int) -> str:
    return f"{was} → {now} neurons in layer {number}"


def branched(run: int | None) -> str:
    return f"{_BRANCHED} from run {run}" if run else _BRANCHED


def is_branch(change: Change) -> bool:
    """Whether the run branched from another here, with the same network."""
    return change.setting == STRUCTURE and str(change.value).startswith(_BRANCHED)


def is_branching(change: Change) -> bool:
    """Whether a run branched off another one here, by which its weights did not change."""
    words = str(change.value)
    return change.setting == STRUCTURE and (words == branched(None) or words.startswith(f"{branched(None)} "))


def weight_set(layer: int | None, source: int | None, neuron: int, value: float) -> str:
    """Description of an edited weight, or a bias without `source`; of the output without `layer`. Numbers
    count from 1."""
    end = "of the output" if layer is None else f"of layer {layer}"
    weight = f"bias {neuron}" if source is None else f"weight {source} → {neuron}"
    return f"{weight} {end} = {value:.3g}"


def in_words(change: Change, figure: Callable[[float], str]) -> str:
    """Label of a change in a plot; `figure` formats numbers."""
    if isinstance(change.value, str):
        return in_one_line(_described(change.setting, change.value))
    value = figure(change.value)
    usual = {
        "rate": f"rate {value}",
        "batch_size": f"batch {value}",
        "measure_every": f"measured every {value}",
        "l1": f"L1 penalty {value}",
        "l2": f"L2 penalty {value}",
    }
    return usual.get(change.setting, f"{change.setting} {value}")


def _described(setting: str, value: str) -> str:
    """Label for a value in words; descriptions of a structure stand alone."""
    match setting:
        case "cost":
            return f"cost {_title('cost', value)}"
        case "optimizer":
            return _title("optimizer", value.partition("(")[0])
        case "schedule":
            return f"{_title('schedule', value.partition('(')[0])} rate"
        case "frozen":
            return f"frozen: {value}"
        case "horizon":
            return f"trained on at {PEAK:g} of the rate"
    return value


def logged(settings: LiveSettings, experiment: Experiment) -> dict[str, float | str]:
    """Live settings of an experiment's run as values of its log."""
    output = len(experiment.layers) + 1
    parts: dict[str, float | str] = {
        "optimizer": spelled(settings.optimizer, "optimizer"),
        "schedule": spelled(settings.schedule, "schedule"),
    }
    others = {name: value for name, value in settings.as_dict().items() if name not in parts}
    return {name: _logged(value, output) for name, value in others.items()} | parts


def spelled(part: Part, category: Category) -> str:
    """A schedule or optimizer in one line, with all settings that a file has:
    'cosine(epochs=500, floor=0.0)'."""
    known = entries(category).get(part.kind)
    written = known.written(part.as_dict()) if known else part.as_dict()
    settings = ", ".join(f"{name}={value!r}" for name, value in written.items())
    return f"{part.kind}({settings})" if settings else part.kind


def _title(category: Category, kind: str) -> str:
    known = entries(category).get(kind)
    return known.title if known else kind


def _logged(value: Collection[int] | float | str, output: int) -> float | str:
    match value:
        case float() | int() | str():
            return value
        case _:
            return describe_frozen(value, output)


LOG_DEFAULTS: dict[str, float | str] = {
    field.name: _logged(field.default, 0)
    for field in msgspec.structs.fields(LiveSettings)
    if not field.required
} | {HORIZON: NO_HORIZON, CORES: UNKNOWN_CORES, OPTIMIZER_SINCE: 0}
"""Values of settings that a log does not mention; all others are logged at the start."""
