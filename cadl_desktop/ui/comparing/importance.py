"""View of how much each setting decides, as bars with numbers."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHeaderView, QProgressBar, QTreeWidget, QTreeWidgetItem, QWidget

from cadl_desktop.comparing.comparable import comparable, too_few_settings
from cadl_desktop.comparing.points import by_point
from cadl_desktop.comparing.setting_importance import LEAST_TRAININGS, importances, informative
from cadl_desktop.comparing.training import TrainingSet
from cadl_desktop.sentences import sentence_of
from cadl_desktop.session.background import Background, RequestThrottle, ThrottledRequest
from cadl_desktop.session.comparing.comparison import Selection
from cadl_desktop.ui.comparing.view import ComparisonView
from cadl_desktop.ui.comparing.words import objective_title
from cadl_desktop.ui.controls.fields import describe, window_text
from cadl_desktop.ui.controls.layouts import in_column, in_row, wide
from cadl_desktop.ui.controls.looks import label, set_plot_background
from cadl_desktop.ui.controls.number_text import grouped
from cadl_desktop.ui.theme.theme import GRID

_REST, _LEAST_REST = 20.0, 2.0
"""Rest after a request, as a multiple of its duration and in seconds: a twentieth of a core at most."""
_BAR = 2
"""Column of the bars."""
_ROW = 4 * GRID


class ImportanceView(ComparisonView):
    """View that computes importances in the background while it is visible, again when more trainings are
    over."""

    title = "Importance"

    def __init__(self, selection: Selection, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(selection, parent)
        self._background = background
        set_plot_background(self)
        self._compared = TrainingSet("sweep", "")
        self._asked = 0
        self.bars = QTreeWidget()
        self.bars.setHeaderLabels(["Setting", "Share", ""])
        self.bars.setRootIsDecorated(False)
        self.bars.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        text = "Share of each setting in what sets the best runs apart."
        describe(self.bars, "Importance of the settings", text)
        self.about = label("", "muted", "small", wraps=True)
        in_column(wide(self.bars), self.about, on=self, margins=GRID)
        self._throttle = RequestThrottle(self._wanted, self._fail, self)

    def obstacle(self, trainings: TrainingSet) -> str:
        reason = too_few_settings(trainings, self.title)
        if not reason and len(informative(by_point(comparable(trainings)))) < LEAST_TRAININGS:
            return "How much each setting decides is seen here when ten runs are over."
        return reason

    def take_set(self, *, is_other: bool) -> None:
        before, self._compared = self._compared, by_point(comparable(self.trainings))
        if is_other or self._compared.settings != before.settings:
            self._throttle.drop()
            self._asked = 0
            self.bars.clear()

    def draw(self) -> None:
        self._throttle.look()

    def _wanted(self) -> ThrottledRequest | None:
        trainings, count = self._compared, len(informative(self._compared))
        if not self.isVisible() or count == self._asked or self.obstacle(trainings):
            return None
        self._asked = count
        if not self.bars.topLevelItemCount():
            self.about.setText("How much each setting decides is being worked out…")
        ask = partial(self._background.do, lambda: importances(trainings))
        return ThrottledRequest(ask, partial(self._show, count), rest=_REST, least=_LEAST_REST)

    def _fail(self, error: Exception) -> None:
        self.bars.clear()
        self.about.setText(window_text(sentence_of(error)))

    def _show(self, count: int, found: Mapping[str, float]) -> None:
        """Shows the bars of so many trainings, the longest first."""
        self.bars.clear()
        for path, share in found.items():
            setting = self._compared.setting(path)
            # Without decimals, for which ten trainings or a thousand are too few.
            item = QTreeWidgetItem([setting.title if setting else path, f"{100 * share:.0f} %"])
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setSizeHint(_BAR, QSize(0, _ROW))
            self.bars.addTopLevelItem(item)
            cell, bar = QWidget(), QProgressBar()
            bar.setValue(round(100 * share))
            in_row(bar, on=cell, margins=(GRID, 0, GRID, 0))
            self.bars.setItemWidget(item, _BAR, cell)
        self.about.setText(
            f"What sets the best tenth of {grouped(count)} runs (at least five) apart, by "
            f"{objective_title(self._compared.objective)}. Method: PED-ANOVA (Watanabe, Bansal and Hutter, "
            "2023)."
        )
