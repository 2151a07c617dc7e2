"""Weights of a page's network, and of moments before it, as whole numbers in few bytes.

A weight is its code times the spacing of its column, as in `engine/rounding/packing.py`; an exact network is
float32. Moments are differences of codes from the moment after them, in spacings of their own. Everything is
one deflate stream, which a page can unpack: numbers, then the codes' upper bits, each array with a Huffman
table of its own, then the bits below.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.engine.rounding.packing import (
    EIGHTHS,
    MOST_EXPONENTS,
    SMALL,
    Codes,
    Exponents,
    as_matrix,
    bits_kept,
    entropy_bytes,
    group_rows,
    low_bits,
    spacings_of,
    unpacked_codes,
    weights_from,
)
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.evaluations import RoundingError, no_bytes
from cadl_desktop.runs.events import Floats, RunState
from cadl_desktop.runs.network_weights import flatten

BITS = {"smallest": 10, "balanced": 12, "exact": 12}
"""Bits of a weight by a page's size: of a *smallest* network that paints no single picture, and of an exact
one's moments."""
MOMENT_BYTES = {"smallest": 0.42, "balanced": 0.9, "exact": 1.5}
"""Bytes of a parameter in a moment, which spacings are widened to reach."""
FINEST, WIDEST = -2, 12
"""Powers of two by which the spacings of moments may be those of the network."""


@dataclass(frozen=True, eq=False)
class CodedNetwork:
    """Weights that the page has, in bits a weight and in bytes without moments; what it needs to read them;
    and its bytes: numbers, and symbols for Huffman's method, each with their own table."""

    weights: tuple[Floats, ...]
    bits: float
    size: int
    header: dict[str, Any]
    numbers: bytes
    symbols: list[bytes]


def coded(experiment: Experiment, states: Sequence[RunState], size: str) -> Iterator[CodedNetwork | None]:
    """Codes the last of these states, and the others as moments before it. Yields None after each piece of
    work, and the result at the end.

    Raises RoundingError where weights are not finite or rounding fails, and `data.samples.DataError`.
    """
    *_, state = states
    if not all(np.isfinite(array).all() for each in states for array in each.weights):
        raise RoundingError("Some weights are no finite numbers, so that a page can't paint; train anew.")
    weights, bits, codes, packed = state.weights, 32.0, None, 0
    if size == "smallest" and no_bytes(experiment) is None:
        from cadl_desktop.engine.rounding.weight_rounding import rounded

        network = yield from rounded(experiment, state.weights, for_cores=state.cores)
        weights, bits, packed = network.weights, network.bits, len(network.packed)
        _, _, codes, exponents = unpacked_codes(network.packed)
    else:
        exponents = _exponents(experiment, weights, BITS[size])
        if size != "exact":
            bits, codes = BITS[size], _rounded(experiment, weights, exponents)
            weights = tuple(map(weights_from, codes, exponents, group_rows(experiment)))
    found = _assembled(experiment, weights, bits, codes, exponents, states[:-1], MOMENT_BYTES[size])
    yield replace(found, size=packed) if packed else found


def deflated(numbers: bytes, symbols: Sequence[bytes]) -> bytes:
    """One raw deflate stream of numbers and symbols."""
    plain = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9)
    begin = plain.compress(numbers) + plain.flush(zlib.Z_FULL_FLUSH)
    huffman = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9, zlib.Z_HUFFMAN_ONLY)
    parts = [huffman.compress(piece) + huffman.flush(zlib.Z_BLOCK) for piece in symbols]
    return begin + b"".join(parts) + huffman.flush()


def _exponents(experiment: Experiment, weights: Sequence[Floats], bits: int) -> list[Exponents]:
    """Spacings by which each column's largest weight just has so many bits."""
    largest = []
    for array, rows in zip(weights, group_rows(experiment), strict=True):
        starts = np.concatenate([[0], np.cumsum(rows)[:-1]]).astype(np.intp)
        largest.append(np.maximum.reduceat(np.abs(as_matrix(array)), starts, axis=0))
    most = max((float(each.max()) for each in largest), default=0.0)
    top = ceil(EIGHTHS * np.log2(most / (2 ** (bits - 1) - 1))) if most else 0
    found = []
    for each in largest:
        with np.errstate(divide="ignore"):
            wanted = np.ceil(EIGHTHS * np.log2(each.astype(np.float64) / (2 ** (bits - 1) - 1)))
        found.append(np.clip(wanted, top - MOST_EXPONENTS + 1, top).astype(np.int32))
    return found


