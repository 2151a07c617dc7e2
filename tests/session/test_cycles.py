"""The shortest form of the soak of long days (`python -m tests.soak cycles`)."""

from pytestqt.qtbot import QtBot

from cadl_desktop.session.session import Session
from tests.computing.trouble import functions_of_tensorflow, run_in_worker
from tests.soak.cycles import cycles


def test_networks_seen_before_compile_nothing_new_in_tensorflow(qtbot: QtBot, session: Session) -> None:
    """Compiled functions must be reused, since TensorFlow never frees all of them."""
    cycles(session, 2)
    known = run_in_worker(qtbot, session, functions_of_tensorflow)
    assert known
    cycles(session, 2)
    assert run_in_worker(qtbot, session, functions_of_tensorflow) <= known
