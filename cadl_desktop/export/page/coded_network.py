"""Weights of a page's network, and of moments before it, as whole numbers in few bytes.

A weight is its code times the spacing of its column, as in `engine/rounding/packing.py`; an exact network is
float32. Moments are differences of codes from the moment after them, in spacings of their own. The least
bytes of all numbers come first, then the next: each plane, and each large array in it, is compressed by
itself.
"""

import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.engine.rounding.packing import (
    EIGHTHS,
    MOST_EXPONENTS,
    SMALL,
    Exponents,
    as_matrix,
    group_rows,
    spacings_of,
    unpacked_codes,
    weights_from,
)
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.export.page.page_parts import CodedNetwork
from cadl_desktop.runs.evaluations import RoundingError, no_bytes
from cadl_desktop.runs.events import Floats, RunState
from cadl_desktop.runs.network_weights import flatten, shapes_of

BITS = {"smallest": 10, "balanced": 12, "exact": 12}
"""Bits of a weight by a page's size: of a *smallest* network that paints no single picture, and of an exact
one's moments."""
MOMENT_BYTES = {"smallest": 0.42, "balanced": 0.9, "exact": 1.5}
"""Bytes of a parameter in a moment, which spacings are widened to reach."""
_TINY = 1e-30
"""Stands for the largest weight of a group where all are 0."""
_STRATEGIES = zlib.Z_DEFAULT_STRATEGY, zlib.Z_HUFFMAN_ONLY
_END = b"\x03\x00"
"""Empty last block of a deflate stream."""
FINEST, WIDEST = -2, 12
"""Powers of two by which the spacings of moments may be those of the network."""


def coded(experiment: Experiment, states: Sequence[RunState], size: str) -> Iterator[CodedNetwork | None]:
    """Codes the last of these states, and the others as moments before it. Yields None after each piece of
    work, and the result at the end.

    Raises RoundingError where weights are not finite or rounding fails, and `data.samples.DataError`.
    """
    *_, state = states
    if not all(np.isfinite(array).all() for each in states for array in each.weights):
        raise RoundingError("Some weights are no finite numbers, so that a page can't paint; train anew.")
    rounding, weights, bits = None, state.weights, 32.0
    if size == "smallest" and no_bytes(experiment) is None:
        from cadl_desktop.engine.rounding.weight_rounding import rounded

        rounding = yield from rounded(experiment, state.weights, for_cores=state.cores)
        weights, bits = rounding.weights, rounding.bits
        _, _, codes, exponents = unpacked_codes(rounding.packed)
    else:
        exponents = _exponents(experiment, weights, BITS[size])
    if size == "exact":
        pieces = _planes(experiment, flatten(weights).view(np.uint32))
    else:
        if rounding is None:
            pairs = zip(weights, _spacings(experiment, exponents), strict=True)
            codes = [np.rint(array / spacing).astype(np.int32) for array, spacing in pairs]
            weights = tuple(map(weights_from, codes, exponents, group_rows(experiment)))
            bits = BITS[size]
        pieces = _planes(experiment, _without_signs(codes))
    flat = np.concatenate([each.ravel() for each in exponents]) if weights else np.zeros(1, np.int32)
    pieces.insert(0, (flat - flat.min()).astype(np.uint8).tobytes())
    content = _deflated(pieces)
    alone = len(rounding.packed if rounding else content)
    groups = zip(group_rows(experiment), exponents, strict=True)
    header: dict[str, Any] = {"columns": [[rows, each.shape[1]] for rows, each in groups], "shift": 0}
    header |= {"exact": size == "exact", "least": int(flat.min())}
    header["moments"] = [[each.epoch, each.step] for each in states]
    if len(states) > 1:
        vectors = [flatten(each.weights) for each in states[:-1]] + [flatten(weights)]
        spacing = flatten(_spacings(experiment, exponents)).astype(np.float64)
        header["shift"], moments = _moments(experiment, vectors, spacing, MOMENT_BYTES[size])
        content += moments
    yield CodedNetwork(weights, bits, alone, header, content + _END)


def _deflated(pieces: Sequence[bytes]) -> bytes:
    """Raw deflate stream of pieces without its end, each by the strategy that suits it."""
    return b"".join(min((_piece(piece, each) for each in _STRATEGIES), key=len) for piece in pieces)


def _piece(content: bytes, strategy: int) -> bytes:
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9, strategy)
    return compressor.compress(content) + compressor.flush(zlib.Z_FULL_FLUSH)


def _exponents(experiment: Experiment, weights: Sequence[Floats], bits: int) -> list[Exponents]:
    """Spacings by which the largest weight of each group just has so many bits."""
    found = []
    for array, rows in zip(weights, group_rows(experiment), strict=True):
        groups = np.split(np.abs(as_matrix(array)).astype(np.float64), np.cumsum(rows)[:-1])
        largest = np.maximum([group.max(axis=0) for group in groups], _TINY)
        found.append(np.ceil(EIGHTHS * np.log2(largest / (2 ** (bits - 1) - 1))).astype(np.int32))
    least = max((int(each.max()) for each in found), default=0) - MOST_EXPONENTS + 1
    return [np.maximum(each, least) for each in found]


def _spacings(experiment: Experiment, exponents: Sequence[Exponents]) -> list[Floats]:
    groups = zip(exponents, group_rows(experiment), shapes_of(experiment), strict=True)
    return [spacings_of(each, rows, shape) for each, rows, shape in groups]


def _moments(
    experiment: Experiment, vectors: Sequence[Floats], spacing: NDArray[np.float64], most: float
) -> tuple[int, bytes]:
    """By which power of two the spacings of moments are wider than the network's, the least by which they
    take at most so many bytes a parameter, and each moment's codes minus those of the next."""
    content = b""
    for shift in range(FINEST, WIDEST + 1):
        codes = [np.floor(vector / (spacing * 2.0**shift) + 0.5).astype(np.int64) for vector in vectors]
        steps = [before - after for before, after in pairwise(codes)]
        pieces = [piece for step in steps for piece in _planes(experiment, _without_signs([step]))]
        content = _deflated(pieces)
        if len(content) <= most * len(spacing) * len(steps):
            break
    return shift, content


def _without_signs(codes: Sequence[NDArray[Any]]) -> NDArray[np.uint32]:
    """Codes as 0, -1, 1, -2, 2, ... are counted from 0."""
    flat = (
        np.concatenate([array.ravel() for array in codes]).astype(np.int64)
        if codes
        else np.zeros(0, np.int64)
    )
    return ((flat << 1) ^ (flat >> 63)).astype(np.uint32)


def _planes(experiment: Experiment, numbers: NDArray[np.uint32]) -> list[bytes]:
    """The four bytes of all numbers, plane by plane; a large array begins a new piece, as each has its own
    distribution."""
    sizes = [int(np.prod(shape)) for shape in shapes_of(experiment)]
    cuts = [int(start) for start, size in zip(np.cumsum([0, *sizes]), sizes, strict=False) if size >= SMALL]
    planes = numbers.astype("<u4").view(np.uint8).reshape(-1, 4).T
    return [piece.tobytes() for plane in planes for piece in np.split(plane, cuts)]
