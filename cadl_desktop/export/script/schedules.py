"""Schedules in a script: each takes its settings and the code of places in epochs, an array of NumPy's, and
gives that of what the rate is multiplied by there."""

from cadl_desktop.experiment.part import Part
from cadl_desktop.export.script.cell import written


def constant(schedule: Part, places: str) -> str:
    return f"np.ones(len({places}))"


def cosine(schedule: Part, places: str) -> str:
    floor = written(float(schedule["floor"]))
    share = f"np.minimum({places} / {written(float(schedule['epochs']))}, 1.0)"
    return f"{floor} + (1.0 - {floor}) * (1.0 + np.cos(np.pi * {share})) / 2.0"


def step(schedule: Part, places: str) -> str:
    factor, every = written(float(schedule["factor"])), written(float(schedule["every"]))
    return f"np.power({factor}, np.floor({places} / {every}))"


def exponential(schedule: Part, places: str) -> str:
    return f"np.exp2(-{places} / {written(float(schedule['half_life']))})"
