"""Arrays from untrusted files: limited in size, and without executing any code."""

import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.decoding.decoder import decoder
from cadl_desktop.decoding.refusals import RefusedError
from cadl_desktop.storage.atomic import FileError
from cadl_desktop.storage.untrusted_files import array_count_bound, is_encrypted, opened_archive, unpacked

Array = NDArray[Any]
Arrays = dict[str, Array]

MOST_MEMBERS = 10_000
ROOM = 64 * 2**20
"""Bytes beyond the weights that a file may have, for names and data of other programs."""
COPIES = 8
"""Largest size of a file, in copies of the weights: float64 and optimizer slots take several."""
_MOST_ARRAYS = 2 * MOST_MEMBERS
"""Twice as many, as names with colons are counted more than once."""
_KERAS_MEMBER = "model.weights.h5"
_HDF5_BEGINS = b"\x89HDF"
_WHOLE_TYPES = {"BOOL": "?", "I8": "i1", "U8": "u1", "I16": "<i2", "U16": "<u2", "I32": "<i4", "U32": "<u4"}
_TENSOR_TYPES = _WHOLE_TYPES | {"I64": "<i8", "U64": "<u8", "F16": "<f2", "F32": "<f4", "F64": "<f8"}
"""NumPy's names of the types of safetensors files."""


class WeightsError(FileError):
    """Weights can't be read from a file. The message is one sentence that names it."""


def is_weight_file(path: Path) -> bool:
    """Whether a file's suffix is that of weights."""
    return path.name.lower().endswith((*ENDINGS, ".h5"))


def read_arrays(path: Path, wanted_bytes: int) -> Arrays:
    """All arrays of a file by name, in the file's order.

    Names in Keras files are built from layers: 'dense_1:layer_2/0' is the first array of the layer that was
    named layer_2. Files far larger than `wanted_bytes` are refused unread. Raises WeightsError.
    """
    read = next((read for ending, read in _FORMATS.items() if path.name.lower().endswith(ending)), None)
    if read is None:
        raise WeightsError(
            "'{name}' is none of {endings}; choose another file.", name=path.name, endings=", ".join(ENDINGS)
        )
    most = ROOM + COPIES * wanted_bytes
    with _as_weights_errors(path), _unchanged(path):
        if path.exists() and not path.is_file():
            raise WeightsError("'{name}' is not an ordinary file; choose another one.", name=path.name)
        if path.stat().st_size > most:
            raise _TooMuchError
        with path.open("rb"):
            pass  # so that a file that can't be opened is not reported as damaged
        return read(path, most)


class _TooMuchError(Exception):
    """The file holds too much; becomes a WeightsError."""


class _EncryptedError(Exception):
    """The file is encrypted; becomes a WeightsError."""


class _ModifiedError(Exception):
    """The file was modified while it was read; becomes a WeightsError."""


@contextmanager
def _unchanged(path: Path) -> Iterator[None]:
    """Raises _ModifiedError if the file is modified meanwhile, whatever the result of reading it: formats
    without checksums would return a mixture of old and new numbers."""
    before = _stamp(path)
    try:
        yield
    finally:
        if _stamp(path) != before:
            raise _ModifiedError


def _stamp(path: Path) -> tuple[int, int, int]:
    """Values of a file's status that change when it is written or replaced."""
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


@contextmanager
def _as_weights_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (WeightsError, MemoryError):
        raise
    except _TooMuchError:
        raise WeightsError(
            "'{name}' holds far more than this network's weights; choose another file.", name=path.name
        ) from None
    except _EncryptedError:
        raise WeightsError(
            "'{name}' is protected by a password; pack it again without one.", name=path.name
        ) from None
    except _ModifiedError:
        raise WeightsError(
            "'{name}' was written to while it was read; try again when that is done.", name=path.name
        ) from None
    except RefusedError as refusal:
        called = f"'{path.name}'"
        raise WeightsError(refusal.naming(called)) from refusal
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise WeightsError("'{name}' can't be read: {reason}.", name=path.name, reason=reason) from error
    except Exception as error:
        # Three libraries, each with its own errors for invalid files.
        raise WeightsError("'{name}' is damaged; use another copy.", name=path.name) from error


def _safetensors(path: Path, most: int) -> Arrays:
    import safetensors

    content = path.read_bytes()
    if array_count_bound(content) > _MOST_ARRAYS:
        raise _TooMuchError
    found = safetensors.deserialize(content)  # type: ignore[no-untyped-call]
    # The library returns them in a different order each time.
    return {name: _tensor(path, **found) for name, found in sorted(found)}


def _tensor(path: Path, dtype: str, shape: list[int], data: bytes) -> Array:
    if dtype == "BF16":  # NumPy has no such numbers: the upper halves of float32 numbers
        return (np.frombuffer(data, "<u2").astype("<u4") << 16).view("<f4").reshape(shape)
    if dtype not in _TENSOR_TYPES:
        raise WeightsError(
            "'{name}' holds numbers of the type {type}, which can't be read; save them as F32.",
            name=path.name,
            type=dtype,
        )
    return np.frombuffer(data, _TENSOR_TYPES[dtype]).reshape(shape)


def _npz(path: Path, most: int) -> Arrays:
    with opened_archive(path, MOST_MEMBERS) as archive:
        _refuse(archive, most)
        return {
            info.filename.removesuffix(".npy"): _npy(unpacked(archive, info)) for info in archive.infolist()
        }


def _npy(content: bytes) -> Array:
    """Array of an .npy file, whose header is compared with its length before memory is allocated."""
    file = BytesIO(content)
    version = np.lib.format.read_magic(file)
    read_header = np.lib.format.read_array_header_1_0
    if version != (1, 0):
        read_header = np.lib.format.read_array_header_2_0
    shape, _, dtype = read_header(file)
    if dtype.hasobject or prod(shape) * dtype.itemsize != len(content) - file.tell():
        raise ValueError("the header of an array does not fit its content")
    file.seek(0)
    array: Array = np.lib.format.read_array(file, allow_pickle=False)
    return array


def _keras(path: Path, most: int) -> Arrays:
    with path.open("rb") as file:
        if file.read(len(_HDF5_BEGINS)) == _HDF5_BEGINS:  # as Keras 2 wrote them at first
            return _hdf5(path, most)
    with opened_archive(path, MOST_MEMBERS) as archive:
        _refuse(archive, most)
        return _hdf5(unpacked(archive, archive.getinfo(_KERAS_MEMBER)), most)


def _refuse(archive: zipfile.ZipFile, most: int) -> None:
    infos = archive.infolist()
    if sum(info.file_size for info in infos) > most:
        raise _TooMuchError
    if any(map(is_encrypted, infos)):
        raise _EncryptedError


def _hdf5(source: Path | bytes, most: int) -> Arrays:
    arrays: Arrays = {}
    decoder.decode("hdf5", source, arrays.__setitem__, most, {"most_bytes": most})
    return arrays


_FORMATS: Mapping[str, Callable[[Path, int], Arrays]] = {
    ".safetensors": _safetensors,
    ".npz": _npz,
    ".keras": _keras,
    ".h5": _hdf5,
}
ENDINGS = (".safetensors", ".npz", ".keras", ".weights.h5")
"""Endings that are offered. Other .h5 files are read, too: most are of Keras 2, and are refused as such."""
