"""The soak 'files': pictures of every format, and weights, altered at random; the program stays as it is."""

import zipfile
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random

import h5py
import numpy as np
import safetensors.numpy
from PIL import features

from cadl_desktop.data.pictures.masks import mask_of_file
from cadl_desktop.data.pictures.picture_reading import PictureError, read_frame
from cadl_desktop.runs.network_weights import shapes_of, weight_names
from cadl_desktop.weights_in.array_files import WeightsError
from cadl_desktop.weights_in.weight_matching import read_weights
from tests.data.picture_corpus import good
from tests.engine.runs import small_painting
from tests.soak.harm import Harm, altered
from tests.soak.soak import Attempt, Row, Soak

INPUTS = 100
"""Number of inputs of an attempt."""
WEIGHTS = ("safetensors", "npz", "weights.h5", "keras")
_SMALL = 100_000
_EXPERIMENT = small_painting()


def attempt(seed: int, folder: Path, inputs: int = INPUTS) -> Attempt:
    draw = Random(seed)
    harm = Harm((PictureError, WeightsError), most_seconds=10.0, most_bytes=500 * 2**20)
    for number in range(inputs):
        read = _picture(draw, folder) if draw.random() < 0.6 else _weights(draw, folder)
        harm.read(f"input {number} ({read.__doc__})", read)
    return harm.attempt()


def _picture(draw: Random, folder: Path) -> Callable[[], object]:
    name, content = draw.choice(_pictures())
    damaged = altered(content, draw)

    def read() -> None:
        if draw.random() < 0.9:
            read_frame(damaged, draw.choice([1, 1, 1, 3]), "'altered'")
        else:
            path = folder / "altered.png"
            path.write_bytes(damaged)
            mask_of_file(path)

    read.__doc__ = name
    return read


def _weights(draw: Random, folder: Path) -> Callable[[], object]:
    kind = draw.choice(WEIGHTS)
    path = folder / f"altered.{kind}"
    path.write_bytes(_altered_weights(kind, draw))

    def read() -> None:
        read_weights(path, _EXPERIMENT)

    read.__doc__ = kind
    return read


def _altered_weights(kind: str, draw: Random) -> bytes:
    """Weights altered at random; half of the packed ones keep a valid checksum, so that they are read."""
    if kind == "keras":
        inner = _packed({"model.weights.h5": altered(_hdf5(), draw)})
        return inner if draw.random() < 0.5 else altered(_packed({"model.weights.h5": _hdf5()}), draw)
    if kind == "npz":
        members = {f"{name}.npy": _npy(array) for name, array in _arrays().items()}
        spoilt = draw.choice([*members])
        inner = _packed(members | {spoilt: altered(members[spoilt], draw)})
        return inner if draw.random() < 0.5 else altered(_packed(members), draw)
    return altered(safetensors.numpy.save(_arrays()) if kind == "safetensors" else _hdf5(), draw)


@cache
def _pictures() -> tuple[tuple[str, bytes], ...]:
    """Small pictures, as mostly their headers matter."""
    wanted = [case for case in good() if features.check("avif") or not case.name.endswith(".avif")]
    made = ((case.name, case.content()) for case in wanted)
    return tuple((name, content) for name, content in made if len(content) < _SMALL)


@cache
def _arrays() -> dict[str, np.ndarray]:
    draw = np.random.default_rng(0)
    names = zip(weight_names(_EXPERIMENT), shapes_of(_EXPERIMENT), strict=True)
    return {name: draw.normal(size=shape).astype(np.float32) for name, shape in names}


@cache
def _hdf5() -> bytes:
    """HDF5 file as Keras writes it: layers/dense_1/vars/0 and 1."""
    written = BytesIO()
    with h5py.File(written, "w") as file:
        for number, name in enumerate(_arrays()):
            layer = "dense" if number < 2 else f"dense_{number // 2}"
            variables = file.require_group(f"layers/{layer}/vars")
            variables.attrs["name"] = f"layer_{number // 2 + 1}"
            variables.create_dataset(str(number % 2), data=_arrays()[name])
    return written.getvalue()


def _npy(array: np.ndarray) -> bytes:
    written = BytesIO()
    np.save(written, array)
    return written.getvalue()


def _packed(members: dict[str, bytes]) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return written.getvalue()


SOAK = Soak(
    "pictures of every format and weights, altered at random",
    100_000 // INPUTS,
    attempt,
    (
        Row("inputs", "", bound=("at least", 100_000)),
        Row("refused", ""),
        Row("slowest input", "s", "each"),
        Row("growth of the program", "MB", "each"),
    ),
)
