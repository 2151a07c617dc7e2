"""Findings of the doctor: correct for networks with a known problem, none for healthy ones."""

import tracemalloc
from dataclasses import replace as replace_fields
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.data.curves.curve_datasets import encode_points
from cadl_desktop.data.samples import samples_of
from cadl_desktop.data.scaling import target_scaling
from cadl_desktop.engine import Control, train
from cadl_desktop.experiment import Experiment, check, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.edits import with_opened_data
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.model import Stop
from cadl_desktop.experiment.shapes import weight_shapes
from cadl_desktop.runs.changes import Change
from cadl_desktop.runs.damage import better_moment
from cadl_desktop.runs.diagnosis.doctor import Doctor, Evidence, Finding
from cadl_desktop.runs.diagnosis.good_run import good_run
from cadl_desktop.runs.diagnosis.symptoms import output_range
from cadl_desktop.runs.events import EpochEnded, Finished, Probed, Progressed, RunState
from cadl_desktop.runs.history import History
from cadl_desktop.runs.layer_histograms import Histograms
from cadl_desktop.runs.network_weights import shapes_of
from cadl_desktop.runs.run_snapshots import Snapshots
from tests.engine.runs import epochs, finished, run, small_painting


def targets_of(experiment: Experiment) -> tuple[float, float]:
    samples = samples_of(experiment.data)
    scaled = target_scaling(experiment, samples).apply(samples.targets)
    return float(scaled.min()), float(scaled.max())


def visits(
    experiment: Experiment,
    begun: tuple[History, Histograms] | None = None,
    state: RunState | None = None,
) -> list[tuple[Finding, ...]]:
    """Findings during a whole training and after it; `begun` has what is known of a run that continues from a
    state."""
    history, histograms = begun or (History(), Histograms())
    doctor, targets, said, shortfall = Doctor(), targets_of(experiment), [], None
    samples = samples_of(experiment.data)
    good = good_run(samples)
    for event in train(experiment, Control(probe_seconds=0.0), state):
        history.add(event)
        histograms.add(event, experiment)
        if isinstance(event, Progressed) and event.psnr is not None:
            shortfall = good.shortfall_of_painting(event.psnr)
        elif isinstance(event, Progressed) and event.fitted is not None:
            shortfall = good.shortfall_of_curve(event.fitted, samples.targets)
        ended = isinstance(event, Finished)
        if ended or (isinstance(event, Probed) and event.gradients is not None):
            diverged = isinstance(event, Finished) and event.reason == "diverged"
            evidence = Evidence(
                experiment, history, histograms, targets, histograms.newest, diverged, shortfall=shortfall
            )
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
def test_a_healthy_network_has_no_findings(name: str) -> None:
    experiment = preset(name)
    few = epochs(experiment, min(40, experiment.stop.epochs or 40))
    assert {finding for said in visits(few) for finding in said} == set()


def test_few_points_that_are_fitted_well_have_no_findings() -> None:
    """The penalty of the default method may empty a layer that isn't needed."""
    table = part("dataset", "points", points=encode_points([(0, 1), (1, 4), (2, 2)]))
    assert visits(epochs(with_opened_data(preset("lecture-tanh"), table), 1200))[-1] == ()


def test_a_typed_function_that_is_fitted_well_has_no_findings() -> None:
    """At a rate that doesn't fall the cost jumps, as everything that is left of it is small."""
    sine = part("dataset", "function", expression="sin(x)", noise=0.0)
    assert visits(replace(preset("lecture-tanh"), data=sine))[-1] == ()


def test_dead_relus_hide_vanishing_gradients() -> None:
    layers = (*dense(2, 8), *dense(1, 8, bias_start=-60.0))
    sick = epochs(small_painting(layers=layers, target_scaling="unit"), 120)
    findings = found(sick)
    assert set(findings) == {("dead", 2)}
    finding = findings["dead", 2]
    assert str(finding.words).startswith("In layer 3, 8 of 8 neurons are 0 everywhere")
    assert label_of(finding)[0] == "Biases of layer 3 start at 0"
    healed = cured(finding, sick, "Biases of layer 3 start at 0")
    assert ("dead", 2) not in found(healed)
    assert cured(finding, sick, "He initial weights in layer 3").layers[2]["initialiser"] == "he"


