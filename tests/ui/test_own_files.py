"""Session in a fresh home: files written there, no network access, no TensorFlow in its own process, and its
end, which leaves nothing half done."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

NOTE_SOCKETS = """
import socket, sys, traceback

def note(event, given):
    if event == "socket.__new__" and given[1] in (socket.AF_INET, socket.AF_INET6):
        with open({asked!r}, "a") as asked:
            asked.writelines(traceback.format_stack(limit=3))

sys.addaudithook(note)
"""
"""Code that every child Python runs first, as its `sitecustomize`."""

SESSION = """
import os, signal, sys
from contextlib import suppress
from pathlib import Path

import psutil
from msgspec.structs import replace
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from shiboken6 import delete
from cadl_desktop.__main__ import main
from cadl_desktop.experiment import preset
from cadl_desktop.experiment.model import Stop
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.probed_neurons import Neurons
from cadl_desktop.ui.window import application
from tests.benchmarks.showing import wait, wait_for_tensorflow

out, asked = Path(sys.argv[1]), []

def until(happened):
    while not happened():
        QTest.qWait(10)

def look_at_neurons(session):
    neurons, answers = session.findChild(Neurons), []
    until(lambda: neurons.columns)
    assert neurons.ask_importance(1, answers.append)
    session.ask("cadl_desktop.engine:operations", (session.document.experiment,), answers.append)
    until(lambda: len(answers) == 2)

def look_for_connections():
    for process in (psutil.Process(), *psutil.Process().children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            asked.extend(process.net_connections("inet"))

def say_kind(error):
    print(type(error).__name__, flush=True)

def begin_export(session, name, file, done, **options):
    from cadl_desktop.export.exports import export_named
    from cadl_desktop.export.trained import Trained

    result = session.result
    trained = Trained(session.document.experiment, result.state, result.history, compute=session.compute)
    session.exporter.export(export_named(name), out / file, trained, options, done, say_kind)

def export(session, name, file):
    loop = QEventLoop()
    begin_export(session, name, file, loop.quit)
    loop.exec()

def drive(window):
    session, document = window.session, window.document
    watching = QTimer(window, interval=50)
    watching.timeout.connect(look_for_connections)
    watching.start()
    wait_for_tensorflow(window)

    document.open(replace(preset("lecture-painting"), stop=Stop(epochs=2)), None)
    look_at_neurons(session)
    session.train()
    wait(session.status_changed, lambda: session.status is Status.RESULT)
    until(lambda: session.result.prediction is not None)
    export(session, "cost", "cost.pdf")
    export(session, "painting", "small.png")
    for ending in ("keras", "safetensors"):
        export(session, "weights", f"weights.{ending}")
    delete(QFileDialog(window))  # which has Qt remember it
    of_the_other = ("tensorflow.", "keras.", "cadl_desktop.engine.")
    print("imported", [name for name in sys.modules if f"{name}.".startswith(of_the_other)])
    print("asked", asked, flush=True)
    begin_export(session, "painting", "painting.png", print, width=8000)
    os.kill(os.getpid(), signal.SIGTERM)

def make_and_drive(name=None, make=application.make_window):
    window = make(name)
    QTimer.singleShot(300, lambda: drive(window))
    return window

application.make_window = make_and_drive
main([])
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Environment of a new user: a home, and no variable that names other folders."""
    taken = ("KERAS_HOME", "MPLCONFIGDIR")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", *taken))}
    folders = {name: str(tmp_path / "session" / name) for name in ("HOME", "TMPDIR")}
    for folder in folders.values():
        Path(folder).mkdir(parents=True)
    return kept | folders


def run(program: str, *words: str, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """Result of a program, which must have left no child process."""
    with subprocess.Popen(
        [sys.executable, "-c", program, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        process_group=0,
    ) as process:
        output, errors = process.communicate(timeout=120)
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def said(ended: "subprocess.CompletedProcess[str]") -> str:
    """Output on the terminal without what the offscreen platform always prints."""
    lines = ended.stderr.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("This plugin does not support"))


def test_a_session_writes_into_its_own_folders_asks_no_network_and_never_imports_tensorflow(
    environment: dict[str, str], tmp_path: Path
) -> None:
    home, out = Path(environment["HOME"]), tmp_path / "out"
    out.mkdir()
    asked, first = tmp_path / "asked", tmp_path / "first"
    first.mkdir()
    (first / "sitecustomize.py").write_text(NOTE_SOCKETS.format(asked=str(asked)))
    logs = home / ".local/state/cadl_desktop/log"
    logs.mkdir(parents=True)
    (logs / "crash.txt").write_text(f'Fatal Python error\n  File "{home}/mine.py"\n')
    modules = os.pathsep.join([str(first), *(path for path in sys.path if path)])
    ended = run(SESSION, str(out), environment=environment | {"PYTHONPATH": modules})
    assert (ended.returncode, said(ended), ended.stdout) == (0, "", "imported []\nasked []\nCancelledError\n")
    assert not asked.exists(), asked.read_text()
    written = ("cost.pdf", "small.png", "weights.keras", "weights.safetensors")
    assert sorted(os.listdir(out)) == [*written]
    assert os.listdir(environment["TMPDIR"]) == []
    own = (".config/cadl_desktop/", ".cache/cadl_desktop/", ".local/state/cadl_desktop/")
    files = [path.relative_to(home).as_posix() for path in home.rglob("*") if not path.is_dir()]
    assert [name for name in files if not name.startswith(own)] == []
    assert "[FileDialog]" in (home / ".config/cadl_desktop/QtProject.conf").read_text()
    log = (logs / "cadl_desktop.log").read_text()
    assert '"….py"' in log
    assert str(home) not in log
    assert (logs / "crash.txt").read_text() == ""


WITHOUT_HOME = """
from PySide6.QtCore import QTimer
from cadl_desktop.__main__ import main
from cadl_desktop.ui.window import application
import os, signal

def look(window):
    if "HOME" in window.frame.messages.bar.text:
        print(window.frame.messages.bar.text, flush=True)
        os.kill(os.getpid(), signal.SIGINT)
    else:
        QTimer.singleShot(50, lambda: look(window))

def make_and_look(name=None, make=application.make_window):
    window = make(name)
    QTimer.singleShot(50, lambda: look(window))
    return window

application.make_window = make_and_look
main([])
"""


def test_a_home_that_can_t_be_used_is_told_and_an_interrupt_closes_the_window(
    environment: dict[str, str], tmp_path: Path
) -> None:
    home = tmp_path / "a file"
    home.touch()
    ended = run(WITHOUT_HOME, environment=environment | {"HOME": str(home)})
    assert (ended.returncode, said(ended)) == (0, "")
    assert ended.stdout.startswith(f"{home}/.local/state/cadl_desktop/log can't be written to: settings,")
    assert os.listdir(environment["TMPDIR"]) == []
