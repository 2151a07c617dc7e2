"""Arrays in pieces are the file that safetensors' own writer makes."""

import numpy as np
import pytest
import safetensors.numpy

from cadl_desktop.project.arrays import packed, packed_of

NUMBERS = np.arange(24, dtype=np.float32).reshape(2, 3, 4)


@pytest.mark.parametrize(
    "arrays",
    [
        {"slots": np.empty((0, 7), np.float32)},
        {"W2": NUMBERS[0], "b1": NUMBERS[0, 0], "W1": NUMBERS[1], "b10": NUMBERS[:, 0, 0]},
        {"W1": NUMBERS[0].T, "slots": NUMBERS[:, ::2]},
    ],
    ids=["none", "in the order of names", "as they don't lie"],
)
def test_pieces_are_the_whole_to_the_byte(arrays):
    whole = safetensors.numpy.save({name: np.ascontiguousarray(array) for name, array in arrays.items()})
    assert b"".join(packed(arrays)) == whole


def test_an_array_may_lie_in_parts():
    parts = packed_of({"all": ((2, 3, 4), [NUMBERS[0], NUMBERS[1]])})
    assert b"".join(parts) == safetensors.numpy.save({"all": NUMBERS})
    assert [part.obj is not None and part.nbytes for part in parts[1:]] == [48, 48]
