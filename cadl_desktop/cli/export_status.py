"""Progress of an export in a child process."""

import os
from pathlib import Path

from cadl_desktop.export.job import discard


class ExportStatus:
    """Progress of an export, as files in a folder that the exporting process shares with its parent."""

    def __init__(self, folder: Path) -> None:
        self._begun, self._whole = folder / "begun", folder / "whole"

    def begin(self, partial: Path) -> None:
        """Records the temporary file or folder that is written from now on."""
        self._begun.write_bytes(os.fsencode(partial.absolute()))

    def settle(self) -> None:
        """Records that the file is complete and is about to replace the old one."""
        self._whole.touch()

    @property
    def settled(self) -> bool:
        return self._whole.exists()

    def clear(self) -> None:
        """Removes the temporary file or folder."""
        if self._begun.exists():
            discard(Path(os.fsdecode(self._begun.read_bytes())))
