"""Validation of experiments: `check` lists every problem that prevents training, each with its field."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cadl_desktop.experiment.catalog import Category, Entry, Parameter, entries
from cadl_desktop.experiment.catalog.dataset_entries import picture_numbers
from cadl_desktop.experiment.live_settings import COUNTS, PENALTIES, LiveSettings
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part, Value
from cadl_desktop.experiment.paths import NAMES, parts_of, write_share
from cadl_desktop.experiment.shapes import parameter_count, target_columns, trainable_count, widths
from cadl_desktop.sentences import Sentence, SentenceError, listed, readable

MOST_LAYERS = 64
MOST_PARAMETERS = 20_000_000
LEAST_SHARE, MOST_SHARE = 0.01, 1.5
"""Limits of the parameters that a method may give a network, as a share of the picture's numbers."""
LEAST_PARAMETERS = 9
"""Parameters of the smallest network for a picture: one wave, and three colours made of it."""
_ROUNDING = 1e-6
"""Makes 29 % of 100 numbers 29: as a product of floats it is a little less."""
MOST_COUNT = 1_000_000


@dataclass(frozen=True)
class Problem:
    """A problem that has to be solved before the experiment can be trained.

    `field` is the path of the setting, as `--set` takes it: 'layers.0.units', 'optimizer.rate'. `message` is
    one plain sentence that names the setting and the remedy.
    """

    field: str
    message: str

    @property
    def sentence(self) -> Sentence:
        """The message preceded by its field."""
        return Sentence("{field}: {message}", field=self.field, message=self.message)

    def __str__(self) -> str:
        return self.sentence


class ExperimentError(SentenceError, ValueError):
    """Error for an experiment that can't be trained; `problems` lists the reasons."""

    def __init__(self, problems: list[Problem]) -> None:
        sentences = {f"problem{number}": problem.sentence for number, problem in enumerate(problems, 1)}
        super().__init__("; ".join(f"{{{name}}}" for name in sentences), **sentences)
        self.problems = problems

    def __reduce__(self) -> tuple[type["ExperimentError"], tuple[list[Problem]]]:
        return ExperimentError, (self.problems,)


def problem(field: str, template: str, /, **values: object) -> Problem:
    """Returns a problem whose message is this template with these values, as `Sentence` takes them."""
    return Problem(field, Sentence(template, **values))


def check(experiment: Experiment) -> list[Problem]:
    """Returns everything that prevents this experiment from being trained; empty where nothing does."""
    problems = list(_check_parts(experiment))
    problems += _check_numbers(experiment)
    if not problems:
        problems += _check_fit(experiment)
    return problems


def allowed_parameters(numbers: int, share: float) -> int:
    """Returns how many parameters a network may have at this share of a picture's numbers."""
    return int(share * numbers + _ROUNDING)


def check_part(field: str, category: Category, part: Part) -> list[Problem]:
    """Returns the problems of a single part; `field` is the part's path."""
    return list(_check_part(field, category, part))


def check_live(settings: LiveSettings) -> list[Problem]:
    """Returns the problems of settings with which a run is to continue; each names its setting.

    A script may ask for a larger learning rate or batch than the forms offer.
    """
    return list(_check_live(settings))


def _check_live(settings: LiveSettings) -> Iterator[Problem]:
    if not 0.0 < settings.rate < math.inf:
        yield problem(
            "rate", "{rate} is no learning rate; choose a finite number above 0.", rate=settings.rate
        )
    if settings.batch_size < 1:
        count = settings.batch_size
        yield problem("batch_size", "A batch can't hold {count} samples; choose 1 or more.", count=count)
    yield from _check_name("cost", "cost", settings.cost)
    optimizer = settings.optimizer
    if known := entries("optimizer").get(optimizer.kind):
        optimizer = known.part(**optimizer.as_dict())  # with the usual rate: its own was checked above
    yield from _check_part("optimizer", "optimizer", optimizer)
    yield from _check_part("schedule", "schedule", settings.schedule)
    yield from _check_penalties(settings)
    yield from _check_counts(settings, [name for name in COUNTS if name != "batch_size"])


