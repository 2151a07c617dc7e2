"""What a drop or the clipboard holds that could become a picture."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData
from PySide6.QtGui import QImage

_FORMATS = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/tiff", "image/bmp")
_UNCOMPRESSED = 100


def files_in(data: QMimeData) -> list[Path]:
    """Those on this machine."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def has_picture(data: QMimeData) -> bool:
    return data.hasImage() or any(data.hasFormat(name) for name in _FORMATS)


def picture_in(data: QMimeData) -> Callable[[], bytes]:
    """What gives the bytes of a picture file: slow where Qt holds only pixels, so it can be called later and
    on any thread."""
    for name in _FORMATS:
        if data.hasFormat(name):
            held = data.data(name).data()
            return lambda: bytes(held)
    image = QImage(data.imageData())
    return lambda: _as_png(image)


def _as_png(image: QImage) -> bytes:
    written = QByteArray()
    buffer = QBuffer(written)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG", _UNCOMPRESSED)  # type: ignore[call-overload]
    return bytes(written.data())
