"""The soak of a random user in short, and how gaps are told from those of the machine."""

import logging
from pathlib import Path
from random import Random

import pytest
from pytestqt.qtbot import QtBot

from cadl_desktop.engine import first_state
from cadl_desktop.experiment.catalog import part
from cadl_desktop.runs.history import History
from cadl_desktop.runs.record import record_of
from cadl_desktop.session.session import Session
from cadl_desktop.ui.window.main_window import MainWindow
from tests.engine.runs import small_painting
from tests.settling import until
from tests.soak.hands import QtHand
from tests.soak.misfits import Misfits
from tests.soak.random_user import Entry, gaps
from tests.soak.user import User
from tests.soak.user_files import put_files

DEEDS = 20
GAP = (
    "the window stood still for {} ms, of which its thread computed for {} "
    "and waited for a processor for {}:\n  after 60 ms: ..."
)


def test_a_random_user_meets_no_error_and_can_take_all_back(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "files").mkdir()
    draw = Random(1)
    put_files(tmp_path / "files", draw)
    user, ended = User(window, QtHand(), draw, tmp_path / "files"), list[bool]()
    window.frame.actions["new_seed"].trigger()  # something there is to take back, whatever the user does
    user.work(lambda: user.deeds == DEEDS, lambda: ended.append(True))
    until(qtbot, lambda: ended)
    assert user.wrong == []
    assert not window.document.undo_stack.canUndo()
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_weights_of_another_network_are_found(session: Session) -> None:
    misfits, experiment = Misfits(session), small_painting()
    state = first_state(small_painting(layers=(part("layer", "dense", units=5),)))
    assert misfits.new() == []
    session.runs.put(record_of(3, experiment, History(), state))
    assert misfits.new() == ["run 3 has weights of another network"]
    assert misfits.new() == []
    session.runs.put(record_of(3, experiment, History(), first_state(experiment)))
    assert misfits.new() == []


def test_a_gap_that_the_machine_had_at_the_same_time_is_excused() -> None:
    entries = [Entry(end, "WARNING", "heartbeat", GAP.format(200, 20, 140)) for end in (10.0, 15.0)]
    first, second = gaps(entries)
    (control,) = gaps([Entry(10.9, "WARNING", "heartbeat", GAP.format(160, 0, 160))])
    assert (first.is_near(control), second.is_near(control)) == (True, False)
    assert (round(first.milliseconds), first.computed, round(first.own)) == (200, 20, 60)
