"""Weights to take along: plain arrays by name, and a Keras model that works on its own."""

from pathlib import Path

import numpy as np
import safetensors.numpy

from cadl_desktop.export.job import Job
from cadl_desktop.export.trained import Trained
from cadl_desktop.project import named_weights


def write_weights(path: Path, trained: Trained, job: Job) -> None:
    """W1, b1, W2, b2, ... as .safetensors or .npz, as the path ends."""
    arrays = named_weights(trained.experiment, trained.state.weights)
    if path.suffix == ".npz":
        np.savez(path, allow_pickle=False, **arrays)
        return
    metadata = {
        "experiment": trained.experiment.name,
        "step": str(trained.state.step),
        "epoch": str(trained.state.epoch),
    }
    path.write_bytes(safetensors.numpy.save(arrays, metadata))


def write_keras(path: Path, trained: Trained, job: Job) -> None:
    """The whole network as a .keras file that `keras.models.load_model` reads without this program.

    It takes positions as the dataset has them (x, or row and column in pixels) and gives y or colours
    from 0 to 255: scaling and encoding are part of it. Raises FileError for parts that Keras can't express.
    """
    from cadl_desktop.export.keras_model import keras_model

    keras_model(trained.experiment, trained.state.weights).save(path)
