"""How far an export has come that another process waits for."""

import os
from pathlib import Path

from cadl_desktop.export.job import discard


class Marks:
    """What an export has come to, as files in a folder that it shares with whoever waits for it."""

    def __init__(self, folder: Path) -> None:
        self._begun, self._whole = folder / "begun", folder / "whole"

    def begin(self, neighbour: Path) -> None:
        """From now on this file or folder is written."""
        self._begun.write_bytes(os.fsencode(neighbour.absolute()))

    def settle(self) -> None:
        """It is whole, and takes its place."""
        self._whole.touch()

    @property
    def settled(self) -> bool:
        return self._whole.exists()

    def clear(self) -> None:
        """Removes what was written."""
        if self._begun.exists():
            discard(Path(os.fsdecode(self._begun.read_bytes())))
