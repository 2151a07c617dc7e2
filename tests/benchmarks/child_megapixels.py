"""A child that trains on a picture as a camera makes it, as the command line does."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

from cadl_desktop.cli.arguments import repeat_option_names, train_parser
from cadl_desktop.cli.experiments import Task, task_of
from cadl_desktop.cli.results_folder import write_results
from cadl_desktop.engine import Control, train
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.events import Finished, Progressed, Snapshot
from cadl_desktop.storage.folder_mark import FolderMark
from tests.benchmarks.memory import megabytes, peak_megabytes
from tests.benchmarks.pictures import as_of_a_camera

NAME = "picture.jpg"


def megapixels(width: str, height: str, seconds: str) -> dict[str, float]:
    """Trains a large picture for `seconds` by the command line.

    Gives 'written', seconds from then until the results are written; 'seen', the PSNR in dB; and 'training'
    and 'writing', megabytes above those of the program with its libraries.
    """
    with TemporaryDirectory() as folder:
        as_of_a_camera(int(width), int(height), Path(folder, NAME))
        before, began = megabytes(), 0.0
        task = _task(folder, seconds)
        for event in train(task.experiment, Control(None, snapshots=True, whole_painting=True)):
            task.history.add(event)
            match event:
                case Progressed() if not began:
                    began = time.perf_counter() - event.seconds
                case Snapshot(state=state):
                    task.snapshots.add(state)
                case Finished():
                    finished, peak = event, peak_megabytes()
        state, painted = finished.state, finished.painted
        trained = Trained(task.experiment, state, task.history, task.snapshots, known_painting=painted)
        write_results(FolderMark(Path(folder)), trained)
        written = time.perf_counter() - began - float(seconds)
        return {
            "written": written,
            "seen": finished.progress.psnr or 0.0,
            "training": peak - before,
            "writing": peak_megabytes() - before,
        }


def pictures(width: str, height: str, seconds: str) -> dict[str, float]:
    """Seconds until the 'first' picture of a run, and from one to the next in the mean, 'between'."""
    with TemporaryDirectory() as folder:
        as_of_a_camera(int(width), int(height), Path(folder, NAME))
        experiment = _task(folder, seconds).experiment
    control, began, moments = Control(picture_seconds=0.1), time.perf_counter(), list[float]()
    for event in train(experiment, control):
        if isinstance(event, Progressed) and event.prediction is not None and event.step:
            moments.append(time.perf_counter() - began)
            if moments[-1] > float(seconds):
                control.stop()
    return {"first": moments[0], "between": (moments[-1] - moments[0]) / (len(moments) - 1)}


def _task(folder: str, seconds: str) -> Task:
    path = str(Path(folder, NAME))
    method = ["--preset", "own-painting", "--set", "data.longest=8192"]
    words = [path, "--out", folder, "--seconds", seconds, *method]
    return task_of(train_parser().parse_args(repeat_option_names(words)))
