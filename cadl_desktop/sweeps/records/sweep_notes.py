"""Notes on a sweep's trials: `notes.json` in its folder, which windows write, never the owner."""

import msgspec

from cadl_desktop.runs.record import MOST_NOTE
from cadl_desktop.storage.atomic import write_bytes
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder

_MOST_BYTES = 16 * 2**20


class SweepNotes:
    """Notes by the trial's number, read once; a damaged file counts as none. The newest writer wins."""

    def __init__(self, folder: SweepFolder) -> None:
        self._folder = folder
        self.known = self._read()

    def write(self, number: int, note: str) -> None:
        """Replaces the note of a trial; an empty one removes it. Raises FileError."""
        notes = {**self._read(), number: note[:MOST_NOTE]}
        notes = {number: note for number, note in sorted(notes.items()) if note}
        write_bytes(self._folder.notes, msgspec.json.encode(notes))
        self.known = notes

    def _read(self) -> dict[int, str]:
        try:
            if self._folder.notes.stat().st_size > _MOST_BYTES:
                return {}
            found = msgspec.json.decode(self._folder.notes.read_bytes(), type=dict[int, str])
        except (OSError, ValueError, RecursionError):
            return {}
        return {number: note[:MOST_NOTE] for number, note in found.items()}
