"""Questions before trainings are trained again: how many seeds, and which design against which."""

from collections.abc import Callable
from dataclasses import replace as replace_fields

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from cadl_desktop.comparing.contenders import DOCUMENT, Contenders, training_key
from cadl_desktop.comparing.run_trainings import RunReader
from cadl_desktop.comparing.seeded_designs import Design, seeds_words
from cadl_desktop.comparing.training import TrainingSet
from cadl_desktop.experiment import Experiment, Stop, preset
from cadl_desktop.experiment.edits import with_preset
from cadl_desktop.experiment.paths import PathError
from cadl_desktop.runs.events import EpochEnded
from cadl_desktop.runs.history import History
from cadl_desktop.runs.record import record_of
from cadl_desktop.sentences import SentenceError
from cadl_desktop.sweeps.plan import sweep_check
from cadl_desktop.ui.comparing.asking.against_dialog import AgainstDialog
from cadl_desktop.ui.manual.reader import Reader
from tests.comparing.sets import a_set
from tests.engine.runs import small_painting
from tests.ui.driving import choose, show, tab_walk, type_over, unnamed_controls

LEFT, RIGHT = 0, 1
CLICK = Qt.MouseButton.LeftButton
CURVE = preset("lecture-tanh")
SLOW, FAST = small_painting(), small_painting(batch_size=36)


def runs_of(*designs: Experiment) -> TrainingSet:
    """Set of runs that nothing has trained."""
    history = History()
    history.add(EpochEnded(1, 9, 0.1, 300.0, None, 0.001))
    records = [record_of(number, design, history, None) for number, design in enumerate(designs, 1)]
    return RunReader().read(records, None)


def run_key(number: int) -> str:
    return training_key("runs", number)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    window.resize(900, 600)
    show(qtbot, window)
    return window


Ask = Callable[..., AgainstDialog]


@pytest.fixture
def ask(window: QWidget) -> Ask:
    """Opens the dialog for the first two of some runs."""

    def opened(*designs: Experiment, document: Experiment = SLOW) -> AgainstDialog:
        runs = runs_of(*designs)
        dialog = AgainstDialog(Contenders(lambda: document, lambda: [runs]), window)
        keys = [run_key(training.number) for training in runs.trainings[:2]]
        dialog.offer(*(keys if len(keys) == 2 else (DOCUMENT, DOCUMENT)))
        return dialog

    return opened


def test_help_opens_the_manual_where_it_tells_of_it(ask: Ask) -> None:
    dialog = ask(SLOW, FAST)
    dialog.helps.click()
    (reader,) = dialog.findChildren(Reader)
    assert reader.text.textCursor().block().text() == "Against"


def test_two_runs_are_asked_for_with_equal_epochs_or_seconds_and_seeds(qtbot: QtBot, ask: Ask) -> None:
    dialog = ask(SLOW, FAST)
    assert [chooser.currentText() for chooser in dialog.choosers] == [
        "Run 1: batch size 16",
        "Run 2: batch size 36",
    ]
    assert dialog.count.value == SLOW.stop.epochs  # as many as the designs themselves
    assert not dialog.alike.isVisible()
    assert unnamed_controls(dialog) == []
    assert tab_walk(dialog) == [
        *dialog.choosers,
        dialog.equal,
        dialog.count,
        dialog.seeds,
        dialog.start,
        dialog.cancel,
        dialog.helps,
    ]
    type_over(qtbot, dialog.count, "54")
    with qtbot.waitSignal(dialog.wanted) as wanted:
        qtbot.keyClick(dialog.count, Qt.Key.Key_Return)
    assert wanted.args == [
        (
            Design("Run 1: batch size 16", replace(SLOW, stop=Stop(epochs=54))),
            Design("Run 2: batch size 36", replace(FAST, stop=Stop(epochs=54))),
        ),
        1,
    ]
    assert not dialog.isVisible()
    dialog.offer(DOCUMENT, run_key(2))
    choose(qtbot, dialog.equal, "seconds")
    assert dialog.count.value == 30
    type_over(qtbot, dialog.count, "0.5")
    type_over(qtbot, dialog.seeds, "4")
    with qtbot.waitSignal(dialog.wanted) as wanted:
        qtbot.mouseClick(dialog.start, CLICK)
    assert wanted.args is not None
    designs, seeds = wanted.args
    assert [designs[0].name, seeds] == ["This network", 4]
    assert designs[1].experiment.stop == Stop(epochs=None, seconds=0.5)


