"""Exports in a child process without TensorFlow, which sends such work to its parent."""

import dataclasses
import sys
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from cadl_desktop.export.exports import Export, export, export_named, preview
from cadl_desktop.export.job import Job
from cadl_desktop.export.plots import plot_files
from cadl_desktop.export.trained import Trained
from tests.export.remote_compute import RemoteCompute

QUICK = {"seconds": 0.5, "fps": 10.0, "places": "7"}
SMALL = {"width": 320, "height": 200}
"""Size of a plot."""


def job_of(entry: Export, on_progress: Callable[[float], None] = lambda share: None) -> Job:
    """Job with options that make an export quick."""
    chosen = QUICK | (SMALL if plot_files.SIZE[0] in entry.options else {})
    known = {option.name for option in entry.options}
    job = entry.job({name: value for name, value in chosen.items() if name in known}, on_progress)
    job.ending = entry.ending(Path(entry.file)) or ""
    return job


def export_all(connection: Connection, runs: Sequence[tuple[Trained, str]], folder: Path) -> None:
    """Previews and writes one export of each run, then sends an empty message and the loaded modules."""

    def send(request: bytes) -> bytes:
        connection.send_bytes(request)
        return connection.recv_bytes()

    compute = RemoteCompute(send)
    for run, name in runs:
        trained, entry = dataclasses.replace(run, compute=compute), export_named(name)
        preview(entry, trained, job_of(entry))
        export(name, folder / entry.file, trained, job_of(entry))
    connection.send_bytes(b"")
    connection.send(sorted(sys.modules))