def _check_penalties(owner: Experiment | LiveSettings) -> Iterator[Problem]:
    for name, penalty in PENALTIES.items():
        yield from _check_range(name, getattr(owner, name), 0.0, penalty.most)


def _check_counts(owner: Experiment | LiveSettings, names: Iterable[str]) -> Iterator[Problem]:
    for name in names:
        yield from _check_range(name, getattr(owner, name), 1, MOST_COUNT)


def _check_parts(experiment: Experiment) -> Iterator[Problem]:
    for path, category, part in parts_of(experiment):
        yield from _check_part(path, category, part)
    for field, category in NAMES.items():
        yield from _check_name(field, category, getattr(experiment, field))


def _check_name(field: str, category: Category, name: str) -> Iterator[Problem]:
    known = entries(category)
    if name not in known:
        yield problem(field, "'{name}' is not known; choose {choices}.", name=name, choices=listed(known))


def _check_part(field: str, category: Category, part: Part) -> Iterator[Problem]:
    known = entries(category)
    if part.kind not in known:
        yield from _check_name(f"{field}.kind", category, part.kind)
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
        yield problem(f"{field}.{name}", "{title} has no setting of this name; remove it.", title=entry.title)
    for parameter in entry.parameters:
        path = f"{field}.{parameter.name}"
        if parameter.name not in settings:
            yield problem(path, "is missing; give it a value.")
        elif parameter.matters(settings):
            yield from _check_value(path, parameter, settings[parameter.name])
    yield from _check_dataset(field, entry, part)


def _check_value(field: str, parameter: Parameter, value: Value) -> Iterator[Problem]:
    match parameter.kind:
        case "int" if not isinstance(value, int) or isinstance(value, bool):
            yield problem(field, "{value} is not a whole number.", value=repr(value))
        case "float" if not isinstance(value, int | float) or isinstance(value, bool):
            yield problem(field, "{value} is not a number.", value=repr(value))
        case "int" | "float" if isinstance(value, int | float):
            limits = parameter.minimum, parameter.maximum
            yield from _check_range(field, value, *limits, hundred=parameter.hundred)
        case "bool" if not isinstance(value, bool):
            yield problem(field, "{value} is neither true nor false.", value=repr(value))
        case "choice" if value not in parameter.choice_names():
            choices = listed(parameter.choice_names())
            yield problem(
                field, "{value} is not known; choose {choices}.", value=repr(value), choices=choices
            )
        case "text" if not isinstance(value, str):
            yield problem(field, "{value} is not a text.", value=repr(value))
        case "text" if isinstance(value, str) and len(value) > (parameter.maximum or math.inf):
            count, most = len(value), parameter.maximum
            yield problem(field, "has {count} characters; {most:.12g} are possible.", count=count, most=most)
        case "text" if isinstance(value, str) and readable(value) != value:
            yield problem(field, "has half a character, which no file could hold; type it again.")
        case "picture" if not isinstance(value, bytes):
            yield problem(field, "does not hold a picture; load one.")
        case "mask" if not isinstance(value, bytes):
            yield problem(field, "does not hold a mask; clear it and draw it again.")
        case "points" if not isinstance(value, bytes):
            yield problem(field, "does not hold points; open a table of them.")


def _shown(value: float, hundred: float = 0.0) -> str:
    """Formats a number as a person would write it: 1 instead of 1.0, shares in per cent."""
    if hundred:
        return write_share(value, hundred)
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _check_range(
    field: str, value: float, minimum: float | None, maximum: float | None, *, hundred: float = 0.0
) -> Iterator[Problem]:
    shown = _shown(value, hundred)
    if isinstance(value, float) and not math.isfinite(value):
        yield problem(field, "{value} is not a finite number; choose another.", value=value)
    elif minimum is not None and value < minimum:
        least = _shown(float(minimum), hundred)
        yield problem(field, "{value} is too small; choose {least} or more.", value=shown, least=least)
    elif maximum is not None and value > maximum:
        most = _shown(float(maximum), hundred)
        yield problem(field, "{value} is too large; choose {most} or less.", value=shown, most=most)


