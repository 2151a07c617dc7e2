"""What the seeds of one design or two make of it: the answer in words, what they make, and their costs."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from cadl_desktop.data.samples import Samples
from cadl_desktop.sweeps.findings.seed_comparison import Design
from cadl_desktop.ui.controls.layouts import in_column, wide
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.luck.band_plot import BandPlot
from cadl_desktop.ui.luck.deviations import Deviations
from cadl_desktop.ui.luck.strip_plot import StripPlot


class LuckBoard(QWidget):
    """Everything is shown again whenever there is news; nothing is remembered but what is shown."""

    def __init__(self, *, paints: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = label("", wraps=True)
        self.words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.curves, self.paintings = None if paints else BandPlot(), Deviations() if paints else None
        self.costs = StripPlot()
        made = self.curves or self.paintings
        assert made is not None
        in_column(self.words, wide(made, 3), wide(self.costs, 1), on=self)

    def show_samples(self, samples: Samples) -> None:
        """What the curves are to follow."""
        if self.curves is not None:
            self.curves.show_samples(samples)

    def show_designs(self, designs: Sequence[Design], sentences: Sequence[str]) -> None:
        """One or two, and what is said of them."""
        self.words.setText("\n".join(sentences))
        for view in (self.curves, self.paintings, self.costs):
            if view is not None:
                view.show_designs(designs)
