"""Whether an experiment can be trained: `check` lists what stands in the way, each naming its field."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from cadl_desktop.experiment.catalog import Category, Entry, Parameter, entries
from cadl_desktop.experiment.freezing import learning_count
from cadl_desktop.experiment.live_settings import PENALTIES, LiveSettings
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part, Value
from cadl_desktop.experiment.shapes import parameter_count, target_columns, widths

MOST_LAYERS = 64
MOST_PARAMETERS = 20_000_000
MOST_PENALTY = 1000.0


@dataclass(frozen=True)
class Problem:
    """One thing that has to change before the experiment can be trained.

    `field` is the path of the setting, as `--set` takes it: 'layers.0.units', 'optimizer.rate'.
    `message` is one plain sentence that names the thing and the remedy.
    """

    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


def check(experiment: Experiment) -> list[Problem]:
    """What keeps this experiment from being trained; empty when nothing does."""
    problems = list(_check_parts(experiment))
    problems += _check_numbers(experiment)
    if not problems:
        problems += _check_fit(experiment)
    return problems


def check_part(field: str, category: Category, part: Part) -> list[Problem]:
    """What is wrong with a single part; `field` is its own path."""
    return list(_check_part(field, category, part))


def check_live(settings: LiveSettings) -> list[Problem]:
    """What is wrong with settings that a run is to go on with, whatever its structure; each names its own.

    A script may ask for a longer step or a larger batch than the forms offer.
    """
    return list(_check_live(settings))


def _check_live(settings: LiveSettings) -> Iterator[Problem]:
    if not 0.0 < settings.rate < math.inf:
        yield Problem("rate", f"{settings.rate} is no learning rate; choose a finite number above 0.")
    if settings.batch_size < 1:
        yield Problem("batch_size", f"A batch can't hold {settings.batch_size} samples; choose 1 or more.")
    yield from _check_name("cost", "cost", settings.cost)
    yield from _check_part("schedule", "schedule", settings.schedule)
    yield from _check_penalties(settings)


def _check_penalties(of: Experiment | LiveSettings) -> Iterator[Problem]:
    for name in PENALTIES:
        yield from _check_range(name, getattr(of, name), 0.0, MOST_PENALTY)


def _check_parts(experiment: Experiment) -> Iterator[Problem]:
    yield from _check_part("data", "dataset", experiment.data)
    yield from _check_part("encoding", "encoding", experiment.encoding)
    for index, layer in enumerate(experiment.layers):
        yield from _check_part(f"layers.{index}", "layer", layer)
    yield from _check_part("output", "output", experiment.output)
    yield from _check_part("optimizer", "optimizer", experiment.optimizer)
    yield from _check_part("schedule", "schedule", experiment.schedule)
    names: tuple[tuple[Category, str], ...] = (
        ("cost", experiment.cost),
        ("input_scaling", experiment.input_scaling),
        ("target_scaling", experiment.target_scaling),
    )
    for category, name in names:
        yield from _check_name(category, category, name)


def _check_name(field: str, category: Category, name: str) -> Iterator[Problem]:
    known = entries(category)
    if name not in known:
        yield Problem(field, f"'{name}' is not known; choose {_one_of(known)}.")


def _check_part(field: str, category: Category, part: Part) -> Iterator[Problem]:
    known = entries(category)
    if part.kind not in known:
        yield Problem(f"{field}.kind", f"'{part.kind}' is not known; choose {_one_of(known)}.")
        return
    entry = known[part.kind]
    found = list(_check_settings(field, entry, part))
    yield from found
    if entry.problems and not found:
        for name, message in entry.problems(part):
            yield Problem(f"{field}.{name}", message)


def _check_settings(field: str, entry: Entry, part: Part) -> Iterator[Problem]:
    settings = part.as_dict()
    for name in sorted(settings.keys() - {parameter.name for parameter in entry.parameters}):
        yield Problem(f"{field}.{name}", f"{entry.title} has no setting of this name; remove it.")
    for parameter in entry.parameters:
        path = f"{field}.{parameter.name}"
        if parameter.name not in settings:
            yield Problem(path, "is missing; give it a value.")
        else:
            yield from _check_value(path, parameter, settings[parameter.name])
    yield from _check_dataset(field, entry, part)


def _check_value(field: str, parameter: Parameter, value: Value) -> Iterator[Problem]:
    match parameter.kind:
        case "int" if not isinstance(value, int) or isinstance(value, bool):
            yield Problem(field, f"{value!r} is not a whole number.")
        case "float" if not isinstance(value, int | float) or isinstance(value, bool):
            yield Problem(field, f"{value!r} is not a number.")
        case "int" | "float" if isinstance(value, int | float):
            yield from _check_range(field, value, parameter.minimum, parameter.maximum)
        case "bool" if not isinstance(value, bool):
            yield Problem(field, f"{value!r} is neither true nor false.")
        case "choice" if value not in parameter.choice_names():
            yield Problem(field, f"{value!r} is not known; choose {_one_of(parameter.choice_names())}.")
        case "text" if not isinstance(value, str):
            yield Problem(field, f"{value!r} is not a text.")
        case "text" if isinstance(value, str) and len(value) > (parameter.maximum or math.inf):
            yield Problem(field, f"has {len(value)} characters; {parameter.maximum:.12g} are possible.")
        case "picture" if not isinstance(value, bytes):
            yield Problem(field, "does not hold a picture; load one.")
        case "mask" if not isinstance(value, bytes):
            yield Problem(field, "does not hold a mask; clear it and draw it again.")
        case "points" if not isinstance(value, bytes):
            yield Problem(field, "does not hold points; open a table of them.")


def _shown(value: float) -> str:
    """As a person would write it: 1 and not 1.0; whole numbers in full, however large."""
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _check_range(field: str, value: float, minimum: float | None, maximum: float | None) -> Iterator[Problem]:
    if isinstance(value, float) and not math.isfinite(value):
        yield Problem(field, f"{value} is not a finite number; choose another.")
    elif minimum is not None and value < minimum:
        yield Problem(field, f"{_shown(value)} is too small; choose {minimum:.12g} or more.")
    elif maximum is not None and value > maximum:
        yield Problem(field, f"{_shown(value)} is too large; choose {maximum:.12g} or less.")


def _check_dataset(field: str, entry: Entry, part: Part) -> Iterator[Problem]:
    settings = part.as_dict()
    if settings.get("source") == "own" and not settings.get("image"):
        yield Problem(f"{field}.image", "no picture has been loaded; load one or choose one of the others.")
    low, high = settings.get("low"), settings.get("high")
    if isinstance(low, int | float) and isinstance(high, int | float) and low >= high:
        yield Problem(f"{field}.high", f"{entry.title} must end at a larger x than it starts from ({low:g}).")


def _check_numbers(experiment: Experiment) -> Iterator[Problem]:
    stop = experiment.stop
    yield from _check_range("seed", experiment.seed, 0, 2**31 - 1)
    yield from _check_range("validation", experiment.validation, 0.0, 0.9)
    yield from _check_range("batch_size", experiment.batch_size, 1, 1_000_000)
    yield from _check_penalties(experiment)
    if stop.epochs is not None:
        yield from _check_range("stop.epochs", stop.epochs, 1, 1_000_000_000)
    if stop.seconds is not None:
        yield from _check_range("stop.seconds", stop.seconds, 0.001, 1e9)
    if stop.change_below is not None:
        yield from _check_range("stop.change_below", stop.change_below, 0.0, 1e9)


def _check_fit(experiment: Experiment) -> Iterator[Problem]:
    given, wanted = widths(experiment)[-1], target_columns(experiment)
    if given != wanted:
        yield Problem("output.kind", f"gives {given} number but a target has {wanted}; choose Dense.")
    if len(experiment.layers) > MOST_LAYERS:
        yield Problem("layers", f"{len(experiment.layers)} layers are too many; {MOST_LAYERS} are possible.")
    count = parameter_count(experiment)
    if count == 0:
        yield Problem("layers", "The network has no weight that could learn; add a dense layer.")
    elif learning_count(experiment) == 0:
        yield Problem("layers", "Every layer is frozen, so nothing would learn; unfreeze one.")
    if count > MOST_PARAMETERS:
        yield Problem(
            "layers",
            f"{count:,} weights are too many; {MOST_PARAMETERS:,} are possible, so make layers smaller.",
        )


def _one_of(names: object) -> str:
    listed = [str(name) for name in names]  # type: ignore[attr-defined]
    return ", ".join(listed[:-1]) + (" or " if len(listed) > 1 else "") + listed[-1]
