"""Own points as bytes, and what is no such thing."""

import struct
from io import BytesIO

import numpy as np
import pytest

from cadl_desktop.data.curves.points import (
    MAGIC,
    MOST_BYTES,
    MOST_POINTS,
    PointsError,
    decode_points,
    encode_points,
)
from cadl_desktop.experiment.catalog import entry, part


def as_file(array: object) -> bytes:
    written = BytesIO()
    np.save(written, array, allow_pickle=True)
    return written.getvalue()


def test_points_come_back_and_are_counted_without_reading_them() -> None:
    pairs = np.random.default_rng(1).normal(size=(37, 2))
    content = encode_points(pairs)

    assert np.array_equal(decode_points(content), pairs)
    assert content.startswith(MAGIC)
    assert entry("dataset", "points").samples(part("dataset", "points", points=content)) == 37
    assert decode_points(b"").shape == decode_points(encode_points(np.empty((0, 2)))).shape == (0, 2)
    assert len(encode_points(np.zeros((MOST_POINTS, 2)))) <= MOST_BYTES


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"points", "are damaged"),
        (MAGIC, "are damaged"),
        (MAGIC + b"\1\0" + struct.pack("<H", 12) + b"{'descr': ( ", "are damaged"),
        (encode_points([(1, 2), (3, 4)])[:-1], "are damaged"),
        (as_file(np.array([{"x": 1}, None], object)), "are damaged"),
        (as_file(np.zeros(4)), "no pairs of x and y"),
        (as_file(np.zeros((4, 3))), "no pairs of x and y"),
        (as_file(np.zeros((4, 2), np.float32)), "no decimal numbers"),
        (as_file(np.full((4, 2), np.nan)), "not finite or too large"),
        (as_file(np.full((4, 2), 1e31)), "not finite or too large"),
        (as_file(np.zeros((MOST_POINTS + 1, 2))), "100,001 points are too many"),
    ],
)
def test_what_holds_no_points_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(PointsError, match=said):
        decode_points(content)


def test_an_archive_of_arrays_is_refused() -> None:
    archive = BytesIO()
    np.savez(archive, np.zeros((4, 2)))

    with pytest.raises(PointsError):
        decode_points(archive.getvalue())
