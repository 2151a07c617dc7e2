"""Pictures in texts: inline objects that fit the width of their document, in the theme's own version."""

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QObject, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QImageReader,
    QPainter,
    QPixmap,
    QPyTextObject,
    QTextCharFormat,
    QTextDocument,
    QTextFormat,
)

from cadl_desktop.ui.theme.theme import GRID, theme

PICTURE_OBJECT = int(QTextFormat.ObjectTypes.UserObject) + 2
_FILE = int(QTextFormat.Property.UserProperty) + 4  # 1 to 3 are those of formulas, in writer.py
_CAPTION_HEIGHT = 6 * GRID
"""Room below a picture that is as high as its page."""


class PictureObject(QPyTextObject):
    """Inline object that draws the pictures of a document."""

    def intrinsicSize(self, document: QTextDocument, place: int, char_format: QTextFormat) -> QSizeF:
        return _fitted(QSizeF(_size_of(str(char_format.property(_FILE)))), document)

    def drawObject(
        self,
        painter: QPainter,
        room: QRectF | QRect,
        document: QTextDocument,
        place: int,
        char_format: QTextFormat,
    ) -> None:
        file, scale = str(char_format.property(_FILE)), painter.deviceTransform().m11()
        pixels = _size_of(file).boundedTo((QSizeF(room.size()) * scale).toSize())
        if not pixels.isEmpty():
            scaled = _scaled(file, pixels)
            painter.drawPixmap(QRectF(room), scaled, QRectF(scaled.rect()))
            painter.setPen(QColor(theme().border))  # many end in the colour that they stand on
            painter.drawRect(QRectF(room).adjusted(0.5, 0.5, -0.5, -0.5))


def picture_format(file: Path) -> QTextCharFormat:
    """Format of the inline object for a picture NAME-light, in whose place the dark theme has NAME-dark."""
    dark = file.with_stem(f"{file.stem.removesuffix('-light')}-dark")
    made = QTextCharFormat()
    made.setObjectType(PICTURE_OBJECT)
    made.setProperty(_FILE, str(dark if theme().dark and dark.exists() else file))
    return made


def draw_pictures(document: QTextDocument, parent: QObject) -> None:
    """Enables a document to draw pictures."""
    document.documentLayout().registerHandler(PICTURE_OBJECT, PictureObject(parent))


def _fitted(size: QSizeF, document: QTextDocument) -> QSizeF:
    """Size that fits the document's width and, where it has pages, their height."""
    page, shape = document.pageSize(), document.rootFrame().frameFormat()
    width = page.width() - shape.leftMargin() - shape.rightMargin() if page.width() > 0 else size.width()
    height = page.height() - shape.topMargin() - shape.bottomMargin() - _CAPTION_HEIGHT
    most = QSizeF(width, height if page.height() > 0 else size.height())
    if size.width() <= most.width() and size.height() <= most.height():
        return size
    return size.scaled(most, Qt.AspectRatioMode.KeepAspectRatio)


@lru_cache(maxsize=256)
def _size_of(file: str) -> QSize:
    """Size in pixels, read from the file's header; empty if it isn't a picture."""
    size = QImageReader(file).size()
    return size if size.isValid() else QSize()


@lru_cache(maxsize=8)
def _scaled(file: str, pixels: QSize) -> QPixmap:
    image = QImageReader(file).read()
    kept, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    return QPixmap.fromImage(image.scaled(pixels, kept, smooth))
