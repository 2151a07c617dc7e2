"""Points of a person's own as an experiment carries them: the bytes of an .npy file of (points, 2)."""

from functools import lru_cache
from io import BytesIO

import numpy as np
from numpy.typing import ArrayLike

from cadl_desktop.data.samples import DataError, Doubles

MAGIC = b"\x93NUMPY"
MOST_POINTS = 100_000
MOST_BYTES = 16 * MOST_POINTS + 1024
LARGEST = 1e30
"""Beyond this a number's square is no longer safe from overflow, wherever it is taken."""


class PointsError(DataError):
    """Bytes that hold no points; the message is one plain sentence."""


def encode_points(points: ArrayLike) -> bytes:
    """The bytes of x, y pairs, (points, 2). Raises PointsError where they can't be learned from."""
    array = np.ascontiguousarray(points, np.float64)
    _refuse(array)
    written = BytesIO()
    np.save(written, array, allow_pickle=False)
    return written.getvalue()


@lru_cache(maxsize=16)
def decode_points(content: bytes) -> Doubles:
    """The x, y pairs that these bytes hold, (points, 2), read-only; empty bytes hold none. Raises
    PointsError."""
    if not content:
        return np.empty((0, 2))
    try:
        points: Doubles = np.load(BytesIO(content[:MOST_BYTES]), allow_pickle=False)
    except Exception as error:  # NumPy's reader of headers raises nearly anything for damaged ones
        raise PointsError("The points are damaged; open their table again.") from error
    _refuse(points)
    points.flags.writeable = False  # shared by everybody who asks for it
    return points


def _refuse(points: object) -> None:
    if not isinstance(points, np.ndarray) or points.ndim != 2 or points.shape[1] != 2:
        raise PointsError("The points are no pairs of x and y; open their table again.")
    if points.dtype != np.float64:
        raise PointsError("The points are no decimal numbers; open their table again.")
    if len(points) > MOST_POINTS:
        raise PointsError(
            "{count:,} points are too many; {most:,} are possible.", count=len(points), most=MOST_POINTS
        )
    if not (np.abs(points) <= LARGEST).all():
        raise PointsError("Some points are not finite or too large; open their table again.")