def test_a_wholly_dead_layer_is_reported_and_no_short_steps() -> None:
    layer = part("layer", "dense", units=10, bias_start=-20.0)
    sick = epochs(replace(preset("lecture-tanh"), layers=(layer,), output=part("output", "dense")), 100)
    said = visits(sick)
    assert [finding.kind for finding in said[-1]] == ["dead"]
    assert str(said[-1][0].words).startswith("In layer 1, 10 of 10 neurons are 0 everywhere")
    assert label_of(said[-1][0])[0] == "Biases of layer 1 start at 0"
    healed = cured(said[-1][0], sick, "Biases of layer 1 start at 0")
    assert "dead" not in {kind for kind, _ in found(healed)}


def test_saturated_tanh() -> None:
    sick = small_painting(layers=dense(2, activation="tanh", spread=20.0))
    finding = found(sick)["saturated", 1]
    assert "tanh" in str(finding.words)
    healed = cured(finding, sick, "Xavier initial weights in layer 2")
    assert ("saturated", 1) not in found(healed)


def test_a_painter_that_is_steep_by_design_is_not_ill() -> None:
    steep = small_painting(layers=dense(2, activation="tanh", spread=20.0), method="stained-glass")
    assert "saturated" not in {kind for kind, _ in found(steep)}


def test_saturated_elu() -> None:
    sick = small_painting(layers=dense(2, activation="elu", bias_start=-60.0))
    assert "the ends of elu" in str(found(sick)["saturated", 1].words)


def test_inputs_in_pixels_saturate_the_first_layer_and_are_standardised() -> None:
    sick = small_painting(layers=dense(1, activation="sigmoid", spread=10.0), input_scaling="none")
    finding = found(sick)["saturated", 0]
    assert label_of(finding)[0] == "Standardise the inputs"
    assert cured(finding, sick, "Standardise the inputs").input_scaling == "standardised"


def test_vanishing_gradients() -> None:
    sick = small_painting(layers=dense(6, activation="sigmoid"), target_scaling="unit")
    finding = found(sick)["vanishing", 0]
    assert "layer 1" in str(finding.words)
    healed = cured(finding, sick, "ReLU in every layer")
    assert all(layer["activation"] == "relu" for layer in healed.layers)
    healed = cured(finding, healed, "Fitting initial weights everywhere")
    assert ("vanishing", 0) not in found(healed)


def test_exploding_gradients() -> None:
    sick = small_painting(layers=dense(4, spread=100.0), target_scaling="unit")
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


def test_output_ranges() -> None:
    assert output_range(small_painting(output=part("output", "dense", activation="sigmoid"))) == (0, 1)
    assert output_range(preset("lecture-100-neurons"))[0] == float("-inf")
    tanh = replace(preset("lecture-100-neurons"), layers=dense(1, 10, activation="tanh"))
    assert output_range(tanh) == (-10, 10)


def with_rate(experiment: Experiment, rate: float, kind: str = "adam") -> Experiment:
    return replace(experiment, optimizer=part("optimizer", kind, rate=rate))


def test_a_rate_that_is_too_large() -> None:
    sick = preset("lecture-100-neurons")
    finding = found(sick)["rate too large", None]
    assert cured(finding, sick, "Halve the learning rate").optimizer["rate"] == 0.01


def test_a_run_that_diverged() -> None:
    sick = with_rate(small_painting(cost="l2-sum"), 1000.0, "gradient descent")
    finding = found(sick)["rate too large", None]
    assert "beyond all bounds" in str(finding.words)
    assert cured(finding, sick, "Use Adam").optimizer.kind == "adam"
    slower = cured(finding, sick, "A tenth of the learning rate")
    history = History()
    assert Doctor().visit(Evidence(slower, history, Histograms(), None, None, diverged=False), True) == ()


def test_a_rate_that_is_too_small() -> None:
    sick = epochs(with_rate(small_painting(), 1e-7), 40)
    finding = found(sick)["rate too small", None]
    assert cured(finding, sick, "10 × the learning rate").optimizer["rate"] == 1e-6


def test_a_network_without_error_has_no_findings() -> None:
    nothing = part("dataset", "function", expression="0 * x", noise=0.0)
    begin = replace(preset("lecture-line"), data=nothing, output=part("output", "dense", initialiser="zeros"))
    assert visits(replace(begin, stop=Stop(epochs=40)))[-1] == ()


