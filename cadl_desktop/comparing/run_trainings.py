"""Runs of a project as trainings to compare."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cadl_desktop.comparing.telling_settings import MOST_TOLD, with_layers_as_one
from cadl_desktop.comparing.training import Course, Setting, State, Training, TrainingSet
from cadl_desktop.data.scores import finite
from cadl_desktop.experiment.model import Experiment, learned_data
from cadl_desktop.experiment.paths import setting_at
from cadl_desktop.experiment.setting_descriptions import (
    Settings,
    describe_settings,
    explicit_settings,
    have_comparable_costs,
    names_by_difference,
    number_files,
    titled,
    varying_paths,
)
from cadl_desktop.runs.changes import STRUCTURE
from cadl_desktop.runs.history import COLUMNS
from cadl_desktop.runs.record import RunRecord
from cadl_desktop.sentences import shown
from cadl_desktop.sweeps.plan.sweep_model import (
    Choices,
    Objective,
    Point,
    Range,
    Value,
    fitting_objective,
)

NAME = "Runs of this project"
_WIDE_RATIO = 30.0
"""Ratio of the largest to the smallest number of a setting above which its axis is logarithmic."""


class RunReader:
    """Makes the set of a project's runs. Descriptions of unchanged experiments are reused, as only costs
    change while a run is trained."""

    def __init__(self) -> None:
        self._described: dict[int, tuple[Experiment, Settings]] = {}
        self._settings: list[Settings] = []
        self._differs: list[str] = []
        self._varied: tuple[Setting, ...] = ()
        self._points: list[Point] = []

    def read(
        self,
        records: Sequence[RunRecord],
        current: int | None,
        *,
        live: State | None = None,
        sizes: Mapping[int, int] | None = None,
    ) -> TrainingSet:
        """Returns the set of the runs in `records`, the oldest first. `current` is the number of the shown
        one, `live` its state while it is trained, and None afterwards; `sizes` are the bytes of runs of
        which they were counted, by number."""
        self._describe(records)
        reference = next(
            (each for each in records if each.number == current), records[-1] if records else None
        )
        trainings: list[Training] = []
        for row in zip(records, self._settings, self._differs, self._points, strict=True):
            record, is_shown = row[0], row[0].number == current
            training = _training(*row, is_shown=is_shown, live=live if is_shown else None)
            if reference is not None:
                training = _beside(training, record.experiment, reference.experiment)
            if sizes and record.number in sizes:
                training = replace(training, measures={**training.measures, "bytes": sizes[record.number]})
            trainings.append(training)
        objective = _objective(trainings, reference)
        ranked = (_with_value(each, objective) for each in trainings)
        return TrainingSet("runs", NAME, tuple(ranked), self._varied, objective, is_live=live is not None)

    def _describe(self, records: Sequence[RunRecord]) -> None:
        """Finds what varies among the runs, unless they are those of before."""
        known, self._described = self._described, {}
        for record in records:
            described = known.get(record.number)
            if described is None or described[0] is not record.experiment:
                described = record.experiment, describe_settings(record.experiment)
            self._described[record.number] = described
        if [*map(id, self._described.values())] == [*map(id, known.values())]:
            return
        self._settings = number_files([settings for _, settings in self._described.values()])
        experiments = [record.experiment for record in records]
        explicit = [explicit_settings(*each) for each in zip(experiments, self._settings, strict=True)]
        self._differs = names_by_difference(explicit)
        paths = varying_paths(explicit)
        if len(paths) > MOST_TOLD:
            self._settings = [with_layers_as_one(each) for each in self._settings]
            explicit = [explicit_settings(*each) for each in zip(experiments, self._settings, strict=True)]
            paths = varying_paths(explicit)
        columns = [_values(path, experiments, self._settings) for path in paths]
        self._varied = tuple(
            _setting(path, column, self._settings) for path, column in zip(paths, columns, strict=True)
        )
        self._points = [
            tuple(
                (path, column[row]) for path, column in zip(paths, columns, strict=True) if column[row] != ""
            )
            for row in range(len(records))
        ]


def _values(path: str, experiments: Sequence[Experiment], settings: Sequence[Settings]) -> list[Value]:
    """Returns a setting's value in each experiment, '' where it is missing: numbers where all are numbers,
    and otherwise words."""
    texts: list[Value] = [each[path][1] if path in each else "" for each in settings]
    found: list[Value] = []
    for experiment, text in zip(experiments, texts, strict=True):
        if text == "":
            found.append(text)
            continue
        try:
            value = setting_at(experiment, path)
        except (AttributeError, LookupError, ValueError):  # words about a part, which are no setting of it
            return texts
        if isinstance(value, bool) or not isinstance(value, int | float):
            return texts
        found.append(value)
    return found


def _setting(path: str, values: Sequence[Value], settings: Sequence[Settings]) -> Setting:
    title = next(each[path][0] for each in settings if path in each)
    numbers = [value for value in values if isinstance(value, int | float)]
    if not numbers:
        return Setting(
            path, titled(title, path), Choices(tuple(dict.fromkeys(str(it) for it in values if it != "")))
        )
    low, high = min(numbers), max(numbers)
    is_wide = low > 0 and high / low >= _WIDE_RATIO
    return Setting(path, titled(title, path), Range(low, high, logarithmic=is_wide))


def _training(
    record: RunRecord, settings: Settings, differs: str, point: Point, *, is_shown: bool, live: State | None
) -> Training:
    columns = {name: record.rows[:, COLUMNS.index(name)] for name in COLUMNS}
    newest = {name: finite(float(column[-1])) for name, column in columns.items() if len(column)}
    measures = {
        "cost": record.cost,
        "validation_cost": record.validation_cost,
        "seen_psnr": record.psnr,
        "seen_ssim": record.ssim,
        "held_out_psnr": newest.get("held_out_psnr"),
        "r2": record.r2,
        "rms": newest.get("rms"),
    }
    others = {name: columns[name] for name in ("validation_cost", "held_out_psnr", "r2", "rms")}
    course = Course(
        columns["epoch"],
        columns["step"],
        columns["seconds"],
        columns["cost"],
        columns["processor_seconds"],
        {"seen_psnr": columns["psnr"], **others},
    )
    return Training(
        number=record.number,
        name=record.name,
        design=lambda: record.experiment,
        settings=settings,
        point=point,
        state=live or ("diverged" if record.diverged else "ended"),
        measures=measures,
        own=record.own_measures,
        epoch=record.epochs,
        step=record.steps,
        seconds=record.seconds,
        processor_seconds=record.processor_seconds,
        seed=record.experiment.seed,
        made=record.thumbnail,
        course=course,
        differs=differs,
        origin=_origin(record),
        note=record.note,
        is_over=live is None,
        is_shown=is_shown,
        has_weights=record.state is not None or live is not None,
    )


def _beside(training: Training, own: Experiment, reference: Experiment) -> Training:
    """Marks whether a run's measures mean the same as those of the shown run: all of them, and its cost."""
    is_comparable = own is reference or learned_data(own.data) == learned_data(reference.data)
    return replace(training, is_comparable=is_comparable, shares_cost=have_comparable_costs(own, reference))


def _objective(trainings: Sequence[Training], reference: RunRecord | None) -> Objective:
    """Returns what fits the target of the shown run; the cost where no run knows that, as in older files."""
    objective = Objective() if reference is None else fitting_objective(reference.experiment)
    known = (each.measures.get(objective.measure) for each in trainings if each.is_comparable)
    return objective if any(value is not None for value in known) else Objective()


def _with_value(training: Training, objective: Objective) -> Training:
    return replace(training, value=None if training.failed else training.measures[objective.measure])


def _origin(record: RunRecord) -> str:
    """Newest event of the run that is no setting: where it branched off, whose weights it took."""
    words = (str(change.value) for change in reversed(record.changes) if change.setting == STRUCTURE)
    return shown(next(words, ""))
