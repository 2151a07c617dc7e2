"""The controls of the window's forms by the paths of the settings that they show, for a sweep to vary."""

from collections.abc import Mapping

from PySide6.QtWidgets import QWidget

from cadl_desktop.ui.designer.beside import Beside
from cadl_desktop.ui.panels.side_panel import SidePanel


def form_fields(side: SidePanel, card: Beside) -> Mapping[str, QWidget]:
    """Those of the panels, and of the layer's card or the output's where one is open."""
    found: dict[str, QWidget] = {}
    for panel in (side.data, side.encoding, side.training):
        found |= panel.controls()
    if card.head is not None:
        head = "output" if card.card is card.output else f"layers.{card.layer.index}"
        found |= {f"{head}.{name}": control for name, control in card.card.controls().items()}
    return found
