"""Below the network: what its colours mean, how its tiles are shown, and the way back from a zoom."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QPushButton, QWidget

from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import in_row, wide
from cadl_desktop.ui.controls.looks import small_label, toggle
from cadl_desktop.ui.controls.settings import network_contrast, remember_network_contrast
from cadl_desktop.ui.network.legend import Legend
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID


class ViewBar(QWidget):
    """`contrast` is remembered from one start to the next. `size` stands between the legend and the
    switches, `last` after them."""

    def __init__(self, size: QWidget, last: QAbstractButton, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.legend = Legend()
        self.closeness = small_label()
        self.fit = QPushButton(self.tr("Fit"))
        self.fit.setProperty("small", True)
        set_icon(self.fit, "zoom-reset")
        text = self.tr("Shows the whole network again (Home, or a double click).")
        describe(self.fit, self.tr("Fit the network"), text)
        self.contrast = toggle(
            self.tr("Tile contrast"),
            self.tr("On: every tile has the full colours. Off: the tiles of a layer can be compared."),
        )
        self.contrast.setChecked(network_contrast())
        self.contrast.toggled.connect(remember_network_contrast)
        self.importance = toggle(
            self.tr("By importance"),
            self.tr("Puts the neurons first without which the cost would rise most, as measured now."),
        )
        self.readouts = toggle(
            self.tr("What layers know"),
            self.tr("Shows below each layer the best that a straight readout of this layer alone can make."),
        )
        self._row = in_row(
            wide(self.legend, 2),
            size,
            self.closeness,
            self.fit,
            self.contrast,
            self.importance,
            self.readouts,
            last,
            on=self,
            margins=(GRID, 0, GRID, GRID // 2),
        )
        self._size = size
        self._others = (self.fit, self.contrast, self.importance, self.readouts, last)
        self._titles: dict[QAbstractButton, tuple[str, str]] = {
            self.contrast: (self.contrast.text(), self.tr("Contrast")),
            self.importance: (self.importance.text(), self.tr("Importance")),
            self.readouts: (self.readouts.text(), self.tr("Readouts")),
            last: (last.text(), self.tr("Keep")),
        }
        self.setFixedHeight(4 * GRID)  # whatever it shows, the drawing stays as it is
        self.show_zoom(1.0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_words()

    def _fit_words(self) -> None:
        """Whole titles before short ones, and the legend before what is said about the network's size."""
        self.legend.setMinimumWidth(self.legend.width_for(0))
        for form in (0, 1):
            for button, titles in self._titles.items():
                button.setText(titles[form])
            if self._row.minimumSize().width() <= self.width():
                break
        shown = [one for one in self._others if not one.isHidden()]
        room = self.width() - sum(one.sizeHint().width() + GRID for one in shown) - 3 * GRID
        legend = self.legend.width_for(room)
        self.legend.setMinimumWidth(legend)
        self._size.setMaximumWidth(max(room - legend, 0))

    def show_zoom(self, scale: float) -> None:
        """How close one looks; nothing where the whole network is seen."""
        self.closeness.setText("" if scale == 1.0 else f"{scale:.1f}×")
        self.fit.setVisible(scale != 1.0)
        self._fit_words()
