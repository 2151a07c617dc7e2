"""Soaks themselves: what they count, and that a call goes on where the last one ended."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from cadl_desktop.session.session import Session
from tests.soak import __main__ as command
from tests.soak import bad_places_child, files, record, texts, training_errors
from tests.soak.soak import Attempt, Row, Soak, figures


def tripping(seed: int, folder: Path) -> Attempt:
    folder.joinpath("left").touch(exist_ok=False)
    return Attempt({"seconds": float(seed), "inputs": 10.0}, "stumbled" if seed == 2 else "")


SOAK = Soak(
    "an example", 4, tripping, (Row("inputs", "", bound=("at least", 40)), Row("seconds", "s", "each"))
)


def test_a_soak_counts_attempts_failures_and_its_own_numbers(tmp_path_factory):
    attempts = [tripping(seed, tmp_path_factory.mktemp("soak")) for seed in range(4)]
    made, failed, inputs, seconds = figures(SOAK, attempts)
    assert (made.values, made.reached) == ((4.0,), True)
    assert (failed.values, failed.reached) == ((1.0,), False)
    assert (inputs.values, inputs.reached) == ((40.0,), True)
    assert seconds.values == (0.0, 1.0, 2.0, 3.0)


@pytest.mark.parametrize("attempt", [files.attempt, texts.attempt])
def test_a_few_attempts_of_a_soak_hold(attempt, tmp_path):
    assert attempt(1, tmp_path, inputs=60).failure == ""


KILL = """
import sys
from pathlib import Path
from tests.soak.kills import attempt
for seed in range(2):
    folder = Path(sys.argv[1], str(seed))
    folder.mkdir()
    found = attempt(seed, folder)
    assert not found.failure, found.failure
    print(found.numbers["kills"])
"""


def test_a_writer_that_is_killed_again_and_again_loses_nothing(tmp_path):
    """In a process of its own, which nothing but this has threads in: it forks."""
    command = [sys.executable, "-c", KILL, str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert (ended.stdout, ended.stderr) == ("5\n5\n", "")


def test_a_call_goes_on_after_the_attempts_of_the_last(tmp_path, monkeypatch, capsys):
    ended: list[str] = []
    monkeypatch.setitem(command.SOAKS, "example", replace(SOAK, end=lambda: ended.append("ended")))
    arguments = ["soak", "example", "--out", str(tmp_path)]
    monkeypatch.setattr("sys.argv", [*arguments, "--count", "2"])
    assert command.main() == 0
    with (tmp_path / "example-0.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"numbers": {"sec')
    monkeypatch.setattr("sys.argv", arguments)
    assert command.main() == 1
    assert "seed 2: stumbled" in capsys.readouterr().out
    seconds = [attempt.numbers["seconds"] for attempt in record.read(tmp_path / "example-0.jsonl")]
    assert seconds == [0.0, 1.0, 2.0, 3.0]
    assert ended == ["ended", "ended"]


@pytest.mark.parametrize("seed", range(4))
def test_writers_say_in_a_sentence_that_a_place_refuses(seed: int, tmp_path: Path) -> None:
    """Two of them in each kind of place; the soak has all, in processes that may crash."""
    (tmp_path / "places").mkdir()
    found = list(bad_places_child.tried(seed, tmp_path / "places", 2))
    assert [each["failure"] for each in found] == ["", ""]


def test_an_error_of_tensorflow_costs_a_session_nothing(session: Session, qapp: QApplication) -> None:
    for seed in range(2):
        found = training_errors.endured(session, seed, qapp.processEvents, most=20)
        assert (found.failure, found.numbers["ended the run"]) == ("", True)
