"""Errors survive pickling, as they come from other processes."""

import ast
import pickle
from collections.abc import Iterator
from concurrent import futures
from importlib import import_module
from pathlib import Path

import pytest

from cadl_desktop.experiment.check import Problem
from cadl_desktop.export.job import CancelledError
from cadl_desktop.sentences import SentenceError, sentence_of
from tests.test_sentence_rules import ERRORS, PARSED

PROBLEMS = [Problem("optimizer.rate", "a rate is above 0"), Problem("layers.0.units", "fewer, please")]
SENTENCES = [
    (f"cadl_desktop.{path.removesuffix('.py').replace('/', '.')}", name)
    for path, tree in PARSED.items()
    for name in sorted({node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)} & ERRORS)
]
OTHERS = [
    CancelledError(),
    futures.CancelledError(),
    OSError(28, "No space left on device", "a.png"),
    PermissionError(13, "Permission denied"),
    MemoryError("too much"),
    KeyError("width"),
]


def of(module: str, name: str) -> SentenceError:
    kind = getattr(import_module(module), name)
    error: SentenceError
    if name == "ExperimentError":
        error = kind(PROBLEMS)
    else:
        error = kind("{path} is not there: {why}", path=Path("a\nb.png"), why=OSError("gone"))
    return error


@pytest.mark.parametrize(("module", "name"), SENTENCES)
def test_sentence_errors_survive_pickling(module: str, name: str) -> None:
    error = of(module, name)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert (str(again), again.template) == (str(error), error.template)
    assert sentence_of(again).values == sentence_of(error).values
    assert vars(again) == vars(error)
    # The receiving process has no TensorFlow.
    assert not module.startswith("cadl_desktop.engine")


def subclasses(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        yield each
        yield from subclasses(each)


def test_all_sentence_errors_are_tested() -> None:
    tried = {getattr(import_module(module), name) for module, name in SENTENCES}
    known = {kind for kind in subclasses(SentenceError) if kind.__module__.startswith("cadl_desktop.")}
    assert known == tried


@pytest.mark.parametrize("error", OTHERS, ids=repr)
def test_other_errors_survive_pickling(error: Exception) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.args, str(again)) == (type(error), error.args, str(error))
