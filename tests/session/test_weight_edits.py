"""Setting weights and removing neurons: before training, in a pause and while training; and undo."""

from time import sleep

import numpy as np
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.data.samples import samples_of
from cadl_desktop.engine import initial_weights, predict
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.edits import with_layer_changed
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.weight_edits import remove_neuron, set_weight
from tests.engine.runs import epochs, run, same_bits
from tests.session.test_session import train
from tests.settling import until, wait_for_timers, wait_for_worker

TWO = part("layer", "dense", units=2)


def pause(qtbot: QtBot, session: Session) -> None:
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)


def marks(session: Session) -> list[str | float]:
    return [change.value for change in session.result.history.changes if change.setting == "structure"]


def weight(session: Session) -> float:
    assert session.result.state is not None
    return float(session.result.state.weights[2][1, 5])


def step_of(session: Session) -> int:
    return session.result.progress.step if session.result.progress else -1


def test_a_weight_before_training(qtbot: QtBot, session: Session) -> None:
    set_weight(session, 2, 1, 5, 0.75)
    until(qtbot, lambda: session.result.prediction is not None)
    assert session.status is Status.RESULT
    assert session.result.state is not None
    first = initial_weights(session.document.experiment)
    changed = [array != start for array, start in zip(session.result.state.weights, first, strict=True)]
    assert [int(where.sum()) for where in changed] == [0, 0, 1, 0, 0, 0]
    assert weight(session) == 0.75
    assert marks(session) == ["weight 2 → 6 of layer 2 = 0.75"]
    session.document.undo_stack.undo()
    assert session.status is Status.EMPTY
    assert session.result.state is None
    session.document.undo_stack.redo()
    assert weight(session) == 0.75


def test_setting_a_weight_of_a_changed_network_is_reported_as_not_done(
    qtbot: QtBot, session: Session
) -> None:
    said: list[str] = []
    session.message.connect(lambda kind, text: said.append(text))
    set_weight(session, 2, 1, 5, 0.75)
    session.document.edit("wider", with_layer_changed(session.document.experiment, 0, TWO))
    until(qtbot, lambda: bool(said))
    assert said == ["Not done: the network was changed in the meantime. Please try again."]
    assert session.result.state is None


def test_keeping_gains_of_a_changed_network_is_reported_as_not_done(qtbot: QtBot, session: Session) -> None:
    said: list[str] = []
    session.message.connect(lambda kind, text: said.append(text))
    session.keep_learned = True
    train(qtbot, session)
    wider = part("layer", "dense", units=10)
    session.document.edit("wider", with_layer_changed(session.document.experiment, 0, wider))
    set_weight(session, 2, 1, 5, 0.75)
    session.document.edit("again", with_layer_changed(session.document.experiment, 0, wider.has(units=11)))
    until(qtbot, lambda: session.status is Status.TRAINING)
    assert said == ["Not done: the network was changed in the meantime. Please try again."]
    assert marks(session)[-1:] != ["weight 2 → 6 of layer 2 = 0.75"]


def test_training_from_the_first_weights_by_hand_is_the_usual_training(
    qtbot: QtBot, session: Session
) -> None:
    start = float(initial_weights(session.document.experiment)[2][1, 5])
    session.document.edit("short", epochs(session.document.experiment, 3))
    set_weight(session, 2, 1, 5, start)
    until(qtbot, lambda: session.result.state is not None)
    session.train()
    until(qtbot, lambda: session.result.finished is not None)
    assert session.result.state is not None
    assert same_bits(session.result.state, run(session.document.experiment)[-1].state)


def test_a_bias_in_a_pause(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session)
    pause(qtbot, session)
    state, prediction = session.result.state, session.result.prediction
    assert state is not None
    set_weight(session, 3, None, 1, -2.0)
    assert session.status is Status.RESULT
    assert session.result.state is not None
    assert session.result.state.weights[5][1] == -2.0
    assert session.result.state.step == state.step
    assert marks(session) == ["bias 2 of the output = -2"]
    until(qtbot, lambda: session.result.prediction is not prediction)
    session.document.undo_stack.undo()
    assert session.result.state is state
    assert marks(session) == []


def test_a_weight_while_training_goes_on_from_there(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session, 200)
    set_weight(session, 2, 1, 5, 3.0)
    until(qtbot, lambda: bool(marks(session)) and session.status is Status.TRAINING)
    assert marks(session) == ["weight 2 → 6 of layer 2 = 3"]
    at = session.result.history.changes[-1].step
    assert at >= 200
    assert session.runs.records == () or session.runs.current == session.result.run
    until(qtbot, lambda: step_of(session) > at + 50)
    pause(qtbot, session)
    assert abs(weight(session) - 3.0) < 1.0
    trained = session.result.state
    session.train()
    until(qtbot, lambda: session.status is Status.TRAINING)
    session.document.undo_stack.undo()
    until(qtbot, lambda: not marks(session) and session.status is Status.TRAINING)
    pause(qtbot, session)
    assert abs(weight(session)) < 1.5
    session.document.undo_stack.redo()
    assert session.result.state is not None
    assert trained is not None
    assert session.result.state.step >= trained.step
    assert marks(session) == ["weight 2 → 6 of layer 2 = 3"]


def test_histograms_stay_those_of_the_weights_that_an_undo_brings_back(
    qtbot: QtBot, session: Session
) -> None:
    train(qtbot, session, 300)
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    before = session.result.histograms["weights"].steps.tolist()
    set_weight(session, 2, 1, 5, 3.0)
    assert session.result.histograms["weights"].steps.tolist() == before
    session.train()
    until(qtbot, lambda: session.result.histograms["weights"].steps[-1] > before[-1])
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    session.document.undo_stack.undo()
    assert session.result.histograms["weights"].steps.tolist() == before


