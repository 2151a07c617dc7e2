"""What a window asks of the engine by name is there."""

import re
from pathlib import Path

import pytest

import cadl_desktop
from cadl_desktop.experiment.registry import load_reference

NAME = re.compile(r'"(cadl_desktop[\w.]*:\w+)"')
NAMES = sorted(
    {
        name
        for folder in ("session", "ui")
        for path in Path(cadl_desktop.__path__[0], folder).rglob("*.py")
        for name in NAME.findall(path.read_text("utf-8"))
    }
)


@pytest.mark.parametrize("name", NAMES)
def test_a_function_that_is_asked_for_by_name_can_be_called(name: str) -> None:
    assert callable(load_reference(name))


def test_the_engine_is_asked_for_something() -> None:
    assert "cadl_desktop.engine:render" in NAMES
