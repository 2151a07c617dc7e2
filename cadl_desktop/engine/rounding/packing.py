"""Bytes of a network with rounded weights, from which the same network is rebuilt.

A weight is a whole number (its code) times the spacing of its group: a column of a matrix, a column of one
level of a grid's table, or any other array as a whole. A spacing is a power of two with an exponent in
eighths, which takes a byte.

The upper bits of codes are entropy coded by zlib's Huffman coder, array by array, as each has its own
distribution. What is below is as good as random and stored as it is. For networks with some 12,000 weights an
adaptive arithmetic coder came to 1.2 to 1.7 % less, and is no part of Python.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from cadl_desktop.engine.prepared_samples import PreparedSamples
from cadl_desktop.experiment.catalog import entry, part
from cadl_desktop.experiment.catalog.encoding_entries import grid_levels
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import Category
from cadl_desktop.experiment.shapes import encoded_columns
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.network_weights import shapes_of

Codes = NDArray[np.int32]
Exponents = NDArray[np.int32]

EIGHTHS = 8
MOST_EXPONENTS = 256
"""Number of different exponents that a byte can tell apart."""
UPPER_BITS = range(3, 9)
"""Numbers of upper bits that are tried for each array; Huffman's symbols are bytes."""
SMALL = 256
"""Number of codes below which an array shares a Huffman table: one of its own would take more than it
saves."""


class Header(msgspec.Struct, frozen=True, array_like=True):
    """Header of a packed network, with all that is needed beside the weights: the picture's (height, width),
    scalings of positions and colours as (offsets, scales), the network's parts with the settings that differ
    from their defaults, the least exponent, and of each array its least code and the number of bits that are
    stored as they are."""

    size: tuple[int, int]
    to_input: tuple[list[float], list[float]]
    to_target: tuple[list[float], list[float]]
    parts: list[tuple[str, dict[str, Any]]]
    least_exponent: int
    arrays: list[tuple[int, int]]


@dataclass(frozen=True, eq=False)
class Unpacked:
    """Network rebuilt from bytes; the experiment has its encoding, layers and output only."""

    header: Header
    experiment: Experiment
    weights: tuple[Floats, ...]


def group_rows(experiment: Experiment) -> list[list[int]]:
    """Numbers of rows of each weight array that share spacings, column by column: the levels of a grid's
    table, and all rows of any other array."""
    shapes = shapes_of(experiment)
    rows = [[int(np.prod(shape[:-1])) if len(shape) > 1 else shape[0]] for shape in shapes]
    if experiment.encoding.kind == "hash grid":
        rows[0] = [level.entries for level in grid_levels(encoded_columns(experiment), experiment.encoding)]
    return rows


def as_matrix(array: NDArray[Any]) -> NDArray[Any]:
    """Array as a matrix whose columns have spacings of their own; a vector is one column."""
    return array.reshape(-1, array.shape[-1] if array.ndim > 1 else 1)


def spacings_of(exponents: Exponents, rows: Sequence[int], shape: Sequence[int]) -> Floats:
    """Spacing of each weight of an array of this shape, for exponents (groups of rows, columns)."""
    spacing = np.exp2(exponents / EIGHTHS).astype(np.float32)
    return spacing.repeat(rows, axis=0).reshape(shape)


def pack(
    experiment: Experiment, prepared: PreparedSamples, codes: Sequence[Codes], exponents: Sequence[Exponents]
) -> bytes:
    """Bytes of a network for a single picture. `exponents` (groups of rows, columns) are those of each array,
    with at most `MOST_EXPONENTS` between the least and the greatest."""
    all_exponents = np.concatenate([array.ravel() for array in exponents])
    counts = [array.ravel().astype(np.int64) - int(array.min()) for array in codes]
    kept = [_bits_kept(array) for array in counts]
    header = Header(
        prepared.samples.picture_shape or (0, 0),
        (prepared.to_input.offset.tolist(), prepared.to_input.scale.tolist()),
        (prepared.to_target.offset.tolist(), prepared.to_target.scale.tolist()),
        [_shortened(category, each) for category, each in _parts(experiment)],
        int(all_exponents.min()),
        [(int(array.min()), bits) for array, bits in zip(codes, kept, strict=True)],
    )
    uppers = [(array >> bits).astype(np.uint8) for array, bits in zip(counts, kept, strict=True)]
    scales = _deflated([(all_exponents - header.least_exponent).astype(np.uint8)], zlib.Z_DEFAULT_STRATEGY)
    lower = np.concatenate([_low_bits(array, bits) for array, bits in zip(counts, kept, strict=True)])
    described = _deflated([np.frombuffer(msgspec.json.encode(header), np.uint8)], zlib.Z_DEFAULT_STRATEGY)
    return described + scales + _deflated(_merged(uppers), zlib.Z_HUFFMAN_ONLY) + np.packbits(lower).tobytes()


def unpack(packed: bytes) -> Unpacked:
    """Rebuilds a network from the bytes of `pack`. Raises ValueError where they are none."""
    header, experiment, codes, exponents = unpacked_codes(packed)
    weights = tuple(map(weights_from, codes, exponents, group_rows(experiment)))
    return Unpacked(header, experiment, weights)


