"""Exports in a process of its own, which has no TensorFlow and asks the one that started it."""

import dataclasses
import sys
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from cadl_desktop.export.exports import Export, export, export_named, preview
from cadl_desktop.export.job import Job
from cadl_desktop.export.plots import figures
from cadl_desktop.export.trained import Trained
from tests.export.elsewhere import Here

QUICK = {"seconds": 0.5, "fps": 10.0, "places": "7"}
SMALL = {"width": 320, "height": 200}
"""Options of a plot."""


def job_of(entry: Export, told: Callable[[float], None] = lambda share: None) -> Job:
    """One that doesn't take long."""
    chosen = QUICK | (SMALL if figures.SIZE[0] in entry.options else {})
    known = {option.name for option in entry.options}
    job = entry.job({name: value for name, value in chosen.items() if name in known}, told)
    job.ending = entry.ending(Path(entry.file)) or ""
    return job


def export_all(connection: Connection, runs: Sequence[tuple[Trained, str]], folder: Path) -> None:
    """Previews and writes one export of each of some runs, then sends an end and what it has imported."""

    def ask(asked: bytes) -> bytes:
        connection.send_bytes(asked)
        return connection.recv_bytes()

    compute = Here(ask)
    for run, name in runs:
        trained, entry = dataclasses.replace(run, compute=compute), export_named(name)
        preview(entry, trained, job_of(entry))
        export(name, folder / entry.file, trained, job_of(entry))
    connection.send_bytes(b"")
    connection.send(sorted(sys.modules))
