"""The whole window, for what leads people through it: tour, explanations, and the names that lessons use."""

from typing import Protocol

from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.window.bars.toolbar import Toolbar
from cadl_desktop.ui.window.features import Features


class Whole(Protocol):
    """The parts of a window that can be pointed at."""

    frame: Frame
    features: Features
    toolbar: Toolbar