def test_a_weight_and_an_edit_undone_quickly_are_both_redone(qtbot: QtBot, session: Session) -> None:
    stack, learned = session.document.undo_stack, "weight 2 → 6 of layer 2 = 3"
    session.keep_learned = False
    train(qtbot, session)
    session.document.edit("wider", with_layer_changed(session.document.experiment, 0, TWO))
    until(qtbot, lambda: session.status is Status.TRAINING)
    set_weight(session, 2, 1, 5, 3.0)
    until(qtbot, lambda: marks(session) == [learned] and session.status is Status.TRAINING)
    stack.undo()
    stack.undo()  # before the weights could be read
    until(qtbot, lambda: session.status is Status.TRAINING)
    stack.redo()
    until(qtbot, lambda: session.status is Status.TRAINING)
    stack.redo()
    until(qtbot, lambda: marks(session) == [learned])
    pause(qtbot, session)
    stack.undo()
    assert marks(session) == []


def test_a_stop_right_after_an_edit_ends_the_training(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session, 200)
    set_weight(session, 2, 1, 5, 3.0)
    sleep(0.3)  # the training has paused for it, but the window hasn't received that event
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    wait_for_worker(qtbot, session)
    assert session.status is Status.RESULT
    assert weight(session) == 3.0


def test_an_edit_right_after_a_stop_begins_no_training(qtbot: QtBot, session: Session) -> None:
    session.keep_learned = False
    train(qtbot, session)
    session.stop()
    session.document.edit("wider", with_layer_changed(session.document.experiment, 0, TWO))
    wait_for_timers(qtbot, session)
    assert session.status is Status.EMPTY


def test_a_removed_neuron_takes_only_itself_along(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session)
    pause(qtbot, session)
    state = session.result.state
    assert state is not None
    remove_neuron(session, 0, 3)
    assert session.document.experiment.layers[0]["units"] == 7
    assert session.document.undo_stack.undoText() == "Layer 1: remove neuron 4"
    left = session.result.state
    assert left is not None
    np.testing.assert_array_equal(left.weights[0], np.delete(state.weights[0], 3, 1))
    np.testing.assert_array_equal(left.weights[2], np.delete(state.weights[2], 3, 0))
    np.testing.assert_array_equal(left.weights[4], state.weights[4])
    assert marks(session) == ["neuron 4 left layer 1"]
    session.document.undo_stack.undo()
    assert session.document.experiment.layers[0]["units"] == 8
    assert session.result.state is state
    session.document.undo_stack.redo()
    assert session.result.state is left
    session.train()
    until(qtbot, lambda: step_of(session) > state.step + 20)


def test_training_continues_after_removing_and_undoing(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session, 300)
    remove_neuron(session, 1, 0)
    until(qtbot, lambda: bool(marks(session)) and session.status is Status.TRAINING)
    at = session.result.history.changes[-1].step
    assert at >= 300
    assert step_of(session) >= at
    session.document.undo_stack.undo()
    until(qtbot, lambda: session.status is Status.TRAINING and step_of(session) > at + 10)
    assert marks(session) == []
    assert session.document.experiment.layers[1]["units"] == 8


def test_removing_an_untrained_neuron_is_an_edit_of_units(qtbot: QtBot, session: Session) -> None:
    remove_neuron(session, 0, 3)
    assert session.document.experiment.layers[0]["units"] == 7
    assert session.status is Status.EMPTY
    session.document.undo_stack.undo()
    assert session.document.experiment.layers[0]["units"] == 8


def test_an_edit_after_a_removal_starts_from_the_remaining_neurons(qtbot: QtBot, session: Session) -> None:
    session.keep_learned = True
    train(qtbot, session)
    pause(qtbot, session)
    remove_neuron(session, 0, 3)
    left = session.result.state
    assert left is not None
    experiment = session.document.experiment
    first, second = experiment.layers
    session.document.edit("wider", replace(experiment, layers=(first, second.has(units=9))))
    assert session.result.state is not None
    np.testing.assert_array_equal(session.result.state.weights[0], left.weights[0])


def test_a_neuron_removed_twice_quickly_is_removed_once(qtbot: QtBot, session: Session) -> None:
    session.document.edit("small", with_layer_changed(session.document.experiment, 0, TWO))
    train(qtbot, session)
    for _ in range(3):
        remove_neuron(session, 0, 1)
    until(qtbot, lambda: bool(marks(session)) and session.status is Status.TRAINING)
    wait_for_worker(qtbot, session)
    assert session.document.experiment.layers[0]["units"] == 1
    assert marks(session) == ["neuron 2 left layer 1"]


def test_a_weight_that_is_set_makes_the_old_cost_unknown(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session)
    pause(qtbot, session)
    assert session.result.cost is not None
    set_weight(session, 2, 1, 5, 50.0)
    assert session.result.cost is None


def test_a_weight_set_just_before_an_edit_is_rendered_after_its_undo(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session)
    pause(qtbot, session)
    set_weight(session, 3, 0, 0, 1000.0)
    session.document.edit("seed", replace(session.document.experiment, seed=77))
    session.document.undo_stack.undo()
    until(qtbot, lambda: session.result.psnr is not None)
    result, experiment = session.result, session.document.experiment
    assert result.state is not None
    made = predict(experiment, result.state.weights, samples_of(experiment.data).inputs)
    np.testing.assert_allclose(result.prediction, made.reshape(12, 12, 3), atol=1e-3)
