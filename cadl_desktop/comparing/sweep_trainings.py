"""Trials of a sweep as trainings to compare."""

from collections.abc import Mapping
from functools import partial
from math import isnan, nan

import numpy as np

from cadl_desktop.comparing.training import Course, Kind, Setting, Training, TrainingSet
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.paths import ALL_UNITS, PathError
from cadl_desktop.experiment.presets import preset
from cadl_desktop.experiment.setting_descriptions import Settings, describe_settings, in_phrases, titled
from cadl_desktop.sweeps.plan.proposals import proposed
from cadl_desktop.sweeps.plan.spelling import spelled
from cadl_desktop.sweeps.plan.sweep_model import DESIGN, LAYERS, PRESET, Point, Range, Sweep, Value, Varied
from cadl_desktop.sweeps.plan.trials import at_point, experiment_of, stop_of_trial
from cadl_desktop.sweeps.records.sweep_folder import Preview
from cadl_desktop.sweeps.records.sweep_log import TrialEnded, TrialMeasured
from cadl_desktop.sweeps.records.sweep_status import SweepStatus, TrialStatus, trials_wanted

MOST_FORESEEN = 2000
"""Number of trials above which those that haven't begun are not foreseen."""
_DIGITS = 4
_RESIZING = {PRESET, LAYERS, DESIGN, "parameters", "data", "encoding", "output"}
"""Heads of paths that may decide how many parameters a network has."""
_Known = tuple[TrialStatus, Preview | None, bool, str, Training]


class SweepReader:
    """Makes the set of a sweep's trials, reusing the trainings of unchanged trials. Trials of designs are
    called by these, and trials of the kind 'seeds' by their seeds."""

    def __init__(self, sweep: Sweep, name: str, kind: Kind = "sweep") -> None:
        self.settings = settings_of(sweep)
        self._sweep, self._name, self._kind = sweep, name, kind
        self._known: dict[int, _Known] = {}
        self._foreseen = _foreseen(sweep)
        self._words = {each.path: _setting_words(sweep.base, each.path) for each in self.settings}
        heads = {each.path.partition(".")[0] for each in sweep.varied}
        self._sized = None if heads & _RESIZING else sweep.base
        self._time_limits = _time_limits(sweep)

    def read(
        self, status: SweepStatus, previews: Mapping[int, Preview], notes: Mapping[int, str]
    ) -> TrainingSet:
        """Returns the set of all trials that have begun."""
        trainings = tuple(
            self._training(trial, previews.get(number), status.goes_on, notes.get(number, ""))
            for number, trial in sorted(status.trials.items())
        )
        return TrainingSet(
            self._kind,
            self._name,
            trainings,
            self.settings,
            self._sweep.objective,
            coming={number: point for number, point in self._foreseen.items() if number not in status.trials},
            is_live=status.goes_on and any(not each.is_over for each in trainings),
            wanted=trials_wanted(self._sweep),
            time_limits=self._time_limits,
            seeds=self._sweep.seeds,
        )

    def _training(self, trial: TrialStatus, made: Preview | None, goes_on: bool, note: str) -> Training:
        goes_on = goes_on and not trial.is_over
        known = self._known.get(trial.number)
        if known and known[0] is trial and known[1] is made and known[2:4] == (goes_on, note):
            return known[4]
        training = self._made(trial, made, note, goes_on)
        self._known[trial.number] = trial, made, goes_on, note, training
        return training

    def _made(self, trial: TrialStatus, made: Preview | None, note: str, goes_on: bool) -> Training:
        values, ended = dict(trial.point), trial.ended
        settings: Settings = {
            each.path: (self._words[each.path], value_text(each, values[each.path]))
            for each in self.settings
            if each.path in values
        }
        value = None if trial.value is None or isnan(trial.value) else trial.value
        design = str(values.get(DESIGN, ""))
        return Training(
            number=trial.number,
            name=self._called(trial, design),
            design=partial(experiment_of, self._sweep, trial.trial),
            settings=settings,
            point=trial.point,
            state=ended.reason if ended else "training" if goes_on else "unfinished",
            value=value,
            measures=ended.measures if ended else {"cost": trial.cost},
            epoch=trial.epoch,
            step=trial.step,
            seconds=trial.seconds,
            processor_seconds=nan if trial.processor_seconds is None else trial.processor_seconds,
            seed=trial.trial.seed,
            machine=trial.machine,
            made=made,
            course=course_of(trial, self._sweep.objective.measure),
            group=design,
            differs="" if design else in_phrases(settings),
            note=note,
            message=ended.message if ended else "",
            is_over=trial.is_over,
            has_weights=trial.is_over or trial.step > 0,
            sized=self._sized,
        )

    def _called(self, trial: TrialStatus, design: str) -> str:
        seed = f"seed {trial.trial.seed}"
        if design:
            return design if self._sweep.seeds == 1 else f"{design}, {seed}"
        return seed.capitalize() if self._kind == "seeds" else f"Trial {trial.number}"


