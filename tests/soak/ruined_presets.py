"""Presets ruined in one of six ways, and treated by the doctor's remedies as a person would take them."""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from msgspec.structs import replace

from cadl_desktop.data.samples import samples_of
from cadl_desktop.data.scaling import scaled_target_range
from cadl_desktop.engine import Control, train
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.runs.changes import branched, changed_structure
from cadl_desktop.runs.damage import better_moment
from cadl_desktop.runs.diagnosis.doctor import SHORT_NAMES, Doctor, Evidence, Finding, Remedy
from cadl_desktop.runs.diagnosis.good_run import cost_of_constant, good_run
from cadl_desktop.runs.events import Finished, Probed, Progressed, RunState, Snapshot
from cadl_desktop.runs.history import History
from cadl_desktop.runs.layer_histograms import Histograms
from cadl_desktop.runs.probed_columns import matches_network
from cadl_desktop.runs.run_snapshots import Snapshots
from tests.soak.soak import Attempt, Row, Soak

PRESETS = (
    "siren-painting",
    "fourier-painting",
    "sharp-painting",
    "own-curve",
    "waves",
    "facets",
    "lecture-tanh",
    "lecture-painting",
    "homework-painting",
)
STEPS = 800
"""About how many steps a run may take."""
REMEDIES = 2
NEAR = {"l1": 2.0, "l1-sum": 2.0, "l2": 4.0, "l2-sum": 4.0}
"""Ratio of the cost to that of the untouched preset up to which a network has learned as well: 6 dB."""
LEARNED = 0.8
"""Share of the cost of the best constant output, which a network that has learned stays below."""
STRENGTHS = 5
"""How often a way is tried, the next time with another strength, until it ruins the preset."""


@dataclass
class Patient:
    """A run that the doctor looks at, and what is known of it."""

    experiment: Experiment
    state: RunState | None = None
    history: History = field(default_factory=History)
    snapshots: Snapshots = field(default_factory=Snapshots)
    histograms: Histograms = field(default_factory=Histograms)
    tried: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()

    @property
    def cost(self) -> float:
        """Newest cost; infinite where it is not a number."""
        cost = self.history.column("cost")[-1]
        return float(cost) if np.isfinite(cost) else np.inf

    def treated(self, remedy: Remedy) -> "Patient":
        """The run that a press of this remedy's button begins or goes on with."""
        experiment, tried = remedy.change(self.experiment), self.tried | {remedy.label}
        if remedy.start == "anew":
            return Patient(experiment, tried=tried)
        state = remedy.moment or self.state
        assert state is not None
        if remedy.moment is None:
            history, snapshots, histograms = self.history, self.snapshots, self.histograms
        else:
            history, snapshots = self.history.until(state), self.snapshots.until(state.step)
            history.changes.append(changed_structure(state.step, branched(1)))
            histograms = Histograms()
        state = state.with_settings(LiveSettings.of(experiment))
        return Patient(experiment, state, history, snapshots, histograms, tried)


def trained(patient: Patient) -> Iterator[Patient]:
    """Trains to the end; the patient is given after each look of the doctor."""
    experiment, doctor, shortfall = patient.experiment, Doctor(), None
    samples = samples_of(experiment.data)
    good, targets = good_run(samples), scaled_target_range(experiment, samples)
    constant = cost_of_constant(experiment, samples)
    for event in train(experiment, Control(probe_seconds=0.1, snapshots=True), patient.state):
        patient.history.add(event)
        patient.histograms.add(event, experiment)
        finished = event if isinstance(event, Finished) else None
        match event:
            case Snapshot(state=state):
                patient.snapshots.add(state)
                patient.state = state
            case Progressed(psnr=psnr) if psnr is not None:
                shortfall = good.shortfall_of_painting(psnr)
            case Progressed(fitted=fitted) if fitted is not None:
                shortfall = good.shortfall_of_curve(fitted, samples.targets)
        if finished is None and not (isinstance(event, Probed) and event.gradients is not None):
            continue
        diverged, newest = finished is not None and finished.reason == "diverged", patient.histograms.newest
        evidence = Evidence(
            experiment,
            patient.history,
            patient.histograms,
            targets,
            newest if newest is not None and matches_network(experiment, newest) else None,
            diverged=diverged,
            worse=finished is not None and finished.is_worse,
            better=better_moment(patient.history, patient.snapshots, diverged=diverged),
            shortfall=shortfall,
            constant_cost=constant,
            snapshots=patient.snapshots,
            tried=patient.tried,
        )
        patient.findings = doctor.visit(evidence, final=finished is not None)
        if finished is not None:
            patient.state = finished.state
        yield patient


def ended(patient: Patient) -> Patient:
    """The patient after its training."""
    for _ in trained(patient):
        pass
    return patient


