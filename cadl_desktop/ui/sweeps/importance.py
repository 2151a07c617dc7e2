"""How much each setting of a sweep decides, as bars with numbers."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QShowEvent
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStackedLayout,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from cadl_desktop.sentences import sentence_of
from cadl_desktop.session.background import Background, RequestThrottle, ThrottledRequest
from cadl_desktop.session.sweeps.chosen_trial import SweepSelection
from cadl_desktop.sweeps.findings.setting_importance import counted_trials, importances
from cadl_desktop.sweeps.plan.sweep_model import Sweep
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.sweeps.records.sweep_status import SweepStatus
from cadl_desktop.ui.controls.fields import describe, window_text
from cadl_desktop.ui.controls.layouts import in_column, wide
from cadl_desktop.ui.controls.looks import hint_label, label
from cadl_desktop.ui.controls.number_text import grouped
from cadl_desktop.ui.sweeps.words import objective_title, settings_of
from cadl_desktop.ui.theme.theme import GRID, SMALL, tabular_font, text_font, theme

Roles = Qt.ItemDataRole
Index = QModelIndex | QPersistentModelIndex

_REST = 20.0
"""So many times as long as it took nothing is asked anew: a twentieth of a core at most goes into it."""
_LEAST_REST = 2.0
_PATH, _SHARE, _TITLE, _VALUE = (Roles.UserRole + number for number in range(4))
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ROW = 4 * GRID
_BAR = 10
_MOST_WORDS = 40 * GRID


class ImportanceView(QWidget):
    """Asks for importances in the background while it is seen, anew when more trials are over."""

    def __init__(
        self, selection: SweepSelection, background: Background, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._selection, self._background = selection, background
        self._sweep: Sweep | None = None
        self._standing = SweepStatus()
        self._told: tuple[Sweep, int] | None = None
        """Of which sweep, and of how many trials, something has been said."""
        self.setAccessibleName("Importance")
        self.bars = QListWidget()
        self.bars.setItemDelegate(_BarDelegate(self.bars))
        self.bars.setUniformItemSizes(True)
        text = (
            "The share of each setting in what sets the best trials apart; beside it is what the chosen "
            "trial has."
        )
        describe(self.bars, "Importance of the settings", text)
        self.about, self.empty = label("", "muted", "small", wraps=True), hint_label()
        page = QWidget()
        in_column(wide(self.bars), self.about, on=page, margins=GRID)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(page)
        self._asking = RequestThrottle(self._wanted, self._fail, self)
        selection.changed.connect(self._show_values)
        self._say("How much each setting decides stands here when some trials are over.")

    def show_sweep(self, sweep: Sweep, standing: SweepStatus, folder: SweepFolder) -> None:
        """How the sweep stands now."""
        if sweep is not self._sweep:
            self._asking.drop()
            self._settings = {each.path: each for each in settings_of(sweep)}
            self._show({})
        self._sweep, self._standing = sweep, standing
        self._asking.look()
        self._show_values()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._asking.look()

    def _wanted(self) -> ThrottledRequest | None:
        sweep, standing = self._sweep, self._standing
        if sweep is None or not self.isVisible() or not standing.trials:
            return None
        asked = sweep, counted_trials(standing)
        if self._told == asked:
            return None
        self._told = asked
        if not self.bars.count():
            self._say("How much each setting decides is being worked out…")
        ask = partial(self._background.do, lambda: importances(sweep, standing))
        return ThrottledRequest(ask, partial(self._take, sweep), rest=_REST, least=_LEAST_REST)

    def _take(self, sweep: Sweep, found: Mapping[str, float]) -> None:
        if sweep is self._sweep:
            self._show(found)

    def _fail(self, error: Exception) -> None:
        self._show({})
        self._say(window_text(sentence_of(error)))

    def _say(self, text: str) -> None:
        self.empty.setText(text)
        self._stack.setCurrentIndex(0)

    def _show(self, found: Mapping[str, float]) -> None:
        """Bars, the longest first; what was current stays so."""
        current = self.bars.currentItem()
        path = current.data(_PATH) if current else None
        self.bars.clear()
        for name, share in found.items():
            item = QListWidgetItem()
            item.setData(_PATH, name)
            item.setData(_SHARE, share)
            item.setData(_TITLE, self._settings[name].title)
            self.bars.addItem(item)
            if name == path:
                self.bars.setCurrentItem(item)
        if self.bars.currentItem() is None:
            self.bars.setCurrentRow(0)
        self._show_values()
        if found and self._told is not None:
            sweep, count = self._told
            title, trials = objective_title(sweep.objective), grouped(count)
            self.about.setText(
                f"{title}: what tells the best tenth of {trials} trials (five at least) from all of them. "
                "By PED-ANOVA (Watanabe, Bansal and Hutter, 2023); together 100 %."
            )
            self._stack.setCurrentIndex(1)

    @Slot()
    def _show_values(self) -> None:
        """What the chosen trial has, beside each bar."""
        number = self._selection.number
        trial = self._standing.trials.get(number) if number is not None else None
        point = dict(trial.point) if trial is not None else {}
        for row in range(self.bars.count()):
            item = self.bars.item(row)
            path, title = item.data(_PATH), item.data(_TITLE)
            text = self._settings[path].text(point[path]) if path in point else ""
            item.setData(_VALUE, text)
            share = _per_cent(item.data(_SHARE))
            spoken = f"{title}: {share}"
            item.setData(Roles.AccessibleTextRole, ", ".join([spoken, text] if text else [spoken]))
            item.setToolTip(item.data(Roles.AccessibleTextRole))


class _BarDelegate(QStyledItemDelegate):
    """Title and value on the left, then the bar with its number."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(super().sizeHint(option, index).width(), _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        super().paint(painter, option, index)  # the ground, and what is chosen
        room = option.rect.adjusted(GRID, 0, -GRID, 0)
        half = min(room.width() // 2, _MOST_WORDS)
        title, text, share = index.data(_TITLE), index.data(_VALUE), index.data(_SHARE)
        words = QRect(room.left(), room.top(), half - GRID, room.height())
        painter.setFont(tabular_font(SMALL))
        painter.setPen(QColor(theme().orange))
        shown = painter.fontMetrics().elidedText(text or "", Qt.TextElideMode.ElideRight, half // 2)
        painter.drawText(words, _RIGHT, shown)
        painter.setFont(text_font())
        painter.setPen(QColor(theme().text))
        left = words.width() - painter.fontMetrics().horizontalAdvance(shown) - GRID
        painter.drawText(
            words, _LEFT, painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, left)
        )
        self._paint_bar(painter, room.adjusted(half, 0, 0, 0), share)
        painter.restore()

    def _paint_bar(self, painter: QPainter, room: QRect, share: float) -> None:
        painter.setFont(tabular_font(SMALL))
        number = painter.fontMetrics().horizontalAdvance("100 %") + GRID
        ground = QRect(room.left(), room.center().y() - _BAR // 2, room.width() - number, _BAR)
        painter.fillRect(ground, QColor(theme().border))
        bar = ground.adjusted(0, 0, round(ground.width() * share) - ground.width(), 0)
        painter.fillRect(bar, QColor(theme().series))
        painter.drawText(room, _RIGHT, _per_cent(share))


def _per_cent(share: float) -> str:
    """Without the decimals that ten trials or a thousand don't bear out."""
    return f"{100 * share:.0f} %"
