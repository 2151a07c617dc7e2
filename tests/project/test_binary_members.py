"""Encoded arrays equal the output of safetensors' own writer."""

import numpy as np
import pytest
import safetensors.numpy

from cadl_desktop.project.binary_members import pack_array_parts, pack_arrays

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
def test_pieces_equal_the_whole_file(arrays):
    whole = safetensors.numpy.save({name: np.ascontiguousarray(array) for name, array in arrays.items()})
    assert b"".join(pack_arrays(arrays)) == whole


def test_an_array_may_lie_in_parts():
    parts = pack_array_parts({"all": ((2, 3, 4), [NUMBERS[0], NUMBERS[1]])})
    assert b"".join(parts) == safetensors.numpy.save({"all": NUMBERS})
    assert [part.obj is not None and part.nbytes for part in parts[1:]] == [48, 48]
