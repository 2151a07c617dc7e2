"""Engine functions that the window calls by name exist."""

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
def test_a_function_called_by_name_exists(name: str) -> None:
    assert callable(load_reference(name))


def test_names_of_functions_are_found() -> None:
    assert "cadl_desktop.engine:render" in NAMES
