"""The window that says in how few bytes the network paints its picture."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QDialog, QProgressBar, QPushButton, QWidget

from cadl_desktop.session.views.byte_counting import ByteCounting
from cadl_desktop.ui.bytes.bytes_plot import BytesPlot
from cadl_desktop.ui.bytes.bytes_words import codecs_in_words, network_in_words
from cadl_desktop.ui.controls.fields import ProblemLine, describe, order_tabs
from cadl_desktop.ui.controls.layouts import in_column, in_row, wide
from cadl_desktop.ui.controls.looks import label, make_primary
from cadl_desktop.ui.manual.dialog_help import help_button
from cadl_desktop.ui.theme.theme import GRID

_HEIGHT = 4
_METHOD = (
    "Its weights are rounded to few bits, trained on as they are rounded, and packed as in a ZIP file; the "
    "fewest bits are taken that cost less than 0.2 dB. The run itself stays as it is."
)


class BytesDialog(QDialog):
    """Stays open beside the work; closing it ends the counting."""

    def __init__(self, counting: ByteCounting, parent: QWidget) -> None:
        super().__init__(parent)
        self._counting = counting
        self.setWindowTitle("File size beside JPEG and WebP")
        self.plot, self.problem = BytesPlot(), ProblemLine()
        self.network, self.codecs = label("", wraps=True), label("", wraps=True)
        self.method = label(_METHOD, "small", "muted", wraps=True)
        self.progress, self.bar = label("", "small", "muted", wraps=True), QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(_HEIGHT)
        self.bar.setRange(0, 0)
        describe(self.bar, "Counting", "The weights are being rounded, or picture files written.")
        self.act, self.leave = QPushButton(), QPushButton("Close")
        self.act.setMinimumWidth(10 * GRID)  # it is called this and that
        make_primary(self.act)
        describe(self.leave, "Close", "Closes this window, and counts no further (Esc).")
        self.leave.setAutoDefault(False)
        self._lay_out()
        self.act.clicked.connect(self._count_or_cancel)
        self.leave.clicked.connect(self.close)
        counting.changed.connect(self._show)
        self._show()

    def done(self, result: int) -> None:
        """Closes the window, whether by its button, by Escape or by its frame."""
        self._counting.cancel()
        super().done(result)

    def _lay_out(self) -> None:
        self.helps = help_button(self, "bytes.md")
        foot = in_row(wide(self.progress), self.act, self.leave, self.helps)
        answer = in_column(self.network, self.codecs, apart=GRID // 2)
        below = answer, self.problem, self.method, self.bar, foot
        in_column(wide(self.plot), *below, on=self, margins=2 * GRID)
        order_tabs([self.plot.canvas, self.act, self.leave, self.helps])
        self.resize(72 * GRID, 60 * GRID)

    @Slot()
    def _count_or_cancel(self) -> None:
        if self._counting.counting:
            self._counting.cancel()
        else:
            self._counting.count()

    @Slot()
    def _show(self) -> None:
        counting = self._counting
        if counting.found is not self.plot.found:
            self.plot.show_bytes(counting.found)
        for words, tell in ((self.network, network_in_words), (self.codecs, codecs_in_words)):
            words.setText(tell(counting.found) if counting.found else "")
            words.setVisible(counting.found is not None)
        self.problem.show_problem(counting.problem or "")
        self.bar.setVisible(counting.counting)
        self.progress.setText(self._progress())
        self.act.setVisible(counting.found is None)
        self.act.setEnabled(counting.counting or not counting.obstacle)
        self.act.setText("Cancel" if counting.counting else "Count")
        text = "Counts no further." if counting.counting else counting.obstacle or "Counts the bytes again."
        describe(self.act, self.act.text(), text)

    def _progress(self) -> str:
        counting = self._counting
        if counting.counting:
            return "Rounding the weights, and writing the picture as JPEG and WebP…"
        if counting.found is not None or counting.problem is not None:
            return ""
        return counting.obstacle or "Nothing is counted of the weights that are shown now."
