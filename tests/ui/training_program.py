"""Program for tests: a window in its own process, without imports of tests, that trains, paints and
exports."""

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtTest import QTest

from cadl_desktop.export.exports import export_named
from cadl_desktop.export.trained import Trained
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Result
from cadl_desktop.session.views.probed_neurons import Neurons
from tests.benchmarks.showing import open_window


def _main(folder: Path) -> None:
    """Uses everything for which a window needs TensorFlow, and prints the imported modules."""
    window = open_window("lecture")
    session = window.session
    _look_at_neurons(session)
    session.train()
    _until(lambda: session.result.step > 200 and session.result.prediction is not None)
    for name in ("painting", "weights"):
        _export(session, name, folder)
    window.close_without_asking()
    sys.stdout.write(" ".join(sys.modules))


def _look_at_neurons(session: Session) -> None:
    """Requests pictures of neurons, their importance, and the operations of the network."""
    neurons, answers = session.findChild(Neurons), list[object]()
    assert isinstance(neurons, Neurons)
    _until(lambda: neurons.columns)
    assert neurons.ask_importance(1, answers.append)
    session.ask("cadl_desktop.engine:operations", (session.document.experiment,), answers.append)
    _until(lambda: len(answers) == 2)


def _export(session: Session, name: str, folder: Path) -> None:
    """Exports during training."""
    results, done, failed = list[Result](), list[str](), list[Exception]()
    session.with_state(results.append)
    _until(lambda: results)
    entry, state = export_named(name), results[0].state
    assert state is not None
    trained = Trained(session.document.experiment, state, results[0].history, compute=session.compute)
    session.exporter.export(entry, folder / entry.file, trained, {}, lambda: done.append(name), failed.append)
    _until(lambda: done or failed)
    assert not failed, failed


def _until(happened: Callable[[], object]) -> None:
    while not happened():
        QTest.qWait(10)


_main(Path(sys.argv[1]))
