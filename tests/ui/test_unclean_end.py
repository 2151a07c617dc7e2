"""The start after a program that was killed, and a safe start, with real processes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cadl_desktop.system.child_process import module_environment
from tests.experiment.test_registry import install
from tests.process_groups import kill_survivors, killed_in_the_end

PROGRAM = """
import json, sys
from msgspec.structs import replace
from PySide6.QtCore import Qt, QTimer
from cadl_desktop.__main__ import main
from cadl_desktop.experiment.registry import entries
from cadl_desktop.ui.start.recovering import Recovering
from cadl_desktop.ui.window import application

way, *words = sys.argv[1:]
say_how_started, told = application._say_how_started, []

def tell(window, recovering):
    bar = window.frame.messages.bar
    print(json.dumps({
        "said": bar.text,
        "buttons": [button.text() for button in bar.buttons],
        "selectable": any(
            message.words.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
            for message in bar.messages
        ),
        "offered": recovering.card.title.text() if recovering.card.isVisible() else "",
        "folded": window.features.side.folded(),
        "loud": "loud" in entries("activation"),
    }), flush=True)

def go_on(window, recovering):
    if way == "be killed with an edit":
        recovering.autosave.written.connect(lambda _: tell(window, recovering))
        window.document.edit("seed", replace(window.document.experiment, seed=7))
        recovering.autosave.look()
        return
    tell(window, recovering)
    if way == "be killed":
        return
    if way == "fold":
        window.features.side.fold(["data"])
    window.close()

def look(window):
    recovering = window.findChild(Recovering)
    if told and recovering and (recovering.looked or "--safe" in words):
        looking.stop()
        go_on(window, recovering)

def make_and_look(name=None, make=application.make_window):
    global looking
    window = make(name)
    looking = QTimer(window, interval=20)
    looking.timeout.connect(lambda: look(window))
    looking.start()
    return window

def say_and_note(*arguments):
    say_how_started(*arguments)
    told.append(True)

application.make_window, application._say_how_started = make_and_look, say_and_note
main(words)
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Environment in which another package registers an activation."""
    install(tmp_path)
    environment = module_environment()
    return environment | {"PYTHONPATH": os.pathsep.join([str(tmp_path), environment["PYTHONPATH"]])}


def started(environment: dict[str, str], way: str, *words: str) -> dict[str, Any]:
    """What a program tells of its start; afterwards it is killed, or has closed its window."""
    with (
        subprocess.Popen(
            [sys.executable, "-P", "-c", PROGRAM, way, *words],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            process_group=0,
        ) as process,
        killed_in_the_end(process),
    ):
        assert process.stdout is not None
        told: dict[str, Any] = json.loads(process.stdout.readline())
        if not way.startswith("be killed"):
            assert process.wait(60) == 0
    assert kill_survivors(process.pid) == []
    return told


def log_of(environment: dict[str, str]) -> Path:
    return Path(environment["XDG_STATE_HOME"], "cadl_desktop", "log", "cadl_desktop.log")


def test_after_a_kill_the_next_start_says_once_where_the_log_lies(environment: dict[str, str]) -> None:
    assert "properly" not in started(environment, "close")["said"]
    assert "properly" not in started(environment, "be killed")["said"]
    told = started(environment, "close")
    log = log_of(environment)
    assert log.exists()
    assert told["said"] == (
        f"The program did not end properly last time. Its log: {log}. If it fails again and again, start it "
        "from a terminal with --safe."
    )
    assert told["buttons"] == ["Open its folder"]
    assert told["selectable"]
    assert told["offered"] == ""  # nothing was lost
    assert "properly" not in started(environment, "close")["said"]


def test_a_safe_start_leaves_out_what_is_remembered_and_forgets_nothing(environment: dict[str, str]) -> None:
    first = started(environment, "fold")
    assert first["loud"]
    assert started(environment, "be killed with an edit")["folded"] == ["data"]
    safe = started(environment, "fold", "--safe")
    assert str(log_of(environment)) in safe["said"]
    assert "Started safely: without the remembered layout, recovery, and parts of other" in safe["said"]
    assert (safe["loud"], safe["offered"], safe["folded"]) == (False, "", first["folded"])
    assert safe["buttons"] == ["Open its folder"]
    after = started(environment, "close")
    assert (after["loud"], after["folded"], after["said"]) == (True, ["data"], "")
    assert "was not saved when the program ended" in after["offered"]