@pytest.mark.parametrize("rate", [1.0, 50.0])
def test_a_first_step_larger_than_the_weights_explains_saturation(rate: float) -> None:
    healthy = preset("lecture-tanh")
    sick = replace(healthy, optimizer=healthy.optimizer.has(rate=rate))
    first, second = visits(sick)[-1]
    assert (first.kind, second.kind) == ("rate too large", "saturated")
    assert "larger than the weights themselves" in str(first.words)
    assert label_of(first)[:2] == ["Learning rate 0.01", "A tenth of the learning rate"]
    assert cured(first, sick, "A tenth of the learning rate").optimizer["rate"] == rate / 10
    assert all(remedy.start == "anew" for remedy in first.remedies)


def test_a_penalty_that_undoes_learning() -> None:
    healthy = small_painting(target_scaling="unit", optimizer=part("optimizer", "adam", rate=0.01))
    learned = finished(run(epochs(healthy, 40))).state
    sick = replace(epochs(healthy, 100), l2=210.0)
    said = visits(sick, state=replace_fields(learned, settings=LiveSettings.of(sick)))
    (finding,) = [finding for finding in said[-1] if finding.kind == "penalty"]
    assert said[-1][0] == finding
    assert not {"rate too large", "vanishing"} & {finding.kind for finding in said[-1]}
    assert label_of(finding) == ["No penalty", "A tenth of the penalty"]
    assert cured(finding, sick, "A tenth of the penalty").l2 == 21.0
    assert cured(finding, sick, "No penalty").l2 == 0.0


@pytest.mark.parametrize("strength", [{"l2": 100.0}, {"l1": 1.0}, {"l1": 1.0, "l2": 1.0}])
def test_a_penalty_from_the_start(strength: dict[str, float]) -> None:
    sick = epochs(small_painting(**strength), 40)
    finding = found(sick)["penalty", None]
    assert ("penalty", None) not in found(cured(finding, sick, "No penalty"))


def test_a_cost_that_rises_under_a_penalty_is_reported_early() -> None:
    experiment, history, histograms = small_painting(l2=1.0), History(), Histograms()
    for epoch in range(40):
        history.add(EpochEnded(epoch, 9 * epoch, 0.0, 10.0 if epoch < 30 else 100.0, None, 0.001))
    weights = tuple(np.ones(s, np.float32) for shapes in weight_shapes(experiment) for s in shapes)
    slopes = tuple(0.01 * array for array in weights)
    probed = replace_fields(_columns(0), step=360, weights=weights, gradients=slopes)
    histograms.add(probed, experiment)

    def said(experiment: Experiment) -> list[str]:
        evidence = Evidence(experiment, history, histograms, None, probed)
        return [finding.kind for finding in Doctor().visit(evidence, final=True)]

    history.changes.append(Change(0, "l2", 1.0))
    assert said(experiment) == ["penalty"]
    # A changed penalty has not been tried yet, so that only the steps can be the cause.
    assert said(replace(experiment, l2=0.0)) == ["rate too large"]


def test_a_collapse_of_a_run_that_is_measured_few_times_is_found() -> None:
    """The course of a SIREN whose rate is twice too high, measured each twelfth epoch."""
    history, costs = History(), [1.3, 0.028, 0.017, 0.022, 0.019, 0.018, 0.09, *35 * [0.33], 0.19, 0.09, 0.09]
    for row, cost in enumerate(costs):
        history.add(EpochEnded(12 * row, 192 * row, 0.0, cost, None, 0.002))
    evidence = Evidence(small_painting(), history, Histograms(), None, None)
    assert [finding.kind for finding in Doctor().visit(evidence, final=True)] == ["rate too large"]


@pytest.mark.parametrize("strength", [{"l2": 0.01}, {"l2": 1e-4}, {"l1": 1e-3}])
def test_a_penalty_that_allows_learning_is_no_finding(strength: dict[str, float]) -> None:
    assert ("penalty", None) not in found(epochs(small_painting(**strength), 40))


def test_findings_appear_and_disappear_only_after_two_visits() -> None:
    experiment = small_painting()
    history, histograms, doctor = History(), Histograms(), Doctor()
    early = Evidence(experiment, history, histograms, None, _columns(8))
    assert doctor.visit(early, final=True) == ()  # no epoch has been measured
    history.add(EpochEnded(1, 9, 0.0, 1.0, None, 0.001))

    def visit(dead: int) -> bool:
        columns = _columns(dead)
        return bool(doctor.visit(Evidence(experiment, history, histograms, None, columns)))

    # Of 8 neurons 5 dead are a finding; 4 keep it, 3 end it.
    said = [visit(dead) for dead in (5, 3, 5, 5, 4, 4, 4, 3, 5, 3, 3)]
    assert said == [False, False, False, True, True, True, True, True, True, True, False]


