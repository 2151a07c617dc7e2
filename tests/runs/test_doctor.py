"""The doctor finds what is wrong with networks made sick on purpose, and nothing in healthy ones."""

from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.data.samples import samples_of
from cadl_desktop.data.scaling import target_scaling
from cadl_desktop.engine import Control, train
from cadl_desktop.experiment import Experiment, check, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.runs.doctor import Doctor, Evidence, Finding
from cadl_desktop.runs.events import Finished, Probed
from cadl_desktop.runs.histograms import Histograms
from cadl_desktop.runs.history import History
from cadl_desktop.runs.symptoms import reach
from tests.engine.runs import epochs, small_painting


def targets_of(experiment: Experiment) -> tuple[float, float]:
    samples = samples_of(experiment.data)
    scaled = target_scaling(experiment, samples).apply(samples.targets)
    return float(scaled.min()), float(scaled.max())


def visits(experiment: Experiment) -> list[tuple[Finding, ...]]:
    """What the doctor says during a whole training, and after it."""
    history, histograms, doctor = History(), Histograms(), Doctor()
    targets, said = targets_of(experiment), []
    for event in train(experiment, Control(probe_seconds=0.0)):
        history.add(event)
        histograms.add(event, experiment)
        ended = isinstance(event, Finished)
        if ended or (isinstance(event, Probed) and event.gradients is not None):
            diverged = isinstance(event, Finished) and event.reason == "diverged"
            evidence = Evidence(experiment, history, histograms, targets, histograms.newest, diverged)
            said.append(doctor.visit(evidence, final=ended))
    return said


def found(experiment: Experiment) -> dict[tuple[str, int | None], Finding]:
    return {(finding.kind, finding.layer): finding for finding in visits(experiment)[-1]}


def dense(count: int, units: int = 16, **settings: Any) -> Any:
    return tuple(part("layer", "dense", units=units, **settings) for _ in range(count))


def label_of(finding: Finding) -> list[str]:
    return [str(remedy.label) for remedy in finding.remedies]


def cured(finding: Finding, experiment: Experiment, label: str) -> Experiment:
    remedy = next(remedy for remedy in finding.remedies if str(remedy.label) == label)
    return remedy.change(experiment)


@pytest.mark.parametrize("name", ["lecture-painting", "lecture-tanh", "lecture-polynomial-3", "lecture-line"])
def test_nothing_is_ever_said_of_a_healthy_network(name: str) -> None:
    experiment = preset(name)
    few = epochs(experiment, min(40, experiment.stop.epochs or 40))
    assert {finding for said in visits(few) for finding in said} == set()


def test_dead_relus() -> None:
    layers = (*dense(1, 8), *dense(1, 8, bias_start=-60.0))
    sick = epochs(small_painting(layers=layers, target_scaling="unit"), 120)
    finding = found(sick)["dead", 1]
    assert str(finding.words).startswith("In layer 2, 8 of 8 neurons are 0 everywhere")
    assert label_of(finding)[0] == "Biases of layer 2 start at 0"
    healed = cured(finding, sick, "Biases of layer 2 start at 0")
    assert ("dead", 1) not in found(healed)
    assert cured(finding, sick, "He initial weights in layer 2").layers[1]["initialiser"] == "he"


def test_saturated_tanh() -> None:
    sick = small_painting(layers=dense(2, activation="tanh", spread=20.0))
    finding = found(sick)["saturated", 1]
    assert "tanh" in str(finding.words)
    healed = cured(found(sick)["saturated", 1], sick, "Xavier initial weights in layer 2")
    assert ("saturated", 1) not in found(healed)


def test_inputs_in_pixels_saturate_the_first_layer_and_are_standardised() -> None:
    sick = small_painting(layers=dense(1, activation="sigmoid", spread=10.0), input_scaling="none")
    finding = found(sick)["saturated", 0]
    assert label_of(finding)[0] == "Standardise the inputs"
    assert cured(finding, sick, "Standardise the inputs").input_scaling == "standardised"


