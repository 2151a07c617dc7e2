"""Rectangles in a picture's pixels that are moved and sized, within the picture and in a given shape."""

from cadl_desktop.data.pictures.cropping import Box

Size = tuple[int, int]
Handle = tuple[int, int]
"""Which edges are held: -1 the left or upper one, 1 the right or lower one, 0 none in this direction."""

SMALLEST = 2


def largest(picture: Size, ratio: float | None, around: Box | None = None) -> Box:
    """As much of a picture as has this ratio of width to height, about the middle of another box."""
    width, height = picture
    if ratio is not None:
        width, height = _of_ratio(min(width, height * ratio), ratio, picture)
    x, y = _middle(around or Box(0, 0, *picture))
    return _inside(round(x - width / 2), round(y - height / 2), width, height, picture)


def moved(box: Box, right: int, down: int, picture: Size) -> Box:
    """The same size elsewhere, as far as the picture reaches."""
    return _inside(box.left + right, box.top + down, box.width, box.height, picture)


def grown(box: Box, by: int, picture: Size, ratio: float | None) -> Box:
    """Wider by `by` pixels about its middle, with its height in step; as far as the picture reaches."""
    kept = ratio or box.width / box.height
    width, height = _of_ratio(box.width + by, kept, picture)
    x, y = _middle(box)
    return _inside(round(x - width / 2), round(y - height / 2), width, height, picture)


def dragged(box: Box, handle: Handle, x: float, y: float, picture: Size, ratio: float | None) -> Box:
    """With the held edges at (x, y) and the opposite ones where they were.

    In a given ratio the other direction follows: from the opposite corner, or evenly about the middle
    where a single edge is held.
    """
    if ratio is None:
        left, width = _stretched(box.left, box.width, handle[0], x, picture[0])
        top, height = _stretched(box.top, box.height, handle[1], y, picture[1])
        return Box(left, top, width, height)
    wanted = [abs(x - _anchor(box.left, box.width, handle[0]))] if handle[0] else []
    wanted += [abs(y - _anchor(box.top, box.height, handle[1])) * ratio] if handle[1] else []
    across = _room(box.left, box.width, handle[0], picture[0])
    down = _room(box.top, box.height, handle[1], picture[1])
    width, height = _of_ratio(min(max(wanted), across, down * ratio), ratio, picture)
    left = _placed(box.left, box.width, handle[0], width)
    top = _placed(box.top, box.height, handle[1], height)
    return _inside(left, top, width, height, picture)


def _stretched(start: int, length: int, held: int, to: float, whole: int) -> tuple[int, int]:
    """Start and length of one direction with the held edge at `to`."""
    if held == 0:
        return start, length
    end = start + length
    if held < 0:
        start = min(max(round(to), 0), max(end - SMALLEST, 0))
    else:
        end = max(min(round(to), whole), min(start + SMALLEST, whole))
    return start, end - start


def _anchor(start: int, length: int, held: int) -> int:
    return start + length if held < 0 else start


def _room(start: int, length: int, held: int, whole: int) -> float:
    """How long it can become in this direction."""
    if held == 0:
        return float(whole)
    return float(start + length if held < 0 else whole - start)


def _placed(start: int, before: int, held: int, length: int) -> int:
    if held < 0:
        return start + before - length
    return start if held > 0 else round(start + (before - length) / 2)


def _of_ratio(width: float, ratio: float, picture: Size) -> Size:
    """The nearest whole width and height of this ratio that is neither too small nor too large."""
    width = min(width, picture[0], picture[1] * ratio)
    width = max(width, SMALLEST, SMALLEST * ratio)
    return min(max(1, round(width)), picture[0]), min(max(1, round(width / ratio)), picture[1])


def _inside(left: int, top: int, width: int, height: int, picture: Size) -> Box:
    width, height = min(width, picture[0]), min(height, picture[1])
    return Box(min(max(left, 0), picture[0] - width), min(max(top, 0), picture[1] - height), width, height)


def _middle(box: Box) -> tuple[float, float]:
    return box.left + box.width / 2, box.top + box.height / 2
