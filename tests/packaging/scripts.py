"""Modules of packaging/, which import one another as scripts do that are started there."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from tests.packaging.checkout import ROOT


@contextmanager
def scripts(*names: str) -> Iterator[list[ModuleType]]:
    """The modules of these names; their names, some of which are common ones, are free again afterwards."""
    folder = str(ROOT / "packaging")
    places = [f"{folder}/application", folder]
    before = set(sys.modules)
    sys.path[:0] = places
    try:
        yield [importlib.import_module(name) for name in names]
    finally:
        for place in places:
            sys.path.remove(place)
        for name in set(sys.modules) - before:
            if (getattr(sys.modules[name], "__file__", None) or "").startswith(folder):
                del sys.modules[name]
