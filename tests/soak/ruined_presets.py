"""Presets ruined in one of six ways, and treated by the doctor's remedies as a person would take them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

import numpy as np
from msgspec.structs import replace

from cadl_desktop.data.samples import samples_of
from cadl_desktop.data.scaling import scaled_target_range
from cadl_desktop.engine import Control, train
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.registry import activation_of
from cadl_desktop.runs.changes import branched, changed_structure
from cadl_desktop.runs.damage import better_moment
from cadl_desktop.runs.diagnosis.doctor import Doctor, Evidence, Finding, Remedy
from cadl_desktop.runs.diagnosis.good_run import cost_of_constant, good_run
from cadl_desktop.runs.events import Finished, Probed, Progressed, RunState, Snapshot
from cadl_desktop.runs.history import History
from cadl_desktop.runs.layer_histograms import Histograms
from cadl_desktop.runs.probed_columns import matches_network
from cadl_desktop.runs.run_snapshots import Snapshots

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
STEPS = 4000
"""About how many steps a run may take."""
REMEDIES = 2
NEAR = 4.0
"""Ratio of the cost to that of the untouched preset up to which a network has learned as well."""


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
        match event:
            case Snapshot(state=state):
                patient.snapshots.add(state)
                patient.state = state
            case Progressed(psnr=psnr) if psnr is not None:
                shortfall = good.shortfall_of_painting(psnr)
            case Progressed(fitted=fitted) if fitted is not None:
                shortfall = good.shortfall_of_curve(fitted, samples.targets)
        ended = isinstance(event, Finished)
        if not ended and not (isinstance(event, Probed) and event.gradients is not None):
            continue
        diverged, newest = ended and event.reason == "diverged", patient.histograms.newest
        evidence = Evidence(
            experiment,
            patient.history,
            patient.histograms,
            targets,
            newest if newest is not None and matches_network(experiment, newest) else None,
            diverged=diverged,
            worse=ended and event.is_worse,
            better=better_moment(patient.history, patient.snapshots, diverged=diverged),
            shortfall=shortfall,
            constant_cost=constant,
            snapshots=patient.snapshots,
            tried=patient.tried,
        )
        patient.findings = doctor.visit(evidence, final=ended)
        if ended:
            patient.state = event.state
        yield patient


def ended(patient: Patient) -> Patient:
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
    kinds = {activation.part["activation"] for layer in () for activation in (activation_of(layer),)}
    return _in_layers(experiment, activation=random.choice(["sigmoid", "linear", "relu", "tanh"]))


def _batch(experiment: Experiment, random: Random) -> Experiment:
    return replace(experiment, batch_size=random.choice([1, 2, 100_000]))


def _penalty(experiment: Experiment, random: Random) -> Experiment:
    return replace(experiment, **{random.choice(["l1", "l2"]): 10.0 ** random.choice([-2, -1, 0, 1, 2])})


def _depth(experiment: Experiment, random: Random) -> Experiment:
    more = random.choice([6, 10, 16]) * (experiment.layers[-1],)
    return replace(experiment, layers=(*experiment.layers, *more))


def _in_layers(experiment: Experiment, **settings: object) -> Experiment:
    return replace(experiment, layers=tuple(layer.has(**settings) for layer in experiment.layers))


WAYS: dict[str, Callable[[Experiment, Random], Experiment]] = {
    "rate": _rate,
    "initial weights": _initial_weights,
    "activation": _activation,
    "batch": _batch,
    "penalty": _penalty,
    "depth": _depth,
}
