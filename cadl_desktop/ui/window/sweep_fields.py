"""The controls of the window's forms by the paths of the settings that they show, for a sweep to vary."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from cadl_desktop.ui.window.main_window import MainWindow


def sweep_fields(window: "MainWindow") -> Mapping[str, QWidget]:
    """Those of the panels, and of the layer's card or the output's where one is open."""
    side, beside = window.side, window.designer.beside
    found: dict[str, QWidget] = {}
    for panel in (side.data, side.encoding, side.training):
        found |= panel.controls()
    if beside.head is not None:
        head = "output" if beside.card is beside.output else f"layers.{beside.layer.index}"
        found |= {f"{head}.{name}": control for name, control in beside.card.controls().items()}
    return found
