"""The shortest form of the soak of long days (`python -m tests.soak cycles`)."""

from pytestqt.qtbot import QtBot
from tensorflow.python.eager import context

from cadl_desktop.session.session import Session
from tests.soak.cycles import cycles


def test_networks_seen_before_make_nothing_new_in_tensorflow(qtbot: QtBot, session: Session) -> None:
    """It never gives back all of what it has compiled."""
    cycles(session, 2)
    known = set(context.context().list_function_names())
    cycles(session, 2)
    assert set(context.context().list_function_names()) <= known
