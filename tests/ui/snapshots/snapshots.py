"""Widgets painted into images and compared pixel by pixel with PNG files."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QColor, QImage, QRegion
from PySide6.QtWidgets import QWidget

from cadl_desktop.ui.theme.theme import theme

KEPT = Path(__file__).with_name("kept")
ALIKE_SHARE = 0.995
"""Least share of pixels that match within one level; the others may differ by any amount."""


@dataclass(frozen=True)
class Snapshots:
    """Kept pictures of one theme; differing ones are written to `found`."""

    theme: str
    found: Path
    renew: bool

    def difference(self, widget: QWidget, name: str, size: tuple[int, int]) -> str:
        """Describes how the widget, painted at `size`, differs from the kept picture; empty if it does
        not."""
        painted = _painted(widget, size)
        file = KEPT / f"{name}-{self.theme}.png"
        if self.renew:
            KEPT.mkdir(exist_ok=True)
            return "" if painted.save(str(file)) else f"{file.name} can't be written"
        kept = QImage(str(file))
        if kept.isNull():
            return f"{file.name} isn't kept yet: run with --renew-snapshots, then look at it"
        differs = _different(_levels(painted), _levels(kept))
        if differs <= 1 - ALIKE_SHARE:
            return ""
        now = self.found / file.name
        painted.save(str(now))
        return f"{100 * differs:.2f} % of {file.name} looks otherwise now: see {now}"


def _painted(widget: QWidget, size: tuple[int, int]) -> QImage:
    widget.resize(*size)
    widget.ensurePolished()
    image = QImage(QSize(*size), QImage.Format.Format_RGB32)
    image.fill(QColor(theme().window))
    widget.grab()  # lays out what is inside
    widget.render(image, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
    return image


def _levels(image: QImage) -> NDArray[np.int16]:
    """Pixels (height, width, 3), 0 to 255."""
    rgb = image.convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return rows[:, : 4 * rgb.width()].reshape(rgb.height(), rgb.width(), 4)[..., :3].astype(np.int16)


def _different(one: NDArray[np.int16], other: NDArray[np.int16]) -> float:
    """Share of pixels that differ by more than one level; 1 if the sizes differ."""
    if one.shape != other.shape:
        return 1.0
    return float(np.mean(np.abs(one - other).max(axis=-1) > 1))
