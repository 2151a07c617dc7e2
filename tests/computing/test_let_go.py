"""What stays with the process that computes ends on the thread that computes."""

from functools import partial

from pytestqt.qtbot import QtBot

from cadl_desktop.session.session import Session
from tests.computing.trouble import ended_on, have_done, noting_its_end


def test_a_generator_that_the_window_lets_go_of_ends_where_it_computes(
    qtbot: QtBot, session: Session
) -> None:
    session.load_tensorflow()
    reference = have_done(qtbot, session, noting_its_end)
    assert have_done(qtbot, session, partial(next, reference)) == 1
    del reference
    # Other requests tell the process, and what was asked last is held until the next is sent.
    found = [have_done(qtbot, session, ended_on) for _ in range(3)]
    assert found[-1] == ["MainThread"]
