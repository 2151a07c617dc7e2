"""Icons drawn in the theme's colours, and redrawn when those change."""

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QObject, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QAction, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QLabel

from cadl_desktop.resources import resource
from cadl_desktop.ui.theme.theme import Theme, notifier, theme

SIZE = 16

Target = QAbstractButton | QAction | QLabel


def icon(name: str, colour: str = "text") -> QIcon:
    """The icon `name` in one of the current theme's colours; grey when disabled."""
    return QIcon(_IconEngine(name, colour, theme()))


def pixmap(name: str, colour: str = "text", size: int = SIZE, ratio: float = 1.0) -> QPixmap:
    """The icon `name` as a pixmap `size` units wide, for a device pixel ratio."""
    return _cached_pixmap(name, getattr(theme(), colour), size, ratio)


def application_icon() -> QIcon:
    """Icon of the program in the task bar."""
    return QIcon(str(resource("icons", "cadl_desktop.svg")))


def set_icon(target: Target, name: str, colour: str = "text") -> None:
    """Sets the icon of a button, action or label, and updates it when the theme changes."""
    keeper = target.findChild(_IconUpdater, options=Qt.FindChildOption.FindDirectChildrenOnly)
    if keeper is None:
        keeper = _IconUpdater(target)
    keeper.show(name, colour)


class _IconUpdater(QObject):
    """Redraws the icon of its parent when the theme changes."""

    def __init__(self, target: Target) -> None:
        super().__init__(target)
        self._target = target
        self._name, self._colour = "", "text"
        notifier().changed.connect(self._refresh)

    def show(self, name: str, colour: str) -> None:
        self._name, self._colour = name, colour
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        if isinstance(self._target, QLabel):
            ratio = self._target.devicePixelRatioF()
            self._target.setPixmap(pixmap(self._name, self._colour, SIZE, ratio))
            return
        self._target.setIcon(icon(self._name, self._colour))
        if isinstance(self._target, QAbstractButton):
            self._target.setIconSize(QSize(SIZE, SIZE))


class _IconEngine(QIconEngine):
    """Icon engine that renders on demand: most icons of a window are in menus and parts that aren't open.

    Has no `clone`, which Qt calls only when something is added to an icon.
    """

    def __init__(self, name: str, colour: str, colours: Theme) -> None:
        super().__init__()
        self._name, self._colour, self._colours = name, colour, colours

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        ratio = painter.device().devicePixelRatio()
        painter.drawPixmap(rect, self.scaledPixmap(rect.size(), mode, state, ratio))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        # The size is in device-independent units.
        colour = "disabled" if mode == QIcon.Mode.Disabled else self._colour
        return _cached_pixmap(self._name, getattr(self._colours, colour), size.width(), scale)


@lru_cache(maxsize=512)
def _cached_pixmap(name: str, paint: str, size: int, ratio: float) -> QPixmap:
    image = QPixmap(round(size * ratio), round(size * ratio))
    if image.isNull():  # in a list that is too small for its icons
        return image
    image.fill(Qt.GlobalColor.transparent)
    svg = _svg_template(name).replace("currentColor", paint).encode()
    painter = QPainter(image)
    QSvgRenderer(QByteArray(svg)).render(painter, QRectF(0, 0, image.width(), image.height()))
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image


@cache
def _svg_template(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")
