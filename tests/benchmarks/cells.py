"""Measurements that are kept as they come, so that a call that was ended goes on where it stood."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cadl_desktop.storage.atomic import write_atomically
from tests.benchmarks.processes import ROOT
from tests.benchmarks.sitting import say

Cell = dict[str, Any]


class Cells:
    """Measurements of this call and of earlier ones, in `build/NAME.json`. Delete the file to measure
    anew."""

    def __init__(self, name: str) -> None:
        self._kept: Path = ROOT / "build" / f"{name}.json"
        self._found: dict[str, Cell] = (
            json.loads(self._kept.read_text("utf-8")) if self._kept.exists() else {}
        )

    def of(self, key: str, measure: Callable[[], Cell]) -> Cell:
        """Returns what was kept under this key; measured now where nothing was."""
        if key not in self._found:
            self._found[key] = measure()
            say(f"  {key}: {self._found[key]}")
            self._kept.parent.mkdir(exist_ok=True)
            text = json.dumps(self._found, indent=1)
            write_atomically(self._kept, lambda path: path.write_text(text, "utf-8"))
        return self._found[key]
