"""Pictures of more pixels than a screen has: which they are, and how large they are looked at."""

MOST_SIDE = 8192
MOST_PIXELS = 24 * 2**20
"""As cameras make them: 6048 x 4024 pixels are a little more than 24 million."""
LARGE = 2**20
"""Of a picture with more pixels than this all is held as bytes, and whatever is made of its pixels is made
when it is needed."""
SCREEN = 1024
"""Pixels along the longer side of what is looked at of a large picture."""


def is_large(height: int, width: int) -> bool:
    return height * width > LARGE


def reduced_size(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """A width and height reduced alike until the longer one is `longest` and there are no more than
    `MOST_PIXELS`; neither vanishes."""
    width, height = size
    share = min(1.0, longest / max(width, height, 1))
    width, height = max(1, round(width * share)), max(1, round(height * share))
    share = (MOST_PIXELS / (width * height)) ** 0.5
    # Rounded up, they would have to be reduced once more.
    return (width, height) if share >= 1 else (max(1, int(width * share)), max(1, int(height * share)))


def screen_size(height: int, width: int) -> tuple[int, int]:
    """Height and width at which a picture is looked at while it is learned: its own unless it is large."""
    if not is_large(height, width):
        return height, width
    columns, rows = reduced_size((width, height), SCREEN)
    return rows, columns
