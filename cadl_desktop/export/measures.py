"""What a training came to in numbers, as `train --json` and a sweep's log call them."""

import math
from dataclasses import asdict, replace

from cadl_desktop.data.scores import Scores, psnr, scores
from cadl_desktop.data.subsets import split
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.events import Finished
from cadl_desktop.runs.history import History
from cadl_desktop.runs.run_snapshots import Snapshots


def trained_of(experiment: Experiment, finished: Finished, history: History, snapshots: Snapshots) -> Trained:
    """What was trained, with the painting that the end of the run has measured: another takes seconds of a
    large picture."""
    trained = Trained(experiment, finished.state, history, snapshots)
    samples, predicted = trained.samples, finished.progress.prediction
    if samples.picture_shape is None or predicted is None:
        return trained
    if samples.large:
        return replace(trained, known_samples=samples, known_painting=finished.painted)
    known = None if samples.places is not None else predicted
    return replace(trained, known_samples=samples, known_prediction=predicted, known_painting=known)


def measures_of(trained: Trained, finished: Finished) -> dict[str, float | None]:
    """cost, validation_cost, psnr in dB of all pixels, and the scores by their names.

    None where there is nothing to measure, and where it is no finite number: JSON knows no infinity, which
    is the score of a painting without any error.
    """
    cost, validation_cost = finished.cost, finished.validation_cost
    if cost is None:
        # A run that was stopped may not have measured the whole training set at its end.
        cost, validation_cost = trained.history.newest_cost, trained.history.newest_validation_cost
    measured = {
        "cost": cost,
        "validation_cost": validation_cost,
        "psnr": finished.progress.psnr if trained.samples.large else _psnr(trained),
        **asdict(_scores(trained, finished)),
    }
    return {name: finite(value) for name, value in measured.items()}


def finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _psnr(trained: Trained) -> float | None:
    samples = trained.samples
    if samples.picture_shape is None:
        return None
    # By sample: a montage has room left, which is nobody's error.
    painted = trained.prediction.reshape(-1, 3)
    return psnr(painted if samples.places is None else painted[samples.places], samples.targets)


def _scores(trained: Trained, finished: Finished) -> Scores:
    """For a painting those of seen, held-out and hidden pixels; for a curve none. Of a large picture only
    what training has measured of it."""
    if trained.samples.large:
        return Scores(finished.progress.psnr, None, None, None)
    if trained.samples.picture_shape is None:
        return Scores(None, None, None, None)
    return scores(trained.prediction, trained.samples, split(trained.experiment, trained.samples)[1])