def _check_dataset(field: str, entry: Entry, part: Part) -> Iterator[Problem]:
    settings = part.as_dict()
    if settings.get("source") == "own" and not settings.get("image"):
        yield problem(f"{field}.image", "no picture has been loaded; load one or choose one of the others.")
    low, high = settings.get("low"), settings.get("high")
    if isinstance(low, int | float) and isinstance(high, int | float) and low >= high:
        yield problem(
            f"{field}.high",
            "{title} must end at a larger x than it starts from ({low:g}).",
            title=entry.title,
            low=low,
        )


def _check_numbers(experiment: Experiment) -> Iterator[Problem]:
    stop = experiment.stop
    yield from _check_range("seed", experiment.seed, 0, 2**31 - 1)
    yield from _check_range("validation", experiment.validation, 0.0, 0.9, hundred=1.0)
    if experiment.parameters is not None:
        limits = LEAST_SHARE, MOST_SHARE
        yield from _check_range("parameters", experiment.parameters, *limits, hundred=1.0)
    yield from _check_counts(experiment, COUNTS)
    yield from _check_penalties(experiment)
    if stop.epochs is not None:
        yield from _check_range("stop.epochs", stop.epochs, 1, 1_000_000_000)
    if stop.steps is not None:
        yield from _check_range("stop.steps", stop.steps, 1, 2**53)
    if stop.seconds is not None:
        yield from _check_range("stop.seconds", stop.seconds, 0.001, 1e9)
    if stop.processor_seconds is not None:
        yield from _check_range("stop.processor_seconds", stop.processor_seconds, 0.001, 1e9)
    if stop.change_below is not None:
        yield from _check_range("stop.change_below", stop.change_below, 0.0, 1e9)
    if stop.patience is not None:
        yield from _check_range("stop.patience", stop.patience, 1, 1_000_000_000)
        if experiment.validation == 0.0:
            yield problem(
                "stop.patience",
                "Patience watches the validation cost; set Held out (validation) above 0, or switch it off.",
            )


def _check_fit(experiment: Experiment) -> Iterator[Problem]:
    given, wanted = widths(experiment)[-1], target_columns(experiment)
    if given != wanted:
        yield problem(
            "output.kind",
            "gives {given} number but a target has {wanted}; choose Dense.",
            given=given,
            wanted=wanted,
        )
    if (layers := len(experiment.layers)) > MOST_LAYERS:
        yield problem(
            "layers", "{count} layers are too many; {most} are possible.", count=layers, most=MOST_LAYERS
        )
    count = parameter_count(experiment)
    if count == 0:
        yield problem("layers", "The network has no weight that could learn; add a dense layer.")
    elif trainable_count(experiment) == 0:
        yield problem("layers", "Every layer is frozen, so nothing would learn; unfreeze one.")
    if count > MOST_PARAMETERS:
        yield problem(
            "layers",
            "{count:,} weights are too many; {most:,} are possible, so make layers smaller.",
            count=count,
            most=MOST_PARAMETERS,
        )
    if experiment.parameters is not None and experiment.data.kind == "picture":
        yield from _check_share(experiment)


def _check_share(experiment: Experiment) -> Iterator[Problem]:
    """Yields a problem where a method's smallest network has more parameters than are allowed."""
    numbers, share = picture_numbers(experiment.data), experiment.parameters or 0.0
    if "layers" not in experiment.follows or allowed_parameters(numbers, share) >= LEAST_PARAMETERS:
        return
    least = math.ceil(100 * LEAST_PARAMETERS / numbers) / 100
    remedy = f"choose {_shown(least, 1.0)} or more" if least <= MOST_SHARE else "take a larger picture"
    yield problem(
        "parameters",
        "{share} of this picture's {numbers} numbers are fewer than the {count} parameters of the smallest "
        "network; {remedy}.",
        share=_shown(share, 1.0),
        numbers=numbers,
        count=LEAST_PARAMETERS,
        remedy=remedy,
    )
