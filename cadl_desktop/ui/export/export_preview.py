"""Preview of an export: a picture, a table or the first lines of a text."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QFontDatabase, QHideEvent, QImage, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QPlainTextEdit,
    QSizePolicy,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import in_column, wide
from cadl_desktop.ui.controls.looks import hint_label
from cadl_desktop.ui.painting.images import Pixels, image_of
from cadl_desktop.ui.settings.settings_table import motion_allowed
from cadl_desktop.ui.theme.theme import theme

if TYPE_CHECKING:
    from cadl_desktop.export.exports import Preview


class PreviewPane(QWidget):
    """Pane with a preview, and a caption with the real size."""

    def __init__(self) -> None:
        super().__init__()
        self.picture = _Picture()
        self.table = _table()
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        describe(self.picture, "Preview", "What will be written, at a smaller size.")
        describe(self.table, "Preview", "What the file will hold.")
        describe(self.text, "Preview", "The first lines of the file.")
        self._waiting, self.caption = hint_label("Preparing the preview…"), hint_label()
        self._stack = QStackedWidget()
        for widget in (self._waiting, self.picture, self.table, self.text):
            self._stack.addWidget(widget)
        in_column(wide(self._stack), self.caption, on=self)

    def wait(self) -> None:
        """Shows that a preview is being prepared."""
        self.show_nothing("Preparing the preview…")

    def is_shown(self) -> bool:
        return self._stack.currentWidget() is not self._waiting

    def show_nothing(self, text: str) -> None:
        """Shows a reason in place of a preview."""
        self._waiting.setText(text)
        self._stack.setCurrentWidget(self._waiting)
        self.caption.clear()

    def show_preview(self, preview: "Preview") -> None:
        film = preview.film or (() if preview.picture is None else (preview.picture,))
        if film:
            self.picture.show_film(film, preview.every_ms)
            self._stack.setCurrentWidget(self.picture)
        elif preview.rows:
            _fill(self.table, preview.rows)
            self._stack.setCurrentWidget(self.table)
        elif preview.text:
            self.text.setPlainText(preview.text)
            self._stack.setCurrentWidget(self.text)
        else:
            self.show_nothing("This has no preview.")
        self.caption.setText(preview.caption)


class _Picture(QWidget):
    """Picture or film, as large as fits, with its proportions."""

    def __init__(self) -> None:
        super().__init__()
        self.image = QImage()
        self._images: list[QImage] = []
        self._turns = QTimer(self)
        self._turns.timeout.connect(self._show_next)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_film(self, pictures: Sequence[Pixels], every_ms: int) -> None:
        """Loops over pictures, (height, width, 3); shows only the last one if motion is turned off."""
        self._images = [image_of(pixels) for pixels in pictures]
        self.image = self._images[-1]
        self._turns.setInterval(every_ms)
        self._play()
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._play()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._turns.stop()

    def _play(self) -> None:
        if self.isVisible() and len(self._images) > 1 and motion_allowed():
            self._turns.start()
        else:
            self._turns.stop()

    @Slot()
    def _show_next(self) -> None:
        self._images.append(self._images.pop(0))
        self.image = self._images[-1]
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, 320)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.image.isNull():
            return
        painter = QPainter(self)
        room = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        size = self.image.size().scaled(room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(0, 0, size.width(), size.height())
        place.moveCenter(room.center())
        # Enlarged pixels stay sharp, as in the file.
        smooth = size.width() < 2 * self.image.width()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(place, self.image)
        painter.setPen(QColor(theme().border))
        painter.drawRect(place.adjusted(-0.5, -0.5, 0.5, 0.5))


def _table() -> QTreeWidget:
    # A tree, as a table widget has a corner button without an accessible name.
    table = QTreeWidget()
    table.setRootIsDecorated(False)
    table.setUniformRowHeights(True)
    table.header().setStretchLastSection(False)  # it would be wider than the others
    table.header().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    return table


def _fill(table: QTreeWidget, rows: tuple[tuple[str, ...], ...]) -> None:
    """Fills the table; the first row is the heading."""
    heading, *body = rows
    table.clear()
    table.setColumnCount(len(heading))
    table.setHeaderLabels(heading)
    table.addTopLevelItems([QTreeWidgetItem(list(cells)) for cells in body])
