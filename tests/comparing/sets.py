"""Sets of trainings that nothing has trained: rows with plausible costs, curves or paintings."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cadl_desktop.comparing.training import Course, Kind, Setting, Training, TrainingSet
from cadl_desktop.experiment.presets import preset
from cadl_desktop.experiment.setting_descriptions import Settings, describe_settings
from cadl_desktop.sweeps.plan.sweep_model import Choices, Point, Range, Value

RATE = Setting("optimizer.rate", "Learning rate", Range(0.001, 0.1, logarithmic=True))
ACTIVATION = Setting("layers.0.activation", "Activation of layer 1", Choices(("tanh", "relu", "sine")))
UNITS = Setting("layers.0.units", "Units of layer 1", Range(8, 64))
_EPOCHS = 40


def a_set(
    count: int,
    settings: Sequence[Setting] = (RATE, ACTIVATION),
    *,
    paints: bool = False,
    kind: Kind = "sweep",
    groups: Sequence[str] = ("",),
    live: int = 0,
    name: str = "a set",
) -> TrainingSet:
    """Returns `count` trainings over these settings, of which the last `live` are still going on."""
    trainings = tuple(
        a_training(
            number,
            settings,
            count,
            paints,
            groups[(number - 1) % len(groups)],
            is_over=number <= count - live,
        )
        for number in range(1, count + 1)
    )
    return TrainingSet(kind, name, trainings, tuple(settings), is_live=live > 0, wanted=count)


def replicated(trainings: TrainingSet, seeds: int, values: Sequence[float | None] = ()) -> TrainingSet:
    """Returns the set with so many seeds of each point, in the order of their numbers, with these values,
    None for one that diverged."""
    rows = list(trainings.trainings)
    for place, each in enumerate(rows):
        first = rows[place - place % seeds]
        rows[place] = replace(each, point=first.point, differs=first.differs, seed=1 + place % seeds)
        if values:
            value = values[place]
            state = "diverged" if value is None else each.state
            rows[place] = replace(rows[place], value=value, measures={"cost": value}, state=state)
    return replace(trainings, trainings=tuple(rows), seeds=seeds)


def only_comparable(trainings: TrainingSet, path: str, value: Value) -> TrainingSet:
    """Returns the set with only trainings of this value as comparable, as if the shown run had it."""
    rows = (replace(each, is_comparable=each.values.get(path) == value) for each in trainings.trainings)
    return replace(trainings, trainings=tuple(rows))


def a_training(
    number: int,
    settings: Sequence[Setting],
    count: int,
    paints: bool,
    group: str = "",
    *,
    is_over: bool = True,
) -> Training:
    random = np.random.default_rng(number)
    experiment = preset("lecture-painting" if paints else "lecture-tanh")
    point: Point = tuple((each.path, _value(each, number - 1, count)) for each in settings)
    words: Settings = describe_settings(experiment)
    words |= {each.path: (each.title, str(value)) for each, (_, value) in zip(settings, point, strict=True)}
    end = float(0.01 * random.uniform(0.5, 20.0))
    epochs = np.arange(1.0, _EPOCHS + 1)
    costs = end + np.exp(-epochs / 6.0) * random.uniform(0.5, 2.0)
    made = (
        random.integers(0, 255, (24, 32, 3)).astype(np.uint8)
        if paints
        else np.sin(np.linspace(0, 6, 128) + 0.1 * number).astype(np.float32)
    )
    return Training(
        number=number,
        name=f"Trial {number}",
        design=lambda: experiment,
        settings=words,
        point=point,
        state="epochs" if is_over else "training",
        value=float(costs[-1]),
        measures={"cost": float(costs[-1]), "seen_psnr": 20.0 + number % 7 if paints else None},
        epoch=_EPOCHS,
        step=10 * _EPOCHS,
        seconds=0.5 * _EPOCHS,
        seed=number,
        made=made,
        course=Course(epochs, 10 * epochs, 0.5 * epochs, costs, 0.4 * epochs),
        group=group,
        differs=", ".join(str(value) for _, value in point),
        is_over=is_over,
    )


def _value(setting: Setting, index: int, count: int) -> Value:
    among = setting.among
    if not isinstance(among, Range):
        return among.values[index % len(among.values)]
    share = index / max(count - 1, 1)
    value = (
        among.low * (among.high / among.low) ** share
        if among.logarithmic
        else among.low + share * (among.high - among.low)
    )
    return round(value) if isinstance(among.low, int) else float(value)
