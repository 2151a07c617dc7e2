"""Counts of what a window puts in front of a person: controls that can be used, and words on screen.

As a script it brings a picture of its own, trains it, and prints both amid the training:
    .venv/bin/python -m tests.ui.window_counts [--studio all] [--size 1440x900] [--theme dark] [--grab PNG]
"""

import argparse
import os
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from cadl_desktop.experiment import Part
from cadl_desktop.experiment.catalog import part
from cadl_desktop.ui.painting.images import Pixels
from tests.ui.driving import controls_in, shown_words

TRAINED_EPOCHS = 20


def usable_controls(window: QWidget) -> list[QWidget]:
    """Controls that are enabled and at least partly on screen: all that Tab reaches, and what only the mouse
    does, such as buttons in the titles of docks."""
    stops = [each for each in window.findChildren(QWidget) if each.focusPolicy() & Qt.FocusPolicy.TabFocus]
    found = dict.fromkeys([*controls_in(window), *stops])
    return [each for each in found if each.isVisible() and each.isEnabled() and _on_screen(each)]


def _on_screen(widget: QWidget) -> bool:
    return widget.focusProxy() is None and not widget.visibleRegion().isEmpty()


def _named(control: QWidget) -> str:
    return f"{type(control).__name__} {control.accessibleName()!r}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--studio", default="simple", choices=["simple", "all"])
    parser.add_argument("--size", default="1440x900")
    parser.add_argument("--theme", default="light", choices=["light", "dark"])
    parser.add_argument("--grab", type=Path, help="where to write a picture of the window")
    chosen = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as home:
        for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
            os.environ[name] = home
        _count(chosen)


def _count(chosen: argparse.Namespace) -> None:
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication
    from skimage import data

    from cadl_desktop.ui.settings.settings_table import STUDIO
    from cadl_desktop.ui.theme.theme_switch import set_theme
    from cadl_desktop.ui.window.application import make_window

    app = QApplication([])
    STUDIO.set(chosen.studio)
    window = make_window()
    set_theme(chosen.theme)
    window.resize(*map(int, chosen.size.split("x")))
    window.show()
    window.document.edit_own("Own picture", own_picture(data.chelsea()), "Cat")
    window.frame.actions["train"].trigger()
    while (progress := window.session.result.progress) is None or progress.epoch < TRAINED_EPOCHS:
        QTest.qWait(50)
    controls, words = usable_controls(window), shown_words(window)
    if chosen.grab:
        window.grab().save(str(chosen.grab))
    told = *map(_named, controls), " ".join(words), f"{len(controls)} controls, {len(words)} words"
    sys.stdout.write("\n".join(told) + "\n")
    window.close_without_asking()
    app.processEvents()
    sys.stdout.flush()
    os._exit(0)


def own_picture(pixels: Pixels, width: int = 128) -> Part:
    """A picture of one's own as data, at this width."""
    image = Image.fromarray(pixels)
    png = BytesIO()
    image.resize((width, round(width * image.height / image.width))).save(png, "PNG")
    return part("dataset", "picture", source="own", image=png.getvalue())


if __name__ == "__main__":
    main()