def test_what_was_reached_decides_unless_the_run_failed() -> None:
    experiment, history = small_painting(), History()
    history.add(EpochEnded(1, 9, 0.0, 1.0, None, 0.001))
    doctor, known = Doctor(), Evidence(experiment, history, Histograms(), None, _columns(8))

    def kinds(**reached: Any) -> list[str]:
        return [finding.kind for finding in doctor.visit(replace_fields(known, **reached), final=True)]

    # A finding stays until the run is better than good enough.
    reached = [1.0, 0.7, 0.9, 1.1, 0.9, None, 0.0]
    assert [bool(kinds(shortfall=each)) for each in reached] == [True, False, False, True, True, True, False]
    assert kinds(shortfall=0.0, diverged=True) == ["rate too large", "dead"]
    assert "rate too large" in kinds(shortfall=0.0, worse=True)


def test_weights_that_a_penalty_has_made_0_are_reported() -> None:
    """A network of zeros has no gradient, and no penalty that pulls; its rate isn't to blame."""
    table = part("dataset", "points", points=encode_points([(x, x) for x in range(10)]))
    sick = replace(with_opened_data(preset("lecture-tanh"), table), l2=1.0)
    history, histograms = History(), Histograms()
    for epoch in range(1, 41):
        history.add(EpochEnded(epoch, epoch, 0.0, 1.0, None, 0.005))
    ones = tuple(np.ones(shape, np.float32) for shape in shapes_of(sick))
    columns = tuple(np.ones((n, 9), np.float32) for n in (1, 64, 64, 64, 1))
    for step, scale in ((1, 1.0), (2500, 0.0)):
        weights = tuple(np.float32(scale) * array for array in ones)
        histograms.add(Probed(step, columns, None, weights, gradients=weights), sick)
    evidence = Evidence(sick, history, histograms, probed=histograms.newest, worse=True, shortfall=20.0)
    assert "penalty" in {finding.kind for finding in Doctor().visit(evidence, final=True)}


def _columns(dead: int) -> Probed:
    hidden = np.ones((8, 9), np.float32)
    hidden[:dead] = 0
    inputs, other = np.ones((2, 9), np.float32), np.full((8, 9), 0.5, np.float32)
    return Probed(1000, (inputs, hidden, other, np.ones((3, 9), np.float32)), (3, 3), ())


def test_a_large_network_is_examined_without_a_copy_of_its_weights() -> None:
    large = small_painting(layers=dense(2, 2000))
    draw = np.random.default_rng(1)
    weights = [draw.normal(0, 1e-2, shape).astype(np.float32) for shape in shapes_of(large)]
    columns = [np.ones((neurons, 9), np.float32) for neurons in (2, 2000, 2000, 3)]
    history, histograms = History(), Histograms()
    for epoch in range(1, 41):
        history.add(EpochEnded(epoch, 100 * epoch, float(epoch), 1.0 - 1e-5 * epoch, None, 1e-9))
    probed = Probed(4000, tuple(columns), (3, 3), tuple(weights), gradients=tuple(weights))
    histograms.add(probed, large)
    evidence = Evidence(with_rate(large, 1e-9), history, histograms, None, probed, diverged=False)
    tracemalloc.start()
    try:
        (finding,) = Doctor().visit(evidence, final=True)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert finding.kind == "rate too small"
    assert most < sum(array.nbytes for array in weights) / 10


def course(costs: list[float], *changes: Change, validation: list[float] | None = None) -> History:
    """History of a run that was measured every 100 steps."""
    history = History(changes=list(changes))
    for epoch, cost in enumerate(costs, 1):
        held_out = None if validation is None else validation[epoch - 1]
        history.add(EpochEnded(epoch, 100 * epoch, 0.0, cost, held_out, 0.001))
    return history


def snapshots(steps: int) -> Snapshots:
    state = finished(run(epochs(small_painting(), 1))).state
    return Snapshots([replace_fields(state, step=step) for step in range(50, steps, 100)])


COLLAPSE = [*np.geomspace(1.0, 0.01, 30).tolist(), *[0.9] * 30]