def shorter(experiment: Experiment, steps: int = STEPS) -> Experiment:
    """The experiment with about so many steps, measured as often in a run as before."""
    count = len(samples_of(experiment.data).inputs)
    before = experiment.stop.epochs or 500
    each = -(-count // experiment.batch_size)
    epochs = max(60, min(before, steps // each))
    every = max(1, experiment.measure_every * epochs // before)
    return replace(experiment, stop=replace(experiment.stop, epochs=epochs), measure_every=every)


def _rate(experiment: Experiment, random: Random) -> Experiment:
    factor = 10 ** random.choice([-4.0, -3.0, 1.5, 2.0, 3.0, 4.0])
    rate = float(f"{experiment.optimizer['rate'] * factor:.2g}")
    return replace(experiment, optimizer=experiment.optimizer.has(rate=min(1000.0, max(1e-8, rate))))


def _initial_weights(experiment: Experiment, random: Random) -> Experiment:
    if random.random() < 0.3:
        return _in_layers(experiment, bias_start=-random.choice([10.0, 50.0]))
    return _in_layers(experiment, initialiser="normal", spread=random.choice([1e-4, 1e-3, 3.0, 20.0]))


def _activation(experiment: Experiment, random: Random) -> Experiment:
    return _in_layers(experiment, activation=random.choice(["sigmoid", "linear", "relu", "tanh"]))


def _batch(experiment: Experiment, random: Random) -> Experiment:
    return replace(experiment, batch_size=random.choice([1, 2, 100_000]))


def _penalty(experiment: Experiment, random: Random) -> Experiment:
    return replace(experiment, **{random.choice(["l1", "l2"]): 10.0 ** random.choice([-2, -1, 0, 1, 2])})


def _depth(experiment: Experiment, random: Random) -> Experiment:
    more = random.choice([6, 10, 16]) * (experiment.layers[-1],)
    return replace(experiment, layers=(*experiment.layers, *more))


def _in_layers(experiment: Experiment, **settings: Any) -> Experiment:
    return replace(experiment, layers=tuple(layer.has(**settings) for layer in experiment.layers))


WAYS: dict[str, Callable[[Experiment, Random], Experiment]] = {
    "rate": _rate,
    "initial weights": _initial_weights,
    "activation": _activation,
    "batch": _batch,
    "penalty": _penalty,
    "depth": _depth,
}


@dataclass(frozen=True)
class Course:
    """What became of a ruined preset: costs when untouched, ruined, and after each of the remedies."""

    name: str
    way: str
    changed: str
    untouched: float
    most: float
    costs: tuple[float, ...]
    findings: tuple[str, ...]
    remedies: tuple[str, ...]
    gave_up: bool

    @property
    def learned(self) -> bool:
        return self.costs[-1] <= self.most

    def line(self) -> str:
        """Row of a Markdown table."""
        costs = " → ".join(f"{cost:.3g}" for cost in self.costs)
        said = "learns" if self.learned else "can't help" if self.gave_up else "NEITHER"
        cells = (
            self.name,
            f"{self.way}: {self.changed}",
            " → ".join(self.findings),
            " → ".join(self.remedies) or "none needed",
            f"{costs}",
            f"{self.untouched:.3g}",
            said,
        )
        return f"| {' | '.join(cells)} |"


def course(seed: int, steps: int = STEPS, presets: Sequence[str] = PRESETS) -> Course:
    """Ruins the preset of this seed in its way, and takes the first remedy that is offered, twice at most."""
    random = Random(seed)
    name, way = random.choice(presets), tuple(WAYS)[seed % len(WAYS)]
    sound = shorter(preset(name), steps)
    constant = cost_of_constant(sound, samples_of(sound.data))
    untouched = ended(Patient(sound)).cost
    assert constant is not None
    most = min(NEAR[sound.cost] * untouched, LEARNED * constant)
    for _ in range(STRENGTHS):
        sick = WAYS[way](sound, random)
        patient = ended(Patient(shorter(sick, steps) if sick.batch_size < sound.batch_size else sick))
        if patient.cost > most:
            break
    costs, findings, taken = [patient.cost], [_said(patient)], list[str]()
    while len(taken) < REMEDIES and costs[-1] > most:
        offered = [remedy for finding in patient.findings for remedy in finding.remedies]
        if not offered:
            break
        taken.append(_told(offered[0]))
        patient = ended(patient.treated(offered[0]))
        costs.append(patient.cost)
        findings.append(_said(patient))
    gave_up = bool(patient.findings) and not any(each.remedies for each in patient.findings)
    changed = _changed(sound, sick)
    return Course(name, way, changed, untouched, most, tuple(costs), tuple(findings), tuple(taken), gave_up)


def _said(patient: Patient) -> str:
    return SHORT_NAMES[patient.findings[0].kind] if patient.findings else "nothing"


def _told(remedy: Remedy) -> str:
    where = f"from step {remedy.moment.step}" if remedy.moment else remedy.start
    return f"{remedy.label} ({where})"


def _changed(before: Experiment, after: Experiment) -> str:
    """What the way has changed, in a few words."""
    told = [
        f"{name} {getattr(after, name):g}"
        for name in ("batch_size", "l1", "l2")
        if getattr(before, name) != getattr(after, name)
    ]
    if before.optimizer != after.optimizer:
        told.append(f"rate {after.optimizer['rate']:g}")
    if len(before.layers) != len(after.layers):
        told.append(f"{len(after.layers)} layers")
    elif before.layers != after.layers:
        was, now = before.layers[-1].as_dict(), after.layers[-1].as_dict()
        told += [f"{name} {value!r}" for name, value in now.items() if was.get(name) != value]
    return ", ".join(told) or "nothing"


def attempt(seed: int, folder: Path) -> Attempt:
    """Ruins a preset and treats it; what became of it is written to the terminal as a row of a table."""
    found = course(seed)
    sys.stderr.write(f"\r{found.line()}\n")
    failure = "" if found.learned or found.gave_up else found.line()
    return Attempt({"learned": float(found.learned), "remedies": float(len(found.remedies))}, failure)


SOAK = Soak(
    "presets ruined in one of six ways: after two remedies at most the network learns, or the doctor says "
    "that it can't help",
    12,
    attempt,
    (Row("learned", ""), Row("remedies", "")),
)
