"""In the network's head: what its colours mean, how its tiles are shown, and the way back from a zoom."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolButton, QWidget

from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import in_row, wide
from cadl_desktop.ui.controls.looks import small_label, toggle
from cadl_desktop.ui.network.legend import Legend
from cadl_desktop.ui.settings.remembered import NETWORK_CONTRAST
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID

_ICON_ROOM = 43
"""What a switch takes that shows its icon alone."""
_WORDS, _ICONS = Qt.ToolButtonStyle.ToolButtonTextOnly, Qt.ToolButtonStyle.ToolButtonIconOnly


class ViewBar(QWidget):
    """`contrast` is remembered from one start to the next. `size` stands between the legend and the
    switches, `last` after them."""

    def __init__(self, size: QWidget, last: QToolButton, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.legend = Legend()
        self.closeness = small_label()
        self.fit = QPushButton("Fit")
        self.fit.setProperty("small", True)
        set_icon(self.fit, "zoom-reset")
        text = "Shows the whole network again (Home, or a double click)."
        describe(self.fit, "Fit the network", text)
        self.contrast = toggle(
            "Tile contrast", "On: every tile has the full colours. Off: the tiles of a layer can be compared."
        )
        self.contrast.setChecked(NETWORK_CONTRAST.get())
        self.contrast.toggled.connect(NETWORK_CONTRAST.set)
        self.importance = toggle(
            "By importance", "Puts the neurons first without which the cost would rise most, as measured now."
        )
        self.readouts = toggle(
            "What layers know",
            "Shows below each layer the best that a straight readout of this layer alone can make.",
        )
        self._switches = {
            self.contrast: (self.contrast.text(), "Contrast"),
            self.importance: (self.importance.text(), "Importance"),
            self.readouts: (self.readouts.text(), "Readouts"),
            last: (last.text(), "Learned"),
        }
        for switch, name in zip(self._switches, ("contrast", "importance", "readouts", "keep"), strict=True):
            set_icon(switch, name)
        self._size = size
        self._others = (self.closeness, self.fit)
        in_row(
            wide(self.legend, 2), size, *self._others, *self._switches, on=self, margins=(GRID, 0, GRID, 0)
        )
        # What stands beside it, and comes and goes, has its words before this has.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(len(self._switches) * _ICON_ROOM + 2 * GRID)
        self.setFixedHeight(4 * GRID)  # whatever it shows, the drawing stays as it is
        self.show_zoom(1.0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_words()

    def _fit_words(self) -> None:
        """The legend before whole titles, these before short ones and icons alone; all of them before what is
        said about the network's size."""
        whole, least = self.legend.sizeHint().width(), self.legend.width_for(0)
        for form, wanted in ((0, whole), (1, whole), (1, least), (None, least)):
            self._show_form(form)
            room = self._room()
            if room >= wanted:
                break
        legend = self.legend.width_for(room)
        self.legend.setVisible(room >= least)
        self.legend.setMinimumWidth(legend if room >= least else 0)
        self._size.setMaximumWidth(max(room - legend - GRID, 0))

    def _show_form(self, form: int | None) -> None:
        for switch, titles in self._switches.items():
            switch.setToolButtonStyle(_ICONS if form is None else _WORDS)
            switch.setText(titles[form or 0])

    def _room(self) -> int:
        """What the switches leave."""
        shown = [one for one in (*self._others, *self._switches) if not one.isHidden()]
        return self.width() - sum(one.sizeHint().width() + GRID for one in shown) - 2 * GRID

    def show_zoom(self, scale: float) -> None:
        """How close one looks; nothing where the whole network is seen."""
        self.closeness.setText("" if scale == 1.0 else f"{scale:.1f}×")
        self.fit.setVisible(scale != 1.0)
        self._fit_words()