def test_missing_packages_are_said_with_the_command_that_installs_them(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep_check, "find_spec", lambda name: None)
    dialog = ask(SLOW, FAST)
    assert "pip install 'cadl-desktop[sweep]'" in dialog.problem.text()
    assert not dialog.start.isEnabled()
    with pytest.raises(SentenceError, match="pip install"):
        seeds_words([Design("Slow", SLOW)])


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (CURVE, "learn different data"),
        (replace(SLOW, batch_size=0), "0 is too small;"),
        (replace(SLOW, data=SLOW.data.has(longest=16)), "learn different data"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_one_sentence(
    qtbot: QtBot, ask: Ask, other: Experiment, why: str
) -> None:
    dialog = ask(SLOW, other)
    assert why in dialog.problem.text()
    assert not dialog.start.isEnabled()
    assert dialog.choosers[LEFT].height() >= dialog.choosers[LEFT].sizeHint().height()
    choose(qtbot, dialog.choosers[RIGHT], run_key(1))
    assert dialog.problem.text() == ""
    assert dialog.start.isEnabled()
    assert dialog.alike.isVisible()


def test_a_run_that_is_gone_when_the_dialog_answers_is_told(qtbot: QtBot, window: QWidget) -> None:
    sets = [runs_of(SLOW, FAST)]
    dialog = AgainstDialog(Contenders(lambda: SLOW, lambda: sets), window)
    dialog.offer(run_key(1), run_key(2))
    sets[0] = runs_of(SLOW)
    with qtbot.assertNotEmitted(dialog.wanted):
        qtbot.mouseClick(dialog.start, CLICK)
    assert dialog.problem.text() == "One of these is no longer there: choose another."
    dialog.offer(run_key(1), run_key(2))
    assert [chooser.name() for chooser in dialog.choosers] == [run_key(1), DOCUMENT]


def test_this_network_is_set_against_a_preset_for_its_own_data(qtbot: QtBot, ask: Ask) -> None:
    dialog = ask()
    assert [chooser.name() for chooser in dialog.choosers] == [DOCUMENT, DOCUMENT]
    assert dialog.choosers[RIGHT].findData("preset lecture-tanh") < 0
    choose(qtbot, dialog.choosers[RIGHT], "preset siren-painting")
    assert dialog.problem.text() == ""
    contenders = Contenders(lambda: SLOW, list)
    pair = contenders.pair(DOCUMENT, "preset siren-painting")
    assert pair is not None
    assert pair[LEFT] == Design("This network", SLOW)
    assert pair[RIGHT].experiment == with_preset(SLOW, "siren-painting")
    assert pair[RIGHT].experiment.data == SLOW.data
    both = contenders.pair("preset siren-painting", "preset own-painting")
    assert both is not None
    assert {contender.experiment.data for contender in both} == {SLOW.data}
    assert contenders.pair(DOCUMENT, run_key(7)) is None


def test_trainings_are_called_by_what_sets_the_two_apart() -> None:
    runs = runs_of(SLOW, FAST, replace(FAST, seed=9), CURVE)
    trials = a_set(2, paints=True)
    contenders = Contenders(lambda: SLOW, lambda: [runs, trials])
    for other, names in (
        (run_key(2), ("Run 1: batch size 16", "Run 2: batch size 36")),
        (run_key(1), ("Run 1", "Run 1")),
        (DOCUMENT, ("Run 1", "This network")),
    ):
        pair = contenders.pair(run_key(1), other)
        assert pair is not None
        assert tuple(contender.name for contender in pair) == names
    keys = [key for key, _, _ in contenders.choices()]
    assert keys[1:5] == [run_key(number) for number in (4, 3, 2, 1)]
    assert keys[5:7] == [training_key("sweep", number) for number in (2, 1)]
    pair = contenders.pair(training_key("sweep", 1), training_key("sweep", 2))
    assert pair is not None
    assert [contender.name for contender in pair] == ["Trial 1", "Trial 2"]


def test_a_trial_that_cannot_be_made_is_no_contender() -> None:
    def unmade() -> Experiment:
        raise PathError("There is no layer 8.")

    trials = a_set(2, paints=True)
    first, second = trials.trainings
    trials = replace_fields(trials, trainings=(replace_fields(first, design=unmade), second))
    contenders = Contenders(lambda: SLOW, lambda: [trials])
    assert contenders.pair(training_key("sweep", 1), training_key("sweep", 2)) is None
