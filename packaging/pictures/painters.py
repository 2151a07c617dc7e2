"""Makes the manual's contact sheet of the six painters anew: a photograph, a drawing and a word.

Run it with the project's environment: .venv/bin/python packaging/pictures/painters.py
"""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

CHECKOUT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(CHECKOUT))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from matplotlib import get_data_path
from PIL import Image, ImageDraw, ImageFont
from skimage import data

from cadl_desktop.cli.painters_command import painter_designs, sheets_of, trained_states
from cadl_desktop.ui.theme.theme import DARK, LIGHT

FOLDER = CHECKOUT / "resources" / "manual" / "pictures"
SIZE = 360, 240


def drawing() -> Image.Image:
    """House under the sun."""
    image = Image.new("RGB", SIZE, "#9fd3f0")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 160, 360, 240), fill="#5a9e3c")
    draw.ellipse((270, 20, 330, 80), fill="#ffd83b")
    draw.rectangle((90, 104, 216, 192), fill="#c8553d")
    draw.polygon([(72, 104), (153, 48), (234, 104)], fill="#5b3a29")
    draw.rectangle((135, 144, 171, 192), fill="#3b2a20")
    draw.rectangle((184, 120, 206, 140), fill="#fff2b0")
    return image


def word() -> Image.Image:
    image = Image.new("RGB", SIZE, "#ffffff")
    font = ImageFont.truetype(str(Path(get_data_path(), "fonts", "ttf", "DejaVuSans-Bold.ttf")), 96)
    ImageDraw.Draw(image).text((180, 120), "Hello", "#c02a5a", font, anchor="mm")
    return image


def main() -> None:
    photograph = Image.fromarray(data.coffee()).crop((0, 0, 600, 400)).resize(SIZE)
    sheets: dict[str, list[np.ndarray]] = {"light": [], "dark": []}
    with TemporaryDirectory() as folder:
        for image in (photograph, drawing(), word()):
            file = Path(folder, "picture.png")
            image.save(file)
            designs = painter_designs(file)
            states = trained_states(designs)
            if states is None:
                sys.exit(130)
            for name, theme in (("light", LIGHT), ("dark", DARK)):
                colours = theme.plot_background, theme.text
                sheets[name] += sheets_of(designs, states, [1.0], 1.0, colours)
    for name, made in sheets.items():
        Image.fromarray(np.concatenate(made)).save(FOLDER / f"painters-{name}.png", optimize=True)


if __name__ == "__main__":
    main()
