"""Arrays out of files that may come from anywhere: bounded, and never a line of code executed."""

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
"""Bytes that a file may have beyond those of the weights: names, and what belongs to other programs."""
COPIES = 8
"""How often a file may hold as many numbers as there are weights: doubles, and an optimizer's memories."""
_MOST_ARRAYS = 2 * MOST_MEMBERS
"""As names with colons count for more than one."""
_KERAS_MEMBER = "model.weights.h5"


class WeightsError(FileError):
    """Weights can't be taken from a file; the message is one plain sentence that names it."""


def is_weight_file(path: Path) -> bool:
    """Whether a file's name says that it holds weights."""
    return path.name.lower().endswith(ENDINGS)


def read_arrays(path: Path, wanted_bytes: int) -> Arrays:
    """Every array of a file by its name, in the file's order; those of a Keras file are called after their
    layers, 'dense_1:layer_2/0' the first of one that was named layer_2.

    Files that hold far more than `wanted_bytes` are refused unread. Raises WeightsError.
    """
    read = next((read for ending, read in _FORMATS.items() if path.name.lower().endswith(ending)), None)
    if read is None:
        raise WeightsError(
            "'{name}' is none of {endings}; choose another file.", name=path.name, endings=", ".join(ENDINGS)
        )
    most = ROOM + COPIES * wanted_bytes
    with _told_plainly(path), _left_alone(path):
        if path.exists() and not path.is_file():
            raise WeightsError("'{name}' is not an ordinary file; choose another one.", name=path.name)
        if path.stat().st_size > most:
            raise _TooMuchError
        with path.open("rb"):
            pass  # what can't be opened is told apart from what can't be decoded
        return read(path, most)


class _TooMuchError(Exception):
    """A reason, which becomes part of a WeightsError."""


class _LockedError(Exception):
    """Another one."""


class _WrittenError(Exception):
    """Another one."""


@contextmanager
def _left_alone(path: Path) -> Iterator[None]:
    """Raises _WrittenError where another program writes to the file meanwhile, whatever came of reading it:
    formats without checksums give some old numbers and some new ones."""
    before = _stamp(path)
    try:
        yield
    finally:
        if _stamp(path) != before:
            raise _WrittenError


def _stamp(path: Path) -> tuple[int, int, int]:
    """What differs in a file that has been written to, or has taken another's place."""
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


@contextmanager
def _told_plainly(path: Path) -> Iterator[None]:
    try:
        yield
    except (WeightsError, MemoryError):
        raise
    except _TooMuchError:
        raise WeightsError(
            "'{name}' holds far more than this network's weights; choose another file.", name=path.name
        ) from None
    except _LockedError:
        raise WeightsError(
            "'{name}' is protected by a password; pack it again without one.", name=path.name
        ) from None
    except _WrittenError:
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
        # Three formats by three libraries, each with errors of its own for what is no such file.
        raise WeightsError("'{name}' is damaged; use another copy.", name=path.name) from error


def _safetensors(path: Path, most: int) -> Arrays:
    import safetensors.numpy

    content = path.read_bytes()
    if array_count_bound(content) > _MOST_ARRAYS:
        raise _TooMuchError
    arrays: Arrays = safetensors.numpy.load(content)
    return dict(sorted(arrays.items()))  # the library gives them in another order each time


def _npz(path: Path, most: int) -> Arrays:
    with opened_archive(path, MOST_MEMBERS) as archive:
        _refuse(archive, most)
        return {
            info.filename.removesuffix(".npy"): _npy(unpacked(archive, info)) for info in archive.infolist()
        }


def _npy(content: bytes) -> Array:
    """One array, whose header is compared with its content before room is made for it."""
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
    with opened_archive(path, MOST_MEMBERS) as archive:
        _refuse(archive, most)
        return _hdf5(unpacked(archive, archive.getinfo(_KERAS_MEMBER)), most)


def _refuse(archive: zipfile.ZipFile, most: int) -> None:
    infos = archive.infolist()
    if sum(info.file_size for info in infos) > most:
        raise _TooMuchError
    if any(map(is_encrypted, infos)):
        raise _LockedError


def _hdf5(source: Path | bytes, most: int) -> Arrays:
    arrays: Arrays = {}
    decoder.decode("hdf5", source, arrays.__setitem__, most, {"most_bytes": most})
    return arrays


_FORMATS: Mapping[str, Callable[[Path, int], Arrays]] = {
    ".safetensors": _safetensors,
    ".npz": _npz,
    ".keras": _keras,
    ".weights.h5": _hdf5,
}
ENDINGS = tuple(_FORMATS)