def _rounded(
    experiment: Experiment, weights: Sequence[Floats], exponents: Sequence[Exponents]
) -> list[Codes]:
    spacings = _spacings(experiment, weights, exponents)
    return [
        np.rint(array / spacing).astype(np.int32) for array, spacing in zip(weights, spacings, strict=True)
    ]


def _spacings(
    experiment: Experiment, weights: Sequence[Floats], exponents: Sequence[Exponents]
) -> list[Floats]:
    shapes = [array.shape for array in weights]
    return [
        spacings_of(each, rows, shape)
        for each, rows, shape in zip(exponents, group_rows(experiment), shapes, strict=True)
    ]


def _assembled(
    experiment: Experiment,
    weights: tuple[Floats, ...],
    bits: float,
    codes: Sequence[Codes] | None,
    exponents: Sequence[Exponents],
    moments: Sequence[RunState],
    moment_bytes: float,
) -> CodedNetwork:
    flat = np.concatenate([each.ravel() for each in exponents]) if weights else np.zeros(1, np.int32)
    groups = zip(group_rows(experiment), exponents, strict=True)
    header: dict[str, Any] = {"columns": [[rows, each.shape[1]] for rows, each in groups]}
    header |= {"exact": codes is None, "least": int(flat.min()), "shift": 0, "moments": []}
    numbers = (flat - flat.min()).astype(np.uint8).tobytes()
    if codes is None:
        # The four bytes of all numbers, each with its own distribution.
        planes = flatten(weights).view(np.uint8).reshape(-1, 4).T if weights else np.empty((0, 0), np.uint8)
        header |= {"order": [], "codes": []}
        symbols, below = [plane.tobytes() for plane in planes], list[NDArray[np.uint8]]()
    else:
        # Small arrays share a table, as in a packed network.
        order = sorted(range(len(codes)), key=lambda index: codes[index].size < SMALL)
        segments = [_segment(codes[index]) for index in order]
        header |= {"order": order, "codes": [described for described, _, _ in segments]}
        uppers = [upper for _, upper, _ in segments]
        large = sum(len(upper) >= SMALL for upper in uppers)
        symbols, below = [*uppers[:large], b"".join(uppers[large:])], [low for _, _, low in segments]
    alone = len(deflated(numbers, [*symbols, _packed(below)]))
    if moments and weights:
        header["shift"], differences = _differences(experiment, weights, exponents, moments, moment_bytes)
        for state, difference in zip(moments, differences, strict=True):
            described, upper, low = _segment(difference)
            header["moments"].append([state.epoch, state.step, *described])
            symbols.append(upper)
            below.append(low)
    return CodedNetwork(weights, bits, alone, header, numbers, [*symbols, _packed(below)])


def _packed(bits: Sequence[NDArray[np.uint8]]) -> bytes:
    return np.packbits(np.concatenate(bits)).tobytes() if bits else b""


def _segment(codes: NDArray[Any]) -> tuple[list[int], bytes, NDArray[np.uint8]]:
    """[least code, bits kept as they are], the upper bits and the bits below of some codes."""
    least = int(codes.min())
    counts = codes.ravel().astype(np.int64) - least
    kept = bits_kept(counts)
    return [least, kept], (counts >> kept).astype(np.uint8).tobytes(), low_bits(counts, kept)


def _differences(
    experiment: Experiment,
    weights: Sequence[Floats],
    exponents: Sequence[Exponents],
    moments: Sequence[RunState],
    moment_bytes: float,
) -> tuple[int, list[NDArray[np.int64]]]:
    """Codes of each moment minus those of the next, and by which power of two their spacings are wider than
    the network's: the least that keeps them small."""
    spacing = flatten(_spacings(experiment, weights, exponents)).astype(np.float64)
    vectors = [
        flatten(each).astype(np.float64) / spacing for each in (*(m.weights for m in moments), weights)
    ]
    differences: list[NDArray[np.int64]] = []
    for shift in range(FINEST, WIDEST + 1):
        codes = [np.floor(vector / 2.0**shift + 0.5).astype(np.int64) for vector in vectors]
        differences = [before - after for before, after in pairwise(codes)]
        if sum(map(_size, differences)) <= moment_bytes * len(spacing) * len(moments):
            break
    return shift, differences


def _size(differences: NDArray[np.int64]) -> float:
    counts = differences - differences.min()
    kept = bits_kept(counts)
    return entropy_bytes(counts >> kept) + kept * len(counts) / 8
