"""The program's icon as Windows and macOS want it, from resources/icons/cadl_desktop.svg."""

from pathlib import Path

from PIL import Image
from product import ICON
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

WINDOWS_SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
"""Sizes for Explorer, task bar and title bars at 100 to 250 %, and 256 for large tiles."""
MACOS_SIZES = (32, 64, 128, 256, 512, 1024)


def rendered(size: int) -> Image.Image:
    """The icon as size x size pixels with alpha. Each size is drawn by itself: a shrunken one is blurred."""
    image = QImage(size, size, QImage.Format.Format_RGBA8888)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(ICON)).render(painter)
    painter.end()
    return Image.frombytes("RGBA", (size, size), bytes(image.constBits()))


def write_ico(path: Path) -> None:
    *smaller, largest = [rendered(size) for size in WINDOWS_SIZES]
    largest.save(path, sizes=[(size, size) for size in WINDOWS_SIZES], append_images=smaller)


def write_icns(path: Path) -> None:
    *smaller, largest = [rendered(size) for size in MACOS_SIZES]
    largest.save(path, append_images=smaller)
