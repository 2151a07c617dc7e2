"""Contact sheet: pictures of one size side by side, each with a line of text below."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Pixels = NDArray[np.uint8]

COLUMNS = 3
_GAP, _TEXT, _LINE = 12, 15, 28
_LEAST_WIDTH = 240
"""Width of a column in pixels, so that a line of text has room below a narrow picture."""
ON_WHITE = "#ffffff", "#202124"
"""Colours of ground and text."""


def contact_sheet(
    pictures: Sequence[Pixels], lines: Sequence[str], colours: tuple[str, str] = ON_WHITE
) -> Pixels:
    """Returns the sheet of pictures (height, width, 3), all of the same size, in rows of three."""
    ground, ink = colours
    height, width = pictures[0].shape[:2]
    column, row = max(width, _LEAST_WIDTH) + _GAP, height + _LINE + _GAP
    rows = -(-len(pictures) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * column + _GAP, rows * row + _GAP), ground)
    draw = ImageDraw.Draw(sheet)
    from matplotlib import get_data_path  # shortens the start of other commands

    font = ImageFont.truetype(str(Path(get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")), _TEXT)
    for place, (picture, line) in enumerate(zip(pictures, lines, strict=True)):
        down, across = divmod(place, COLUMNS)
        left, top = _GAP + across * column, _GAP + down * row
        middle = left + (column - _GAP) // 2
        sheet.paste(Image.fromarray(picture), (middle - width // 2, top))
        draw.text((middle, top + height + 5), line, ink, font, anchor="ma")
    return np.asarray(sheet)
