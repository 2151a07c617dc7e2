"""Race of two designs trained side by side: which may race, how far they go, and who leads by how much."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.experiment.check import check
from cadl_desktop.experiment.model import Experiment, learned_data
from cadl_desktop.experiment.setting_descriptions import have_comparable_costs
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.runs.events import EpochEnded, Event, Finished, Progressed
from cadl_desktop.runs.history import History
from cadl_desktop.sentences import cost_words, shown

Doubles = NDArray[np.float64]
Unit = Literal["step", "seconds"]
"""Quantity that is equal for both designs; a column of a history."""
Names = tuple[str, str]
LEFT: Final = 0
RIGHT: Final = 1


@dataclass(frozen=True)
class Goal:
    """End of a race for either design: a number of steps, or of seconds of its own training."""

    unit: Unit
    count: float


@dataclass(frozen=True)
class Standing:
    """Standing `at` the last step or second at which both costs are known, measured or interpolated: the
    costs there, left and right."""

    at: float
    costs: tuple[float, float]

    @property
    def leader(self) -> int | None:
        """LEFT or RIGHT, whose cost is lower; None where they are equal."""
        left, right = self.costs
        return None if left == right else LEFT if left < right else RIGHT


class Track:
    """Costs of one design by steps and by seconds, thinned like a history.

    With `by_error` it holds the mean squared error of its pictures instead, relative to that of black against
    white, so that paintings trained with different costs can be compared.
    """

    def __init__(self, *, by_error: bool = False) -> None:
        self._by_error = by_error
        self._history = History()
        self._count = 0

    def column(self, unit: Unit) -> Doubles:
        """Steps or seconds of the measurements, (rows,)."""
        return self._history.column(unit)

    @property
    def costs(self) -> Doubles:
        """Costs of the measurements, (rows,)."""
        return self._history.column("cost")

    def hear(self, event: Event) -> None:
        """Adds the cost of an event, if it has one."""
        match event:
            case EpochEnded() if not self._by_error:
                self._add(event.step, event.seconds, event.cost)
            case Progressed(psnr=psnr) if self._by_error and psnr is not None:
                self._add(event.step, event.seconds, 10.0 ** (-psnr / 10.0))
            case Finished(progress=progress):
                if self._by_error:
                    self.hear(progress)
                elif event.cost is not None:
                    self._add(progress.step, progress.seconds, event.cost)

    def _add(self, step: int, seconds: float, cost: float) -> None:
        """Adds a measurement in place of an epoch of the history, which keeps every second, fourth, ..."""
        steps = self._history.column("step")
        if len(steps) and step <= steps[-1]:
            return  # repeated at the end
        self._count += 1
        self._history.add(
            EpochEnded(
                epoch=self._count, step=step, seconds=seconds, cost=cost, validation_cost=None, rate=0.0
            )
        )


def refusal(designs: tuple[Experiment, Experiment], names: Names) -> str | None:
    """Reason why two designs cannot be compared, as a sentence; None where they may race."""
    one, other = designs
    for design, name in zip(designs, names, strict=True):
        if problems := check(design):
            return f"“{shown(name)}” can't be trained: {problems[0].sentence}"
    if is_painting(one) != is_painting(other):
        return "A curve and a painting can't be compared: choose two designs for the same data."
    if learned_data(one.data) != learned_data(other.data):
        return (
            f"“{shown(names[LEFT])}” and “{shown(names[RIGHT])}” learn different data, so that "
            "nobody could say who leads: choose two designs for the same."
        )
    if not have_comparable_costs(one, other) and not is_painting(one):
        return (
            f"“{shown(names[LEFT])}” and “{shown(names[RIGHT])}” measure their costs "
            "differently, so that nobody could say who leads: give both the same cost and "
            "target scaling."
        )
    return None


def standing(tracks: tuple[Track, Track], unit: Unit) -> Standing | None:
    """Present standing; None as long as there is no common step or second. Between two measurements costs are
    interpolated linearly, as they are drawn."""
    places = [track.column(unit) for track in tracks]
    if not all(map(len, places)):
        return None
    at = min(float(place[-1]) for place in places)
    if at < max(float(place[0]) for place in places):
        return None
    left, right = (
        float(np.interp(at, place, track.costs)) for place, track in zip(places, tracks, strict=True)
    )
    return Standing(at, (left, right))


def in_words(present: Standing, goal: Goal, names: Names, *, by_error: bool = False) -> str:
    """Sentence on the standing: 'After 1,200 steps each: “Wide” leads, cost 0.0120 against 0.0190 (1.6
    times).'."""
    after = f"After {present.at:,.0f} steps each" if goal.unit == "step" else f"After {present.at:.1f} s each"
    less, more = sorted(present.costs)
    cost = f"{'error' if by_error else 'cost'} {cost_words(less)}"
    if present.leader is None:
        return f"{after}: level, {cost}."
    leads = f"{after}: “{shown(names[present.leader])}” leads, {cost} against {cost_words(more)}"
    times = _three_figures(more / less) if less > 0.0 else ""
    return f"{leads}." if times in ("", "1") else f"{leads} ({times} times)."


def diverged_in_words(name: str, step: int, other: str | None) -> str:
    """Sentence for a race in which one has diverged; `other` is None where both have."""
    if other is None:
        return "Both diverged: try smaller learning rates."
    return (
        f"“{shown(name)}” diverged, and its last good weights are those of step {step:,}: “{shown(other)}” "
        "leads. A smaller learning rate may help."
    )


def _three_figures(times: float) -> str:
    return f"{times:,.0f}" if times >= 1000 else f"{times:.3g}"