def test_vanishing_gradients() -> None:
    sick = small_painting(layers=dense(8, activation="sigmoid"), target_scaling="unit")
    finding = found(sick)["vanishing", 0]
    assert "layer 1" in str(finding.words)
    healed = cured(finding, sick, "ReLU in every layer")
    assert all(layer["activation"] == "relu" for layer in healed.layers)
    healed = cured(found(healed).get(("vanishing", 0), finding), healed, "Fitting initial weights everywhere")
    assert ("vanishing", 0) not in found(healed)


def test_exploding_gradients() -> None:
    sick = small_painting(layers=dense(8, spread=5.0), target_scaling="unit")
    finding = found(sick)["exploding", None]
    healed = cured(finding, sick, "Fitting initial weights everywhere")
    assert ("exploding", None) not in found(healed)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "sine"])
def test_an_output_that_can_not_reach_the_targets(activation: str) -> None:
    sick = small_painting(output=part("output", "dense", activation=activation))
    finding = found(sick)["reach", None]
    assert "the targets lie between 0 and 227" in str(finding.words)
    for label in label_of(finding):
        assert ("reach", None) not in found(cured(finding, sick, label))


def test_a_sum_of_relus_can_not_be_negative() -> None:
    curve = preset("lecture-100-neurons")
    sick = replace(curve, layers=(part("layer", "dense", units=20),))
    doctor, evidence = Doctor(), Evidence(sick, History(), Histograms(), (-1.5, 1.5))
    (finding,) = doctor.visit(evidence)
    assert finding.kind == "reach"
    healed = cured(finding, sick, "Linear output")
    assert check(healed) == []
    assert doctor.visit(Evidence(healed, History(), Histograms(), (-1.5, 1.5))) == ()


def test_what_outputs_can_give() -> None:
    assert reach(small_painting(output=part("output", "dense", activation="sigmoid"))) == (0, 1)
    assert reach(preset("lecture-100-neurons"))[0] == float("-inf")
    tanh = replace(preset("lecture-100-neurons"), layers=dense(1, 10, activation="tanh"))
    assert reach(tanh) == (-10, 10)


def with_rate(experiment: Experiment, rate: float, kind: str = "adam") -> Experiment:
    return replace(experiment, optimizer=part("optimizer", kind, rate=rate))


def test_a_rate_that_is_too_large() -> None:
    sick = preset("lecture-100-neurons")
    finding = found(sick)["rate too large", None]
    assert cured(finding, sick, "Halve the learning rate").optimizer["rate"] == 0.01


def test_a_run_that_diverged() -> None:
    sick = with_rate(small_painting(cost="l2-sum"), 1000.0, "gradient descent")
    finding = found(sick)["rate too large", None]
    assert "beyond all numbers" in str(finding.words)
    assert cured(finding, sick, "Use Adam").optimizer.kind == "adam"
    slower = cured(finding, sick, "A tenth of the learning rate")
    history = History()
    assert Doctor().visit(Evidence(slower, history, Histograms(), None, None, diverged=False), True) == ()


def test_a_rate_that_is_too_small() -> None:
    sick = epochs(with_rate(small_painting(), 1e-7), 40)
    finding = found(sick)["rate too small", None]
    assert cured(finding, sick, "10 × the learning rate").optimizer["rate"] == 1e-6


def test_findings_neither_come_nor_go_at_a_single_visit() -> None:
    experiment = small_painting()
    history, histograms, doctor = History(), Histograms(), Doctor()

    def visit(dead: int) -> bool:
        columns = _columns(dead)
        return bool(doctor.visit(Evidence(experiment, history, histograms, None, columns)))

    # Of 8 neurons 5 dead are a finding; 4 let one stay, and 3 do not.
    said = [visit(dead) for dead in (5, 3, 5, 5, 4, 4, 4, 3, 5, 3, 3)]
    assert said == [False, False, False, True, True, True, True, True, True, True, False]


def _columns(dead: int) -> Probed:
    hidden = np.ones((8, 9), np.float32)
    hidden[:dead] = 0
    inputs, other = np.ones((2, 9), np.float32), np.full((8, 9), 0.5, np.float32)
    return Probed(1000, (inputs, hidden, other, np.ones((3, 9), np.float32)), (3, 3), ())
