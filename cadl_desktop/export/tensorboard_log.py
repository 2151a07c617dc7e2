"""Logs for TensorBoard: the network's graph, scalars, painted pictures and histograms of weights."""

from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cadl_desktop.data.samples import as_pixels
from cadl_desktop.data.scores import seen_psnr
from cadl_desktop.data.subsets import split
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.export.export_kind import Preview
from cadl_desktop.export.job import Job
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.history import COLUMNS
from cadl_desktop.runs.network_weights import weight_names
from cadl_desktop.sentences import counted
from cadl_desktop.storage.atomic import FileError

FOLDER = ".tensorboard"
MOST_PICTURES = 32
"""Snapshots whose picture, scores and histograms are written."""
_BINS = 30
_SCALARS = {"cost": "cost/training", "validation_cost": "cost/validation", "learning_rate": "learning rate"}


def write_logs(folder: Path, trained: Trained, job: Job) -> None:
    """Fills a folder for `tensorboard --logdir`. Wall times are seconds of training, counted from 1970.

    Raises FileError if TensorBoard is missing.
    """
    if find_spec("tensorboard") is None:
        raise FileError(
            "These logs need the package 'tensorboard', which is missing here; run 'pip install tensorboard'."
        )
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.summary.writer.record_writer import RecordWriter

    # TensorFlow's own writer may be called on one thread only, and puts this machine's name into the files.
    with (folder / "events.out.tfevents.run").open("wb") as file:
        writer = RecordWriter(file)
        writer.write(Event(file_version="brain.Event:2").SerializeToString())
        graph: bytes = trained.compute(partial(_graph, trained.experiment))
        writer.write(Event(graph_def=graph).SerializeToString())
        for step, seconds, values in [*_rows(trained), *_moments(trained, job)]:
            event = Event(step=step, wall_time=seconds)
            event.summary.value.extend(values)
            writer.write(event.SerializeToString())


def preview_logs(trained: Trained, job: Job) -> Preview:
    """Lists what the folder will hold."""
    epochs = counted(int(np.count_nonzero(trained.history.column("epoch"))), "epoch")
    at = counted(len(trained.moments(MOST_PICTURES)), "moment")
    lines = [
        "The network's graph, layer by layer",
        f"Costs and learning rate: {epochs}",
        f"Histograms of all weights: {at}",
        *([f"Painting and PSNR: {at}"] if is_painting(trained.experiment) else []),
        "",
        "To look at them: tensorboard --logdir and the folder's name.",
    ]
    return Preview(text="\n".join(lines), caption="A folder")


def _graph(experiment: Experiment) -> bytes:
    from cadl_desktop.engine import graph_definition  # brings TensorFlow along

    return graph_definition(experiment)


def _rows(trained: Trained) -> Iterator[tuple[int, float, list[Any]]]:
    """Step, time and scalars of each row of the history."""
    for row in trained.history.rows.tolist():
        values = dict(zip(COLUMNS, row, strict=True))
        known = {tag: values[name] for name, tag in _SCALARS.items() if np.isfinite(values[name])}
        yield int(values["step"]), values["seconds"], [_scalar(tag, value) for tag, value in known.items()]


def _moments(trained: Trained, job: Job) -> Iterator[tuple[int, float, list[Any]]]:
    """Step, time and values (picture, score, weights) of snapshots spread over the run."""
    states = trained.moments(MOST_PICTURES)
    held_out = split(trained.experiment, trained.samples)[1]
    for number, state in enumerate(states):
        job.report(number / len(states))
        named = zip(weight_names(trained.experiment), state.weights, strict=True)
        values = [_histogram(f"weights/{name}", weights) for name, weights in named]
        if is_painting(trained.experiment):
            colours = trained.predicted(state)
            score = seen_psnr(colours, trained.samples, held_out)
            values += [_scalar("PSNR", score)] if np.isfinite(score) else []
            values.append(_picture("painting", trained.samples.as_picture(colours)))
        yield state.step, state.seconds, values


def _scalar(tag: str, value: float) -> Any:
    from tensorboard.compat.proto.summary_pb2 import Summary

    return Summary.Value(tag=tag, simple_value=value)


def _picture(tag: str, colours: NDArray[np.floating]) -> Any:
    from tensorboard.compat.proto.summary_pb2 import Summary

    shown = as_pixels(colours)
    written = BytesIO()
    Image.fromarray(shown).save(written, "PNG")
    height, width = shown.shape[:2]
    image = Summary.Image(height=height, width=width, colorspace=3, encoded_image_string=written.getvalue())
    return Summary.Value(tag=tag, image=image)


def _histogram(tag: str, weights: Floats) -> Any:
    from tensorboard.compat.proto.summary_pb2 import HistogramProto, Summary

    values = weights.astype(np.float64).ravel()
    low, high = float(values.min()), float(values.max())
    # NumPy widens a range of one value by 0.5 on either side, which vanishes beside a very large value.
    beside = max(0.5, abs(low) / 2) if low == high else 0.0
    counts, edges = np.histogram(values, _BINS, (low - beside, high + beside))
    histogram = HistogramProto(
        min=low,
        max=high,
        num=len(values),
        sum=values.sum(),
        sum_squares=np.square(values).sum(),
        bucket_limit=edges[1:].tolist(),
        bucket=counts.tolist(),
    )
    return Summary.Value(tag=tag, histo=histogram)