def test_remedies_go_back_to_before_a_collapse_and_no_later_change_is_blamed() -> None:
    experiment, kept = with_rate(small_painting(), 0.002), snapshots(6000)
    tenth = Change(4000, "rate", 0.002)
    for changes in ((), (tenth,)):
        history = course(COLLAPSE, *changes)
        better = better_moment(history, kept)
        evidence = Evidence(experiment, history, Histograms(), worse=True, better=better, snapshots=kept)
        evidence = replace_fields(evidence, constant_cost=0.9)
        (finding,) = Doctor().visit(evidence, final=True)
        assert finding.kind == "rate too large"
        assert {remedy.moment and remedy.moment.step for remedy in finding.remedies} == {2950}
    # Of a network that had learned no more than a constant by then, nothing is worth keeping.
    (finding,) = Doctor().visit(replace_fields(evidence, constant_cost=0.01), final=True)
    assert {remedy.start for remedy in finding.remedies} == {"anew"}


def test_no_remedy_is_offered_twice_and_none_left_is_said() -> None:
    experiment = with_rate(small_painting(), 0.002)
    evidence = Evidence(experiment, course(COLLAPSE), Histograms(), worse=True)
    tried = list[str]()
    while (finding := Doctor().visit(evidence, final=True)[0]).remedies:
        assert "can't help" not in finding.words
        assert finding.remedies[0].label not in tried
        tried.append(finding.remedies[0].label)
        evidence = replace_fields(evidence, tried=frozenset(tried))
    assert len(tried) > 2
    assert "The doctor can't help any more" in finding.words


def overfitted(validation: list[float], costs: list[float]) -> tuple[Finding, ...]:
    experiment = small_painting(validation=0.2, cost="l2", target_scaling="unit")
    history = course(costs, validation=validation)
    shortfall = 0.1  # what was seen is good
    evidence = Evidence(experiment, history, Histograms(), shortfall=shortfall, snapshots=snapshots(6000))
    return Doctor().visit(evidence, final=True)


def test_overfitting_is_found_and_its_remedies_go_back_to_where_it_began() -> None:
    falling = np.geomspace(1.0, 1e-4, 60).tolist()
    flat = [max(cost, 0.01) for cost in falling]
    risen = [*flat[:40], *np.linspace(0.01, 0.02, 20).tolist()]
    for validation in (flat, risen):
        (finding,) = overfitted(validation, falling)
        assert finding.kind == "overfitting"
        stop, penalty, smaller = finding.remedies
        experiment = small_painting(validation=0.2)
        assert stop.change(experiment).stop.patience
        assert penalty.change(experiment).l2 > 0
        assert [layer["units"] for layer in smaller.change(experiment).layers] == [4, 4]
        assert stop.moment is not None
        assert stop.moment is penalty.moment
        assert 2000 < stop.moment.step <= 3300
        assert smaller.start == "anew"
    assert overfitted([2 * cost for cost in falling], falling) == ()  # both fall
    assert overfitted([3 * cost for cost in flat], flat) == ()  # neither falls any more
    assert overfitted([1.5 * cost for cost in flat], [max(cost, 0.008) for cost in falling]) == ()


def test_a_network_that_gives_one_value_everywhere_has_learned_nothing() -> None:
    experiment = small_painting(cost="l2", target_scaling="unit", layers=dense(12))
    evidence = Evidence(experiment, course([0.05] * 30), Histograms(), constant_cost=0.05)
    (finding,) = Doctor().visit(evidence, final=True)
    assert finding.kind == "nothing learned"
    assert label_of(finding)[0] == "Only 3 hidden layers"
    assert Doctor().visit(replace_fields(evidence, constant_cost=0.1), final=True) == ()


def test_a_network_far_from_its_targets_is_given_the_layers_of_its_method() -> None:
    sound = preset("siren-painting")
    layers = tuple(layer.has(activation="sigmoid") for layer in sound.layers)
    known = Evidence(replace(sound, layers=layers), course([0.05] * 30), Histograms(), shortfall=9.0)
    (finding,) = Doctor().visit(known, final=True)
    assert finding.kind == "far off"
    assert finding.remedies[0].change(known.experiment).layers == sound.layers
    assert Doctor().visit(replace_fields(known, experiment=sound), final=True) == ()


def test_batches_of_all_samples_make_too_few_steps() -> None:
    history = History()
    for epoch in range(1, 41):
        history.add(EpochEnded(epoch, epoch, 0.0, 1.0, None, 0.001))
    whole = replace(preset("siren-painting"), batch_size=10_000)
    (finding,) = Doctor().visit(Evidence(whole, history, Histograms(), constant_cost=1.0), final=True)
    assert (finding.kind, label_of(finding)) == ("few steps", ["Batch size 256"])