def course_of(trial: TrialStatus, measure: str = "cost") -> Course:
    """Returns the logged costs of a trial, and the values of the measure that it was to optimise, with the
    final ones."""
    known: list[tuple[TrialMeasured | TrialEnded, float | None, float | None]] = [
        (each, each.cost, each.value) for each in trial.course if (each.cost, each.value) != (None, None)
    ]
    ended = trial.ended
    final = ended.measures.get("cost") if ended else None
    if ended is not None and final is not None and (not known or ended.step > known[-1][0].step):
        known.append((ended, final, ended.measures.get(measure)))
    # None becomes NaN.
    rows = [(it.epoch, it.step, it.seconds, cost, it.processor_seconds, value) for it, cost, value in known]
    epochs, steps, seconds, costs, processor, values = np.array(rows, np.float64).reshape(-1, 6).T
    return Course(epochs, steps, seconds, costs, processor, {measure: values})


def settings_of(sweep: Sweep) -> tuple[Setting, ...]:
    """Settings that vary, in the sweep's order."""

    def setting(varied: Varied) -> Setting:
        path = varied.path
        values: tuple[Value, ...] = () if isinstance(varied.among, Range) else varied.among.values
        words = {value: _words(sweep, path, value) for value in values}
        return Setting(path, setting_title(sweep.base, path), varied.among, words)

    return tuple(map(setting, sweep.varied))


def setting_title(base: Experiment, path: str) -> str:
    """Title of a setting in the forms; its path where it has none."""
    return titled(_setting_words(base, path), path)


def value_text(setting: Setting, value: Value) -> str:
    """Value of a setting in words, numbers with four significant digits."""
    if isinstance(value, int | float):
        return f"{value:.{_DIGITS}g}"
    return setting.words.get(value, spelled(value))


def _setting_words(base: Experiment, path: str) -> str:
    """Title of a setting as it is within a sentence; its path where it has none."""
    whole = {DESIGN: "design", PRESET: "preset", LAYERS: "layers", ALL_UNITS: "units"}
    found = describe_settings(base)
    return whole.get(path) or (found[path][0] if path in found else path)


def _words(sweep: Sweep, path: str, value: Value) -> str:
    """Words of a choice in the forms; as it is typed where it only makes sense with others."""
    if path in (DESIGN, LAYERS):
        return spelled(value)
    if path == PRESET:
        try:
            return preset(str(value)).name
        except KeyError:
            return spelled(value)
    try:
        found = describe_settings(at_point(sweep.base, ((path, value),)))
    except PathError:
        return spelled(value)
    return found[path][1] if path in found else spelled(value)


def _time_limits(sweep: Sweep) -> frozenset[str]:
    stop, varied = stop_of_trial(sweep.base.stop, sweep.limit), {each.path for each in sweep.varied}
    times = "seconds", "processor_seconds"
    return frozenset(it for it in times if getattr(stop, it) is not None or f"stop.{it}" in varied)


def _foreseen(sweep: Sweep) -> dict[int, Point]:
    """Points of all trials by number, where what will be proposed is known."""
    wanted = trials_wanted(sweep)
    if sweep.strategy not in ("grid", "random") or wanted is None or wanted > MOST_FORESEEN:
        return {}
    trials = {number: proposed(sweep, number) for number in range(1, wanted + 1)}
    return {number: trial.point for number, trial in trials.items() if trial is not None}