def unpacked_codes(packed: bytes) -> tuple[Header, Experiment, list[Codes], list[Exponents]]:
    """Codes and exponents of each array from the bytes of `pack`. Raises ValueError where they are none."""
    try:
        described, rest = _inflated(packed)
        header = msgspec.json.decode(described, type=Header)
        experiment = _experiment_of(header)
        scales, rest = _inflated(rest)
        upper, low = _inflated(rest)
    except (zlib.error, msgspec.MsgspecError, KeyError) as error:
        raise ValueError("These bytes are no packed network.") from error
    exponents = np.frombuffer(scales, np.uint8).astype(np.int32) + header.least_exponent
    uppers, bits = np.frombuffer(upper, np.uint8), np.unpackbits(np.frombuffer(low, np.uint8))
    sizes = [int(np.prod(shape)) for shape in shapes_of(experiment)]
    starts = _starts(sizes)
    all_codes, all_exponents, scale_place, bit_place = list[Codes](), list[Exponents](), 0, 0
    everything = zip(shapes_of(experiment), group_rows(experiment), header.arrays, sizes, starts, strict=True)
    for shape, rows, (least, kept), size, start in everything:
        columns = shape[-1] if len(shape) > 1 else 1
        own = exponents[scale_place : scale_place + len(rows) * columns].reshape(len(rows), columns)
        below = bits[bit_place : bit_place + kept * size].reshape(size, kept).astype(np.int64)
        counts = (uppers[start : start + size].astype(np.int64) << kept) + below @ (
            1 << np.arange(kept)[::-1]
        )
        all_codes.append((counts + least).reshape(shape).astype(np.int32))
        all_exponents.append(own)
        scale_place, bit_place = scale_place + own.size, bit_place + kept * size
    return header, experiment, all_codes, all_exponents


def weights_from(codes: Codes, exponents: Exponents, rows: Sequence[int]) -> Floats:
    """Weights of one array from its codes."""
    return codes.astype(np.float32) * spacings_of(exponents, rows, codes.shape)


def _parts(experiment: Experiment) -> list[tuple[Category, Part]]:
    layers: list[tuple[Category, Part]] = [("layer", layer) for layer in experiment.layers]
    return [("encoding", experiment.encoding), *layers, ("output", experiment.output)]


def _shortened(category: Category, each: Part) -> tuple[str, dict[str, Any]]:
    """Returns the kind and settings by which a layer with weights computes, without defaults."""
    known = entry(category, each.kind)
    defaults = known.part().as_dict()
    unneeded = {parameter.name for parameter in known.parameters if parameter.initial_only} | {"frozen"}
    needed = {name: value for name, value in each.settings if name not in unneeded}
    return each.kind, {name: value for name, value in needed.items() if defaults.get(name) != value}


def _experiment_of(header: Header) -> Experiment:
    (encoding, own), *layers, (output, settings) = header.parts
    return Experiment(
        data=part("dataset", "picture"),
        encoding=part("encoding", encoding, **own),
        layers=tuple(part("layer", kind, **changed) for kind, changed in layers),
        output=part("output", output, **settings),
        optimizer=part("optimizer", "adam"),
    )


def _bits_kept(counts: NDArray[np.int64]) -> int:
    """Number of lower bits that are better stored as they are, by the entropy of the upper ones."""
    most = int(counts.max()).bit_length()
    choices = sorted({max(0, most - upper) for upper in UPPER_BITS})
    return min(choices, key=lambda bits: _entropy_bytes(counts >> bits) + bits * len(counts) / 8)


def _entropy_bytes(symbols: NDArray[np.int64]) -> float:
    """Bytes for symbols and about half a byte for each in the table of their frequencies."""
    _, found = np.unique(symbols, return_counts=True)
    return float(-(found * np.log2(found / found.sum())).sum() / 8 + 0.5 * len(found))


def _low_bits(counts: NDArray[np.int64], bits: int) -> NDArray[np.uint8]:
    return ((counts[:, np.newaxis] >> np.arange(bits)[::-1]) & 1).astype(np.uint8).ravel()


def _merged(uppers: Sequence[NDArray[np.uint8]]) -> list[NDArray[np.uint8]]:
    """Arrays with a table of their own, and at the end all small ones in one."""
    small = [array for array in uppers if len(array) < SMALL]
    large = [array for array in uppers if len(array) >= SMALL]
    return [*large, *([np.concatenate(small)] if small else [])]


def _starts(sizes: Sequence[int]) -> list[int]:
    """Index of each array's first symbol in the order of `_merged`."""
    order = sorted(range(len(sizes)), key=lambda index: sizes[index] < SMALL)
    starts, place = [0] * len(sizes), 0
    for index in order:
        starts[index], place = place, place + sizes[index]
    return starts


def _deflated(pieces: Sequence[NDArray[np.uint8]], strategy: int) -> bytes:
    """Raw deflate stream with new tables for each piece."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9, strategy)
    parts = [compressor.compress(piece.tobytes()) + compressor.flush(zlib.Z_BLOCK) for piece in pieces]
    return b"".join(parts) + compressor.flush()


def _inflated(packed: bytes) -> tuple[bytes, bytes]:
    """Inflates the first deflate stream; returns its content and the bytes after it."""
    decompressor = zlib.decompressobj(-zlib.MAX_WBITS)
    found = decompressor.decompress(packed)
    return found, decompressor.unused_data
