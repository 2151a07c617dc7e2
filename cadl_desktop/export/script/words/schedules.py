"""Schedules in a script: each takes its settings and the code of places, an array of NumPy's, and gives that
of what the rate is multiplied by there. Places are counted in epochs, or are shares of the run where the
schedule goes over it."""

from cadl_desktop.data.schedules import spans_run
from cadl_desktop.experiment.part import Part
from cadl_desktop.export.script.cell import written


def constant(schedule: Part, places: str) -> str:
    return f"np.ones(len({places}))"


def cosine(schedule: Part, places: str) -> str:
    floor = written(float(schedule["floor"]))
    share = places
    if not spans_run(schedule):
        share = f"np.minimum({places} / {written(float(schedule['epochs']))}, 1.0)"
    return f"{floor} + (1.0 - {floor}) * (1.0 + np.cos(np.pi * {share})) / 2.0"


def step(schedule: Part, places: str) -> str:
    factor = written(float(schedule["factor"]))
    if spans_run(schedule):
        falls = float(schedule["falls"])
        fallen = f"np.floor({places} * ({written(falls)} + 1.0))"
        return f"np.power({factor}, np.minimum({fallen}, {written(falls)}))"
    every = written(float(schedule["every"]))
    return f"np.power({factor}, np.floor({places} / {every}))"


def exponential(schedule: Part, places: str) -> str:
    if spans_run(schedule):
        return f"np.power({written(float(schedule['end']))}, {places})"
    return f"np.exp2(-{places} / {written(float(schedule['half_life']))})"
